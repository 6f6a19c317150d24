"""The words of the indexed texts: kept for suggestions, and learnt from for opening compounds.

Only texts that everyone, or everyone logged in, may read are listened to: a name that stands only in a case
must not come back as a suggestion.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from kvalitet.search.language import STOP_WORDS, fold, stems, words
from kvalitet.search.lexicon import Lexicon, learn
from kvalitet.search.records import Audience, EntryData

_T = TypeVar("_T")
_KEPT_SECONDS = 300
_READ_LETTERS = 20_000


class _Kept:
    """The lexicon of this process, and when it was read."""

    until = 0.0
    learnt: frozenset[str] = frozenset()
    lexicon = Lexicon()


def lexicon() -> Lexicon:
    """The lexicon of this process with what the texts have taught, read anew every five minutes."""
    if time.monotonic() < _Kept.until:
        return _Kept.lexicon
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM search_term WHERE is_part")
        learnt = frozenset(word for (word,) in cursor)
    if learnt != _Kept.learnt:
        _Kept.learnt, _Kept.lexicon = learnt, Lexicon(learnt)
    _Kept.until = time.monotonic() + _KEPT_SECONDS
    return _Kept.lexicon


def forget_lexicon() -> None:
    """Read the lexicon anew at the next use."""
    _Kept.until = 0.0


def note_words(entries: Iterable[EntryData]) -> None:
    """Add the words of ``entries`` that are new, in the caller's transaction."""
    public: set[str] = set()
    internal: set[str] = set()
    for entry in entries:
        if entry.audience <= Audience.STAFF:
            found = _plain_words(f"{entry.title} {entry.body[:_READ_LETTERS]}")
            (public if entry.audience == Audience.PUBLIC else internal).update(found)
    opened = lexicon()
    rows = [(word, int(word in public), _parts_text(opened, word)) for word in sorted(public | internal)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_term (word, texts, public_texts, parts)"
            " SELECT word, 1, public, parts"
            " FROM unnest(%s::text[], %s::int[], %s::text[]) AS new (word, public, parts)"
            " ON CONFLICT (word) DO UPDATE SET public_texts = 1"
            " WHERE search_term.public_texts = 0 AND EXCLUDED.public_texts = 1",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []],
        )


def relearn() -> int:
    """Count all words anew, learn the parts of compounds, and queue the objects whose words open otherwise.

    Words that no text has any more are removed. Returns the number of words that open differently. Reads
    every text; meant for the night and for a rebuild.
    """
    counts, public = _count_words()
    learnt = learn(counts)
    opened = Lexicon(learnt)
    now = {word: _parts_text(opened, word) for word in counts}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT word, parts FROM search_term ORDER BY word FOR UPDATE")
        before = dict(cursor.fetchall())
        cursor.execute("DELETE FROM search_term WHERE NOT word = ANY(%s)", [list(counts)])
        rows = [(word, counts[word], public[word], now[word], word in learnt) for word in sorted(counts)]
        for some in _slices(rows, 5_000):
            cursor.execute(_REPLACE_TERMS, [list(column) for column in zip(*some, strict=True)])
        changed = [word for word, parts in now.items() if before.get(word, parts) != parts]
        _queue_entries_with(cursor, changed)
    forget_lexicon()
    return len(changed)


_REPLACE_TERMS = """
    INSERT INTO search_term (word, texts, public_texts, parts, is_part)
    SELECT * FROM unnest(%s::text[], %s::int[], %s::int[], %s::text[], %s::bool[])
    ON CONFLICT (word) DO UPDATE SET texts = EXCLUDED.texts, public_texts = EXCLUDED.public_texts,
        parts = EXCLUDED.parts, is_part = EXCLUDED.is_part
    WHERE (search_term.texts, search_term.public_texts, search_term.parts, search_term.is_part)
        IS DISTINCT FROM (EXCLUDED.texts, EXCLUDED.public_texts, EXCLUDED.parts, EXCLUDED.is_part)
"""


def _slices(rows: list[_T], size: int) -> Iterator[list[_T]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _queue_entries_with(cursor: CursorWrapper, changed: list[str]) -> None:
    for some in _slices(changed, 200):
        wanted = " | ".join(f"'{stems(word)[0]}'" for word in some)
        cursor.execute(
            "INSERT INTO search_dirty (kind, object_id)"
            " SELECT DISTINCT kind, object_id FROM search_entry WHERE vector @@ %s::tsquery",
            [wanted],
        )


def _count_words() -> tuple[Counter[str], Counter[str]]:
    counts: Counter[str] = Counter()
    public: Counter[str] = Counter()
    for audience, text in _texts():
        found = _plain_words(text)
        counts.update(found)
        if audience == Audience.PUBLIC:
            public.update(found)
    return counts, public


def _texts() -> Iterator[tuple[int, str]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, audience, title || ' ' || left(body, %s) FROM search_entry"
                " WHERE id > %s AND audience <= %s ORDER BY id LIMIT 1000",
                [_READ_LETTERS, last, Audience.STAFF],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield from ((audience, text) for _, audience, text in rows)


def _plain_words(text: str) -> set[str]:
    found = set(words(fold(text)))
    return {word for word in found if 2 < len(word) <= 40 and word.isalpha() and word not in STOP_WORDS}


def _parts_text(opened: Lexicon, word: str) -> str:
    return "+".join(part[0] for part in opened.parts(word))[:120]
