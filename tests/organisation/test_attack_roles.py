"""Roles taken by other roads than being appointed: through absence, through accounts, through the top."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kvalitet.models import Notification
from kvalitet.organisation import grants, permissions
from kvalitet.organisation.actions import absences, roles
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment
from kvalitet.organisation.permissions import Permission
from tests.cast import Cast, ClientFor
from tests.factories import PASSWORD, AbsenceFactory, RoleAssignmentFactory, days
from tests.processes.factories import make_process


def away(cast: Cast, who: str, substitute: str) -> Absence:
    return Absence(
        user=cast[who], substitute=cast[substitute], first_day=timezone.localdate(), last_day=days(5)
    )


@pytest.mark.parametrize("who", ["admin", "samordnare"])
def test_nobody_makes_themselves_ersattare_for_another(cast: Cast, who: str) -> None:
    with pytest.raises(ValidationError, match="göra dig själv till ersättare"):
        absences.enter_absence(absence=away(cast, "lexansvarig", who), user=cast[who])
    with pytest.raises(IntegrityError, match="absence_not_for_oneself"), transaction.atomic():
        AbsenceFactory(user=cast.lexansvarig, substitute=cast[who], created_by=cast[who])
    assert Role.LEX_SARAH_OFFICER not in grants.roles(cast[who])


def test_the_form_says_why_one_cannot_be_ersattare(cast: Cast, client_for: ClientFor) -> None:
    data = {"first_day": days(0), "last_day": days(3), "choice": "other", "other": cast.admin.email}
    answer = client_for("admin").post(f"/organisation/personer/{cast.lexansvarig.pk}/borta/", data)
    assert "göra dig själv till ersättare" in answer.text


def test_who_gets_an_ersattare_from_another_is_told(cast: Cast) -> None:
    absences.enter_absence(absence=away(cast, "medarbetare", "ombud"), user=cast.chef)
    told = Notification.objects.get(user=cast.medarbetare)
    assert told.sentence.startswith("Elis Ombud är ersättare för dig")
    assert "Jorid Chef" in told.sentence


def test_a_manager_does_not_hand_out_a_role_that_begins_during_the_absence(cast: Cast) -> None:
    assert permissions.may_enter_absence(cast.chef, cast.medarbetare)
    RoleAssignmentFactory(user=cast.medarbetare, role=Role.ADMIN, unit=cast.units.board, valid_from=days(2))
    assert not permissions.may_enter_absence(cast.chef, cast.medarbetare)


def test_a_manager_does_not_hand_out_a_process_that_others_work_in(cast: Cast) -> None:
    process = make_process(cast, owner=cast.medarbetare)
    process.unit_links.create(unit=cast.units.other)
    assert not permissions.may_enter_absence(cast.chef, cast.medarbetare)


def test_only_an_administrator_makes_or_ends_an_administrator(cast: Cast, client_for: ClientFor) -> None:
    data = {
        "person": cast.ombud.email,
        "role": Role.ADMIN,
        "unit": cast.units.board.pk,
        "valid_from": days(0),
    }
    assert "Systemadministratör" not in client_for("samordnare").get("/organisation/roller/ny/").text
    client_for("samordnare").post("/organisation/roller/ny/", data)
    assert Role.ADMIN not in grants.roles(cast.ombud)
    existing = RoleAssignment.objects.get(user=cast.admin, role=Role.ADMIN)
    answer = client_for("samordnare").post(
        f"/organisation/roller/{existing.pk}/avsluta/", {"last_day": days(0)}
    )
    assert answer.status_code == 403
    client_for("admin").post("/organisation/roller/ny/", data)
    grants.forget(cast.ombud)
    assert Role.ADMIN in grants.roles(cast.ombud)


def test_two_cannot_give_each_other_what_neither_has(cast: Cast) -> None:
    made = RoleAssignment(user=cast.ombud, role=Role.MANAGER, unit=cast.units.home, valid_from=days(0))
    for who in ("chef", "processagare", "medarbetare", "ersattare"):
        assert Role.MANAGER not in permissions.appointable_roles(cast[who], cast.units.home.pk)
        with pytest.raises(Exception, match="får inte utse"):
            roles.appoint(assignment=made, user=cast[who])


def test_the_administrators_role_reads_no_units_own_things(cast: Cast) -> None:
    assert grants.may(cast.admin, Permission.READ_UNIT, unit_id=cast.units.administration.pk)
    RoleAssignment.objects.filter(user=cast.admin, role=Role.EMPLOYEE).delete()
    grants.forget(cast.admin)
    assert grants.may(cast.admin, Permission.READ_INTERNAL)
    assert not grants.may(cast.admin, Permission.READ_UNIT, unit_id=cast.units.home.pk)


@pytest.mark.parametrize("key", ["9" * 5000, "²", "٣", "-1", "x"])
def test_a_made_up_person_in_the_address_is_left_out(client_for: ClientFor, key: str) -> None:
    assert client_for("samordnare").get("/organisation/roller/ny/", {"person": key}).status_code == 200


def test_who_loses_the_address_of_an_account_is_told_at_the_old_one(
    cast: Cast, client_for: ClientFor, mailoutbox: list, django_capture_on_commit_callbacks: Any
) -> None:
    """Otherwise an administrator could quietly become anybody, by a new password mailed to themselves."""
    before = cast.lexansvarig.email
    data = {"name": cast.lexansvarig.name, "email": "annan@test.invalid", "is_active": "on"}
    path, client = f"/systemet/organisation/user/{cast.lexansvarig.pk}/change/", client_for("admin")
    # Nor may whoever finds the computer unlocked: the password is asked for first.
    for answer in (client.get(path), client.post(path, data)):
        assert answer["Location"].startswith("/bekrafta/")
    cast.lexansvarig.refresh_from_db()
    assert cast.lexansvarig.email == before
    client.post("/bekrafta/", {"password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, data)
    cast.lexansvarig.refresh_from_db()
    assert cast.lexansvarig.email == "annan@test.invalid"
    assert [mail.to for mail in mailoutbox] == [[before]]
    assert cast.admin.name in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_a_role_given_twice_at_once_is_told_in_words(cast: Cast) -> None:
    def give() -> str:
        made = RoleAssignment(user=cast.medarbetare, role=Role.MAS, unit=cast.units.home, valid_from=days(0))
        try:
            roles.appoint(assignment=made, user=cast.samordnare)
        except ValidationError as error:
            return " ".join(error.messages)
        finally:
            connection.close()
        return "utsedd"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(one.result() for one in [pool.submit(give) for _ in range(4)])
    assert answers.count("utsedd") == 1
    assert all(one == "utsedd" or "redan den rollen" in one for one in answers)
