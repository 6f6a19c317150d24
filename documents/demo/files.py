"""The demo's Markdown as the files that people upload: Word, PDF, OpenDocument, plain text."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from kvalitet import pdf

LISTS = {"bullet_list_open": "bullet", "ordered_list_open": "number"}


@dataclass
class Block:
    """A heading, paragraph, list item or table; ``level`` is that of the heading."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(markdown: str) -> Iterator[Block]:
    """The text as a flat row of blocks; inner markup is left as plain text."""
    lists: list[str] = []
    rows: list[list[str]] = []
    for before, token in pairwise(parser().parse(markdown)):
        if before.type in LISTS:
            lists.append(LISTS[before.type])
        elif before.type.endswith("_list_close"):
            lists.pop()
        elif before.type == "tr_open":
            rows.append([])
        if token.type == "table_close":
            yield Block("table", rows=rows)
            rows = []
        elif token.type == "inline":
            block = _block(before, token, lists)
            if block.kind != "cell":
                yield block
            else:
                rows[-1].append(block.text)


def _block(opening: Any, token: Any, lists: list[str]) -> Block:
    if opening.type in ("th_open", "td_open"):
        return Block("cell", _plain(token))
    if opening.type == "heading_open":
        return Block("heading", _plain(token), level=int(opening.tag[1]))
    return Block(lists[-1] if lists else "paragraph", _plain(token))


def _plain(token: Any) -> str:
    parts = ("\n" if one.type == "softbreak" else one.content for one in token.children or ())
    return "".join(parts).strip()


def as_docx(title: str, markdown: str) -> bytes:
    from docx import Document as Word

    word = Word()
    word.core_properties.title = title
    word.core_properties.language = "sv-SE"
    word.add_heading(title, 0)
    styles = {"paragraph": None, "bullet": "List Bullet", "number": "List Number"}
    for block in blocks(markdown):
        if block.kind == "heading":
            word.add_heading(block.text, block.level - 1)
        elif block.kind == "table":
            _docx_table(word, block.rows)
        else:
            word.add_paragraph(block.text, styles[block.kind])
    return _saved(word)


def _docx_table(word: Any, rows: list[list[str]]) -> None:
    table = word.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def as_odt(title: str, markdown: str) -> bytes:
    from odfdo import Document as OpenDocument
    from odfdo import Header, List, Paragraph, Table

    document = OpenDocument("text")
    document.body.clear()
    document.meta.title = title
    document.body.append(Header(1, title))
    for number, block in enumerate(blocks(markdown)):
        if block.kind == "heading":
            document.body.append(Header(block.level, block.text))
        elif block.kind == "table":
            table = Table(f"Tabell {number}")
            for at, row in enumerate(block.rows):
                table.set_row_values(at, row)
            document.body.append(table)
        elif block.kind in ("bullet", "number"):
            document.body.append(List([block.text]))
        else:
            document.body.append(Paragraph(block.text))
    return _saved(document)


def _saved(document: Any) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def as_pdf(title: str, markdown: str) -> bytes:
    # The parser lets no HTML of the text through.
    body = mark_safe(parser().render(markdown))  # noqa: S308
    return pdf.render("pdf/text.html", {"body": body}, title=title)


def as_txt(title: str, markdown: str) -> bytes:
    return f"{title}\n\n{markdown.strip()}\n".encode()


MADE_BY = {"docx": as_docx, "pdf": as_pdf, "odt": as_odt, "txt": as_txt}
