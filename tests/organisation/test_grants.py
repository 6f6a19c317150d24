"""Who may what: roles with dates and reach, the ersättare, and jäv, which beats everything."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from kvalitet.organisation.permissions import Permission
from kvalitet.organisation.reasons import explain
from tests.cast import Cast
from tests.factories import AbsenceFactory, RoleAssignmentFactory, UserFactory, days

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """The user as the next request would load them."""
    return User.objects.get(pk=user.pk)


def units_of(user: Any, permission: Permission) -> set[str]:
    scope = grants.scope(user, permission)
    return set(Unit.objects.filter(scope.where("pk")).values_list("name", flat=True))


def test_a_role_reaches_the_units_below_and_no_other(cast: Cast) -> None:
    assert units_of(cast.avdelningschef, Permission.LEAD_UNIT) == {
        "Avdelning A",
        "Mottagningen",
        "Utredningen",
    }
    assert units_of(cast.chef, Permission.LEAD_UNIT) == {"Mottagningen"}
    assert units_of(cast.medarbetare, Permission.LEAD_UNIT) == set()


def test_a_role_that_reaches_everywhere_covers_units_made_later(cast: Cast) -> None:
    assert grants.may(cast.samordnare, Permission.CHANGE_UNITS, unit_id=999_999)


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [(0, 0, True), (-5, 0, True), (0, None, True), (-5, -1, False), (1, None, False)],
)
def test_a_role_counts_from_its_first_day_to_its_last(
    cast: Cast, first: int, last: int | None, counts: bool
) -> None:
    person = UserFactory()
    RoleAssignmentFactory(
        user=person,
        unit=cast.units.home,
        role=Role.REPRESENTATIVE,
        valid_from=days(first),
        valid_to=None if last is None else days(last),
    )
    assert grants.has_role(person, Role.REPRESENTATIVE) is counts


def test_an_inactive_person_has_no_role(cast: Cast) -> None:
    cast.chef.is_active = False
    assert grants.roles(cast.chef) == set()


def test_a_stranger_and_a_person_without_a_role_have_nothing(cast: Cast) -> None:
    for nobody in (AnonymousUser(), cast.utan_roll):
        assert grants.audience(nobody) is Audience.PUBLIC
        assert not any(grants.scope(nobody, code) for code in grants.registered())


def test_a_moved_unit_is_led_by_those_above_its_new_place(cast: Cast) -> None:
    from kvalitet import trees

    trees.move(cast.units.neighbour, parent=cast.units.other_department)
    assert "Utredningen" not in units_of(fresh(cast.avdelningschef), Permission.LEAD_UNIT)


def test_the_substitute_has_the_roles_only_on_the_days_away(cast: Cast) -> None:
    assert grants.may(cast.ersattare, Permission.LEAD_UNIT, unit_id=cast.units.home.pk)
    cast.chef.absences.update(first_day=days(1))
    assert not grants.may(fresh(cast.ersattare), Permission.LEAD_UNIT, unit_id=cast.units.home.pk)


def test_a_substitute_does_not_pass_on_what_is_not_theirs(cast: Cast) -> None:
    """The ersättare's own ersättare gets the ersättare's roles, not those of whom they stand in for."""
    AbsenceFactory(user=cast.ersattare, substitute=cast.grannmedarbetare)
    assert not grants.may(fresh(cast.grannmedarbetare), Permission.LEAD_UNIT, unit_id=cast.units.home.pk)


def test_an_act_by_a_substitute_names_whom_it_is_for(cast: Cast) -> None:
    home = cast.units.home.pk
    assert grants.substitutes_for(cast.ersattare, Permission.LEAD_UNIT, unit_id=home) == cast.chef.pk
    assert grants.substitutes_for(cast.chef, Permission.LEAD_UNIT, unit_id=home) is None
    RoleAssignmentFactory(user=cast.ersattare, unit=cast.units.home, role=Role.MANAGER)
    assert grants.substitutes_for(fresh(cast.ersattare), Permission.LEAD_UNIT, unit_id=home) is None


@pytest.mark.parametrize("who", ["chef", "ersattare", "avdelningschef", "samordnare", "admin"])
def test_jav_beats_role_substitute_line_and_admin(cast: Cast, who: str) -> None:
    case, unit_id = cast.units.home, cast.units.home.pk
    permission = Permission.READ_UNIT if who != "admin" else Permission.CHANGE_UNITS
    person = cast[who]
    assert grants.may_object(person, permission, case, unit_id=unit_id)
    grants.deny(person, case, reason="Närstående till den det gäller", by=cast.lexansvarig)
    for loaded in (person, fresh(person)):
        assert not grants.may_object(loaded, permission, case, unit_id=unit_id)
        assert case.pk in grants.denied_ids(loaded, Unit)


def test_jav_holds_for_one_case_and_one_person(cast: Cast) -> None:
    grants.deny(cast.chef, cast.units.home, reason="Närstående", by=cast.lexansvarig)
    assert not grants.is_denied(cast.chef, cast.units.neighbour)
    assert not grants.is_denied(cast.avdelningschef, cast.units.home)


def test_jav_can_be_taken_back_and_stands_in_history(cast: Cast) -> None:
    from kvalitet.organisation.models import Denial

    grants.deny(cast.chef, cast.units.home, reason="Närstående", by=cast.lexansvarig)
    grants.undo_denial(cast.chef, cast.units.home)
    assert not grants.is_denied(fresh(cast.chef), cast.units.home)
    labels = Denial.pgh_event_model.objects.values_list("pgh_label", flat=True)
    assert sorted(labels) == ["delete", "insert"]


def test_rights_of_a_request_cost_no_query_of_their_own(cast: Cast, django_assert_num_queries: Any) -> None:
    from kvalitet.organisation.authentication import EmailBackend

    with django_assert_num_queries(1):
        user = EmailBackend().get_user(cast.avdelningschef.pk)
        assert user is not None
        assert grants.scope(user, Permission.LEAD_UNIT).covers(unit_id=cast.units.home.pk)
        assert grants.audience(user) is Audience.INTERNAL


def test_the_main_recipient_comes_first(cast: Cast) -> None:
    deputy = UserFactory()
    RoleAssignmentFactory(user=deputy, unit=cast.units.home, role=Role.MANAGER)
    found = [one.user for one in grants.holders(Role.MANAGER, [cast.units.home.pk])]
    assert found == [cast.chef, deputy]


def test_every_permission_is_named_in_swedish_and_given_to_someone() -> None:
    for code, grant in grants.registered().items():
        assert grants.label(code)[0].isupper(), code
        assert grant.roles or grant.exceptions, code


def test_what_a_person_may_do_is_explained_with_the_role_that_gives_it(cast: Cast) -> None:
    reasons = explain(cast.ersattare)[Permission.LEAD_UNIT.value]
    assert [(one.role, one.unit_id, one.substitutes_for) for one in reasons] == [
        (Role.MANAGER, cast.units.home.pk, cast.chef.pk)
    ]


def test_an_ended_role_stays_as_a_row(cast: Cast) -> None:
    RoleAssignment.objects.filter(user=cast.ombud).update(valid_to=days(-1))
    assert grants.roles(fresh(cast.ombud)) == set()
    assert cast.ombud.assignments.ended(days(0)).count() == 2
