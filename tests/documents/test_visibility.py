"""Who may read what: every visibility and standing for every role, on every address that shows a version."""

import pytest

from documents import actions
from documents.enums import Visibility
from documents.models import Document, Revision
from documents.permissions import Permission
from kvalitet.organisation import grants
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from tests.cast import PEOPLE, WHO
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.factories import days
from tests.processes.factories import make_process

EMPLOYEES = set(PEOPLE) - {"utforare", "utan_roll"}
DRAFTS = {"samordnare", "processhandledare", "chef", "avdelningschef", "ersattare", "ombud"}
# Those with a role on the unit or above it, and those who read every draft.
UNIT = DRAFTS | {
    "styrgrupp",
    "processagare",
    "handlaggare",
    "medarbetare",
    "lexansvarig",
    "namnd",
    "registrator",
    "admin",
}
READS = {
    Visibility.PUBLIC: set(WHO),
    Visibility.PROVIDER: EMPLOYEES | {"utforare"},
    Visibility.INTERNAL: EMPLOYEES,
    Visibility.UNIT: UNIT,
}


def status_of(client, url):
    response = client.get(url)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def readers(client_for, url):
    found = {who: status_of(client_for(who), url) for who in WHO}
    assert set(found.values()) <= {200, 404}
    return {who for who, status in found.items() if status == 200}


@pytest.mark.parametrize("visibility", Visibility.values)
def test_who_reads_a_document_in_force(cast, client_for, visibility):
    document = make_in_force(cast, visibility=visibility)
    assert readers(client_for, f"/dokument/{document.pk}/") == READS[visibility]
    assert readers(client_for, f"/dokument/{document.pk}/gallande/") == READS[visibility]
    assert readers(client_for, f"/dokument/{document.pk}/version/1.0/fil/") == READS[visibility]


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("status", [RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW, "discarded"])
def test_who_reads_what_is_not_decided(cast, client_for, visibility, status):
    revision = bring_to(make_draft(cast, visibility=visibility), cast, status)
    assert readers(client_for, f"/dokument/{revision.document_id}/") == DRAFTS
    assert readers(client_for, f"/dokument/{revision.document_id}/version/1.0/fil/") == DRAFTS


def test_draft_beside_the_version_in_force_is_for_those_with_drafts(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.PUBLIC)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Hemligt."), change_note="Ny.")
    assert readers(client_for, f"{second.get_absolute_url()}fil/") == DRAFTS
    assert readers(client_for, second.get_absolute_url()) == DRAFTS
    assert b"Version 2.0" not in client_for("medarbetare").get(f"/dokument/{document.pk}/").content


def test_earlier_and_coming_versions_are_for_employees(cast, client_for):
    document = make_in_force_since(cast, days(-50), visibility=Visibility.PUBLIC)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Två."), change_note="Två.")
    second.refresh_from_db()
    Revision.objects.filter(pk=second.pk).update(text_read_at=second.created_at)
    bring_to(second, cast, RevisionStatus.APPROVED, valid_from=days(3))
    assert readers(client_for, second.get_absolute_url()) == EMPLOYEES
    assert readers(client_for, f"/dokument/{document.pk}/version/1.0/") == set(WHO)


def test_withdrawn_document_is_left_to_employees(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.PUBLIC)
    actions.change_status(document.revisions.get(), "withdraw", user=cast.chef, comment="Gammal.")
    assert readers(client_for, f"/dokument/{document.pk}/") == EMPLOYEES
    assert readers(client_for, f"/dokument/{document.pk}/gallande/") == set()


def test_those_who_decide_read_what_waits_for_them(cast):
    revision = make_draft(cast, type="overall_routine")
    assert not Revision.objects.visible_to(cast.styrgrupp).filter(pk=revision.pk).exists()
    actions.change_status(revision, "send", user=cast.ombud)
    fresh = User.objects.get(pk=cast.styrgrupp.pk)
    assert Revision.objects.visible_to(fresh).filter(pk=revision.pk).exists()


def test_process_owner_reads_the_drafts_of_the_own_process_only(cast):
    revision = make_draft(cast, user=cast.samordnare, owner_unit=cast.units.other)
    process = make_process(cast)
    assert not Document.objects.with_drafts_for(cast.processagare).filter(pk=revision.document_id).exists()
    actions.link(revision.document, process=process, user=cast.samordnare)
    fresh = User.objects.get(pk=cast.processagare.pk)
    assert Document.objects.with_drafts_for(fresh).filter(pk=revision.document_id).exists()


def test_coauthor_writes_and_guest_reads_one_document(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.UNIT)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Två."), change_note="Två.")
    actions.invite(document, person=cast.grannmedarbetare, permission=Permission.COAUTHOR, user=cast.ombud)
    actions.invite(document, person=cast.utforare, permission=Permission.GUEST, user=cast.ombud)
    assert status_of(client_for("grannmedarbetare"), second.get_absolute_url()) == 200
    assert status_of(client_for("grannmedarbetare"), f"{second.get_absolute_url()}andra/") == 200
    assert status_of(client_for("grannmedarbetare"), f"/dokument/{document.pk}/bjud-in/") == 403
    assert status_of(client_for("utforare"), f"/dokument/{document.pk}/gallande/") == 200
    assert status_of(client_for("utforare"), second.get_absolute_url()) == 404


def test_denial_beats_every_right(cast, client_for):
    revision = make_draft(cast)
    for who in ("ombud", "chef", "samordnare"):
        grants.deny(cast[who], revision.document, reason="Närstående", by=cast.avdelningschef)
        assert status_of(client_for(who), f"/dokument/{revision.document_id}/") == 404
        assert not Document.objects.visible_to(User.objects.get(pk=cast[who].pk)).exists()


def test_staff_names_are_for_employees(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.PUBLIC)
    for path in ("", "version/1.0/"):
        for who in ("anonym", "utforare", "utan_roll"):
            page = client_for(who).get(f"/dokument/{document.pk}/{path}").content.decode()
            assert not any(person in page for person in ("Elis Ombud", "Jorid Chef"))
    assert "Elis Ombud" in client_for("medarbetare").get(f"/dokument/{document.pk}/").content.decode()
