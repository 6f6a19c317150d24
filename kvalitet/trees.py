"""Changes to mptt trees, one at a time.

mptt computes lft and rght in Python from what it just read, so two inserts side by side give the same
numbers. Every change here first takes a transaction-bound advisory lock on the tree's table. The order
among siblings is the ordinary column ``position``; lft and rght only answer "is inside".
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pgtrigger
from django.db import connection, models, transaction
from django.db.models import Deferrable, F, Max
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
        tree.filter(lft__gt=above.rght).update(lft=F("lft") + width)
        tree.filter(rght__gte=above.rght).update(rght=F("rght") + width)
        for index, node in enumerate(nodes):
            node.parent, node.tree_id, node.level = above, above.tree_id, above.level + 1
            node.lft, node.rght = above.rght + 2 * index, above.rght + 2 * index + 1
            node.position = last + 1 + index
        return list(model._default_manager.bulk_create(nodes))


def move(node: Node, *, parent: Node | None, position: int | None = None) -> None:
    """Move ``node`` with everything under it. Raises ``mptt.exceptions.InvalidMove`` into its own subtree."""
    model = type(node)
    with locked(model):
        fresh = model._default_manager.get(pk=node.pk)
        target = parent and model._default_manager.get(pk=parent.pk)
        if fresh.parent_id != (target.pk if target else None):
            fresh.move_to(target, "last-child")
        reorder(fresh, position=position)
    node.refresh_from_db()


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
