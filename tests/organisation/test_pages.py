"""The pages of the organisation as those who use them meet them."""

from typing import Any

import pytest
from django.test import Client

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from tests.cast import Cast, ClientFor
from tests.factories import RoleAssignmentFactory, UnitFactory, UserFactory, days

pytestmark = pytest.mark.django_db


def names_on(answer: Any) -> str:
    return answer.text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("who", ["anonym", "utan_roll", "utforare"])
@pytest.mark.parametrize("path", ["/organisation/", "/organisation/mottagningen/"])
def test_outsiders_see_units_and_functions_but_no_names(
    cast: Cast, client_for: ClientFor, who: str, path: str
) -> None:
    page = names_on(client_for(who).get(path))
    assert "Mottagningen" in page
    for name in (cast.chef.name, cast.ombud.name, cast.ersattare.name):
        assert name not in page


def test_employees_see_who_is_in_charge_and_who_stands_in(cast: Cast, client_for: ClientFor) -> None:
    page = names_on(client_for("grannmedarbetare").get("/organisation/mottagningen/"))
    assert cast.chef.name in page
    assert cast.ombud.name in page
    assert f"{cast.ersattare.name} är ersättare" in page


def test_a_merged_unit_points_to_the_new_one_and_back(cast: Cast, client_for: ClientFor) -> None:
    home, neighbour = cast.units.home, cast.units.neighbour
    data = {"last_day": days(-1), "successor": home.pk, "take_over_roles": "on", "confirmed": "on"}
    answer = client_for("samordnare").post(f"/organisation/{neighbour.slug}/avsluta/", data)
    assert answer["Location"] == neighbour.get_absolute_url()
    old = names_on(client_for("anonym").get(neighbour.get_absolute_url()))
    assert "uppgick i" in old
    assert home.get_absolute_url() in old
    assert neighbour.get_absolute_url() in names_on(client_for("anonym").get(home.get_absolute_url()))
    assert neighbour.name not in names_on(client_for("anonym").get("/organisation/"))
    assert neighbour.name in names_on(client_for("anonym").get("/organisation/?upphorda=1"))


def test_roles_follow_into_the_new_unit_with_one_main_recipient(cast: Cast, client_for: ClientFor) -> None:
    data = {"last_day": days(-1), "successor": cast.units.home.pk, "take_over_roles": "on", "confirmed": "on"}
    client_for("samordnare").post("/organisation/utredningen/avsluta/", data)
    user = User.objects.get(pk=cast.grannchef.pk)
    assert [one.unit_id for one in grants.held(user)] == [cast.units.home.pk]
    mains = RoleAssignment.objects.on(days(0)).filter(unit=cast.units.home, is_main_recipient=True)
    assert [one.user for one in mains] == [cast.chef]


