"""Keeps the index fresh: takes what the triggers noted and indexes it, in any number of processes at once."""

import logging
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction

from kvalitet.search.index import index_objects
from kvalitet.search.records import Kind
from kvalitet.search.registry import kind_named, kinds
from kvalitet.search.terms import relearn

logger = logging.getLogger(__name__)

_BATCH = 200
_MOST_HOURS = 24

# A row is taken by deleting it in the transaction that indexes its object: a crash brings it back, and a
# change that comes meanwhile is a row of its own. The advisory lock keeps two workers from writing one
# object in the wrong order.
_TAKE = """
    WITH next AS MATERIALIZED (
        SELECT id, kind, object_id FROM search_dirty WHERE retry_at <= clock_timestamp()
        ORDER BY retry_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    ), objects AS MATERIALIZED (
        SELECT DISTINCT kind, object_id FROM next
    ), mine AS MATERIALIZED (
        SELECT kind, object_id FROM objects
        WHERE pg_try_advisory_xact_lock(hashtext('search ' || kind), object_id::bit(32)::int)
    )
    DELETE FROM search_dirty USING mine, next
    WHERE search_dirty.id = next.id AND mine.kind = next.kind AND mine.object_id = next.object_id
    RETURNING search_dirty.kind, search_dirty.object_id, search_dirty.attempts
"""
# What was changed many times is indexed once: the last note of an object is kept.
_ONCE = """
    DELETE FROM search_dirty WHERE id IN (
        SELECT id FROM search_dirty note WHERE attempts = 0 AND EXISTS (
            SELECT FROM search_dirty newer
            WHERE newer.kind = note.kind AND newer.object_id = note.object_id AND newer.id > note.id
            AND newer.attempts = 0)
        FOR UPDATE SKIP LOCKED)
"""
_NOTE_FAILURE = """
    INSERT INTO search_dirty (kind, object_id, attempts, error, retry_at)
    VALUES (%s, %s, %s, %s, now() + least(interval '1 minute' * 2 ^ %s, interval '1 hour' * %s))
"""


def drain(*, batches: int = 50) -> int:
    """Index what is due, at most ``batches`` × 200 notes; returns how many objects were taken.

    Each batch is one transaction. An object that cannot be indexed is put back with the error's type (never
    its text, which may quote a case) and tried again after 2, 4, 8 … minutes, at most a day; others go on.
    """
    total = 0
    for _ in range(batches):
        taken = _drain_batch()
        if not taken:
            break
        total += taken
    return total


def drain_now() -> int:
    """Index everything that is due, in this process. For tests, demo content and commands."""
    with connection.cursor() as cursor:
        cursor.execute(_ONCE)
    return drain(batches=1_000_000)


def rebuild(names: Sequence[str] = ()) -> int:
    """Index every object of the kinds ``names`` (all when empty), then learn from them and index what that
    changed. Returns how many objects were indexed.
    """
    chosen = [kind for kind in kinds() if not names or kind.name in names]
    for kind in chosen:
        wanted = list(kind.all_ids())
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_entry WHERE kind = %s AND NOT object_id = ANY(%s)", [kind.name, wanted]
            )
            cursor.execute(
                "INSERT INTO search_dirty (kind, object_id) SELECT %s, unnest(%s::bigint[])",
                [kind.name, wanted],
            )
    total = drain_now()
    relearn()
    drain_now()
    return total


@transaction.atomic
def _drain_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_BATCH])
        attempts: dict[tuple[str, int], int] = {}
        for kind_name, object_id, tried in cursor:
            key = (kind_name, object_id)
            attempts[key] = min(tried, attempts.get(key, tried))
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind_name, object_id in sorted(attempts):
        by_kind[kind_name].append(object_id)
    for kind_name, object_ids in by_kind.items():
        kind = kind_named(kind_name)
        if kind is None:
            logger.warning("search: %d notes of the unknown kind %s are dropped", len(object_ids), kind_name)
            continue
        _index_or_one_by_one(kind, object_ids, attempts)
    return len(attempts)


def _index_or_one_by_one(kind: Kind, object_ids: list[int], attempts: dict[tuple[str, int], int]) -> None:
    try:
        with transaction.atomic():
            index_objects(kind, object_ids)
    except Exception as error:  # noqa: BLE001 - an app's entries may fail in any way
        if len(object_ids) > 1:
            for object_id in object_ids:
                _index_or_one_by_one(kind, [object_id], attempts)
            return
        _put_back(kind, object_ids[0], attempts[kind.name, object_ids[0]] + 1, error)


def _put_back(kind: Kind, object_id: int, attempts: int, error: Exception) -> None:
    logger.warning("search: %s %d could not be indexed (%s)", kind.name, object_id, type(error).__name__)
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE_FAILURE,
            [kind.name, object_id, attempts, type(error).__name__, min(attempts, 12), _MOST_HOURS],
        )
