"""Makes the rows of what was told, each taken through its states by one UPDATE for all cases in step.

The triggers are on: a case is born as reported, and every later status is a change that the workflow allows.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random
from typing import Any

from django.contrib.auth.models import Permission as AuthPermission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from documents.models import Revision
from improvement import clocks
from improvement.access import KIND
from improvement.demo.story import POSTPONED, Case, Plan, Step, later
from improvement.demo.telling import Telling
from improvement.enums import CaseLaw, Harm, Suspicion, Told
from improvement.models import (
    Cause,
    Deviation,
    DeviationCategory,
    DeviationTransition,
    DeviationUserPermission,
    InvestigationEntry,
    Measure,
    MeasureCase,
    MeasureTransition,
    RiskMatrix,
)
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet.models import AccessLog
from kvalitet.organisation.models import Denial
from kvalitet.workflow import Workflow
from processes.models import Process

KEYS = uuid.UUID("6f1d2f0e-3a55-4c1d-9d43-2f5a6f0a9c11")
MARK = uuid.uuid5(KEYS, "0")
BATCH = 150


class Writer:
    def __init__(self, telling: Telling) -> None:
        self.units, self.cases, self.plans = telling.world.units, telling.cases, telling.plans
        self.categories = {one.code: one for one in DeviationCategory.objects.all()}
        self.matrix = RiskMatrix.objects.get(is_default=True)
        self.rules = clocks.all_rules()
        self.rows: dict[int, Deviation] = {}
        self._steps = {
            f"{one.parent.slug}/{one.element_id}": one
            for one in Process.objects.exclude(parent=None).select_related("parent")
        } | {one.slug: one for one in Process.objects.all()}
        routines = Revision.objects.exclude(valid_from=None).select_related("document")
        self._routines: dict[str, list[Revision]] = {}
        for one in routines.order_by("valid_from"):
            self._routines.setdefault(one.document.title, []).append(one)

    def write(self) -> None:
        numbered = list(enumerate(self.cases))
        for is_part in (False, True):  # what a part points at is there first
            told = [one for one in numbered if bool(one[1].part_of) is is_part]
            made = Deviation.objects.bulk_create([self._reported(*one) for one in told])
            self.rows |= {id(case): row for (_, case), row in zip(told, made, strict=True)}
        self._around()
        first = [(self.rows[id(case)], case.steps) for case in self.cases]
        self._name_those_that_go_on()
        records = walk(first, (DEVIATION, SUSPICION), self.units)
        DeviationTransition.objects.bulk_create(DeviationTransition(**one) for one in records)
        self._measures()

    def _name_those_that_go_on(self) -> None:
        """A merged case is told with the one that goes on, which by now is a row."""
        for step in (step for case in self.cases for step in case.steps if "merged_into" in step.values):
            step.values["merged_into"] = self.rows[id(step.values["merged_into"])]

    def _reported(self, number: int, case: Case) -> Deviation:
        unit = self.units.get(case.first_unit or case.unit)
        day = case.reported_at.date()
        row = Deviation(
            submission=uuid.uuid5(KEYS, str(number)),
            reported_at=case.reported_at,
            reported_on=day,
            reported_by=case.reporter,
            what_happened=case.what,
            happened_on=case.happened_on,
            happened_at=case.happened_at,
            unit=unit,
            harm=case.harm,
            immediate_action=case.did,
            is_manager_involved=case.is_manager_involved,
            suspicion=Suspicion.SUSPECTED if case.is_suspected else Suspicion.NONE,
            process=self._steps.get(case.process),
            routine=self.routine_on(case.routine, case.happened_on),
            law=unit.law if unit and unit.law in CaseLaw.values else "",
            part_of=self.rows[id(case.part_of)] if case.part_of else None,
        )
        if case.part_of:
            row.law = case.law
        self._assess(row, case)
        for name, last in clocks.first_days(day, row.law, row.zone, self.rules).items():
            setattr(row, name, last)
        return row

    def routine_on(self, title: str, day: date) -> Revision | None:
        """The version in force that day."""
        for one in self._routines.get(title, ()):
            if one.valid_from and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
                return one
        return None

    def _around(self) -> None:
        """Notes, causes, jäv, handläggare and the log of who has opened."""
        kept = [(case, self.rows[id(case)]) for case in self.cases]
        _note((row, case.entries) for case, row in kept)
        _note(((row, case.corrections) for case, row in kept), is_correction=True)
        Cause.objects.bulk_create(
            Cause(
                deviation=row,
                area=area,
                sentence=sentence,
                whys=case.whys if sentence else "",
                created_by=by,
                created_at=when,
            )
            for case, row in kept
            for area, sentence, by, when in case.causes
        )
        kind = ContentType.objects.get_for_model(Deviation)
        barred = {"content_type": kind, "reason": BARRED}
        Denial.objects.bulk_create(
            Denial(user=case.denied, object_id=row.pk, created_by=case.reporter, **barred)
            for case, row in kept
            if case.denied
        )
        handle = AuthPermission.objects.get(content_type=kind, codename="handle")
        DeviationUserPermission.objects.bulk_create(
            DeviationUserPermission(user=case.worker, permission=handle, content_object=row)
            for case, row in kept
            if case.worker
        )
        AccessLog.objects.bulk_create(
            AccessLog(user=user, kind=KIND, object_id=row.pk, reason=reason, at=when)
            for case, row in kept
            for user, reason, when in case.opened
        )

    def _assess(self, row: Deviation, case: Case) -> None:
        """From the start: a later change by the load would stand in the case's history as the system's."""
        if not case.assessed:
            return
        values = dict(case.assessed)
        row.category = self.categories[values.pop("code")]
        for name, value in values.items():
            setattr(row, name, value)
        row.matrix, row.zone = self.matrix, self.matrix.zone(row.likelihood or 1, row.consequence or 1)
        if case.harm != Harm.NO and (len(case.steps) > 2 or len(case.key) % 2):
            _tell_person(row, Random(case.key))  # noqa: S311 - made-up content

    def _measures(self) -> None:
        made = Measure.objects.bulk_create(self._planned(plan) for plan in self.plans)
        MeasureCase.objects.bulk_create(
            MeasureCase(
                measure=row,
                deviation=self.rows[id(case)],
                created_by=plan.by,
                created_at=max(when, plan.created_at),
            )
            for row, plan in zip(made, self.plans, strict=True)
            for case, when in plan.cases[1:]
        )
        walks = [(row, plan.steps) for row, plan in zip(made, self.plans, strict=True)]
        records = walk(walks, (MEASURE,), self.units)
        MeasureTransition.objects.bulk_create(MeasureTransition(**one) for one in records)

    def _planned(self, plan: Plan) -> Measure:
        # The day it was to be judged first; a postponement moves it.
        moved = [step for step in plan.steps if step.name == "postpone"]
        return Measure(
            deviation=self.rows[id(plan.cases[0][0])],
            title=plan.title,
            description=plan.description,
            type=plan.type,
            content=plan.content,
            strength=plan.strength,
            unit=self.units[plan.unit],
            responsible=plan.responsible,
            routine=self._version(*plan.routine) if plan.routine else None,
            due=plan.due,
            expected=plan.expected,
            effect_on=plan.effect_on - POSTPONED * len(moved),
            created_by=plan.by,
            created_at=plan.created_at,
            **_taken(plan),
        )

    def _version(self, title: str, number: int) -> Revision | None:
        return next((one for one in self._routines.get(title, ()) if one.number == number), None)


NOT_INFORMED = (
    "Personen hade redan själv märkt det och ringde oss.",
    "Personen är för sjuk just nu. Vi tar det när det passar.",
    "Ingen enskild berördes den här gången.",
)
NOT_DOCUMENTED = ("Det rör arbetssättet och ingen enskild akt.", "Det hör inte till någons akt.")


def _tell_person(row: Deviation, rng: Random) -> None:
    """Whether the person knows and whether it is documented, as most are."""
    for name, reasons in (("informed", NOT_INFORMED), ("documented", NOT_DOCUMENTED)):
        is_done = rng.random() < 0.75
        setattr(row, name, Told.YES if is_done else Told.NO)
        setattr(row, f"{name}_on", row.reported_on if is_done else None)
        setattr(row, f"{name}_reason", "" if is_done else rng.choice(reasons))


def _note(told: Iterable[tuple[Deviation, list[Any]]], *, is_correction: bool = False) -> None:
    """Notes of the cases; a correction is of the first that its case has."""
    InvestigationEntry.objects.bulk_create(
        InvestigationEntry(
            deviation=row,
            kind=kind,
            text=text,
            source=source,
            author=by,
            at=when,
            corrects=row.entries.first() if is_correction else None,
        )
        for row, entries in told
        for kind, text, source, by, when in entries
    )


def _taken(plan: Plan) -> dict[str, Any]:
    """Who was asked by somebody else said yes the day after; those that are new still wait."""
    when = later(plan.created_at, 1)
    is_asked = plan.responsible != plan.by and when < timezone.now()
    return {"accepted_at": when, "accepted_by": plan.responsible} if is_asked else {}


BARRED = "Rapportören har angett att chefen är berörd."


def walk(
    walks: Iterable[tuple[Any, Sequence[Step]]], workflows: tuple[Workflow, ...], units: dict[str, Any]
) -> list[dict[str, Any]]:
    """Take all rows their first step, then all their second, and so on; returns the log's rows."""
    left = [(row, list(steps)) for row, steps in walks if steps]
    records: list[dict[str, Any]] = []
    while left:
        by_name: dict[str, list[Any]] = {}
        fields: dict[str, set[str]] = {}
        for row, steps in left:
            step = steps.pop(0)
            names = _move(row, step, workflows, units, records)
            by_name.setdefault(step.name, []).append(row)
            fields.setdefault(step.name, set()).update(names)
        for name, rows in by_name.items():
            type(rows[0])._default_manager.bulk_update(rows, sorted(fields[name]), batch_size=BATCH)
        left = [(row, steps) for row, steps in left if steps]
    return records


def _move(
    row: Any,
    step: Step,
    workflows: tuple[Workflow, ...],
    units: dict[str, Any],
    records: list[dict[str, Any]],
) -> list[str]:
    """Set on ``row`` what the transition writes; returns the names of the columns."""
    workflow = next(one for one in workflows if step.name in one.transitions)
    arrow = workflow.transitions[step.name]
    values = dict(step.values)
    if "unit" in values:
        values["unit"] = units[values["unit"]]
    source = getattr(row, workflow.field)
    values[workflow.field] = arrow.target
    if arrow.stamp:
        values |= {f"{arrow.stamp}_at": step.at, f"{arrow.stamp}_by": step.by}
    for name, value in values.items():
        setattr(row, name, value)
    records.append(
        {
            "obj": row,
            "name": step.name,
            "source": source,
            "target": arrow.target,
            "comment": step.comment,
            "at": step.at,
            "by": step.by,
        }
    )
    return list(values)
