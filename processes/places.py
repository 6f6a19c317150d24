"""Where a process lies: moved with what is under it, ordered among its siblings, given another address."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kvalitet import trees
from kvalitet.workflow import Blocked
from processes import maps, permissions, projection, slugs
from processes.enums import ProcessState, Visibility
from processes.models import Process, ProcessAddress

UP, DOWN = -1, 1
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FOLLOWS_MAP = "Ordningen följer kartan ovanför. Ändra den där."


def _require(user: Any) -> None:
    if not permissions.may_move(user):
        raise PermissionDenied("Processhandledare och samordnare flyttar processer och byter adress.")


@transaction.atomic
def move(process: Process, *, user: Any, parent: Process | None, kind: str = "") -> Process:
    """Lay the process, with all under it, last under ``parent``; None is the first level, which has a kind.

    Its address stays. Raises Blocked with the reasons why it cannot lie there.
    """
    _require(user)
    with trees.locked(Process):
        fresh = Process.objects.select_related("parent__parent").get(pk=process.pk)
        target = Process.objects.get(pk=parent.pk) if parent else None
        reasons = [*why_not(fresh, target, kind=kind), *why_not_from(fresh)]
        if reasons:
            raise Blocked(reasons)
        kind = "" if target else kind
        trees.move(fresh, parent=target, kind=kind, element_id="")
    process.refresh_from_db()
    return process


def height(process: Process) -> int:
    """How many levels there are below the process."""
    below = process.get_descendants().order_by("-level").values_list("level", flat=True)
    deepest: int = below.first() or process.level
    return deepest - process.level


def why_not(process: Process, target: Process | None, *, kind: str) -> Iterable[str]:
    """Why the process cannot lie under ``target``."""
    if process.parent_id == (target.pk if target else None):
        yield "Processen ligger redan där."
    elif target is None:
        if not kind:
            yield "Välj styr-, huvud- eller stödprocess. Det anges på första nivån."
    else:
        yield from _why_not_under(process, target)


def _why_not_under(process: Process, target: Process) -> Iterable[str]:
    if target.tree_id == process.tree_id and process.lft <= target.lft <= process.rght:
        yield f"{target.title} ligger själv under {process.title}. En process kan inte ligga under sig själv."
        return
    below = height(process)
    if target.level + 1 + below >= maps.LEVELS:
        yield f"Processer har högst tre nivåer. {_where_instead(process, below)}"
    if target.state == ProcessState.RETIRED:
        yield f"{target.title} är upphävd."
    if target.visibility == Visibility.INTERNAL and _is_open_to_all(process):
        yield f"{target.title} är bara för medarbetare. Gör {process.title} intern först, eller öppna målet."


def _where_instead(process: Process, below: int) -> str:
    if below >= maps.LEVELS - 1:
        return f"{process.title} har två nivåer under sig och kan bara ligga på första nivån."
    return (
        f"{process.title} har steg under sig. Välj en process på första nivån."
        if below
        else ("Det du valde är redan ett steg. Välj en process högre upp.")
    )


def _is_open_to_all(process: Process) -> bool:
    inside = process.get_descendants(include_self=True)
    return inside.filter(visibility=Visibility.PUBLIC).exists()


def why_not_from(process: Process) -> Iterable[str]:
    """Why the process cannot leave its place: the map above draws it, and would make the step anew."""
    if process.parent is not None and is_drawn_above(process):
        above = process.parent.title
        yield (
            f"{process.title} är ritad som steg i kartan för {above}. Ta först bort steget ur kartan i ett "
            f"utkast av {above}. Sedan går det att flytta, och sidan, dokumenten och historiken följer med."
        )


def is_drawn_above(process: Process) -> bool:
    """A map above draws it as a step, as that map is now: under work, else as last published."""
    if not process.element_id or process.state == ProcessState.RETIRED or process.parent is None:
        return False
    return process.element_id in {step.element_id for step in _steps_under(process.parent)}


def _steps_under(process: Process) -> Iterable[maps.Step]:
    """What the latest map says is under the process: its own, else that of the process above."""
    revisions = process.revisions.exclude(map=None).select_related("process", "map")
    latest = revisions.open().first() or revisions.published().order_by("-number").first()
    if latest is not None:
        return projection.steps_of(latest)
    above = _steps_under(process.parent) if process.parent else ()
    return next((step.children for step in above if step.element_id == process.element_id), ())


@transaction.atomic
def shift(process: Process, *, user: Any, by: int) -> bool:
    """Change places with the sibling before (``UP``) or after (``DOWN``); False when there is none.

    Siblings are those shown together: on the first level, those of the same kind. Raises Blocked for a step
    whose order follows the map above.
    """
    _require(user)
    with trees.locked(Process):
        fresh = Process.objects.select_related("parent__parent").get(pk=process.pk)
        if is_drawn_above(fresh):
            raise Blocked([FOLLOWS_MAP])
        shown = list(siblings(fresh))
        here = next((number for number, one in enumerate(shown) if one.pk == fresh.pk), None)
        place = -1 if here is None else here + by
        if not 0 <= place < len(shown):
            return False
        everyone = Process.objects.filter(parent=fresh.parent_id).exclude(pk=fresh.pk)
        others = list(everyone.order_by("position", "pk").values_list("pk", flat=True))
        position = others.index(shown[place].pk) + (1 if by == UP else 2)
        trees.reorder(fresh, position=position)
    return True


def siblings(process: Process) -> Any:
    """Those in use that the process is ordered among, itself too."""
    rows = Process.objects.filter(parent=process.parent_id, kind=process.kind)
    return rows.exclude(state=ProcessState.RETIRED).order_by("position", "pk")


@transaction.atomic
def change_address(process: Process, *, user: Any, slug: str) -> Process:
    """Give the process another address; the one it had leads to it still, and no other process gets it."""
    _require(user)
    wanted = slug.strip().lower()
    if not SLUG.fullmatch(wanted) or len(wanted) > slugs.LENGTH:
        raise Blocked(["Adressen får ha små bokstäver a till z, siffror och bindestreck."])
    if wanted in slugs.RESERVED:
        raise Blocked([f"{wanted} används redan av systemet. Välj en annan adress."])
    with trees.locked(Process):
        holder = ProcessAddress.objects.filter(slug=wanted).select_related("process").first()
        if holder is not None and holder.process_id != process.pk:
            raise Blocked([_taken_by(holder)])
        Process.objects.filter(pk=process.pk).update(slug=wanted)
    process.refresh_from_db()
    return process


def _taken_by(holder: ProcessAddress) -> str:
    if holder.process.slug == holder.slug:
        return f"Adressen används av {holder.process.title}. Välj en annan."
    return f"{holder.process.title} har haft adressen, och länkar dit leder fortfarande rätt. Välj en annan."


def current_address(user: Any, slug: str) -> str:
    """The address now of the process that once had ``slug``, if ``user`` may see it; else empty."""
    mine = Process.objects.visible_to(user)
    found = ProcessAddress.objects.filter(slug=slug, process__in=mine.values("pk"))
    now = found.values_list("process__slug", flat=True).first() or ""
    return now if now != slug else ""
