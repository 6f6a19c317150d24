"""Changes to a stored map: only what is changed is touched, ids stay, the flow stays whole."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from processes.bpmn import drawing
from processes.bpmn.build import build
from processes.bpmn.edit import EditError, NeedsRedraw, Sheet, settle, verbs
from processes.bpmn.edit.verbs import Way
from processes.bpmn.model import Flow, Model
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from tests.processes.bpmn import maps
from tests.processes.bpmn.test_layout import crosses, overlap, processes, solid

SPEC = {
    "name": "Aktualisera",
    "lanes": ["Mottagning", "Gruppledare"],
    "step": [
        {"id": "start", "kind": "start", "lane": "Mottagning", "next": [["a"]]},
        {"id": "a", "kind": "user", "name": "Ta emot", "lane": "Mottagning", "next": [["b"]]},
        {"id": "b", "kind": "user", "name": "Skydda", "lane": "Mottagning", "next": [["v"]]},
        {
            "id": "v",
            "kind": "decision",
            "name": "Inleda?",
            "lane": "Gruppledare",
            "next": [["c", "Ja"], ["slut", "Nej"]],
        },
        {"id": "c", "kind": "user", "name": "Utreda", "lane": "Gruppledare", "next": [["slut"]]},
        {"id": "slut", "kind": "end", "lane": "Gruppledare"},
    ],
}


def drawn(*, gap: int = 160, lanes: bool = True) -> bytes:
    """A map from another tool: steps a, b, c in a row, with colours, extensions and a comment."""
    nodes = "".join(
        f'<userTask id="{key}" name="{key.upper()}" camunda:assignee="me" xmlns:camunda="urn:camunda">'
        "<extensionElements><camunda:x>1</camunda:x></extensionElements></userTask>"
        for key in "abc"
    )
    flows = maps.flow("a", "b") + maps.flow("b", "c")
    lane = '<laneSet id="ls"><lane id="l" name="Handläggare">'
    lane += "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key in "abc") + "</lane></laneSet>"
    shapes = maps.shape("l", 0, 0, 1400, 400, more='isHorizontal="true"') if lanes else ""
    shapes += "".join(
        maps.shape(key, 100 + n * (100 + gap), 60, more='bioc:fill="#ff0000"') for n, key in enumerate("abc")
    )
    lines = "".join(
        maps.edge(f"{one}-{other}", (200 + n * (100 + gap), 100), (200 + n * (100 + gap) + gap, 100))
        for n, (one, other) in enumerate(["ab", "bc"])
    )
    return maps.process((lane if lanes else "") + "<!-- min anteckning -->" + nodes + flows, shapes + lines)


def change(data: bytes, verb: Any, *args: Any, redraw: bool = False, **values: Any) -> tuple[bytes, Any]:
    sheet = Sheet(data)
    answer = verb(sheet, *args, **values)
    settle(sheet, redraw=redraw)
    return sheet.bytes(), answer


def ways(model: Model) -> set[tuple[str, str, str]]:
    return {(one.source, one.target, one.name) for one in model.of(Flow) if one.kind == "sequenceFlow"}


def places(data: bytes) -> dict[str, tuple[float, ...]]:
    (plane, *_) = parse(data).planes
    return {one.element: (one.bounds.x, one.bounds.y, one.bounds.width) for one in plane.shapes}


def check_drawing(data: bytes) -> None:
    model = parse(data)
    assert model.remarks == []
    for plane in model.planes:
        boxes = dict(solid(model, plane))
        for one, other in combinations(boxes, 2):
            assert not overlap(boxes[one], boxes[other]), (one, other)
        for edge in plane.edges:
            for line in pairwise(edge.points):
                assert not [key for key, box in boxes.items() if crosses(line, box)], edge


def test_a_new_name_and_text_change_nothing_else_of_a_drawn_map() -> None:
    before = drawn()
    sheet = Sheet(before)
    verbs.rename(sheet, "a", "Ta emot & läs")
    verbs.describe(sheet, "a", "Läs allt.\nTidsgräns: Samma dag")
    settle(sheet)
    data = sheet.bytes()
    assert places(data) == places(before)
    for kept in (b"camunda:assignee", b"<camunda:x>1</camunda:x>", b'bioc:fill="#ff0000"', b"min anteckning"):
        assert data.count(kept) == before.count(kept)
    (first, *_) = steps(parse(data))
    assert (first.element_id, first.name, first.documentation) == (
        "a",
        "Ta emot & läs",
        "Läs allt.\nTidsgräns: Samma dag",
    )


def test_documentation_comes_where_the_schema_wants_it_and_html_gives_way_to_text() -> None:
    body = '<task id="a"><documentation textFormat="text/html">&lt;p&gt;Gammalt&lt;/p&gt;</documentation>'
    body += "<documentation>Mer</documentation><outgoing>x</outgoing></task><task id='b'/>"
    data, _ = change(maps.process(body), verbs.describe, "a", "Nytt")
    root = etree.fromstring(data)
    node = next(one for one in root.iter("{*}task") if one.get("id") == "a")
    assert [(etree.QName(one).localname, one.text) for one in node][:1] == [("documentation", "Nytt")]
    assert b"text/html" not in data
    data, _ = change(data, verbs.describe, "b", "Först")
    data, _ = change(data, verbs.describe, "b", "")
    assert b"F\xc3\xb6rst" not in data


def test_a_step_put_in_keeps_the_flow_the_lane_and_the_ids() -> None:
    data, key = change(build(SPEC), verbs.add_after, "a", kind="task", name="Registrera ärendet")
    model = parse(data)
    assert key == "registrera-arendet"
    assert {("a", key, ""), (key, "b", "")} <= ways(model)
    assert [step.name for step in steps(model)] == ["Ta emot", "Registrera ärendet", "Skydda", "Utreda"]
    assert next(step for step in steps(model) if step.element_id == key).lane == "Mottagning"
    assert "flode_a_till_b" in model.elements
    check_drawing(data)


def test_a_step_on_one_way_from_a_choice_keeps_the_answer() -> None:
    data, key = change(
        build(SPEC), verbs.add_after, "v", kind="task", name="Meddela", way="flode_v_till_slut"
    )
    assert {("v", key, "Nej"), (key, "slut", ""), ("v", "c", "Ja")} <= ways(parse(data))
    data, key = change(build(SPEC), verbs.add_after, "v", kind="end", name="Avslutas", label="Vet inte")
    assert ("v", key, "Vet inte") in ways(parse(data))
    check_drawing(data)


@pytest.mark.parametrize(("after", "kind"), [("slut", "task"), ("a", "end")])
def test_nothing_comes_after_an_end_and_an_end_does_not_come_in_the_middle(after: str, kind: str) -> None:
    with pytest.raises(EditError):
        change(build(SPEC), verbs.add_after, after, kind=kind, name="X")


def test_what_led_to_a_removed_step_leads_on() -> None:
    data, _ = change(build(SPEC), verbs.remove, "b")
    assert ways(parse(data)) == {
        ("start", "a", ""),
        ("a", "v", ""),
        ("v", "c", "Ja"),
        ("v", "slut", "Nej"),
        ("c", "slut", ""),
    }
    data, _ = change(data, verbs.remove, "v")
    assert ("a", "c", "") in ways(parse(data))
    assert b">v<" not in data
    check_drawing(data)


def test_a_lane_that_is_emptied_goes_and_a_new_one_comes() -> None:
    data, _ = change(build(SPEC), verbs.move_to_lane, "a", "Växel")
    assert [step.lane for step in steps(parse(data))] == ["Växel", "Mottagning", "Gruppledare"]
    for key in ("start", "b"):
        data, _ = change(data, verbs.move_to_lane, key, "Växel")
    assert {step.lane for step in steps(parse(data))} == {"Växel", "Gruppledare"}
    assert b"Mottagning" not in data
    check_drawing(data)


def test_two_steps_change_places_and_keep_who_they_are() -> None:
    data, _ = change(build(SPEC), verbs.earlier, "b")
    assert [step.element_id for step in steps(parse(data))] == ["b", "a", "c"]
    again, _ = change(data, verbs.later, "b")
    assert [step.element_id for step in steps(parse(again))] == ["a", "b", "c"]
    assert ways(parse(again)) == ways(parse(build(SPEC)))


def test_a_step_moves_past_a_choice() -> None:
    data, _ = change(build(SPEC), verbs.later, "b")
    assert {("a", "v", ""), ("v", "b", "Ja"), ("b", "c", "")} <= ways(parse(data))
    data, _ = change(data, verbs.earlier, "b")
    assert {("a", "b", ""), ("b", "v", ""), ("v", "c", "Ja")} <= ways(parse(data))
    check_drawing(data)


def test_ways_are_led_elsewhere_worded_added_and_taken_out() -> None:
    new = [Way("a", "Komplettera"), Way("c", "Ja, inled", "flode_v_till_c"), Way("", "", "flode_v_till_slut")]
    data, _ = change(build(SPEC), verbs.set_ways, "v", new)
    found = {way for way in ways(parse(data)) if way[0] == "v"}
    assert found == {("v", "a", "Komplettera"), ("v", "c", "Ja, inled")}
    check_drawing(data)
    with pytest.raises(EditError):
        change(data, verbs.set_ways, "v", [Way("start")])
    with pytest.raises(EditError):
        change(data, verbs.set_ways, "v", [Way("borta")])


def test_a_step_gets_steps_of_its_own() -> None:
    data, _ = change(build(SPEC), verbs.set_kind, "c", "subprocess")
    data, key = change(data, verbs.add_inside, "c", name="Planera")
    data, _ = change(data, verbs.add_after, key, kind="task", name="Samtala")
    found = {step.element_id: (step.number, step.parent) for step in steps(parse(data))}
    assert found["planera"] == ("3.1", "c")
    assert found["samtala"] == ("3.2", "c")
    with pytest.raises(EditError):
        change(data, verbs.set_kind, "c", "task")
    check_drawing(data)


def test_a_step_finds_room_in_a_drawn_map_and_nothing_else_moves() -> None:
    before = drawn()
    data, key = change(before, verbs.add_after, "a", kind="task", name="Mitt emellan")
    after = places(data)
    assert {name: place for name, place in after.items() if name != key} == places(before)
    assert places(before)["a"][0] < after[key][0] < places(before)["b"][0] + 800
    assert not Sheet(data).is_own
    check_drawing(data)


def test_a_step_without_room_asks_before_the_drawing_is_made_anew() -> None:
    shapes = "".join(maps.shape(key, 100 + n * 102, 60) for n, key in enumerate("ab"))
    refs = "<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>"
    body = (
        f'<laneSet id="ls"><lane id="l" name="H">{refs}</lane></laneSet>'
        '<task id="a"/><task id="b"/>' + maps.flow("a", "b")
    )
    tight = maps.process(
        body, maps.shape("l", 0, 50, 330, 100) + shapes + maps.edge("a-b", (200, 100), (202, 100))
    )
    with pytest.raises(NeedsRedraw):
        change(tight, verbs.add_after, "a", kind="task", name="Ny")
    data, _ = change(tight, verbs.add_after, "a", kind="task", name="Ny", redraw=True)
    check_drawing(data)
    assert Sheet(data).is_own


def test_a_removed_step_of_a_drawn_map_leaves_a_line_through_its_place() -> None:
    before = drawn()
    data, _ = change(before, verbs.remove, "b")
    assert places(data) == {name: place for name, place in places(before).items() if name != "b"}
    (plane,) = parse(data).planes
    (edge,) = plane.edges
    assert (edge.element, edge.points[0], edge.points[-1]) == ("a-b", (200, 100), (620, 100))
    check_drawing(data)


def test_two_boxes_of_a_drawn_map_change_places_and_the_lines_lie_still() -> None:
    before = drawn()
    data, _ = change(before, verbs.earlier, "c")
    assert places(data)["c"] == places(before)["b"]
    assert places(data)["b"] == places(before)["c"]
    check_drawing(data)


def test_a_drawing_moved_by_hand_is_no_longer_ours() -> None:
    data = build(SPEC)
    assert Sheet(data).is_own
    root = etree.fromstring(data)
    box = next(root.iter("{*}BPMNShape")).find("{*}Bounds")
    assert box is not None
    box.set("x", str(float(box.get("x", "0")) + 0.2))
    assert drawing.is_own(root), "a rounded number is no move"
    box.set("x", str(float(box.get("x", "0")) + 7))
    assert not drawing.is_own(root)


def test_colours_and_figure_ids_outlive_a_new_drawing() -> None:
    data, _ = change(drawn(), verbs.rename, "a", "Ny", redraw=True)
    assert data.count(b'bioc:fill="#ff0000"') == 3
    assert b'id="a_di"' in data
    assert data.count(b"BPMNDiagram ") == 1


def test_an_edited_map_stays_in_the_order_of_the_schema() -> None:
    data, _ = change(build(SPEC), verbs.add_after, "a", kind="decision", name="Fler?")
    data, _ = change(data, verbs.describe, "fler", "Text")
    order = ["documentation", "extensionElements", "incoming", "outgoing"]
    for node in etree.fromstring(data).iter("{*}userTask", "{*}exclusiveGateway"):
        names = [etree.QName(child).localname for child in node]
        assert names == sorted(names, key=order.index)


@settings(max_examples=60, deadline=None)
@given(processes(), st.data())
def test_any_change_of_any_map_leaves_a_whole_map(spec: dict[str, object], data: st.DataObject) -> None:
    """Whatever is pressed in whatever order: the map can be read, is wholly drawn, and no id is lost."""
    now = build(spec)
    for _ in range(data.draw(st.integers(1, 4))):
        sheet = Sheet(now)
        keys = [key for key, node in sheet.nodes.items() if key[0] in "sn"]
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        verb = data.draw(st.sampled_from([verbs.earlier, verbs.later, verbs.remove, _add, _choose]))
        before, inside = set(sheet.nodes), {one.get("id") for one in sheet.node(key).iter()}
        try:
            verb(sheet, key)
            settle(sheet)
        except EditError:
            continue
        now = sheet.bytes()
        gone = {one for one in before - set(Sheet(now).nodes) if one[0] in "sn"}
        assert gone <= inside
        check_drawing(now)
        model = parse(now)
        drawn_lines = {edge.element for plane in model.planes for edge in plane.edges}
        assert {one.id for one in model.of(Flow)} <= drawn_lines


def _add(sheet: Sheet, key: str) -> None:
    verbs.add_after(sheet, key, kind="task", name="Nytt")


def _choose(sheet: Sheet, key: str) -> None:
    beside = [node.get("id", "") for node in sheet.siblings(key)]
    verbs.set_ways(sheet, key, [Way(beside[-1], "Kanske")])
