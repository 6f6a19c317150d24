"""Lists: whatever stands in the address gets a sensible answer, and a file never holds more than the page."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import django_filters
import django_tables2 as tables
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from openpyxl import load_workbook

from kvalitet import tables as ours
from kvalitet.organisation.models import User
from kvalitet.templatetags.kvalitet import status
from tests.factories import PASSWORD_HASH

pytestmark = pytest.mark.django_db


class PeopleFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="Sök", lookup_expr="icontains")
    title = django_filters.ChoiceFilter(
        label="Befattning", choices=[("chef", "Enhetschef"), ("so", "Socionom")]
    )
    since = django_filters.DateFilter(
        label="Upplagd tidigast", field_name="date_joined", lookup_expr="date__gte"
    )
    number = django_filters.NumberFilter(label="Nummer", field_name="pk")
    active = django_filters.BooleanFilter(label="Aktiv", field_name="is_active")


class PeopleTable(tables.Table):
    name = ours.SwedishColumn("name", verbose_name="Namn")
    title = tables.Column(verbose_name="Befattning")
    date_joined = ours.DayColumn(verbose_name="Upplagd")
    is_active = tables.Column(verbose_name="Läge")
    secret = tables.Column(accessor="email", verbose_name="E-post", exclude_from_export=True, orderable=False)

    class Meta:
        order_by = "name"

    def render_is_active(self, value: bool) -> str:
        return status("Gällande", "good") if value else status("Upphävd", "bad")


def people(*names: str, **fields: Any) -> None:
    User.objects.bulk_create(
        User(name=name, email=f"{number}@prov.invalid", password=PASSWORD_HASH, **fields)
        for number, name in enumerate(names)
    )


def answer(query: str = "", **headers: str) -> HttpResponse:
    request = RequestFactory().get(f"/lista/{query}", headers=headers)
    request.user = AnonymousUser()
    request.htmx = HtmxDetails(request)
    return ours.render_table(
        request,
        table_class=PeopleTable,
        queryset=User.objects.all(),
        filterset_class=PeopleFilter,
        title="Personer",
        empty=ours.Empty("Inga personer än", "Här samlas alla."),
        export_name="personer",
    )


def page(query: str = "", **headers: str) -> str:
    return answer(query, **headers).content.decode()


def names_in_csv(query: str = "?exportera=csv") -> list[str]:
    text = answer(query).content.decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text), delimiter=";")][1:]


def test_sorts_in_swedish_both_ways() -> None:
    people("Östen", "Anna", "åsa", "Ärla", "Zara")
    assert names_in_csv() == ["Anna", "Zara", "åsa", "Ärla", "Östen"]
    assert names_in_csv("?sortera=-name&exportera=csv") == ["Östen", "Ärla", "åsa", "Zara", "Anna"]


def test_sorted_column_says_so_to_a_screen_reader() -> None:
    people("Anna")
    assert page("?sortera=-title").count("aria-sort") == 1
    assert 'aria-sort="descending"' in page("?sortera=-title")


def test_pages_never_overlap_when_names_are_equal() -> None:
    people(*["Anna"] * 60)
    seen = [page(f"?sortera=title&sida={number}") for number in (1, 2, 3)]
    emails = [f"{number}@prov.invalid" for number in range(60)]
    assert all(sum(f">{email}<" in one for one in seen) == 1 for email in emails)


@pytest.mark.parametrize(
    "query",
    [
        "?sida=abc",
        "?sida=-4",
        "?sida=99999999999999999999999999",
        "?sortera=__class__",
        "?sortera=email__password",
        "?sortera=secret",
        "?sortera=--name",
        "?sortera=-",
        "?exportera=exe",
        "?title=finns-inte",
        "?since=igår",
        "?number=1e999",
        "?number=99999999999999999999999999",
        "?name=%00",
        "?name=%FF%FE",
        "?active=kanske",
        "?" + "&".join(f"x{number}=1" for number in range(500)),
    ],
)
def test_hostile_address_gets_the_list(query: str) -> None:
    people("Anna", "Berit")
    response = answer(query)
    assert response.status_code == 200
    assert 'id="kv-listing"' in response.content.decode()


def test_unreadable_filter_is_told_and_not_used() -> None:
    people("Anna")
    text = page("?since=igår")
    assert "Filtret kunde inte läsas och används inte: Upplagd tidigast." in text
    assert ">Anna<" in text


def test_too_high_page_shows_the_last() -> None:
    people(*[f"Person {number:02}" for number in range(30)])
    assert "Visar 26–30 av 30" in page("?sida=400")


def test_active_filters_are_chips_that_take_themselves_away() -> None:
    people("Anna", title="chef")
    text = page("?name=ann&title=chef&sortera=-name&sida=2")
    assert "Sök: ann" in text
    assert "Befattning: Enhetschef" in text
    assert 'href="/lista/?title=chef&amp;sortera=-name"' in text
    assert 'href="/lista/?name=ann&amp;sortera=-name"' in text


def test_empty_list_says_what_it_is_for_and_filtered_list_how_to_widen() -> None:
    assert "Inga personer än" in page()
    assert "Inget stämmer med dina filter" in page("?name=zzz")


def test_htmx_gets_the_list_alone_but_the_whole_page_from_the_browsers_history() -> None:
    people("Anna")
    part = {"HX-Request": "true", "HX-Target": "kv-listing"}
    assert "<html" not in page(**part)
    assert "<html" in page(**part, **{"HX-History-Restore-Request": "true"})
    assert "<html" in page(**{"HX-Request": "true", "HX-Target": "annat"})
    assert "HX-Target" in answer().headers["Vary"]


def test_export_holds_the_filtered_rows_as_plain_text() -> None:
    # Half past midnight in Sweden is still the day before in UTC.
    people("Anna", "Berit", date_joined=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    lines = answer("?name=ber&exportera=csv").content.decode("utf-8-sig").splitlines()
    assert lines == ["Namn;Befattning;Upplagd;Läge", "Berit;;2026-03-03;Gällande"]


@pytest.mark.parametrize("name", ["=1+1", "+46", "-2", "@SUM(A1)"])
def test_export_never_starts_a_formula(name: str) -> None:
    people(name)
    assert names_in_csv() == [f"'{name}"]
    sheet = load_workbook(io.BytesIO(answer("?exportera=xlsx").content)).active
    assert sheet["A2"].value == f"'{name}"


def test_export_survives_control_characters() -> None:
    people("An\x0bna\x1f")
    sheet = load_workbook(io.BytesIO(answer("?exportera=xlsx").content)).active
    assert sheet["A2"].value == "Anna"


def test_counting_stops_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "COUNT_CAP", 40)
    people(*[f"Person {number:02}" for number in range(60)])
    assert "Visar 1–25 av fler än 40" in page()
    text = page("?exportera=csv")
    assert "Listan är för lång att hämta som fil" in text
    assert 'id="kv-listing"' in text


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_list_asks_twice_whatever_its_length(rows: int, django_assert_num_queries: Any) -> None:
    people(*[f"Person {number:02}" for number in range(rows)])
    with django_assert_num_queries(2):
        answer("?name=person")
