"""A report is compiled once, whoever dies on the way, and says the same of the same figures."""

import io
import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from improvement.enums import DeviationStatus
from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from reports import actions, compiling, printing
from reports.models import ReportFile, Snapshot
from reports.statistics import from_json
from tests.improvement import factories as cases
from tests.reports.factories import begin, compiled, fresh, run

SECRET = "Syster Gun föll vid sängen"
STEPS = range(4)
WHERE = ("work", "commit", "after")


class Killed(BaseException):
    """What a worker killed with -9 says: nothing that anyone can catch and tidy up after."""


def stored_files():
    from django.conf import settings

    folder = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def linked_files():
    return {key for pair in ReportFile.objects.values_list("uncut_key", "public_key") for key in pair}


def kill_in(step, where, monkeypatch):
    """The kind of job whose worker dies in that step: in its work's midst, in its commit, or just after."""
    kind = compiling.jobs_kind
    steps = list(kind.steps)
    chosen = steps[step]

    def die(*_):
        raise Killed

    if where == "work":
        steps[step] = jobs.Step(chosen.label, lambda job: (chosen.work(job), die()), chosen.commit)
    elif where == "commit":
        steps[step] = jobs.Step(
            chosen.label, chosen.work, lambda job, result: (chosen.commit(job, result), die())
        )
    elif step + 1 < len(steps):
        following = steps[step + 1]
        steps[step + 1] = jobs.Step(following.label, die, following.commit)
    monkeypatch.setitem(jobs._kinds, kind.name, jobs.Kind(kind.name, kind.label, steps))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("step", STEPS)
def test_job_killed_in_any_step_ends_in_one_report(cast, monkeypatch, short_reports, step, where):
    cases.report(cast)
    report = begin(cast)
    job = actions.compile_report(report, user=cast.samordnare)
    with monkeypatch.context() as dying:
        kill_in(step, where, dying)
        try:
            jobs.run(job.pk)
        except Killed:
            Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    run(job)
    report = fresh(report)
    assert job.status == JobStatus.DONE
    assert Snapshot.objects.count() == ReportFile.objects.count() == 1
    assert report.snapshot == Snapshot.objects.get()
    assert from_json(report.snapshot.figures).figure("deviations").value == 1
    assert stored_files() == linked_files()
    assert all(job.pk.hex in key for key in linked_files())


@pytest.mark.django_db(transaction=True)
def test_worker_that_comes_back_links_nothing(cast, short_reports):
    """It was thought dead in the middle of the PDF; another has ended the job meanwhile."""
    job = actions.compile_report(begin(cast), user=cast.samordnare)
    slow = jobs._take(job.pk)
    slow.state = compiling._gather(slow)
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    run(job)
    with pytest.raises(jobs.LostLease):
        jobs._work_off(slow)
    assert Snapshot.objects.count() == ReportFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_given_up_jobs_leave_no_files(cast, short_reports):
    report = begin(cast)
    job = actions.compile_report(report, user=cast.samordnare)
    taken = jobs._take(job.pk)
    taken.state = compiling._gather(taken)
    compiling._typeset(taken)
    assert len(stored_files()) == 2
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.CANCELLED, finished_at=timezone.now(), leased_until=None
    )
    compiled(report, cast)
    assert stored_files() == linked_files()


@pytest.mark.django_db(transaction=True)
def test_full_storage_is_told_and_can_be_tried_again(cast, monkeypatch, short_reports):
    report = begin(cast)
    job = actions.compile_report(report, user=cast.samordnare)

    def full(*_, **__):
        raise storage.StorageFull

    with monkeypatch.context() as patch:
        patch.setattr(compiling.storage, "put", full)
        run(job)
    assert (job.status, job.error) == (JobStatus.FAILED, storage.FULL)
    assert not Snapshot.objects.exists()
    jobs.retry(job)
    run(job)
    assert job.status == JobStatus.DONE
    assert fresh(report).snapshot


def test_compiling_again_makes_a_new_snapshot_and_keeps_the_old(cast, short_reports):
    report = compiled(begin(cast), cast)
    first = report.snapshot
    cases.report(cast)
    report = compiled(report, cast)
    assert report.snapshot != first
    first.refresh_from_db()
    assert from_json(first.figures).figure("deviations").value == 0
    assert from_json(report.snapshot.figures).figure("deviations").value == 1


