"""What a process page needs, read in few queries: the page itself is the most opened of all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BinaryField,
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from kvalitet import registries
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from kvalitet.registries import StepLink
from processes.enums import ProcessKind, ProcessState
from processes.models import Process, ProcessRevision, ProcessUnit
from processes.rendering import Rendering, inside, rendering


@dataclass(frozen=True)
class UnitLink:
    name: str
    slug: str


@dataclass
class Page:
    """One process as one reader sees it. ``revision`` is the one in force, if any."""

    process: Process
    revision: ProcessRevision | None
    units: list[UnitLink]
    open_number: int | None
    open_status: str
    siblings: list[Process] = field(default_factory=list)
    children: list[Process] = field(default_factory=list)
    rows: dict[str, Process] = field(default_factory=dict)

    @property
    def previous(self) -> Process | None:
        place = self._place()
        return self.siblings[place - 1] if place else None

    @property
    def next(self) -> Process | None:
        place = self._place()
        return self.siblings[place + 1] if place is not None and place + 1 < len(self.siblings) else None

    def _place(self) -> int | None:
        return next((n for n, row in enumerate(self.siblings) if row.pk == self.process.pk), None)

    @property
    def number(self) -> int:
        """Which of its siblings the process is, from 1; 0 when it is not among them."""
        place = self._place()
        return 0 if place is None else place + 1

    def rendering(self) -> Rendering:
        """The process's own map, else what the map above says is inside it."""
        if self.revision and self.revision.map_id:
            return rendering(self.revision, self.rows)
        above = getattr(self.process, "above_map", None)
        return inside(bytes(above), self.process, self.rows) if above else Rendering("", "", "")


def read(user: Any, slug: str) -> Page | None:
    """The page of ``slug`` for ``user``; None when there is no process there that they may see.

    Two queries, whatever there is.
    """
    process: Any = _process(user, slug)
    if process is None:
        return None
    revision = None if process.state == ProcessState.RETIRED else getattr(process, "in_force", None)
    page = Page(process, revision, _units(process, process.unit_json), *(_open(process.open_json)))
    _read_relatives(page, user)
    return page


def _process(user: Any, slug: str) -> Process | None:
    """The process with its owner, those above, its version in force, its units and its open version."""
    day, published = timezone.localdate(), Q(revisions__published_at__isnull=False)
    begun, not_ended = Q(revisions__valid_from__lte=day), Q(revisions__valid_to__gte=day)
    in_force = published & begun & (not_ended | Q(revisions__valid_to=None))
    return (
        Process.objects.visible_to(user)
        .filter(slug=slug)
        .annotate(in_force=FilteredRelation("revisions", condition=in_force), **_facts())
        .annotate(above_map=Case(When(_has_no_map(), then=_map_above()), output_field=BinaryField()))
        .select_related("owner", "parent__parent", "in_force")
        .first()
    )


def _has_no_map() -> Q:
    return Q(in_force__map=None) & ~Q(element_id="") & ~Q(state=ProcessState.RETIRED)


def _map_above() -> Subquery:
    """The bytes of the map in which the process is a step: it may say what is inside that step."""
    above = ProcessRevision.objects.in_force().filter(process=OuterRef("parent_id"))
    return Subquery(above.values("map__data")[:1])


def _facts() -> dict[str, Any]:
    """Annotations that save a query each: units of the process and of those above, and its open version."""
    here = reduce(or_, (Q(process=OuterRef(path)) for path in ("pk", "parent_id", "parent__parent_id")))
    links = ProcessUnit.objects.on(timezone.localdate()).filter(here)
    unit = JSONObject(process="process_id", id="unit_id", name="unit__name", slug="unit__slug")
    working = ProcessRevision.objects.open().filter(process=OuterRef("pk"))
    return {
        "unit_json": ArraySubquery(links.order_by("unit__position", "unit").values(found=unit)),
        "open_json": Subquery(working.values(found=JSONObject(number="number", status="status"))[:1]),
    }


def _units(process: Process, rows: Iterable[Mapping[str, Any]]) -> list[UnitLink]:
    """The units of the process itself, else of the nearest one above that has any."""
    found = list(rows)
    process._unit_ids = frozenset(row["id"] for row in found)
    places = [process.pk, process.parent_id, process.parent.parent_id if process.parent else None]
    for place in places:
        own = [UnitLink(row["name"], row["slug"]) for row in found if row["process"] == place]
        if own:
            return own
    return []


