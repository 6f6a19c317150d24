"""The maps that come with the product are drawn from their descriptions without a remark."""

import tomllib
from pathlib import Path

import pytest

from processes.bpmn.build import build
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps

FOLDER = Path(__file__).parents[3] / "processes" / "demo" / "kartor"
FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_demo_map_is_built_and_read_whole(file: Path) -> None:
    spec = tomllib.loads(file.read_text(encoding="utf-8"))
    model = parse(build(spec))
    assert model.remarks == []
    found = steps(model)
    assert found
    assert {step.lane for step in found if not step.parent} <= set(spec["lanes"])
