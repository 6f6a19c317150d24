"""The map of a version as HTML: drawing, numbered text and table, kept until something differs.

Which boxes lead to a page of their own depends on who reads, so a rendering is kept per set of links (in
practice one for the public and one for employees), found by a digest of the links and of the code that draws.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from kvalitet.registries import StepLink
from kvalitet.versions import Standing
from processes import maps
from processes.bpmn import structure
from processes.bpmn.order import Reading
from processes.bpmn.parse import parse
from processes.bpmn.svg import Link, render
from processes.models import Process, ProcessRevision

KEPT = 4
TEMPLATES = ("steps.html", "who.html", "drawings.html")


@dataclass(frozen=True)
class Rendering:
    """Ready HTML. ``text`` and ``table`` have a mark per step where live links go in; see ``with_links``."""

    drawings: str
    text: str
    table: str
    remarks: tuple[str, ...] = ()


@cache
def _code() -> str:
    """Digest of everything that decides how a map looks, so that a new release draws anew."""
    here = Path(__file__).parent
    files = [*sorted((here / "bpmn").rglob("*.py")), here / "maps.py", here / "rendering.py"]
    files += [settings.BASE_DIR / "templates" / "processes" / name for name in TEMPLATES]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def rendering(revision: ProcessRevision, links: Mapping[str, Process], *, keep: bool = True) -> Rendering:
    """The version's map with every box linked: to its row in ``links`` (by element id), else to the text.

    Drawn when it is not kept from before. ``keep`` is off for what is only looked at before it is saved.
    """
    if revision.map_id is None:
        return Rendering("", "", "")
    address = [(key, row.pk, row.slug) for key, row in sorted(links.items())]
    base = _base_url(revision)
    key = hashlib.sha256(json.dumps([_code(), revision.map_id, base, address]).encode()).hexdigest()[:16]
    if key not in revision.renderings:
        made = draw(_bytes(revision), links, title=revision.title, base_url=base)
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


def draw(data: bytes, links: Mapping[str, Process], *, title: str, base_url: str) -> Rendering:
    """HTML of a map from its bytes. Raises BpmnError for what cannot be read."""
    model = parse(data)
    reading = Reading(model)
    steps = structure.steps(model, reading)
    boxes = {step.element_id: _link(step, links.get(step.element_id), base_url) for step in steps}
    drawings = render(model, links=boxes, title=title)
    context = {"steps": [_as_text(step, links.get(step.element_id)) for step in steps], "title": title}
    return Rendering(
        drawings=render_to_string("processes/drawings.html", {"drawings": drawings}),
        text=render_to_string("processes/steps.html", context),
        table=render_to_string("processes/who.html", context),
        remarks=tuple(model.remarks),
    )


def _link(step: structure.Step, row: Process | None, base_url: str) -> Link:
    href = row.get_absolute_url() if row else f"{base_url}#steg-{step.order}"
    return Link(href=href, label=step.name, number=step.number)


def _as_text(step: structure.Step, row: Process | None) -> dict[str, Any]:
    said = maps.facts(step.documentation)
    return {
        "step": step,
        "row": row,
        "text": said.text,
        "deadline": said.deadline or step.time_limit,
        "system_support": said.system_support,
        "mark": mark_safe(_mark(row.pk)) if row else "",  # noqa: S308 - a comment with a number
    }


def _mark(pk: int) -> str:
    return f"<!--links:{pk}-->"


def with_links(html: str, links: Mapping[int, Sequence[StepLink]]) -> SafeString:
    """``html`` with the live links of each step put in at its mark."""
    for pk, those in links.items():
        if those and (mark := _mark(pk)) in html:
            html = html.replace(mark, render_to_string("processes/step_links.html", {"links": those}))
    return mark_safe(html)  # noqa: S308 - made by draw() from escaped templates
