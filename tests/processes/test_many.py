"""Many maps at once: each file is told what became of it, once, whatever happens to the worker."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from kvalitet import archives, jobs
from kvalitet.models import Job, Notification
from kvalitet.organisation.models import RoleAssignment
from processes import batches, unpacking
from processes.bpmn.build import build
from processes.enums import Outcome
from processes.models import ImportedFile, MapImport, Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, make_draft, make_process, publish
from tests.processes.othertool import saved_elsewhere

STEPS = (("Activity_1x", "Ta emot"), ("Activity_2x", "Pröva"), ("Activity_3x", "Besluta"))


class Killed(BaseException):
    """What kill -9 leaves: nothing is tidied up after it."""


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def a_map(name: str) -> bytes:
    """A map with a drawing, whose ids and names are its own."""
    keys = [*(key for key, _ in STEPS), "slut"]
    steps = [
        {"id": f"{key}_{name}", "name": f"{title} {name}", "kind": "user", "next": [[f"{after}_{name}"]]}
        for (key, title), after in zip(STEPS, keys[1:], strict=True)
    ]
    end = {"id": f"slut_{name}", "name": "Klart", "kind": "end"}
    return build({"name": name, "slug": name.lower(), "step": [*steps, end]})


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name), data, how)
    return out.getvalue()


def send(client_for: ClientFor, *files: tuple[str, bytes], **values: Any) -> Any:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    form = {"kind": "main", "visibility": "internal", **values, "files": sent}
    return client_for("processhandledare").post(reverse("processes:import_many"), form)


def work_off(batch: MapImport) -> Job:
    job = batches.job_of(batch)
    assert job is not None
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def imported(client_for: ClientFor, *files: tuple[str, bytes], **values: Any) -> list[ImportedFile]:
    answer = send(client_for, *files, **values)
    assert answer.status_code == 302, answer.context["form"].errors
    batch = MapImport.objects.latest("pk")
    assert work_off(batch).status == "done"
    return list(batch.files.order_by("number"))


def outcomes(rows: list[ImportedFile]) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in rows]


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_every_file_gets_its_line_and_every_map_its_draft(
    cast: Cast, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    broken = a_map("Trasig").replace(b'targetRef="slut_Trasig"', b'targetRef="finns_inte"')
    files = {
        "mapp/utreda.bpmn": a_map("Utreda"),
        "trasig.xml": broken,
        "bild.png": b"\x89PNG",
        "inre.zip": zipped({"a.bpmn": a_map("Inre")}),
        "../ut.bpmn": a_map("Ut"),
        "tom.bpmn": b"",
        "__MACOSX/._utreda.bpmn": b"x",
        ".DS_Store": b"x",
    }
    with django_capture_on_commit_callbacks(execute=True):
        rows = imported(client_for, ("allt.zip", zipped(files)), ("besluta.bpmn", a_map("Besluta")))
    assert outcomes(rows) == [
        ("mapp/utreda.bpmn", Outcome.IMPORTED),
        ("trasig.xml", Outcome.REMARKS),
        ("bild.png", Outcome.REFUSED),
        ("inre.zip", Outcome.REFUSED),
        ("../ut.bpmn", Outcome.REFUSED),
        ("tom.bpmn", Outcome.REFUSED),
        ("besluta.bpmn", Outcome.IMPORTED),
    ]
    assert [bool(one.reason) for one in rows] == [one.outcome == Outcome.REFUSED for one in rows]
    assert rows[1].remarks
    assert {one.title for one in Process.objects.filter(level=0)} == {"Utreda", "Trasig", "Besluta"}
    assert bytes(rows[0].revision.map.data) == files["mapp/utreda.bpmn"]
    assert stored() == []


def test_known_maps_become_versions_and_unchanged_ones_nothing(cast: Cast, client_for: ClientFor) -> None:
    files = [(f"{name}.bpmn", a_map(name)) for name in ("Utreda", "Besluta", "Vänta", "Lika")]
    imported(client_for, *files)
    utreda = Process.objects.get(title="Utreda")
    other = make_process(cast, "Följa upp")
    publish(cast, other, map_bytes=a_map("Uppföljning"))
    sent = [
        ("upp.bpmn", saved_elsewhere(a_map("Uppföljning"))),
        ("utreda.bpmn", saved_elsewhere(a_map("Utreda"))),
        ("lika.bpmn", a_map("Lika")),
    ]
    rows = imported(client_for, *sent)
    assert [one.outcome for one in rows] == [Outcome.VERSION, Outcome.REFUSED, Outcome.UNCHANGED]
    assert (rows[0].revision.process, rows[0].revision.number) == (other, 2)
    assert f"version {utreda.revisions.get().number} redan är under arbete" in rows[1].reason
    again = imported(client_for, *files)
    assert {one.outcome for one in again} == {Outcome.UNCHANGED}
    assert Process.objects.filter(level=0).count() == 5


def test_under_a_parent_a_map_goes_to_the_step_of_its_name(cast: Cast, client_for: ClientFor) -> None:
    parent = make_process(cast)
    publish(cast, parent, map_bytes=bpmn(("u", "Utreda"), ("b", "Besluta")))
    files = [("u.bpmn", a_map("Utreda")), ("n.bpmn", a_map("Nytt"))]
    rows = imported(client_for, *files, parent=parent.pk)
    assert [one.outcome for one in rows] == [Outcome.VERSION, Outcome.IMPORTED]
    assert rows[0].revision.process.element_id == "u"
    assert rows[1].revision.process.parent == parent


def test_a_map_that_is_only_alike_is_laid_up_and_said_so(cast: Cast, client_for: ClientFor) -> None:
    publish(cast, make_process(cast), map_bytes=a_map("Utreda"))
    other_ids = {f"{key}_Utreda": f"sid-{key}" for key, _ in STEPS} | {"process_utreda": "sid-9"}
    (row,) = imported(client_for, ("u.bpmn", saved_elsewhere(a_map("Utreda"), rename=other_ids)))
    assert row.outcome == Outcome.REMARKS
    assert "liknar Barn och unga (3 av 3 steg)" in row.remarks[0]


@pytest.mark.parametrize("where", ["work", "commit", "after"])
def test_a_worker_that_is_killed_leaves_each_file_exactly_once(
    cast: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    send(client_for, *[(f"{n}.bpmn", a_map(f"Nr{n}")) for n in range(4)])
    batch, real = MapImport.objects.get(), batches.KIND.steps

    def dying(job: Job) -> list[jobs.Step]:
        steps = list(real(job))  # type: ignore[operator]
        second = steps[1]

        def die(*_: Any) -> None:
            raise Killed

        if where == "work":
            steps[1] = jobs.Step(second.label, lambda job: (second.work(job), die()), second.commit)
        elif where == "commit":
            steps[1] = jobs.Step(second.label, second.work, lambda *made: (second.commit(*made), die()))
        else:
            steps[2] = jobs.Step("", die, steps[2].commit)
        return steps

    kind = batches.KIND
    monkeypatch.setitem(jobs._kinds, kind.name, jobs.Kind(kind.name, kind.label, dying))
    with pytest.raises(Killed):
        work_off(batch)
    monkeypatch.setitem(jobs._kinds, kind.name, kind)
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert work_off(batch).status == "done"
    assert [one.outcome for one in batch.files.order_by("number")] == [Outcome.IMPORTED] * 4
    assert Process.objects.filter(level=0).count() == ProcessRevision.objects.count() == 4
    assert (
        Notification.objects.filter(user=cast.processhandledare, sentence__startswith="Importen").count() == 1
    )


def test_a_file_that_we_fail_on_stops_none_of_the_others(
    cast: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send(client_for, ("a.bpmn", a_map("A")), ("b.bpmn", a_map("B")))
    real = batches.imports.title_of

    def fail_on_a(model: Any, name: str) -> str:
        return str(1 / 0) if name == "a.bpmn" else real(model, name)

    monkeypatch.setattr(batches.imports, "title_of", fail_on_a)
    work_off(MapImport.objects.get())
    assert list(ImportedFile.objects.order_by("number").values_list("outcome", flat=True)) == [
        Outcome.REFUSED,
        Outcome.IMPORTED,
    ]
    assert "division" not in ImportedFile.objects.get(number=1).reason


def test_an_import_goes_on_after_it_was_stopped(cast: Cast, client_for: ClientFor) -> None:
    send(client_for, ("a.bpmn", a_map("A")))
    batch = MapImport.objects.get()
    job = batches.job_of(batch)
    assert job is not None
    jobs.cancel(job)
    page = client_for("processhandledare").get(batch.get_absolute_url()).text
    assert "Försök igen" in page
    assert "1 filer är inte lästa" in client_for("samordnare").get(batch.get_absolute_url()).text
    jobs.retry(Job.objects.get())
    assert work_off(batch).status == "done"
    assert batch.files.get().outcome == Outcome.IMPORTED


def test_files_of_an_import_that_was_given_up_are_deleted_after_a_week(
    cast: Cast, client_for: ClientFor
) -> None:
    send(client_for, ("a.bpmn", a_map("A")))
    jobs.cancel(Job.objects.get())
    batches.sweep()
    assert len(stored()) == 1
    MapImport.objects.update(created_at=timezone.now() - timedelta(days=8))
    batches.sweep()
    assert stored() == []
    jobs.retry(Job.objects.get())
    assert "Filerna finns inte kvar" in work_off(MapImport.objects.get()).error


def test_who_lost_the_right_meanwhile_imports_nothing(cast: Cast, client_for: ClientFor) -> None:
    send(client_for, ("a.bpmn", a_map("A")))
    RoleAssignment.objects.filter(user=cast.processhandledare).delete()
    work_off(MapImport.objects.get())
    assert ImportedFile.objects.get().outcome == Outcome.REFUSED
    assert not Process.objects.exists()


def test_the_page_tells_each_file_and_gives_the_list_as_csv(cast: Cast, client_for: ClientFor) -> None:
    rows = imported(client_for, ("a.bpmn", a_map("A")), ("<b>x</b>.png", b"x"))
    url = MapImport.objects.get().get_absolute_url()
    page = client_for("samordnare").get(url).text
    assert rows[0].revision.get_absolute_url() in page
    assert "Avvisad" in page
    assert "<b>x</b>" not in page
    assert "a.bpmn" not in client_for("samordnare").get(url, {"utfall": "refused"}).text
    told = client_for("samordnare").get(url, {"exportera": "csv"}).content.decode("utf-8-sig")
    assert told.splitlines()[1] == "a.bpmn;Importerad;A, version 1;"
    assert client_for("processagare").get(url).status_code == 404
    assert client_for("medarbetare").get(url).status_code == 404


def test_the_list_asks_as_little_for_three_as_for_one(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client, counts = client_for("samordnare"), []
    for amount in (1, 6):
        imported(client_for, *[(f"{amount}{n}.bpmn", a_map(f"K{amount}{n}")) for n in range(amount)])
        url = MapImport.objects.latest("pk").get_absolute_url()
        client.get(url)
        with django_assert_max_num_queries(12) as counted:
            client.get(url)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def bomb() -> bytes:
    return zipped({f"{n}.bpmn": b" " * 9_900_000 for n in range(40)})


def lying(data: bytes) -> bytes:
    """The archive says that its file is one byte long."""
    real = len(a_map("Lögn")).to_bytes(4, "little")
    return data.replace(real, (1).to_bytes(4, "little"))


def encrypted() -> bytes:
    data = bytearray(zipped({"a.bpmn": a_map("A")}, zipfile.ZIP_STORED))
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04" + b"x" * 50, "skadad"),
        (zipped({}), "inga kartor"),
        (zipped({"__MACOSX/a.bpmn": b"x"}), "inga kartor"),
        (zipped({f"{n}.bpmn": b"x" for n in range(unpacking.MAX_FILES + 1)}), "fler än 500"),
    ],
    ids=["damaged", "empty", "hidden only", "many"],
)
def test_an_upload_that_is_not_taken_in_says_why(
    cast: Cast, client_for: ClientFor, data: bytes, reason: str
) -> None:
    answer = send(client_for, ("allt.zip", data))
    assert answer.status_code == 200
    assert reason in answer.text
    assert not MapImport.objects.exists()
    assert stored() == []


def test_nothing_chosen_is_said_at_the_field(cast: Cast, client_for: ClientFor) -> None:
    assert "inga kartor" in send(client_for).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: zipped({"a.bpmn": b" " * 10_000_001}), unpacking.TOO_LARGE),
        (encrypted, archives.LOCKED),
        (lambda: lying(zipped({"a.bpmn": a_map("Lögn")})), unpacking.BROKEN),
        (lambda: zipped({"a.bpmn": a_map("A")}, zipfile.ZIP_LZMA), archives.PACKED_ODDLY),
        (lambda: zipped({"C:\\a.bpmn": a_map("A")}), archives.STRANGE),
        (lambda: zipped({"/etc/a.bpmn": a_map("A")}), archives.STRANGE),
        (lambda: zipped({"a\u202enpmb.exe": b"MZ"}), unpacking.NOT_A_MAP),
    ],
    ids=["large", "locked", "lying", "lzma", "drive", "absolute", "turned round"],
)
def test_a_bad_file_in_an_archive_is_told_on_its_line(data: Any, reason: str) -> None:
    (found,) = unpacking.collect([("allt.zip", io.BytesIO(data()))])
    assert (found.reason, found.data) == (reason, b"")
    assert "\u202e" not in found.name


def test_what_an_archive_unpacks_to_is_limited_whatever_it_says() -> None:
    found = unpacking.collect([("bomb.zip", io.BytesIO(bomb()))])
    assert sum(len(one.data) for one in found) <= unpacking.MAX_TOTAL
    assert found[-1].reason == unpacking.TOO_MUCH
    assert len(found) == 40


def test_the_database_keeps_what_a_file_was_told(cast: Cast, client_for: ClientFor) -> None:
    (row,) = imported(client_for, ("a.bpmn", a_map("A")))
    with pytest.raises(DatabaseError), transaction.atomic():
        ImportedFile.objects.filter(pk=row.pk).update(outcome=Outcome.REFUSED, reason="x")
    waiting = ImportedFile.objects.create(batch=row.batch, number=99, name="b")
    for values in ({"outcome": "refused", "done_at": timezone.now()}, {"done_at": timezone.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ImportedFile.objects.filter(pk=waiting.pk).update(**values)


def test_an_import_that_is_not_there_is_not_found(client_for: ClientFor) -> None:
    assert client_for("samordnare").get(reverse("processes:imported", args=[4711])).status_code == 404


def test_a_draft_in_the_way_is_told_by_its_number(cast: Cast, client_for: ClientFor) -> None:
    process = make_process(cast)
    publish(cast, process, map_bytes=a_map("Utreda"))
    make_draft(cast, process)
    (row,) = imported(client_for, ("u.bpmn", saved_elsewhere(a_map("Utreda"))))
    assert "Barn och unga, där version 2 redan är under arbete" in row.reason
