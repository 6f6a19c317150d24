"""Swedish working days over the holidays that municipalities trip on."""

from datetime import date

import pytest

from kvalitet.working_days import is_working_day, working_days_after, working_days_between


@pytest.mark.parametrize(
    ("start", "count", "ends"),
    [
        (date(2026, 4, 1), 2, date(2026, 4, 7)),  # skärtorsdag is worked, långfredag to annandag are not
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # midsommarafton
        (date(2026, 12, 22), 2, date(2026, 12, 28)),  # julafton, juldagen, a Saturday and a Sunday
        (date(2026, 12, 30), 2, date(2027, 1, 5)),  # nyårsafton, nyårsdagen, a weekend
        (date(2027, 1, 5), 1, date(2027, 1, 7)),  # trettondagen
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # första maj
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # the day after Kristi himmelsfärd is worked
        (date(2026, 11, 26), 20, date(2026, 12, 28)),
    ],
)
def test_days_off_are_not_counted(start, count, ends):
    assert working_days_after(start, count) == ends
    assert working_days_between(start, ends) == count


def test_half_days_are_worked():
    assert is_working_day(date(2027, 1, 5))
    assert is_working_day(date(2026, 4, 2))


def test_nothing_comes_between_a_day_and_an_earlier_one():
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 26)) == 0
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 29)) == 0, "a weekend"
