"""What a process page needs, read in few queries: the page itself is the most opened of all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
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
from kvalitet.lookups import ExistsForEach
from kvalitet.navigation import address
from kvalitet.organisation import grants, statements
from kvalitet.organisation.enums import Audience
from kvalitet.registries import StepLink
from kvalitet.rows import decoded
from processes.enums import ProcessKind, ProcessState
from processes.models import Process, ProcessRevision, ProcessUnit
from processes.rendering import Rendering, inside, rendering
from processes.workflow import TEXTS

# In the order of the models' own fields, as ``from_db`` wants them.
OWN = (
    *("id", "parent_id", "title", "slug", "state", "visibility", "owner_id", "element_id"),
    *("description", "function", "deadline", "system_support"),
)
ABOVE = ("id", "parent_id", "title", "slug", "owner_id")
VERSION = (
    *("id", "process_id", "number", "major", "minor", "status", "title", *TEXTS),
    *("map_id", "published_at", "valid_from", "valid_to"),
)


@dataclass(frozen=True)
class UnitLink:
    name: str
    slug: str


@dataclass(frozen=True)
class Relative:
    """A sibling, a child or a step inside a child, with what a link to it says."""

    pk: int
    parent_id: int | None
    title: str
    slug: str
    element_id: str
    function: str
    state: str
    has_map: bool

    def get_absolute_url(self) -> str:
        return address("processes:process", self.slug)


@dataclass(frozen=True)
class Called:
    """A process that a step of another one goes on in."""

    pk: int
    title: str
    slug: str

    def get_absolute_url(self) -> str:
        return address("processes:process", self.slug)


@dataclass
class Page:
    """One process as one reader sees it. ``revision`` is the one in force, if any."""

    process: Process
    revision: ProcessRevision | None
    owner: tuple[str, str] | None
    units: list[UnitLink]
    open_number: int | None
    map_above: str
    called: dict[str, Any] = field(default_factory=dict)
    siblings: list[Relative] = field(default_factory=list)
    children: list[Relative] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def previous(self) -> Relative | None:
        place = self._place()
        return self.siblings[place - 1] if place else None

    @property
    def next(self) -> Relative | None:
        place = self._place()
        return self.siblings[place + 1] if place is not None and place + 1 < len(self.siblings) else None

    def _place(self) -> int | None:
        return next((n for n, row in enumerate(self.siblings) if row.pk == self.process.pk), None)

    @property
    def number(self) -> int:
        """Which of its siblings the process is, from 1; 0 when it is not among them."""
        place = self._place()
        return 0 if place is None else place + 1

    @property
    def is_whole(self) -> bool:
        """A process or delprocess, or an activity with a version of its own: not only a step of another."""
        above = self.process.parent
        is_high = above is None or above.parent is None
        return self.revision is not None or (is_high and self.process.state != ProcessState.RETIRED)

    def rendering(self) -> Rendering:
        """The process's own map, else what the map above says is inside it."""
        if self.revision and self.revision.map_id:
            return rendering(self.revision, self.rows, self.called)
        if self.map_above:
            return inside(self.map_above, self.process, self.rows, self.called)
        return Rendering("", "", "")


def read(user: Any, slug: str) -> Page | None:
    """The page of ``slug`` for ``user``; None when there is no process there that they may see.

    Two queries, whatever there is.
    """
    found = statements.rows(_process, user, slug=slug)
    if not found:
        return None
    page = _page(list(found[0]))
    _read_relatives(page, user)
    return page


def _process(reader: Any, *, slug: str) -> Any:
    """The process with its owner, those above, its version in force, its units and its open version."""
    day, published = timezone.localdate(), Q(revisions__published_at__isnull=False)
    begun, not_ended = Q(revisions__valid_from__lte=day), Q(revisions__valid_to__gte=day)
    in_force = published & begun & (not_ended | Q(revisions__valid_to=None))
    rows = Process.objects.visible_to(reader).filter(slug=slug).order_by()
    rows = rows.annotate(in_force=FilteredRelation("revisions", condition=in_force))
    own = F("in_force__calls")
    return rows.annotate(calls=Case(When(_has_no_map(), then=_above("calls")), default=own)).values_list(
        *OWN,
        *(f"parent__{name}" for name in ABOVE),
        *(f"parent__parent__{name}" for name in ABOVE),
        *(f"in_force__{name}" for name in VERSION),
        *("owner__name", "owner__title"),
        _units_here(),
        _open_number(),
        Case(When(_has_no_map(), then=_above("map_id")), output_field=CharField()),
        _called(reader),
    )


def _has_no_map() -> Q:
    return Q(in_force__map=None) & ~Q(element_id="") & ~Q(state=ProcessState.RETIRED)


def _above(name: str) -> Subquery:
    """Of the map in which the process is a step: it may say what is inside that step."""
    above = ProcessRevision.objects.in_force().filter(process=OuterRef("parent_id"))
    return Subquery(above.order_by().values(name)[:1])


def _called(reader: Any) -> ArraySubquery:
    """The processes that the map's steps go on in and the reader may see, each as JSON."""
    there = Process.objects.visible_to(reader).active().filter(slug__among=OuterRef("calls"))
    return ArraySubquery(there.order_by().values(found=JSONObject(pk="pk", title="title", slug="slug")))


