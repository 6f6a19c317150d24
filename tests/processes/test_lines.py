"""Lines of text become a map, and a map its lines again."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes import lines
from processes.bpmn.build import build
from processes.bpmn.edit import Sheet
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.spec import losses, spec_of
from tests.processes.bpmn.maps import process, shape
from tests.processes.bpmn.test_demo_maps import FILES
from tests.processes.bpmn.test_edit import SPEC, check_drawing
from tests.processes.bpmn.test_layout import processes

CASE = """
Socialsekreterare: Ta emot anmälan
Gör skyddsbedömning
Gruppledare: Ska utredning inledas?
  nej: Återkoppla till anmälaren
    slut: Ingen utredning
  ja: vidare
Socialsekreterare: Planera utredningen
"""


def ways(text: str, **before: Any) -> set[tuple[str, str, str]]:
    """Each way as (from, to, when), by name."""
    found = lines.read(text, name="Prov", **before)
    assert found.problems == ()
    names = {step["id"]: step["name"] for step in found.spec["step"]}
    check_drawing(build(found.spec))
    return {
        (step["name"], names[way[0]], way[1] if len(way) > 1 else "")
        for step in found.spec["step"]
        for way in step.get("next", ())
    }


def test_a_line_is_a_step_and_a_question_a_choice() -> None:
    assert ways(CASE) == {
        ("Start", "Ta emot anmälan", ""),
        ("Ta emot anmälan", "Gör skyddsbedömning", ""),
        ("Gör skyddsbedömning", "Ska utredning inledas?", ""),
        ("Ska utredning inledas?", "Återkoppla till anmälaren", "Nej"),
        ("Återkoppla till anmälaren", "Ingen utredning", ""),
        ("Ska utredning inledas?", "Planera utredningen", "Ja"),
        ("Planera utredningen", "Slut", ""),
    }
    found = steps(parse(build(lines.read(CASE, name="Prov").spec)))
    assert [(step.name, step.lane) for step in found][:2] == [
        ("Ta emot anmälan", "Socialsekreterare"),
        ("Gör skyddsbedömning", "Socialsekreterare"),
    ]


@pytest.mark.parametrize(
    "pasted",
    [
        "1. Ta emot\n2. Utred\n3. Besluta",
        "1)\tTa emot\n2)\tUtred\n3)\tBesluta",
        "•\tTa emot\r\n•\tUtred\r\n\r\n•\tBesluta",
        "- Ta emot\n– Utred\n* Besluta",
        "o\tTa emot\n\uf0b7\u00a0Utred\n\n   \nBesluta",
        "a) Ta emot\nb) Utred\nc) Besluta\x00\x0b",
    ],
)
def test_numbers_and_bullets_from_other_programs_are_left_out(pasted: str) -> None:
    assert ways(pasted) == {
        ("Start", "Ta emot", ""),
        ("Ta emot", "Utred", ""),
        ("Utred", "Besluta", ""),
        ("Besluta", "Slut", ""),
    }


def test_numbers_in_levels_are_read_as_set_in() -> None:
    text = "1. Klar?\n1.1 ja: slut\n1.2 nej: Komplettera\n2. Besluta"
    assert ("Klar?", "Komplettera", "Nej") in ways(text)
    assert ("Komplettera", "Besluta", "") in ways(text)


def test_answers_need_not_be_set_in() -> None:
    assert ("Klar?", "Ta emot", "Nej") in ways("Ta emot\nKlar?\nja: vidare\nnej: gå till Ta emot\nBesluta")


def test_a_choice_with_one_way_has_the_other_go_on() -> None:
    assert ("Klar?", "Besluta", "Nej") in ways("Ta emot\nKlar?\n  ja: slut\nBesluta")


@pytest.mark.parametrize("goal", ["2", "steg 2", "Utred", "utred.", "steget 2"])
def test_a_way_may_lead_back_by_number_or_name(goal: str) -> None:
    text = f"Ta emot\nUtred\nKomplett?\n  nej: gå till {goal}\n  ja: vidare\nBesluta"
    assert ("Komplett?", "Utred", "Nej") in ways(text)


def test_a_number_that_the_writer_gave_counts_before_the_maps() -> None:
    text = "10. Ta emot\n20. Utred\n30. Komplett?\n   nej: gå till 20\n   ja: vidare\n40. Besluta"
    assert ("Komplett?", "Utred", "Nej") in ways(text)


def test_the_numbers_to_go_to_are_those_that_the_map_shows() -> None:
    text = "A\nVal?\n  ja: B\n    C\n  nej: D\nE\nF?\n  nej: gå till {}\n  ja: slut"
    found = {
        step.number: step.name for step in steps(parse(build(lines.read(text.format("A"), name="x").spec)))
    }
    for number, name in found.items():
        assert ("F?", name, "Nej") in ways(text.format(number))


def test_what_is_done_at_the_same_time_is_waited_for() -> None:
    found = lines.read("Ta emot\nsamtidigt:\n  Chef: Boka möte\n  Hämta underlag\n    Läs\nBesluta", name="x")
    model = parse(build(found.spec))
    by_name = {step.name: step for step in steps(model)}
    assert by_name["Ta emot"].sentences == ("Fortsätt samtidigt med steg 2 och steg 3.",)
    assert {lead.name for lead in by_name["Läs"].leads_to} == {"Besluta"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A\ngå till 9", "Rad 2: det finns inget steg ”9”"),
        ("A\nVal?\nB", "Rad 2 är ett val"),
        ("A" * 400, "Rad 1 är för lång"),
        ("\n".join(f"Steg {n}" for n in range(300)), "fler än 200 rader"),
    ],
)
def test_what_cannot_be_understood_is_told_by_line(text: str, reason: str) -> None:
    found = lines.read(text, name="Prov")
    assert reason in found.problems[0]
    assert parse(build(found.spec)).remarks == []


def test_a_step_of_the_same_name_is_the_same_step_with_what_it_had() -> None:
    before = spec_of(parse(build(SPEC)))
    before["step"][1] |= {"text": "Läs noga.", "deadline": "Samma dag"}
    found = lines.read("Gruppledare: ta emot\nNytt\nUtreda", name="x", before=before)
    by_id = {step["id"]: step for step in found.spec["step"]}
    assert (by_id["a"]["text"], by_id["a"]["deadline"], by_id["a"]["lane"]) == (
        "Läs noga.",
        "Samma dag",
        "Gruppledare",
    )
    assert by_id["c"]["name"] == "Utreda"
    assert set(by_id) == {"start", "a", "nytt", "c", "slut"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abÅ?:.,-•\t\n 12 jaåslut<&\x07\ud800", max_size=200))
def test_any_text_gives_a_map(text: str) -> None:
    found = lines.read(text, name="Prov")
    check_drawing(build(found.spec))


@settings(max_examples=80, deadline=None)
@given(processes())
def test_description_of_a_built_map_builds_the_same_bytes(spec: dict[str, Any]) -> None:
    data = build(spec)
    assert build(spec_of(parse(data))) == data


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_demo_maps_come_back_whole_and_most_can_be_written_as_lines(file: Any) -> None:
    data = build(tomllib.loads(file.read_text(encoding="utf-8")))
    found = spec_of(parse(data))
    assert build(found) == data
    assert losses(Sheet(data)) == []
    text = lines.write(found)
    assert text is not None
    assert build(lines.read(text, name="x", before=found).spec) is not None


def test_lines_of_a_map_read_back_as_the_same_map() -> None:
    before = lines.read(CASE, name="Prov").spec
    text = lines.write(before)
    assert text is not None
    assert build(lines.read(text, name="Prov", before=before).spec) == build(before)


def test_what_lines_cannot_hold_is_named() -> None:
    data = process('<task id="a"/><textAnnotation id="t"><text>Obs</text></textAnnotation>', shape("a", 0, 0))
    found = losses(Sheet(data))
    assert "var rutor och pilar är placerade" in found
    assert "dokument, anteckningar och ramar i kartan" in found


def test_a_funktion_that_no_line_names_any_more_is_gone() -> None:
    found = lines.read("Mitt", name="x", before=spec_of(parse(build(SPEC))))
    assert found.spec["lanes"] == []
    assert parse(build(found.spec)).remarks == []
