"""Maps without a drawing: nothing overlaps, no line runs through a box, everything is there."""

import random
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from processes.bpmn.build import build
from processes.bpmn.diagram import DI
from processes.bpmn.model import FLOW_NODES, SUB_PROCESSES, Bounds, Event, Model, Plane
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from tests.processes.bpmn import maps

KINDS = ["task", "user", "decision", "parallel", "end", "task", "subprocess"]


WORDS = ["Gör", "skyddsbedömning", "förhandsbedömning", "Ta emot", "och", "inleda", "dokumentera"]
ANSWERS = ["Ja", "Nej", "Behöver kompletteras", "Annars"]


@st.composite
def processes(draw: st.DrawFn) -> dict[str, object]:
    """Any process of up to fourteen steps: branches, loops, lanes, sub-processes, steps that nothing leads
    to.
    """
    count = draw(st.integers(1, 14))
    lanes = [f"Funktion {number}" for number in range(draw(st.integers(0, 3)))]
    found: list[dict[str, object]] = [{"id": "s", "kind": "start", "name": "Start", "next": [["n0"]]}]
    for number in range(count):
        kind = draw(st.sampled_from(KINDS))
        targets = draw(st.lists(st.integers(0, count - 1), max_size=3, unique=True)) if kind != "end" else []
        step = {
            "id": f"n{number}",
            "kind": kind,
            "name": f"Steg {number}",
            "next": [[f"n{each}", "Ja"] for each in targets],
        }
        if lanes:
            step["lane"] = draw(st.sampled_from(lanes))
        if kind == "subprocess":
            step["step"] = [{"id": f"n{number}i", "kind": "task", "name": "Inre"}]
        found.append(step)
    return {"name": "Prov", "lanes": lanes, "step": found}


def solid(model: Model, plane: Plane) -> Iterator[tuple[str, Bounds]]:
    """Boxes that may not meet: nodes, except boundary events and what stands inside an opened sub-process."""
    for shape in plane.shapes:
        element = model.elements[shape.element]
        inside = model.elements.get(element.parent)
        if element.kind not in FLOW_NODES or (isinstance(element, Event) and element.attached_to):
            continue
        if inside is None or inside.kind not in SUB_PROCESSES or plane.element == inside.id:
            yield element.id, shape.bounds


def overlap(one: Bounds, other: Bounds) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def within(box: Bounds, area: Bounds) -> bool:
    across = area.x <= box.x and box.right <= area.right
    return across and area.y <= box.y and box.bottom <= area.bottom


def crosses(line: tuple[tuple[float, float], tuple[float, float]], box: Bounds) -> bool:
    (x, y), (to_x, to_y) = line
    return (
        min(x, to_x) < box.right - 1
        and max(x, to_x) > box.x + 1
        and min(y, to_y) < box.bottom - 1
        and max(y, to_y) > box.y + 1
    )


@settings(max_examples=120, deadline=None)
@given(processes())
def test_no_boxes_overlap_and_no_line_crosses_one(spec: dict[str, object]) -> None:
    model = parse(build(spec))
    for plane in model.planes:
        boxes = dict(solid(model, plane))
        for one, other in combinations(boxes, 2):
            assert not overlap(boxes[one], boxes[other]), (one, other)
        for edge in plane.edges:
            for line in pairwise(edge.points):
                assert line[0][0] == line[1][0] or line[0][1] == line[1][1], edge
                assert not [key for key, box in boxes.items() if crosses(line, box)], edge


@settings(max_examples=120, deadline=None)
@given(processes())
def test_a_step_stands_in_its_lane(spec: dict[str, object]) -> None:
    model = parse(build(spec))
    for plane in model.planes:
        shapes = {shape.element: shape for shape in plane.shapes}
        for key, box in solid(model, plane):
            lane = shapes.get(getattr(model.elements[key], "lane", ""))
            assert lane is None or within(box, lane.bounds), key


def written(seed: int) -> dict[str, object]:
    """A process such as people write, of up to thirty steps: one way on, choices with answers, some loops."""
    pick = random.Random(seed)
    count, back = pick.randint(3, 30), pick.choice([0, 0.2, 0.5])
    lanes = [f"Funktion {number}" for number in range(pick.randint(0, 4))]
    steps: list[dict[str, object]] = [{"id": "s", "kind": "start", "name": "Start", "next": [["n0"]]}]
    for number in range(count):
        kind = pick.choice(["task"] * 5 + ["decision"] * 2 + ["parallel"])
        goals = {number + 1: None}
        for _ in range(0 if kind == "task" else pick.randint(1, 2)):
            goals[pick.randint(0 if pick.random() < back else number, count)] = None
        answers = ANSWERS if kind == "decision" else [""]
        ways = [[f"n{goal}", pick.choice(answers)] for goal in goals]
        step = {"id": f"n{number}", "kind": kind, "name": " ".join(pick.choices(WORDS, k=3)), "next": ways}
        steps.append(step | ({"lane": pick.choice(lanes)} if lanes else {}))
    steps.append({"id": f"n{count}", "kind": "end", "name": "Slut"})
    return {"name": "Prov", "lanes": lanes, "step": steps}


