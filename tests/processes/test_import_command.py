"""``manage.py import_bpmn``, which scripts outside the project depend on."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from processes.enums import ProcessState
from processes.models import Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, make_process, publish

MAP = bpmn(("a", "Ta emot"), ("u", "Utreda"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "karta.bpmn"
    path.write_bytes(MAP)
    return path


def run(file: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_bpmn", str(file), stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def test_it_prints_the_path_of_a_draft(cast: Cast, file: Path) -> None:
    assert run(file, title="Ekonomiskt bistånd") == "/processer/ekonomiskt-bistand/"
    revision = ProcessRevision.objects.get()
    assert bytes(revision.map.data) == MAP
    assert revision.process.state == ProcessState.PLANNED


def test_it_publishes_with_two_people_on_the_version(cast: Cast, file: Path, client_for: ClientFor) -> None:
    path = run(file, title="Ekonomiskt bistånd", publish=True)
    assert client_for("medarbetare").get(path).status_code == 200
    revision = ProcessRevision.objects.in_force().get()
    assert revision.approved_by not in (None, revision.author)


def test_a_map_for_a_step_of_the_parent_becomes_that_steps_version(cast: Cast, file: Path) -> None:
    parent = make_process(cast)
    publish(cast, parent, map_bytes=MAP)
    assert run(file, title="Utreda", parent=parent.slug, publish=True) == "/processer/barn-och-unga-utreda/"
    assert Process.objects.filter(parent=parent).count() == 2


def test_a_bad_file_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    bad = tmp_path / "karta"
    bad.write_bytes(b"<not bpmn")
    with pytest.raises(CommandError, match="karta"):
        run(bad, title="X")
    with pytest.raises(CommandError, match="ingen process"):
        run(bad, title="X", parent="finns-inte")
    assert not Process.objects.exists()


def test_a_map_for_a_process_that_holds_says_where_it_is_from(cast: Cast, file: Path) -> None:
    parent = make_process(cast)
    publish(cast, parent, map_bytes=MAP)
    for _ in range(2):
        run(file, title="Utreda", parent=parent.slug, publish=True)
    latest = ProcessRevision.objects.in_force().get(process__slug="barn-och-unga-utreda")
    assert (latest.label, latest.change_note) == ("2", "Inläst från karta.bpmn.")
