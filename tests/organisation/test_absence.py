"""Being away: two taps, an ersättare, and no way to hand out what is not one's own."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kvalitet.organisation import grants, panels
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment, User
from tests.cast import Cast, ClientFor
from tests.factories import AbsenceFactory, RoleAssignmentFactory, days

pytestmark = pytest.mark.django_db

PATH = "/konto/borta/"


def confirm(client: Client, path: str = PATH, **changes: Any) -> Any:
    """Open the page and send it as it stands: the second of the two taps."""
    form = client.get(path).context["form"]
    data = {"first_day": days(0), "last_day": days(0), "choice": form.initial["choice"]}
    return client.post(path, data | changes)


def test_a_colleague_on_the_unit_is_chosen_and_confirming_is_enough(
    cast: Cast, client_for: ClientFor
) -> None:
    assert confirm(client_for("medarbetare"))["Location"] == "/konto/"
    absence = Absence.objects.get(user=cast.medarbetare)
    assert (absence.first_day, absence.last_day) == (days(0), days(0))
    roles = RoleAssignment.objects.filter(user=absence.substitute, unit=cast.units.home)
    assert roles.filter(role=Role.EMPLOYEE).exists()
    assert "Du är ersättare för Tindra Medarbetare" in absence.substitute.notifications.get().sentence


def test_the_one_of_last_time_is_suggested_first(cast: Cast, client_for: ClientFor) -> None:
    AbsenceFactory(
        user=cast.medarbetare, substitute=cast.grannmedarbetare, first_day=days(-9), last_day=days(-8)
    )
    assert client_for("medarbetare").get(PATH).context["form"].initial["choice"] == str(
        cast.grannmedarbetare.pk
    )


def test_anyone_else_is_named_by_address(cast: Cast, client_for: ClientFor) -> None:
    confirm(client_for("medarbetare"), choice="other", other=cast.styrgrupp.email.upper())
    assert Absence.objects.get(user=cast.medarbetare).substitute == cast.styrgrupp


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"choice": "other"}, "Skriv e-postadressen"),
        ({"choice": "other", "other": "utan_roll@test.invalid"}, "behöver själv ha en roll"),
        ({"choice": "other", "other": "utforare@test.invalid"}, "behöver själv ha en roll"),
        ({"choice": "other", "other": "medarbetare@test.invalid"}, "egen ersättare"),
        ({"choice": "999999"}, "Välj"),
        ({"last_day": days(-1)}, "Sista dagen"),
        ({"first_day": "2026-99-99"}, "datum"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused_in_words(
    client_for: ClientFor, change: dict[str, Any], said: str
) -> None:
    answer = confirm(client_for("medarbetare"), **change)
    assert answer.status_code == 200
    assert said in answer.text


def test_days_that_overlap_are_refused(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("chef")
    answer = client.post(
        PATH, {"first_day": days(5), "last_day": days(9), "choice": "other", "other": cast.ombud.email}
    )
    assert "redan en frånvaro" in answer.text


def test_back_today_ends_it_and_undo_takes_it_back(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("medarbetare")
    begun = AbsenceFactory(user=cast.medarbetare, substitute=cast.ombud, first_day=days(-3))
    client.post(f"/konto/borta/{begun.pk}/avsluta/")
    begun.refresh_from_db()
    assert begun.last_day == days(-1)
    confirm(client)
    client.post(f"/konto/borta/{Absence.objects.get(user=cast.medarbetare, first_day=days(0)).pk}/avsluta/")
    assert not Absence.objects.filter(user=cast.medarbetare, first_day=days(0)).exists()


def test_nobody_ends_the_absence_of_another(cast: Cast, client_for: ClientFor) -> None:
    absence = Absence.objects.get(user=cast.chef)
    for who in ("medarbetare", "grannchef", "utforare", "utan_roll"):
        assert client_for(who).post(f"/konto/borta/{absence.pk}/avsluta/").status_code == 404


def test_a_manager_enters_it_for_their_staff(cast: Cast, client_for: ClientFor) -> None:
    path = f"/organisation/personer/{cast.medarbetare.pk}/borta/"
    assert confirm(client_for("chef"), path)["Location"] == cast.medarbetare.get_absolute_url()
    assert client_for("grannchef").get(path).status_code == 403


def test_a_manager_cannot_hand_out_roles_from_outside_the_unit(cast: Cast, client_for: ClientFor) -> None:
    RoleAssignmentFactory(user=cast.medarbetare, unit=cast.units.board, role=Role.COORDINATOR)
    path = f"/organisation/personer/{cast.medarbetare.pk}/borta/"
    data = {"first_day": days(0), "last_day": days(0), "choice": "other", "other": cast.chef.email}
    assert client_for("chef").post(path, data).status_code == 403
    assert not grants.has_role(User.objects.get(pk=cast.chef.pk), Role.COORDINATOR)


def test_a_person_without_a_role_has_nothing_to_hand_over(client_for: ClientFor) -> None:
    assert client_for("utan_roll").get(PATH).status_code == 403


def test_the_week_shows_a_manager_who_is_away(cast: Cast) -> None:
    AbsenceFactory(user=cast.medarbetare, substitute=cast.ombud)
    sentences = [task.sentence for task in panels.week(cast.avdelningschef)]
    assert any("Tindra Medarbetare är borta" in one and "Elis Ombud är ersättare" in one for one in sentences)
    assert list(panels.week(cast.grannchef)) == []
    assert list(panels.week(cast.medarbetare)) == []


def test_work_tells_the_substitute_and_who_must_fill_a_post(cast: Cast) -> None:
    assert "Du är ersättare för Jorid Chef" in next(panels.work(cast.ersattare)).sentence
    cast.grannchef.assignments.update(valid_to=days(-1))
    sentences = [task.sentence for task in panels.work(cast.samordnare)]
    assert any("saknar chef" in one for one in sentences)
    cast.ombud.assignments.filter(role=Role.REPRESENTATIVE).update(valid_to=days(5))
    assert [task.due for task in panels.work(cast.chef)] == [days(5)]
    assert list(panels.work(cast.utforare)) == []


def test_a_day_of_another_year_is_told_with_its_year(cast: Cast) -> None:
    next_year = timezone.localdate().year + 1
    Absence.objects.filter(user=cast.chef).update(last_day=date(next_year, 6, 30))
    assert f"till och med 30 juni {next_year}" in next(panels.work(cast.ersattare)).sentence
