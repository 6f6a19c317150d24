"""How log lines are written: as text, or as JSON for whoever collects them, with the ids they belong to;
what the database quotes of a row that it refused, and what an address may hold, are left out.

PostgreSQL tells the whole row that broke a rule, texts of cases among its values. The name of the rule stands
in the first line, and is all that whoever reads the log needs.
"""

import copy
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

from kvalitet import tracing

LINE = "{asctime} {levelname} {name} {message}"
LEFT_OUT = "(raden visas inte i loggen)"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Formatter(logging.Formatter):
    """Writes errors of the database with their first line alone, in the message and in the traceback."""

    def __init__(self) -> None:
        super().__init__(LINE, style="{")

    def format(self, record: logging.LogRecord) -> str:
        line = _with_short_addresses(record)
        line.message = _on_one_line(self.clean(line.getMessage(), record))
        line.asctime = self.formatTime(line)
        about = " ".join(f"{name}={value}" for name, value in tracing.ids(record).items())
        first = f"{self.formatMessage(line)} [{about}]" if about else self.formatMessage(line)
        # What was written may stand in a traceback too: none of its lines begins like a line of the log.
        return "\n    ".join([first, *map(_on_one_line, self.trace(record).splitlines())])

    def trace(self, record: logging.LogRecord) -> str:
        """The traceback, made anew: another handler's stands on the record, and quotes what it likes."""
        return self.clean(self.formatException(record.exc_info), record) if record.exc_info else ""

    def clean(self, text: str, record: logging.LogRecord) -> str:
        """``text`` without what the errors of the record quote of rows."""
        quoted = record.args if isinstance(record.args, tuple) else ()
        raised = record.exc_info[1] if record.exc_info else None
        for error in (*_database_errors(raised), *(one for one in quoted if _is_of_database(one))):
            for told in (str(error), repr(error)):
                text = text.replace(told, _first_line(str(error)))
        return text


class JsonFormatter(Formatter):
    """The same as one JSON object a line: `at` (ISO 8601), `level`, `logger`, `message`, `trace`, the ids."""

    def format(self, record: logging.LogRecord) -> str:
        message = self.clean(_with_short_addresses(record).getMessage(), record)
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **tracing.ids(record),
        }
        if trace := self.trace(record):
            told["trace"] = trace
        return json.dumps(told, ensure_ascii=False)


def _on_one_line(text: str) -> str:
    """Nobody who has a say in a text writes a line of their own, or tells a terminal what to do."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _with_short_addresses(record: logging.LogRecord) -> logging.LogRecord:
    """A copy without the whole path, which Django says of what it refused, escaped."""
    short, request = copy.copy(record), tracing.request_of(record)
    if request is None or not isinstance(record.args, tuple):
        return short
    paths = {request.path, request.path.encode("unicode_escape").decode("ascii")}
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
