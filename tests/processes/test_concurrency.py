"""Many at once: the tree stays whole, and only one of two publishers wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import actions, places
from processes.enums import ProcessState
from processes.models import Process
from tests.cast import make_cast
from tests.processes.factories import bpmn, bring_to, make_draft, make_process
from tests.trees import problems

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run the tasks in threads that start together; a Blocked is a result like any other."""
    gate = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=10)
            return task()
        except Blocked as blocked:
            return blocked
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def assert_tree_is_whole() -> None:
    rows = list(Process.objects.values_list("tree_id", "lft", "rght", "level"))
    for tree in {row[0] for row in rows}:
        edges = sorted(edge for row in rows if row[0] == tree for edge in row[1:3])
        assert edges == list(range(1, len(edges) + 1))
    assert not Process.objects.values("slug").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_processes_laid_up_at_once_get_a_place_and_an_address_each() -> None:
    cast = make_cast()
    root = make_process(cast)

    def add() -> Process:
        return actions.create_process(user=cast.processhandledare, title="Utreda", parent=root)

    made = at_once([add] * 6)
    assert len({process.slug for process in made}) == 6
    assert_tree_is_whole()


def test_of_two_who_publish_the_same_version_one_is_told() -> None:
    cast = make_cast()
    process = make_process(cast)
    draft = make_draft(cast, process, map_bytes=bpmn(("a", "A"), ("b", "B")))
    bring_to(draft, cast, RevisionStatus.APPROVED)

    def publish(who: Any) -> Callable[[], Any]:
        return lambda: actions.change_status(draft, "publish", user=who)

    results = at_once([publish(cast.samordnare), publish(cast.processhandledare)])
    assert sorted(isinstance(one, Exception) for one in results) == [False, True]
    assert Process.objects.filter(parent=process, state=ProcessState.ACTIVE).count() == 2
    assert_tree_is_whole()


def test_maps_published_in_different_processes_at_once_keep_the_tree_whole() -> None:
    cast = make_cast()
    drafts = []
    for number in range(4):
        process = make_process(cast, f"Process {number}")
        steps = [(f"s{n}", f"Steg {n}", [(f"i{n}", "Inre")]) for n in range(5)]
        drafts.append(
            bring_to(make_draft(cast, process, map_bytes=bpmn(*steps)), cast, RevisionStatus.APPROVED)
        )

    def publish(draft: Any) -> Callable[[], Any]:
        return lambda: actions.change_status(draft, "publish", user=cast.samordnare)

    assert not [one for one in at_once([publish(one) for one in drafts]) if isinstance(one, Exception)]
    assert Process.objects.filter(state=ProcessState.ACTIVE).count() == 4 * (1 + 5 + 5)
    assert_tree_is_whole()


def test_of_two_who_begin_a_version_one_is_told() -> None:
    cast = make_cast()
    process = make_process(cast)

    def start(who: Any) -> Callable[[], Any]:
        return lambda: actions.start_revision(process, user=who)

    results = at_once([start(cast.samordnare), start(cast.processagare)])
    assert sorted(isinstance(one, Blocked) for one in results) == [False, True]


def test_moves_at_once_leave_the_tree_whole_and_make_no_circle() -> None:
    cast = make_cast()
    roots = [make_process(cast, f"Process {number}", owner=cast.processagare) for number in range(4)]

    def under(child: Process, parent: Process) -> Callable[[], Any]:
        return lambda: places.move(child, user=cast.samordnare, parent=parent)

    circle = [under(roots[n], roots[(n + 1) % 4]) for n in range(4)]
    results = at_once([*circle, *[under(roots[0], roots[2])] * 2])
    assert any(isinstance(one, Blocked) for one in results)
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, Blocked)]
    assert Process.objects.filter(parent=None).exists()
    assert_tree_is_whole()
    assert problems(Process) == []


def test_of_two_who_want_the_same_address_one_is_told() -> None:
    cast = make_cast()
    processes = [make_process(cast, f"Process {number}") for number in range(2)]

    def take(process: Process) -> Callable[[], Any]:
        return lambda: places.change_address(process, user=cast.samordnare, slug="samma")

    assert sorted(isinstance(one, Blocked) for one in at_once([take(one) for one in processes])) == [
        False,
        True,
    ]
