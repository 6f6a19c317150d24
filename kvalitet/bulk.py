"""Made-up content in bulk: rows by COPY, with the insert triggers off and what they do done for all at once.

A row trigger that writes history and a note to the search for each row costs more than the row. Here the
rows are copied to a temporary table, inserted from it while the insert triggers of that one model are
ignored, and then history and notes are written by one INSERT … SELECT each. Constraints and foreign keys are
never off, and a trigger only while that one statement runs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from random import Random
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max
from django.db.models.expressions import DatabaseDefault

from kvalitet.search.lexicon import shipped_words

AT_ONCE = 20_000
SENTENCES = 2_000
TEMPORARY = "bulk_rows"
Row = dict[str, Any]

# What the history's own triggers write beside the row.
_CONTEXT = {
    "pgh_created_at": "now()",
    "pgh_obj_id": "id",
    "pgh_context": "nullif(current_setting('pghistory.context_metadata', true), '')::jsonb",
    "pgh_context_id": "nullif(current_setting('pghistory.context_id', true), '')::uuid",
}


@dataclass(frozen=True)
class Node:
    """Where one node of a forest stands; ``parent`` is its place in the list, ``tree`` counts from 0."""

    parent: int | None
    tree: int
    level: int
    position: int
    lft: int
    rght: int


def forest(levels: Sequence[int]) -> list[Node]:
    """The edges of a forest that is told depth first by the level of each node: [0, 1, 1, 0] is two trees."""
    parents: list[int | None] = []
    trees: list[int] = []
    positions: list[int] = []
    lefts, rights = [0] * len(levels), [0] * len(levels)
    path: list[int] = []
    children: dict[int | None, int] = {}
    tree, edge = -1, 0
    for place, level in enumerate([*levels, 0]):
        while len(path) > level:
            edge += 1
            rights[path.pop()] = edge
        if place == len(levels):
            break
        if level == 0:
            tree, edge = tree + 1, 0
        parent, edge = (path[-1] if path else None), edge + 1
        children[parent] = children.get(parent, 0) + 1
        parents.append(parent)
        trees.append(tree)
        positions.append(children[parent])
        lefts[place] = edge
        path.append(place)
    return [Node(*one) for one in zip(parents, trees, levels, positions, lefts, rights, strict=True)]


@dataclass
class Load:
    """One run: how many of what, the chance that decides what they are, and how many rows there came."""

    amounts: Mapping[str, int]
    rng: Random
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @cached_property
    def words(self) -> list[str]:
        return sorted(word for word in shipped_words() if len(word) > 2)

    @cached_property
    def _sentences(self) -> list[str]:
        made = (self.rng.choices(self.words, k=self.rng.randint(5, 12)) for _ in range(SENTENCES))
        return [" ".join(words).capitalize() + "." for words in made]

    def title(self, count: int = 3) -> str:
        return " ".join(self.rng.choices(self.words, k=count)).capitalize()

    def text(self, sentences: int = 3) -> str:
        return " ".join(self.rng.choices(self._sentences, k=sentences))

    def ids(self, model: type[models.Model], count: int) -> list[int]:
        """So many keys that nobody else gets, in order."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [pk for (pk,) in cursor.fetchall()]

    def insert(
        self,
        model: type[models.Model],
        rows: Iterable[Row],
        *,
        notes: Mapping[str, str] | None = None,
        born: Mapping[str, str] | None = None,
    ) -> list[int]:
        """Insert ``rows``, by column; what a row leaves out has the field's default. Returns the keys.

        ``notes`` are kind and column of what the search is to index. ``born`` says, in SQL, what the columns
        held that have changed since: history then tells of the birth and of the change.
        """
        keys: list[int] = []
        waiting = iter(rows)
        while batch := list(islice(waiting, AT_ONCE)):
            keys += self._insert(model, batch, notes or {}, born or {})
        return keys

    def _insert(
        self,
        model: type[models.Model],
        batch: list[Row],
        notes: Mapping[str, str],
        born: Mapping[str, str],
    ) -> list[int]:
        if "id" not in batch[0]:
            for key, row in zip(self.ids(model, len(batch)), batch, strict=True):
                row["id"] = key
        _copy(model, batch)
        with connection.cursor() as cursor:
            # The savepoint lies within: an error is rolled back before the triggers are put on again.
            with pgtrigger.ignore(*insert_triggers(model)), transaction.atomic():
                columns = ", ".join(_quoted(_columns(model)))
                source = f"SELECT {columns} FROM {TEMPORARY} ORDER BY id"  # noqa: S608 (names of columns)
                cursor.execute(f"INSERT INTO {_table(model)} ({columns}) {source}")
            for statement in _events(model, born):
                cursor.execute(statement)
            for kind, column in notes.items():
                cursor.execute(
                    "INSERT INTO search_dirty (kind, object_id)"  # noqa: S608 (a name of a column)
                    f" SELECT DISTINCT %s, {column} FROM {TEMPORARY} WHERE {column} IS NOT NULL",
                    [kind],
                )
            cursor.execute(f"DROP TABLE {TEMPORARY}")
        self.rows += len(batch)
        label = str(model._meta.verbose_name_plural)
        self.counts[label] = self.counts.get(label, 0) + len(batch)
        return [row["id"] for row in batch]


