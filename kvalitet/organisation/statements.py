"""Readings whose SQL is written once: to write much of it takes Django longer than PostgreSQL to answer.

    rows = statements.rows(_links, user, process_ids=[1, 2])

``build(reader, **values)`` gives a queryset of plain columns (``values_list``). It is called when nobody with
the same rights has asked that day, and then for a stand-in: somebody with these rights, an id that no row
has, and values that no row has. Where they stand among the parameters, the reader's own are put each time. So
what ``build`` makes depends on nothing but the rights and the day, and a stand-in that is left finds nothing.

The columns come as the driver gives them: JSON as text. A list is asked for with ``field__any``
(``kvalitet.lookups``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.utils import timezone
from psycopg.types.numeric import Int8

from kvalitet import lookups  # noqa: F401 registers ``any``
from kvalitet.organisation import grants
from kvalitet.organisation.grants import NOBODY, Rights

KEPT = 500
Build = Callable[..., Any]


class _PreparedCursor(ServerBindingCursor):
    """PostgreSQL plans the statement once a connection, not once a question."""

    def execute(self, query: Any, params: Any = None) -> Any:
        return super().execute(query, params, prepare=True)  # type: ignore[misc]


@dataclass(frozen=True)
class Statement:
    """``places`` are the parameters in order: the name of a value that is put there, or "" and a constant.

    Without SQL nothing can be found, as with rights that open no row.
    """

    sql: str
    places: tuple[tuple[str, Any], ...]

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        params = [_typed(values[name]) if name else there for name, there in self.places]
        with connection.cursor() as cursor:
            cursor.cursor = _PreparedCursor(connection.connection)  # type: ignore[call-arg]
            cursor.execute(self.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def _typed(value: Any) -> Any:
    """A number as the ids' type, whatever its size: the types of its parameters are part of a statement."""
    if isinstance(value, list):
        return [Int8(one) for one in value]
    return Int8(value) if isinstance(value, int) else value


def rows(build: Build, user: Any, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of ``build(user, **values)``. A value is a number, a text or a list of numbers."""
    kinds = tuple((name, type(value)) for name, value in values.items())
    statement = _written(build, grants.rights(user), timezone.localdate(), kinds)
    return statement.rows({**values, "reader": user.pk})


@lru_cache(KEPT)
def _written(
    build: Build, rights: Rights | None, day: date, kinds: tuple[tuple[str, type], ...]
) -> Statement:
    """``day`` is part of the key because ``build`` reads the calendar."""
    stand_ins = {name: _stand_in(place, kind) for place, (name, kind) in enumerate(kinds, 1)}
    reader = grants.StandIn(rights) if rights else AnonymousUser()
    try:
        sql, params = build(reader, **stand_ins).query.sql_with_params()
    except EmptyResultSet:
        return Statement("", ())
    names = {_comparable(one): name for name, one in {**stand_ins, "reader": NOBODY}.items()}
    places = tuple((names.get(_comparable(one), ""), one) for one in params)
    if missing := set(stand_ins) - {name for name, _ in places}:
        raise ValueError(f"{build.__name__} changes or leaves out {missing}")
    return Statement(sql, places)


def _comparable(param: Any) -> Any:
    return tuple(param) if isinstance(param, list) else param


def _stand_in(place: int, kind: type) -> Any:
    if kind is list:
        return [NOBODY - place]
    return NOBODY - place if kind is int else f"{NOBODY - place}"
