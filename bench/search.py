"""Search over many documents: its speed beside its bare SQL, and how often the right one is among ten."""

import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bench import texts
from bench.rows import Row
from bench.world import MANY, ROOT, SMALL, World, using

STATUTES = ROOT.parent / "shared/sfs"
KIND = "document"
READER = "medarbetare"
_QUERIES = 100
_ROUNDS = 3
_WRITTEN = 500


def measure(world: World) -> Iterator[Row]:
    """Speed over the many documents, speed of indexing, and hit@10 on real statutes if they are here."""
    queries = title_words(_QUERIES)
    found, bare = _in_turns(queries)
    per_second = f"{_QUERIES / found:.0f}/s av {MANY} dokument"
    yield Row("sök: sökningar per sekund, en tråd", per_second)
    yield Row("sök: tid mot bar SQL", f"{found / bare:.2f} ×", "≤ 2 ×", found <= 2 * bare)
    yield Row("sök: indexering, en tråd", f"{_indexed_per_second():.0f} rader/s med {texts.WORDS} ord")
    if STATUTES.is_dir():
        with using(SMALL):
            share, plain = title_hits()
        value = f"{share:.1%} (plain swedish {plain:.1%})"
        yield Row("sök: rätt bland tio på titel", value, "≥ 95 %", share >= 0.95)
    for name, pairs in _held_out().items():
        with using(SMALL):
            share, plain = pair_hits(pairs)
        value = f"{share:.0%} av {len(pairs)} (plain swedish {plain:.0%})"
        yield Row(f"sök: {name} som hittas", value, "mer än plain", share > plain)


def _held_out() -> dict[str, list[tuple[str, str]]]:
    """Pairs that were written after the rules, so that these cannot have been made for them."""
    from tests.kvalitet.search.pairs import FRESH_COMPOUNDS, FRESH_INFLECTIONS

    return {"böjningar": FRESH_INFLECTIONS, "delar av sammansatta ord": FRESH_COMPOUNDS}


def pair_hits(pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """How many second words are found by the first: by this search, and by plain ``swedish``."""
    from django.db import connection, transaction

    from kvalitet import search

    numbered = list(enumerate(pairs, 1))
    staff = search.Audience.STAFF
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_entry")
        entries = [
            search.EntryData(object_id=number, url="/", title=word, audience=staff)
            for number, (_, word) in numbered
        ]
        search.write_entries(KIND, entries)
        ours = sum(number in _find(asked) for number, (asked, _) in numbered)
        theirs = 0
        for asked, word in pairs:
            cursor.execute(
                "SELECT to_tsvector('swedish', %s) @@ plainto_tsquery('swedish', %s)", [word, asked]
            )
            theirs += cursor.fetchone()[0]
        transaction.set_rollback(True)
    return ours / len(pairs), theirs / len(pairs)


def _indexed_per_second() -> float:
    """``write_entries`` as the drain and the loader call it; what it writes is taken back."""
    from django.db import transaction

    from kvalitet import search

    made = texts.made_up(seed=2)
    rows = [
        texts.entry(-number, f"Rutin {number}", "internal", 1, 1, body=next(made))
        for number in range(2 * _WRITTEN)
    ]
    with transaction.atomic():
        search.write_entries(KIND, rows[:_WRITTEN])
        start = time.perf_counter()
        search.write_entries(KIND, rows[_WRITTEN:])
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return _WRITTEN / seconds


def title_words(count: int) -> list[str]:
    """Queries of one or two words out of the titles that are there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title FROM search_entry WHERE kind = %s AND audience <= 2"
            " ORDER BY md5(object_id::text) LIMIT %s",
            [KIND, count],
        )
        return [" ".join(title.split()[: 1 + place % 2]) for place, (title,) in enumerate(cursor.fetchall())]


@cache
def _reader() -> Any:
    """A logged-in person, whose rights are read once as in a request."""
    from kvalitet.organisation.models import User

    return User.objects.get(email=f"{READER}@demo.invalid")


def _find(query: str) -> list[int]:
    from kvalitet import search

    return [hit.object_id for hit in search.find(_reader(), query).hits[:10]]


def _bare_sql(queries: list[str]) -> Callable[[str], object]:
    """Only the statements that ``find`` sends for each query, sent again as they were."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sent: dict[str, list[str]] = {}
    for query in queries:
        with CaptureQueriesContext(connection) as captured:
            _find(query)
        sent[query] = [one["sql"] for one in captured.captured_queries]

    def send(query: str) -> None:
        with connection.cursor() as cursor:
            for statement in sent[query]:
                cursor.execute(statement)
                cursor.fetchall()

    return send


def _in_turns(queries: list[str]) -> tuple[float, float]:
    """Median seconds for all queries: this search's, and its statements' alone."""
    bare = _bare_sql(queries)
    found, alone = [], []
    for _ in range(_ROUNDS):
        found.append(_seconds(queries, _find))
        alone.append(_seconds(queries, bare))
    return statistics.median(found), statistics.median(alone)


def _seconds(queries: list[str], run: Callable[[str], object]) -> float:
    start = time.perf_counter()
    for query in queries:
        run(query)
    return time.perf_counter() - start


def title_hits() -> tuple[float, float]:
    """hit@10 of the sections' own titles: this search's, and that of PostgreSQL's plain ``swedish``."""
    from django.db import connection, transaction

    from kvalitet import search

    sections = list(enumerate(_sections(STATUTES), 1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_entry")
        search.write_entries(
            KIND,
            [
                search.EntryData(
                    object_id=number, url="/", title=title, body=body, audience=search.Audience.STAFF
                )
                for number, (title, body) in sections
            ],
        )
        cursor.execute(
            "CREATE TEMP TABLE plain ON COMMIT DROP AS"
            " SELECT object_id, setweight(to_tsvector('swedish', title), 'A')"
            " || to_tsvector('swedish', body) AS words FROM search_entry"
        )
        often = Counter(title for _, (title, _) in sections)
        asked = [(number, title) for number, (title, _) in sections if often[title] == 1 and len(title) > 6]
        ours = sum(number in _find(title) for number, title in asked)
        theirs = sum(number in _plain(cursor, title) for number, title in asked)
        transaction.set_rollback(True)
    return ours / len(asked), theirs / len(asked)


def _plain(cursor: Any, title: str) -> list[int]:
    cursor.execute(
        "SELECT object_id FROM plain, plainto_tsquery('swedish', %s) AS query WHERE words @@ query"
        " ORDER BY ts_rank(words, query) DESC LIMIT 10",
        [title],
    )
    return [number for (number,) in cursor.fetchall()]


def _sections(folder: Path) -> Iterator[tuple[str, str]]:
    """Title and text of every part under a heading; a paragraph (§) is named after the heading above it."""
    for path in sorted(folder.glob("*.md")):
        text = re.sub(r"\]\([^)]*\)|\[", "", path.read_text(encoding="utf-8").split("---", 2)[2])
        heading = ""
        for part in re.split(r"\n(?=#{1,5} )", text):
            title, _, body = part.strip().lstrip("# ").partition("\n")
            if re.match(r"\d+ ?[a-z]? ?§", title):
                yield f"{heading}, {title}", body
            elif title:
                heading = title
                yield title, body
