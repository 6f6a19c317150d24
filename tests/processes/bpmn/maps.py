"""Small BPMN files for the tests, and the reference files where they lie beside the project."""

from itertools import pairwise
from pathlib import Path

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
SHARED = Path(__file__).parents[4] / "shared" / "bpmn"

EVENTS = "message timer error escalation cancel compensate conditional link signal terminate"
TASKS = "task userTask manualTask serviceTask scriptTask businessRuleTask sendTask receiveTask"
GATEWAYS = "exclusiveGateway inclusiveGateway parallelGateway complexGateway eventBasedGateway"


def document(body: str, *, declaration: str = DECLARATION) -> bytes:
    text = f'{declaration}<definitions {NAMESPACES} id="d" targetNamespace="t">{body}</definitions>'
    return text.encode()


def process(body: str, drawing: str = "") -> bytes:
    """One process; `drawing` is the contents of its plane."""
    if drawing:
        plane = f'<bpmndi:BPMNPlane id="plan" bpmnElement="p">{drawing}</bpmndi:BPMNPlane>'
        drawing = f'<bpmndi:BPMNDiagram id="dia">{plane}</bpmndi:BPMNDiagram>'
    return document(f'<process id="p" name="Prov">{body}</process>{drawing}')


def flow(source: str, target: str, name: str = "", inner: str = "") -> str:
    label = f' name="{name}"' if name else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{source}-{target}"{label} {ends}>{inner}</sequenceFlow>'


def shape(
    element: str, x: object, y: object, width: object = 100, height: object = 80, *, more: str = ""
) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}" {more}>{bounds}</bpmndi:BPMNShape>'


def edge(element: str, *points: tuple[object, object]) -> str:
    way = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{element}_di" bpmnElement="{element}">{way}</bpmndi:BPMNEdge>'


def chain(count: int) -> bytes:
    """A start, `count` tasks in a row, an end, without a drawing."""
    keys = ["start", *(f"t{number}" for number in range(count)), "slut"]
    nodes = "".join(f'<userTask id="{key}" name="Gör {key}"/>' for key in keys[1:-1])
    flows = "".join(flow(one, other) for one, other in pairwise(keys))
    return process(f'<startEvent id="start"/>{nodes}<endEvent id="slut"/>{flows}')


def drawn_chain(count: int) -> bytes:
    nodes = "".join(
        f'<userTask id="t{number}" name="Gör steg {number} i ärendet"/>' for number in range(count)
    )
    flows = "".join(flow(f"t{number}", f"t{number + 1}") for number in range(count - 1))
    shapes = "".join(shape(f"t{number}", number % 40 * 150, number // 40 * 120) for number in range(count))
    edges = "".join(
        edge(
            f"t{number}-t{number + 1}",
            (number % 40 * 150 + 100, number // 40 * 120 + 40),
            (number % 40 * 150 + 150, number // 40 * 120 + 40),
        )
        for number in range(count - 1)
    )
    return process(nodes + flows, shapes + edges)


def every_kind() -> bytes:
    """One of every task, event, gateway, data, artefact, choreography and conversation shape, all drawn."""
    drawing = _Drawing()
    for kind in TASKS.split():
        drawing.add(kind, f'name="{kind}"')
    for loop in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"):
        drawing.add("task", f'name="{loop}" isForCompensation="true"', f"<{loop}/>")
    drawing.add("subProcess", 'name="Stängd"')
    drawing.add("subProcess", 'name="Händelsedelprocess" triggeredByEvent="true"')
    drawing.add("adHocSubProcess", 'name="Ad hoc"')
    drawing.add("transaction", 'name="Transaktion"')
    drawing.add("callActivity", 'name="Anrop" calledElement="x:annan"')
    for kind in GATEWAYS.split():
        drawing.add(kind, f'name="{kind}"', size=50)
    drawing.add("eventBasedGateway", 'instantiate="true" eventGatewayType="Parallel"', size=50)
    for position in ("startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "endEvent"):
        drawing.add(position, 'name="Utan"', size=36)
        for symbol in EVENTS.split():
            drawing.add(position, f'name="{symbol}"', f"<{symbol}EventDefinition/>", size=36)
        drawing.add(position, "", "<timerEventDefinition/><messageEventDefinition/>", size=36)
    drawing.add(
        "boundaryEvent", 'attachedToRef="n0" cancelActivity="false"', "<timerEventDefinition/>", size=36
    )
    for kind in ("dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"):
        drawing.add(kind, f'name="{kind}" isCollection="true"', size=50)
    drawing.add("textAnnotation", "", "<text>En anteckning som är lång nog att brytas på flera rader</text>")
    drawing.add("group", "")
    drawing.add("choreographyTask", 'name="Koreografi"')
    drawing.add("conversation", 'name="Samtal"')
    drawing.add("subConversation", 'name="Delsamtal"')
    drawing.add("callConversation", 'name="Anropat samtal"')
    return process("".join(drawing.elements), "".join(drawing.shapes))


class _Drawing:
    def __init__(self) -> None:
        self.elements: list[str] = []
        self.shapes: list[str] = []

    def add(self, kind: str, attributes: str, inner: str = "", size: int = 80) -> None:
        count = len(self.elements)
        self.elements.append(f'<{kind} id="n{count}" {attributes}>{inner}</{kind}>')
        width = 100 if size == 80 else size
        self.shapes.append(shape(f"n{count}", count % 12 * 150, count // 12 * 140, width, size))


def reference_files() -> list[Path]:
    return sorted(SHARED.rglob("*.bpmn"))


def samples() -> dict[str, bytes]:
    """Every file that must be read and wholly shown: our own, and the reference files where they are."""
    own = {"alla slag": every_kind(), "tolv steg": drawn_chain(12)}
    return own | {f"{file.parent.name}/{file.name}": file.read_bytes() for file in reference_files()}
