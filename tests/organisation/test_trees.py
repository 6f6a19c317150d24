"""Changes to a tree side by side: mptt alone gives two nodes the same place."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from kvalitet import trees
from kvalitet.organisation.models import Unit
from tests.cast import make_units
from tests.trees import problems


def at_once(count: int, work: Callable[[int], object]) -> list[Exception]:
    """Run ``work`` in ``count`` threads that start together; returns what went wrong."""
    gate, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            work(number)
        except Exception as error:  # noqa: BLE001 (told to the test)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def new(number: int) -> Unit:
    return Unit(name=f"Ny {number}", slug=f"ny-{number}", kind="unit")


@pytest.mark.django_db(transaction=True)
def test_forty_inserts_at_once_each_get_a_place_of_their_own() -> None:
    units = make_units()
    parents = [units.home, units.other, units.department, None]
    errors = at_once(40, lambda number: trees.insert(new(number), parent=parents[number % 4]))
    assert errors == []
    assert Unit.objects.filter(name__startswith="Ny ").count() == 40
    assert problems(Unit) == []
    for parent in parents:
        positions = list(Unit.objects.filter(parent=parent).values_list("position", flat=True))
        assert len(set(positions)) == len(positions)


@pytest.mark.django_db(transaction=True)
def test_moves_and_inserts_at_once_leave_the_tree_whole() -> None:
    units = make_units()
    places = [units.department, units.other_department]

    def work(number: int) -> None:
        if number % 2:
            trees.insert_children(units.home, [new(number), new(number + 100)])
        else:
            trees.move(units.neighbour, parent=places[number % 4 // 2])

    assert at_once(12, work) == []
    assert Unit.objects.filter(parent=units.home).count() == 12
    assert problems(Unit) == []


@pytest.mark.django_db
def test_a_moved_node_takes_what_is_under_it_along() -> None:
    units = make_units()
    trees.move(units.department, parent=units.other_department, position=1)
    assert problems(Unit) == []
    inside = {one.name for one in Unit.objects.get(pk=units.other_department.pk).get_descendants()}
    assert inside == {"Avdelning A", "Mottagningen", "Utredningen", "Hemtjänsten", "Utföraren AB"}
    order = list(Unit.objects.filter(parent=units.other_department).order_by("position"))
    assert order[0].pk == units.department.pk


@pytest.mark.django_db
def test_the_order_of_the_tree_follows_positions_not_edges() -> None:
    units = make_units()
    trees.move(units.neighbour, parent=units.department, position=1)
    names = [one.name for one in Unit.objects.all().in_tree_order()]
    assert names.index("Utredningen") < names.index("Mottagningen") < names.index("Avdelning B")
