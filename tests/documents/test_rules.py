"""What the database refuses by whatever road: raw SQL, bulk updates, two at the same time."""

import threading

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from documents import actions
from documents.enums import DocumentType
from documents.models import Document, DocumentLink, Revision
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from tests.cast import make_cast
from tests.documents.factories import bring_to, checked, make_draft, make_in_force
from tests.factories import days
from tests.processes.factories import make_process

# Constraints give the first, triggers the second.
REFUSED = (IntegrityError, ProgrammingError)


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def update(pk, assignments, *values):
    run(f"UPDATE documents_revision SET {assignments} WHERE id = %s", *values, pk)


@pytest.mark.parametrize(
    "assignment",
    [
        "storage_key = 'aa/bb/x'",
        "sha256 = 'x'",
        "file_name = 'x'",
        "url = 'https://x.se'",
        "number = 9",
        "minor = 9",
        "author_id = author_id + 1",
        "change_note = 'x'",
        "approved_by_id = author_id",
        "approved_at = now()",
        "valid_from = valid_from + 1",
        "decision = 'x', decided_on = now()",
        "document_id = document_id + 1",
    ],
)
def test_decided_version_is_frozen(cast, assignment):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.APPROVED)
    with pytest.raises(REFUSED):
        update(revision.pk, assignment)


def test_text_that_the_machine_reads_is_no_event_and_not_frozen(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.APPROVED)
    events = Revision.pgh_event_model.objects.filter(pgh_obj_id=revision.pk)
    before = events.count()
    update(revision.pk, "text = 'ny läsning'")
    assert events.count() == before


@pytest.mark.parametrize(
    "assignment",
    [
        "status = 'approved'",
        "status = 'in_review', approved_at = now(), approved_by_id = author_id",
        "reviewed_at = now()",
        "url = 'https://x.se'",
        "source = 'link'",
        "valid_from = now()",
        "storage_key = ''",
        "decision = '§ 1'",
    ],
)
def test_draft_cannot_be_made_something_else_by_hand(cast, assignment):
    revision = make_draft(cast)
    with pytest.raises(REFUSED):
        update(revision.pk, assignment)


def test_one_person_alone_cannot_stand_on_a_version(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    with pytest.raises(REFUSED):
        update(
            revision.pk,
            "status = 'approved', approved_at = now(), approved_by_id = author_id, valid_from = now()",
        )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://exempel.invalid/", "data:text/html,x", "//x.se"]
)
def test_link_of_another_scheme_is_refused(cast, url):
    revision = make_draft(cast, content="https://exempel.invalid/")
    with pytest.raises(REFUSED):
        update(revision.pk, "url = %s", url)


@pytest.mark.parametrize("table", ["documents_document", "documents_revision"])
def test_nothing_controlled_is_deleted(cast, table):
    make_draft(cast)
    with pytest.raises(REFUSED):
        run(f"DELETE FROM {table}")


def test_two_versions_cannot_hold_on_the_same_day(cast):
    document = make_in_force(cast)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Två."), change_note="Två.")
    second = bring_to(second, cast, RevisionStatus.IN_REVIEW)
    with pytest.raises(REFUSED):
        update(
            second.pk,
            "status = 'approved', approved_at = now(), approved_by_id = %s, valid_from = %s",
            cast.chef.pk,
            days(5),
        )


def test_guideline_in_force_without_decision_is_refused(cast):
    revision = bring_to(make_draft(cast, type=DocumentType.GUIDELINE), cast, RevisionStatus.IN_REVIEW)
    stamps = "status = 'approved', approved_at = now(), approved_by_id = %s, valid_from = now()"
    with pytest.raises(REFUSED):
        update(revision.pk, stamps, cast.chef.pk)


def test_document_in_force_cannot_become_a_guideline_without_decision(cast):
    document = make_in_force(cast)
    with pytest.raises(REFUSED), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(type=DocumentType.GUIDELINE)


def test_document_belongs_to_one_process(cast):
    revision = make_draft(cast, process=make_process(cast), user=cast.samordnare)
    with pytest.raises(REFUSED), transaction.atomic():
        DocumentLink.objects.create(
            document=revision.document,
            process=make_process(cast, title="En till"),
            is_home=True,
            created_by=cast.ombud,
        )


def at_the_same_time(*calls):
    """Run the calls in threads of their own and give what each returned or raised."""
    found = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def work(place, call):
        try:
            gate.wait(timeout=20)
            found[place] = call()
        except Exception as error:  # noqa: BLE001
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_version_at_once_get_one(own_folder):
    cast = make_cast()
    document = make_in_force(cast)
    found = at_the_same_time(
        *(
            lambda user=user: actions.new_revision(
                document, user=user, content=checked(user.name), change_note="Ny."
            )
            for user in (cast.ombud, cast.chef, cast.samordnare)
        )
    )
    assert sum(isinstance(one, Revision) for one in found) == 1
    assert sum(isinstance(one, Blocked) for one in found) == 2
    assert document.revisions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(own_folder):
    cast = make_cast()
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    found = at_the_same_time(
        lambda: actions.change_status(revision, "approve", user=cast.chef),
        lambda: actions.change_status(revision, "approve", user=cast.avdelningschef),
    )
    assert sum(isinstance(one, Revision) for one in found) == 1
    assert sum(isinstance(one, Blocked) for one in found) == 1
    assert revision.document.revisions.in_force().get().valid_from == timezone.localdate()