def _open(row: Mapping[str, Any] | None) -> tuple[int | None, str]:
    return (row["number"], row["status"]) if row else (None, "")


def _read_relatives(page: Page, user: Any) -> None:
    """Siblings, children and the steps inside those, in one query."""
    process = page.process
    family = Q(parent=process.pk) | Q(parent__parent=process.pk)
    if process.parent_id:
        family |= Q(parent=process.parent_id)
    own_map = ProcessRevision.objects.in_force().filter(process=OuterRef("pk"), map__isnull=False)
    rows = list(
        Process.objects.visible_to(user)
        .filter(family)
        .exclude(state=ProcessState.RETIRED)
        .annotate(has_map=Exists(own_map))
        .order_by("position", "pk")
    )
    shown = [row for row in rows if row.state == ProcessState.ACTIVE]
    page.siblings = [row for row in shown if row.parent_id == process.parent_id]
    page.children = [row for row in shown if row.parent_id == process.pk]
    page.rows = linked(process, shown)


def linked(process: Process, rows: Iterable[Any]) -> dict[str, Process]:
    """Element id -> row, for the boxes of the map of ``process``.

    What lies inside a child belongs to this map only while the child has no map of its own.
    """
    those = list(rows)
    children = {row.pk: row for row in those if row.parent_id == process.pk}
    inner = [row for row in those if row.parent_id in children and not children[row.parent_id].has_map]
    return {row.element_id: row for row in [*inner, *children.values()] if row.element_id}


def planned_links(process: Process) -> dict[str, Process]:
    """The same for a version under work, whose new steps are only planned."""
    own_map = ProcessRevision.objects.in_force().filter(process=OuterRef("pk"), map__isnull=False)
    rows = Process.objects.filter(Q(parent=process.pk) | Q(parent__parent=process.pk)).annotate(
        has_map=Exists(own_map)
    )
    return linked(process, rows)


def links_of(user: Any, rows: Iterable[Process]) -> dict[int, list[StepLink]]:
    """What higher layers hang on the processes, such as documents; one query a layer."""
    ids = [row.pk for row in rows]
    found: dict[int, list[StepLink]] = {}
    for function in registries.step_links:
        for pk, links in function(user, ids).items():
            found.setdefault(pk, []).extend(links)
    return found


def owner_facts(user: Any, process: Process) -> str:
    """Who answers for the process: by function for everyone, by name for employees only."""
    owner = process.owner
    if owner is None:
        return ""
    if grants.audience(user) < Audience.INTERNAL:
        return owner.title or "Utsedd processägare"
    return f"{owner.name}, {owner.title}" if owner.title else owner.name


@dataclass(frozen=True)
class Band:
    """One band of the start map; a main process is a band of its own with what it branches into."""

    tone: str
    title: str
    processes: list[Process]
    url: str = ""


def start_map(user: Any, *, unit: Any = None) -> list[Band]:
    """The start map as ``user`` may see it, whole or for one unit, in one query.

    A unit's map has the processes it works in and what they branch into, with the process above as the way.
    """
    rows: QuerySet[Process] = Process.objects.visible_to(user).active().filter(level__lte=1)
    if unit is not None:
        # "Its processes": linked to the unit itself or to a unit above it.
        above = [one.pk for one in unit.get_ancestors(include_self=True)]
        mine = Process.objects.used_by(above)
        rows = rows.filter(Q(pk__in=mine) | Q(parent__in=mine) | Q(children__in=mine)).distinct()
    found = list(rows.order_by(F("position"), "pk"))
    roots = [row for row in found if row.level == 0]
    bands = [_list_band("styr", "Styrprocesser", roots, ProcessKind.STEERING)]
    for root in roots:
        if root.kind == ProcessKind.MAIN:
            children = [row for row in found if row.parent_id == root.pk]
            bands.append(Band("huvud", root.title, children, root.get_absolute_url()))
    bands.append(_list_band("stod", "Stödprocesser", roots, ProcessKind.SUPPORT))
    return [band for band in bands if band.processes or band.url]


def _list_band(tone: str, title: str, roots: list[Process], kind: str) -> Band:
    return Band(tone, title, [row for row in roots if row.kind == kind])
