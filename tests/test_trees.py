"""Both trees stay whole after any sequence of inserts, moves and new orders."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mptt.exceptions import InvalidMove

from kvalitet import trees
from kvalitet.organisation.models import Unit
from processes.enums import ProcessKind
from processes.models import Process
from tests.trees import problems

pytestmark = pytest.mark.django_db
LEVELS = {Unit: 99, Process: 3}

PLACE = st.integers(0, 11)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), PLACE, PLACE),
        st.tuples(st.just("insert_children"), PLACE, st.integers(1, 3)),
        st.tuples(st.just("move"), PLACE, PLACE),
        st.tuples(st.just("root"), PLACE, PLACE),
        st.tuples(st.just("reorder"), PLACE, PLACE),
    ),
    min_size=3,
    max_size=14,
)


def new(model: Any, number: int, *, level: int) -> Any:
    if model is Unit:
        return Unit(name=f"Enhet {number}", slug=f"enhet-{number}", kind="unit")
    kind = "" if level else ProcessKind.MAIN
    return Process(title=f"Process {number}", slug=f"process-{number}", kind=kind)


class Tree:
    """Does each step as the application would, which refuses what does not fit, and remembers the parents."""

    def __init__(self, model: Any) -> None:
        self.model, self.made = model, 0
        self.parents: dict[int, int | None] = {}

    def node(self, place: int) -> Any:
        rows = list(self.model.objects.order_by("pk"))
        return rows[place % len(rows)] if rows else None

    def fresh(self, level: int) -> Any:
        self.made += 1
        return new(self.model, self.made, level=level)

    def fits(self, target: Any, height: int = 0) -> bool:
        return target is None or target.level + 1 + height < LEVELS[self.model]

    def do(self, what: str, one: int, other: int) -> None:
        node = self.node(one)
        if what == "insert" or node is None:
            parent = node if node and self.fits(node) else None
            made = [trees.insert(self.fresh(1 if parent else 0), parent=parent, position=other or None)]
        elif what == "insert_children":
            made = (
                trees.insert_children(node, [self.fresh(1) for _ in range(other)]) if self.fits(node) else []
            )
        elif what == "reorder":
            made = []
            trees.reorder(node, position=other)
        else:
            made = [self.move(node, self.node(other) if what == "move" else None)]
        self.parents |= {row.pk: row.parent_id for row in made}

    def move(self, node: Any, target: Any) -> Any:
        height = max(row.level for row in node.get_descendants(include_self=True)) - node.level
        if not self.fits(target, height):
            return node
        values = {"kind": "" if target else ProcessKind.MAIN} if self.model is Process else {}
        try:
            trees.move(node, parent=target, **values)
        except InvalidMove:
            assert target.pk in set(node.get_descendants(include_self=True).values_list("pk", flat=True))
        return node


@pytest.mark.parametrize("model", [Process, Unit], ids=["process", "unit"])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_a_tree_is_whole_after_any_changes(model: Any, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        tree = Tree(model)
        for step in steps:
            tree.do(*step)
        assert problems(model) == []
        assert dict(model.objects.values_list("pk", "parent_id")) == tree.parents
        transaction.set_rollback(True)
