"""A Word file as a page to read: made in the sandbox, then cleaned as if it came from an enemy."""

import re
from dataclasses import dataclass
from typing import Any, BinaryIO

import nh3

from documents.files.kinds import FileKind
from documents.files.sandbox import Failed, Refused, run

MAX_PAGE = 2_000_000
TAGS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "br", "sup", "sub"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
FAILED = "Filen kunde inte visas som sida. Hämta den för att läsa den."
TOO_LONG = "Filen är för lång för att visas som sida. Hämta den för att läsa den."
NO_WORDS = "Filen har ingen text att visa som sida. Hämta den för att läsa den."
NO_PICTURES = "Bilderna i filen visas inte här. Hämta filen för att se dem."
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
EMPTY = re.compile(r"<(p|h[1-6])>\s*</\1>")
WORD = re.compile(r">[^<]*\w")


@dataclass(frozen=True)
class Page:
    """``html`` is clean, its headings from h2 without a step left out; ``note`` is Swedish, or empty."""

    html: str
    note: str = ""


def has_page(kind: str) -> bool:
    """Whether files of the kind are shown as pages."""
    return kind == FileKind.DOCX


def page_safely(file: BinaryIO, *, seconds: int = 60, megabytes: int = 1024) -> Page:
    """The page of a Word file; a file that hangs, eats memory or is broken gives a note and no page."""
    try:
        made = run("page", file, seconds=seconds, megabytes=megabytes)
        raw, has_pictures = str(made["html"]), bool(made["has_pictures"])
    except (Failed, Refused, KeyError):
        return Page("", FAILED)
    if len(raw) > MAX_PAGE:
        return Page("", TOO_LONG)
    html = cleaned(raw)
    if not WORD.search(html):
        return Page("", NO_WORDS)
    return Page(html, NO_PICTURES if has_pictures else "")


def convert(file: BinaryIO) -> dict[str, Any]:
    """What the process of its own answers: HTML as the library makes it, without a picture."""
    import mammoth

    pictures = []

    def left_out(image: Any) -> list[Any]:
        pictures.append(image.content_type)
        return []

    made = mammoth.convert_to_html(file, convert_image=left_out, ignore_empty_paragraphs=True)
    return {"html": made.value, "has_pictures": bool(pictures)}


def cleaned(raw: str) -> str:
    html = nh3.clean(
        raw,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    html = EMPTY.sub("", html).replace("<th>", '<th scope="col">').replace("<th ", '<th scope="col" ')
    return in_order(html)


def in_order(html: str) -> str:
    """The headings from h2, at most one step below the one before; each with a name to link to."""
    above: list[int] = []
    names = iter(range(1, len(html)))

    def shifted(match: re.Match[str]) -> str:
        while above and above[-1] >= int(match[1]):
            above.pop()
        above.append(int(match[1]))
        level = min(len(above) + 1, 6)
        return f'<h{level} id="avsnitt-{next(names)}">{match[2]}</h{level}>'

    return HEADING.sub(shifted, html)
