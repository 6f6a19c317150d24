"""The components of every page, as tags. They are built into the engine: no ``{% load %}`` is needed.

Each inclusion tag has its template in ``templates/components/``, where a comment shows how it is called.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kvalitet import charts, personuppgifter
from kvalitet.appearance import THEMES
from kvalitet.small_counts import told

register = template.Library()

ICON_FOLDER = settings.VAR / "icons"
TONE_ICONS = {
    "good": "check-circle",
    "warn": "clock",
    "bad": "exclamation-triangle",
    "info": "info-circle",
    "neutral": "circle",
}


@cache
def _icon_shape(name: str) -> SafeString:
    """What is drawn inside the ``<svg>`` of one Bootstrap icon; an unknown name is a programming error."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise template.TemplateSyntaxError(f"{name!r} is not the name of an icon")
    source = (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    shape = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", source, flags=re.DOTALL)
    return mark_safe(re.sub(r"\s*\n\s*", "", shape))  # noqa: S308 - a file of the icon package, not of a user


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """``{% icon "megaphone" %}``: decoration beside a word, hidden from screen readers."""
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        f"kv-icon {css}".strip(),
        _icon_shape(name),
    )


@register.simple_tag
def status(word: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """``{% status "Gällande, version 4" "good" %}``: word, icon and colour. Tones: the keys of TONE_ICONS."""
    return format_html(
        '<span class="kv-status {}">{}{}</span>', tone, icon(icon_name or TONE_ICONS[tone]), word
    )


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """``{% breadcrumbs "Processer" url_of_processes process.name %}``: text, address, …, this page."""
    links = list(zip(parts[::2], parts[1::2], strict=False))
    return {"links": links, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: template.Context, *parts: Any, label: str = "Delar av sidan") -> dict[str, Any]:
    """``{% tabs "Karta" map_url "Text" text_url %}``: links; this path is current."""
    path = context["request"].path
    return {
        "label": label,
        "tabs": [(text, url, str(url) == path) for text, url in zip(parts[::2], parts[1::2], strict=True)],
    }


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", url: str = "", button: str = "", icon_name: str = "inbox"
) -> dict[str, str]:
    """``{% empty "Inga dokument än" "Här samlas …" url "Lägg till" %}``: what it is for, the first step."""
    return {"title": title, "text": text, "url": url, "button": button, "icon_name": icon_name}


@register.inclusion_tag("components/facts.html")
def facts(rows: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """``{% facts rows %}``: (term, value) pairs as a description list; pairs without a value are left out."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [(term, value) for term, value in pairs if value not in (None, "")]}


@register.inclusion_tag("components/help.html")
def help_text(title: str, text: str) -> dict[str, str]:
    """``{% help_text "Vad är en huvudprocess?" "…" %}``: an explanation that opens on demand."""
    return {"title": title, "text": text}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page, target: str = "", field: str = "sida") -> dict[str, Any]:
    """``{% pager page %}``: previous, next and where one is; ``target`` is the id that htmx swaps, if any."""
    request: HttpRequest = context["request"]
    return {
        "page": page,
        "target": target,
        "more_than_counted": getattr(page.paginator, "more_than_counted", False),
        "previous_url": _with_page(request, field, page.number - 1) if page.has_previous() else "",
        "next_url": _with_page(request, field, page.number + 1) if page.has_next() else "",
    }


def _with_page(request: HttpRequest, field: str, number: int) -> str:
    query = request.GET.copy()
    query[field] = str(number)
    query.pop("exportera", None)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/workflow.html", takes_context=True)
def workflow_buttons(
    context: template.Context, transitions: Iterable[Any], base_url: str, primary: bool = True
) -> dict[str, Any]:
    """``{% workflow_buttons transitions base_url %}``: what may be done now; a blocked one shows why.

    ``transitions`` is the answer of ``Workflow.available(user, obj)``; each posts to ``<base_url><name>/``.
    ``primary`` is false where the page's main button is another.
    """
    return {
        "transitions": list(transitions),
        "primary": primary,
        "base_url": base_url.rstrip("/") + "/",
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/theme.html", takes_context=True)
def theme_choice(context: template.Context) -> dict[str, Any]:
    """``{% theme_choice %}``: Ljust, Mörkt, Som datorn; a form, so that it works without scripts."""
    request = context.get("request")
    here = request.get_full_path() if request and request.method == "GET" else "/"
    return {
        "themes": THEMES.items(),
        "theme": context.get("theme", ""),
        "next": context.get("here") or here,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """``{% error_summary form %}``: what must be mended, each with a link to its field.

    ``{{ form }}`` has it already; use the tag where the fields are laid out by hand.
    """
    visible = [field for field in form.visible_fields() if field.errors]
    rows = [(field.label, field.auto_id, field.errors) for field in visible]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return {"rows": rows, "general": [*form.non_field_errors(), *hidden]}


@register.inclusion_tag("charts/figure.html", takes_context=True)
def chart_figure(context: template.Context, chart: charts.Chart) -> dict[str, Any]:
    """``{% chart_figure chart %}``: the chart with its table, which stands open in PDF."""
    return {"chart": chart, "hidden": charts.HIDDEN, "in_print": context.get("in_print", False)}


@register.filter
def initials(name: str) -> str:
    """ "Anna Berg" gives AB, for the mark of the user menu."""
    words = str(name).replace("@", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def thousands(number: int) -> str:
    """``12500`` as "12 500", kept on one line."""
    return f"{number:,}".replace(",", "\u00a0")


@register.filter
def few(number: int) -> str:
    """A count as everyone may see it: ``3`` as "färre än 5"."""
    return told(number)


@register.filter
def phone_links(text: Any) -> SafeString:
    """``{{ step.text|phone_links|linebreaks }}``: telephone numbers can be tapped; the rest is escaped."""
    return personuppgifter.with_phone_links(str(text))
