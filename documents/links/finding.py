"""Which links there are: those of the documents in force, found anew before each round."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from markdown_it import MarkdownIt

from documents.enums import Source
from documents.models import LinkCheck, LinkPlace, Revision

LONGEST = 1000
AT_ONCE = 2_000


def in_markdown(text: str) -> Iterator[str]:
    """The web addresses that a written text links to."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for block in parser.parse(text):
        for token in block.children or ():
            href = str(token.attrGet("href") or "") if token.type == "link_open" else ""
            if href.lower().startswith(("http://", "https://")) and len(href) <= LONGEST:
                yield href


def links_of(revision: Any) -> set[str]:
    """The external links of one version, read with its body."""
    if revision.source == Source.LINK:
        return {revision.url} if revision.url else set()
    return set(in_markdown(revision.body)) if revision.source == Source.AUTHORED else set()


def sources() -> Any:
    """The versions in force that may hold external links."""
    return Revision.objects.in_force().filter(source__in=[Source.LINK, Source.AUTHORED])


@transaction.atomic
def collect() -> int:
    """Write down where every link of a document in force stands; returns how many places there are.

    An address that no document has any longer is forgotten, with how it answered.
    """
    with connection.cursor() as cursor:
        # Two rounds at once would each write the same places.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kvalitet.links'))")
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for revision in (
        sources().defer(None).only("source", "url", "body", "document").iterator(chunk_size=AT_ONCE)
    ):
        for url in links_of(revision):
            places[url].append((revision.document_id, revision.pk))
    LinkCheck.objects.bulk_create(
        (LinkCheck(url=url) for url in places), batch_size=AT_ONCE, ignore_conflicts=True
    )
    LinkPlace.objects.all().delete()
    _forget(places)
    return _write(places)


def _forget(places: dict[str, list[tuple[int, int]]]) -> None:
    gone = [pk for pk, url in LinkCheck.objects.values_list("pk", "url").iterator() if url not in places]
    LinkCheck.objects.filter(pk__in=gone).delete()


def _write(places: dict[str, list[tuple[int, int]]]) -> int:
    made = (
        LinkPlace(check_row_id=pk, document_id=document, revision_id=revision)
        for pk, url in LinkCheck.objects.values_list("pk", "url")
        for document, revision in places[url]
    )
    count = 0
    while batch := list(islice(made, AT_ONCE)):
        count += len(LinkPlace.objects.bulk_create(batch))
    return count
