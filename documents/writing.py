"""Texts written here in Markdown: as HTML that is safe to show, as plain text, and where they lead.

Nothing here knows who reads: what a reader may not open is marked afterwards, in ``documents.references``.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import nh3
from django.conf import settings
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kvalitet.lookups import number_in

MAX_CHARACTERS = 200_000
TOP, LOWEST = 2, 6
ALLOWED = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"}
ALLOWED |= {"code", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "rel"}, "th": {"scope"}, "ol": {"start"}}
ATTRIBUTES |= {f"h{level}": {"id"} for level in range(TOP, LOWEST + 1)}
SCHEMES = {"http", "https", "mailto", "tel"}
OUTSIDE = ("http://", "https://", "//")
# Marks that show a text as another than it is, and those that no text has a use for.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
BOX = re.compile(r"\[( |x|X)\](?=\s)")
KNOWN = ("/", "#", "http://", "https://", "mailto:", "tel:")
PLACE = re.compile(r"/(?P<what>processer|dokument)/(?P<key>[a-z0-9-]{1,120})/.*")
HEADING = re.compile(r'<h([2-6]) id="([^"]+)">(.*?)</h\1>', re.S)
SIGNS = re.compile(r"[\\\[\]*_`<>]")
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """One heading of the text, as its HTML has it; ``level`` is 2 for the highest."""

    level: int
    id: str
    html: str


@dataclass(frozen=True)
class Target:
    """What a link of a text leads to in here: ``slug`` of a process, or ``pk`` of a document."""

    slug: str = ""
    pk: int = 0


@dataclass(frozen=True)
class Written:
    """A text to keep, as ``tidy`` leaves it; ``started_from`` is the version of the template it began in."""

    body: str
    started_from: Any = None


def checksum(body: str) -> str:
    """Of the text as UTF-8; nothing for no text."""
    return hashlib.sha256(body.encode()).hexdigest() if body else ""


def tidy(body: str) -> str:
    """The text as it is kept: composed letters, one kind of line break, nothing that cannot be seen."""
    body = unicodedata.normalize("NFC", re.sub(r"\r\n?|\u2028|\u2029", "\n", body))
    return UNWANTED.sub("", body).strip("\n").rstrip()


def told_length(body: str) -> str:
    """How much is written of what there is room for."""
    return f"{spaced(len(body))} av högst {spaced(MAX_CHARACTERS)} tecken."


def too_long(body: str) -> str:
    """Why a text is not taken, for who wrote it."""
    return (
        f"Texten är {spaced(len(body))} tecken och gränsen är {spaced(MAX_CHARACTERS)}. "
        "Det du skrev står kvar nedan. Dela upp texten i två dokument som länkar till varandra."
    )


def spaced(number: int) -> str:
    """12 345, with a space that no line breaks at."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def html(body: str) -> str:
    """Markdown as sanitised HTML: h2 is the highest heading, no level is skipped, no picture, no raw HTML.

    The same for every reader, so also what is frozen on paper.
    """
    parser = _parser()
    tokens = list(_fitted(parser.parse(body)))
    made = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(made, tags=ALLOWED, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


def headings(made: str) -> list[Heading]:
    """The headings of what ``html`` has made, in order, for a table of contents."""
    return [Heading(int(level), key, TAG.sub("", inner)) for level, key, inner in HEADING.findall(made)]


def plain(body: str, *, with_places: bool = False) -> str:
    """The words alone, a block a line: for the search, the guard against personnummer and the comparison.

    Addresses of other sites follow their words. ``with_places`` also tells where the links in here lead.
    """
    lines, cells = [], []
    for token in _parser().parse(body):
        if token.type == "inline":
            cells.append(_words(token.children or [], with_places=with_places))
        elif token.type in ("fence", "code_block"):
            cells.append(token.content.strip("\n"))
        if cells and token.type in ("paragraph_close", "heading_close", "tr_close", "fence", "code_block"):
            lines.append(" | ".join(cells))
            cells = []
    return "\n".join(line for line in lines if line.strip())


def links(body: str) -> list[tuple[str, str]]:
    """Every link of the text, in order: its words and its address."""
    found = []
    for token in _parser().parse(body):
        children = token.children or []
        opened = [place for place, one in enumerate(children) if one.type == "link_open"]
        for place in opened:
            end = next(n for n in range(place, len(children)) if children[n].type == "link_close")
            words = _words(children[place + 1 : end], with_places=False)
            found.append((words, str(children[place].attrGet("href"))))
    return found


def targets(body: str) -> list[Target]:
    """Every process and document that the text has a link to, once, in order."""
    found = (target_of(href) for _, href in links(body))
    return list(dict.fromkeys(one for one in found if one))


def link_to(title: str, url: str) -> str:
    """A link as one writes it."""
    return f"[{SIGNS.sub(lambda one: chr(92) + one[0], title)}]({url})"


def leads_nowhere(href: str) -> bool:
    """Whether an address is of no kind that a page can follow."""
    return not href.startswith(KNOWN)


def target_of(href: str) -> Target | None:
    """The process or document that an address leads to, whether with our own host or without one."""
    match = PLACE.fullmatch(_own(href))
    if match is None:
        return None
    key = match["key"]
    if match["what"] == "processer":
        return Target(slug=key)
    pk = number_in(key)
    return Target(pk=pk) if pk is not None else None


def _own(href: str) -> str:
    """An address in here without its host; any other as it is."""
    host = settings.BASE_URL.rstrip("/")
    return unquote(href.removeprefix(host) if href.startswith(f"{host}/") else href)


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _words(children: list[Token], *, with_places: bool) -> str:
    found: list[str] = []
    places: list[tuple[int, str]] = []
    for one in children:
        if one.type == "link_open":
            places.append((len(found), str(one.attrGet("href"))))
        elif one.type == "link_close":
            start, href = places.pop()
            is_told = with_places or (href.startswith(OUTSIDE) and not target_of(href))
            found += [f" ({href})"] if is_told and "".join(found[start:]) != href else []
        else:
            found.append("\n" if one.type in ("softbreak", "hardbreak") else one.content)
    return _boxed("".join(found))


def _fitted(tokens: list[Token]) -> Iterator[Token]:
    """The blocks as a page takes them: headings in order and named, header cells scoped, links labelled."""
    above: list[int] = []
    used: dict[str, int] = {}
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else token
        if token.type == "heading_open":
            _fit_heading(token, following, above, used)
        elif token.type == "heading_close":
            token.tag = f"h{_level(above)}" if not _is_blank(tokens[place - 1]) else "p"
        elif token.type in ("th_open", "th_close"):
            _fit_cell(token, following if token.type == "th_open" else tokens[place - 1])
        elif token.type == "inline":
            _fit_links(token)
            _fit_boxes(token)
        yield token


def _level(above: list[int]) -> int:
    return min(TOP + len(above) - 1, LOWEST)


def _is_blank(token: Token) -> bool:
    return not token.content.strip()


def _fit_heading(token: Token, inner: Token, above: list[int], used: dict[str, int]) -> None:
    """A heading goes at most one step below the one it stands under; an empty one is no heading."""
    if _is_blank(inner):
        token.tag = "p"
        return
    written = int(token.tag[1])
    while above and above[-1] >= written:
        above.pop()
    above.append(written)
    token.tag = f"h{_level(above)}"
    name = f"avsnitt-{slugify(inner.content)[:60] or 'rubrik'}"
    used[name] = used.get(name, 0) + 1
    token.attrSet("id", name if used[name] == 1 else f"{name}-{used[name]}")


def _fit_cell(token: Token, inner: Token) -> None:
    if _is_blank(inner):
        token.tag = "td"
    elif token.type == "th_open":
        token.attrSet("scope", "col")


def _fit_links(token: Token) -> None:
    for one in token.children or ():
        if one.type != "link_open":
            continue
        href = str(one.attrGet("href"))
        if target_of(href):
            one.attrSet("href", _own(href))
        elif href.startswith(OUTSIDE):
            one.attrSet("rel", "noopener noreferrer")
        elif not href.startswith(KNOWN):
            # An address beside the page, such as a file on somebody's disk, leads nowhere from here.
            one.attrs = {}


def _fit_boxes(token: Token) -> None:
    """``[ ]`` at the beginning of an item is a box to tick on paper."""
    first = token.children[0] if token.children else None
    if first is not None and first.type == "text":
        first.content = _boxed(first.content)


def _boxed(text: str) -> str:
    box = BOX.match(text)
    return f"{'☐' if box[1] == ' ' else '☒'}{text[3:]}" if box else text
