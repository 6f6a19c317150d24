"""What differs between two maps: on small maps, on real successive versions, and what always holds."""

import itertools
import time
from collections import Counter
from typing import Any

import pytest
from lxml import etree

from processes.bpmn.compare import Change, Comparison, Difference, compare
from processes.bpmn.match import match
from processes.bpmn.parse import parse
from processes.bpmn.svg import Link, Mark, colour, render
from processes.bpmn.svg.pen import LOOK
from tests.processes.bpmn import maps

SVG = "{http://www.w3.org/2000/svg}"
REAL = {file.stem: file.read_bytes() for file in maps.reference_files() if file.parent.name == "sundsvall"}
VERSIONS = [f"parking-permit-v{number}" for number in (1, 2, 3, 4)] + ["process-parking-permit"]
needs_real = pytest.mark.skipif(not REAL, reason="the reference files do not lie beside the project")


def compared(old: bytes, new: bytes) -> Comparison:
    return compare(parse(old), parse(new))


def told(old: bytes, new: bytes) -> dict[str, list[str]]:
    """How it differs -> the names."""
    found: dict[str, list[str]] = {}
    for each in compared(old, new).differences:
        found.setdefault(each.change, []).append(each.name)
    return found


def only(old: bytes, new: bytes) -> Difference:
    (each,) = compared(old, new).differences
    return each


def task(key: str, name: str, inner: str = "", kind: str = "task") -> str:
    return f'<{kind} id="{key}" name="{name}">{inner}</{kind}>'


def row(*steps: tuple[str, str]) -> bytes:
    """Steps in a row, drawn."""
    nodes = "".join(task(*step) for step in steps)
    flows = "".join(maps.flow(one[0], other[0]) for one, other in itertools.pairwise(steps))
    shapes = "".join(maps.shape(step[0], number * 150, 0) for number, step in enumerate(steps))
    return maps.process(nodes + flows, shapes)


ONE = row(("a", "Ta emot"), ("b", "Utred"), ("c", "Besluta"))


def test_an_inserted_step_is_new_and_the_arrow_leads_to_it() -> None:
    new = row(("a", "Ta emot"), ("x", "Bedöm skydd"), ("b", "Utred"), ("c", "Besluta"))
    assert told(ONE, new) == {
        "added": ["Bedöm skydd", "Ta emot → Bedöm skydd", "Bedöm skydd → Utred"],
        "removed": ["Ta emot → Utred"],
    }


def test_a_renamed_step_is_changed_and_keeps_its_arrows() -> None:
    each = only(ONE, row(("a", "Ta emot"), ("b", "Utreda"), ("c", "Besluta")))
    assert (each.change, each.name) == (Change.CHANGED, "Utreda")
    assert [(fact.what, fact.before, fact.after) for fact in each.facts] == [("Namn", "Utred", "Utreda")]


def test_the_same_step_under_a_new_id_is_told_as_such() -> None:
    each = only(ONE, row(("a", "Ta emot"), ("ny_7", "  utred "), ("c", "Besluta")))
    assert (each.change, each.has_new_id) == (Change.CHANGED, True)  # its name is written otherwise
    each = only(ONE, row(("a", "Ta emot"), ("ny_7", "Utred"), ("c", "Besluta")))
    assert (each.change, each.old.id, each.new.id) == (Change.RENUMBERED, "b", "ny_7")  # type: ignore[union-attr]


def test_all_new_ids_is_not_a_new_map() -> None:
    body = (
        '<startEvent id="{0}s"/><task id="{0}a" name="A"/><exclusiveGateway id="{0}g"/>'
        '<task id="{0}b" name="B"/><task id="{0}c" name="C"/><endEvent id="{0}e"/>'
    )
    ways = ["sa", "ag", "gb", "gc", "be", "ce"]

    def made(prefix: str) -> bytes:
        flows = "".join(maps.flow(prefix + way[0], prefix + way[1]) for way in ways)
        return maps.document(f'<process id="{prefix}p">{body.format(prefix)}{flows}</process>')

    assert told(made("x"), made("y")) == {"renumbered": ["A", "B", "C"]}


def test_ids_that_the_file_did_not_give_tie_nothing_together() -> None:
    one = maps.process('<task name="Första"/><task name="Andra"/>')
    other = maps.process('<task name="Andra"/>')
    assert told(one, other) == {"removed": ["Första"]}


