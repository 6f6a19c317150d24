"""The order in which the steps of a process are read: along the flow, branch by branch, the same every time.

Loops are cut where they go back. Among equals the drawing decides (upper first, then left), then the
file's order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from processes.bpmn.model import ACTIVITIES, Activity, Element, Event, Flow, FlowNode, Model


@dataclass(slots=True)
class Graph:
    """The flow inside one process or sub-process: node ids, and for each its successors in reading order."""

    nodes: list[str]
    after: dict[str, list[str]] = field(default_factory=dict)
    back: set[tuple[str, str]] = field(default_factory=set)


class Reading:
    """Reading orders of one model; each container's is worked out once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.rank = {key: index for index, key in enumerate(model.elements)}
        self.place = places(model)
        self.tops = top_containers(model, self.place)
        self.graphs: dict[str, Graph] = {}
        self.orders: dict[str, list[str]] = {}

    def order(self, container: str) -> list[str]:
        """Ids of the flow nodes directly in a container, in flow order."""
        if container not in self.orders:
            graph = self.graph(container)
            self.orders[container] = _unfold(graph, self._roots(graph))
        return self.orders[container]

    def graph(self, container: str) -> Graph:
        if container not in self.graphs:
            self.graphs[container] = self._build(container)
        return self.graphs[container]

    def steps(self, container: str) -> list[Activity]:
        """The activities directly in a container, in flow order."""
        nodes = (self.model.elements[key] for key in self.order(container))
        return [node for node in nodes if isinstance(node, Activity) and node.kind in ACTIVITIES]

    def key(self, node: str) -> tuple[float, float, int]:
        x, y = self.place.get(node, (0.0, 0.0))
        return (y, x, self.rank.get(node, 0))

    def _build(self, container: str) -> Graph:
        inside = [element for element in self.model.inside(container) if isinstance(element, FlowNode)]
        graph = Graph([node.id for node in inside])
        members = set(graph.nodes)
        bound: dict[str, list[str]] = {}
        links: dict[str, list[str]] = {}
        for node in inside:
            if isinstance(node, Event) and node.attached_to:
                bound.setdefault(node.attached_to, []).append(node.id)
            if isinstance(node, Event) and node.position == "catch" and node.symbol == "link":
                links.setdefault(link_name(node), []).append(node.id)
        for node in inside:
            targets = self._targets(node, members)
            targets += sorted(bound.get(node.id, ()), key=self.key)
            if isinstance(node, Event) and node.position == "throw" and node.symbol == "link":
                targets += links.get(link_name(node), [])
            graph.after[node.id] = list(dict.fromkeys(targets))
        graph.back = _back_edges(graph, self._roots(graph))
        return graph

    def _targets(self, node: FlowNode, members: set[str]) -> list[str]:
        """Targets of the outgoing flows: upper branch first, as drawn."""
        flows = (self.model.elements[key] for key in node.outgoing)
        targets = [flow.target for flow in flows if isinstance(flow, Flow) and flow.target in members]
        return sorted(targets, key=self.key)

    def _roots(self, graph: Graph) -> list[str]:
        """Start events, then what nothing leads to, event sub-processes last, then whatever only loops
        reach.
        """
        reached = {
            target for source, targets in graph.after.items() for target in targets if target != source
        }
        roots = sorted((node for node in graph.nodes if node not in reached), key=self._root_key)
        return roots + [node for node in graph.nodes if node in reached]

    def _root_key(self, key: str) -> tuple[int, float, float, int]:
        node = self.model.elements[key]
        late = isinstance(node, Activity) and (node.event_sub_process or node.compensation)
        group = 0 if isinstance(node, Event) and node.position == "start" else 2 if late else 1
        return (group, *self.key(key))


def link_name(event: Event) -> str:
    """What ties a link's two halves together: the definition's name, else the event's own."""
    return event.definitions[0].link or event.name


def places(model: Model) -> dict[str, tuple[float, float]]:
    """Where each element is drawn first (centre)."""
    found: dict[str, tuple[float, float]] = {}
    for plane in model.planes:
        for shape in plane.shapes:
            found.setdefault(shape.element, (shape.bounds.cx, round(shape.bounds.cy / 10) * 10))
    return found


def top_containers(model: Model, place: dict[str, tuple[float, float]]) -> list[Element]:
    """Processes and choreographies as they stand on the page from above, then those not drawn as in the
    file.
    """
    highest: dict[str, tuple[float, float]] = {}
    for element in model.elements.values():
        if element.id in place:
            container = getattr(element, "process", "") or element.parent
            x, y = place[element.id]
            highest[container] = min(highest.get(container, (y, x)), (y, x))
    tops = [element for element in model.elements.values() if element.kind in ("process", "choreography")]
    far = (float("inf"), float("inf"))
    return sorted(tops, key=lambda element: highest.get(element.id, far))


def _back_edges(graph: Graph, roots: Iterable[str]) -> set[tuple[str, str]]:
    """Edges to a node still open in a depth-first walk: the ones that close a loop."""
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    for root in roots:
        if root in state:
            continue
        state[root] = 1
        stack = [(root, iter(graph.after[root]))]
        while stack:
            node, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                state[node] = 2
                stack.pop()
            elif state.get(target) == 1:
                back.add((node, target))
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(graph.after[target])))
    return back


def _unfold(graph: Graph, roots: list[str]) -> list[str]:
    """Topological order that stays on a branch until it ends or waits for another."""
    waiting = dict.fromkeys(graph.nodes, 0)
    for source, targets in graph.after.items():
        for target in targets:
            waiting[target] += (source, target) not in graph.back
    ready = [node for node in reversed(roots) if waiting[node] == 0]
    order: list[str] = []
    while ready:
        node = ready.pop()
        order.append(node)
        for target in reversed(graph.after[node]):
            if (node, target) not in graph.back:
                waiting[target] -= 1
                if waiting[target] == 0:
                    ready.append(target)
    return order