def test_no_words_of_a_written_map_lie_on_a_box() -> None:
    for seed in range(150):
        model = parse(build(written(seed)))
        (plane,) = model.planes
        boxes = dict(solid(model, plane))
        words = [(shape.element, shape.label) for shape in plane.shapes if shape.label]
        words += [(edge.element, edge.label) for edge in plane.edges if edge.label]
        for owner, place in words:
            met = [key for key, box in boxes.items() if key != owner and overlap(place, box)]
            assert met == [], (seed, owner)


@settings(max_examples=60, deadline=None)
@given(processes())
def test_built_map_keeps_every_step_and_flow(spec: dict[str, object]) -> None:
    model = parse(build(spec))
    assert model.remarks == []
    wanted = list(spec["step"])  # type: ignore[attr-defined]
    assert {step["id"] for step in wanted} <= set(model.elements)
    drawn = {edge.element for plane in model.planes for edge in plane.edges}
    assert {
        f"flode_{step['id']}_till_{way[0]}"
        for step in wanted
        for way in step["next" if "next" in step else "x"]
    } <= drawn


def test_flow_goes_to_the_right_and_straight_down_into_another_lane() -> None:
    spec = {
        "name": "Aktualisera",
        "lanes": ["Mottagning", "Gruppledare"],
        "step": [
            {"id": "a", "kind": "user", "lane": "Mottagning", "next": [["b"]]},
            {"id": "b", "kind": "user", "lane": "Gruppledare", "next": [["c"]]},
            {"id": "c", "kind": "user", "lane": "Mottagning"},
        ],
    }
    (plane,) = parse(build(spec)).planes
    box = {shape.element: shape.bounds for shape in plane.shapes}
    assert box["a"].cx == box["b"].cx
    assert box["b"].right < box["c"].x
    assert box["a"].y == box["c"].y < box["b"].y
    assert box["funktion_1"].bottom == box["funktion_2"].y


def test_nine_steps_in_three_lanes_have_room_on_a_page() -> None:
    keys = [f"s{number}" for number in range(9)]
    steps = [
        {
            "id": key,
            "kind": "user",
            "name": "Gör förhandsbedömning",
            "lane": f"Funktion {number // 2 % 3}",
            "next": [[after]] if after else [],
        }
        for number, (key, after) in enumerate(zip(keys, [*keys[1:], ""], strict=True))
    ]
    spec = {"name": "Prov", "lanes": [f"Funktion {number}" for number in range(3)], "step": steps}
    (plane,) = parse(build(spec)).planes
    assert max(shape.bounds.right for shape in plane.shapes) < 1180


def test_message_goes_beside_the_steps_in_its_way() -> None:
    steps = [
        {"id": "a", "kind": "decision", "next": [["b"], ["c"], ["d"]]},
        {"id": "b", "kind": "user"},
        {"id": "c", "kind": "user"},
        {"id": "d", "kind": "send"},
    ]
    party = [{"id": "skolan", "name": "Skolan"}]
    message = [{"from": "d", "to": "skolan", "label": "Svar"}, {"from": "skolan", "to": "c"}]
    model = parse(build({"name": "Prov", "step": steps, "party": party, "message": message}))
    (plane,) = model.planes
    boxes = dict(solid(model, plane))
    for edge in plane.edges:
        for line in pairwise(edge.points):
            assert not [key for key, box in boxes.items() if crosses(line, box)], edge


@pytest.mark.parametrize("name", [key for key in maps.samples() if key != "alla slag"])
def test_reference_file_without_its_drawing_shows_every_step(name: str) -> None:
    root = etree.fromstring(maps.samples()[name])
    for node in root.findall(DI + "BPMNDiagram"):
        root.remove(node)
    model = parse(etree.tostring(root))
    drawn = {shape.element for plane in model.planes for shape in plane.shapes}
    assert {step.element_id for step in steps(model)} <= drawn


def test_missing_half_is_laid_under_the_drawn_one() -> None:
    model = parse(maps.process(f'<task id="a"/><task id="b"/>{maps.flow("a", "b")}', maps.shape("a", 0, 0)))
    (plane,) = model.planes
    box = {shape.element: shape.bounds for shape in plane.shapes}
    assert box["b"].y > box["a"].bottom
    assert [edge.element for edge in plane.edges] == ["a-b"]
