"""From an object to its rows in ``search_entry``."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from kvalitet.search.language import STOP_WORDS, fold, words
from kvalitet.search.lexicon import Lexicon
from kvalitet.search.records import EntryData, Kind
from kvalitet.search.terms import lexicon, note_words

MOST_LETTERS = 400_000
_MOST_PLACES = 60
_GAP = 20  # places between title, keywords and text, so that no phrase spans two of them
_LAST_PLACE = 16_383

_UPSERT = """
    INSERT INTO search_entry (kind, object_id, edition, url, title, title_key, meta, status, day, body,
        audience, unit_id, process_id, home_id, allow, deny, title_vector, vector, updated_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::bigint[], %s::tsvector,
        %s::tsvector, now())
    ON CONFLICT (kind, object_id, edition) DO UPDATE SET
        (url, title, title_key, meta, status, day, body, audience, unit_id, process_id, home_id, allow, deny,
         title_vector, vector, updated_at)
        = (EXCLUDED.url, EXCLUDED.title, EXCLUDED.title_key, EXCLUDED.meta, EXCLUDED.status, EXCLUDED.day,
           EXCLUDED.body, EXCLUDED.audience, EXCLUDED.unit_id, EXCLUDED.process_id, EXCLUDED.home_id,
           EXCLUDED.allow, EXCLUDED.deny, EXCLUDED.title_vector, EXCLUDED.vector, now())
"""


def index_objects(kind: Kind, object_ids: Sequence[int]) -> None:
    """Read ``object_ids`` through ``kind.entries`` and make their entries what they should be now.

    Entries of objects or editions that ``kind.entries`` does not yield are deleted. One transaction.
    """
    with transaction.atomic():
        entries = list(kind.entries(object_ids))
        kept = [f"{entry.object_id}:{entry.edition}" for entry in entries]
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_entry WHERE kind = %s AND object_id = ANY(%s)"
                " AND NOT object_id || ':' || edition = ANY(%s)",
                [kind.name, list(object_ids), kept],
            )
        write_entries(kind.name, entries)


def write_entries(kind_name: str, entries: Iterable[EntryData]) -> int:
    """Insert or replace ``entries``; returns how many. For the drain and for bulk loaders."""
    found = list(entries)
    opened = lexicon()
    rows = [_row(kind_name, entry, opened) for entry in found]
    with transaction.atomic():
        if rows:
            # Past Django's wrappers: history's cannot read many rows, and this table has no history.
            with connection.cursor() as cursor, connection.wrap_database_errors:
                cursor.cursor.executemany(_UPSERT, rows)
        note_words(found)
    return len(rows)


def forget(kind_name: str, object_ids: Sequence[int]) -> None:
    """Remove ``object_ids`` from the search at once, in the caller's transaction (gallring)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_entry WHERE kind = %s AND object_id = ANY(%s)", [kind_name, list(object_ids)]
        )


def vectors(entry: EntryData, opened: Lexicon) -> tuple[str, str]:
    """The words of title and keywords, and of everything, in the database's own notation for a tsvector.

    Weights: A a word of the title, B a part of one or a keyword, C a word of the text, D a part of one.
    """
    places: dict[str, list[str]] = {}
    end = _add(places, entry.title, 1, "AB", opened)
    end = _add(places, entry.keywords, end + _GAP, "BD", opened)
    title = _notation(places)
    _add(places, entry.body[:MOST_LETTERS], end + _GAP, "CD", opened)
    return title, _notation(places)


def _add(places: dict[str, list[str]], text: str, start: int, weights: str, opened: Lexicon) -> int:
    place = start
    for place, word in enumerate(words(fold(text)), start):
        if word in STOP_WORDS:
            continue
        analysis = opened.analyse(word)
        whole = f"{min(place, _LAST_PLACE)}{weights[0]}"
        for stem in analysis.whole:
            places.setdefault(stem, []).append(whole)
        if analysis.parts:
            part = f"{min(place, _LAST_PLACE)}{weights[1]}"
            for stem in (stem for stems in analysis.parts for stem in stems):
                places.setdefault(stem, []).append(part)
    return place


def _notation(places: dict[str, list[str]]) -> str:
    return " ".join(f"'{stem}':{','.join(spots[:_MOST_PLACES])}" for stem, spots in places.items())


def _row(kind_name: str, entry: EntryData, opened: Lexicon) -> tuple[Any, ...]:
    clean = {name: _clean(getattr(entry, name)) for name in ("title", "meta", "status", "body", "url")}
    title_vector, vector = vectors(entry, opened)
    return (
        *(kind_name, entry.object_id, str(entry.edition), clean["url"], clean["title"], fold(clean["title"])),
        *(clean["meta"], clean["status"], entry.day, clean["body"][:MOST_LETTERS], int(entry.audience)),
        *(entry.unit_id, entry.process_id, entry.home_id, list(entry.allow), list(entry.deny)),
        *(title_vector, vector),
    )


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())
