"""Many files at once: taken in one by one, looked over, made into drafts; nothing twice and nothing half."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions import batches as batch_actions
from documents.bulk import batches
from documents.models import Document, DocumentLink, Revision, UploadBatch, UploadItem
from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.organisation.models import RoleAssignment
from processes.actions import set_units
from tests.documents.factories import checked, make_draft, make_in_force, upload
from tests.documents.test_prints import changed, text_of
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db
NEW = "/dokument/flera/"


def first_page(cast, **values):
    return {
        "submission": str(uuid.uuid4()),
        "type": "unit_routine",
        "owner_unit": cast.units.home.pk,
        "responsible": cast.ombud.email,
        "visibility": "internal",
        **values,
    }


def begin(cast, client, **values):
    client.post(NEW, first_page(cast, **values))
    return UploadBatch.objects.latest("pk")


def send(client, batch, *files, **headers):
    return client.post(f"{batch.get_absolute_url()}filer/", {"files": list(files)}, **headers)


def said(batch, **values):
    """What the page sends: each file as it stands, with ``values`` by file name and field."""
    data = {"gor": "lagg-in"}
    for item in batch.items.filter(outcome="waiting").select_related("responsible", "process"):
        shown = {
            "title": item.title,
            "choice": item.choice,
            "type": item.type,
            "owner_unit": item.owner_unit_id,
            "responsible": item.responsible.email,
            "visibility": item.visibility,
            "process": item.process.title if item.process else "",
            **values.get(item.name.split(".")[0].replace("-", "_"), {}),
        }
        data |= {f"fil-{item.pk}-{name}": value for name, value in shown.items()}
    return data


def read_all():
    for job in Job.objects.filter(kind=batches.READ, status="waiting"):
        jobs.run(job.pk)


def work(batch):
    jobs.run(batches.job_of(batch).pk)
    batch.refresh_from_db()


def outcomes(batch):
    return {one.name: one.outcome for one in batch.items.order_by("number")}


def test_ombud_lays_in_many_files_and_looks_them_over_first(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(
        client, batch, upload("Text ett.", "rutin-larm.txt"), upload("Text två.", "2024-01-03_Lathund_v2.txt")
    )
    assert not Document.objects.exists()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert 'value="Rutin larm"' in page
    assert 'value="Lathund"' in page
    answer = client.post(batch.get_absolute_url(), said(batch, rutin_larm={"title": "När larmet går"}))
    assert answer.status_code == 302
    work(batch)
    assert outcomes(batch) == {"rutin-larm.txt": "made", "2024-01-03_Lathund_v2.txt": "made"}
    assert set(Document.objects.values_list("title", flat=True)) == {"När larmet går", "Lathund"}
    assert (batch.status, set(Revision.objects.values_list("status", flat=True))) == ("done", {"draft"})
    told = client.get(batch.get_absolute_url()).content.decode()
    assert "När larmet går, version 1.0" in told
    for revision in Revision.objects.all():
        with storage.open_stored(revision.storage_key) as file:
            assert file.read().startswith(b"Text")


def test_draft_of_many_has_the_gallring_and_review_of_its_type_as_one_laid_in_alone(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Gör så här.", "lathund.txt"), upload("Alltid så.", "rutin.txt"))
    client.post(batch.get_absolute_url(), said(batch, lathund={"type": "quick_guide"}))
    work(batch)
    kept = dict(Document.objects.values_list("title", "retention"))
    assert kept == {"Lathund": "when_obsolete", "Rutin": "kept"}


def test_file_that_is_refused_costs_only_itself(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    bad = SimpleUploadedFile("virus.docx", b"MZ\x90\x00" + b"0" * 100)
    answer = send(client, batch, upload("Bra.", "bra.txt"), bad, headers={"accept": "application/json"})
    assert [bool(one["reason"]) for one in answer.json()["files"]] == [False, True]
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Program tas inte emot" in page
    assert outcomes(batch) == {"bra.txt": "waiting", "virus.docx": "refused"}


def test_file_sent_again_after_a_lost_connection_is_the_same_line(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    for _ in range(2):
        send(client, batch, upload("Samma.", "rutin.txt"), SimpleUploadedFile("x.docx", b"MZ" + b"0" * 99))
    assert outcomes(batch) == {"rutin.txt": "waiting", "x.docx": "refused"}


def test_first_page_sent_twice_is_one_upload(cast, client_for):
    client, data = client_for("ombud"), first_page(cast)
    assert client.post(NEW, data).headers["Location"] == client.post(NEW, data).headers["Location"]
    assert UploadBatch.objects.count() == 1


def test_heading_of_the_text_becomes_the_title_until_somebody_says_another(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Rutin för nycklar\n\nNyckeln hänger i skåpet.", "dok1.txt"))
    assert "1 fil läses" in client.get(batch.get_absolute_url()).content.decode()
    read_all()
    assert batch.items.get().title == "Rutin för nycklar"


def test_title_that_was_said_is_not_read_over(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Rutin för nycklar\n\nText.", "dok1.txt"))
    client.post(batch.get_absolute_url(), said(batch, dok1={"title": "Min titel"}) | {"gor": "spara"})
    read_all()
    assert batch.items.get().title == "Min titel"


def test_file_that_is_there_already_is_connected_instead(cast, client_for):
    there = make_in_force(cast, title="Rutin som finns", content=checked("Samma text."))
    process = make_process(cast)
    set_units(process, [cast.units.home])
    publish(cast, process)
    client = client_for("ombud")
    batch = begin(cast, client, process=process.title)
    send(client, batch, upload("Samma text.", "kopia.txt"))
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Samma fil" in page
    assert "Koppla Rutin som finns till processen i stället" in page
    client.post(batch.get_absolute_url(), said(batch))
    work(batch)
    assert outcomes(batch) == {"kopia.txt": "linked"}
    assert DocumentLink.objects.get().document == there
    assert Document.objects.count() == 1


def test_same_name_is_asked_about_before_anything_is_laid_in(cast, client_for):
    there = make_in_force(cast, title="Rutin larm", content=checked("Gammal text.", "gammal.txt"))
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ny text.", "rutin-larm.txt"), upload("Annat.", "annat.txt"))
    answer = client.post(batch.get_absolute_url(), said(batch), follow=True)
    assert "1 av filerna verkar finnas redan" in answer.content.decode()
    assert Document.objects.count() == 1
    client.post(batch.get_absolute_url(), said(batch, rutin_larm={"choice": "version"}))
    work(batch)
    assert outcomes(batch) == {"rutin-larm.txt": "version", "annat.txt": "made"}
    assert there.revisions.open().get().label == "2.0"


def test_document_one_may_not_see_is_neither_told_nor_offered(cast, client_for):
    make_draft(
        cast,
        title="Hemlig rutin",
        user=cast.grannchef,
        responsible=cast.grannchef,
        owner_unit=cast.units.neighbour,
        content=checked("Samma text.", "hemlig.txt"),
    )
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Samma text.", "hemlig.txt"))
    assert "Hemlig rutin" not in client.get(batch.get_absolute_url()).content.decode()
    assert batch.items.get().choice == "new"


def test_nearly_the_same_text_is_told_and_may_be_connected(cast, client_for):
    text = text_of(1)
    make_in_force(cast, title="Rutin som finns", content=checked(text))
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload(changed(text, 0.03), "ny.txt"))
    read_all()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Nästan samma text" in page
    assert "Koppla Rutin som finns till processen i stället" in page
    client.post(batch.get_absolute_url(), said(batch, ny={"choice": "link"}))
    work(batch)
    assert outcomes(batch) == {"ny.txt": "skipped"}
    assert "Välj en process" in batch.items.get().reason


def test_wrong_words_of_one_file_stop_all_and_are_kept(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"), upload("Två.", "tva.txt"))
    wrong = {"title": "Rutin för 121212-1212", "visibility": "public", "process": "Finns inte"}
    page = client.post(batch.get_absolute_url(), said(batch, ett=wrong)).content.decode()
    assert "Processen ”Finns inte” finns inte" in page
    assert "personnummer" in page
    assert 'value="Rutin för 121212-1212"' in page
    assert batches.job_of(batch) is None


def test_unit_one_does_not_write_for_is_no_choice(cast, client_for):
    client = client_for("ombud")
    client.post(NEW, first_page(cast, owner_unit=cast.units.neighbour.pk))
    assert not UploadBatch.objects.exists()
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"))
    client.post(batch.get_absolute_url(), said(batch, ett={"owner_unit": cast.units.neighbour.pk}))
    assert batches.job_of(batch) is None


def test_right_that_is_lost_meanwhile_refuses_with_a_reason_and_keeps_no_file(
    cast, client_for, django_capture_on_commit_callbacks
):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"))
    key = batch.items.get().storage_key
    client.post(batch.get_absolute_url(), said(batch))
    RoleAssignment.objects.filter(user=cast.ombud).update(
        valid_to=timezone.localdate() - timezone.timedelta(days=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        work(batch)
    item = batch.items.get()
    assert (item.outcome, bool(item.reason), item.storage_key) == ("refused", True, "")
    assert not Document.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.open_stored(key)


def test_worker_that_dies_goes_on_and_makes_nothing_twice(cast, client_for, monkeypatch):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, *(upload(f"Text {number}.", f"fil{number}.txt") for number in range(3)))
    client.post(batch.get_absolute_url(), said(batch))
    job = batches.job_of(batch)
    real, made = batch_actions.make, []

    def dies_at_the_second(item, **values):
        if len(made) == 1:
            raise SystemExit
        made.append(item)
        return real(item, **values)

    monkeypatch.setattr(batch_actions, "make", dies_at_the_second)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert Document.objects.count() == 1
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timezone.timedelta(minutes=5))
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert set(outcomes(batch).values()) == {"made"}
    assert Document.objects.count() == Revision.objects.count() == 3


def test_fault_of_ours_in_one_file_stops_none_of_the_others(cast, client_for, monkeypatch):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"), upload("Två.", "tva.txt"))
    client.post(batch.get_absolute_url(), said(batch))
    real = batch_actions.lay_in

    def breaks(**values):
        if values["values"]["title"] == "Ett":
            raise ZeroDivisionError
        return real(**values)

    monkeypatch.setattr(batch_actions, "lay_in", breaks)
    work(batch)
    assert outcomes(batch) == {"ett.txt": "refused", "tva.txt": "made"}
    assert "ange" in batch.items.get(name="ett.txt").reason


def test_thrown_upload_leaves_no_file_and_takes_no_more(cast, client_for, django_capture_on_commit_callbacks):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"))
    key = batch.items.get().storage_key
    assert "Kasta filerna" in client.get(f"{batch.get_absolute_url()}kasta/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{batch.get_absolute_url()}kasta/")
    assert outcomes(batch) == {"ett.txt": "thrown"}
    with pytest.raises(FileNotFoundError):
        storage.open_stored(key)
    answer = send(client, batch, upload("Två.", "tva.txt"), headers={"accept": "application/json"})
    assert "Börja en ny" in answer.json()["files"][0]["reason"]


def test_upload_nobody_finished_is_swept_after_thirty_days(
    cast, client_for, django_capture_on_commit_callbacks
):
    client = client_for("ombud")
    old, young = begin(cast, client), begin(cast, client)
    send(client, old, upload("Ett.", "ett.txt"))
    UploadBatch.objects.filter(pk=old.pk).update(created_at=timezone.now() - timezone.timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert batch_actions.sweep() == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == ("thrown", "open")
    assert "30 dagar" in old.items.get().reason


def test_limits_of_one_upload_are_told(cast, client_for, settings):
    settings.BATCH_MAX_FILES = 1
    client = client_for("ombud")
    batch = begin(cast, client)
    answer = send(
        client, batch, upload("A.", "a.txt"), upload("B.", "b.txt"), headers={"accept": "application/json"}
    )
    assert "redan 1 filer" in answer.json()["files"][1]["reason"]
    settings.BATCH_MAX_FILES, settings.BATCH_MAX_BYTES = 9, 5
    answer = send(client, batch, upload("Cccc.", "c.txt"), headers={"accept": "application/json"})
    assert "tillsammans större" in answer.json()["files"][0]["reason"]


def test_upload_of_another_does_not_exist(cast, client_for):
    batch = begin(cast, client_for("ombud"))
    for address in ("", "kasta/"):
        assert client_for("samordnare").get(f"{batch.get_absolute_url()}{address}").status_code == 404
    assert send(client_for("samordnare"), batch, upload()).status_code == 404


def test_page_asks_the_same_number_of_questions_for_one_and_three_files(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    counts = []
    for number in (1, 2, 3):
        make_in_force(cast, title=f"Namn {number}", content=checked(f"Gammal {number}."))
        send(client, batch, upload(f"Text {number}.", f"namn-{number}.txt"))
        client.get(batch.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            client.get(batch.get_absolute_url())
        counts.append(len(caught))
    assert counts[0] == counts[2] <= 12


def test_stored_file_becomes_the_versions_own_and_is_not_copied(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Ett.", "ett.txt"))
    key = batch.items.get().storage_key
    client.post(batch.get_absolute_url(), said(batch))
    work(batch)
    assert Revision.objects.get().storage_key == key
    assert UploadItem.objects.get().storage_key == ""


def test_upload_without_room_keeps_nothing(cast, monkeypatch):
    batch = batch_actions.begin(
        user=cast.ombud,
        values={
            "type": "unit_routine",
            "owner_unit": cast.units.home,
            "responsible": cast.ombud,
            "visibility": "internal",
        },
        submission=uuid.uuid4(),
    )

    def full(*args, **values):
        raise storage.StorageFull

    monkeypatch.setattr(storage, "put", full)
    with pytest.raises(storage.StorageFull):
        batch_actions.add_file(batch, file=io.BytesIO(b"Text."), name="a.txt", user=cast.ombud)
    assert not batch.items.exists()
