"""*Kvalitetssäkrad n av m*: what a process has and lacks, by what each layer registers. Nothing is stored.

The facts are of the process, the same for every reader; only employees are shown them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format

from kvalitet import registries
from kvalitet.organisation.people import employees
from kvalitet.registries import Check
from processes.models import Process, ProcessRevision
from processes.permissions import owner_id

NAMED = 4


@dataclass(frozen=True)
class Step:
    """A step of a process, with the ids of itself and all that lies in it."""

    title: str
    slug: str
    inside: frozenset[int]
    has_deadline: bool


@dataclass(frozen=True)
class Assured:
    """A process with its checks."""

    process: Process
    checks: tuple[Check, ...]

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.checks)

    @property
    def lacking(self) -> list[Check]:
        return [one for one in self.checks if not one.is_done]

    @property
    def badge(self) -> dict[str, str]:
        """Word, tone and icon."""
        word = f"Kvalitetssäkrad {self.done} av {len(self.checks)}"
        return {"word": word, "tone": "warn" if self.lacking else "good"}


def assured(processes: Sequence[Process]) -> list[Assured]:
    """The processes, read with those above them, each with its checks; few queries, however many."""
    found: dict[int, list[Check]] = {process.pk: [] for process in processes}
    for function in registries.assurance:
        for pk, checks in function(processes).items():
            found[pk].extend(checks)
    return [Assured(process, tuple(found[process.pk])) for process in processes]


def steps_in(processes: Iterable[Process]) -> dict[int, list[Step]]:
    """The steps in use of each process, in order; one without any is a step itself. One query."""
    rows = {process.pk: process for process in processes}
    under = Process.objects.active().filter(Q(parent__in=rows) | Q(parent__parent__in=rows))
    children: dict[int, list[Process]] = {}
    for one in under.order_by("position", "pk").only("parent", "title", "slug", "deadline"):
        children.setdefault(one.parent_id, []).append(one)
    return {
        pk: [_step(one, children.get(one.pk, [])) for one in children.get(pk, [process])]
        for pk, process in rows.items()
    }


def _step(row: Process, below: Sequence[Process]) -> Step:
    rows = [row, *below]
    return Step(row.title, row.slug, frozenset(one.pk for one in rows), any(one.deadline for one in rows))


def of_steps(name: str, steps: Sequence[Step], has_it: Sequence[bool], advice: str) -> dict[str, str]:
    """How many of the steps have it, in words, and which of them lack it."""
    lacking = [step.title for step, has in zip(steps, has_it, strict=True) if not has]
    named = ", ".join(lacking[:NAMED]) + (f" och {len(lacking) - NAMED} till" if len(lacking) > NAMED else "")
    fact = f"{len(steps) - len(lacking)} av {len(steps)} steg" if len(steps) > 1 else ""
    return {"name": name, "fact": fact, "advice": f"{advice} {named}." if lacking else ""}


def own_checks(processes: Sequence[Process]) -> dict[int, list[Check]]:
    """Processägare, fastställd, tidsgränser. Three queries."""
    owners = {process.pk: owner_id(process) for process in processes}
    names = dict(employees().filter(pk__in=set(owners.values()) - {None}).values_list("pk", "name"))
    holding = _in_force(processes)
    steps = steps_in(processes)
    return {
        process.pk: [
            _owner(process, owners[process.pk], names),
            _decided(process, holding),
            _deadlines(process, steps[process.pk]),
        ]
        for process in processes
    }


def _in_force(processes: Sequence[Process]) -> dict[int, ProcessRevision]:
    wanted = {process.pk for process in processes} | {one.parent_id for one in processes if one.parent_id}
    rows = ProcessRevision.objects.in_force().filter(process__in=wanted)
    return {one.process_id: one for one in rows.only("process", "major", "minor", "valid_from")}


def _owner(process: Process, owner: int | None, names: dict[int, Any]) -> Check:
    url = reverse("processes:settings", args=[process.slug])
    if owner in names:
        return Check("Processägare", True, names[owner])
    fact = "Ägaren arbetar inte här längre" if owner else "Ingen är utsedd"
    return Check("Processägare", False, fact, "Utse en processägare.", url)


def _decided(process: Process, holding: dict[int, ProcessRevision]) -> Check:
    """A delprocess without a version of its own is decided on in the map above it."""
    own, above = holding.get(process.pk), holding.get(process.parent_id or 0)
    found = own or (above if process.element_id else None)
    if found is None or found.valid_from is None:
        url = reverse("processes:versions", args=[process.slug])
        advice = "Skriv en version och skicka den för granskning."
        return Check("Fastställd", False, "Ingen version gäller", advice, url)
    where = "Version" if own else "I kartan ovanför, version"
    return Check("Fastställd", True, f"{where} {found.label} från {date_format(found.valid_from, 'j F Y')}")


def _deadlines(process: Process, steps: Sequence[Step]) -> Check:
    """Not every step has a time limit, so one is enough to show that they have been thought of."""
    count = sum(step.has_deadline for step in steps)
    if count:
        return Check("Tidsgränser", True, f"{count} av {len(steps)} steg har en" if len(steps) > 1 else "")
    advice = "Skriv ”Tidsgräns: 14 dagar” i beskrivningen av de steg i kartan som har en."
    url = reverse("processes:versions", args=[process.slug])
    return Check("Tidsgränser", False, "Inget steg har en tidsgräns", advice, url)
