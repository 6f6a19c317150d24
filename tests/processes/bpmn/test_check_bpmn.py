"""The command that others' scripts call: one JSON object a line, whatever the files are."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from lxml import etree

from tests.processes.bpmn import maps

KEYS = {"file", "ok", "reason", "elements", "shown", "svg_bytes", "ms"}


def check(*arguments: object) -> list[dict[str, object]]:
    out = StringIO()
    call_command("check_bpmn", *map(str, arguments), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_folder_gives_one_line_a_file(tmp_path: Path) -> None:
    (tmp_path / "inre").mkdir()
    (tmp_path / "a.bpmn").write_bytes(maps.drawn_chain(3))
    (tmp_path / "inre" / "b.xml").write_bytes(b"<html/>")
    (tmp_path / "c.txt").write_bytes(b"annat")
    good, bad = check(tmp_path)
    assert set(good) == set(bad) == KEYS
    assert (good["ok"], good["reason"], good["shown"]) == (True, "", 5)
    assert good["elements"] == {"process": 1, "sequenceFlow": 2, "userTask": 3}
    assert bad["ok"] is False
    assert "börjar med <html>" in str(bad["reason"])


def test_missing_file_is_a_line_and_no_crash(tmp_path: Path) -> None:
    (line,) = check(tmp_path / "borta.bpmn")
    assert line["ok"] is False
    assert "gick inte att öppna" in str(line["reason"])


def test_repair_is_told_although_the_file_is_ok(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(maps.chain(2))
    (line,) = check(tmp_path / "a.bpmn")
    assert line["ok"] is True
    assert "ingen ritning" in str(line["reason"])
    assert line["shown"] == 7


def test_svg_folder_gets_the_maps_and_the_files_are_untouched(tmp_path: Path) -> None:
    source = tmp_path / "a.bpmn"
    source.write_bytes(maps.every_kind())
    check(source, "--svg", tmp_path / "ut")
    assert source.read_bytes() == maps.every_kind()
    assert etree.parse(tmp_path / "ut" / "a.svg").getroot().get("role") == "group"
