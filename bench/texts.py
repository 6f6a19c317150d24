"""The search entries of the documents: their titles, with made-up texts of common and rare words."""

from collections.abc import Iterator
from random import Random
from typing import Any

WORDS = 150
COMPOUNDS = 15_000
DIFFERENT = 3_000
BATCH = 1_000
KIND = "document"
_WITHOUT = """
    SELECT d.id, d.title, d.visibility, d.owner_unit_id, d.responsible_id FROM documents_document d
    WHERE NOT EXISTS (SELECT FROM search_entry e WHERE e.kind = %s AND e.object_id = d.id)
    ORDER BY d.id LIMIT %s
"""
_COLUMNS = "object_id, title, title_key, title_vector, audience, unit_id, home_id, responsible_id"
# A document beyond the first has the text of one of them under a title of its own.
_COPIES = f"""
    INSERT INTO search_entry (kind, object_id, edition, url, title, title_key, meta, status, day, body,
        audience, unit_id, home_id, allow, deny, title_vector, vector)
    SELECT '{KIND}', n.object_id, 'in_force', '/dokument/' || n.object_id || '/', n.title, n.title_key, '',
        'Gällande, version 2.0', NULL, t.body, n.audience, n.unit_id, n.home_id,
        ARRAY[n.responsible_id], '{{}}',
        n.title_vector::tsvector, n.title_vector::tsvector || ts_filter(t.vector, '{{c,d}}')
    FROM new_entry n JOIN (
        SELECT row_number() OVER (ORDER BY id) - 1 AS place, body, vector FROM search_entry
        WHERE kind = '{KIND}' AND vector <> '' ORDER BY id LIMIT {DIFFERENT}
    ) t ON t.place = n.object_id %% {DIFFERENT}
"""


def index(count: int, seed: int = 1) -> None:
    """An entry for each of at most ``count`` documents that has none; ``DIFFERENT`` texts are analysed."""
    from django.db import connection

    from kvalitet import search

    made = made_up(seed)
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, [KIND, count])
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM search_entry WHERE kind = %s", [KIND])
        analysed = rows[: max(0, DIFFERENT - cursor.fetchone()[0])]
    for start in range(0, len(analysed), BATCH):
        batch = analysed[start : start + BATCH]
        search.write_entries(KIND, [entry(*row, body=next(made)) for row in batch])
    if len(rows) > len(analysed):
        _copy(rows[len(analysed) :])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_entry")


def _copy(rows: list[tuple[Any, ...]]) -> None:
    """Without the indexes, which are made anew afterwards: that takes a tenth of the time."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT indexdef, indexname FROM pg_indexes WHERE tablename = 'search_entry'")
        inverted = [(how, name) for how, name in cursor.fetchall() if " gin " in how]
        for _, name in inverted:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(
            "CREATE TEMP TABLE new_entry (object_id bigint, title text, title_key text, title_vector text,"
            " audience int, unit_id bigint, home_id bigint, responsible_id bigint) ON COMMIT DROP"
        )
        # Made before they are sent: what asks the database in between would wait for ever.
        made = [_copied(*row) for row in rows]
        with cursor.copy(f"COPY new_entry ({_COLUMNS}) FROM STDIN") as copy:
            for row in made:
                copy.write_row(row)
        cursor.execute(_COPIES, {})
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for how, _ in inverted:
            cursor.execute(how)


def _copied(pk: int, title: str, visibility: str, unit_id: int, responsible_id: int) -> tuple[Any, ...]:
    from kvalitet.search.index import vectors
    from kvalitet.search.language import fold
    from kvalitet.search.terms import lexicon

    made = entry(pk, title, visibility, unit_id, responsible_id, body="")
    return (
        *(pk, title, fold(title), vectors(made, lexicon())[0], int(made.audience)),
        *(made.unit_id, unit_id, responsible_id),
    )


def made_up(seed: int) -> Iterator[str]:
    """Endless texts whose words are as common as words are: the n:th has a share of 1/n."""
    from kvalitet.search.lexicon import shipped_words

    rng = Random(seed)
    simple = sorted(shipped_words())
    words = simple + [rng.choice(simple) + rng.choice(simple) for _ in range(COMPOUNDS)]
    sums, total = [], 0.0
    for place in range(len(words)):
        total += 1 / (place + 5)
        sums.append(total)
    while True:
        yield " ".join(rng.choices(words, cum_weights=sums, k=WORDS))


def entry(pk: int, title: str, visibility: str, unit_id: int, responsible_id: int, *, body: str) -> Any:
    from kvalitet.search import Audience, EntryData

    audience = {"public": Audience.PUBLIC, "unit": Audience.UNIT}.get(visibility, Audience.STAFF)
    return EntryData(
        object_id=pk,
        url=f"/dokument/{pk}/",
        title=title,
        body=body,
        status="Gällande, version 2.0",
        audience=audience,
        unit_id=unit_id if audience == Audience.UNIT else None,
        home_id=unit_id,
        allow=[responsible_id],
    )
