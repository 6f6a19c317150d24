"""The line of managers: who receives what happens in a unit today, never nobody while anyone is at work."""

import pytest

from kvalitet import trees
from kvalitet.organisation import line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from tests.factories import AbsenceFactory, RoleAssignmentFactory, UnitFactory, UserFactory, days


def manager(unit, *, main=False, role=Role.MANAGER, **values):
    values = {"is_main_recipient": main, "role": role, **values}
    return RoleAssignmentFactory(unit=unit, **values).user


def told(unit, *barred):
    chain = line.chains([unit.pk])[unit.pk]
    return line.recipients(chain, barred=frozenset(one.pk for one in barred))


def receive(unit, *barred):
    """Who of the cast may receive, by the rule on one case; the filter on units says the same without jäv."""
    out = frozenset(one.pk for one in barred)
    chain = line.chains([unit.pk])[unit.pk]
    people = {one: User.objects.get(pk=one.pk) for one in User.objects.all()}
    by_rule = {one for one, read in people.items() if line.receives(read, chain, out)}
    if not barred:
        units = {one: frozenset().union(*line.first_hand(read).values()) for one, read in people.items()}
        assert by_rule == {one for one, where in units.items() if unit.pk in where}
    return by_rule


def leave_post(user):
    RoleAssignment.objects.filter(user=user).update(valid_to=days(-1))


@pytest.fixture
def at_work(cast):
    """The cast with everybody at work."""
    Absence.objects.all().delete()
    return cast


def test_chef_of_the_unit_receives(at_work):
    assert told(at_work.units.home) == [at_work.chef]
    assert receive(at_work.units.home) == {at_work.chef}


def test_vacant_post_is_answered_for_by_the_next_one_up(at_work):
    leave_post(at_work.chef)
    assert told(at_work.units.home) == [at_work.avdelningschef]
    assert receive(at_work.units.home) == {at_work.avdelningschef}


def test_chef_whose_account_is_closed_does_not_receive(at_work):
    User.objects.filter(pk=at_work.chef.pk).update(is_active=False)
    assert told(at_work.units.home) == [at_work.avdelningschef]
    assert receive(at_work.units.home) == {at_work.avdelningschef}


def test_ersattare_of_a_closed_account_receives_nothing(cast):
    User.objects.filter(pk=cast.chef.pk).update(is_active=False)
    assert told(cast.units.home) == [cast.avdelningschef]
    assert receive(cast.units.home) == {cast.avdelningschef}


@pytest.mark.parametrize(
    ("which", "ahead", "is_chef"),
    [("valid_to", -1, False), ("valid_to", 0, True), ("valid_from", 0, True), ("valid_from", 1, False)],
)
def test_post_holds_from_its_first_day_to_its_last(at_work, which, ahead, is_chef):
    RoleAssignment.objects.filter(user=at_work.chef).update(**{which: days(ahead)})
    expected = at_work.chef if is_chef else at_work.avdelningschef
    assert told(at_work.units.home) == [expected]
    assert receive(at_work.units.home) == {expected}


def test_of_two_chefs_the_main_one_is_told_and_both_may_receive(at_work):
    second = manager(at_work.units.home)
    assert told(at_work.units.home) == [at_work.chef]
    assert receive(at_work.units.home) == {at_work.chef, second}


def test_of_two_chefs_the_other_is_told_when_the_main_one_is_javig_or_gone(at_work):
    second = manager(at_work.units.home)
    assert told(at_work.units.home, at_work.chef) == [second]
    AbsenceFactory(user=at_work.chef, substitute=UserFactory(inactive=True))
    assert told(at_work.units.home) == [second]


def test_two_chefs_of_whom_none_is_main_are_both_told(at_work):
    leave_post(at_work.chef)
    both = [manager(at_work.units.home), manager(at_work.units.home)]
    assert told(at_work.units.home) == both


def test_absent_chef_is_told_and_the_ersattare_receives_too(cast):
    assert told(cast.units.home) == [cast.chef]
    assert receive(cast.units.home) == {cast.chef, cast.ersattare}


def lose_roles(cast):
    leave_post(cast.ersattare)


def close_account(cast):
    User.objects.filter(pk=cast.ersattare.pk).update(is_active=False)


def go_away(cast):
    AbsenceFactory(user=cast.ersattare, substitute=cast.grannmedarbetare)


def only_a_contact(cast):
    leave_post(cast.ersattare)
    RoleAssignmentFactory(user=cast.ersattare, unit=cast.units.provider, role=Role.PROVIDER_CONTACT)


