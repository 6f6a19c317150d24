"""Mended words: one person publishes them, the difference in sight, and only what words are."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from documents import actions
from documents.enums import DocumentType
from documents.files.extract import CUT
from documents.models import Document, Revision
from documents.permissions import Permission
from kvalitet.models import Notification
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since, read
from tests.factories import days

BEFORE = "Ring 112 när larmet går.\nVänta på personalen."
AFTER = "Ring 112 när larmet går.\nVänta på kollegan."


@pytest.fixture
def document(cast):
    return make_in_force_since(cast, days(-100), content=checked(BEFORE))


def mend(cast, document, text=AFTER):
    made = actions.new_revision(
        document, user=cast.ombud, content=checked(text), change_note="Ett ord.", is_minor=True
    )
    read(made)
    return Revision.objects.get(pk=made.pk)


def page(revision):
    return f"{revision.get_absolute_url()}amend/"


def test_one_person_publishes_with_the_difference_in_sight(cast, client_for, document):
    draft = mend(cast, document)
    before = Document.objects.get(pk=document.pk).next_review
    client = client_for("ombud")
    shown = client.get(page(draft))
    assert "personalen." in shown.text
    assert [one.text.strip() for one in shown.context["pieces"] if one.change == "added"] == ["kollegan."]
    client.post(page(draft), {"seen": shown.context["seen"]})
    draft.refresh_from_db()
    assert (draft.label, draft.status, draft.approved_by) == ("1.1", "approved", cast.ombud)
    assert draft.is_editorial
    assert document.revisions.in_force().get() == draft
    assert document.revisions.get(minor=0).valid_to == days(-1)
    assert Document.objects.get(pk=document.pk).next_review == before, "no new review by a spelling"


def test_those_who_decide_and_who_answers_for_it_are_told_without_title(cast, document):
    Document.objects.filter(pk=document.pk).update(responsible=cast.medarbetare, title="Tage Tagesson")
    Notification.objects.all().delete()
    actions.change_status(mend(cast, document), "amend", user=cast.ombud)
    told = Notification.objects.filter(sentence__contains="redaktionell ändring")
    assert {one.user for one in told} == {cast.chef, cast.ersattare, cast.medarbetare}
    assert not any("Tage" in one.sentence for one in told)


ALLOWED = {
    "amend": {"samordnare", "processhandledare", "chef", "avdelningschef", "ersattare", "ombud"},
    "send": set(),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_who_may_and_that_it_is_never_sent_for_review(cast, document, name):
    draft = mend(cast, document)
    found = set()
    for who in PEOPLE:
        try:
            with transaction.atomic():
                actions.change_status(draft, name, user=cast[who])
                found.add(who)
                transaction.set_rollback(True)
        except PermissionDenied:
            pass
    assert found == ALLOWED[name]


def test_a_coauthor_does_not_publish_alone(cast, client_for, document):
    actions.invite(document, person=cast.grannmedarbetare, permission=Permission.COAUTHOR, user=cast.ombud)
    draft = mend(cast, document)
    assert client_for("grannmedarbetare").post(page(draft)).status_code == 403


def test_what_cannot_be_shown_goes_the_ordinary_way(cast, client_for, document):
    draft = mend(cast, document)
    for note, text in ((CUT, "Läst till hälften"), ("", " ")):
        Revision.objects.filter(pk=draft.pk).update(text_note=note, text=text)
        with pytest.raises(Blocked, match="skillnaden kan inte visas"):
            actions.change_status(draft, "amend", user=cast.ombud)
    assert "Publicera ändringen" not in client_for("ombud").get(page(draft)).text
    answer = client_for("ombud").post(f"{draft.get_absolute_url()}ny-version/", follow=True)
    draft.refresh_from_db()
    assert draft.label == "2.0"
    assert "Skicka för granskning" in answer.text
    assert "amend" not in answer.text


def test_unread_and_unchanged_and_another_source_wait(cast, document):
    draft = mend(cast, document)
    Revision.objects.filter(pk=draft.pk).update(text_read_at=None)
    with pytest.raises(Blocked, match="inte läst än"):
        actions.change_status(draft, "amend", user=cast.ombud)
    actions.change_content(draft, user=cast.ombud, content=checked(BEFORE))
    with pytest.raises(Blocked, match="Inget är ändrat"):
        actions.change_status(draft, "amend", user=cast.ombud)
    actions.change_content(draft, user=cast.ombud, content="https://exempel.invalid/")
    with pytest.raises(Blocked, match="bytt slag"):
        actions.change_status(draft, "amend", user=cast.ombud)


def test_nobody_publishes_other_words_than_they_were_shown(cast, client_for, document):
    draft = mend(cast, document)
    seen = client_for("ombud").get(page(draft)).context["seen"]
    read(actions.change_content(draft, user=cast.chef, content=checked("Något helt annat.")))
    answer = client_for("ombud").post(page(draft), {"seen": seen})
    assert "har ändrats sedan du öppnade sidan" in answer.text
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_type_and_readers_stand_while_words_are_mended(cast, document):
    mend(cast, document)
    for change in ({"visibility": "public"}, {"type": DocumentType.CHECKLIST}):
        with pytest.raises(ValidationError, match="redaktionell ändring är under arbete"):
            actions.change_document(document, user=cast.samordnare, values=change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)


def test_a_guideline_keeps_the_decision_of_the_board(cast):
    revision = bring_to(make_draft(cast, type=DocumentType.GUIDELINE), cast, RevisionStatus.IN_REVIEW)
    decided = {"decision": "§ 7", "decided_on": days(-3), "valid_from": days(-2)}
    actions.change_status(revision, "approve", user=cast.registrator, **decided)
    published = actions.change_status(mend(cast, revision.document), "amend", user=cast.ombud)
    assert (published.decision, published.decided_on) == ("§ 7", days(-3))


def test_words_are_mended_in_what_holds_only(cast):
    draft = make_draft(cast)
    actions.change_status(draft, "discard", user=cast.ombud)
    with pytest.raises(Blocked, match="Ingen version är fastställd"):
        mend(cast, draft.document)
    coming = bring_to(make_draft(cast, title="En kommande"), cast, "approved", valid_from=days(5))
    with pytest.raises(Blocked, match="gäller inte i dag"):
        mend(cast, coming.document)


def test_what_is_upphavt_is_not_mended(cast, document):
    draft = mend(cast, document)
    base = document.revisions.in_force().get()
    actions.change_status(base, "withdraw", user=cast.chef, comment="Fel.")
    with pytest.raises(Blocked, match="ingen gällande version"):
        actions.change_status(draft, "amend", user=cast.ombud)


def test_personal_numbers_stop_mended_words_of_an_open_document(cast):
    document = make_in_force(cast, visibility="public", content=checked(BEFORE))
    draft = mend(cast, document, "Ring 121212-1212.")
    with pytest.raises(Blocked, match="på rad 1"):
        actions.change_status(draft, "amend", user=cast.ombud)


def write(revision, assignment):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"UPDATE documents_revision SET {assignment} WHERE id = %s", [revision.pk])


DECIDED = "status = 'approved', approved_at = now(), approved_by_id = author_id, valid_from = now()"


def test_the_database_lets_no_whole_version_past_review(cast, document):
    draft = make_draft(cast, title="En annan")
    for assignment in (
        DECIDED,
        DECIDED.replace("author_id", str(cast.chef.pk)),
        f"{DECIDED}, minor = 1",
        f"{DECIDED}, number = 9, minor = 1",
    ):
        with pytest.raises(DatabaseError):
            write(draft, assignment)
    with pytest.raises(DatabaseError, match="editorial_not_reviewed"):
        write(mend(cast, document), "status = 'in_review'")
