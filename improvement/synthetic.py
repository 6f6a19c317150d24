"""Avvikelser in all states in bulk, with steps, causes and åtgärder, for ``loaddata_synthetic``."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from documents.models import Revision
from improvement import clocks
from improvement.enums import (
    CaseLaw,
    CauseArea,
    DeviationStatus,
    Effect,
    Harm,
    MeasureContent,
    MeasureStatus,
    MeasureType,
    Strength,
    Suspicion,
    Told,
)
from improvement.models import (
    Cause,
    Deviation,
    DeviationCategory,
    DeviationTransition,
    Measure,
    MeasureTransition,
    RiskMatrix,
)
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet import bulk
from kvalitet.organisation.models import Unit
from kvalitet.organisation.synthetic import people
from processes.models import Process

Row = dict[str, Any]
STATUS = DeviationStatus
KEYS = uuid.UUID("0b7a4c55-6a2e-4f0e-8f6f-1d1f5f0c7e21")
# The last is the day before which everything has happened: the same seed gives the same content any day.
FIRST, LAST = date(2023, 1, 1), date(2026, 9, 30)
WAYS: list[tuple[int, tuple[str, ...]]] = [
    (3, ()),
    (3, ("receive",)),
    (5, ("receive", "investigate")),
    (5, ("receive", "investigate", "act")),
    (8, ("receive", "investigate", "act", "finish")),
    (44, ("receive", "investigate", "act", "finish", "close")),
    (25, ("receive", "close_simply")),
    (4, ("receive", "dismiss")),
    (1, ("receive", "inquire", "to_inquiry")),
    (1, ("withdraw",)),
    (1, ("receive", "merge")),
    (1, ("receive", "return", "investigate", "act", "finish", "close")),
]
LATER = (
    *("category_id", "matrix_id", "likelihood", "consequence", "merged_into_id"),
    *(
        f"{stamp}_{end}"
        for stamp in ("received", "investigated", "answered", "closed", "suspicion_judged")
        for end in ("at", "by_id")
    ),
)
BORN = {
    "status": "'reported'",
    "suspicion": "CASE WHEN suspicion_judged_at IS NULL THEN suspicion ELSE 'suspected' END",
    **dict.fromkeys((*LATER, "informed_on", "documented_on"), "NULL"),
    **dict.fromkeys(
        (
            *("zone", "summary", "assessment_reason", "answer", "inquiry_dnr", "consequence_text"),
            *("informed", "informed_reason", "documented", "documented_reason"),
        ),
        "''",
    ),
}
MEASURE_BORN = {
    "status": "'planned'",
    "effect": "''",
    "effect_text": "''",
    **dict.fromkeys(("done_at", "done_by_id", "judged_at", "judged_by_id"), "NULL"),
}
ANSWERS = {"finish", "close_simply", "dismiss"}


def load(run: bulk.Load) -> None:
    if run.amounts["deviations"]:
        Cases(run).load()


class Cases:
    """What the cases choose from, read once."""

    def __init__(self, run: bulk.Load) -> None:
        self.run, self.rng, self.staff = run, run.rng, people()
        self.paths = _paths()
        self.units = list(self.paths)
        self.processes: list[int | None] = [None]
        self.processes += Process.objects.order_by("pk").values_list("pk", flat=True)
        self.routines: list[int | None] = [None]
        self.routines += Revision.objects.in_force(LAST).order_by("pk").values_list("pk", flat=True)
        self.categories = {
            is_hsl: list(DeviationCategory.objects.filter(is_hsl=is_hsl).values_list("pk", flat=True))
            for is_hsl in (False, True)
        }
        self.matrix = RiskMatrix.objects.get(is_default=True)
        self.rules = clocks.all_rules()
        self.days: dict[tuple[date, str, str], dict[str, date]] = {}
        self.goes_on: int | None = None  # the case that the next one that is merged goes on in
        self.steps: list[Row] = []
        self.causes: list[Row] = []
        self.measures: list[Row] = []

    def load(self) -> None:
        run, count = self.run, self.run.amounts["deviations"]
        weights, ways = zip(*WAYS, strict=True)
        start = Deviation.objects.count()
        for done in range(0, count, bulk.AT_ONCE):
            size = min(bulk.AT_ONCE, count - done)
            chosen = self.rng.choices(ways, weights=weights, k=size)
            rows = [
                self._case(pk, start + done + place, way)
                for place, (pk, way) in enumerate(zip(run.ids(Deviation, size), chosen, strict=True))
            ]
            run.insert(Deviation, rows, notes={"deviation": "id", "investigation": "id"}, born=BORN)
            run.insert(DeviationTransition, self.steps)
            run.insert(Cause, self.causes)
            run.insert(Measure, self.measures, notes={"measure": "id"}, born=MEASURE_BORN)
            run.insert(MeasureTransition, self._measure_steps())
            self.steps, self.causes, self.measures = [], [], []

    def _case(self, pk: int, number: int, way: tuple[str, ...]) -> Row:
        rng = self.rng
        day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days - 200))
        unit, at = rng.choice(self.units), _at(day, rng.randint(6, 20))
        is_suspected = "inquire" in way or "return" in way
        if "merge" not in way:
            self.goes_on = pk
        elif self.goes_on is None:
            way = way[:1]
        row: Row = {
            "id": pk,
            "submission": uuid.uuid5(KEYS, str(number)),
            "reported_at": at,
            "reported_on": day,
            "reported_by_id": rng.choice(self.staff),
            "what_happened": self.run.text(3),
            "immediate_action": self.run.text(1),
            "happened_on": day - timedelta(days=rng.choice((0, 0, 1, 2))),
            "happened_at": time(rng.randrange(24), rng.choice((0, 15, 30, 45))),
            "unit_id": unit,
            "unit_path": self.paths[unit],
            "harm": rng.choice(Harm.values),
            "suspicion": Suspicion.SUSPECTED if is_suspected else Suspicion.NONE,
            "process_id": rng.choice(self.processes),
            "routine_id": rng.choice(self.routines),
            "law": rng.choice((CaseLaw.SOL, CaseLaw.SOL, CaseLaw.LSS, CaseLaw.HSL)),
            "status": STATUS.REPORTED,
            "merged_into_id": self.goes_on if "merge" in way else None,
        }
        if way and way != ("withdraw",):
            self._assess(row, is_green="close_simply" in way)
        row |= self._days(day, row["law"], row.get("zone", ""))
        if way:
            self._walk(row, way)
        return row

    def _days(self, day: date, law: str, zone: str) -> dict[str, date]:
        """As the rules give them; reckoned once for cases alike."""
        key = (day, law, zone)
        if key not in self.days:
            self.days[key] = clocks.first_days(day, law, zone, self.rules)
        return self.days[key]

    def _assess(self, row: Row, *, is_green: bool) -> None:
        likelihood = 1 if is_green else self.rng.randint(1, 4)
        consequence = self.rng.choice((1, 2)) if is_green else self.rng.choice((1, 2, 2, 3, 4))
        row |= {
            "category_id": self.rng.choice(self.categories[row["law"] == CaseLaw.HSL]),
            "matrix_id": self.matrix.pk,
            "likelihood": likelihood,
            "consequence": consequence,
            "zone": self.matrix.zone(likelihood, consequence),
            "summary": self.run.text(1)[:300],
            "assessment_reason": self.run.text(1),
            "consequence_text": self.run.text(1),
        }
        if row["harm"] != Harm.NO:
            row |= {"informed": Told.YES, "informed_on": row["reported_on"]}
            row |= {"documented": Told.NO, "documented_reason": self.run.text(1)}

    def _walk(self, row: Row, way: tuple[str, ...]) -> None:
        """Its steps, the stamps they leave, and what was found and planned on the way."""
        at, by = row["reported_at"], self.rng.choice(self.staff)
        if way == ("withdraw",):
            by = row["reported_by_id"]
        for name in way:
            workflow = SUSPICION if name in SUSPICION.transitions else DEVIATION
            arrow, source = workflow.transitions[name], row[workflow.field]
            at += timedelta(hours=self.rng.randint(4, 200))
            row[workflow.field] = arrow.target
            if arrow.stamp:
                row |= {f"{arrow.stamp}_at": at, f"{arrow.stamp}_by_id": by}
            if name in ANSWERS:
                row |= {"answer": self.run.text(2), "answered_at": at, "answered_by_id": by}
            if name == "inquire":
                row["inquiry_dnr"] = f"SYN {at.year}/{row['reported_on'].day}"
            comment = self.run.text(1) if arrow.comment_required else ""
            self.steps.append(_step(row["id"], name, source, arrow.target, at=at, by=by, comment=comment))
            if name in ("act", "close_simply"):
                self._cause(row, at, by, is_simple=name == "close_simply")
            if name == "act":
                self._measure(row, at, by, way)

    def _cause(self, row: Row, at: datetime, by: int, *, is_simple: bool) -> None:
        self.causes.append(
            {
                "deviation_id": row["id"],
                "area": self.rng.choice(CauseArea.values),
                "sentence": "" if is_simple else self.run.text(1),
                "created_by_id": by,
                "created_at": at,
            }
        )

    def _measure(self, row: Row, at: datetime, by: int, way: tuple[str, ...]) -> None:
        end = STATUS(DEVIATION.transitions[way[-1]].target)
        status = {STATUS.ACTING: MeasureStatus.ONGOING, STATUS.ACTED: MeasureStatus.DONE}.get(
            end, MeasureStatus.JUDGED
        )
        due = at.date() + timedelta(days=14)
        measure: Row = {
            "deviation_id": row["id"],
            "title": self.run.title(4),
            "description": self.run.text(1),
            "type": self.rng.choice(MeasureType.values),
            "content": self.rng.choice(MeasureContent.values),
            "strength": self.rng.choice(Strength.values),
            "unit_id": row["unit_id"],
            "responsible_id": self.rng.choice(self.staff),
            "due": due,
            "effect_on": due + timedelta(days=10),
            "created_by_id": by,
            "created_at": at,
            "status": status,
        }
        if status != MeasureStatus.ONGOING:
            measure |= {"done_at": at + timedelta(hours=2), "done_by_id": by}
        if status == MeasureStatus.JUDGED:
            measure |= {
                "judged_at": at + timedelta(days=25),
                "judged_by_id": by,
                "effect": self.rng.choice((Effect.YES, Effect.YES, Effect.PARTLY)),
                "effect_text": self.run.text(1),
            }
        self.measures.append(measure)

    def _measure_steps(self) -> Iterator[Row]:
        reached = {
            MeasureStatus.ONGOING: ("start",),
            MeasureStatus.DONE: ("start", "done"),
            MeasureStatus.JUDGED: ("start", "done", "judge"),
        }
        for one in self.measures:
            source: str = MeasureStatus.PLANNED
            for name in reached[one["status"]]:
                stamp = MEASURE.transitions[name].stamp
                at = one[f"{stamp}_at"] if stamp else one["created_at"] + timedelta(hours=1)
                target = MEASURE.transitions[name].target
                yield _step(one["id"], name, source, target, at=at, by=one["created_by_id"])
                source = target


def _step(pk: int, name: str, source: str, target: str, *, at: datetime, by: int, comment: str = "") -> Row:
    return {
        "obj_id": pk,
        "name": name,
        "source": str(source),
        "target": str(target),
        "at": at,
        "by_id": by,
        "comment": comment,
    }


def _paths() -> dict[int, list[int]]:
    """For each unit that is there now its id after those above it, topmost first, as the trigger has it."""
    parents = dict(Unit.objects.order_by("pk").values_list("pk", "parent"))
    found = {}
    for pk in Unit.objects.filter(valid_to=None).order_by("pk").values_list("pk", flat=True):
        here, path = pk, list[int]()
        while here is not None:
            path.insert(0, here)
            here = parents[here]
        found[pk] = path
    return found


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
