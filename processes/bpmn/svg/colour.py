"""BPMN in colour, kept readable: which of an author's colours may be used where, in light and in dark."""

from __future__ import annotations

from functools import lru_cache

INK, PAPER = "#000000", "#ffffff"


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_plain(colour: str) -> bool:
    """Near white and near black say nothing: every tool writes them, so the look's own colours stand
    instead.
    """
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)] if colour else [0, 0, 0]
    return not colour or min(parts) >= 240 or max(parts) <= 60


def fill(colour: str) -> str:
    return "" if is_plain(colour) else colour


def stroke(colour: str) -> str:
    return "" if is_plain(colour) else colour


def text_class(colour: str) -> str:
    """Class of text on an author's fill: the ink that is read best on it, the same in light and dark."""
    return "on-light" if contrast(colour, INK) >= contrast(colour, PAPER) else "on-dark"


def is_faint(colour: str) -> bool:
    """A stroke too close to white paper to be seen as a line."""
    return contrast(colour, PAPER) < 3
