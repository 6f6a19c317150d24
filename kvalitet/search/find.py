"""Finding: one page of what a person may see, best first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.safestring import SafeString

from kvalitet.search.highlight import Marker
from kvalitet.search.language import fold
from kvalitet.search.lexicon import Lexicon
from kvalitet.search.query import Clause, all_of, parse, parts_of, some_of, wanted_words
from kvalitet.search.records import Audience, Edition, Hit, Reader, Result
from kvalitet.search.registry import kind_named, readers
from kvalitet.search.terms import lexicon

PAGE_SIZE = 20
MOST_BY_TITLE = 150
MOST_BY_TEXT = 150
ENOUGH = 5  # fewer hits than this with all words, and those with some of the words follow
_READ_LETTERS = 12_000
_COUNT, _CIRCLE = 13, 14  # of every row: how many candidates there are, and which of them are confidential
_MOST_SIFTINGS = 3
_Row = tuple[Any, ...]

# Ranking reads every candidate's words, so of a common word's hits only the title's and some more are ranked.
# The limits stand outside the first two queries: inside, the planner reads the table instead of the index.
_RANKED = """
    WITH by_title AS MATERIALIZED (
        SELECT id FROM search_entry WHERE title_vector @@ %(query)s::tsquery AND {may}
    ), by_text AS MATERIALIZED (
        SELECT id FROM search_entry WHERE vector @@ %(query)s::tsquery AND {may}
    ), candidates AS MATERIALIZED (
        (SELECT id FROM by_title LIMIT %(most_by_title)s)
        UNION (SELECT id FROM by_text LIMIT %(most_by_text)s) {spelling}
    ),
    best AS MATERIALIZED (
        SELECT id, 3 * (title_key = %(text)s)::int + similarity(title_key, %(text)s)
            + 1.5 * (title_vector @@ %(all)s::tsquery)::int + {strictly} - 0.2 * (edition = 'draft')::int
            + {rank}('{{0.1, 0.25, 0.5, 1}}', vector, %(query)s::tsquery, 1 | 32) AS score
        FROM candidates JOIN search_entry USING (id)
        ORDER BY score DESC, id LIMIT %(limit)s OFFSET %(offset)s
    )
    SELECT id, kind, object_id, edition, url, title, meta, status, day, home_id, audience,
        left(body, %(letters)s), length(body), (SELECT count(*) FROM candidates), (
            SELECT array_agg(DISTINCT kind || ':' || object_id) FROM candidates JOIN search_entry USING (id)
            WHERE audience = %(circle)s
        )
    FROM best JOIN search_entry USING (id) ORDER BY score DESC, id
"""
_STRICTLY = "4 * (vector @@ %(all)s::tsquery)::int + (title_vector @@ %(query)s::tsquery)::int"
_SPELLING = """
    UNION (SELECT id FROM search_entry WHERE %(text)s <%% title_key AND {may} LIMIT 50)
"""


@dataclass(frozen=True)
class _Filter:
    sql: str
    values: dict[str, Any]


def find(user: Any, text: str, *, kind: str = "", unit_id: int | None = None, number: int = 1) -> Result:
    """Page ``number`` (from 1) of what ``user`` may read and ``text`` finds, best first.

    ``kind`` and ``unit_id`` (with the units below it) narrow. A CIRCLE hit is shown, and counted, only after
    its kind has confirmed it against the source row. At most six queries while the index is up to date; a
    meaningless text gives an empty result.
    """
    clauses = parse(text)
    opened = lexicon()
    query = all_of(clauses, opened)
    if not query:
        return Result()
    may = _may_read(readers.reader_for(user), kind, unit_id)
    number = max(1, min(number, -(-MOST_BY_TEXT // PAGE_SIZE)))
    for _ in range(_MOST_SIFTINGS):
        rows, found, is_loose = _widening(clauses, opened, text, may, number)
        refused = _refused(user, rows)
        if not refused:
            break
        may = _without(may, refused)
    else:
        rows = []
    marker = Marker(wanted_words(clauses), opened)
    hits = _hits(rows, marker)
    counted = rows[0][_COUNT] if rows else 0
    total = min(counted, MOST_BY_TEXT)
    return Result(
        hits=hits,
        total=total,
        is_capped=counted >= MOST_BY_TEXT,
        is_loose=is_loose and bool(hits),
        suggestion=_suggestion(clauses, user, opened) if found != query else "",
        number=number,
        pages=-(-total // PAGE_SIZE),
    )


def _may_read(reader: Reader, kind: str, unit_id: int | None) -> _Filter:
    """The design's filter, in SQL: nobody is trusted to filter afterwards."""
    sql = (
        "(audience <= %(rank)s OR unit_id = ANY(%(units)s::bigint[])"
        " OR process_id = ANY(%(processes)s::bigint[]) OR allow @> %(me)s::bigint[])"
    )
    values = {
        "rank": min(int(reader.rank), Audience.UNIT),
        "units": list(reader.unit_ids),
        "processes": list(reader.process_ids),
        "me": [reader.user_id],
    }
    if reader.user_id is None:
        sql = "audience <= %(rank)s"
    else:
        sql += " AND NOT deny @> %(me)s::bigint[]"
    if not reader.sees_named:
        sql, values["named"] = f"{sql} AND audience < %(named)s", int(Audience.CIRCLE)
    if reader.denied:
        sql, values["denied"] = (
            f"{sql} AND NOT kind || ':' || object_id = ANY(%(denied)s)",
            list(reader.denied),
        )
    if kind:
        sql, values["kind"] = f"{sql} AND kind = %(kind)s", kind
    if unit_id is not None:
        sql, values["homes"] = (
            f"{sql} AND home_id = ANY(%(homes)s::bigint[])",
            list(readers.units_under(unit_id)),
        )
    return _Filter(sql, values)


