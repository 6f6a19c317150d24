"""A year of a unit's cases by category, as bars with their table."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F
from django.db.models.functions import Coalesce, JSONArray
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement import permissions
from improvement.models import Deviation
from kvalitet import charts
from kvalitet.charts.data import Value
from kvalitet.organisation.models import Unit
from kvalitet.rows import decoded
from kvalitet.small_counts import hidden_places, is_small, rounded

YEAR = timedelta(days=365)
NOT_YET = ("ingen", "Inte bedömd än")
IN_FIVES = "Antalen är avrundade nedåt till femtal."


def column(unit: Unit) -> Any:
    """The numbers as a column of whatever query the page asks anyway; read by ``of_unit``."""
    cases = Deviation.objects.filter(unit_path__contains=[unit.pk], reported_on__gt=_since())
    headings = (
        cases.counted()
        .order_by()
        .values(
            code=Coalesce("category__parent__code", "category__code"),
            heading=Coalesce("category__parent__name", "category__name"),
        )
        .annotate(number=Count("pk"))
        .order_by(F("number").desc(), "heading")
    )
    return ArraySubquery(headings.values(told=JSONArray("code", "heading", "number")))


def of_unit(user: Any, unit: Unit, found: list[Any]) -> charts.Chart | None:
    """Cases of the last twelve months in the unit and below by heading, the most first; None without any.

    ``found`` is what ``column`` gave. Outside the circle small numbers are hidden and no bar opens anything.
    """
    rows = [decoded(one) for one in found]
    if not rows:
        return None
    counts: list[Value] = [number for _, _, number in rows]
    urls, remark = [_url(unit, code or NOT_YET[0]) for code, _, _ in rows], ""
    if not permissions.may_see_small_counts(user, unit.pk):
        exact = [number for _, _, number in rows]
        places = hidden_places(exact)
        if places is None and is_small(sum(exact)):
            # How many bars there are would tell how many cases.
            return None
        counts, urls, remark = _told(exact, places), [""] * len(rows), IN_FIVES
    return charts.horizontal_bars(
        "Kategorier de senaste tolv månaderna",
        remark,
        [name or NOT_YET[1] for _, name, _ in rows],
        {"": counts},
        {"": urls},
        unit_word="avvikelser",
        label_word="Kategori",
    )


def _since() -> date:
    return timezone.localdate() - YEAR


def _told(counts: list[int], places: tuple[set[int], set[int]] | None) -> list[Value]:
    if places is None:
        return [charts.WITHHELD] * len(counts)
    few, more = places
    return [
        None if at in few else charts.WITHHELD if at in more else rounded(count)
        for at, count in enumerate(counts)
    ]


def _url(unit: Unit, code: str) -> str:
    query = {
        "enhet": unit.slug,
        "kategori": code,
        "rapporterad_after": (_since() + timedelta(days=1)).isoformat(),
        "raknas": "ja",
    }
    return f"{reverse('improvement:deviations')}?{urlencode(query)}"
