"""A map that comes back from another tool is known; one that only happens to look alike is not."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import actions as documents
from kvalitet.models import Blob
from kvalitet.versions import RevisionStatus
from processes import recognition
from processes.bpmn.parse import parse
from processes.enums import ProcessState
from processes.models import MapSignature, Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.bpmn.maps import SHARED
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish
from tests.processes.othertool import saved_elsewhere
from tests.samples import make_documents

NAMES = ["Ta emot anmälan", "Göra skyddsbedömning", "Inleda utredning", "Samtala med barnet"]
STEPS = [(f"Activity_{number}x7f", name) for number, name in enumerate(NAMES)]
MAP = bpmn(*STEPS).replace(b'"p"', b'"Process_0kx2"')


def matches(data: bytes) -> list[recognition.Match]:
    return recognition.recognise(data, parse(data))


def certain(data: bytes) -> Process | None:
    found = recognition.the_one(matches(data))
    return found.process if found else None


@pytest.fixture
def process(cast: Cast) -> Process:
    process = make_process(cast)
    publish(cast, process, map_bytes=MAP)
    publish(cast, make_process(cast, "Annat"), map_bytes=bpmn(("x1", "Laga mat"), ("x2", "Diska")))
    return process


def test_the_very_same_file_is_known_and_so_is_one_saved_elsewhere(process: Process) -> None:
    assert matches(MAP)[0].same == process.revisions.get()
    again = saved_elsewhere(MAP)
    assert again != MAP
    assert certain(again) == process
    assert matches(again)[0].same is None
    assert (matches(again)[0].common, matches(again)[0].of) == (4, 4)


def test_a_version_that_is_half_new_is_known_and_one_that_is_all_new_is_not(process: Process) -> None:
    half = bpmn(*STEPS[:2], ("n1", "Nytt ett"), ("n2", "Nytt två")).replace(b'"p"', b'"Process_0kx2"')
    assert certain(half) == process
    new = bpmn(*[(f"n{n}", f"Nytt {n}") for n in range(4)]).replace(b'"p"', b'"Process_0kx2"')
    assert matches(new) == []


def test_ids_that_tools_give_to_everyone_prove_nothing(process: Process) -> None:
    other = bpmn(*[(key, f"Något annat {key}") for key, _ in STEPS]).replace(b'"p"', b'"Process_0kx2"')
    assert matches(other) == []


@pytest.mark.parametrize(
    "rename",
    [
        {"Process_0kx2": "sid-1"},
        {key: f"sid-{key}" for key, _ in STEPS},
        {"Process_0kx2": "sid-1", **{key: f"sid-{key}" for key, _ in STEPS}},
    ],
    ids=["process", "steps", "both"],
)
def test_where_the_tool_gave_new_ids_somebody_is_asked(process: Process, rename: dict[str, str]) -> None:
    found = matches(saved_elsewhere(MAP, rename=rename))
    assert [one.process for one in found] == [process]
    assert not found[0].is_certain


def test_a_file_that_two_processes_have_alike_is_asked_about(cast: Cast, process: Process) -> None:
    publish(cast, make_process(cast, "Kopia"), map_bytes=MAP)
    assert certain(saved_elsewhere(MAP)) is None
    assert len(matches(MAP)) == 2


def test_a_draft_that_was_thrown_away_is_no_version(cast: Cast, process: Process) -> None:
    draft = make_draft(cast, make_process(cast, "Kastad"), map_bytes=bpmn(("k1", "Kasta"), ("k2", "Boll")))
    bring_to(draft, cast, RevisionStatus.WITHDRAWN)
    assert matches(bpmn(("k1", "Kasta"), ("k2", "Boll"))) == []


def test_maps_from_before_their_marks_were_kept_are_known(cast: Cast, process: Process) -> None:
    older = bpmn(("o1", "Öppna"), ("o2", "Stänga"))
    draft = make_draft(cast, process)
    ProcessRevision.objects.filter(pk=draft.pk).update(map=Blob.objects.keep(older))
    assert not MapSignature.objects.filter(blob=Blob.key_of(older)).exists()
    assert certain(saved_elsewhere(older)) == process


@pytest.mark.parametrize("earlier", ["v1", "v2", "v3"])
def test_the_successive_versions_of_a_real_model_are_one_process(cast: Cast, earlier: str) -> None:
    folder: Path = SHARED / "sundsvall"
    if not folder.is_dir():
        return
    process = make_process(cast, "Parkeringstillstånd")
    publish(cast, process, map_bytes=(folder / f"parking-permit-{earlier}.bpmn").read_bytes())
    for name in ("parking-permit-v2", "parking-permit-v3", "parking-permit-v4", "process-parking-permit"):
        data = (folder / f"{name}.bpmn").read_bytes()
        assert certain(data) == process, name
        assert certain(saved_elsewhere(data)) == process, name
    for name in ("egensotning", "brandfarlig-vara"):
        assert matches((folder / f"{name}.bpmn").read_bytes()) == [], name


def upload(client_for: ClientFor, data: bytes, who: str = "processhandledare", **values: Any) -> Any:
    file = SimpleUploadedFile("från verktyget.bpmn", data)
    form = {"visibility": "internal", **values, "file": file}
    return client_for(who).post(reverse("processes:import"), form)


def save(client_for: ClientFor, preview: Any, target: str) -> Any:
    kept = {**preview.context["kept"], "target": target}
    return client_for("processhandledare").post(reverse("processes:import"), kept, follow=True)


def test_a_known_file_becomes_a_new_version_whose_steps_keep_their_links(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    step = Process.objects.get(parent=process, title="Inleda utredning")
    routine = make_documents(cast, process).public.document
    documents.link(routine, process=step, user=cast.samordnare)
    changed = bpmn(*STEPS[1:], ("ny", "Avsluta")).replace(b'"p"', b'"Process_0kx2"')
    preview = upload(client_for, saved_elsewhere(changed))
    assert "Filen är en ny version av Barn och unga" in preview.text
    assert preview.context["chosen"] == f"ny-{process.pk}"
    assert save(client_for, preview, preview.context["chosen"]).status_code == 200
    draft = ProcessRevision.objects.open().get(process=process)
    assert (draft.number, draft.mission) == (2, "Vi gör det vi ska.")
    bring_to(draft, cast, "published")
    rows = {one.title: one for one in Process.objects.filter(parent=process)}
    assert rows["Inleda utredning"].pk == step.pk
    assert rows["Ta emot anmälan"].state == ProcessState.RETIRED
    assert rows["Avsluta"].state == ProcessState.ACTIVE
    assert routine.title in client_for("medarbetare").get(step.get_absolute_url()).text


def test_a_known_file_may_still_become_a_process_of_its_own(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    preview = upload(client_for, saved_elsewhere(MAP), title="Familjerätt")
    asked = save(client_for, preview, "new")
    assert "Välj styr-, huvud- eller stödprocess" in asked.text
    kept = {**preview.context["kept"], "target": "new", "kind": "main"}
    client_for("processhandledare").post(reverse("processes:import"), kept)
    assert Process.objects.filter(title="Familjerätt").exists()
    assert not ProcessRevision.objects.open().filter(process=process).exists()


def test_a_version_under_work_is_offered_and_its_map_changed(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    draft = make_draft(cast, process, mission="Ny text.")
    preview = upload(client_for, saved_elsewhere(MAP))
    assert preview.context["chosen"] == f"byt-{process.pk}-2"
    save(client_for, preview, preview.context["chosen"])
    draft.refresh_from_db()
    assert (draft.map_name, draft.mission) == ("från verktyget.bpmn", "Ny text.")


def test_a_version_that_is_decided_is_not_written_over(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    decided = bring_to(make_draft(cast, process), cast, RevisionStatus.APPROVED)
    preview = upload(client_for, saved_elsewhere(MAP))
    assert "fastställd och väntar på att publiceras" in preview.text
    assert preview.context["chosen"] == ""
    again = save(client_for, preview, f"byt-{process.pk}-2")
    assert again.context["targets"]
    decided.refresh_from_db()
    assert bytes(decided.map.data) == MAP


@pytest.mark.parametrize("target", ["", "ny-999999", "byt-1-1", "\x00", "x" * 50])
def test_an_answer_that_cannot_be_is_asked_again_and_saves_nothing(
    process: Process, client_for: ClientFor, target: str
) -> None:
    preview = upload(client_for, saved_elsewhere(MAP))
    assert "Så här blir kartan" in save(client_for, preview, target).text
    assert not ProcessRevision.objects.open().exists()


def test_somebody_who_began_a_version_meanwhile_is_told_of(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    preview = upload(client_for, saved_elsewhere(MAP))
    make_draft(cast, process)
    again = save(client_for, preview, preview.context["chosen"])
    assert again.context["chosen"] == f"byt-{process.pk}-2"


def test_a_map_of_another_process_is_pointed_out_before_it_is_put_in_a_version(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    other = make_draft(cast, make_process(cast, "Vuxna"))
    url = reverse("processes:revision_map", args=[other.process.slug, 1])
    file = SimpleUploadedFile("karta.bpmn", saved_elsewhere(MAP))
    page = client_for("processhandledare").post(url, {"file": file}).text
    assert "Filen ser ut att vara kartan för" in page
