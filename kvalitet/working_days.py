"""Swedish working days: Monday to Friday, but not on public holidays, nor on midsommarafton, julafton and
nyårsafton, when an office is as closed as on a holiday. Half days, such as trettondagsafton, are worked.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holidays.Sweden(years=year, categories=("public", "de_facto"), include_sundays=False))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and neither a Swedish public holiday nor a de facto one such as julafton."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def working_days_after(day: date, count: int) -> date:
    """The ``count``:th working day after ``day``."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days come after ``first``, up to and with ``last``; 0 when ``last`` is not later."""
    return sum(is_working_day(first + DAY * n) for n in range(1, (last - first).days + 1))
