"""The numbers of others, in every address and in every field of a form: made from the addresses themselves.

Who opens an address with one number asks for it with those of rows that are not theirs to see, and with rows
that hang on something else; who fills in a form chooses rows that it did not offer.
"""

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.http import HttpResponse
from django.urls import reverse

from kvalitet.organisation.models import User
from tests.audiences import CASES
from tests.cast import ANONYMOUS
from tests.doors import IN, Case
from tests.opened import ask, outcome
from tests.samples import Samples

NOBODY = 999_999_999
METHODS = ("get", "post")
# Of those whom an address opens for; most see the same rows, and each asks for every number and field.
MOST_WHO = 2


class Number(int):
    """A key that says what it is the key of."""

    model: type[models.Model]


def _told(found: Any) -> Any:
    """The samples anew, with keys that say what they are keys of."""
    if isinstance(found, models.Model) and isinstance(found.pk, int):
        told = copy.copy(found)
        number = Number(found.pk)
        number.model = type(found)
        told.pk = number
        return told
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        fields = {one.name: _told(getattr(found, one.name)) for one in dataclasses.fields(found)}
        return dataclasses.replace(found, **fields)
    if isinstance(found, dict):
        return {key: _told(value) for key, value in found.items()}
    return found


def _swaps(case: Case, made: Samples) -> Iterator[tuple[str, Number, dict[str, Any]]]:
    """Each number of the address that is a key: its name, it, and all the numbers and names."""
    args = case.args(_told(made))
    for name, value in args.items():
        if isinstance(value, Number):
            yield name, value, args


def _hidden(number: Number, user: User) -> list[int]:
    """A key of what ``user`` may not see of that kind, when the kind has a rule of its own."""
    rows = number.model._default_manager.order_by("pk")
    if not hasattr(rows, "visible_to"):
        return []
    # As the next request reads them: rights are weighed once for each user object.
    seen = rows.visible_to(User.objects.get(pk=user.pk)).order_by().values("pk")
    return list(rows.exclude(pk__in=seen).values_list("pk", flat=True)[:1])


def _of_others(number: Number, parents: list[Number]) -> list[int]:
    """A key of that kind which hangs on something else than what stands beside it in the address."""
    found = []
    for parent in parents:
        for field in number.model._meta.concrete_fields:
            if field.related_model is parent.model:
                rows = number.model._default_manager.exclude(**{field.name: int(parent)})
                found += rows.order_by("pk").values_list("pk", flat=True)[:1]
    return found


def _who(case: Case, method: str) -> list[str]:
    door = case.get if method == "get" else case.post
    opens = sorted((door.opens if door else frozenset()) - {ANONYMOUS})
    return opens[:: max(1, len(opens) // MOST_WHO)][:MOST_WHO]


NUMBERED = [case for case in CASES if case.args.__name__ != "none"]
FORMS = [case for case in CASES if case.get and case.post]


@pytest.mark.parametrize("case", NUMBERED, ids=str)
def test_number_of_others_in_an_address_opens_nothing(case, made, cookies):
    opened = []
    for name, number, args in _swaps(case, made):
        parents = [one for other, one in args.items() if other != name and isinstance(one, Number)]
        for method in METHODS:
            for who in _who(case, method):
                others = {*_of_others(number, parents), *_hidden(number, made.cast[who])}
                for pk in sorted(others or {NOBODY}):
                    url = reverse(case.url, kwargs=args | {name: pk})
                    answer = ask(method, url, cookies[who], case.data(made), is_logged=method == "get")
                    if outcome(answer) not in ("403", "404", "405"):
                        opened.append(f"{method} {url} as {who}: {answer.status_code}")
    assert opened == []


def _forms(answer: HttpResponse) -> Iterator[Any]:
    context = getattr(answer, "context", None)
    found = context.get("form") if context else None
    if hasattr(found, "fields"):
        yield found


def _not_offered(field: Any) -> Any:
    """A row of the kind that the field does not offer, or one that is not there, as the field is sent."""
    rows = field.queryset.model._default_manager.exclude(pk__in=field.queryset.order_by().values("pk"))
    key = field.to_field_name or "pk"
    return rows.order_by("pk").values_list(key, flat=True).first() or NOBODY


def _taken(form: Any, url: str, session: str, data: dict[str, Any]) -> Iterator[str]:
    """Fields that took a row which they did not offer."""
    for name, field in form.fields.items():
        if getattr(field, "queryset", None) is None:
            continue
        pk = _not_offered(field)
        answer = ask("post", url, session, data | {form.add_prefix(name): pk})
        if outcome(answer) == IN and not any(name in one.errors for one in _forms(answer)):
            yield f"{name}={pk} at {url}: {answer.status_code}"


@pytest.mark.parametrize("case", FORMS, ids=str)
def test_field_of_a_form_takes_no_row_that_it_did_not_offer(case, made, cookies):
    url, taken = reverse(case.url, kwargs=case.args(made)), []
    for who in _who(case, "post"):
        for form in _forms(ask("get", url, cookies[who], {}, is_logged=True)):
            taken += _taken(form, url, cookies[who], case.data(made))
    assert taken == []
