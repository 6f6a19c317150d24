"""Texts that lie beside the code: a file with TOML between two lines ``+++``, then Markdown."""

import tomllib
from pathlib import Path
from typing import Any


def read(path: Path) -> tuple[dict[str, Any], str]:
    """The facts of the file and its text, as Markdown. ValueError when the lines ``+++`` are not there."""
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), body