def test_a_gateway_with_the_id_of_a_step_is_another_thing() -> None:
    one, other = maps.process(task("a", "A")), maps.process(task("a", "A", kind="exclusiveGateway"))
    assert told(one, other) == {"added": ["A"], "removed": ["A"]}


STEP = "<documentation>{}</documentation>"
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"


def boundary(on: str, value: str) -> str:
    return f'<boundaryEvent id="t" attachedToRef="{on}">{TIMER.format(value)}</boundaryEvent>'


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        (
            task("a", "A", STEP.format("Läs.\nTidsgräns: 7 dagar")),
            task("a", "A", STEP.format("Läs.\nTidsgräns: 14 dagar")),
            [("Tidsgräns", "7 dagar", "14 dagar")],
        ),
        (
            task("a", "A", STEP.format("Läs allt.\nSystemstöd: Treserva")),
            task("a", "A", STEP.format("Läs.\nSystemstöd: Lifecare")),
            [("Beskrivning", "Läs allt.", "Läs."), ("Systemstöd", "Treserva", "Lifecare")],
        ),
        (
            task("a", "A"),
            task("a", "A", kind="serviceTask"),
            [("Slag", "steg", "automatiskt steg")],
        ),
        (
            task("a", "A"),
            task("a", "A", "<multiInstanceLoopCharacteristics/>"),
            [("Upprepas", "", "för var och en, samtidigt")],
        ),
        (
            task("a", "A") + boundary("a", "P7D"),
            task("a", "A") + boundary("a", "P14D"),
            [("När", "7 dagar", "14 dagar")],
        ),
        (
            task("a", "A") + task("b", "B") + boundary("a", "P7D"),
            task("a", "A") + task("b", "B") + boundary("b", "P7D"),
            [("Sitter på", "A", "B")],
        ),
        (
            task("a", "A") + task("b", "B") + maps.flow("a", "b", "Ja"),
            task("a", "A") + task("b", "B") + maps.flow("a", "b", "Nej"),
            [("Text", "Ja", "Nej")],
        ),
        (
            task("a", "A") + task("b", "B") + maps.flow("a", "b"),
            task("a", "A")
            + task("b", "B")
            + maps.flow("a", "b", inner="<conditionExpression>x &gt; 1</conditionExpression>"),
            [("Villkor", "", "x > 1")],
        ),
        (
            task("a", "A") + '<subProcess id="s" name="S"/>',
            '<subProcess id="s" name="S">' + task("a", "A") + "</subProcess>",
            [("Ligger i", "Prov", "S")],
        ),
    ],
)
def test_what_is_changed_is_said_in_words(before: str, after: str, facts: list[Any]) -> None:
    each = only(maps.process(before), maps.process(after))
    assert each.change == Change.CHANGED
    assert [(fact.what, fact.before, fact.after) for fact in each.facts] == facts


def lanes(*members: tuple[str, str, str]) -> bytes:
    inner = "".join(
        f'<lane id="{key}" name="{name}"><flowNodeRef>{step}</flowNodeRef></lane>'
        for key, name, step in members
    )
    return maps.process(f'<laneSet id="ls">{inner}</laneSet>{task("a", "A")}{task("b", "B")}')


def test_a_step_that_another_funktion_does_is_changed() -> None:
    one = lanes(("l1", "Gruppledare", "a"), ("l2", "Handläggare", "b"))
    other = lanes(("l1", "Gruppledare", "b"), ("l2", "Handläggare", "a"))
    facts = [fact for each in compared(one, other).differences for fact in each.facts]
    assert {(fact.what, fact.before, fact.after) for fact in facts} == {
        ("Funktion", "Gruppledare", "Handläggare"),
        ("Funktion", "Handläggare", "Gruppledare"),
    }


def test_a_renamed_funktion_is_told_once_and_not_at_every_step() -> None:
    one = lanes(("l1", "Gruppledare", "a"), ("l2", "Handläggare", "b"))
    each = only(one, lanes(("l1", "Enhetschef", "a"), ("l2", "Handläggare", "b")))
    assert (each.element.kind, each.name) == ("lane", "Enhetschef")


def place(*places: tuple[float, float]) -> bytes:
    keys = [f"t{number}" for number in range(len(places))]
    nodes = "".join(task(key, key) for key in keys)
    return maps.process(nodes, "".join(maps.shape(key, *at) for key, at in zip(keys, places, strict=True)))


