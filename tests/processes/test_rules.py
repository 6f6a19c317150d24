"""What the database itself refuses, by whatever road it is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kvalitet import trees
from kvalitet.models import Blob
from kvalitet.versions import RevisionStatus
from processes.enums import ProcessKind
from processes.models import Process, ProcessComment, ProcessRevision, ProcessUnit
from tests.cast import Cast
from tests.factories import days
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish


@contextmanager
def refused(match: str | None = None) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield


def write(revision: ProcessRevision, assignments: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE processes_processrevision SET {assignments} WHERE id = %s",
            [*values, revision.pk],
        )


def test_nobody_approves_what_they_wrote_without_anothers_signature(cast: Cast) -> None:
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    approve = "status = 'approved', approved_at = now(), approved_by_id = %s"
    with refused("four_eyes"):
        write(revision, approve, revision.author_id)
    with refused("four_eyes"):
        write(
            revision,
            f"{approve}, reviewed_at = now(), reviewed_by_id = %s",
            revision.author_id,
            revision.author_id,
        )
    write(revision, f"{approve}, reviewed_at = now(), reviewed_by_id = %s", revision.author_id, cast.ombud.pk)


@pytest.mark.parametrize("column", ["mission", "goal", "functions", "title"])
def test_a_changed_text_takes_the_signature_away(cast: Cast, column: str) -> None:
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    write(revision, "reviewed_at = now(), reviewed_by_id = %s", cast.ombud.pk)
    write(revision, f"{column} = 'något annat'")
    revision.refresh_from_db()
    assert (revision.reviewed_at, revision.reviewed_by) == (None, None)


def test_a_changed_map_takes_the_signature_away(cast: Cast) -> None:
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    write(revision, "reviewed_at = now(), reviewed_by_id = %s", cast.ombud.pk)
    write(revision, "map_id = %s", Blob.objects.keep(bpmn(("a", "A"))).pk)
    revision.refresh_from_db()
    assert revision.reviewed_by is None


@pytest.mark.parametrize(
    "assignment",
    [
        "mission = 'ändrat'",
        "title = 'ändrat'",
        "change_note = 'ändrat'",
        "map_id = NULL",
        "author_id = approved_by_id",
        "number = 99",
        "reviewed_at = now(), reviewed_by_id = author_id",
        "created_at = now()",
    ],
)
@pytest.mark.parametrize("status", [RevisionStatus.APPROVED, "published"])
def test_what_is_approved_is_frozen(cast: Cast, status: str, assignment: str) -> None:
    revision = bring_to(make_draft(cast, map_bytes=bpmn(("a", "A"))), cast, status)
    with refused("Cannot update"):
        write(revision, assignment)


@pytest.mark.parametrize(
    "assignment",
    [
        "published_at = NULL, published_by_id = NULL, valid_from = NULL, projected_at = NULL",
        "published_at = now() - interval '1 day'",
        "approved_by_id = author_id",
        "status = 'draft'",
        "status = 'withdrawn'",
        "valid_from = NULL",
    ],
)
def test_a_publication_cannot_be_undone_or_redated(cast: Cast, assignment: str) -> None:
    revision = publish(cast, make_process(cast))
    with refused():
        write(revision, assignment)


@pytest.mark.parametrize(
    "assignment",
    [
        "status = 'approved'",
        "status = 'published'",
        "published_at = now()",
        "approved_at = now()",
        "valid_from = current_date",
        "withdrawn_at = now(), withdrawn_by_id = author_id",
    ],
)
def test_status_and_stamps_of_a_draft_go_together(cast: Cast, assignment: str) -> None:
    revision = make_draft(cast)
    with refused():
        write(revision, assignment)


def test_no_version_is_deleted_and_none_is_born_decided(cast: Cast) -> None:
    revision = make_draft(cast)
    with refused("Cannot delete"):
        ProcessRevision.objects.filter(pk=revision.pk)._raw_delete("default")
    with refused():
        ProcessRevision.objects.create(
            process=revision.process,
            number=2,
            major=2,
            title="Nu",
            author=cast.ombud,
            status=RevisionStatus.IN_REVIEW,
        )


def test_a_process_has_one_version_under_work(cast: Cast) -> None:
    revision = make_draft(cast)
    with refused("process_revision_one_open"):
        ProcessRevision.objects.create(
            process=revision.process, number=2, major=2, title="Två", author=cast.ombud
        )


def test_two_versions_never_hold_on_the_same_day(cast: Cast) -> None:
    process = make_process(cast)
    first = publish(cast, process)
    publish(cast, process, day=days(5), mission="Nästa.")
    with refused("process_revision_one_in_force"):
        write(first, "valid_to = NULL")


def test_a_process_has_three_levels_and_a_kind_on_the_first(cast: Cast) -> None:
    process = make_process(cast)
    child = trees.insert(Process(title="Två", slug="tva"), parent=process)
    leaf = trees.insert(Process(title="Tre", slug="tre"), parent=child)
    with refused("process_three_levels"):
        trees.insert(Process(title="Fyra", slug="fyra"), parent=leaf)
    with refused("process_kind_on_first_level"):
        trees.insert(Process(title="Två till", slug="tva-till", kind=ProcessKind.MAIN), parent=process)
    with refused("process_kind_on_first_level"):
        trees.insert(Process(title="Utan slag", slug="utan-slag"))


def test_rows_are_inserted_only_by_whoever_holds_the_tree(cast: Cast) -> None:
    with refused("inserted with kvalitet.trees"):
        Process.objects.create(title="Vid sidan av", slug="vid-sidan", kind=ProcessKind.MAIN)


def test_a_step_stands_once_under_its_process(cast: Cast) -> None:
    process = make_process(cast)
    trees.insert(Process(title="Ett", slug="ett", element_id="a"), parent=process)
    with refused("process_element_once"):
        trees.insert(Process(title="Två", slug="tva", element_id="a"), parent=process)


def test_a_unit_is_in_a_process_once_at_a_time(cast: Cast) -> None:
    process, unit = make_process(cast), cast.units.home
    ProcessUnit.objects.create(process=process, unit=unit, valid_from=days(-10), valid_to=days(-1))
    ProcessUnit.objects.create(process=process, unit=unit, valid_from=days(0))
    with refused("process_unit_once_at_a_time"):
        ProcessUnit.objects.create(process=process, unit=unit, valid_from=days(3))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessUnit.objects.create(
            process=process, unit=cast.units.other, valid_from=days(3), valid_to=days(1)
        )


def test_comments_are_only_added(cast: Cast) -> None:
    comment = ProcessComment.objects.create(revision=make_draft(cast), text="Målet är vagt.", by=cast.ombud)
    with refused("Cannot"):
        ProcessComment.objects.filter(pk=comment.pk).update(text="Jag sa inget.")


def test_history_says_who_changed_a_version(cast: Cast) -> None:
    revision = make_draft(cast)
    events = type(revision).pgh_event_model.objects.filter(pgh_obj_id=revision.pk)
    assert [event.pgh_label for event in events.order_by("pgh_id")] == ["insert", "update"]
    assert not hasattr(events.first(), "renderings")
