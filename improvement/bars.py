"""A year of a unit's cases by category, as bars with their table."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement import permissions
from improvement.models import Deviation
from kvalitet import charts
from kvalitet.charts.data import Value
from kvalitet.organisation.models import Unit
from kvalitet.small_counts import hidden_places

YEAR = timedelta(days=365)
NOT_YET = ("ingen", "Inte bedömd än")


def of_unit(user: Any, unit: Unit) -> charts.Chart | None:
    """Cases of the last twelve months in the unit and below by heading, the most first; None without any.

    Outside the circle small numbers are hidden and no bar opens anything. One query.
    """
    since = timezone.localdate() - YEAR
    rows = _rows(unit, since)
    if not rows:
        return None
    counts: list[Value] = [number for _, _, number in rows]
    urls = [_url(unit, since, code) for code, _, _ in rows]
    if not permissions.may_see_small_counts(user, unit.pk):
        places = hidden_places([number for _, _, number in rows])
        counts, urls = _told(counts, places), [""] * len(rows)
    return charts.horizontal_bars(
        "Kategorier de senaste tolv månaderna",
        "",
        [name for _, name, _ in rows],
        {"": counts},
        {"": urls},
        unit_word="avvikelser",
        label_word="Kategori",
    )


def _rows(unit: Unit, since: date) -> list[tuple[str, str, int]]:
    """Code, name and number of each heading."""
    cases = Deviation.objects.filter(unit_path__contains=[unit.pk], reported_on__gt=since)
    counted = (
        cases.counted()
        .order_by()
        .values(
            code=Coalesce("category__parent__code", "category__code"),
            name=Coalesce("category__parent__name", "category__name"),
        )
        .annotate(number=Count("pk"))
        .order_by(F("number").desc(), "name")
    )
    return [(row["code"] or NOT_YET[0], row["name"] or NOT_YET[1], row["number"]) for row in counted]


def _told(counts: list[Value], places: tuple[set[int], set[int]] | None) -> list[Value]:
    if places is None:
        return [charts.WITHHELD] * len(counts)
    few, more = places
    return [
        None if at in few else charts.WITHHELD if at in more else count for at, count in enumerate(counts)
    ]


def _url(unit: Unit, since: date, code: str) -> str:
    query = {
        "enhet": unit.slug,
        "kategori": code,
        "rapporterad_after": (since + timedelta(days=1)).isoformat(),
        "raknas": "ja",
    }
    return f"{reverse('improvement:deviations')}?{urlencode(query)}"