def test_a_box_that_only_stands_elsewhere_is_moved() -> None:
    one, other = place((0, 0), (150, 0), (300, 0)), place((0, 0), (150, 200), (300, 0))
    assert told(one, other) == {"moved": ["t1"]}


def test_a_box_that_was_stretched_is_not_moved() -> None:
    one = maps.process(task("a", "A"), maps.shape("a", 0, 0, 100, 80))
    assert told(one, maps.process(task("a", "A"), maps.shape("a", 0, 0, 160, 80))) == {}
    assert told(one, maps.process(task("a", "A"), maps.shape("a", -20, 0, 120, 80))) == {}


def test_boxes_that_made_room_together_were_moved_by_nobody() -> None:
    row_before = [(number * 150.0, 0.0) for number in range(8)]
    row_after = [(x + (160 if x > 400 else 0), y) for x, y in row_before]
    assert told(place(*row_before), place(*row_after)) == {}


def test_the_column_that_made_room_and_the_row_that_did_are_told_apart_from_a_move() -> None:
    corners = [(x * 150.0, y * 100.0) for x in range(4) for y in range(4)]
    pushed = [(x + (160 if x > 150 else 0), y + (80 if y > 100 else 0)) for x, y in corners]
    assert told(place(*corners), place(*pushed)) == {}
    pushed[5] = (pushed[5][0] + 40, pushed[5][1])
    assert told(place(*corners), place(*pushed)) == {"moved": ["t5"]}


def test_a_map_without_a_drawing_has_nothing_moved() -> None:
    new = maps.process(task("a", "A") + task("b", "B") + maps.flow("b", "a"))
    old = maps.process(task("a", "A") + task("b", "B") + maps.flow("a", "b"))
    assert set(told(old, new)) == {"added", "removed"}


# What always holds, of whichever maps there are.

SAMPLES = maps.samples()


def mirrored(each: Difference) -> Any:
    turned = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}
    ids = (each.new.id if each.new else "", each.old.id if each.old else "")
    facts = sorted((fact.what, fact.after, fact.before) for fact in each.facts)
    return turned.get(each.change, each.change), ids, facts, each.is_moved, each.has_new_id


def plain(each: Difference) -> Any:
    ids = (each.old.id if each.old else "", each.new.id if each.new else "")
    facts = sorted((fact.what, fact.before, fact.after) for fact in each.facts)
    return each.change, ids, facts, each.is_moved, each.has_new_id


@pytest.mark.parametrize("name", SAMPLES)
def test_a_map_does_not_differ_from_itself(name: str) -> None:
    found = compared(SAMPLES[name], SAMPLES[name])
    assert found.differences == []
    assert found.same == {key: key for key in parse(SAMPLES[name]).elements}


PAIRS = list(itertools.pairwise(sorted(SAMPLES)))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_other_way_round_says_the_opposite(one: str, other: str) -> None:
    there, back = compared(SAMPLES[one], SAMPLES[other]), compared(SAMPLES[other], SAMPLES[one])
    assert {new: old for old, new in there.same.items()} == back.same
    assert sorted(map(repr, map(mirrored, there.differences))) == sorted(
        map(repr, map(plain, back.differences))
    )


@needs_real
def test_the_second_parking_permit_opened_what_the_first_called() -> None:
    found = compared(REAL["parking-permit-v1"], REAL["parking-permit-v2"])
    changed = {
        each.name: each for each in found.differences if each.change == Change.CHANGED and each.is_step
    }
    assert list(changed) == [
        "Actualization",
        "Investigation",
        "Decision",
        "Handling",
        "Execution",
        "Follow up",
    ]
    assert {name for name, each in changed.items() if each.has_new_id} == {
        "Actualization",
        "Investigation",
        "Decision",
    }
    assert found.same["Event_0t8toxm"] == "start_automatic_denial_phase"
    assert found.same["Flow_0e4b9tj"] == "Flow_13ofnma"
    assert Counter(each.change for each in found.differences if each.is_step)[Change.ADDED] == 16
    assert [each.name for each in found.differences if each.change == Change.REMOVED] == [
        "Investigation → Decision",
        "Decision → Handling",
    ]


