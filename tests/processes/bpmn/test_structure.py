"""The map as text: order, numbers, conditions, ends, time limits, messages."""

import pytest

from processes.bpmn import words
from processes.bpmn.parse import parse
from processes.bpmn.structure import Step, normalise, steps
from tests.processes.bpmn import maps

flow = maps.flow


def told(body: str) -> dict[str, Step]:
    return {step.element_id: step for step in steps(parse(maps.process(body)))}


def tasks(*keys: str) -> str:
    return "".join(f'<userTask id="{key}" name="{key.upper()}"/>' for key in keys)


CHOICE = (
    f'<startEvent id="s"/>{tasks("a", "b", "c", "d")}<endEvent id="e" name="Ärendet avslutat"/>'
    '<exclusiveGateway id="g" name="Inleda utredning?"/><exclusiveGateway id="m"/>'
    + flow("s", "a") + flow("a", "g") + flow("g", "b", "Ja") + flow("g", "c", "Nej")
    + flow("b", "m") + flow("c", "m") + flow("m", "d") + flow("d", "e")
)  # fmt: skip


def test_branches_are_read_one_at_a_time_before_they_meet() -> None:
    assert [step.number + step.name for step in told(CHOICE).values()] == ["1A", "2B", "3C", "4D"]


def test_choice_asks_once_and_says_where_each_answer_leads() -> None:
    found = told(CHOICE)
    assert found["a"].sentences == ("Inleda utredning?", "Om ja: gå till steg 2.", "Om nej: gå till steg 3.")
    assert found["b"].sentences == ("Gå till steg 4.",)
    assert found["c"].sentences == ()
    assert found["d"].sentences == ("Här slutar processen (”Ärendet avslutat”).",)


def test_loop_goes_back_and_does_not_disturb_the_order() -> None:
    body = tasks("a", "b") + '<exclusiveGateway id="g" default="g-a"/><startEvent id="s"/><endEvent id="e"/>'
    found = told(
        body + flow("s", "a") + flow("a", "b") + flow("b", "g") + flow("g", "a") + flow("g", "e", "Komplett")
    )
    assert list(found) == ["a", "b"]
    assert found["b"].sentences == ("Om komplett: här slutar processen.", "Annars: gå tillbaka till steg 1.")


def test_circle_without_a_beginning_is_still_read() -> None:
    assert list(told(tasks("a", "b") + flow("a", "b") + flow("b", "a"))) == ["a", "b"]


def test_parallel_ways_are_told_together() -> None:
    body = (
        tasks("a", "b", "c") + '<parallelGateway id="g"/>' + flow("a", "g") + flow("g", "b") + flow("g", "c")
    )
    assert told(body)["a"].sentences == ("Fortsätt samtidigt med steg 2 och steg 3.",)


def test_expression_for_a_machine_is_not_read_out() -> None:
    condition = "<conditionExpression>${outcome == 'APPROVE'}</conditionExpression>"
    body = tasks("a", "b", "c") + '<exclusiveGateway id="g" default="g-c"/>' + flow("a", "g")
    found = told(body + flow("g", "b", inner=condition) + flow("g", "c"))
    assert found["a"].sentences == ("I vissa fall: gå till steg 2.", "Annars: gå till steg 3.")


def test_timer_on_a_step_is_its_limit_and_a_way_on() -> None:
    timer = "<timerEventDefinition><timeDuration>P14D</timeDuration></timerEventDefinition>"
    body = (
        tasks("a", "b", "c")
        + f'<boundaryEvent id="t" attachedToRef="a" cancelActivity="false">{timer}</boundaryEvent>'
    )
    found = told(body + flow("a", "b") + flow("t", "c"))
    assert found["a"].time_limit == "14 dagar"
    assert "Efter 14 dagar, medan steget fortsätter: gå till steg 3." in found["a"].sentences


def test_sub_process_numbers_its_own_steps_and_ends_itself() -> None:
    inner = tasks("i", "j") + '<endEvent id="x"/>' + flow("i", "j") + flow("j", "x")
    found = told(tasks("a") + f'<subProcess id="u" name="Utreda">{inner}</subProcess>' + flow("a", "u"))
    assert [(step.number, step.parent, step.level) for step in found.values()] == [
        ("1", "", 1), ("2", "", 1), ("2.1", "u", 2), ("2.2", "u", 2),
    ]  # fmt: skip
    assert found["u"].has_children
    assert found["j"].sentences == ("Här slutar delprocessen.",)


def test_unnamed_step_is_called_by_its_number() -> None:
    assert told('<task id="a"/><task id="b"/>' + flow("a", "b"))["b"].name == "Namnlöst steg 2"


