"""*Läget i processen*: what higher layers count per step, on the map by colour, letter and number, and in
words.

A step counts what is at it and at all that lies inside it. Nothing is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.utils.http import urlencode

from kvalitet import registries
from kvalitet.registries import Count, Layer, Span
from kvalitet.small_counts import AT_LEAST, SMALLEST_SHOWN, is_small, rounded, told, vague
from processes.bpmn.model import Model
from processes.bpmn.svg import Badge, Drawing, Link, render
from processes.models import Process
from processes.pages import Page
from processes.rendering import bytes_of, read, read_inside

NOTHING = Count()


@dataclass(frozen=True)
class Cell:
    """How many of one layer at one step: on the map, in the table, read out, and the list behind; "" where
    none are.
    """

    name: str
    number: str
    told: str
    words: str
    url: str
    tone: str
    letter: str


@dataclass(frozen=True)
class Row:
    """A step, or the process as a whole, with a cell a layer."""

    title: str
    url: str
    cells: tuple[Cell, ...]
    level: int = 0

    @property
    def is_clear(self) -> bool:
        return not any(cell.number for cell in self.cells)


@dataclass(frozen=True)
class Layered:
    """The layers over one process: the whole, and its steps; ``drawings`` is empty without a map.

    Of what lies further in than the steps only what counts anything is among ``rows``.
    """

    layers: list[Layer]
    whole: Row
    rows: list[Row]
    drawings: list[Drawing]
    left_out: int


def layered(user: Any, process: Process, page: Page, span: Span) -> Layered:
    """``process`` is a whole row, and ``page`` its page as the reader has it. A query for the steps, one for
    the map, and what each layer takes.
    """
    steps = _below(user, process)
    inside = _inside([process, *steps])
    found = [function(user, list(inside), span) for function in registries.layers]
    less = [_vague(layer, [process, *steps], inside) for layer in found]
    rows = {
        one.pk: _row(one, inside[one.pk], list(zip(found, less, strict=True)), one.level - process.level)
        for one in [process, *steps]
    }
    shown = [row for one in steps if (row := rows[one.pk]).level == 1 or not row.is_clear]
    return Layered(found, rows[process.pk], shown, _drawings(page, rows), len(steps) - len(shown))


def _below(user: Any, process: Process) -> list[Process]:
    """Everything in use inside the process, in order."""
    rows = (
        Process.objects.visible_to(user)
        .active()
        .filter(tree_id=process.tree_id, lft__gt=process.lft, rght__lt=process.rght)
    )
    found = rows.only("title", "slug", "parent", "level", "position", "element_id")
    children: dict[int, list[Process]] = {}
    for one in found.order_by("position", "pk"):
        children.setdefault(one.parent_id or 0, []).append(one)
    return list(_in_order(process.pk, children))


def _in_order(pk: int, children: Mapping[int, Sequence[Process]]) -> Iterable[Process]:
    for one in children.get(pk, ()):
        yield one
        yield from _in_order(one.pk, children)


def _inside(rows: Sequence[Process]) -> dict[int, set[int]]:
    """By process: itself and all that lies in it. The rows stand in the order of the tree."""
    found = {one.pk: {one.pk} for one in rows}
    for one in reversed(rows):
        if one.parent_id in found:
            found[one.parent_id] |= found[one.pk]
    return found


def _vague(layer: Layer, rows: Sequence[Process], inside: Mapping[int, set[int]]) -> set[int]:
    """Ids of those whose number, of what the reader does not see, would give a few away among the others."""
    if not layer.is_personal:
        return set()
    parents = {one.pk: one.parent_id if one.parent_id in inside else None for one in rows}
    return vague(parents, {pk: _sum(layer, within).unseen for pk, within in inside.items()})


def _sum(layer: Layer, inside: Iterable[int]) -> Count:
    return reduce(add, (layer.counts[pk] for pk in inside if pk in layer.counts), NOTHING)


def _row(process: Process, inside: set[int], layers: Iterable[tuple[Layer, set[int]]], level: int) -> Row:
    cells = tuple(_cell(layer, process, _sum(layer, inside), process.pk in less) for layer, less in layers)
    return Row(process.title, process.get_absolute_url(), cells, level)


def _cell(layer: Layer, process: Process, count: Count, is_vague: bool) -> Cell:
    if not count.all:
        return Cell(layer.name, "", "Inga", f"Inga {layer.many}", "", layer.tone, layer.letter)
    number, how_many = _words(count, is_vague) if layer.is_personal else (str(count.all), str(count.all))
    things = layer.one if how_many == "1" else layer.many
    url = f"{layer.list_url}{urlencode({'process': process.slug})}" if layer.list_url and count.seen else ""
    return Cell(layer.name, number, how_many, f"{how_many} {things}", url, layer.tone, layer.letter)


def _words(count: Count, is_vague: bool) -> tuple[str, str]:
    """For the map and for the table. What the reader sees is told exactly, and a few others beside it not at
    all: jäv hides that there is a case.
    """
    if not count.unseen or (count.seen and is_small(count.unseen)):
        return str(count.seen), str(count.seen)
    if is_small(count.unseen):
        words = told(count.unseen, is_vague=is_vague)
        return f"<{words.rpartition(' ')[2]}", words
    least = count.seen + (SMALLEST_SHOWN if is_vague else rounded(count.unseen))
    return f"{least}+", f"{AT_LEAST} {least}"


def _drawings(page: Page, rows: Mapping[int, Row]) -> list[Drawing]:
    model = _model(page)
    if model is None:
        return []
    links = {key: _link(rows[row.pk]) for key, row in page.rows.items() if row.pk in rows}
    return render(model, links=links, title=page.process.title, prefix="laget")


def _link(row: Row) -> Link:
    badges = [Badge(f"{one.letter} {one.number}", one.words, one.tone) for one in row.cells if one.number]
    return Link(href=row.url, label=row.title, badges=badges)


def _model(page: Page) -> Model | None:
    """The process's own map, else what the map above says is inside it."""
    if page.revision and page.revision.map_id:
        elsewhere = set(page.rows)
        return read(bytes_of(page.revision.map_id), elsewhere=elsewhere)[0]
    if page.map_above:
        return read_inside(bytes_of(page.map_above), page.process.element_id)[0]
    return None
