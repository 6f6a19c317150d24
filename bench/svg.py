"""Time from XML to SVG by the map's size: the budget is 50 ms at 200 elements and linear up to 2 000."""

import time

from bench.rows import Row
from processes.bpmn.parse import parse
from processes.bpmn.svg import render

SIZES = (50, 200, 500, 1_000, 2_000)
MEASURE = 200
ROUNDS = 20
ACROSS = 40
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="t"><process id="p">'
)


def drawn_map(elements: int) -> bytes:
    """A map with about as many elements: three of four nodes are steps, one a gateway, all tied in a row."""
    nodes, shapes, edges = [], [], []
    count = elements // 2
    for number in range(count):
        x, y = number % ACROSS * 160, number // ACROSS * 140
        kind = "exclusiveGateway" if number % 4 == 3 else "userTask"
        size = (50, 50) if number % 4 == 3 else (100, 80)
        nodes.append(f'<{kind} id="n{number}" name="Handlägg ärende {number} med förhandsbedömning"/>')
        bounds = f'<dc:Bounds x="{x}" y="{y + 40 - size[1] / 2}" width="{size[0]}" height="{size[1]}"/>'
        shapes.append(f'<bpmndi:BPMNShape bpmnElement="n{number}">{bounds}</bpmndi:BPMNShape>')
        if number % ACROSS:
            nodes.append(f'<sequenceFlow id="f{number}" sourceRef="n{number - 1}" targetRef="n{number}"/>')
            way = f'<di:waypoint x="{x - 60}" y="{y + 40}"/><di:waypoint x="{x}" y="{y + 40}"/>'
            edges.append(f'<bpmndi:BPMNEdge bpmnElement="f{number}">{way}</bpmndi:BPMNEdge>')
    plane = f'<bpmndi:BPMNPlane bpmnElement="p">{"".join(shapes + edges)}</bpmndi:BPMNPlane>'
    drawing = f"<bpmndi:BPMNDiagram>{plane}</bpmndi:BPMNDiagram>"
    return f"{HEAD}{''.join(nodes)}</process>{drawing}</definitions>".encode()


def milliseconds() -> dict[int, float]:
    """The processor's time from bytes to SVG by size: the least of many, for the rest is what disturbed it.

    The sizes are taken in turns, so that a busy moment does not make one of them look dear.
    """
    maps = {size: drawn_map(size) for size in SIZES}
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size, data in maps.items():
            started = time.process_time()
            render(parse(data))
            times[size].append((time.process_time() - started) * 1000)
    return {size: min(taken) for size, taken in times.items()}


def measure(_world: object) -> list[Row]:
    """A row a size; beyond 200 the budget is growth in step with the size, and half as much again."""
    times = milliseconds()
    found = []
    for size, taken in times.items():
        growth, most = taken / times[MEASURE], 1.5 * size / MEASURE
        name, value = f"karta, {size} element, XML till SVG", f"{taken:.1f} ms, {growth:.1f} ×"
        if size <= MEASURE:
            found.append(Row(name, value, "≤ 50 ms", taken <= 50))
        else:
            found.append(Row(name, value, f"≤ {most:.1f} ×", growth <= most))
    return found
