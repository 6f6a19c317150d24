"""Texts in Markdown: those that lie beside the code, and those that people write."""

import tomllib
from pathlib import Path
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED = {"p", "h3", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "code", "hr", "table"}
ALLOWED |= {"thead", "tbody", "tr", "th", "td"}
HEADING = 3


def read(path: Path) -> tuple[dict[str, Any], str]:
    """The facts of the file and its text, as Markdown. ValueError when the lines ``+++`` are not there."""
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), body


def to_html(text: str) -> SafeString:
    """Markdown that somebody wrote, as HTML that is safe to show; pictures and raw HTML are left out.

    Every heading becomes an ``h3``: it stands under the page's own h2, and no level is skipped.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{HEADING}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
    html = parser.renderer.render(tokens, parser.options, {})
    attributes = {"a": {"href"}, "th": {"scope"}}
    return mark_safe(  # noqa: S308 - cleaned here
        nh3.clean(html, tags=ALLOWED, attributes=attributes, url_schemes={"http", "https", "mailto"})
    )
