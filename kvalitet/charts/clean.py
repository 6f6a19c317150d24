"""The SVG of matplotlib made fit for a page: no styles, no scripts, own ids, and names to be read aloud."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
NEEDLESS = {f"{SVG}{name}" for name in ("style", "script", "metadata", "title", "desc", "clipPath")}
# Each colour is a class, which the page's style sheet turns to the same token in light and in dark;
# where no style sheet reaches, as in PDF, the colour itself stands.
COLOURS = {
    "#17222d": "ink",
    "#4a5765": "soft",
    "#dddad1": "line",
    "#76808a": "edge",
    "#0a5a66": "accent",
    "#e3f0f1": "tint",
    "#ffffff": "paper",
}
WIDE = 600
SCALE = 1.1  # the drawing's 14 points come to the page's text
HEX = {name: colour for colour, name in COLOURS.items()}
# The family comes from the page; what else matplotlib says is SVG's own default.
LEFT_OUT = {"font", "font-family", "stroke-linejoin", "stroke-dashoffset", "stroke-linecap"}
FAMILY = "Source Sans 3, Source Sans 3 Ext, sans-serif"


def clean(svg: str, *, prefix: str, title: str, description: str, names: Mapping[str, str]) -> str:
    """SVG of matplotlib as an inline element that breaks no policy: presentation attributes and classes only.

    ``prefix`` begins every id. ``names`` gives the ids of the bars what is read aloud; all other shapes and
    texts are hidden from a screen reader, which has the table.
    """
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    root: Any = etree.fromstring(svg.encode(), parser)
    for element in [one for one in root.iter() if one.tag in NEEDLESS or not isinstance(one.tag, str)]:
        element.getparent().remove(element)
    for element in root.iter():
        _to_attributes(element)
    for gid, name in names.items():
        _name_bar(root, gid, name)
    _own_ids(root, prefix)
    _flatten(root)
    _hide_the_rest(root)
    _head(root, prefix, title, description)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _to_attributes(element: Any) -> None:
    style = dict(part.split(":", 1) for part in element.attrib.pop("style", "").split(";") if ":" in part)
    for key, text in style.items():
        name, value = key.strip(), text.strip()
        if name in LEFT_OUT:
            continue
        element.set(name, value)
    named = [
        f"kv-{name}-{COLOURS[element.get(name)]}"
        for name in ("fill", "stroke")
        if element.get(name) in COLOURS
    ]
    if named:
        element.set("class", " ".join(named))
    for name in ("clip-path", "target"):
        element.attrib.pop(name, None)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if HREF in element.attrib:
        element.set("href", element.attrib.pop(HREF))
    for name in {"d", "x", "y"}.intersection(element.attrib):
        element.set(name, " ".join(_rounded(element.get(name)).split()))


def _rounded(path: str) -> str:
    """A hundredth of a point is finer than print."""
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), path)


def _name_bar(root: Any, gid: str, name: str) -> None:
    group = root.find(f".//{SVG}g[@id='{gid}']")
    link = group.find(f"{SVG}a")
    bar = group.find(f".//{SVG}path") if link is None else link
    if link is None:
        bar.set("role", "img")
    bar.set("aria-label", name)
    # What the mouse shows. Beside a label of the same words it is not read twice.
    etree.SubElement(bar, f"{SVG}title").text = name


def _own_ids(root: Any, prefix: str) -> None:
    """Ids that something refers to get the prefix, all others go."""
    whole = etree.tostring(root, encoding="unicode")
    used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', whole))
    wanted = {name for pair in used for name in pair if name}
    for element in root.iter():
        if element.get("id") in wanted:
            element.set("id", f"{prefix}-{element.get('id')}")
        else:
            element.attrib.pop("id", None)
        for key, value in element.attrib.items():
            if value.startswith("url(#"):
                element.set(key, value.replace("url(#", f"url(#{prefix}-"))
            elif key == "href" and value.startswith("#"):
                element.set(key, f"#{prefix}-{value[1:]}")


def _flatten(root: Any) -> None:
    """Groups that say nothing, empty definitions and shapes without paint only make the page heavier."""
    for element in list(root.iter(f"{SVG}path")):
        if element.get("fill") == "none" and "stroke" not in element.attrib:
            element.getparent().remove(element)
    for element in reversed(list(root.iter(f"{SVG}g", f"{SVG}defs"))):
        if element.tag == f"{SVG}g" and not element.attrib:
            for child in list(element):
                element.addprevious(child)
        if not len(element):
            element.getparent().remove(element)


def _hide_the_rest(root: Any) -> None:
    for element in root:
        if element.tag != f"{SVG}defs" and "aria-label" not in element.attrib:
            element.set("aria-hidden", "true")


def _head(root: Any, prefix: str, title: str, description: str) -> None:
    """A group, never an image: the links of an image are not there for a screen reader."""
    width, height = (part for part in root.get("viewBox").split()[2:])
    root.attrib.clear()
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("class", "kv-wide" if float(width) > WIDE else "kv-slim")
    root.set("width", f"{float(width) * SCALE:.0f}")
    root.set("height", f"{float(height) * SCALE:.0f}")
    root.set("role", "group")
    root.set("font-family", FAMILY)
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        element = etree.Element(f"{SVG}{name}", id=f"{prefix}-{name}")
        element.text = text
        root.insert(place, element)
    root.set("aria-labelledby", f"{prefix}-title")
    root.set("aria-describedby", f"{prefix}-desc")
