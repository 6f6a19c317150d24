"""What the cases themselves say of whether an åtgärd helped: how many of its kind came in, per quarter.

Counted are cases of their own (not what was merged or taken back) of the same category and unit as the one
the åtgärd was born from, by the day they came in and the tree of that day. *Before* is the quarter that made
somebody act: the one in which that case came in. *After* is the latest whole quarter that began when the
åtgärd was done.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncQuarter
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement.models import Deviation, Measure
from kvalitet.charts import Chart, bars

MOST_QUARTERS = 8


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

    @property
    def initial(self) -> dict[str, int | None]:
        """What the form is filled in with when there is something to compare."""
        if self.after is None:
            return {}
        return {"per_quarter_before": self.before, "per_quarter_after": self.after}


def first_day(day: date) -> date:
    """Of the quarter that ``day`` lies in."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def following(quarter: date) -> date:
    """The first day of the quarter after the one that begins with ``quarter``."""
    return first_day(quarter + timedelta(days=100))


def name(quarter: date) -> str:
    return f"kvartal {(quarter.month + 2) // 3} {quarter.year}"


def counted(measure: Measure, today: date | None = None) -> Effect | None:
    """None when the case has neither unit nor category to count by, or nothing is done. One query."""
    case = measure.deviation
    if case.unit_id is None or case.category_id is None or measure.done_at is None:
        return None
    now = first_day(today or timezone.localdate())
    start, done = first_day(case.reported_on), first_day(timezone.localdate(measure.done_at))
    found = _by_quarter(case, start, now)
    shown = [quarter for quarter in _quarters(start, now) if quarter != now]
    latest = shown[-1] if shown and shown[-1] > done else None
    return Effect(
        before=found[start],
        after=None if latest is None else found[latest],
        before_name=name(start),
        after_name=name(latest) if latest else "",
        done_name=name(done),
        now=found[now],
        now_name=name(now),
        chart=_chart(case, shown[-MOST_QUARTERS:], found) if len(shown) > 1 else None,
    )


def _quarters(start: date, end: date) -> list[date]:
    found = [start]
    while found[-1] < end:
        found.append(following(found[-1]))
    return found


def _by_quarter(case: Deviation, start: date, end: date) -> Counter[date]:
    """Cases that came in from ``start`` on, through the quarter that begins with ``end``."""
    rows = Deviation.objects.counted().filter(
        Q(category=case.category_id) | Q(category__parent=case.category_id),
        unit_path__contains=[case.unit_id],
        reported_on__gte=start,
        reported_on__lt=following(end),
    )
    days = rows.order_by().annotate(quarter=TruncQuarter("reported_on")).values_list("quarter", flat=True)
    return Counter(days)


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
