"""The drawing: well-formed, safe under the strict policy, links in flow order, readable in every colour."""

import re

import pytest
from lxml import etree

from processes.bpmn.model import Activity, Plane
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.bpmn.svg import Badge, Drawing, Link, colour, render
from processes.bpmn.svg.text import width, wrap
from tests.processes.bpmn import maps

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "&lt;script&gt;alert('x')&lt;/script&gt; &quot; onload=&apos;y&apos; &amp;amp;"
SAMPLES = maps.samples()


def tree(drawing: Drawing) -> etree._Element:
    return etree.fromstring(drawing.svg.encode())


def linked(data: bytes, **more: object) -> list[Drawing]:
    model = parse(data)
    links = {step.element_id: Link(f"/processer/{step.order}/", number=step.number) for step in steps(model)}
    return render(model, links=links, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SAMPLES)
def test_drawing_keeps_to_the_strict_policy(name: str) -> None:
    for drawing in linked(SAMPLES[name]):
        for node in tree(drawing).iter():
            assert node.tag.removeprefix(SVG) in {
                "svg",
                "title",
                "desc",
                "g",
                "a",
                "path",
                "rect",
                "circle",
                "text",
                "tspan",
            }
            assert "style" not in node.attrib
            assert not [key for key in node.attrib if key.startswith("on")]
            assert "url(" not in "".join(map(str, node.attrib.values()))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_step_is_a_link_in_flow_order(name: str) -> None:
    model = parse(SAMPLES[name])
    drawn = {shape.element for plane in model.planes for shape in plane.shapes}
    order = [step.element_id for step in steps(model) if step.element_id in drawn]
    found = [
        node.get("data-element")
        for drawing in linked(SAMPLES[name])
        for node in tree(drawing).iter(SVG + "a")
    ]
    assert sorted(set(found)) == sorted(set(order))
    if len(model.planes) == 1 and len(found) == len(order):
        tops = [
            key
            for key in found
            if model.elements[key].parent not in model.elements
            or not isinstance(model.elements[model.elements[key].parent], Activity)
        ]
        assert tops == [key for key in order if key in tops]


def test_ids_are_unique_with_two_maps_on_a_page() -> None:
    data = maps.process('<subProcess id="s" name="Inre"><task id="i"/></subProcess>', maps.shape("s", 0, 0))
    drawings = [*linked(data, prefix="a"), *linked(data, prefix="b")]
    ids = [node.get("id") for drawing in drawings for node in tree(drawing).iter() if node.get("id")]
    assert len(drawings) == 4
    assert len(set(ids)) == len(ids)


def test_map_is_a_named_group_and_never_an_image() -> None:
    (drawing,) = linked(maps.chain(2), title="Utreda")
    root = tree(drawing)
    assert root.get("role") == "group"
    names = {node.get("id"): node.text for node in root.iter(SVG + "title")}
    assert names[root.get("aria-labelledby")] == "Utreda"


def test_names_are_escaped_everywhere() -> None:
    data = maps.process(
        f'<task id="a" name="{EVIL}"/><startEvent id="b" name="{EVIL}"/>{maps.flow("b", "a", EVIL)}'
        f"<textAnnotation id='n'><text>{EVIL}</text></textAnnotation>"
    )
    (drawing,) = linked(data, title="<script>&\"'")
    assert "<script" not in drawing.svg
    heard = tree(drawing).find(f".//{SVG}a").get("aria-label")
    assert "<script>alert('x')</script>" in heard


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "//evil.example",
        "/\\evil",
        " /x",
        "/a\n/b",
    ],
)
def test_unsafe_link_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="vanlig adress"):
        render(parse(maps.chain(1)), links={"t0": Link(href)})


def test_link_says_number_name_and_badges() -> None:
    badge = Badge("3", "3 öppna avvikelser", "bad")
    (drawing,) = render(parse(maps.chain(1)), links={"t0": Link("/x/", number="1", badges=(badge,))})
    assert tree(drawing).find(f".//{SVG}a").get("aria-label") == "1. Gör t0, 3 öppna avvikelser"


