"""Whole rows of several models in one query, where a query for each would be too many.

    cases, notes = rows.together(Deviation.objects.filter(…), Note.objects.select_related("author"))

A row comes as JSON and is made an object of its model again, with what ``select_related`` names, one step
away. Bytes, and what ``defer`` names, stay in the database until somebody asks for them. ``whole`` is the
same as a column of a subquery, and ``rebuilt`` what reads it. No model has decimals: JSON would lose zeros.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BinaryField, Func, JSONField, Model, QuerySet, Value
from django.db.models.functions import JSONArray


class Row(Func):
    """The row that a field stands in, or ``columns`` of it; null where it was joined and there is none."""

    output_field = JSONField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[()]]:  # type: ignore[override]
        (field,) = self.get_source_expressions()
        alias = compiler.quote_name_unless_alias(field.alias)
        if not self.extra["columns"]:
            return f"to_jsonb({alias})", ()  # jsonb_build_object takes no more than 50 columns
        pairs = (f"'{one}', {alias}.{connection.ops.quote_name(one)}" for one in self.extra["columns"])
        return f"jsonb_build_object({', '.join(pairs)})", ()


def together(*querysets: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each, in no order. One query."""
    numbered = [one.values_list(Value(number), _column(one)) for number, one in enumerate(querysets)]
    found: list[list[Any]] = [[] for _ in querysets]
    for number, told in numbered[0].union(*numbered[1:], all=True) if numbered else ():
        of = querysets[number]
        found[number].append(rebuilt(of.model, told, _joined(of)))
    return found


def whole(rows: QuerySet[Any]) -> Any:
    """``rows`` with one column, in which each stands whole."""
    return rows.values(told=_column(rows))


def decoded(told: Any) -> Any:
    """The JSON of a column, which the driver gives as text where it stands in an array."""
    return json.loads(told) if isinstance(told, str) else told


def rebuilt(model: type[Model], told: Any, joined: Iterable[str] = ()) -> Any:
    """The object that a column of ``whole`` tells of; ``joined`` names what ``select_related`` did."""
    own, *others = decoded(told)
    row = _made(model, own)
    for name, other in zip(joined, others, strict=True):
        field: Any = model._meta.get_field(name)
        field.set_cached_value(row, other and _made(field.related_model, other))
    return row


def _made(model: type[Model], told: dict[str, Any]) -> Any:
    fields: list[Any] = [one for one in model._meta.concrete_fields if one.column in told]
    values = [one.to_python(told[one.column]) for one in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [one.attname for one in fields], values)


def _column(rows: QuerySet[Any]) -> JSONArray:
    own = Row("pk", columns=_columns(rows))
    return JSONArray(own, *(Row(_field_of(rows.model, name), columns=()) for name in _joined(rows)))


def _columns(rows: QuerySet[Any]) -> tuple[str, ...]:
    """Those to read; empty for all."""
    names, are_left = rows.query.deferred_loading
    left = names if are_left else frozenset()
    fields = rows.model._meta.concrete_fields
    read = [one.column for one in fields if one.name not in left and not isinstance(one, BinaryField)]
    return tuple(read) if len(read) < len(fields) else ()


def _joined(rows: QuerySet[Any]) -> list[str]:
    names = rows.query.select_related
    return list(names) if isinstance(names, dict) else []


def _field_of(model: type[Model], name: str) -> str:
    """Some column of what is joined, but for its key: that is read from the row that points at it."""
    other: Any = model._meta.get_field(name).related_model
    plain = (one for one in other._meta.concrete_fields if not one.primary_key and not one.is_relation)
    return f"{name}__{next(plain).name}"
