"""How log lines are written: as text, or as JSON for whoever collects them, with the ids they belong to;
what the database quotes of a row that it refused, and what an address may hold, are left out.

PostgreSQL tells the whole row that broke a rule, texts of cases among its values. The name of the rule stands
in the first line, and is all that whoever reads the log needs.
"""

import copy
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

from kvalitet import tracing

LINE = "{asctime} {levelname} {name} {message}"
LEFT_OUT = "(raden visas inte i loggen)"


class Formatter(logging.Formatter):
    """Writes errors of the database with their first line alone, in the message and in the traceback."""

    def __init__(self) -> None:
        super().__init__(LINE, style="{")

    def format(self, record: logging.LogRecord) -> str:
        record = _with_short_addresses(record)
        text = self.clean(super().format(record), record)
        about = " ".join(f"{name}={value}" for name, value in tracing.ids(record).items())
        first, newline, rest = text.partition("\n")
        return f"{first} [{about}]{newline}{rest}" if about else text

    def clean(self, text: str, record: logging.LogRecord) -> str:
        """``text`` without what the errors of the record quote of rows."""
        quoted = record.args if isinstance(record.args, tuple) else ()
        raised = record.exc_info[1] if record.exc_info else None
        for error in (*_database_errors(raised), *(one for one in quoted if _is_of_database(one))):
            for told in (str(error), repr(error)):
                text = text.replace(told, _first_line(str(error)))
        # A traceback that another handler formatted is kept on the record; it is made anew here every time.
        record.exc_text = None
        return text


class JsonFormatter(Formatter):
    """The same as one JSON object a line: `at` (ISO 8601), `level`, `logger`, `message`, `trace`, the ids."""

    def format(self, record: logging.LogRecord) -> str:
        record = _with_short_addresses(record)
        message = self.clean(record.getMessage(), record)
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **tracing.ids(record),
        }
        if record.exc_info:
            told["trace"] = self.clean(self.formatException(record.exc_info), record)
        return json.dumps(told, ensure_ascii=False)


def _with_short_addresses(record: logging.LogRecord) -> logging.LogRecord:
    """Django says the whole path of what it refused, escaped."""
    request = tracing.request_of(record)
    if request is None or not isinstance(record.args, tuple):
        return record
    paths = {request.path, request.path.encode("unicode_escape").decode("ascii")}
    short = copy.copy(record)
    short.args = tuple(
        tracing.address(request) if isinstance(one, str) and one in paths else one for one in record.args
    )
    return short


def _database_errors(raised: BaseException | None) -> Iterator[BaseException]:
    """The errors of the database in the chain that the traceback tells."""
    seen: set[int] = set()
    while raised is not None and id(raised) not in seen:
        seen.add(id(raised))
        if _is_of_database(raised):
            yield raised
        raised = raised.__cause__ or raised.__context__


def _is_of_database(error: Any) -> bool:
    return isinstance(error, DatabaseError | DriverError)


def _first_line(told: str) -> str:
    first, newline, _ = told.partition("\n")
    return f"{first} {LEFT_OUT}" if newline else first
