"""The two public pages of prose, *Om kvalitetsledningssystemet* and *Tillgänglighet*: Markdown files in
``pages/``.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from kvalitet import registries, texts
from kvalitet.organisation.models import Unit

FOLDER = Path(__file__).parent / "pages"


@cache
def _read(name: str) -> dict[str, Any]:
    """The page's facts and its text as HTML; raw HTML in the file is shown as text."""
    facts, body = texts.read(FOLDER / name)
    html = MarkdownIt("commonmark", {"html": False}).render(body)
    return {**facts, "body": mark_safe(html)}  # noqa: S308 our own file, raw HTML escaped


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the system is, who does what, the wheel of improvement, and the governing documents as a panel."""
    page = _read("om.md")
    units = _units(page["contact_unit"], *(role.get("unit", "") for role in page["role"]))
    roles = [{**role, "place": units.get(role.get("unit", ""))} for role in page["role"]]
    panels = [panel for shown in registries.panels.for_model("about") if (panel := shown(request.user, None))]
    context = {"page": page, "roles": roles, "panels": panels, "contact": units.get(page["contact_unit"])}
    return render(request, "organisation/about.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    page = _read("tillganglighet.md")
    contact = _units(page["contact_unit"]).get(page["contact_unit"])
    return render(request, "organisation/accessibility.html", {"page": page, "contact": contact})


def _units(*slugs: str) -> dict[str, Unit]:
    return {unit.slug: unit for unit in Unit.objects.filter(slug__in=[slug for slug in slugs if slug])}
