"""Reads BPMN files and tells what the map would be; changes nothing."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from processes.bpmn.model import BpmnError, Model
from processes.bpmn.parse import parse
from processes.bpmn.svg import Drawing, render

ENDINGS = (".bpmn", ".bpmn2", ".xml")


class Command(BaseCommand):
    help = "Läser BPMN-filer eller mappar och skriver en rad JSON per fil. Ändrar ingenting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="+", type=Path)
        parser.add_argument("--svg", type=Path, help="mapp som kartorna skrivs till")

    def handle(self, *, path: list[Path], svg: Path | None, **options: Any) -> None:
        for file in _files(path):
            result, drawings = check(file)
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            if svg is not None:
                _write(svg, file, drawings)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file()
            )
        else:
            yield path


def check(file: Path) -> tuple[dict[str, Any], list[Drawing]]:
    """The line for one file, and its drawings. `reason` says why it is refused, or what was repaired."""
    started = time.perf_counter()
    reason, model, drawings = "", None, []
    try:
        model = parse(file.read_bytes())
        drawings = render(model, title=model.name, prefix="karta")
        reason = " ".join(model.remarks)
    except BpmnError as error:
        reason = str(error)
    except OSError as error:
        reason = f"Filen gick inte att öppna ({error.strerror})."
    result = {
        "file": str(file),
        "ok": model is not None,
        "reason": reason,
        "elements": _counts(model),
        "shown": sum(drawing.shown for drawing in drawings),
        "svg_bytes": sum(len(drawing.svg.encode()) for drawing in drawings),
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    return result, drawings


def _counts(model: Model | None) -> dict[str, int]:
    kinds = Counter(element.kind for element in model.elements.values()) if model else Counter()
    return dict(sorted(kinds.items()))


def _write(folder: Path, file: Path, drawings: list[Drawing]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, drawing in enumerate(drawings):
        name = file.stem if number == 0 else f"{file.stem}-{number + 1}"
        (folder / f"{name}.svg").write_text(drawing.svg, encoding="utf-8")
