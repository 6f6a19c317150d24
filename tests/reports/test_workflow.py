"""Who may do what with a report, when: every status, transition and role against a table written by hand."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from kvalitet.models import Notification
from kvalitet.workflow import Blocked
from reports import actions, compiling
from reports.enums import ReportStatus
from reports.models import Chapter, QualityReport, ReportFile, Snapshot
from reports.workflow import REPORT
from tests.cast import PEOPLE
from tests.factories import dated, days
from tests.reports.factories import begin, bring_to, compiled, fresh, run, step

pytestmark = pytest.mark.usefixtures("short_reports")

S = ReportStatus
ALLOWED = {
    "send": {"samordnare"},
    "prepare": {"styrgrupp"},
    "send_back": {"styrgrupp"},
    "remit": {"registrator"},
    "decide": {"registrator"},
    "publish": {"samordnare"},
}
POSSIBLE = {
    S.DRAFT: {"send"},
    S.PREPARING: {"prepare", "send_back"},
    S.PREPARED: {"send_back", "remit", "decide"},
    S.DECIDED: {"publish"},
    S.PUBLISHED: set(),
}
DECISION = {"decision": "§ 34", "decided_on": 0}


def outcome(report, name, user, **asked):
    try:
        with transaction.atomic():
            actions.change_status(report, name, user=user, comment="Därför.", **asked)
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def expected(who, status, name):
    if who not in ALLOWED[name]:
        return "denied"
    return "done" if name in POSSIBLE[status] else "blocked"


def test_every_transition_stands_in_the_table():
    assert set(REPORT.transitions) == set(ALLOWED)


@pytest.mark.parametrize("status", S.values)
def test_transition_from_every_status_for_every_role(cast, status):
    report = bring_to(begin(cast), cast, status)
    found = {
        (who, name): outcome(fresh(report), name, cast[who], **(dated(DECISION) if name == "decide" else {}))
        for who in PEOPLE
        for name in ALLOWED
    }
    assert found == {(who, name): expected(who, status, name) for who in PEOPLE for name in ALLOWED}


def test_report_is_not_sent_before_it_is_whole(cast):
    report = begin(cast, text="")
    with pytest.raises(Blocked) as blocked:
        actions.change_status(report, "send", user=cast.samordnare)
    said = " ".join(blocked.value.reasons)
    assert "kapitel utan text" in said
    assert "Sammanställ rapporten först" in said


def test_text_written_after_the_pdf_must_be_compiled(cast):
    report = compiled(begin(cast), cast)
    actions.write(report.chapters.first(), user=cast.samordnare, text="Ny text.")
    with pytest.raises(Blocked, match="ändrats sedan"):
        actions.change_status(fresh(report), "send", user=cast.samordnare)


def test_personnummer_in_a_chapter_stops_the_report(cast):
    report = begin(cast)
    actions.write(report.chapters.first(), user=cast.samordnare, text="Barnet 121212-1212 blev glömt.")
    report = compiled(report, cast)
    with pytest.raises(Blocked, match="personnummer") as blocked:
        actions.change_status(report, "send", user=cast.samordnare)
    assert "121212" not in str(blocked.value)


def test_report_is_not_sent_while_it_is_compiled(cast):
    report = compiled(begin(cast), cast)
    actions.compile_report(report, user=cast.samordnare)
    with pytest.raises(Blocked, match="sammanställs just nu"):
        actions.change_status(fresh(report), "send", user=cast.samordnare)


@pytest.mark.parametrize("name", ["send_back", "remit"])
def test_report_that_comes_back_is_a_draft_again(cast, name):
    report = bring_to(begin(cast), cast, S.PREPARED)
    report = step(report, cast, name, "styrgrupp" if name == "send_back" else "registrator")
    assert (report.status, report.sent_at, report.prepared_by) == (S.DRAFT, None, None)
    actions.write(report.chapters.first(), user=cast.samordnare, text="Bättre text.")


@pytest.mark.parametrize(
    ("decision", "ahead", "said"),
    [
        ("", 0, "paragrafen"),
        ("§ 1", None, "paragrafen"),
        ("§ 1", 1, "framåt"),
        ("§ 1", -800, "före rapportens år"),
    ],
)
def test_decision_needs_paragraph_and_a_sensible_day(cast, decision, ahead, said):
    asked = {"decision": decision, "decided_on": None if ahead is None else days(ahead)}
    report = bring_to(begin(cast), cast, S.PREPARED)
    with pytest.raises(Blocked, match=said):
        actions.change_status(report, "decide", user=cast.registrator, **asked)


def test_decision_on_other_content_than_was_shown_is_stopped(cast):
    report = bring_to(begin(cast), cast, S.PREPARED)
    with pytest.raises(Blocked, match="ändrats sedan du öppnade"):
        actions.change_status(report, "decide", user=cast.registrator, seen="0" * 16, **dated(DECISION))


def test_publishing_waits_for_the_pdf_with_the_decision(cast):
    report = bring_to(begin(cast), cast, S.PREPARED)
    report = step(report, cast, "decide", "registrator", **dated(DECISION))
    with pytest.raises(Blocked, match="inte klar än"):
        actions.change_status(report, "publish", user=cast.samordnare)
    run(compiling.latest_job(report))
    assert step(report, cast, "publish", "samordnare").status == S.PUBLISHED
    assert Snapshot.objects.filter(report=report).count() == 1


def test_each_step_tells_whose_turn_it_is(cast):
    report = bring_to(begin(cast), cast, S.PUBLISHED)
    told = dict(Notification.objects.filter(kind="reports.report").values_list("sentence", "user__name"))
    year = report.year
    assert told[f"Kvalitetsberättelsen för {year}: att bereda"] == cast.styrgrupp.name
    assert told[f"Kvalitetsberättelsen för {year}: beredd, nämndens beslut förs in"] == cast.registrator.name
    assert told[f"Kvalitetsberättelsen för {year}: beslutad, kan publiceras"] == cast.samordnare.name


def refused(function):
    with pytest.raises(Error), transaction.atomic():
        function()


@pytest.mark.parametrize("status", [S.DECIDED, S.PUBLISHED])
def test_decided_report_is_changed_by_nobody(cast, status):
    report = bring_to(begin(cast), cast, status)
    rows = QualityReport.objects.filter(pk=report.pk)
    for change in (
        {"dnr": "2026/2"},
        {"decision": "§ 35"},
        {"decided_on": days(-1)},
        {"year": report.year - 1},
        {"unit": cast.units.home},
        {"snapshot": None},
        {"prepared_at": timezone.now()},
        {"status": S.DRAFT},
    ):
        refused(lambda change=change: rows.update(**change))
    refused(lambda: Chapter.objects.filter(report=report).update(text="Ändrad"))
    refused(lambda: Chapter.objects.create(report=report, position=99, key="ny", title="Ny"))
    refused(lambda: Chapter.objects.filter(report=report).delete())
    refused(rows.delete)


def test_snapshot_and_pdf_are_written_once(cast):
    report = compiled(begin(cast), cast)
    refused(lambda: Snapshot.objects.update(figures={}))
    refused(lambda: ReportFile.objects.update(uncut_key="x"))
    refused(Snapshot.objects.all().delete)
    assert report.snapshot.is_whole


def test_text_and_figures_are_frozen_while_it_is_prepared(cast):
    report = bring_to(begin(cast), cast, S.PREPARING)
    refused(lambda: QualityReport.objects.filter(pk=report.pk).update(snapshot=None))
    refused(lambda: Chapter.objects.filter(report=report).update(text="Ändrad"))
    with pytest.raises(Blocked, match="skickad"):
        actions.write(report.chapters.first(), user=cast.samordnare, text="Ändrad")


@pytest.mark.parametrize("status", S.values)
def test_stamps_follow_the_status(cast, status):
    """No stamp can be added, taken away or halved while the status stands."""
    report = bring_to(begin(cast), cast, status)
    for stamp in ("sent", "prepared", "decided", "published"):
        is_set = getattr(report, f"{stamp}_at") is not None
        half = {f"{stamp}_at": None if is_set else timezone.now()}
        whole = {**half, f"{stamp}_by": None if is_set else cast.admin}
        for change in (half, whole):
            refused(lambda change=change: QualityReport.objects.filter(pk=report.pk).update(**change))


def test_who_sent_does_not_prepare(cast):
    report = bring_to(begin(cast), cast, S.PREPARING)
    rows = QualityReport.objects.filter(pk=report.pk)
    with pytest.raises(IntegrityError, match="report_prepared_by_other"), transaction.atomic():
        rows.update(status=S.PREPARED, prepared_at=timezone.now(), prepared_by=cast.samordnare)


def test_one_report_a_unit_and_year(cast):
    begin(cast, text="")
    with pytest.raises(Exception, match="redan en kvalitetsberättelse"):
        begin(cast, text="")


def test_chef_writes_the_own_unit_s_report_alone(cast):
    own, above = begin(cast, unit=cast.units.home), begin(cast, unit=cast.units.department)
    actions.write(own.chapters.first(), user=cast.chef, text="Vår text.")
    run(actions.compile_report(own, user=cast.chef))
    with pytest.raises(PermissionDenied):
        actions.write(above.chapters.first(), user=cast.chef, text="Vår text.")
    with pytest.raises(PermissionDenied):
        actions.write(own.chapters.first(), user=cast.avdelningschef, text="Min text.")
    assert own in QualityReport.objects.visible_to(cast.avdelningschef)
