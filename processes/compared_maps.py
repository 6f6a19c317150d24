"""Two maps side by side with what differs marked in both, and the same as a list, as HTML."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from kvalitet import differences
from processes.bpmn import kinds
from processes.bpmn.compare import Change, Comparison, Difference, Fact, compare
from processes.bpmn.model import Element, Model, Plane
from processes.bpmn.svg import Drawing, Link, Mark, render

# A description is compared by words up to so many words times words, for there may be thousands of them.
MOST_WORDS = 40_000
MOST_LISTED = 200
SHORT = 40


@dataclass(frozen=True)
class Look:
    """How one way to differ is told: heading of the list, symbol and word in the map, "1 …", "2 …"."""

    title: str
    symbol: str
    word: str
    one: str
    many: str


LOOKS = {
    Change.ADDED: Look("Nytt", "+", "Nytt", "nytt", "nya"),
    Change.CHANGED: Look("Ändrat", "±", "Ändrat", "ändrat", "ändrade"),
    Change.REMOVED: Look("Borttaget", "−", "Borttaget", "borttaget", "borttagna"),
    Change.RENUMBERED: Look("Samma steg med nytt id", "=", "Nytt id", "med nytt id", "med nytt id"),
    Change.MOVED: Look("Flyttat i kartan", "»", "Flyttat", "flyttat", "flyttade"),
}


@dataclass(frozen=True)
class Maps:
    """The comparison of two maps: a sentence, and HTML, empty when there is nothing to show."""

    summary: str
    html: str = ""


def draw(before: Model, after: Model, names: Sequence[tuple[str, str]]) -> Maps:
    """``names`` are what each of the two is called, and the title of its main drawing."""
    compared = compare(before, after)
    if not compared.differences:
        return Maps("Kartorna visar samma sak")
    listed = _listed(compared.differences)
    sides = (_Side(before, "fore", *names[0]), _Side(after, "efter", *names[1]))
    for number, each in enumerate(compared.differences, start=1):
        sides[0].mark(each.old, each, number, is_listed=number in listed)
        sides[1].mark(each.new, each, number, is_listed=number in listed)
    context = {
        "pairs": list(_pairs(sides, _sheets(sides, compared.same))),
        "sides": [side.name for side in sides],
        "groups": _groups(compared, listed, sides),
    }
    return Maps(told(compared.differences), render_to_string("processes/compare_maps.html", context))


def told(found: Sequence[Difference]) -> str:
    """How many steps differ, and how: "3 nya steg, 1 ändrat, 2 borttagna och 4 andra skillnader"."""
    counted = Counter(each.change for each in found if each.is_step)
    parts: list[str] = []
    for change in (change for change in LOOKS if counted[change]):
        word = LOOKS[change].one if counted[change] == 1 else LOOKS[change].many
        words = [word] if parts else ["steg", word] if change == Change.RENUMBERED else [word, "steg"]
        parts.append(" ".join([str(counted[change]), *words]))
    steps, others = ", ".join(parts), len(found) - counted.total()
    if not others:
        return steps
    rest = f"{others} {'annan skillnad' if others == 1 else 'andra skillnader'}"
    return f"{steps} och {rest}" if steps else f"Stegen är desamma, men kartan har {rest}"


def _listed(found: Sequence[Difference]) -> set[int]:
    """The numbers of those that stand in the list: the first of each way to differ."""
    counted: Counter[Change] = Counter()
    listed = set()
    for number, each in enumerate(found, start=1):
        counted[each.change] += 1
        if counted[each.change] <= MOST_LISTED:
            listed.add(number)
    return listed


class _Side:
    """One of the two maps and the marks in it. ``places`` says in which drawing an element is seen."""

    def __init__(self, model: Model, prefix: str, name: str, title: str) -> None:
        self.model, self.prefix, self.name, self.title = model, prefix, name, title
        self.marks: dict[str, Mark] = {}
        self.links: dict[str, Link] = {}
        self.places: dict[str, int] = {}

    def mark(self, element: Element | None, each: Difference, number: int, *, is_listed: bool) -> None:
        if element is None:
            return
        look = LOOKS[each.change]
        self.marks[element.id] = Mark(str(each.change), look.symbol, look.word, str(number))
        if is_listed:
            name = self.model.label(element) or kinds.noun(element)
            self.links[element.id] = Link(f"#skillnad-{number}", label=name)

    def has_marks(self, sheet: int | None) -> bool:
        return sheet is not None and any(key in self.marks for key in _drawn(self.model.planes[sheet]))

    def draw(self, kept: Sequence[int]) -> dict[int, Drawing]:
        """The drawings of those sheets, by their place among all; the others are taken out of the model."""
        self.model.planes = [self.model.planes[sheet] for sheet in kept]
        for place, plane in enumerate(self.model.planes):
            for key in _drawn(plane):
                self.places.setdefault(key, place)
        made = render(self.model, links=self.links, title=self.title, prefix=self.prefix, marks=self.marks)
        return dict(zip(kept, made, strict=True))

    def address(self, element: Element | None, number: int) -> str:
        """Where the element is marked; "" when it is not in this map or not drawn in it."""
        place = self.places.get(element.id) if element else None
        return "" if place is None else f"#{self.prefix}-{place}-{number}"


Sides = tuple[_Side, _Side]
Sheets = list[tuple[int | None, int | None]]


def _drawn(plane: Plane) -> Iterator[str]:
    yield from (shape.element for shape in plane.shapes)
    yield from (edge.element for edge in plane.edges)


def _sheets(sides: Sides, same: dict[str, str]) -> Sheets:
    """Which drawing stands beside which: the main ones, then those inside steps where something differs."""
    old, new = (side.model.planes for side in sides)
    waiting = {plane.element: place for place, plane in enumerate(new) if place}
    pairs: Sheets = [(0, 0)]
    for place, plane in enumerate(old):
        if place:
            pairs.append((place, waiting.pop(same.get(plane.element, ""), None)))
    pairs += [(None, place) for place in waiting.values()]
    return [pair for pair in pairs if pair == (0, 0) or any(map(_Side.has_marks, sides, pair))]


def _pairs(sides: Sides, sheets: Sheets) -> Iterator[list[tuple[str, Drawing | None]]]:
    """The drawings in pairs, each with the name of its map; None where a map has none."""
    made = [
        side.draw([pair[place] for pair in sheets if pair[place] is not None])  # type: ignore[misc]
        for place, side in enumerate(sides)
    ]
    for pair in sheets:
        yield [
            (side.name, drawings.get(sheet) if sheet is not None else None)
            for side, drawings, sheet in zip(sides, made, pair, strict=True)
        ]


def _groups(compared: Comparison, listed: set[int], sides: Sides) -> list[dict[str, Any]]:
    """The list: one group a way to differ, those with none left out."""
    counted = Counter(each.change for each in compared.differences)
    entries: dict[Change, list[dict[str, Any]]] = {}
    for number, each in enumerate(compared.differences, start=1):
        if number in listed:
            entries.setdefault(each.change, []).append(_entry(each, number, sides))
    return [
        {
            "tone": str(change),
            "look": look,
            "count": counted[change],
            "rest": counted[change] - len(entries[change]),
            "entries": entries[change],
        }
        for change, look in LOOKS.items()
        if counted[change]
    ]


def _entry(each: Difference, number: int, sides: Sides) -> dict[str, Any]:
    links = [
        (side.name, address)
        for side, element in zip(sides, (each.old, each.new), strict=True)
        if (address := side.address(element, number))
    ]
    return {
        "number": number,
        "noun": kinds.noun(each.element),
        "name": each.name,
        "facts": [_fact(fact) for fact in each.facts],
        "is_moved": each.is_moved and bool(each.facts),
        "has_new_id": each.has_new_id and bool(each.facts) and each.is_step,
        "links": links,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    """Long texts word by word, short ones whole: before and after."""
    is_long = min(len(fact.before), len(fact.after)) > SHORT
    pieces = differences.words(fact.before, fact.after, most=MOST_WORDS) if is_long else []
    return {"what": fact.what, "before": fact.before, "after": fact.after, "pieces": pieces}
