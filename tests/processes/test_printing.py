"""A process on paper: what stands there, for whom, and that a second click makes no second file."""

import io
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from documents import actions as document_actions
from kvalitet import jobs
from kvalitet.models import Job, Notification
from kvalitet.models.job import JobStatus
from processes import actions, print_job, printing
from processes.enums import Visibility
from processes.models import Process
from processes.printing import Book
from tests.cast import Cast, ClientFor
from tests.documents.factories import make_in_force
from tests.kvalitet.test_pdf import as_list, of_kind
from tests.processes.factories import bpmn, make_process, publish

ROOT = bpmn(("u", "Utreda"), ("f", "Följa upp"))
INNER = bpmn(
    ("a", "Planera", [("a1", "Boka"), ("a2", "Bjud in")], "Ring 08-508 25 000."),
    ("b", "Bedöm", (), "Två gör den.\nTidsgräns: Inom 14 dagar"),
)


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def root(cast: Cast) -> Process:
    """A process with two delprocesser, of which the first has a map of its own and a document at a step."""
    process = make_process(cast)
    publish(cast, process, map_bytes=ROOT, mission="Barn får skydd.")
    publish(cast, inner(process), map_bytes=INNER, goal="Ingen väntar.")
    document = make_in_force(cast, title="Rutin för bedömning", visibility="internal", dnr="NSN 2026/7")
    step = Process.objects.get(element_id="b")
    document_actions.link(document, process=step, user=cast.processagare)
    process.refresh_from_db()
    return process


def inner(process: Process) -> Process:
    return Process.objects.get(parent=process, element_id="u")


def book(reader: Any, process: Process, *, is_whole: bool = True) -> Book:
    found = Process.objects.select_related("parent__parent").get(pk=process.pk)
    return next(one for one in printing.books(reader, found) if one.is_whole == is_whole)


