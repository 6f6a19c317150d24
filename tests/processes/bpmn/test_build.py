"""A plain description becomes BPMN that our own reader and others can read."""

import pytest
from lxml import etree

from processes.bpmn.build import build
from processes.bpmn.parse import parse
from processes.bpmn.reader import BPMN
from processes.bpmn.structure import steps
from processes.bpmn.svg import render

SPEC = {
    "name": "Aktualisera",
    "slug": "aktualisera",
    "pool": "Barn och unga",
    "lanes": ["Mottagning", "Gruppledare"],
    "party": [{"id": "skolan", "name": "Skolan"}],
    "message": [{"from": "skolan", "to": "start", "label": "Orosanmälan"}],
    "step": [
        {"id": "start", "kind": "message_start", "name": "Oro", "lane": "Mottagning", "next": [["ta_emot"]]},
        {
            "id": "ta_emot",
            "kind": "user",
            "name": "Ta emot anmälan",
            "lane": "Mottagning",
            "text": "Läs & registrera.",
            "deadline": "Samma dag",
            "system": "Treserva",
            "next": [["inleda"]],
        },
        {
            "id": "inleda",
            "kind": "decision",
            "name": "Inleda?",
            "lane": "Gruppledare",
            "next": [["utred", "Ja"], ["slut", "Nej"]],
            "default": "slut",
        },
        {
            "id": "utred",
            "kind": "subprocess",
            "name": "Utred",
            "lane": "Gruppledare",
            "next": [["slut"]],
            "step": [
                {"id": "plan", "kind": "user", "name": "Planera", "next": [["samtal"]]},
                {"id": "samtal", "kind": "manual", "name": "Samtala"},
            ],
        },
        {"id": "slut", "kind": "end", "name": "Klart", "lane": "Gruppledare"},
    ],
}
ORDER = ["documentation", "incoming", "outgoing", "messageEventDefinition"]


def test_description_comes_back_as_the_same_steps() -> None:
    model = parse(build(SPEC))
    assert model.remarks == []
    found = {step.element_id: step for step in steps(model)}
    assert [(step.number, step.name, step.lane) for step in found.values()] == [
        ("1", "Ta emot anmälan", "Mottagning"),
        ("2", "Utred", "Gruppledare"),
        ("2.1", "Planera", "Gruppledare"),
        ("2.2", "Samtala", "Gruppledare"),
    ]
    assert found["ta_emot"].documentation == "Läs & registrera.\nTidsgräns: Samma dag\nSystemstöd: Treserva"
    assert found["ta_emot"].sentences == (
        "Inleda?", "Om ja: gå till steg 2.", "Om nej: här slutar processen (”Klart”).",
    )  # fmt: skip


def test_same_description_gives_the_same_bytes() -> None:
    assert build(SPEC) == build(SPEC)


def test_everything_that_is_built_is_drawn_once() -> None:
    model = parse(build(SPEC))
    assert sum(drawing.shown for drawing in render(model)) == model.di_count
    drawn = [figure.element for plane in model.planes for figure in [*plane.shapes, *plane.edges]]
    assert len(drawn) == len(set(drawn))
    assert {"pool_aktualisera", "skolan", "funktion_1", "plan", "flode_plan_till_samtal"} <= set(drawn)


def test_step_with_steps_is_closed_and_has_a_drawing_of_its_own() -> None:
    model = parse(build(SPEC))
    outer, inner = model.planes
    (shape,) = (shape for shape in outer.shapes if shape.element == "utred")
    assert shape.expanded is False
    assert inner.element == "utred"
    assert {shape.element for shape in inner.shapes} == {"plan", "samtal"}


def test_children_stand_in_the_order_the_schema_asks_for() -> None:
    root = etree.fromstring(build(SPEC))
    names = [etree.QName(child).localname for child in root]
    assert names == ["collaboration", "process", "BPMNDiagram", "BPMNDiagram"]
    for node in root.iter(f"{{{BPMN}}}startEvent", f"{{{BPMN}}}userTask"):
        names = [etree.QName(child).localname for child in node]
        assert names == sorted(names, key=ORDER.index)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"id": "1a"}, "kan inte vara id"),
        ({"id": "a", "kind": "robot"}, "slaget ”robot”"),
        ({"id": "a", "next": [["borta"]]}, "leder till ”borta”"),
        ({"id": "a", "lane": "Okänd"}, "funktionen ”Okänd”"),
        ({"id": "a", "default": "a"}, "standardflöde"),
    ],
)
def test_wrong_description_is_refused_by_step(step: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        build({"name": "Prov", "step": [step]})


def test_two_steps_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="Två steg har id ”a”"):
        build({"name": "Prov", "step": [{"id": "a"}, {"id": "a"}]})
