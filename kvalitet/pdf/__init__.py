"""HTML to PDF that a screen reader can read: PDF/UA-1 by WeasyPrint, with what that leaves out.

A document reads no network and no file but those of static and of the storage. The same HTML gives the same
bytes: there is no date in it, and its id is a checksum.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from kvalitet.storage import StorageDown


def render(template: str, context: Mapping[str, Any], *, title: str) -> bytes:
    """The PDF of a template that extends ``pdf/base.html``.

    ``title`` is the document's: its first heading, the window's, and at the top of each page. In the template
    ``in_print`` is true. Addresses of links are completed with BASE_URL. A picture out of the storage is
    ``<img src="stored:KEY" alt="…">``. Takes seconds for a long document: for a job, not for a view.
    """
    given = {"organisation_name": settings.ORGANISATION_NAME, **context}
    return from_html(render_to_string(template, {**given, "title": title, "in_print": True, "base": _base()}))


def from_html(html: str) -> bytes:
    """The PDF of a whole page, which has to have ``lang`` and ``<title>``; ValueError when it has not.

    What lies elsewhere is left out, with a line in the log: a picture then shows its ``alt``.
    Pictures without words and gaps between headings are mended. FileNotFoundError when a style sheet or a
    font of our own is missing, since then every document is wrong; StorageDown when a stored picture may
    be there.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from kvalitet.pdf import structure, words
    from kvalitet.pdf.files import OwnFiles

    page = HTML(string=html, base_url=_base(), url_fetcher=OwnFiles(_base()))
    root = page.etree_element
    if not root.get("lang") or not (root.findtext("head/title") or "").strip():
        raise ValueError("A PDF needs a language and a title")
    words.complete(root)
    try:
        made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=True, finisher=structure.complete)
    except FatalURLFetchingError as error:
        if isinstance(error.__cause__, StorageDown):
            raise error.__cause__ from None
        raise FileNotFoundError(str(error)) from error
    return made


def drawing(html: str) -> bytes:
    """A PDF without tags, to be decoration on a page of another PDF; reads what ``from_html`` may."""
    from weasyprint import HTML

    from kvalitet.pdf.files import OwnFiles

    made: bytes = HTML(string=html, base_url=_base(), url_fetcher=OwnFiles(_base())).write_pdf()
    return made


def _base() -> str:
    return f"{settings.BASE_URL.rstrip('/')}/"