def test_box_that_leads_nowhere_has_its_number_and_is_no_link() -> None:
    (drawing,) = render(parse(maps.chain(1)), links={"t0": Link(label="Gör t0", number="1")})
    assert tree(drawing).find(f".//{SVG}a") is None
    assert '"1. Gör t0"' in drawing.svg


def test_step_drawn_twice_has_its_anchor_once() -> None:
    model = parse(maps.chain(1))
    model.planes.append(model.planes[0])
    drawings = render(model, links={"t0": Link("/x/", anchor="karta-steg-1")})
    assert "".join(one.svg for one in drawings).count('id="karta-steg-1"') == 1


def test_closed_sub_process_leads_to_its_own_drawing() -> None:
    inner = maps.flow("i", "j")
    data = maps.process(
        f'<subProcess id="s" name="Inre"><task id="i"/><task id="j"/>{inner}</subProcess>',
        maps.shape("s", 0, 0),
    )
    outer, own = render(parse(data))
    assert tree(outer).find(f".//{SVG}a").get("href") == f"#{own.anchor}"
    assert tree(own).get("id") == own.anchor
    assert own.title == "Inre"


def test_drawings_beside_the_main_one_have_the_names_they_were_given() -> None:
    model = parse(maps.chain(1))
    model.planes.append(Plane(id="p2", element="okänt", name="Lönekontoret"))
    model.planes.append(Plane(id="p3", element="okänt"))
    assert [one.title for one in render(model, title="Anställa")] == ["Anställa", "Lönekontoret", "Anställa"]


@pytest.mark.parametrize("value", ["red", "#12", "url(#x)", "#12345g", 'red" onload="x', "expression(1)"])
def test_colour_that_is_not_hex_is_left_out(value: str) -> None:
    value = value.replace('"', "&quot;")
    data = maps.process('<task id="a"/>', maps.shape("a", 0, 0, more=f'bioc:fill="{value}"'))
    assert "own-fill" not in render(parse(data))[0].svg


@pytest.mark.parametrize("fill", ["#0d4372", "#ffe500", "#be0000", "#808080", "#777777", "#abc"])
def test_text_on_an_authors_colour_is_readable(fill: str) -> None:
    data = maps.process('<task id="a" name="Namn"/>', maps.shape("a", 0, 0, more=f'bioc:fill="{fill}"'))
    svg = render(parse(data))[0].svg
    ink = colour.PAPER if "on-dark" in svg else colour.INK
    whole = fill if len(fill) == 7 else "#" + "".join(digit * 2 for digit in fill[1:])
    assert f'fill="{whole}"' in svg
    assert colour.contrast(ink, whole) >= 4.5


@pytest.mark.parametrize("name", SAMPLES)
def test_letters_are_at_least_twelve_pixels(name: str) -> None:
    for drawing in render(parse(SAMPLES[name])):
        root = tree(drawing)
        scale = drawing.width / float(root.get("viewBox").split()[2])
        sizes = {float(node.get("font-size")) for node in root.iter() if node.get("font-size")}
        assert min(sizes) * scale > 12


@pytest.mark.parametrize("room", [4.0, 6.5, 9.0, 14.0])
def test_wrapped_words_fit_and_lose_nothing(room: float) -> None:
    text = "Gör förhandsbedömning och dokumentera skyddsbedömningen enligt socialtjänstlagen, e-post/brev"
    lines = wrap(text, room)
    assert all(width(line) <= room for line in lines)
    assert re.sub(r"[-\s]", "", "".join(lines)) == re.sub(r"[-\s]", "", text)


def test_long_compound_is_divided_where_the_parts_meet() -> None:
    assert wrap("förhandsbedömning", width("förhandsbe-")) == ["förhands-", "bedömning"]