def test_a_unit_is_not_closed_without_a_tick_nor_over_open_ones(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("samordnare")
    data = {"last_day": days(0), "successor": cast.units.other.pk}
    assert "Kryssa i" in client.post("/organisation/utredningen/avsluta/", data).text
    answer = client.post("/organisation/avdelning-a/avsluta/", data | {"confirmed": "on"})
    assert "Flytta eller avsluta dem först" in answer.text
    assert not Unit.objects.exclude(valid_to=None).exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_unit_does_not_end_on_a_day_without_neighbours(cast: Cast, client_for: ClientFor, day: str) -> None:
    data = {"last_day": day, "successor": "", "confirmed": "on"}
    answer = client_for("samordnare").post(f"{cast.units.neighbour.get_absolute_url()}avsluta/", data)
    assert "Kontrollera datumet" in answer.text
    assert Unit.objects.get(pk=cast.units.neighbour.pk).valid_to is None


def test_a_new_unit_gets_an_address_that_is_free(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("samordnare")
    data = {"name": "Mottagningen", "kind": "unit", "law": "sol", "parent": cast.units.department.pk}
    assert client.post("/organisation/ny/", data)["Location"] == "/organisation/mottagningen-2/"
    assert (
        client.post("/organisation/ny/", data | {"name": "Roller"})["Location"] == "/organisation/roller-2/"
    )
    assert client.post("/organisation/ny/", data | {"name": "!!!"})["Location"] == "/organisation/enhet/"


def test_a_unit_is_moved_with_parent_and_place(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("admin")
    data = {"parent": cast.units.other_department.pk, "position": 1}
    assert client.post("/organisation/mottagningen/flytta/", data).status_code == 302
    order = Unit.objects.filter(parent=cast.units.other_department).order_by("position")
    assert [one.name for one in order] == ["Mottagningen", "Hemtjänsten", "Utföraren AB"]
    assert "ändrade överordnad enhet från" in client.get("/organisation/mottagningen/historik/").text


def test_a_unit_cannot_be_moved_into_itself(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for("admin").post("/organisation/avdelning-a/flytta/", {"parent": cast.units.home.pk})
    assert answer.status_code == 200
    assert Unit.objects.get(pk=cast.units.department.pk).parent_id == cast.units.administration.pk


def test_two_who_edit_a_unit_at_once_lose_nothing(cast: Cast, client_for: ClientFor) -> None:
    client, path = client_for("samordnare"), "/organisation/mottagningen/andra/"
    shown = client.get(path).context["form"]
    data = {
        **{name: value or "" for name, value in shown.initial.items()},
        "kv_base": shown["kv_base"].value(),
    }
    client_for("admin").post(path, data | {"mission": "Den andras text"})
    answer = client.post(path, data | {"mission": "Min text"})
    assert answer.status_code == 200
    assert "Den andras text" in answer.text
    assert "Min text" in answer.text


def appoint(client: Client, person: User, role: str, unit: Unit, **more: Any) -> Any:
    data = {"person": person.email, "role": role, "unit": unit.pk, "valid_from": days(0)}
    return client.post("/organisation/roller/ny/", data | more)


def test_a_role_is_given_ahead_of_time_and_the_person_told(cast: Cast, client_for: ClientFor) -> None:
    answer = appoint(
        client_for("samordnare"), cast.medarbetare, "mas", cast.units.administration, valid_from=days(20)
    )
    assert answer["Location"] == cast.medarbetare.get_absolute_url()
    made = RoleAssignment.objects.get(user=cast.medarbetare, role=Role.MAS)
    assert made.created_by == cast.samordnare
    assert not grants.has_role(User.objects.get(pk=cast.medarbetare.pk), Role.MAS)
    assert "Du är utsedd till MAS" in cast.medarbetare.notifications.get().sentence
    assert "Kommande" in client_for("medarbetare").get("/konto/").text


@pytest.mark.parametrize(
    ("appointment", "may"),
    [
        (("chef", "representative", "home"), True),
        (("chef", "case_worker", "home"), True),
        (("ersattare", "representative", "home"), True),
        (("avdelningschef", "representative", "neighbour"), True),
        (("chef", "manager", "home"), False),
        (("chef", "admin", "home"), False),
        (("chef", "representative", "neighbour"), False),
        (("grannchef", "representative", "home"), False),
        (("avdelningschef", "representative", "other"), False),
    ],
)
def test_a_manager_appoints_ombud_and_handlaggare_on_own_units_only(
    cast: Cast, client_for: ClientFor, appointment: tuple[str, str, str], may: bool
) -> None:
    who, role, place = appointment
    person = UserFactory()
    answer = appoint(client_for(who), person, role, getattr(cast.units, place))
    assert (answer.status_code == 302) is may
    assert person.assignments.exists() is may


def test_a_process_owner_appoints_ombud_where_the_process_is_used(
    cast: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kvalitet import registries

    used = registries.Registry("for this test")
    used.register("test", lambda user: {cast.units.other.pk} if user.pk == cast.processagare.pk else ())
    monkeypatch.setattr(registries, "appointable_units", used)
    person = UserFactory()
    client = client_for("processagare")
    assert appoint(client, person, "case_worker", cast.units.other).status_code == 200
    assert appoint(client, person, "representative", cast.units.home).status_code == 200
    assert appoint(client, person, "representative", cast.units.other).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": "ingen@test.invalid"}, "ingen aktiv person"),
        ({"person": "samordnare@test.invalid"}, "kan inte utse dig själv"),
        ({"valid_to": days(-1)}, "Slutdatum kan inte ligga före"),
        ({"role": "provider_contact"}, "passar inte enheten"),
        ({"role": "manager", "is_main_recipient": "on"}, "redan en huvudmottagare"),
        ({"is_main_recipient": "on"}, "Bara en chef"),
        ({"role": "boss"}, "Välj"),
        ({"unit": "999999"}, "Välj"),
        ({"valid_from": "igår"}, "datum"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused_in_words(
    cast: Cast, client_for: ClientFor, change: dict[str, Any], said: str
) -> None:
    data = {
        "person": cast.medarbetare.email,
        "role": "representative",
        "unit": cast.units.home.pk,
        "valid_from": days(0),
    }
    answer = client_for("samordnare").post("/organisation/roller/ny/", data | change)
    assert answer.status_code == 200
    assert said in answer.text


def test_a_role_ends_on_its_day_and_one_to_come_is_withdrawn(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("chef")
    now = cast.ombud.assignments.get(role=Role.REPRESENTATIVE)
    coming = RoleAssignmentFactory(unit=cast.units.home, role=Role.REPRESENTATIVE, valid_from=days(9))
    client.post(f"/organisation/roller/{now.pk}/avsluta/", {"last_day": days(3)})
    client.post(f"/organisation/roller/{coming.pk}/avsluta/", {"last_day": days(0)})
    now.refresh_from_db()
    assert now.valid_to == days(3)
    assert not RoleAssignment.objects.filter(pk=coming.pk).exists()
    late = client.post(f"/organisation/roller/{now.pk}/avsluta/", {"last_day": days(-30)})
    assert "tidigast vara i går" in late.text


def test_the_only_admin_is_not_ended(cast: Cast, client_for: ClientFor) -> None:
    role = cast.admin.assignments.get(role=Role.ADMIN)
    client = client_for("admin")
    answer = client.post(f"/organisation/roller/{role.pk}/avsluta/", {"last_day": days(0)})
    assert "enda systemadministratören" in answer.text
    RoleAssignmentFactory(admin=True, unit=cast.units.board)
    client.post(f"/organisation/roller/{role.pk}/avsluta/", {"last_day": days(0)})
    role.refresh_from_db()
    assert role.valid_to == days(0)


def test_what_a_person_may_do_stands_in_swedish(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("samordnare")
    page = names_on(client.get(cast.ersattare.get_absolute_url()))
    assert "Leda enheten" in page
    assert "som ersättare för Jorid Chef" in page
    rights = names_on(client.get("/organisation/mottagningen/vem-far-vad/"))
    assert "Birger Avdelningschef (chef)" in rights
    assert "Alla medarbetare" in rights


def test_history_tells_who_gave_which_role(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("samordnare")
    appoint(client, cast.medarbetare, "representative", cast.units.home)
    page = names_on(client.get("/organisation/mottagningen/historik/"))
    assert "Ylva Samordnare lade till rollen: Tindra Medarbetare, Ombud" in page


def test_roles_are_found_by_name_role_unit_and_time(cast: Cast, client_for: ClientFor) -> None:
    client = client_for("medarbetare")
    RoleAssignmentFactory(user__name="Framtid Person", coming=True, unit=cast.units.home)
    assert "Framtid Person" not in client.get("/organisation/roller/").text
    assert "Framtid Person" in client.get("/organisation/roller/?nar=kommande").text
    found = client.get(f"/organisation/roller/?roll=manager&enhet={cast.units.department.pk}").text
    assert cast.chef.name in found
    assert cast.avdelningschef.name in found
    assert "Ylva" not in found.split("<main")[1]


@pytest.mark.parametrize(
    "query", ["enhet=x", "roll=%00", "nar='--", "sida=-1", "sortera=user__password", "q=%25%00"]
)
def test_a_hostile_filter_is_left_out(client_for: ClientFor, query: str) -> None:
    assert client_for("medarbetare").get(f"/organisation/roller/?{query}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/organisation/roller/ny/?person=%00&enhet=%00", "/organisation/ny/?under=x"]
)
def test_a_hostile_start_value_is_left_out(client_for: ClientFor, path: str) -> None:
    assert client_for("samordnare").get(path).status_code == 200


def test_what_people_write_is_shown_as_text(cast: Cast, client_for: ClientFor) -> None:
    Unit.objects.filter(pk=cast.units.home.pk).update(name="<script>alert(1)</script>", mission="<b>x</b>")
    for path in ("/organisation/", "/organisation/mottagningen/", "/organisation/mottagningen/vem-far-vad/"):
        page = client_for("samordnare").get(path).text
        assert "<script>alert" not in page
        assert "<b>x" not in page


def test_a_new_person_is_mailed_a_link_and_has_no_role_yet(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for("samordnare").post(
        "/organisation/personer/ny/", {"name": "Ny Person", "email": "NY@test.invalid", "title": ""}
    )
    made = User.objects.get(email="ny@test.invalid")
    assert answer["Location"].endswith(f"?person={made.pk}")
    assert not made.has_usable_password()
    assert grants.roles(made) == set()


PAGES = ["/organisation/", "/organisation/mottagningen/", "/organisation/roller/", "/konto/"]


@pytest.mark.parametrize("path", [*PAGES, "/organisation/mottagningen/vem-far-vad/"])
def test_a_page_costs_the_same_with_one_row_and_with_three(
    cast: Cast, client_for: ClientFor, path: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for("samordnare")
    client.get(path)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get(path)
        counts.append(len(one))
        for _ in range(2):
            unit = UnitFactory(parent=Unit.objects.get(pk=cast.units.home.pk))
            RoleAssignmentFactory(user=cast.samordnare, unit=unit)
            RoleAssignmentFactory(unit=cast.units.home, role=Role.MANAGER)
    assert counts[0] == counts[1]
    assert counts[0] <= 12