def called_by(user: Any, revision: ProcessRevision) -> dict[str, Called]:
    """The same for any version, by address; a query only when its map calls any."""
    if not revision.calls:
        return {}
    rows = Process.objects.visible_to(user).active().filter(slug__in=revision.calls)
    return {one.slug: one for one in (Called(*row) for row in rows.values_list("pk", "title", "slug"))}


def _units_here() -> ArraySubquery:
    """The units of the process and of those above, each as JSON."""
    here = reduce(or_, (Q(process=OuterRef(path)) for path in ("pk", "parent_id", "parent__parent_id")))
    links = ProcessUnit.objects.on(timezone.localdate()).filter(here)
    unit = JSONObject(process="process_id", id="unit_id", name="unit__name", slug="unit__slug")
    return ArraySubquery(links.order_by("unit__position", "unit").values(found=unit))


def _open_number() -> Subquery:
    working = ProcessRevision.objects.open().filter(process=OuterRef("pk"))
    return Subquery(working.order_by().values("number")[:1])


def _page(row: list[Any]) -> Page:
    """The page of a row of ``_process``, which is taken apart from its beginning."""

    def take(count: int) -> list[Any]:
        taken, row[:] = row[:count], row[count:]
        return taken

    process, parent, top = take(len(OWN)), take(len(ABOVE)), take(len(ABOVE))
    version, owner = take(len(VERSION)), take(2)
    units, open_number, map_above, called = row
    made = Process.from_db("default", OWN, process)
    made.parent = Process.from_db("default", ABOVE, parent) if parent[0] else None
    if made.parent:
        made.parent.parent = Process.from_db("default", ABOVE, top) if top[0] else None
    revision = None
    if version[0] and made.state != ProcessState.RETIRED:
        revision = ProcessRevision.from_db("default", VERSION, version)
        revision.process = made
    named = (owner[0], owner[1]) if made.owner_id else None
    those = {one.slug: one for one in (Called(**values) for values in _json(called))}
    return Page(made, revision, named, _units(made, units), open_number, map_above or "", those)


def _json(rows: Iterable[Any]) -> list[Any]:
    return [decoded(row) for row in rows]


def _units(process: Process, rows: Iterable[Any]) -> list[UnitLink]:
    """The units of the process itself, else of the nearest one above that has any."""
    found = _json(rows)
    process._unit_ids = frozenset(row["id"] for row in found)
    places = [process.pk, process.parent_id, process.parent.parent_id if process.parent else None]
    for place in places:
        own = [UnitLink(row["name"], row["slug"]) for row in found if row["process"] == place]
        if own:
            return own
    return []


def _family(reader: Any, *, pk: int, parent: int) -> Any:
    """Siblings, children and the steps inside those, as ``Relative`` has them."""
    around = Process.objects.filter(Q(pk=pk) | Q(parent=pk) | Q(pk=parent)).order_by()
    own_map = ProcessRevision.objects.in_force().filter(process=OuterRef("pk"), map__isnull=False)
    rows = Process.objects.visible_to(reader).filter(parent__in=around.values("pk"))
    rows = rows.exclude(state=ProcessState.RETIRED)
    names = ("pk", "parent_id", "title", "slug", "element_id", "function", "state")
    return rows.order_by("position", "pk").values_list(*names, ExistsForEach(own_map))


def _read_relatives(page: Page, user: Any) -> None:
    process = page.process
    found = statements.rows(_family, user, pk=process.pk, parent=process.parent_id or 0)
    shown = [row for row in (Relative(*columns) for columns in found) if row.state == ProcessState.ACTIVE]
    page.siblings = [row for row in shown if row.parent_id == process.parent_id]
    page.children = [row for row in shown if row.parent_id == process.pk]
    page.rows = linked(process, shown)


def linked(process: Process, rows: Iterable[Any]) -> dict[str, Any]:
    """Element id -> row, for the boxes of the map of ``process``.

    What lies inside a child belongs to this map only while the child has no map of its own.
    """
    those = list(rows)
    children = {row.pk: row for row in those if row.parent_id == process.pk}
    inner = [row for row in those if row.parent_id in children and not children[row.parent_id].has_map]
    return {row.element_id: row for row in [*inner, *children.values()] if row.element_id}


def planned_links(process: Process) -> dict[str, Any]:
    """The same for a version under work, whose new steps are only planned."""
    own_map = ProcessRevision.objects.in_force().filter(process=OuterRef("pk"), map__isnull=False)
    rows = Process.objects.filter(Q(parent=process.pk) | Q(parent__parent=process.pk)).annotate(
        has_map=Exists(own_map)
    )
    return linked(process, rows)


def links_of(user: Any, rows: Iterable[Any]) -> dict[int, list[StepLink]]:
    """What higher layers hang on the processes, such as documents; one query a layer."""
    ids = [row.pk for row in rows]
    found: dict[int, list[StepLink]] = {}
    for function in registries.step_links:
        for pk, links in function(user, ids).items():
            found.setdefault(pk, []).extend(links)
    return found


def owner_facts(user: Any, page: Page) -> str:
    """Who answers for the process: by function for everyone, by name for employees only."""
    if page.owner is None:
        return ""
    name, title = page.owner
    if grants.audience(user) < Audience.INTERNAL:
        return title or "Utsedd processägare"
    return f"{name}, {title}" if title else name


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
