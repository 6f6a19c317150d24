"""HTML to PDF that a screen reader can read: PDF/UA-1 by WeasyPrint, with what that leaves out.

A document reads no network and no file but those of static and of the storage. The same HTML gives the same
bytes: there is no date in it, and its id is a checksum.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

SVG = "{http://www.w3.org/2000/svg}"


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
    FileNotFoundError when one of our own static files is missing, since then every document is wrong.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from kvalitet.pdf.files import OwnFiles
    from kvalitet.pdf.structure import complete

    page = HTML(string=html, base_url=_base(), url_fetcher=OwnFiles(_base()))
    root = page.etree_element
    if not root.get("lang") or not (root.findtext("head/title") or "").strip():
        raise ValueError("A PDF needs a language and a title")
    for drawing in root.iter(f"{SVG}svg"):
        _tell_whole(drawing)
    try:
        made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=True, finisher=complete)
    except FatalURLFetchingError as error:
        raise FileNotFoundError(str(error)) from error
    return made


def _base() -> str:
    return f"{settings.BASE_URL.rstrip('/')}/"


def _tell_whole(drawing: Any) -> None:
    """WeasyPrint takes only the title as the text for those who cannot see; the description belongs there."""
    title, description = drawing.find(f"{SVG}title"), drawing.findtext(f"{SVG}desc")
    if title is not None and description and description != title.text:
        title.text = f"{title.text}. {description}"
