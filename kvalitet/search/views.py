"""The page /sok/: open to everyone, each sees what they may."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kvalitet.search.find import PAGE_SIZE, find
from kvalitet.search.records import Result
from kvalitet.search.registry import kind_named, kinds, readers


@require_safe
@login_not_required
def search_page(request: HttpRequest) -> HttpResponse:
    """Hits for ``q``, narrowed by ``slag`` and ``enhet``; without ``q``, what can be searched and how."""
    text = request.GET.get("q", "").replace("\x00", " ").strip()
    kind = request.GET.get("slag", "")
    units = [(str(unit_id), label) for unit_id, label in readers.unit_choices(request.user)]
    unit = request.GET.get("enhet", "")
    kind, unit = kind if kind_named(kind) else "", unit if unit in dict(units) else ""
    result = find(
        request.user,
        text,
        kind=kind,
        unit_id=int(unit) if unit else None,
        number=_number(request.GET.get("sida", "")),
    )
    context = {
        "text": text[:200],
        "result": result,
        "page": _page(result),
        "kinds": kinds(),
        "kind": kind,
        "units": units,
        "unit": unit,
        "is_unconfirmed": getattr(request.user, "is_unconfirmed", False),
        "anywhere_url": f"{request.path}?{urlencode({'q': text})}" if kind or unit else "",
    }
    return render(request, "search/results.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _page(result: Result) -> Page:
    paginator = Paginator(range(result.total), PAGE_SIZE)
    paginator.more_than_counted = result.is_capped
    return paginator.get_page(result.number)