def test_figures_of_a_sent_report_stay_whatever_happens(cast, short_reports):
    report = compiled(begin(cast), cast)
    actions.change_status(report, "send", user=cast.samordnare)
    cases.report(cast)
    before = fresh(report).snapshot
    report = compiled(report, cast)
    assert report.snapshot == before
    assert before.is_whole


def test_same_snapshot_gives_the_same_bytes(cast):
    cases.report(cast)
    report = compiled(begin(cast), cast)
    made = report.files.get()
    for part, is_uncut in (("uncut", True), ("public", False)):
        with storage.open_stored(getattr(made, f"{part}_key")) as file:
            content = file.read()
        assert printing.pdf_of(fresh(report), fresh(report).snapshot, is_uncut=is_uncut) == content


def test_pdf_tells_what_it_holds_to_a_screen_reader(cast):
    import pikepdf

    for _ in range(6):
        cases.report(cast)
    report = compiled(begin(cast, text="Vi **lärde** oss.\n\n- en sak\n- två saker"), cast)
    with storage.open_stored(report.files.get().uncut_key) as file:
        pdf = pikepdf.open(io.BytesIO(file.read()))
    assert str(pdf.Root.Lang) == "sv"
    assert str(pdf.docinfo.Title) == f"Kvalitetsberättelse {report.year}"
    assert "/StructTreeRoot" in pdf.Root
    kinds = list(structure(pdf.Root.StructTreeRoot))
    figures = [one for kind, one in kinds if kind == "/Figure"]
    assert len(figures) >= 2
    assert all(str(one.get("/Alt", "")) for one in figures)
    assert sum(kind == "/Table" for kind, _ in kinds) > len(figures)
    headings = [int(kind[2]) for kind, _ in kinds if kind in ("/H1", "/H2", "/H3")]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))
    assert "/Outlines" in pdf.Root


def structure(node):
    kind = node.get("/S")
    if kind is not None:
        yield str(kind), node
    below = node.get("/K")
    import pikepdf

    if isinstance(below, pikepdf.Array):
        for one in below:
            if isinstance(one, pikepdf.Dictionary):
                yield from structure(one)
    elif isinstance(below, pikepdf.Dictionary):
        yield from structure(below)


def test_pdf_has_text_figures_day_and_checksum(cast):
    from pypdf import PdfReader

    made = cases.bring_to(cases.report(cast, what_happened=SECRET), cast, DeviationStatus.ACTING)
    assert made.what_happened == SECRET
    report = compiled(begin(cast, text="Året gick bra."), cast)
    with storage.open_stored(report.files.get().uncut_key) as file:
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)
    assert "Året gick bra." in text
    assert "Siffrorna hämtade" in text
    assert report.snapshot.sha256[:16] in text.replace(" ", "").replace("\n", "")
    assert "Förslag, inte beslutat" in text
    assert "Avvikelser per kvartal" in text
    assert SECRET not in text


def test_no_text_of_a_case_reaches_snapshot_or_job(cast, monkeypatch, short_reports):
    seen = []
    keep = compiling._keep

    def look(job, state):
        keep(job, state)
        seen.append(json.dumps(job.state, ensure_ascii=False))

    steps = [
        jobs.Step(one.label, one.work, look if one.commit is keep else one.commit)
        for one in compiling.jobs_kind.steps
    ]
    kind = compiling.jobs_kind
    monkeypatch.setitem(jobs._kinds, kind.name, jobs.Kind(kind.name, kind.label, steps))
    made = cases.bring_to(cases.report(cast, what_happened=SECRET), cast, DeviationStatus.ACTING)
    report = compiled(begin(cast), cast)
    told = [
        made.what_happened,
        made.immediate_action,
        made.causes.get().sentence,
        made.measures.get().description,
    ]
    told += [made.measures.get().title, made.summary, made.reported_by.name]
    job = Job.objects.get(kind=kind.name)
    written = [
        *seen,
        json.dumps(report.snapshot.figures, ensure_ascii=False),
        json.dumps([job.arguments, job.state]),
    ]
    assert len(seen) == 1
    assert [text for text in told if text and any(text in one for one in written)] == []
