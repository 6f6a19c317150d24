"""Norrvik: the logins of the contract work, and loading twice changes nothing."""

import pytest
from django.utils import timezone

from kvalitet.organisation import grants
from kvalitet.organisation.demo import load
from kvalitet.organisation.enums import Role, UnitKind
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from tests.trees import problems

pytestmark = pytest.mark.django_db

LOGINS = [
    "samordnare",
    "styrgrupp",
    "processhandledare",
    "processagare",
    "chef",
    "avdelningschef",
    "grannchef",
    "ombud",
    "medarbetare",
    "lexansvarig",
    "mas",
    "namnd",
    "registrator",
    "utforare",
    "ersattare",
    "admin",
]


@pytest.fixture
def said() -> list[str]:
    lines: list[str] = []
    load(lines.append)
    return lines


@pytest.mark.usefixtures("said")
def test_everyone_of_the_contract_can_log_in_and_has_a_role() -> None:
    for login in LOGINS:
        user = User.objects.get(email=f"{login}@demo.invalid")
        assert user.check_password("demo"), login
        assert grants.roles(user), login


def test_loading_again_changes_nothing(said: list[str]) -> None:
    def state() -> list[int]:
        return [model.pgh_event_model.objects.count() for model in (Unit, User, RoleAssignment, Absence)]

    before = state()
    load(said.append)
    assert state() == before


@pytest.mark.usefixtures("said")
def test_norrvik_has_what_a_real_organisation_has() -> None:
    today = timezone.localdate()
    assert problems(Unit) == []
    assert Unit.objects.filter(kind=UnitKind.PROVIDER).count() == 1
    assert Unit.objects.exclude(pk__in=Unit.objects.inside_sosfs()).exists()
    merged = Unit.objects.filter(valid_to="2025-12-31").exclude(successor=None)
    assert len({unit.successor_id for unit in merged}) == 1
    assert RoleAssignment.objects.filter(is_acting=True).exists() or Absence.objects.on(today).exists()
    managers = RoleAssignment.objects.filter(role=Role.MANAGER)
    assert managers.exclude(valid_to=None).exists()