def test_lane_is_the_funktion_and_the_innermost_counts() -> None:
    inner = '<lane id="i" name="Mottagning"><flowNodeRef>a</flowNodeRef></lane>'
    outer = (
        f'<lane id="o" name="Enheten"><flowNodeRef>a</flowNodeRef><childLaneSet>{inner}</childLaneSet></lane>'
    )
    assert told(f"<laneSet>{outer}</laneSet>{tasks('a')}")["a"].lane == "Mottagning"


def test_lane_is_taken_from_the_drawing_when_it_lists_no_members() -> None:
    body = f'<laneSet><lane id="l" name="Gruppledare"/></laneSet>{tasks("a")}'
    data = maps.process(body, maps.shape("l", 0, 0, 400, 200) + maps.shape("a", 50, 50))
    assert steps(parse(data))[0].lane == "Gruppledare"


def test_messages_name_the_other_party() -> None:
    data = maps.document(
        '<collaboration id="k"><participant id="v" name="Vi" processRef="p"/>'
        '<participant id="r" name="Regionen"/>'
        '<messageFlow id="m" name="Kallelse" sourceRef="a" targetRef="r"/>'
        '<messageFlow id="n" sourceRef="r" targetRef="a"/></collaboration>'
        f'<process id="p">{tasks("a")}</process>'
    )
    assert steps(parse(data))[0].messages == ("Skickar till Regionen: Kallelse.", "Tar emot från Regionen.")


def test_documentation_is_plain_text_with_its_lines() -> None:
    text = "&lt;p&gt;Ring.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Skriv&lt;/li&gt;&lt;/ul&gt;"
    found = told(f'<task id="a"><documentation>{text}</documentation></task>')
    assert found["a"].documentation == "Ring.\nSkriv"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (
            "Gör en förhandsbedömning inom 14 dagar (SoL 20 kap. 2 §) och skriv.",
            "Inom 14 dagar (SoL 20 kap. 2 §)",
        ),
        ("Bedöm skydd samma dag.", "Samma dag"),
        ("Rapportera genast till chefen", "Genast"),
        ("Svara senast inom tre arbetsdagar.", "Senast inom tre arbetsdagar"),
        ("Barnet är 14 år.", ""),
    ],
)
def test_time_limit_is_found_in_the_text(text: str, limit: str) -> None:
    assert words.time_limit(text) == limit


@pytest.mark.parametrize(
    ("value", "text"),
    [("P1D", "1 dag"), ("P2W", "2 veckor"), ("PT1H30M", "1 timme 30 minuter"), ("R3/P1D", "")],
)
def test_duration_in_words(value: str, text: str) -> None:
    assert words.duration(value) == text


@pytest.mark.parametrize(
    "other", ["gör förhands-bedömning", "  Gör  förhands bedömning! ", "GÖR FÖRHANDS-BEDÖMNING"]
)
def test_same_name_in_another_dress(other: str) -> None:
    assert normalise(other) == normalise("Gör förhands-bedömning")


def test_beginning_is_told_at_the_first_step_and_only_there() -> None:
    body = tasks("a", "b") + flow("s", "a") + flow("a", "b")
    found = told(f'<startEvent id="s" name="Anmälan kommer in"/>{body}')
    assert found["a"].begins == ("Här börjar processen (”Anmälan kommer in”).",)
    assert found["b"].begins == ()
    timer = "<timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition>"
    assert told(f'<startEvent id="s">{timer}</startEvent>{body}')["a"].begins == (
        "Här börjar processen (”efter 7 dagar”).",
    )
    assert told(f'<startEvent id="s"/>{body}')["a"].begins == ()


def test_what_events_send_and_get_is_told_at_the_steps_beside_them() -> None:
    body = (
        '<startEvent id="s"/><userTask id="a" name="A"/><intermediateThrowEvent id="t"/><endEvent id="e"/>'
        + flow("s", "a") + flow("a", "t") + flow("t", "e")
    )  # fmt: skip
    messages = (
        '<participant id="w" name="Vi" processRef="p"/><participant id="o" name="Regionen"/>'
        '<messageFlow id="m1" name="Remiss" sourceRef="o" targetRef="s"/>'
        '<messageFlow id="m2" name="Svar" sourceRef="t" targetRef="o"/>'
    )
    data = maps.document(f'<collaboration id="c">{messages}</collaboration><process id="p">{body}</process>')
    (step,) = steps(parse(data))
    assert step.begins == ("Tar emot från Regionen: Remiss.",)
    assert step.messages == ("Skickar till Regionen: Svar.",)
