"""Search over many documents: its speed beside its bare SQL, and how often the right one is among ten."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.rows import Row
from bench.world import ROOT, World

DOCUMENTS = 100_000
STATUTES = ROOT.parent / "shared/sfs"
KIND = "bench"
_QUERIES = 200


def measure(world: World) -> Iterator[Row]:
    """Speed over 100 000 made-up documents, then hit@10 on the sections of real statutes if they are here."""
    from kvalitet import search
    from kvalitet.search.records import Kind

    search.register(Kind(KIND, "Mätning", "bench", lambda ids: [], list))
    fill(DOCUMENTS)
    queries = title_words(_QUERIES)
    found, bare = _seconds(queries, _find), _seconds(queries, _bare_sql(queries))
    yield Row(
        "sök: sökningar per sekund, en tråd", f"{_QUERIES / found:.0f}/s av {DOCUMENTS} dokument", "≥ 150/s"
    )
    yield Row("sök: tid mot bar SQL", f"{found / bare:.1f} ×", "≤ 2 ×", found <= 2 * bare)
    if STATUTES.is_dir():
        share, plain = title_hits()
        yield Row(
            "sök: rätt bland tio på titel",
            f"{share:.1%} (plain swedish {plain:.1%})",
            "≥ 95 %",
            share >= 0.95,
        )


def fill(count: int, seed: int = 1) -> None:
    """Made-up documents until there are ``count``, their words common and rare; kept between runs."""
    from django.db import connection

    from kvalitet import search
    from kvalitet.search.lexicon import shipped_words

    rng = random.Random(seed)
    simple = sorted(shipped_words())
    vocabulary = simple + [rng.choice(simple) + rng.choice(simple) for _ in range(15_000)]
    weights = [1 / (place + 5) for place in range(len(vocabulary))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(object_id), 0) FROM search_entry WHERE kind = %s", [KIND])
        first = cursor.fetchone()[0] + 1
        for start in range(first, count + 1, 1_000):
            numbers = range(start, min(start + 1_000, count + 1))
            search.write_entries(KIND, [_document(number, vocabulary, weights, rng) for number in numbers])
        cursor.execute("ANALYZE search_entry")


def _document(number: int, vocabulary: list[str], weights: list[float], rng: random.Random) -> Any:
    from kvalitet.search import Audience, EntryData

    audience = rng.choices(list(Audience), [5, 80, 10, 5])[0]
    return EntryData(
        object_id=number,
        url=f"/dokument/{number}/",
        title=" ".join(rng.choices(vocabulary, weights, k=rng.randint(2, 5))).capitalize(),
        body=" ".join(rng.choices(vocabulary, weights, k=150)),
        audience=audience,
        unit_id=rng.randint(1, 300) if audience == Audience.UNIT else None,
        home_id=rng.randint(1, 300),
        allow=[rng.randint(1, 500)] if audience == Audience.CIRCLE else [],
    )


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


class _Reader:
    """A logged-in person without rights of their own."""

    is_authenticated = True
    is_active = False
    pk = 7


def _find(query: str) -> list[int]:
    from kvalitet import search

    return [hit.object_id for hit in search.find(_Reader(), query).hits[:10]]


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


def _seconds(queries: list[str], run: Callable[[str], object]) -> float:
    for query in queries:
        run(query)
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


def _section(number: int, title: str, body: str) -> Any:
    from kvalitet.search import Audience, EntryData

    return EntryData(object_id=number, url="/", title=title, body=body, audience=Audience.STAFF)


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
