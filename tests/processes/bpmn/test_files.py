"""Every file of the reference suites is read, and every figure in it is drawn."""

import pytest
from lxml import etree

from processes.bpmn.diagram import DI
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.bpmn.svg import render
from tests.processes.bpmn import maps

SAMPLES = maps.samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_of_a_file_is_shown(name: str) -> None:
    data = SAMPLES[name]
    figures = etree.fromstring(data).iter(DI + "BPMNShape", DI + "BPMNEdge")
    model = parse(data)
    assert sum(drawing.shown for drawing in render(model)) == sum(1 for _ in figures) == model.di_count


@pytest.mark.parametrize("name", SAMPLES)
def test_every_activity_is_a_step_once(name: str) -> None:
    model = parse(SAMPLES[name])
    found = steps(model)
    assert len({step.element_id for step in found}) == len(found)
    assert [step.order for step in found] == list(range(1, len(found) + 1))
    assert all(step.name for step in found)


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_twice_gives_the_same(name: str) -> None:
    one, other = parse(SAMPLES[name]), parse(SAMPLES[name])
    assert [drawing.svg for drawing in render(one)] == [drawing.svg for drawing in render(other)]
    assert steps(one) == steps(other)


def test_names_of_every_task_are_in_the_drawing() -> None:
    svg = render(parse(maps.every_kind()))[0].svg
    for kind in maps.TASKS.split():
        assert f"Steg: {kind}" in svg
