"""The content of a process page as plain facts: what ``templates/processes/content.html`` is drawn from.

Everything that one reader sees and another does not is decided before it comes here, or by ``rights``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kvalitet.navigation import address
from kvalitet.registries import StepLink
from processes import pages
from processes.models import Process
from processes.presentation import description

# Each form of the map: its name, its address, and what a step is called there. On the address of the process
# itself the map opens, and on a narrow window the text.
TABS = {
    "karta": ("Karta", "drawing", "karta-steg-"),
    "text": ("Text", "text", "steg-"),
    "vem": ("Vem gör vad", "who", "rad-"),
}
WIDTHS = {"kv-if-wide": ("karta", "text", "vem"), "kv-if-narrow": ("text", "karta", "vem")}
OPEN = "oppen"
EXPORTS = {"map_file": "BPMN", "map_svg": "SVG", "map_png": "bild (PNG)"}


def facts(
    user: Any,
    page: pages.Page,
    links: Mapping[int, Sequence[StepLink]],
    *,
    tab: str,
    panels: str,
    rights: Mapping[str, bool],
) -> dict[str, Any]:
    """``links`` by process and step, as ``user`` may see them; ``panels`` is HTML."""
    made = page.rendering()
    forms = {"karta": made.drawings, "text": made.text, "vem": made.table}
    process = page.process
    return {
        "title": process.title,
        "tab": tab if made.drawings else OPEN,
        "tabs": _tabs(process, tab),
        "html": _plain(forms.get(tab, made.drawings)),
        "text": _plain(made.text) if tab == OPEN else "",
        "marks": {pk: [vars(link) for link in those] for pk, those in links.items()},
        "children": [(one.title, one.get_absolute_url(), one.function) for one in page.children],
        "links": [vars(one) for one in links.get(process.pk, [])],
        "step_links": [
            (one.title, one.get_absolute_url(), [vars(link) for link in links[one.pk]])
            for one in page.children
            if links.get(one.pk)
        ],
        "panels": panels,
        "description": description(page.revision) if page.revision else [],
        "owner": pages.owner_facts(user, page),
        "units": [(one.name, address("organisation:unit", one.slug)) for one in page.units],
        "more": _more(page, rights) if rights["is_staff"] else [],
        **_place(page),
        **{name: getattr(process, name) for name in ("function", "deadline", "system_support")},
    }


def _plain(html: str) -> str:
    """A text marked as safe becomes a plain one, which is marked again where it is shown."""
    return html + ""


def _tabs(process: Process, tab: str) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """The ways between the forms, for a wide window and a narrow: the first stands open on both."""
    found = []
    for width, order in WIDTHS.items():
        here = order[0] if tab == OPEN else tab
        ways = []
        for key in order:
            text, name, place = TABS[key]
            is_open = key == "karta" and width == "kv-if-wide"
            ways.append((text, _url("process" if is_open else name, process), place, key == here))
        found.append((width, ways))
    return found


def _url(name: str, process: Process, *args: Any) -> str:
    return address(f"processes:{name}", process.slug, *args)


def _place(page: pages.Page) -> dict[str, Any]:
    """Where the process stands among its siblings."""
    return {
        "parent": _link(page.process.parent),
        "number": page.number,
        "siblings": len(page.siblings),
        "previous": _link(page.previous),
        "next": _link(page.next),
    }


def _link(row: Any) -> dict[str, str] | None:
    return {"text": row.title, "url": row.get_absolute_url()} if row else None


def _more(page: pages.Page, rights: Mapping[str, bool]) -> list[tuple[str, str, bool]]:
    """What employees may also open: text, address and whether it is a file."""
    process, found = page.process, [("Läget i processen", _url("standing", page.process), False)]
    if page.revision and page.revision.map_id:
        for name, kind in EXPORTS.items():
            found.append((f"Hämta kartan som {kind}", _url(name, process, page.revision.number), True))
    found += [("Versioner", _url("versions", process), False), ("Historik", _url("history", process), False)]
    if rights["may_change"]:
        found.append(("Ändra ägare, enheter och vem som ser", _url("settings", process), False))
    if rights["may_move"]:
        found.append(("Flytta eller ändra ordningen", _url("move", process), False))
        found.append(("Byt adress", _url("address", process), False))
    return found
