"""Queries of a page, logged in: few, and as many with 1 000 documents as with 100 000."""

from collections.abc import Iterator

from bench import sources
from bench.fill import PROCESS
from bench.rows import Row
from bench.world import FEW, LARGE, MANY, SMALL, World, using

READERS = ("medarbetare", "chef", "processhandledare", "samordnare")


def measure(world: World) -> Iterator[Row]:
    """A row a page, with the highest count of the four readers."""
    for database, count in ((SMALL, FEW), (LARGE, MANY)):
        with using(database):
            sources.fill(count // 10)
    few, many = _counts(SMALL), _counts(LARGE)
    for name, (_, most) in _pages().items():
        highest = max(many[name])
        is_kept = highest <= most and few[name] == many[name]
        each = "/".join(map(str, many[name]))
        same = "lika många" if few[name] == many[name] else "/".join(map(str, few[name]))
        yield Row(f"frågor, {name}", f"{each}, {same} med {FEW} som {MANY}", f"≤ {most}", is_kept)


def _counts(database: str) -> dict[str, list[int]]:
    with using(database):
        return {name: [_queries(reader, path) for reader in READERS] for name, (path, _) in _pages().items()}


def _pages() -> dict[str, tuple[str, int]]:
    """Name: path and the most queries it may take (design: process page 6, others 12)."""
    from documents.models import DocumentLink
    from kvalitet.organisation.models import Unit

    document = (
        DocumentLink.objects.filter(process__slug=PROCESS).values_list("document_id", flat=True).first()
    )
    unit = Unit.objects.filter(level=2, documents__isnull=False).order_by("pk").first()
    assert unit is not None
    return {
        "startsida": ("/", 12),
        "processida": (f"/processer/{PROCESS}/", 6),
        "dokumentlista": ("/dokument/", 12),
        "dokument": (f"/dokument/{document}/", 12),
        "sök": ("/sok/?q=rutin", 12),
        "avvikelser": ("/avvikelser/", 12),
        "åtgärder": ("/atgarder/", 12),
        "analyser": ("/analyser/", 12),
        "granskningar": ("/granskningar/", 12),
        "samverkan": ("/samverkan/", 12),
        "förslag": ("/forslag/", 12),
        "lärdomar": ("/lardomar/", 12),
        "mitt arbete": ("/mitt-arbete/", 12),
        "läget i en process": (f"/processer/{PROCESS}/laget/", 12),
        "rapportera": (f"/avvikelser/ny/?process={PROCESS}", 12),
        "enhet": (unit.get_absolute_url(), 12),
    }


def _queries(reader: str, path: str) -> int:
    """The second time, when what is kept in the process has been read."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kvalitet.organisation.models import User

    client = Client(headers={"host": "127.0.0.1"})
    backend = "kvalitet.organisation.authentication.EmailBackend"
    client.force_login(User.objects.get(email=f"{reader}@demo.invalid"), backend=backend)
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answers {response.status_code} to {reader}")
    return len(captured)
