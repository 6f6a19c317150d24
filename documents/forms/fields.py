"""Fields of the forms of documents."""

from datetime import date
from typing import Any

from django import forms

from documents import reviews


def _last_day(value: str) -> date:
    return reviews.last_of_month(date.fromisoformat(f"{value}-01"))


class ReviewMonthField(forms.TypedChoiceField):
    """A month, chosen as such; its value is the last day of it. ``none`` names the choice of no review."""

    def __init__(self, *, none: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("label", "Nästa översyn")
        super().__init__(coerce=_last_day, empty_value=None, required=not none, **kwargs)
        empty = [("", none)] if none else []
        self.choices = [*empty, *reviews.choices()]

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value
