"""What is advised about a map, and what is left in peace. The rules' names are bpmnlint's."""

import time
from pathlib import Path

import pytest

from processes.bpmn.advice import advise
from processes.bpmn.parse import parse
from tests.processes.bpmn.maps import SHARED, drawn_chain, flow, process, shape

GOOD = (
    '<startEvent id="s" name="Anmälan"/><userTask id="a" name="Bedöm"/>'
    '<exclusiveGateway id="g" name="Skydd?"/>'
    '<userTask id="b" name="Skydda"/><endEvent id="e" name="Klart"/><endEvent id="f" name="Avslutat"/>'
)
WAYS = flow("s", "a") + flow("a", "g") + flow("g", "b", "Ja") + flow("g", "f", "Nej") + flow("b", "e")


def rules(body: str, drawing: str = "") -> set[tuple[str, str]]:
    return {(one.rule, one.element) for one in advise(parse(process(body, drawing)))}


def test_a_plain_map_gets_no_advice() -> None:
    assert rules(GOOD + WAYS) == set()


CASES = {
    "no start": (
        '<task id="a" name="A"/><endEvent id="e" name="E"/>' + flow("a", "e"),
        "start-event-required",
        "p",
    ),
    "no end": (
        '<startEvent id="s" name="S"/><task id="a" name="A"/>' + flow("s", "a"),
        "end-event-required",
        "p",
    ),
    "two starts": (
        '<startEvent id="s" name="S"/><startEvent id="t" name="T"/>',
        "single-blank-start-event",
        "p",
    ),
    "no name": (GOOD.replace(' name="Bedöm"', "") + WAYS, "label-required", "a"),
    "question without words": (GOOD.replace(' name="Skydd?"', "") + WAYS, "label-required", "g"),
    "loose": (GOOD + WAYS + '<task id="x" name="X"/>', "no-disconnected", "x"),
    "no way in": (GOOD + WAYS + '<task id="x" name="X"/>' + flow("x", "a"), "no-implicit-start", "x"),
    "no way out": (
        GOOD + WAYS + '<task id="x" name="X"/>' + flow("g", "x", "Kanske"),
        "no-implicit-end",
        "x",
    ),
    "two ways out of a step": (GOOD + WAYS + flow("a", "e"), "no-implicit-split", "a"),
    "two ways into a step": (GOOD + WAYS + flow("g", "a", "Om"), "fake-join", "a"),
    "joins and splits": (GOOD + WAYS + flow("b", "g"), "no-gateway-join-fork", "g"),
    "nothing to decide": (
        '<startEvent id="s" name="S"/><exclusiveGateway id="g"/><endEvent id="e" name="E"/>'
        + flow("s", "g")
        + flow("g", "e"),
        "superfluous-gateway",
        "g",
    ),
    "same arrow twice": (
        GOOD + WAYS + flow("s", "a").replace('id="s-a"', 'id="igen"'),
        "no-duplicate-sequence-flows",
        "igen",
    ),
    "words on a plain arrow": (
        GOOD + WAYS.replace(flow("s", "a"), flow("s", "a", "Sedan")),
        "superfluous-label",
        "s-a",
    ),
    "hard to read": (GOOD.replace("exclusive", "inclusive") + WAYS, "no-inclusive-gateway", "g"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_makes_a_map_hard_to_read_is_advised(name: str) -> None:
    body, rule, element = CASES[name]
    assert (rule, element) in rules(body)


def test_steps_upon_each_other_and_outside_their_frame_are_told() -> None:
    body = '<subProcess id="d" name="D"><task id="a" name="A"/><task id="b" name="B"/></subProcess>'
    drawing = shape("d", 0, 0, 300, 200, more='isExpanded="true"') + shape("a", 20, 20) + shape("b", 90, 60)
    found = rules(body, drawing)
    assert {("no-overlapping-elements", "a"), ("no-overlapping-elements", "b")} <= found
    outside = rules(body, drawing.replace('x="90" y="60"', 'x="290" y="60"'))
    assert ("no-overlapping-elements", "b") in outside
    assert ("no-overlapping-elements", "a") not in outside


def test_a_closed_sub_process_needs_no_start_of_its_own() -> None:
    assert not {rule for rule, element in rules('<subProcess id="d" name="D"/>') if element == "d"} & {
        "start-event-required",
        "end-event-required",
    }


def test_advice_is_a_swedish_sentence_that_names_the_step() -> None:
    texts = [one.text for one in advise(parse(process(GOOD + WAYS + '<task id="x" name="Ring"/>')))]
    assert "Steget ”Ring” hänger inte ihop med något. Dra en pil dit eller ta bort det." in texts


def test_a_map_of_nothing_but_mistakes_gets_a_hundred_at_most() -> None:
    loose = "".join(f'<task id="t{number}"/>' for number in range(500))
    assert len(advise(parse(process(loose)))) == 100


def test_the_time_grows_with_the_size_and_no_more() -> None:
    small, large = (parse(drawn_chain(count)) for count in (300, 2400))

    def took(model: object) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            advise(model)  # type: ignore[arg-type]
            times.append(time.process_time() - start)
        return min(times)

    assert took(large) < 40 * took(small)


@pytest.mark.parametrize("path", sorted(SHARED.rglob("*.bpmn")), ids=lambda path: path.name)
def test_every_known_file_can_be_advised_on(path: Path) -> None:
    model = parse(path.read_bytes())
    assert all(one.text.endswith(".") and one.element in model.elements for one in advise(model))
