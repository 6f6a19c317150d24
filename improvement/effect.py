"""What the cases themselves say of whether an åtgärd helped: how many of its kind came in, per quarter.

Counted are cases of their own (not what was merged or taken back) of the same category and unit as the one
the åtgärd was born from, by the day they came in and the tree of that day, and beside them all cases of its
process. *Before* is the quarter that made somebody act: the one in which that case came in, or of another
source the one before the åtgärd was planned. *After* is the latest whole quarter that began when the åtgärd
was done.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import TruncQuarter
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement.models import Deviation, Measure
from kvalitet.charts import Chart, bars
from processes.models import Process

MOST_QUARTERS = 8
# Under this, a rise or a fall says little.
FEW = 10


@dataclass(frozen=True)
class Effect:
    """``after`` is None until a whole quarter has passed since the åtgärd was done; ``now`` is what has come
    in of the quarter that is running. One bar alone is no chart.
    """

    before: int
    after: int | None
    before_name: str
    after_name: str
    done_name: str
    now: int
    now_name: str
    chart: Chart | None
    process: str = ""
    process_before: int = 0
    process_after: int | None = None
    has_kind: bool = True

    @property
    def initial(self) -> dict[str, int | None]:
        """What the form is filled in with when there is something to compare."""
        if self.after is None or not self.has_kind:
            return {}
        return {"per_quarter_before": self.before, "per_quarter_after": self.after}

    @property
    def of_process(self) -> dict[str, int | None]:
        """What is kept beside the judgement."""
        if not self.process or self.process_after is None:
            return {}
        return {"process_before": self.process_before, "process_after": self.process_after}

    @property
    def is_few(self) -> bool:
        """Whether the numbers are so small that chance alone may have moved them."""
        told = (self.before, self.after or 0, self.process_before, self.process_after or 0)
        return self.after is not None and max(told) < FEW


def first_day(day: date) -> date:
    """Of the quarter that ``day`` lies in."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def following(quarter: date) -> date:
    """The first day of the quarter after the one that begins with ``quarter``."""
    return first_day(quarter + timedelta(days=100))


def name(quarter: date) -> str:
    return f"kvartal {(quarter.month + 2) // 3} {quarter.year}"


def counted(measure: Measure, today: date | None = None) -> Effect | None:
    """None when there is neither a kind with a unit nor a process to count by, or nothing is done. One
    query.
    """
    case, process = measure.deviation, _process(measure)
    has_kind = case is not None and case.unit_id is not None and case.category_id is not None
    if measure.done_at is None or not (has_kind or process):
        return None
    now, done = first_day(today or timezone.localdate()), first_day(timezone.localdate(measure.done_at))
    planned = first_day(timezone.localdate(measure.created_at))
    start = first_day(case.reported_on) if case is not None else first_day(planned - timedelta(days=1))
    kind, whole = _by_quarter(case if has_kind else None, process, start, now)
    shown = [quarter for quarter in _quarters(start, now) if quarter != now]
    latest = shown[-1] if shown and shown[-1] > done else None
    return Effect(
        before=kind[start],
        after=None if latest is None else kind[latest],
        before_name=name(start),
        after_name=name(latest) if latest else "",
        done_name=name(done),
        now=kind[now],
        now_name=name(now),
        chart=_chart(case, shown[-MOST_QUARTERS:], kind) if case and has_kind and len(shown) > 1 else None,
        process=str(process or ""),
        process_before=whole[start],
        process_after=None if latest is None else whole[latest],
        has_kind=has_kind,
    )


def _process(measure: Measure) -> Process | None:
    """The process that it changes, or that its case or förslag is about."""
    about = measure.deviation or measure.proposal
    return measure.process or (about.process if about is not None else None)


def _quarters(start: date, end: date) -> list[date]:
    found = [start]
    while found[-1] < end:
        found.append(following(found[-1]))
    return found


def _by_quarter(
    case: Deviation | None, process: Process | None, start: date, end: date
) -> tuple[Counter[date], Counter[date]]:
    """Cases that came in from ``start`` on, through the quarter that begins with ``end``: of the kind of
    ``case`` in its unit, and of ``process`` with its steps.
    """
    kind, whole = Q(pk__in=[]), Q(pk__in=[])
    if case is not None:
        of_kind = Q(category=case.category_id) | Q(category__parent=case.category_id)
        kind = of_kind & Q(unit_path__contains=[case.unit_id])
    if process is not None:
        tree = {"tree_id": process.tree_id, "lft__gte": process.lft, "rght__lte": process.rght}
        whole = Q(**{f"process__{key}": value for key, value in tree.items()})
    rows = Deviation.objects.counted().filter(
        kind | whole, reported_on__gte=start, reported_on__lt=following(end)
    )
    told = (
        rows.order_by()
        .annotate(quarter=TruncQuarter("reported_on"), of_kind=_flag(kind), of_process=_flag(whole))
        .values_list("quarter", "of_kind", "of_process")
    )
    found = list(told)
    return (
        Counter(quarter for quarter, of_kind, _ in found if of_kind),
        Counter(quarter for quarter, _, of_process in found if of_process),
    )


def _flag(where: Q) -> Case:
    return Case(When(where, then=Value(True)), default=Value(False))


def _chart(case: Deviation, quarters: list[date], found: Counter[date]) -> Chart:
    return bars(
        "Så många har rapporterats per kvartal",
        f"{case.category}, {case.unit}",
        [f"{one.year} kv {(one.month + 2) // 3}" for one in quarters],
        {"": [found[one] for one in quarters]},
        {"": [_list_url(case, one) for one in quarters]},
        unit_word="avvikelser",
        label_word="Kvartal",
    )


def _list_url(case: Any, quarter: date) -> str:
    last = following(quarter) - timedelta(days=1)
    query = {
        "raknas": "ja",
        "enhet": case.unit.slug,
        "kategori": case.category.code,
        "rapporterad_after": quarter.isoformat(),
        "rapporterad_before": last.isoformat(),
    }
    return f"{reverse('improvement:deviations')}?{urlencode(query)}"
