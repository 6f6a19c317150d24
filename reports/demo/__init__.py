"""Norrvik's kvalitetsberättelser."""

from collections.abc import Callable
from typing import Any


def load(say: Callable[[str], Any]) -> None:
    """Nothing yet."""
