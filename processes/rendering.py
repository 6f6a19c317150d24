"""The map of a version as HTML: drawing, numbered text and table, kept until something differs.

Which boxes lead to a page of their own depends on who reads, so a rendering is kept per set of links (in
practice one for the public and one for employees), found by a digest of the links and of the code that draws.
It is kept with the version, and in memory as well, which saves reading it.
"""

import functools
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kvalitet.models import Blob
from kvalitet.registries import StepLink
from kvalitet.versions import Standing
from processes import maps
from processes.bpmn import layout, structure
from processes.bpmn.advice import advise
from processes.bpmn.model import Model, Plane
from processes.bpmn.order import Reading
from processes.bpmn.parse import parse
from processes.bpmn.svg import Link, render
from processes.models import Process, ProcessRevision

KEPT = 4
ANCHOR = re.compile(r' id="(karta-steg-\d+)"')
STEP_NUMBER = re.compile(r"\bsteg (\d+(?:\.\d+)*)")
KEPT_SECONDS = 24 * 60 * 60
TEMPLATES = ("steps.html", "who.html", "drawings.html")
# By the element's id: what its box leads to, a row with ``pk``, ``slug`` and ``get_absolute_url``.
Links = Mapping[str, Any]
# By address: the processes that steps go on in, as far as the reader may see them.
Called = Mapping[str, Any]
NONE: Called = {}


@dataclass(frozen=True)
class Rendering:
    """Ready HTML. ``text`` and ``table`` have a mark per step where live links go in; see ``with_links``."""

    drawings: str
    text: str
    table: str
    remarks: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


@functools.cache
def code() -> str:
    """Digest of everything that decides how a map looks, so that a new release draws anew."""
    here = Path(__file__).parent
    files = [*sorted((here / "bpmn").rglob("*.py")), here / "maps.py", here / "rendering.py"]
    files += [settings.BASE_DIR / "templates" / "processes" / name for name in TEMPLATES]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def rendering(
    revision: ProcessRevision, links: Links, called: Called = NONE, *, keep: bool = True
) -> Rendering:
    """The version's map with every box linked: to the process it goes on in, else its row, else the text.

    Drawn when it is not kept from before. ``keep`` is off for what is only looked at before it is saved.
    """
    if revision.map_id is None:
        return Rendering("", "", "")
    parts = [revision.map_id, revision.title, _base_url(revision), _addresses(links), _names(called)]
    key = _digest(parts)
    in_memory = f"map-{revision.pk}-{key}"
    kept: Rendering | None = cache.get(in_memory)
    if kept is None:
        kept = _kept_with(revision, key[:16], links, called, keep=keep)
        cache.set(in_memory, kept, KEPT_SECONDS)
    return kept


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps([code(), *parts]).encode()).hexdigest()


def _addresses(links: Links) -> list[tuple[str, int, str]]:
    return [(key, row.pk, row.slug) for key, row in sorted(links.items())]


def _names(called: Called) -> list[tuple[str, str]]:
    return [(key, row.title) for key, row in sorted(called.items())]


def _kept_with(revision: ProcessRevision, key: str, links: Links, called: Called, *, keep: bool) -> Rendering:
    if key not in revision.renderings:
        elsewhere = links if revision.standing() == Standing.IN_FORCE else ()
        base = _base_url(revision)
        data, title = _bytes(revision), revision.title
        made = draw(data, links, called, title=title, base_url=base, elsewhere=elsewhere)
        revision.renderings = dict([*revision.renderings.items(), (key, vars(made))][-KEPT:])
        if keep:
            ProcessRevision.objects.filter(pk=revision.pk).update(renderings=revision.renderings)
    return Rendering(**revision.renderings[key])


def _bytes(revision: ProcessRevision) -> bytes:
    return bytes(revision.map.data) if revision.map else b""


def _base_url(revision: ProcessRevision) -> str:
    """Where the numbered text stands that a box without a page of its own leads to."""
    slug = revision.process.slug
    if revision.standing() == Standing.IN_FORCE:
        return reverse("processes:text", args=[slug])
    return reverse("processes:revision", args=[slug, revision.number])


def draw(
    data: bytes,
    links: Links,
    called: Called = NONE,
    *,
    title: str,
    base_url: str,
    elsewhere: Collection[str] = (),
) -> Rendering:
    """HTML of a map from its bytes. Raises BpmnError for what cannot be read.

    What lies inside a closed step in ``elsewhere`` is drawn on that step's own page, and not here.
    """
    model, steps = read(data, elsewhere=elsewhere)
    return _html(model, steps, links, called, title=title, base_url=base_url)


def read(data: bytes, *, elsewhere: Collection[str] = ()) -> tuple[Model, list[structure.Step]]:
    """A map to be drawn, and its steps; see ``draw``."""
    model = parse(data)
    reading = Reading(model)
    model.planes[1:] = [plane for plane in model.planes[1:] if not _around(model, plane, elsewhere)]
    return model, structure.steps(model, reading)


def inside(map_above: str, process: Process, links: Links, called: Called = NONE) -> Rendering:
    """HTML of what the map above, a ``Blob``, says is inside ``process``, which has none; kept in memory."""
    facts = [map_above, process.title, process.element_id, process.slug]
    parts = [*facts, _addresses(links), _names(called)]
    key = f"inside-{_digest(parts)}"
    kept: Rendering | None = cache.get(key)
    if kept is None:
        kept = _draw_inside(bytes_of(map_above), process, links, called)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def bytes_of(map_key: str) -> bytes:
    return bytes(Blob.objects.get(pk=map_key).data)


