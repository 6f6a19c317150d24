"""A kind of its own for these tests: notes in a table that only plain SQL writes to."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection

from kvalitet import search
from kvalitet.search import terms
from kvalitet.search.records import Audience, EntryData, Kind, Reader
from kvalitet.search.registry import readers

_TABLE = """
    CREATE TABLE search_note (
        id bigserial PRIMARY KEY, title text NOT NULL,
        body text NOT NULL DEFAULT '', keywords text NOT NULL DEFAULT '',
        audience int NOT NULL DEFAULT 2, unit_id bigint, process_id bigint, home_id bigint,
        allow bigint[] NOT NULL DEFAULT '{{}}', deny bigint[] NOT NULL DEFAULT '{{}}'
    );
    CREATE FUNCTION search_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
    CREATE TRIGGER search_note_changed AFTER INSERT OR UPDATE OR DELETE ON search_note
        FOR EACH ROW EXECUTE FUNCTION search_note_changed();
"""


class Person:
    """Who searches; the organisation app is not needed to ask what a Reader may find."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.pk = reader.user_id
        self.is_authenticated = reader.user_id is not None


STAFF = Person(Reader(user_id=1, rank=Audience.STAFF))
STRANGER = Person(Reader())


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def add(title: str, body: str = "", **columns: Any) -> int:
    """A new note, indexed; its id."""
    columns |= {"title": title, "body": body}
    places = ", ".join(["%s"] * len(columns))
    note_id: int = sql(
        f"INSERT INTO search_note ({', '.join(columns)}) VALUES ({places}) RETURNING id", *columns.values()
    )[0][0]
    search.drain_now()
    return note_id


def entries(note_ids: Sequence[int]) -> Iterator[EntryData]:
    columns = "id, title, body, keywords, audience, unit_id, process_id, home_id, allow, deny"
    for row in sql(f"SELECT {columns} FROM search_note WHERE id = ANY(%s)", list(note_ids)):
        names = ("object_id", *columns.split(", ")[1:])
        fields = dict(zip(names, row, strict=True))
        if fields["title"] == "giftig":
            raise RuntimeError("detta får inte stå i loggen")
        yield EntryData(url=f"/not/{row[0]}/", **(fields | {"audience": Audience(fields["audience"])}))


def confirm(user: Any, note_ids: Sequence[int]) -> set[int]:
    rows = sql("SELECT id FROM search_note WHERE id = ANY(%s) AND %s = ANY(allow)", list(note_ids), user.pk)
    return {note_id for (note_id,) in rows}


def all_ids() -> list[int]:
    return [note_id for (note_id,) in sql("SELECT id FROM search_note")]


def found(text: str, user: Any = STAFF, **narrowed: Any) -> list[int]:
    return [hit.object_id for hit in search.find(user, text, **narrowed).hits]


def make_table() -> None:
    body = str(search.search_dirty_trigger("note").func)
    with connection.cursor() as cursor:
        cursor.execute(_TABLE.format(body=body))


@pytest.fixture
def notes(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make_table()
    search.register(Kind("note", "Anteckningar", "tests.note", entries, all_ids, confirm))
    monkeypatch.setattr(readers, "reader_for", lambda user: getattr(user, "reader", Reader()))
    monkeypatch.setattr(readers, "unit_choices", lambda user: [(7, "Björken"), (8, "Eken")])
    monkeypatch.setattr(readers, "units_under", lambda unit_id: [unit_id])
    terms.forget_lexicon()
    yield
    search.unregister("note")
    terms.forget_lexicon()
