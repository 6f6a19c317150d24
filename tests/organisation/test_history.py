"""*Historik* in sentences: who changed what, once, and nothing confidential to those outside the circle."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kvalitet import history, secrecy
from kvalitet.history import timeline
from kvalitet.organisation.models import RoleAssignment, Unit
from tests.cast import Cast
from tests.factories import RoleAssignmentFactory, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def confidential_mission(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mission of a unit stands in for the text of a case: only its managers read it."""
    monkeypatch.setattr(Unit, "CONFIDENTIAL", ("mission",), raising=False)
    monkeypatch.setattr(secrecy, "_circles", {})


def change(unit: Unit, user: Any, **values: Any) -> None:
    with history.acting_as(user, why=""):
        Unit.objects.filter(pk=unit.pk).update(**values)


def test_one_change_is_told_with_both_values(cast: Cast) -> None:
    change(cast.units.home, cast.samordnare, name="Mottagningen Norr")
    newest = timeline(cast.units.home)[0]
    assert newest.actor == "Ylva Samordnare"
    assert newest.sentence == "ändrade namn från ”Mottagningen” till ”Mottagningen Norr”"


def test_choices_dates_and_links_are_told_in_words(cast: Cast) -> None:
    change(
        cast.units.home,
        cast.samordnare,
        law="hsl",
        valid_to="2026-12-31",
        successor=cast.units.neighbour,
    )
    changes = {name: (old, new) for name, old, new in timeline(cast.units.home)[0].changes}
    assert changes["lagstiftning"] == ("SoL", "HSL")
    assert changes["finns till och med"] == ("–", "31 december 2026")
    assert changes["uppgick i"] == ("–", "Utredningen")


def test_several_changes_are_named_and_a_long_text_is_not_quoted(cast: Cast) -> None:
    change(cast.units.home, cast.samordnare, name="Ny", mission="rad\n" * 30)
    assert timeline(cast.units.home)[0].sentence == "ändrade namn och uppdrag"
    change(cast.units.home, cast.samordnare, mission="x" * 300)
    assert timeline(cast.units.home)[0].sentence == "ändrade uppdrag"


def test_a_change_by_nobody_is_the_systems_and_order_alone_is_no_news(cast: Cast) -> None:
    before = len(timeline(cast.units.home))
    change(cast.units.home, None, position=9)
    assert len(timeline(cast.units.home)) == before
    change(cast.units.home, None, name="Ny")
    assert timeline(cast.units.home)[0].actor == "Systemet"


def test_rows_that_belong_to_it_are_told_too(cast: Cast) -> None:
    with history.acting_as(cast.samordnare, why="Ny på jobbet"):
        made = RoleAssignmentFactory(user=cast.mas, unit=cast.units.home, role="representative")
    with history.acting_as(cast.samordnare, why=""):
        RoleAssignment.objects.filter(pk=made.pk).update(valid_to=days(5))
        made.delete()
    told = [
        (one.sentence, one.comment) for one in timeline(cast.units.home, rows={RoleAssignment: "unit"})[:3]
    ]
    assert told == [
        ("tog bort rollen: Viveka Mas, Ombud", ""),
        ("ändrade rollen", ""),
        ("lade till rollen: Viveka Mas, Ombud", "Ny på jobbet"),
    ]


def test_a_long_life_costs_as_few_queries_as_a_short_one(cast: Cast) -> None:
    counts = []
    for number in range(2):
        for step in range(1 + 10 * number):
            change(cast.units.home, cast[list(cast)[step]], name=f"Namn {number} {step}")
        with CaptureQueriesContext(connection) as queries:
            timeline(cast.units.home, rows={RoleAssignment: "unit"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


@pytest.mark.usefixtures("confidential_mission")
def test_confidential_text_is_quoted_to_the_circle_only(cast: Cast) -> None:
    home = cast.units.home
    secrecy.register_circle("organisation.unit", lambda user, obj: user.pk == cast.chef.pk)
    change(home, cast.chef, mission="Anna slog sig")
    for reader in (None, cast.samordnare, cast.admin, cast.ersattare):
        (newest, *_) = timeline(home, reader=reader)
        assert "Anna" not in f"{newest}"
        assert newest.sentence == "ändrade uppdrag (visas inte)"
    assert "Anna slog sig" in timeline(home, reader=cast.chef)[0].sentence


@pytest.mark.usefixtures("confidential_mission")
def test_fields_without_a_circle_are_read_by_nobody(cast: Cast) -> None:
    assert "organisation.unit" in secrecy.models_without_circle()
    assert not secrecy.may_read_confidential(cast.admin, cast.units.home)
    assert secrecy.hidden_fields(cast.chef, cast.units.home) == {"mission"}


def test_every_model_with_confidential_fields_says_who_reads_them() -> None:
    assert secrecy.models_without_circle() == []


def test_two_circles_for_one_model_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrecy, "_circles", {})
    secrecy.register_circle("organisation.unit", lambda user, obj: False)
    with pytest.raises(ValueError, match="two circles"):
        secrecy.register_circle("organisation.Unit", lambda user, obj: True)