def _draw_inside(data: bytes, process: Process, links: Links, called: Called) -> Rendering:
    model, found = read_inside(data, process.element_id)
    if not found:
        return Rendering("", "", "")
    base = reverse("processes:text", args=[process.slug])
    return _html(model, found, links, called, title=process.title, base_url=base)


def read_inside(data: bytes, element_id: str) -> tuple[Model, list[structure.Step]]:
    """What lies inside one step of a map: its drawings, and its steps, none when there is nothing."""
    model = parse(data)
    reading = Reading(model)
    found = [step for step in structure.steps(model, reading) if _is_around(model, step.parent, element_id)]
    if not found:
        return model, []
    top = min(step.level for step in found)
    model.planes = [plane for plane in model.planes if _around(model, plane, {element_id})]
    if not model.planes:
        model.planes = [layout.plane_of(model, reading, element_id)]
    return model, [replace(step, level=step.level - top + 1) for step in found]


def _around(model: Model, plane: Plane, steps: Collection[str]) -> bool:
    """Whether the drawing is of one of the steps, or of something inside one."""
    return any(_is_around(model, plane.element, step) for step in steps)


def _is_around(model: Model, element: str, step: str) -> bool:
    while element and element != step:
        found = model.elements.get(element)
        element = found.parent if found else ""
    return bool(element)


def _html(
    model: Model,
    steps: Sequence[structure.Step],
    links: Links,
    called: Called,
    *,
    title: str,
    base_url: str,
) -> Rendering:
    goes_on = {step.element_id: called.get(maps.called(step.called)) for step in steps}
    leads = {key: row or links.get(key) for key, row in goes_on.items()}
    boxes = {step.element_id: _link(step, leads[step.element_id], base_url) for step in steps}
    drawings = render(model, links=boxes, title=title)
    told = [as_text(step, links.get(step.element_id), goes_on[step.element_id]) for step in steps]
    drawn = {anchor for drawing in drawings for anchor in ANCHOR.findall(drawing.svg)}
    for one in told:
        one["is_drawn"] = _anchor(one["step"]) in drawn
    context = {"steps": told, "functions": by_function(told), "title": title}
    context |= {"text_url": base_url, "map_url": _map_url(base_url)}
    return Rendering(
        drawings=render_to_string("processes/drawings.html", {"drawings": drawings}),
        text=render_to_string("processes/steps.html", context),
        table=render_to_string("processes/who.html", context),
        remarks=tuple(model.remarks),
        advice=tuple(one.text for one in advise(model)),
    )


def _link(step: structure.Step, row: Any, base_url: str) -> Link:
    href = row.get_absolute_url() if row else f"{base_url}#steg-{step.order}"
    return Link(href=href, label=step.name, number=step.number, anchor=_anchor(step))


def _map_url(base_url: str) -> str:
    """The map has a page beside that of the text; of a version both stand on one page."""
    return f"{base_url.removesuffix('text/')}karta/" if base_url.endswith("/text/") else base_url


def _anchor(step: structure.Step) -> str:
    """A step is ``karta-steg-4`` in the map, ``steg-4`` in the text and ``rad-4`` in the table."""
    return f"karta-steg-{step.order}"


def as_text(step: structure.Step, row: Any, goes_on: Any = None) -> dict[str, Any]:
    """One step as the templates of text and table have it; ``row`` is its page, if it has one.

    ``goes_on`` is the process in which a step that calls another is done.
    """
    said = maps.facts(step.documentation)
    return {
        "step": step,
        "ways": [_with_ways(sentence, step) for sentence in step.sentences],
        "row": row,
        "goes_on": goes_on,
        "text": said.text,
        "deadline": said.deadline or step.time_limit,
        "system_support": said.system_support,
        "mark": mark_safe(_mark(row.pk)) if row else "",  # noqa: S308 - a comment with a number
    }


def _with_ways(sentence: str, step: structure.Step) -> SafeString:
    """A sentence where each step that it leads to is a link to that step in the same text."""
    orders = {lead.number: lead.order for lead in step.leads_to if lead.number}

    def link(match: re.Match[str]) -> str:
        order = orders.get(match[1])
        return f'<a href="#steg-{order}">{match[0]}</a>' if order else match[0]

    return mark_safe(STEP_NUMBER.sub(link, escape(sentence)))  # noqa: S308 - escaped before the links are made


def by_function(told: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The steps of each funktion, which stand in the order in which they first have something to do.

    In a map of several processes a funktion is told with the one it belongs to; "" is nobody in particular.
    """
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in told:
        found.setdefault((one["step"].pool, one["step"].lane), []).append(one)
    several = len({pool for pool, lane in found}) > 1
    return [
        (", ".join(part for part in (lane, pool if several else "") if part), steps)
        for (pool, lane), steps in found.items()
    ]


def _mark(pk: int) -> str:
    return f"<!--links:{pk}-->"


def with_links(html: str, links: Mapping[int, Sequence[StepLink]]) -> str:
    """``html`` with the live links of each step put in at its mark, as a plain text."""
    for pk, those in links.items():
        if those and (mark := _mark(pk)) in html:
            html = html.replace(mark, render_to_string("processes/step_links.html", {"links": those}))
    return html + ""  # a text marked as safe becomes a plain one