@pytest.mark.parametrize("happens", [lose_roles, close_account, go_away, only_a_contact])
def test_without_an_ersattare_at_work_the_next_one_up_is_told_and_may_receive(cast, happens):
    happens(cast)
    assert told(cast.units.home) == [cast.avdelningschef]
    found = receive(cast.units.home)
    assert {cast.chef, cast.avdelningschef} <= found <= {cast.chef, cast.avdelningschef, cast.ersattare}


def test_javig_chef_is_passed_over_with_the_ersattare(cast):
    assert told(cast.units.home, cast.chef) == [cast.avdelningschef]
    assert receive(cast.units.home, cast.chef) == {cast.avdelningschef}


def test_javig_ersattare_of_an_absent_chef_leaves_it_to_the_next_one_up(cast):
    assert told(cast.units.home, cast.ersattare) == [cast.avdelningschef]
    assert receive(cast.units.home, cast.ersattare) == {cast.chef, cast.avdelningschef}


def test_ersattare_who_is_chef_of_the_unit_too_receives_though_the_other_is_javig(cast):
    RoleAssignmentFactory(user=cast.ersattare, unit=cast.units.home, role=Role.MANAGER)
    assert told(cast.units.home, cast.chef) == [cast.ersattare]
    assert receive(cast.units.home, cast.chef) == {cast.ersattare}


def test_when_the_whole_line_is_javig_nobody_in_it_receives(at_work):
    assert told(at_work.units.home, at_work.chef, at_work.avdelningschef) == []
    assert receive(at_work.units.home, at_work.chef, at_work.avdelningschef) == set()


def test_provider_is_answered_for_by_the_avtalsansvarig(at_work):
    assert told(at_work.units.provider) == [at_work.avtalsansvarig]
    assert receive(at_work.units.provider) == {at_work.avtalsansvarig}


def test_avtalsansvarig_receives_nothing_of_a_unit_of_our_own(at_work):
    manager(at_work.units.other, role=Role.CONTRACT_MANAGER)
    manager(at_work.units.home, role=Role.CONTRACT_MANAGER)
    assert told(at_work.units.other) == []
    assert receive(at_work.units.other) == set()
    assert receive(at_work.units.home) == {at_work.chef}


def test_provider_without_avtalsansvarig_is_answered_for_from_above(at_work):
    leave_post(at_work.avtalsansvarig)
    above = manager(at_work.units.other_department)
    assert told(at_work.units.provider) == [above]
    assert receive(at_work.units.provider) == {above}


def test_unit_that_is_closed_and_merged_is_still_answered_for(at_work):
    values = {"valid_to": days(-1), "successor": at_work.units.neighbour}
    Unit.objects.filter(pk=at_work.units.home.pk).update(**values)
    assert told(at_work.units.home) == [at_work.chef]
    leave_post(at_work.chef)
    assert told(at_work.units.home) == [at_work.avdelningschef]


def test_one_person_may_be_chef_on_two_levels(at_work):
    RoleAssignmentFactory(user=at_work.avdelningschef, unit=at_work.units.neighbour, role=Role.MANAGER)
    leave_post(at_work.grannchef)
    assert told(at_work.units.neighbour) == [at_work.avdelningschef]
    assert receive(at_work.units.neighbour) == {at_work.avdelningschef}
    assert told(at_work.units.neighbour, at_work.avdelningschef) == []
    assert receive(at_work.units.home) == {at_work.chef}


def test_unit_with_nobody_up_to_the_top_has_no_receiver(at_work):
    assert told(at_work.units.other) == []
    assert receive(at_work.units.other) == set()
    left = Unit.objects.filter(pk__in=line.unanswered())
    assert at_work.units.other in left
    assert at_work.units.home not in left


def test_deep_tree_goes_to_the_nearest_chef_above(at_work):
    unit, places = at_work.units.home, []
    for _ in range(6):
        unit = UnitFactory(parent=Unit.objects.get(pk=unit.pk))
        places.append(unit)
    below = manager(places[2])
    assert [told(one)[0] for one in places] == [at_work.chef] * 2 + [below] * 4
    assert receive(places[5]) == {below}
    assert receive(places[5], below) == {at_work.chef}


def test_unit_that_is_moved_answers_to_its_new_line(at_work):
    leave_post(at_work.grannchef)
    trees.move(at_work.units.neighbour, parent=Unit.objects.get(pk=at_work.units.home.pk))
    assert told(at_work.units.neighbour) == [at_work.chef]
    assert receive(at_work.units.neighbour) == {at_work.chef}
