"""Documents read, decided on or handed over by those who should not."""

import pytest
from django.urls import reverse

from documents import actions, reviews
from documents.enums import Visibility
from documents.models import Document, DocumentUserPermission
from documents.permissions import Permission
from documents.workflow import REVISION
from kvalitet.organisation import grants
from kvalitet.organisation.models import RoleAssignment
from kvalitet.search import drain_now, find
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, checked, make_draft, make_in_force
from tests.processes.factories import make_process

NEXT = f"{reviews.proposed(24):%Y-%m}"


def test_a_coauthor_does_not_hand_the_document_over(cast, client_for):
    document = make_in_force(cast)
    actions.invite(document, person=cast.grannmedarbetare, permission=Permission.COAUTHOR, user=cast.ombud)
    for change in (
        {"responsible": cast.grannmedarbetare},
        {"visibility": Visibility.PUBLIC},
        {"title": "Något annat"},
    ):
        with pytest.raises(Exception, match="får inte ändra dokumentet"):
            actions.change_document(document, user=cast.grannmedarbetare, values=change)
    page = client_for("grannmedarbetare").get(reverse("documents:edit", args=[document.pk])).text
    assert 'name="responsible"' not in page
    made = actions.new_revision(document, user=cast.grannmedarbetare, content=checked("Ny"), change_note="Ny")
    assert made.author == cast.grannmedarbetare


def test_a_coauthor_does_not_give_the_document_to_a_process(cast):
    document = make_in_force(cast)
    actions.invite(document, person=cast.grannmedarbetare, permission=Permission.COAUTHOR, user=cast.ombud)
    process = make_process(cast)
    link = actions.link(document, process=process, user=cast.grannmedarbetare)
    assert not link.is_home


def test_a_coauthor_with_a_version_under_work_is_let_go_when_it_is_settled(cast, client_for):
    document = make_in_force(cast)
    actions.invite(document, person=cast.grannmedarbetare, permission=Permission.COAUTHOR, user=cast.ombud)
    made = actions.new_revision(document, user=cast.grannmedarbetare, content=checked("Ny"), change_note="Ny")
    url = reverse("documents:uninvite", args=[document.pk, DocumentUserPermission.objects.get().pk])
    assert "har en version under arbete" in client_for("ombud").post(url, follow=True).text
    assert DocumentUserPermission.objects.exists()
    actions.change_content(made, user=cast.ombud, content=checked("Övertagen"))
    client_for("ombud").post(url)
    assert not DocumentUserPermission.objects.exists()
    assert client_for("grannmedarbetare").get(f"{made.get_absolute_url()}andra/").status_code == 404


def test_nobody_approves_another_file_than_they_were_shown(cast, client_for):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    url = reverse("documents:revision_approve", args=[revision.document_id, revision.label])
    seen = REVISION.seen(revision)
    assert f'name="seen" value="{seen}"' in client_for("chef").get(url).text
    actions.change_content(revision, user=cast.ombud, content=checked("Bytt i sista stund"))
    answer = client_for("chef").post(url, {"seen": seen, "valid_from": "2099-01-01", "next_review": NEXT})
    assert "Innehållet har ändrats" in answer.text
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.IN_REVIEW
    assert f'name="seen" value="{REVISION.seen(revision)}"' in answer.text


def test_a_document_made_public_after_the_page_was_opened_is_not_approved(cast, client_for):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    url = reverse("documents:revision_approve", args=[revision.document_id, revision.label])
    seen = REVISION.seen(revision)
    actions.change_document(revision.document, user=cast.ombud, values={"visibility": Visibility.PUBLIC})
    answer = client_for("chef").post(url, {"seen": seen, "valid_from": "2099-01-01", "next_review": NEXT})
    assert "Innehållet har ändrats" in answer.text


def test_history_does_not_name_a_process_that_is_only_planned(cast, client_for):
    document = make_in_force(cast)
    planned = make_process(cast, "Hemlig omorganisation")
    actions.link(document, process=planned, user=cast.samordnare)
    url = reverse("documents:history", args=[document.pk])
    assert "Hemlig omorganisation" in client_for("samordnare").get(url).text
    page = client_for("medarbetare").get(url).text
    assert "Hemlig" not in page
    assert "(visas inte)" in page


def test_an_export_has_no_column_that_the_list_hides(cast, client_for):
    make_in_force(cast, visibility=Visibility.PUBLIC)
    assert "Nästa översyn" in client_for("medarbetare").get("/dokument/?exportera=csv").content.decode()
    assert "Nästa översyn" not in client_for("anonym").get("/dokument/?exportera=csv").content.decode()


def test_a_list_is_not_sorted_by_a_column_that_it_hides(cast, client_for):
    first, last = (
        make_in_force(cast, title=title, visibility=Visibility.PUBLIC, review_months=months)
        for title, months in (("Alfa", 12), ("Beta", 6))
    )

    def order(who, sort):
        page = client_for(who).get("/dokument/", {"sortera": sort}).text
        return page.index(first.title) < page.index(last.title)

    assert order("medarbetare", "next_review") is False
    assert order("anonym", "next_review") is True
    assert order("anonym", "-title") is False


def test_jav_holds_in_the_search_from_the_same_moment(cast):
    document = make_in_force(cast, title="Rutin för zebraskötsel")
    drain_now()
    assert find(cast.medarbetare, "zebraskötsel").hits
    grants.deny(cast.medarbetare, document, reason="Närstående", by=cast.chef)
    assert not find(cast.medarbetare, "zebraskötsel").total
    assert find(cast.ombud, "zebraskötsel").hits


def test_who_answered_for_a_document_and_has_left_reads_no_draft(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.UNIT)
    draft = actions.new_revision(document, user=cast.ombud, content=checked("Ny"), change_note="Ny")
    client = client_for("ombud")
    assert client.get(draft.get_absolute_url()).status_code == 200
    RoleAssignment.objects.filter(user=cast.ombud).delete()
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(document.get_absolute_url()).status_code == 404
    assert not Document.objects.visible_to(cast.ombud.__class__.objects.get(pk=cast.ombud.pk)).exists()


@pytest.mark.parametrize("comment", ["\x00", "a\x00b"])
def test_nul_in_a_comment_is_left_out(cast, client_for, comment):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    url = reverse("documents:revision_transition", args=[revision.document_id, revision.label, "send_back"])
    assert client_for("chef").post(url, {"comment": comment}).status_code == 302
