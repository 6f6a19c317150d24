"""What the organisation puts in the registries: things to do, a manager's week."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet.organisation import grants, people, permissions
from kvalitet.organisation.enums import Role, UnitKind
from kvalitet.organisation.models import Absence, RoleAssignment, Unit
from kvalitet.registries import Task

SOON = timedelta(days=30)
NAMED_VACANCIES = 3


def work(user: Any) -> Iterator[Task]:
    """The ersättare's reminder, roles that end soon for who may renew them, units without a manager."""
    if not permissions.is_employee(user):
        return
    yield from _standing_in(user)
    yield from _ending(user)
    if permissions.may_appoint_anywhere(user):
        yield from _vacancies()


def _absences(user: Any) -> list[Any]:
    """Who is away these days, of those led (``is_led``) or that ``user`` stands in for; read once a user."""
    led = people.units_led_by(user)
    # Whose roles one has today was read with the user.
    if not led and not any(one.substitutes_for for one in grants.held(user)):
        return []
    if not hasattr(user, "_absences"):
        today = timezone.localdate()
        staff = RoleAssignment.objects.on(today).filter(unit__in=list(led), user=OuterRef("user"))
        rows = Absence.objects.between(*people.week_span(today)).annotate(is_led=Exists(staff))
        rows = rows.filter(Q(is_led=True) | Q(substitute=user)).select_related("user", "substitute")
        user._absences = list(rows)
    found: list[Any] = user._absences
    return found


def _standing_in(user: Any) -> Iterator[Task]:
    today = timezone.localdate()
    for one in _absences(user):
        if one.substitute_id == user.pk and one.first_day <= today <= one.last_day:
            sentence = f"Du är ersättare för {one.user} till och med {people.day_in_words(one.last_day)}"
            yield Task(sentence, reverse("organisation:account"), "Visa", kind="organisation.absence")


def _ending(user: Any) -> Iterator[Task]:
    led = people.units_led_by(user)
    if not led:
        return
    today = timezone.localdate()
    rows = RoleAssignment.objects.ending(today, today + SOON).filter(
        unit__in=list(led), role__in=permissions.BY_MANAGER
    )
    for one in rows.select_related("user", "unit"):
        yield Task(
            f"Rollen som {Role(one.role).in_text} går ut för {one.user}",
            one.user.get_absolute_url(),
            "Se rollen",
            due=one.valid_to,
            kind="organisation.role",
            unit=one.unit.name,
        )


def _vacancies() -> Iterator[Task]:
    today = timezone.localdate()
    manager = RoleAssignment.objects.on(today).filter(
        unit=OuterRef("pk"), role=Role.MANAGER, user__is_active=True
    )
    units = Unit.objects.on(today).inside_sosfs().exclude(kind__in=[UnitKind.BOARD, UnitKind.PROVIDER])
    empty = list(units.exclude(Exists(manager)).order_by("name"))
    if len(empty) > NAMED_VACANCIES:
        yield Task(f"{len(empty)} enheter saknar chef", reverse("organisation:index"), "Se organisationen")
        return
    for unit in empty:
        url = f"{reverse('organisation:role_add')}?enhet={unit.slug}"
        yield Task(f"{unit} saknar chef", url, "Utse chef", kind="organisation.vacancy", unit=unit.name)


def week(user: Any) -> Iterator[Task]:
    """For a manager: who is away on the units led, this week and, from Friday on, the next."""
    for one in _absences(user):
        if one.is_led and one.user_id != user.pk:
            sentence = f"{one.user} är borta {_span(one)}, {one.substitute} är ersättare"
            yield Task(sentence, one.user.get_absolute_url(), "Visa", kind="organisation.absence")


def _span(absence: Absence) -> str:
    """The days in words: "3 mars", "3 mars–5 april", with the year when it is another."""
    if absence.first_day == absence.last_day:
        return people.day_in_words(absence.first_day)
    return f"{date_format(absence.first_day, 'j F')}–{people.day_in_words(absence.last_day)}"