def insert_triggers(model: type[models.Model]) -> list[str]:
    """Names of the row triggers that an insert would fire. Those of a statement stay on."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for owner, trigger in pgtrigger.registered()
        if owner is model and trigger.level == pgtrigger.Row and "INSERT" in str(trigger.operation)
    ]


def next_tree(model: Any) -> int:
    """The number of the first tree to be laid; to be asked for while the tree is locked."""
    return (model._default_manager.aggregate(last=Max("tree_id"))["last"] or 0) + 1


def place(node: Node, ids: Sequence[int], first_tree: int, after: int = 0) -> Row:
    """The columns of a tree's row; a root's position comes ``after`` those that are there."""
    return {
        "parent_id": None if node.parent is None else ids[node.parent],
        "position": node.position + (after if node.parent is None else 0),
        "level": node.level,
        "lft": node.lft,
        "rght": node.rght,
        "tree_id": first_tree + node.tree,
    }


def _columns(model: type[models.Model]) -> list[str]:
    return [str(one.column) for one in model._meta.concrete_fields]


def _quoted(names: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]


def _table(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _default(field: Any) -> Any:
    """What a row leaves out: COPY takes a value, and no order to the database to use its own."""
    value = field.get_default()
    return (
        getattr(field.db_default, "value", field.db_default) if isinstance(value, DatabaseDefault) else value
    )


def _copy(model: type[models.Model], batch: list[Row]) -> None:
    columns = _columns(model)
    defaults = {one.column: _default(one) for one in model._meta.concrete_fields}
    unknown = batch[0].keys() - defaults.keys()
    if unknown:
        raise ValueError(f"{model._meta.label} has no column {', '.join(sorted(unknown))}")
    names = ", ".join(_quoted(columns))
    with connection.cursor() as cursor:
        empty = f"SELECT {names} FROM {_table(model)} WITH NO DATA"  # noqa: S608 (names of columns)
        cursor.execute(f"CREATE TEMP TABLE {TEMPORARY} ON COMMIT DROP AS {empty}")
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {TEMPORARY} ({names}) FROM STDIN") as copy,
        ):
            for row in batch:
                copy.write_row([row.get(name, defaults[name]) for name in columns])


def _events(model: type[models.Model], born: Mapping[str, str]) -> Iterator[str]:
    """The statements that write the history of the rows just inserted."""
    event = _event_model(model)
    if event is None:
        return
    tracked = [name for name in _columns(event) if not name.startswith("pgh_")]
    yield _event(event, "insert", {name: born.get(name, connection.ops.quote_name(name)) for name in tracked})
    changed = [name for name in tracked if name in born]
    if changed:
        now = {name: str(connection.ops.quote_name(name)) for name in tracked}
        differs = " OR ".join(
            f"{connection.ops.quote_name(name)} IS DISTINCT FROM {born[name]}" for name in changed
        )
        yield f"{_event(event, 'update', now)} WHERE {differs}"


def _event(event: type[models.Model], label: str, values: Mapping[str, str]) -> str:
    every = {**_CONTEXT, "pgh_label": f"'{label}'", **values}
    columns = ", ".join(_quoted(every))
    source = f"SELECT {', '.join(every.values())} FROM {TEMPORARY}"  # noqa: S608 (columns and constants)
    return f"INSERT INTO {_table(event)} ({columns}) {source}"


def _event_model(model: type[models.Model]) -> type[models.Model] | None:
    found = (one for one in apps.get_models() if getattr(one, "pgh_tracked_model", None) is model)
    return next(found, None)
