"""The links of texts written here: kept when the text is saved, checked for who reads, told where they lead.

A reader is never told the name of what they may not open: a link whose words are that name loses them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from documents import writing
from documents.enums import Visibility
from documents.models import Document, Revision, TextReference
from documents.writing import Target
from kvalitet.registries import Use
from kvalitet.sorting import Swedish
from processes.enums import ProcessState
from processes.enums import Visibility as ProcessVisibility
from processes.models import Process, ProcessAddress

KEPT_SECONDS = 24 * 60 * 60
# The same for what is not there and for what the reader may not see: a difference would tell which exist.
NOWHERE = "länken leder inte till något du kan öppna"
NARROW = "alla som får läsa dokumentet kan inte öppna länken"
ENDED = "gäller inte längre"
COMING = "gäller inte än"
NAMELESS = "Länk"
LINK = re.compile(r'<a href="(/(?:processer|dokument)/[^"]*)">(.*?)</a>', re.S)
WIDE = re.compile(r"<table>")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Place:
    """Where a link leads for one reader: title, address, what is wrong with it, and how few may read it."""

    title: str = ""
    url: str = ""
    fault: str = NOWHERE
    is_open: bool = False
    reach: tuple[int, int | None] = (0, None)


@dataclass(frozen=True)
class Broken:
    """A link of a text that does not work, with its words."""

    words: str
    href: str
    fault: str


Places = dict[Target, Place]


def keep(revision: Revision, body: str) -> None:
    """Write what the text of the version leads to, in place of what stood there; part of saving it."""
    TextReference.objects.filter(revision=revision).delete()
    targets = writing.targets(body)
    slugs = [one.slug for one in targets if one.slug]
    processes = ProcessAddress.objects.filter(slug__in=slugs).values_list("process", flat=True).distinct()
    documents = Document.objects.filter(pk__in=[one.pk for one in targets if one.pk])
    rows = [TextReference(revision=revision, process_id=pk) for pk in processes]
    rows += [
        TextReference(revision=revision, document=one) for one in documents.exclude(pk=revision.document_id)
    ]
    TextReference.objects.bulk_create(rows)


def places_of(body: str, *, user: Any) -> Places:
    """Where the links of the text lead for ``user``, to give to both ``render`` and ``broken``."""
    return find(writing.targets(body), user=user)


def render(body: str, *, user: Any, places: Places | None = None) -> SafeString:
    """The text as a page shows it to ``user``: links that do not work are told as what they are."""
    made = kept_html(body)
    places = places_of(body, user=user) if places is None else places

    def shown(match: re.Match[str]) -> str:
        target = writing.target_of(match[1])
        return str(_link(match, places[target])) if target in places else match[0]

    return framed(LINK.sub(shown, made))


def framed(made: str) -> SafeString:
    """Clean HTML with its tables in frames that scroll, also by keyboard, where the screen is narrow."""
    frame = '<div class="kv-wide-table" tabindex="0" role="region" aria-label="Tabell {}"><table>'
    numbers = iter(range(1, made.count("<table>") + 1))
    wide = WIDE.sub(lambda _: frame.format(next(numbers)), made).replace("</table>", "</table></div>")
    return mark_safe(wide)  # noqa: S308 - cleaned by nh3, what is added is ours


def kept_html(body: str) -> str:
    """``writing.html``, made once for the same text."""
    key = f"written-{writing.checksum(body)}"
    made: str | None = cache.get(key)
    if made is None:
        made = writing.html(body)
        cache.set(key, made, KEPT_SECONDS)
    return made


def _link(match: re.Match[str], place: Place) -> SafeString:
    inner = match[2]
    if not place.fault:
        return mark_safe(f'<a href="{escape(place.url)}">{inner}</a>')  # noqa: S308 - clean, and ours
    if not place.is_open and _same(inner, place.title):
        inner = NAMELESS
    words = mark_safe(inner)  # noqa: S308 - cleaned by nh3
    if place.is_open:
        words = format_html('<a href="{}">{}</a>', place.url, words)
    return format_html('<span class="kv-broken">{} <small>({})</small></span>', words, place.fault)


def _same(inner: str, title: str) -> bool:
    said = SPACE.sub(" ", unescape(strip_tags(inner))).strip()
    return bool(title) and said.casefold() == SPACE.sub(" ", title).strip().casefold()


def find(targets: Iterable[Target], *, user: Any) -> Places:
    """Where each of the targets leads for ``user``; at most two queries, none without targets."""
    targets = list(targets)
    found = _processes([one.slug for one in targets if one.slug], user)
    found |= _documents([one.pk for one in targets if one.pk], user)
    return {one: found.get(one, Place()) for one in targets}


def _processes(slugs: list[str], user: Any) -> Places:
    if not slugs:
        return {}
    seen = Process.objects.visible_to(user).filter(pk=OuterRef("process"))
    rows = ProcessAddress.objects.filter(slug__in=slugs).annotate(is_open=Exists(seen))
    return {
        Target(slug=one.slug): _process(one.process, one.is_open) for one in rows.select_related("process")
    }


def _process(process: Process, is_open: bool) -> Place:
    if not is_open:
        return Place(process.title)
    faults = {ProcessState.RETIRED: ENDED, ProcessState.PLANNED: COMING}
    is_closed = process.visibility != ProcessVisibility.PUBLIC
    fault = faults.get(ProcessState(process.state), "")
    return Place(process.title, process.get_absolute_url(), fault, True, (1 if is_closed else 0, None))


def _documents(pks: list[int], user: Any) -> Places:
    if not pks:
        return {}
    one = {"document": OuterRef("pk")}
    rows = Document.objects.filter(pk__in=pks).annotate(
        is_open=Exists(Document.objects.visible_to(user).filter(pk=OuterRef("pk"))),
        holds=Exists(Revision.objects.in_force().filter(**one)),
        was_issued=Exists(Revision.objects.issued().filter(valid_from__lte=timezone.localdate(), **one)),
    )
    return {Target(pk=row.pk): _document(row) for row in rows}


def _document(row: Any) -> Place:
    if not row.is_open:
        return Place(row.title)
    fault = "" if row.holds else ENDED if row.was_issued else COMING
    return Place(row.title, row.get_absolute_url(), fault, True, _reach(row))


def _reach(document: Document) -> tuple[int, int | None]:
    """How few read it: the higher, the fewer; and of which unit, where it is one."""
    place = Visibility.values.index(document.visibility)
    return place, document.owner_unit_id if document.visibility == Visibility.UNIT else None


def broken(revision: Revision, body: str, *, places: Places) -> list[Broken]:
    """The links of the text that lead wrong for who writes it, or that not all its readers can follow."""
    found = []
    for words, href in writing.links(body):
        target = writing.target_of(href)
        if writing.leads_nowhere(href):
            found.append(
                Broken(words, href, "adressen leder ingenstans, till exempel till en fil på din dator")
            )
        elif target is not None and _fault(revision, places[target]):
            found.append(Broken(words, href, _fault(revision, places[target])))
    return list(dict.fromkeys(found))


def _fault(revision: Revision, place: Place) -> str:
    if place.fault:
        return place.fault
    level, unit = _reach(revision.document)
    is_narrower = place.reach[0] > level or (place.reach[1] not in (None, unit))
    return NARROW if is_narrower else ""


def where_used(user: Any, obj: Any) -> Iterator[Use]:
    """*Används i*: the documents whose text, in force or under work, leads to a document or a process."""
    if not isinstance(obj, Document | Process):
        return
    for document in _documents_with(user, obj):
        kind = f"Länk i texten, {document.get_type_display().lower()}"
        yield Use(document.title, document.get_absolute_url(), kind)


def _documents_with(user: Any, obj: Document | Process) -> Any:
    """Documents with a version, in force or under work, that ``user`` may read and that leads to ``obj``."""
    name = "document" if isinstance(obj, Document) else "process"
    texts = _current(user).filter(**{f"references__{name}": obj})
    return Document.objects.filter(pk__in=texts.values("document")).order_by(Swedish("title"))


def _current(user: Any) -> Any:
    current = Q(pk__in=Revision.objects.in_force().values("pk")) | Q(
        pk__in=Revision.objects.open().values("pk")
    )
    return Revision.objects.visible_to(user).filter(current)


def step_uses(user: Any, process_ids: Iterable[int]) -> dict[int, list[Use]]:
    """The documents whose text leads to steps that may disappear; one query. Nobody moves words."""
    rows = TextReference.objects.filter(process__in=list(process_ids), revision__in=_current(user))
    found: dict[int, list[Use]] = {}
    for row in rows.select_related("revision__document").order_by(Swedish("revision__document__title"), "pk"):
        document = row.revision.document
        use = Use(
            document.title, document.get_absolute_url(), "länk i texten, ligger kvar tills den skrivs om"
        )
        if row.process_id is not None and use not in found.setdefault(row.process_id, []):
            found[row.process_id].append(use)
    return found
