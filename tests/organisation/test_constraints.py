"""What the database refuses, by raw SQL, so that no road around the forms is open."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.cast import Cast
from tests.factories import days

pytestmark = pytest.mark.django_db

ROLE = """
    INSERT INTO organisation_roleassignment
    (user_id, role, unit_id, valid_from, valid_to, is_main_recipient, is_acting, created_by_id, created_at)
    VALUES (%(user)s, %(role)s, %(unit)s, %(first)s, %(last)s, %(main)s, false, %(by)s, now())
"""
ABSENCE = """
    INSERT INTO organisation_absence (user_id, substitute_id, first_day, last_day, created_by_id, created_at)
    VALUES (%(user)s, %(substitute)s, %(first)s, %(last)s, %(user)s, now())
"""


def refused(statement: str, values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def role(cast: Cast, **changes: Any) -> dict[str, Any]:
    values = {
        "user": cast.grannmedarbetare.pk,
        "role": "manager",
        "unit": cast.units.other.pk,
        "first": days(0),
        "last": None,
        "main": False,
        "by": cast.samordnare.pk,
    }
    return values | changes


def test_a_role_cannot_end_before_it_begins(cast: Cast) -> None:
    refused(ROLE, role(cast, last=days(-1)), "assignment_dates_in_order")


def test_nobody_appoints_themselves(cast: Cast) -> None:
    refused(ROLE, role(cast, by=cast.grannmedarbetare.pk), "assignment_by_another")


def test_only_a_manager_is_main_recipient(cast: Cast) -> None:
    refused(ROLE, role(cast, role="employee", main=True), "assignment_main_recipient_is_manager")


def test_a_unit_has_one_main_recipient_at_a_time(cast: Cast) -> None:
    values = role(cast, unit=cast.units.home.pk, main=True)
    refused(ROLE, values, "assignment_one_main_recipient")
    with connection.cursor() as cursor:
        cursor.execute(ROLE, values | {"first": days(-900), "last": days(-366)})


def test_the_same_role_twice_at_a_time_is_refused(cast: Cast) -> None:
    values = role(cast, user=cast.ombud.pk, role="representative", unit=cast.units.home.pk)
    refused(ROLE, values, "assignment_once_at_a_time")


def test_an_absence_cannot_end_before_it_begins(cast: Cast) -> None:
    values = {"user": cast.ombud.pk, "substitute": cast.chef.pk, "first": days(1), "last": days(0)}
    refused(ABSENCE, values, "absence_dates_in_order")


def test_nobody_is_their_own_substitute(cast: Cast) -> None:
    values = {"user": cast.ombud.pk, "substitute": cast.ombud.pk, "first": days(0), "last": days(0)}
    refused(ABSENCE, values, "absence_other_substitute")


def test_nobody_is_away_twice_at_a_time(cast: Cast) -> None:
    values = {"user": cast.chef.pk, "substitute": cast.ombud.pk, "first": days(7), "last": days(9)}
    refused(ABSENCE, values, "absence_once_at_a_time")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("successor_id = id, valid_to = now()", "unit_not_own_successor"),
        ("successor_id = parent_id", "unit_successor_needs_end"),
        ("valid_from = '2026-01-02', valid_to = '2026-01-01'", "unit_dates_in_order"),
        ("slug = 'roller'", "unit_slug_not_reserved"),
    ],
)
def test_a_unit_that_makes_no_sense_is_refused(cast: Cast, change: str, constraint: str) -> None:
    statement = f"UPDATE organisation_unit SET {change} WHERE id = %(pk)s"
    refused(statement, {"pk": cast.units.home.pk}, constraint)


def test_a_unit_cannot_be_inserted_past_the_lock_of_the_tree(db: None) -> None:
    from kvalitet.organisation.models import Unit

    unit = Unit(name="X", slug="x", kind="unit", lft=1, rght=2, tree_id=999, level=0)
    with pytest.raises(DatabaseError, match=r"kvalitet\.trees"), transaction.atomic():
        Unit.objects.bulk_create([unit])


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE organisation_roleassignmentevent SET role = 'admin'",
        "DELETE FROM organisation_roleassignmentevent",
    ],
)
def test_history_of_roles_cannot_be_changed(cast: Cast, verb: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def test_two_people_cannot_share_an_address(cast: Cast) -> None:
    from tests.factories import UserFactory

    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email=cast.chef.email)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email=cast.chef.email.upper())
