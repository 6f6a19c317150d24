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

from tests.audiences import CASES
from tests.cast import ANONYMOUS
from tests.doors import IN, Case
from tests.opened import ask, outcome
from tests.samples import Samples

FEW = 3
NOBODY = 999_999_999
METHODS = ("get", "post")


class Number(int):
    """A key that says what it is the key of."""

    model: type[models.Model]


def _told(found: Any) -> Any:
    """The samples anew, with keys that say what they are keys of."""
    if isinstance(found, models.Model):
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


def _hidden(number: Number, user: Any) -> list[int]:
    """Keys of what ``user`` may not see of that kind; none when the kind has no rule of its own."""
    rows = number.model._default_manager.all()
    if not hasattr(rows, "visible_to"):
        return []
    seen = set(rows.visible_to(user).order_by().values_list("pk", flat=True))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return [pk for pk in keys if pk not in seen][:FEW]


def _of_others(number: Number, parents: list[Number]) -> list[int]:
    """Keys of that kind which hang on something else than what stands before it in the address."""
    for parent in parents:
        for field in number.model._meta.concrete_fields:
            if field.related_model is parent.model:
                rows = number.model._default_manager.exclude(**{field.name: int(parent)})
                return list(rows.order_by("pk").values_list("pk", flat=True)[:FEW])
    return []


def _who(case: Case, method: str) -> list[str]:
    door = case.get if method == "get" else case.post
    return sorted((door.opens if door else frozenset()) - {ANONYMOUS})


NUMBERED = [case for case in CASES if case.args.__name__ != "none"]
FORMS = [case for case in CASES if case.get and case.post]


@pytest.mark.parametrize("case", NUMBERED, ids=str)
def test_number_of_others_in_an_address_opens_nothing(case, made, cookies):
    opened = []
    for name, number, args in _swaps(case, made):
        parents = [one for _, one, _ in _swaps(case, made) if one is not number]
        for method in METHODS:
            for who in _who(case, method):
                others = {*_of_others(number, parents), *_hidden(number, made.cast[who]), NOBODY}
                for pk in sorted(others):
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


def _not_offered(field: Any) -> list[int]:
    rows = field.queryset.model._default_manager.exclude(pk__in=field.queryset.order_by().values("pk"))
    return [*rows.order_by("pk").values_list("pk", flat=True)[:FEW], NOBODY]


def _taken(form: Any, url: str, session: str, data: dict[str, Any]) -> Iterator[str]:
    """Fields that took a row which they did not offer."""
    for name, field in form.fields.items():
        if getattr(field, "queryset", None) is None:
            continue
        for pk in _not_offered(field):
            sent = data | {form.add_prefix(name): pk}
            answer = ask("post", url, session, sent)
            told = [one for one in _forms(answer) if one.add_prefix(name) in one.fields or name in one.errors]
            if outcome(answer) == IN and not any(name in one.errors for one in told):
                yield f"{name}={pk} at {url}: {answer.status_code}"


@pytest.mark.parametrize("case", FORMS, ids=str)
def test_field_of_a_form_takes_no_row_that_it_did_not_offer(case, made, cookies):
    url, taken = reverse(case.url, kwargs=case.args(made)), []
    for who in _who(case, "post"):
        for form in _forms(ask("get", url, cookies[who], {}, is_logged=True)):
            taken += _taken(form, url, cookies[who], case.data(made))
    assert taken == []
