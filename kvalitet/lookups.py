"""What Django's own lookups lack: parameters and columns that hold lists, and a question put to each row."""

from typing import Any

from django.db import models
from django.db.models import Exists
from django.db.models.fields.related import ForeignObject


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
