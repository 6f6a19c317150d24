"""Which month a document is looked over next: counted from now, always a whole month, never December."""

import calendar
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

DECEMBER = 12
YEARS_AHEAD = 10


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def earliest(today: date | None = None) -> date:
    """The end of next month."""
    return last_of_month(months_after(today or timezone.localdate(), 1))


def proposed(months: int, today: date | None = None) -> date:
    """The end of the month so many months from now; November where it would be December, when all of
    socialtjänsten is busy with other things. Never sooner than next month.
    """
    today = today or timezone.localdate()
    wanted = months_after(today, months)
    if wanted.month == DECEMBER:
        wanted = date(wanted.year, DECEMBER - 1, 1)
    if last_of_month(wanted) < earliest(today):
        wanted = earliest(today)
    if wanted.month == DECEMBER:
        wanted = date(wanted.year + 1, 1, 1)
    return last_of_month(wanted)


def stage(due: date, today: date, ahead: tuple[int, ...]) -> int | None:
    """Which reminder it is time for: the nearest of ``ahead`` days before that has passed, then one a week
    from the day itself (0, -7, -14 …); None while it is far away.
    """
    left = (due - today).days
    if left <= 0:
        return -7 * (-left // 7)
    return min((days for days in ahead if left <= days), default=None)


def choices(today: date | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every month that may be chosen, by year, as ("2027-11", "november 2027")."""
    first = earliest(today)
    found: dict[str, list[tuple[str, str]]] = {}
    for number in range(12 * YEARS_AHEAD):
        month = months_after(first.replace(day=1), number)
        found.setdefault(str(month.year), []).append((f"{month:%Y-%m}", date_format(month, "F Y")))
    return list(found.items())
