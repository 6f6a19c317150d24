"""Nearly the same text among 100 000 documents: the look-up of one text, by its print."""

import random
import statistics
import time
from collections.abc import Iterator

from bench.rows import Row
from bench.world import LARGE, MANY, World, using

TIMES = 30
MOST_MS = 50
WORDS = 20_000
LONG = 400


def measure(_world: World) -> Iterator[Row]:
    """The prints are made for the measure and taken back."""
    from django.db import transaction

    with using(LARGE), transaction.atomic():
        count, texts = _fill()
        seconds = [_looked_up(text) for text in texts]
        transaction.set_rollback(True)
    value = statistics.median(seconds) * 1000
    most = max(seconds) * 1000
    told = f"{value:.1f} ms (längst {most:.1f})"
    yield Row(f"nästan samma text bland {count} versioner", told, f"≤ {MOST_MS} ms", value <= MOST_MS)


def _text(number: int) -> str:
    return " ".join(f"ord{one}" for one in random.Random(number).choices(range(WORDS), k=LONG))


def _fill() -> tuple[int, list[str]]:
    """A print for each version: a hundred texts in all, each shared by nobody but one near to it; the rest
    are of made-up hashes, since to make 100 000 prints would take longer than what is measured.
    """
    from django.db import connection

    from documents import prints
    from documents.models import Revision, TextPrint

    current = set(Revision.objects.in_force().values_list("pk", flat=True))
    every = Revision.objects.order_by("pk").values_list("pk", flat=True)
    ids = sorted(every, key=lambda pk: (pk not in current, pk))[:MANY]
    texts = [_text(number) for number in range(TIMES)]
    real = [prints.of(text) for text in texts]
    chance = random.Random(1)
    rows = [
        TextPrint(revision_id=pk, of="", signature=made.signature, bands=made.bands)
        for pk, made in zip(ids, real, strict=False)
        if made
    ]
    for pk in ids[len(rows) :]:
        bands = [chance.randrange(-(2**31), 2**31) for _ in range(prints.BANDS)]
        rows.append(
            TextPrint(revision_id=pk, of="", signature=chance.randbytes(4 * prints.HASHES), bands=bands)
        )
    TextPrint.objects.all().delete()
    TextPrint.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_textprint")
    return len(rows), texts


def _looked_up(text: str) -> float:
    """Seconds from a text to the documents that say nearly the same, for somebody who may read all."""
    from documents import near, prints
    from kvalitet.organisation.models import User

    reader = User.objects.get(email="samordnare@demo.invalid")
    changed = text.rsplit(" ", 6)[0] + " och så vidare"
    started = time.perf_counter()
    made = prints.of(changed)
    if not made or not near.of_print(reader, made):
        raise ValueError("the near text was not found")
    return time.perf_counter() - started