def words(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def attribute_of(element: Any, name: str) -> str:
    return next(str(one[name]) for one in as_list(element.A) if name in one)


def begin(client_for: ClientFor, process: Process, what: str, who: str = "medarbetare") -> Any:
    return client_for(who).post(reverse("processes:print", args=[process.slug]), {"vad": what}, follow=True)


def run() -> Job:
    job = Job.objects.get(kind=print_job.KIND, status=JobStatus.WAITING)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def file(client_for: ClientFor, process: Process, what: str, who: str = "medarbetare") -> Any:
    return client_for(who).get(reverse("processes:print_file", args=[process.slug, what]))


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*-print") if path.is_file()]


def test_book_has_every_process_with_steps_documents_and_version(cast: Cast, root: Process) -> None:
    text = words(printing.pdf_of(book(cast.medarbetare, root)))
    today = timezone.localdate()
    for said in (
        "Processboken Barn och unga", "Innehåll", "Barn får skydd.", "Ingen väntar.", "2.", "Inom 14 dagar",
        "Rutin för bedömning", "NSN 2026/7", "1.0", today.isoformat(), "Boka", f"Utskriven {today.day} ",
        "kan vara inaktuell", "Sida 1 av",
    ):  # fmt: skip
        assert said in text, said


def test_book_is_tagged_with_headings_bookmarks_and_words_for_the_maps(cast: Cast, root: Process) -> None:
    content = printing.pdf_of(book(cast.medarbetare, root))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "sv"
        assert document.Root.MarkInfo.Marked is True
        levels = [int(str(one.S)[2:]) for one in of_kind(document, "/H1", "/H2", "/H3", "/H4")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        figures = of_kind(document, "/Figure")
        assert figures
        assert all("Processkarta med" in str(one.Alt) for one in figures)
        headers = of_kind(document, "/TH")
        assert headers
        assert all(attribute_of(one, "/Scope") in ("/Row", "/Column") for one in headers)
        with document.open_outline() as outline:
            chapters = [one.title for one in outline.root[0].children]
        assert chapters == ["Innehåll", "Barn och unga", "Utreda", "Följa upp"]
        assert {round(float(page.mediabox[2])) for page in document.pages} == {595, 842}


def test_one_process_is_printed_without_the_others(cast: Cast, root: Process) -> None:
    text = words(printing.pdf_of(book(cast.medarbetare, inner(root), is_whole=False)))
    assert "Ingår i Barn och unga" in text
    assert "Planera" in text
    assert "Barn får skydd." not in text


def test_nothing_is_printed_that_the_reader_may_not_see(cast: Cast, root: Process) -> None:
    secret = make_in_force(cast, title="Enhetens hemliga larm", visibility="unit")
    document_actions.link(secret, process=root, user=cast.ombud)
    coming = make_process(cast, "Kommande delprocess", parent=root)
    assert coming.state == "planned"
    mine, theirs = (book(one, root) for one in (cast.medarbetare, cast.grannchef))
    assert mine.fingerprint != theirs.fingerprint
    assert "hemliga" in words(printing.pdf_of(mine))
    text = words(printing.pdf_of(theirs))
    assert "hemliga" not in text
    assert "Kommande" not in text


def test_second_click_and_a_colleague_get_the_same_file(
    cast: Cast, root: Process, client_for: ClientFor
) -> None:
    assert "Väntar" in begin(client_for, root, "bok").content.decode()
    assert "En kollega har nyss begärt" in begin(client_for, root, "bok", "chef").content.decode()
    job = run()
    assert job.status == JobStatus.DONE
    assert Notification.objects.filter(user=cast.medarbetare, kind="processes.print").count() == 1
    for who in ("medarbetare", "chef"):
        assert "Öppna PDF med hela processboken" in begin(client_for, root, "bok", who).content.decode()
        answer = file(client_for, root, "bok", who)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Job.objects.filter(kind=print_job.KIND).count() == len(stored()) == 1


@pytest.mark.parametrize("change", ["version", "document", "name", "day", "units"])
def test_older_file_is_not_given_out_when_something_changed(
    cast: Cast, root: Process, client_for: ClientFor, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client_for, root, "bok")
    run()
    if change == "version":
        publish(cast, inner(root), map_bytes=INNER, goal="Nytt mål.")
    elif change == "document":
        made = make_in_force(cast, title="Ny rutin", visibility="internal")
        document_actions.link(made, process=inner(root), user=cast.processagare)
    elif change == "name":
        Process.objects.filter(element_id="f").update(title="Följa upp insatsen")
    elif change == "units":
        actions.set_units(root, [cast.units.home])
    else:
        tomorrow = timezone.localdate() + timedelta(days=1)
        monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    answer = file(client_for, root, "bok")
    assert answer.status_code == 302
    page = client_for("medarbetare").get(answer["Location"]).content.decode()
    assert "Gör PDF av hela boken" in page


def test_process_that_changes_meanwhile_gives_no_file_and_says_why(
    cast: Cast, root: Process, client_for: ClientFor
) -> None:
    begin(client_for, root, "process")
    publish(cast, root, map_bytes=ROOT, mission="Ett annat uppdrag.")
    job = run()
    assert (job.status, job.error) == (JobStatus.FAILED, print_job.CHANGED)
    assert stored() == []


def test_who_lost_the_right_meanwhile_gets_no_file(cast: Cast, root: Process, client_for: ClientFor) -> None:
    begin(client_for, root, "process")
    cast.medarbetare.assignments.all().delete()
    Process.objects.filter(pk=root.pk).update(visibility=Visibility.INTERNAL)
    job = run()
    assert (job.status, job.error) == (JobStatus.FAILED, print_job.GONE)


def test_files_are_removed_after_a_day_with_what_dead_workers_left(
    cast: Cast, root: Process, client_for: ClientFor
) -> None:
    begin(client_for, root, "process")
    job = Job.objects.get(kind=print_job.KIND)
    print_job._typeset(jobs._take(job.pk))
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    assert len(stored()) == 1
    print_job.sweep()
    assert len(stored()) == 1
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=2))
    print_job.sweep()
    assert stored() == []
    assert "Gör PDF" in client_for("medarbetare").get(reverse("processes:print", args=[root.slug])).text
    assert file(client_for, root, "process").status_code == 302


def test_public_and_providers_are_told_to_print_the_page(root: Process, client_for: ClientFor) -> None:
    url = reverse("processes:print", args=[root.slug])
    assert client_for("anonym").get(url).status_code == 302
    assert "från webbläsaren" in client_for("utforare").get(url).content.decode()
    assert (
        reverse("processes:print", args=[root.slug])
        not in client_for("anonym").get(root.get_absolute_url()).text
    )
    assert url in client_for("medarbetare").get(root.get_absolute_url()).text


def test_unknown_choices_are_answered_kindly(cast: Cast, root: Process, client_for: ClientFor) -> None:
    assert "Välj vad du vill skriva ut." in begin(client_for, root, "allt").content.decode()
    assert "Välj vad du vill skriva ut." in begin(client_for, inner(root), "bok").content.decode()
    assert file(client_for, root, "annat").status_code == 404
    assert not Job.objects.filter(kind=print_job.KIND).exists()


def test_print_page_asks_as_little_for_many_as_for_few(
    cast: Cast, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (1, 4):
        process = make_process(cast, f"Gren {number}", visibility=Visibility.INTERNAL)
        publish(cast, process, map_bytes=bpmn(*[(f"d{n}", f"Del {n}") for n in range(number)]))
        client, url = client_for("medarbetare"), reverse("processes:print", args=[process.slug])
        client.get(url)
        with django_assert_max_num_queries(12) as counted:
            client.get(url)
        counts.append(len(counted))
    assert counts[0] == counts[1]
