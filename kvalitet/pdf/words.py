"""What the page's HTML must say before WeasyPrint reads it: words for pictures, and headings in order."""

from typing import Any

SVG = "{http://www.w3.org/2000/svg}"
WORDLESS = "Bild utan beskrivning"
HEADINGS = {f"h{level}": level for level in range(1, 7)}


def complete(root: Any) -> None:
    """Change the tree in place: texts by many hands lack words and skip levels, and PDF/UA allows neither."""
    for picture in root.iter("img"):
        if not (picture.get("alt") or "").strip():
            picture.set("alt", WORDLESS)
    for drawing in root.iter(f"{SVG}svg"):
        _tell_whole(drawing)
    _close_gaps(root)


def _tell_whole(drawing: Any) -> None:
    """WeasyPrint takes the title alone as the words of a drawing; the description belongs to them."""
    title, description = drawing.find(f"{SVG}title"), drawing.findtext(f"{SVG}desc")
    if title is None:
        title = drawing.makeelement(f"{SVG}title", {})
        drawing.insert(0, title)
    title.text = (title.text or "").strip() or WORDLESS
    if description and description != title.text:
        title.text = f"{title.text}. {description}"


def _close_gaps(root: Any) -> None:
    """h2, h4, h4 become h2, h3, h3: each is one below the nearest before it that was above it."""
    above: list[int] = []
    for heading in [element for element in root.iter() if element.tag in HEADINGS]:
        level = HEADINGS[heading.tag]
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.tag = f"h{len(above)}"