@needs_real
def test_the_third_took_out_the_dummy_tasks_and_could_be_cancelled() -> None:
    found = compared(REAL["parking-permit-v2"], REAL["parking-permit-v3"])
    steps = [each for each in found.differences if each.is_step]
    assert [each.name for each in steps if each.change == Change.REMOVED] == ["Dummy Task", "Dummy Task"]
    assert "Canceled" in [each.name for each in steps if each.change == Change.ADDED]
    renamed = {each.name: each.facts for each in found.differences if each.facts and not each.is_step}
    question = renamed["Is canceled in decision or not approved"]
    assert [(one.what, one.before) for one in question] == [("Namn", "Is canceled in decision")]


@needs_real
def test_the_fourth_asks_about_appeal_and_corrects_a_capital() -> None:
    found = compared(REAL["parking-permit-v3"], REAL["parking-permit-v4"])
    steps = {each.name: each for each in found.differences if each.is_step}
    assert {name for name, each in steps.items() if each.change == Change.ADDED} == {
        "Check appeal",
        "Update existing asset",
        "Send simplified service message",
        "Update errand status",
        "Check phase action",
        "Update phase action",
    }
    (fact,) = steps["Create asset"].facts
    assert (fact.before, fact.after) == ("Create Asset", "Create asset")
    lead = next(each for each in found.differences if each.name == "Start process → Check appeal")
    assert [(one.what, one.before, one.after) for one in lead.facts] == [
        ("Till", "Actualization", "Check appeal")
    ]


def test_the_time_is_linear_in_the_size() -> None:
    def seconds(count: int) -> float:
        old, new = parse(maps.drawn_chain(count)), parse(maps.drawn_chain(count).replace(b'id="t', b'id="u'))
        taken = []
        for _ in range(3):
            started = time.process_time()
            compare(old, new)
            taken.append(time.process_time() - started)
        return min(taken)

    assert seconds(2_400) < 12 * 2.5 * max(seconds(200), 0.002)


# The marks in the drawing.


def marked(data: bytes, **marks: Mark) -> str:
    links = {key: Link(f"#skillnad-{mark.anchor}", label="Ta emot") for key, mark in marks.items()}
    (drawing,) = render(parse(data), links=links, marks=marks, prefix="efter")
    return drawing.svg


def test_a_mark_has_its_own_dashes_symbol_word_and_place() -> None:
    svg = marked(ONE, a=Mark("removed", "−", "Borttaget", "7"))
    root = etree.fromstring(svg.encode())
    (frame,) = root.xpath("//*[@id='efter-0-7']")
    assert frame.get("class") == "mark removed"
    assert frame.get("stroke-dasharray")
    assert "− Borttaget" in ["".join(text.itertext()) for text in root.iter(SVG + "text")]
    assert root.find(f".//{SVG}a").get("aria-label") == "Borttaget. Ta emot"


def test_an_arrow_is_marked_and_not_made_a_link() -> None:
    root = etree.fromstring(marked(ONE, **{"a-b": Mark("added", "+", "Nytt", "3")}).encode())
    (band,) = root.xpath("//*[@id='efter-0-3']")
    assert band.tag == SVG + "path"
    assert root.find(f".//{SVG}a") is None
    assert "+" in ["".join(text.itertext()) for text in root.iter(SVG + "text")]


def test_no_two_ways_to_differ_look_alike_without_colour() -> None:
    dashes = []
    for change in Change:
        look = etree.fromstring(f"<a {LOOK[f'mark {change}']}/>")
        assert colour.contrast(look.get("stroke"), "#ffffff") >= 4.5
        dashes.append(look.get("stroke-dasharray"))
    assert len(set(dashes)) == len(Change)


def test_an_element_drawn_twice_has_one_id() -> None:
    data = maps.process(task("a", "A"), maps.shape("a", 0, 0) + maps.shape("a", 300, 0))
    assert marked(data, a=Mark("added", "+", "Nytt", "1")).count('id="efter-0-1"') == 1


def test_matching_is_one_to_one_where_names_repeat() -> None:
    old = maps.process("".join(task(f"a{number}", "Samma") for number in range(3)))
    new = maps.process("".join(task(f"b{number}", "Samma") for number in range(5)))
    found = match(parse(old), parse(new))
    assert {key: value for key, value in found.items() if key != "p"} == {"a0": "b0", "a1": "b1", "a2": "b2"}
