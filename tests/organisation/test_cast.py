"""The cast is what every other test stands on."""

import pytest
from django.test import Client

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_everyone_has_their_roles(cast: Cast) -> None:
    assert grants.roles(cast.chef) == {Role.MANAGER}
    assert grants.roles(cast.ombud) == {Role.REPRESENTATIVE, Role.EMPLOYEE}
    assert grants.roles(cast.utan_roll) == set()


def test_the_substitute_stands_in_for_the_manager(cast: Cast) -> None:
    assert grants.roles(cast.ersattare) == {Role.EMPLOYEE, Role.MANAGER}
    assert {one.substitutes_for for one in grants.held(cast.ersattare)} == {None, cast.chef.pk}


def test_audience_follows_from_roles(cast: Cast, client: Client) -> None:
    assert grants.audience(cast.medarbetare) is Audience.INTERNAL
    assert grants.audience(cast.utforare) is Audience.PROVIDER
    assert grants.audience(cast.utan_roll) is Audience.PUBLIC


def test_the_tree_is_sound(cast: Cast) -> None:
    units = cast.units
    assert [unit.pk for unit in units.board.get_descendants()] == [
        unit.pk
        for unit in (
            units.administration,
            units.department,
            units.home,
            units.neighbour,
            units.other_department,
            units.other,
            units.provider,
        )
    ]
