"""Changes to mptt trees, one at a time.

mptt computes lft and rght in Python from what it just read, so two inserts side by side give the same
numbers. Every change here first takes a transaction-bound advisory lock on the tree's table. The order
among siblings is the ordinary column ``position``; lft and rght only answer "is inside".
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pgtrigger
from django.db import connection, models, transaction
from django.db.models import Deferrable, F, Max
from mptt.exceptions import InvalidMove
from mptt.models import MPTTModel

Node = TypeVar("Node", bound=MPTTModel)


def unique_left(prefix: str) -> models.UniqueConstraint:
    """The constraint every tree carries: no two nodes share a left edge."""
    return models.UniqueConstraint(
        fields=["tree_id", "lft"], name=f"{prefix}_tree_left_unique", deferrable=Deferrable.DEFERRED
    )


def insert_only_when_locked() -> pgtrigger.Trigger:
    """The trigger every tree carries: an insert that does not hold the tree's lock is refused."""
    return pgtrigger.Trigger(
        name="insert_only_when_locked",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            IF NOT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                AND classid = hashtext('kvalitet.trees')::oid AND objid = hashtext(TG_TABLE_NAME)::oid
            ) THEN
                RAISE EXCEPTION 'rows of % are inserted with kvalitet.trees', TG_TABLE_NAME;
            END IF;
            RETURN NULL;
        """,
    )


@contextmanager
def locked(model: type[MPTTModel]) -> Iterator[None]:
    """A transaction in which nobody else changes the tree of ``model``."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('kvalitet.trees'), hashtext(%s))",
                [model._meta.db_table],
            )
        yield


def insert(node: Node, *, parent: Node | None = None, position: int | None = None) -> Node:
    """Save a new ``node`` under ``parent`` (None = a root), last among its siblings unless ``position``
    is given.
    """
    model = type(node)
    with locked(model):
        siblings = model._default_manager.filter(parent=parent)
        if position is None:
            node.position = (siblings.aggregate(last=Max("position"))["last"] or 0) + 1
        else:
            siblings.filter(position__gte=position).update(position=F("position") + 1)
            node.position = position
        fresh = parent and model._default_manager.get(pk=parent.pk)
        node.insert_at(fresh, position="last-child", save=True)
    return node


def insert_children(parent: Node, nodes: Sequence[Node]) -> list[Node]:
    """Save new leaf ``nodes`` last under ``parent`` with one shifting UPDATE and one bulk insert.

    Event and search triggers fire as for any insert. Returns the nodes with primary keys.
    """
    if not nodes:
        return []
    model = type(parent)
    width = 2 * len(nodes)
    with locked(model):
        above = model._default_manager.get(pk=parent.pk)
        last = model._default_manager.filter(parent=above).aggregate(last=Max("position"))["last"] or 0
        tree = model._default_manager.filter(tree_id=above.tree_id)
        _shift(tree, above.rght, width)
        for index, node in enumerate(nodes):
            node.parent, node.tree_id, node.level = above, above.tree_id, above.level + 1
            node.lft, node.rght = above.rght + 2 * index, above.rght + 2 * index + 1
            node.position = last + 1 + index
        return list(model._default_manager.bulk_create(nodes))


def move(node: Node, *, parent: Node | None, position: int | None = None, **values: Any) -> None:
    """Move ``node`` with everything under it; last among its new siblings unless ``position`` is given.

    ``values`` are columns of ``node`` alone that follow from where it stands, written in the same statement
    as its level, so that a constraint on both holds. Raises ``mptt.exceptions.InvalidMove`` into its own
    subtree.
    """
    model = type(node)
    with locked(model):
        fresh = model._default_manager.get(pk=node.pk)
        target = parent and model._default_manager.get(pk=parent.pk)
        if target is not None and _is_inside(target, fresh):
            raise InvalidMove("A node may not be moved into itself or what lies under it.")
        if fresh.parent_id != (target.pk if target else None):
            _graft(fresh, target, values)
            fresh.refresh_from_db()
        reorder(fresh, position=position)
    node.refresh_from_db()


def _is_inside(node: MPTTModel, above: MPTTModel) -> bool:
    return bool(node.tree_id == above.tree_id and above.lft <= node.lft <= above.rght)


def _graft(node: MPTTModel, target: MPTTModel | None, values: Mapping[str, Any]) -> None:
    """Open a gap last under ``target`` (or in a new tree), put the subtree there, close the gap it left."""
    rows = type(node)._default_manager.order_by()
    width = node.rght - node.lft + 1
    if target is None:
        tree, left, level = (rows.aggregate(last=Max("tree_id"))["last"] or 0) + 1, 1, 0
    else:
        tree, left, level = target.tree_id, target.rght, target.level + 1
        _shift(rows.filter(tree_id=tree), left, width)
    node.refresh_from_db(fields=["lft", "rght"])
    old_tree, old_right, shift = node.tree_id, node.rght, left - node.lft
    own = {"parent": target and target.pk, **values}
    rows.filter(tree_id=old_tree, lft__gte=node.lft, rght__lte=node.rght).update(
        tree_id=tree,
        lft=F("lft") + shift,
        rght=F("rght") + shift,
        level=F("level") + (level - node.level),
        **{name: _only_for(node, name, value) for name, value in own.items()},
    )
    _shift(rows.filter(tree_id=old_tree), old_right + 1, -width)


def _only_for(node: MPTTModel, name: str, value: Any) -> models.Case:
    """``value`` in the row of ``node``; in other rows the column stays as it is."""
    field = node._meta.get_field(name)
    kind = getattr(field, "target_field", field)
    mine = models.When(pk=node.pk, then=models.Value(value, output_field=kind))
    return models.Case(mine, default=F(name), output_field=kind)


def _shift(tree: models.QuerySet[Any], from_edge: int, by: int) -> None:
    """Move every edge of the tree at or to the right of ``from_edge``."""
    tree.filter(lft__gte=from_edge).update(lft=F("lft") + by)
    tree.filter(rght__gte=from_edge).update(rght=F("rght") + by)


def reorder(node: MPTTModel, *, position: int | None) -> None:
    """Put ``node`` at ``position`` (1 = first) among its siblings and renumber them; None puts it last."""
    model = type(node)
    with locked(model):
        ids = list(
            model._default_manager.filter(parent_id=node.parent_id)
            .exclude(pk=node.pk)
            .order_by("position", "pk")
            .values_list("pk", flat=True)
        )
        ids.insert(len(ids) if position is None else max(position - 1, 0), node.pk)
        cases = [models.When(pk=pk, then=index) for index, pk in enumerate(ids, start=1)]
        model._default_manager.filter(pk__in=ids).update(position=models.Case(*cases))