def _widening(
    clauses: Sequence[Clause], opened: Lexicon, text: str, may: _Filter, number: int
) -> tuple[list[_Row], str, bool]:
    """The rows and the query that found them: all words, when few do parts of them, when none do some.

    Last whether that query found anything that all words together do not.
    """
    strict = all_of(clauses, opened)
    found_strictly = 0
    for query, least in ((strict, ENOUGH), (parts_of(clauses, opened), 1)):
        rows = _ranked(query, strict, text, may, number)
        if len(rows) >= least or (
            number > 1 and (rows or len(_ranked(query, strict, text, may, 1)) >= least)
        ):
            return rows, query, query != strict and (number > 1 or rows[0][_COUNT] > found_strictly)
        found_strictly = found_strictly or len(rows)
    query = some_of(clauses, opened)
    return _ranked(query, strict, text, may, number, by_spelling=True), query, True


def _ranked(
    query: str, strict: str, text: str, may: _Filter, number: int, *, by_spelling: bool = False
) -> list[_Row]:
    """Rows that ``query`` finds; when it is looser than ``strict``, those of ``strict`` come first."""
    is_strict = query == strict
    sql = _RANKED.format(
        may=may.sql,
        strictly="0" if is_strict else _STRICTLY,
        spelling=_SPELLING.format(may=may.sql) if by_spelling else "",
        rank="ts_rank_cd" if is_strict else "ts_rank",
    )
    values = {
        **may.values,
        "query": query,
        "all": strict,
        "text": fold(text[:200]).strip(),
        "most_by_title": MOST_BY_TITLE,
        "most_by_text": MOST_BY_TEXT,
        "limit": PAGE_SIZE,
        "offset": (number - 1) * PAGE_SIZE,
        "letters": _READ_LETTERS,
        "circle": int(Audience.CIRCLE),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _refused(user: Any, rows: Sequence[_Row]) -> list[str]:
    """Of all confidential candidates, those that their source does not let the user read now, as kind:id."""
    candidates = (rows[0][_CIRCLE] or []) if rows else []
    asked: dict[str, list[int]] = defaultdict(list)
    for one in candidates:
        name, _, object_id = one.rpartition(":")
        asked[name].append(int(object_id))
    allowed: set[str] = set()
    for name, object_ids in asked.items():
        kind = kind_named(name)
        if kind and kind.confirm:
            allowed.update(f"{name}:{pk}" for pk in kind.confirm(user, object_ids))
    return [one for one in candidates if one not in allowed]


def _without(may: _Filter, refused: list[str]) -> _Filter:
    """What the index would give but the source does not, left out as if it were not there."""
    known = [*may.values.get("refused", ()), *refused]
    sql = (
        may.sql
        if "refused" in may.values
        else f"{may.sql} AND NOT kind || ':' || object_id = ANY(%(refused)s)"
    )
    return _Filter(sql, {**may.values, "refused": known})


def _hits(rows: Sequence[_Row], marker: Marker) -> list[Hit]:
    snippets = {row[0]: marker.snippet(row[11]) for row in rows}
    late = [row[0] for row in rows if not snippets[row[0]] and row[12] > _READ_LETTERS]
    snippets |= {entry_id: marker.snippet(body) for entry_id, body in _bodies(late)}
    return [_hit(row, marker, snippets[row[0]]) for row in rows]


def _bodies(entry_ids: list[int]) -> list[tuple[int, str]]:
    """The whole texts of hits whose word stands far down."""
    if not entry_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, body FROM search_entry WHERE id = ANY(%s)", [entry_ids])
        return cursor.fetchall()


def _hit(row: _Row, marker: Marker, snippet: SafeString) -> Hit:
    _, kind_name, object_id, edition, url, title, meta, status, day, home_id, _, body, *_ = row
    kind = kind_named(kind_name)
    return Hit(
        kind=kind_name,
        kind_label=kind.label if kind else "",
        object_id=object_id,
        edition=edition,
        url=url,
        title=marker.title(title),
        snippet=snippet or marker.beginning(body),
        meta=meta,
        status=status or (Edition.DRAFT.label if edition == Edition.DRAFT else ""),
        day=day,
        home_id=home_id,
    )


def _suggestion(clauses: Sequence[Clause], user: Any, opened: Lexicon) -> str:
    """The query with its unknown words replaced by the nearest known ones; empty when nothing is better."""
    asked = wanted_words(clauses)
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [not user.is_authenticated, asked, not user.is_authenticated])
        nearest = dict(cursor.fetchall())
    changed = [word if opened.parts(word) else nearest.get(word) or word for word in asked]
    return " ".join(changed) if changed != asked else ""


_NEAREST = """
    SELECT asked.word, (
        SELECT term.word FROM search_term AS term
        WHERE term.word %% asked.word AND similarity(term.word, asked.word) > 0.4
            AND (term.public_texts > 0 OR NOT %s)
        ORDER BY similarity(term.word, asked.word) DESC, term.texts DESC LIMIT 1
    )
    FROM unnest(%s::text[]) AS asked (word)
    WHERE length(asked.word) > 3 AND asked.word ~ '^[^0-9]+$'
        AND NOT EXISTS (SELECT FROM search_term WHERE word = asked.word AND (public_texts > 0 OR NOT %s))
"""
