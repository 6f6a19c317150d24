"""Who may do what with a version, when: every status, transition and role against a table written by hand."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from documents import actions, reviews
from documents.enums import DECIDED_BY_BOARD, DocumentType
from documents.models import Revision
from documents.workflow import REVISION
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Law
from kvalitet.organisation.models import Unit
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes.models import Process
from tests.cast import PEOPLE
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.factories import days
from tests.processes.factories import make_process

WRITES = {"samordnare", "processhandledare", "chef", "avdelningschef", "ersattare", "ombud"}
DECIDES = {"chef", "avdelningschef", "ersattare"}
# A unit's routine, laid in by its ombud: who may, whatever the status.
ALLOWED = {
    "send": WRITES,
    "sign": WRITES,
    "approve": DECIDES,
    "amend": set(),  # never a whole version: see test_editorial
    "send_back": WRITES,
    "discard": WRITES,
    "withdraw": DECIDES,
}
POSSIBLE = {
    RevisionStatus.DRAFT: {"send", "discard"},
    RevisionStatus.IN_REVIEW: {"sign", "approve", "send_back", "discard"},
    RevisionStatus.APPROVED: {"withdraw"},
    RevisionStatus.WITHDRAWN: set(),
}
OWN_WORK = {("ombud", "sign")}


def outcome(revision, name, user):
    try:
        with transaction.atomic():
            actions.change_status(revision, name, user=user, comment="Därför.")
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def expected(who, status, name):
    if who not in ALLOWED[name]:
        return "denied"
    return "done" if name in POSSIBLE[status] and (who, name) not in OWN_WORK else "blocked"


def test_every_transition_stands_in_the_table():
    assert set(REVISION.transitions) == set(ALLOWED)


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("status", RevisionStatus.values)
def test_transition_from_every_status_for_every_role(cast, status, name):
    revision = bring_to(make_draft(cast), cast, status)
    found = {who: outcome(revision, name, cast[who]) for who in PEOPLE}
    assert found == {who: expected(who, status, name) for who in PEOPLE}


DECIDERS = {
    DocumentType.LAW: DECIDES,
    DocumentType.REGULATION: DECIDES,
    DocumentType.GUIDELINE: {"registrator"},
    DocumentType.PROGRAM: {"registrator"},
    DocumentType.DELEGATION: {"registrator"},
    DocumentType.OVERALL_ROUTINE: {"styrgrupp"},
    DocumentType.PLAN: {"styrgrupp"},
    DocumentType.AGREEMENT: {"styrgrupp"},
    DocumentType.PROCESS_ROUTINE: {"processagare"},
    DocumentType.UNIT_ROUTINE: DECIDES,
    DocumentType.QUICK_GUIDE: DECIDES,
    DocumentType.CHECKLIST: DECIDES,
    DocumentType.TEMPLATE: DECIDES,
    DocumentType.EXTERNAL: DECIDES,
}


@pytest.mark.parametrize("kind", DocumentType.values)
def test_who_decides_follows_from_the_type(cast, kind):
    revision = make_draft(cast, type=kind)
    actions.link(revision.document, process=make_process(cast), user=cast.ombud)
    revision = bring_to(revision, cast, RevisionStatus.IN_REVIEW)
    board = {"decision": "§ 7", "decided_on": days(0)} if kind in DECIDED_BY_BOARD else {}
    found = set()
    for who in PEOPLE:
        try:
            with transaction.atomic():
                actions.change_status(revision, "approve", user=cast[who], **board)
                found.add(who)
                transaction.set_rollback(True)
        except PermissionDenied:
            pass
    assert found == DECIDERS[kind]


def test_mas_decides_on_routines_of_hsl_units_only(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    assert outcome(revision, "approve", cast.mas) == "denied"
    Unit.objects.filter(pk=cast.units.home.pk).update(law=Law.HSL)
    grants.forget(cast.mas)
    assert outcome(Revision.objects.get(pk=revision.pk), "approve", cast.mas) == "done"


def test_substitute_is_named_as_acting_for_the_chef(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.APPROVED, by=cast.ersattare)
    record = revision.transitions.get(name="approve")
    assert (record.by, record.on_behalf_of) == (cast.ersattare, cast.chef)


def test_chef_who_wrote_needs_anothers_signature(cast):
    revision = bring_to(make_draft(cast, user=cast.chef), cast, RevisionStatus.IN_REVIEW)
    assert outcome(revision, "approve", cast.chef) == "blocked"
    actions.change_status(revision, "sign", user=cast.ombud)
    assert outcome(revision, "approve", cast.chef) == "done"


def test_another_file_takes_the_signature_away(cast):
    revision = bring_to(make_draft(cast, user=cast.chef), cast, RevisionStatus.IN_REVIEW)
    actions.change_status(revision, "sign", user=cast.ombud)
    changed = actions.change_content(revision, user=cast.chef, content=checked("En annan text."))
    assert changed.reviewed_by is None
    assert outcome(changed, "approve", cast.chef) == "blocked"


def test_new_version_ends_the_one_before_and_sets_the_next_review(cast):
    document = make_in_force_since(cast, days(-100))
    second = actions.new_revision(document, user=cast.ombud, content=checked("Nytt."), change_note="Nytt.")
    assert document.revisions.in_force().get().label == "1.0"
    bring_to(second, cast, RevisionStatus.APPROVED)
    document.refresh_from_db()
    assert document.revisions.in_force().get().label == "2.0"
    assert document.revisions.get(number=1).valid_to == days(-1)
    assert document.next_review == reviews.proposed(12)


def test_version_that_begins_later_leaves_the_present_one_in_force(cast):
    document = make_in_force_since(cast, days(-100))
    second = actions.new_revision(document, user=cast.ombud, content=checked("Nytt."), change_note="Nytt.")
    bring_to(second, cast, RevisionStatus.APPROVED, valid_from=days(10))
    assert document.revisions.in_force().get().label == "1.0"
    assert document.revisions.in_force(days(10)).get().label == "2.0"


def test_coming_version_taken_back_gives_its_days_to_the_one_before(cast):
    document = make_in_force_since(cast, days(-100))
    second = actions.new_revision(document, user=cast.ombud, content=checked("Nytt."), change_note="Nytt.")
    second = bring_to(second, cast, RevisionStatus.APPROVED, valid_from=days(10))
    actions.change_status(second, "withdraw", user=cast.chef, comment="Fel text.")
    assert document.revisions.in_force(days(20)).get().label == "1.0"


def test_version_cannot_hold_from_a_day_that_has_passed(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    with pytest.raises(Blocked, match="tidigast"):
        actions.change_status(revision, "approve", user=cast.chef, valid_from=days(-1))


def test_guideline_needs_paragraph_and_date(cast):
    revision = bring_to(make_draft(cast, type=DocumentType.GUIDELINE), cast, RevisionStatus.IN_REVIEW)
    with pytest.raises(Blocked, match="paragrafen"):
        actions.change_status(revision, "approve", user=cast.registrator)
    approved = actions.change_status(
        revision,
        "approve",
        user=cast.registrator,
        decision="§ 71",
        decided_on=days(-10),
        valid_from=days(-5),
    )
    assert (approved.decision, approved.valid_from) == ("§ 71", days(-5))


def test_process_routine_without_a_process_cannot_be_sent(cast):
    revision = make_draft(cast, type=DocumentType.PROCESS_ROUTINE)
    with pytest.raises(Blocked, match="hör till en process"):
        actions.change_status(revision, "send", user=cast.ombud)


def test_linking_another_units_routine_gives_no_right_to_it(cast):
    revision = make_draft(
        cast, type=DocumentType.PROCESS_ROUTINE, owner_unit=cast.units.neighbour, user=cast.samordnare
    )
    own = make_process(cast)
    actions.link(revision.document, process=own, user=cast.samordnare)
    theirs: Process = make_process(cast, title="En annan", owner=cast.handlaggare)
    actions.link(revision.document, process=theirs, user=cast.handlaggare)
    revision = actions.change_status(revision, "send", user=cast.samordnare)
    assert outcome(revision, "approve", cast.handlaggare) == "denied"
    assert outcome(revision, "approve", cast.processagare) == "done"


def test_second_version_while_one_is_open_is_refused(cast):
    revision = make_draft(cast)
    with pytest.raises(Blocked, match="redan en version"):
        actions.new_revision(revision.document, user=cast.chef, content=checked("Två."), change_note="Två.")


@pytest.mark.parametrize("content", ["https://exempel.invalid/ny", None])
def test_second_version_may_be_of_either_source(cast, content):
    document = make_in_force(cast, content=None if content else "https://exempel.invalid/")
    second = actions.new_revision(
        document, user=cast.ombud, content=content or checked("En fil."), change_note="Byter slag."
    )
    third = bring_to(second, cast, RevisionStatus.APPROVED)
    assert document.revisions.in_force().get() == third
    assert third.is_link is bool(content)


def test_smaller_change_counts_after_the_version_in_force(cast):
    document = make_in_force(cast)
    second = actions.new_revision(
        document, user=cast.ombud, content=checked("Ord."), change_note="Ett ord.", is_minor=True
    )
    assert second.label == "1.1"
    actions.change_status(second, "discard", user=cast.ombud)
    third = actions.new_revision(
        document, user=cast.ombud, content=checked("Ord igen."), change_note="Ett ord.", is_minor=True
    )
    assert third.label == "1.2"


PERSON = "Kontakta 121212-1212 om nyckeln."


def test_public_document_with_a_persons_number_cannot_be_decided(cast):
    revision = make_draft(cast, visibility="public", content=checked(f"Rad ett.\n{PERSON}"))
    revision = actions.change_status(revision, "send", user=cast.ombud)
    with pytest.raises(Blocked, match="på rad 2, efter ”Kontakta”") as caught:
        actions.change_status(revision, "approve", user=cast.chef)
    assert "121212" not in str(caught.value)


def test_public_document_whose_text_is_unread_waits(cast):
    revision = make_draft(cast, visibility="public")
    Revision.objects.filter(pk=revision.pk).update(text_read_at=None)
    revision = actions.change_status(revision, "send", user=cast.ombud)
    assert outcome(revision, "approve", cast.chef) == "blocked"


def test_internal_document_with_a_persons_number_may_be_decided_but_not_made_public(cast, client_for):
    document = make_in_force(cast, content=checked(PERSON))
    with pytest.raises(Exception, match="personnummer"):
        actions.change_document(document, user=cast.chef, values={"visibility": "public"})


def test_a_version_replaced_on_its_first_day_does_not_end_before_it_began(cast, client_for):
    document = make_in_force(cast)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    bring_to(second, cast, "approved")
    shown = client_for("medarbetare").get(document.get_absolute_url()).text
    assert f"Gällde bara en del av {date_format(timezone.localdate(), 'j F Y')}" in shown
    earlier = client_for("medarbetare").get(document.revisions.get(number=1).get_absolute_url()).text
    assert "Bara en del av den dagen" in earlier


def test_history_tells_of_another_file_without_its_key(cast, client_for):
    revision = make_draft(cast)
    actions.change_content(revision, user=cast.ombud, content=checked("En annan text."))
    shown = client_for("ombud").get(f"/dokument/{revision.document_id}/historik/").text
    assert "skapade version 1.0" in shown
    assert "bytte innehåll (version 1.0)" in shown


def test_a_decided_document_is_opened_to_more_only_by_who_may_decide(cast, client_for):
    document = make_in_force(cast)
    page = f"{document.get_absolute_url()}andra/"
    form = client_for("ombud").get(page).context["form"].initial
    values = {name: value for name, value in form.items() if value is not None} | {"visibility": "public"}
    answer = client_for("ombud").post(page, values | {"responsible": cast.ombud.email})
    assert "Det öppnas för fler av enhetschefen eller samordnaren" in answer.text
    assert client_for("anonym").get(document.get_absolute_url()).status_code == 404
    actions.change_document(document, user=cast.ombud, values={"visibility": "unit"})
    actions.change_document(document, user=cast.chef, values={"visibility": "public"})
    assert client_for("anonym").get(document.get_absolute_url()).status_code == 200


def test_those_whose_turn_it_is_are_told_without_title(cast):
    revision = make_draft(cast, title="Rutin för Tage Tagesson")
    actions.change_status(revision, "send", user=cast.ombud)
    told = Notification.objects.filter(kind="documents.version")
    assert {one.user for one in told} == {cast.chef, cast.ersattare}
    assert not any("Tage" in one.sentence for one in told)


def test_author_is_told_of_the_decision(cast):
    bring_to(make_draft(cast), cast, RevisionStatus.APPROVED)
    assert Notification.objects.filter(user=cast.ombud, sentence__contains="är fastställd").count() == 1
