"""What Django's own lookups lack: lists in parameters and columns, a question put to each row, a count as a
column, and a key that comes as text from outside.
"""

from typing import Any

from django.db import models
from django.db.models import Count, Exists, Subquery, Value
from django.db.models.fields.related import ForeignObject
from django.db.models.functions import Coalesce

# Digits that fit in the database's widest whole number whichever they are.
MOST_DIGITS = 18


@models.IntegerField.register_lookup
@ForeignObject.register_lookup
class InArray(models.Lookup):
    """``process__any=[1, 2]``: like ``in``, but the same SQL whatever the list's length."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, list(self.rhs)]


@models.CharField.register_lookup
class Among(models.Lookup):
    """``slug__among=F("array")``: the text is one of those in a column that holds an array of texts."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        text, params = self.process_lhs(compiler, connection)
        array, more = self.process_rhs(compiler, connection)
        return f"{text} = ANY({array})", [*params, *more]


class ExistsForEach(Exists):
    """``Exists`` that looks in the index for one row at a time.

    PostgreSQL would rather collect the answer for every row of the other table beforehand, which is right
    when all are read and costs a hundred times as much when a page of twenty-five is.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def counted(rows: Any, of: str = "pk", *, distinct: bool = False) -> Coalesce:
    """How many ``rows`` there are for each row of the outer query, as a column; 0 where there are none."""
    alone = rows.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(alone.annotate(number=Count(of, distinct=distinct)).values("number")), 0)


def number_in(text: str | None) -> int | None:
    """The whole number that an address or a form sent, such as a key; None for what no row can have."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return None
    return int(text)
