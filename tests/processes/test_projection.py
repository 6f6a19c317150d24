"""What a publication does to the tree of processes."""

import pytest

from kvalitet.workflow import Blocked
from processes import actions, projection
from processes.enums import ProcessState
from processes.models import Process
from tests.cast import Cast
from tests.factories import days
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish

THREE = (("a", "Aktualisera"), ("u", "Utreda"), ("b", "Besluta"))


def active(process: Process) -> list[str]:
    rows = Process.objects.filter(parent=process, state=ProcessState.ACTIVE).order_by("position")
    return list(rows.values_list("title", flat=True))


def test_the_tasks_of_a_published_map_are_children_in_flow_order(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    assert active(process) == ["Aktualisera", "Utreda", "Besluta"]
    process.refresh_from_db()
    assert process.state == ProcessState.ACTIVE
    assert Process.objects.get(title="Utreda").slug == "barn-och-unga-utreda"


def test_a_draft_lays_up_new_steps_as_planned(cast: Cast) -> None:
    process = make_process(cast)
    make_draft(cast, process, map_bytes=bpmn(*THREE))
    assert active(process) == []
    assert Process.objects.filter(parent=process, state=ProcessState.PLANNED).count() == 3


def test_a_child_keeps_its_row_and_address_when_only_its_name_changes(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    before = Process.objects.get(title="Utreda")
    publish(cast, process, map_bytes=bpmn(("u", "Utreda behov"), ("a", "Aktualisera"), ("b", "Besluta")))
    before.refresh_from_db()
    assert (before.title, before.slug) == ("Utreda behov", "barn-och-unga-utreda")
    assert active(process) == ["Utreda behov", "Aktualisera", "Besluta"]


def test_a_step_that_disappears_is_retired_and_not_deleted(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    gone = Process.objects.get(title="Besluta")
    publish(cast, process, map_bytes=bpmn(*THREE[:2]))
    gone.refresh_from_db()
    assert gone.state == ProcessState.RETIRED
    publish(cast, process, map_bytes=bpmn(*THREE))
    gone.refresh_from_db()
    assert gone.state == ProcessState.ACTIVE


def test_the_same_name_under_a_new_id_is_proposed_and_never_tied_in_silence(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    before = Process.objects.get(title="Utreda")
    draft = make_draft(
        cast, process, map_bytes=bpmn(("a", "Aktualisera"), ("x9", "utreda!"), ("b", "Besluta"))
    )
    plan = projection.plan(process, projection.steps_of(draft))
    assert plan.proposals() == {"x9": str(before.pk)}
    assert list(plan.retiring) == [before]
    assert not Process.objects.filter(element_id="x9").exists()

    bring_to(draft, cast, "published")
    before.refresh_from_db()
    assert before.state == ProcessState.RETIRED
    assert Process.objects.get(element_id="x9").pk != before.pk


def test_a_publisher_says_that_a_step_is_an_earlier_one(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    before = Process.objects.get(title="Utreda")
    renewed = bpmn(("a", "Aktualisera"), ("x9", "Utreda"), ("b", "Besluta"))
    publish(cast, process, map_bytes=renewed, choices={"x9": str(before.pk)})
    before.refresh_from_db()
    assert (before.element_id, before.state) == ("x9", ProcessState.ACTIVE)
    assert Process.objects.filter(parent=process).count() == 3


def test_a_planned_row_steps_aside_for_the_earlier_one(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    before = Process.objects.get(title="Utreda")
    draft = make_draft(cast, process, map_bytes=bpmn(*THREE, ("x9", "Utreda djupare")))
    planned = Process.objects.get(element_id="x9")
    renewed = bpmn(("a", "Aktualisera"), ("x9", "Utreda djupare"), ("b", "Besluta"))
    actions.import_map(draft, user=cast.processhandledare, data=renewed)
    bring_to(draft, cast, "approved")
    actions.change_status(draft, "publish", user=cast.samordnare, choices={"x9": before.pk})
    before.refresh_from_db()
    planned.refresh_from_db()
    assert before.element_id == "x9"
    assert (planned.element_id, planned.state) == ("", ProcessState.RETIRED)


def test_what_lies_inside_a_sub_process_is_the_third_level_and_no_deeper(cast: Cast) -> None:
    process = make_process(cast)
    deep = ("s", "Samtala", [("f", "Förbered", [("d", "Djupare")]), ("t", "Träffa")])
    publish(cast, process, map_bytes=bpmn(deep, ("b", "Besluta")))
    sub = Process.objects.get(title="Samtala")
    assert active(sub) == ["Förbered", "Träffa"]
    assert not Process.objects.filter(title="Djupare").exists()


def test_a_child_with_its_own_version_keeps_its_name_and_steps(cast: Cast) -> None:
    process = make_process(cast)
    whole = bpmn(("u", "Utreda", [("i", "Inre steg")]), ("b", "Besluta"))
    publish(cast, process, map_bytes=whole)
    child = Process.objects.get(title="Utreda")
    publish(cast, child, map_bytes=bpmn(("p", "Planera"), ("h", "Hämta")), title="Utreda barnets behov")
    publish(cast, process, map_bytes=whole)
    child.refresh_from_db()
    assert child.title == "Utreda barnets behov"
    assert active(child) == ["Planera", "Hämta"]


def test_facts_in_the_documentation_reach_the_row(cast: Cast) -> None:
    process = make_process(cast)
    text = "Gör så här.\nTidsgräns: Inom 14 dagar\nSystemstöd: Verksamhetssystemet"
    publish(cast, process, map_bytes=bpmn(("a", "Aktualisera", (), text)))
    row = Process.objects.get(element_id="a")
    assert (row.description, row.deadline) == ("Gör så här.", "Inom 14 dagar")
    assert row.system_support == "Verksamhetssystemet"


def test_unnamed_steps_are_numbered(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("a", "Aktualisera"), ("b", "")))
    assert active(process) == ["Aktualisera", "Namnlöst steg 2"]


def test_a_version_for_a_later_day_changes_the_tree_on_that_day(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(*THREE))
    coming = publish(cast, process, map_bytes=bpmn(*THREE[:2]), day=days(3))
    assert active(process) == ["Aktualisera", "Utreda", "Besluta"]
    assert actions.put_due_in_force() == 0
    actions.change_status(coming, "withdraw", user=cast.samordnare, comment="Vi ångrade oss.")
    assert process.revisions.in_force(days(10)).get().number == 1


def test_a_process_under_an_unpublished_one_cannot_be_published(cast: Cast) -> None:
    process = make_process(cast)
    make_draft(cast, process, map_bytes=bpmn(*THREE))
    child = Process.objects.get(title="Utreda")
    with pytest.raises(Blocked, match="Barn och unga, som inte är publicerad"):
        publish(cast, child)


def test_withdrawing_the_last_version_takes_the_process_and_its_steps_out_of_use(cast: Cast) -> None:
    process = make_process(cast)
    revision = publish(cast, process, map_bytes=bpmn(*THREE))
    actions.change_status(revision, "withdraw", user=cast.processagare, comment="Ersätts av annan.")
    assert not Process.objects.filter(state=ProcessState.ACTIVE).exists()


def test_withdrawing_a_childs_own_version_gives_it_back_what_the_map_says(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("u", "Utreda", [("i", "Inre steg")])))
    child = Process.objects.get(title="Utreda")
    own = publish(cast, child, map_bytes=bpmn(("p", "Planera")), title="Utreda mer")
    actions.change_status(own, "withdraw", user=cast.processagare, comment="Felaktig.")
    child.refresh_from_db()
    assert (child.title, child.state) == ("Utreda", ProcessState.ACTIVE)
    assert active(child) == ["Inre steg"]


def test_the_same_map_under_two_processes_makes_two_sets_of_rows(cast: Cast) -> None:
    first, second = make_process(cast), make_process(cast, "Äldreomsorg")
    publish(cast, first, map_bytes=bpmn(*THREE))
    publish(cast, second, map_bytes=bpmn(*THREE))
    assert active(second) == active(first)
    assert Process.objects.filter(slug="aldreomsorg-utreda").exists()
