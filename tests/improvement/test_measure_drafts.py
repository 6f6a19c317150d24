"""An åtgärd that changes a routine or a process opens the draft there and is done when it holds."""

import pytest
from django.utils import timezone

from documents.actions import change_status as change_document
from documents.models import Revision
from documents.writing import Written
from improvement.actions import drafts, measures
from improvement.models import Measure
from improvement.tasks import settle_measures
from kvalitet.workflow import Blocked
from processes import actions as process_actions
from tests.documents.factories import bring_to as bring_document
from tests.documents.factories import make_draft as make_document_draft
from tests.documents.factories import make_in_force
from tests.factories import dated, days
from tests.improvement.factories import bring_to, plan, report, review
from tests.processes.factories import bring_to as bring_process
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db
TEXT = "## Larm\n\nRing alltid upp."


def routine(cast, **values):
    return make_in_force(cast, content=Written(TEXT), **values)


def changing(cast, **values):
    return plan(bring_to(report(cast), cast, "received"), cast, **values)


def url_of(measure, name=""):
    return f"{measure.get_absolute_url()}{name + '/' if name else ''}"


def test_draft_of_the_routine_opens_in_one_press_with_its_text(cast, client_for):
    document = routine(cast)
    measure = changing(cast, document=document)
    client = client_for("ombud")
    assert "Börja en ny version" in client.get(url_of(measure)).text
    answer = client.post(url_of(measure, "utkast"))
    draft = document.revisions.open().get()
    assert answer["Location"] == draft.get_absolute_url()
    assert draft.body == TEXT
    assert measure.title not in draft.change_note
    assert client.post(url_of(measure, "utkast"))["Location"] == draft.get_absolute_url(), "the same again"
    assert document.revisions.open().count() == 1


def test_routine_in_force_makes_it_done(cast, client_for):
    document = routine(cast)
    measure = changing(cast, document=document)
    draft = drafts.open_draft(measure, user=cast.ombud)
    with pytest.raises(Blocked, match="av sig själv"):
        measures.change_status(measure, "done", user=cast.ombud)
    bring_document(draft, cast, "approved")
    measure.refresh_from_db()
    assert (measure.status, measure.done_by, measure.routine) == ("done", cast.chef, draft)
    assert "Version 2.0" in measure.evidence
    assert measure.checks.count() == 3


def test_routine_that_holds_later_makes_it_done_that_day(cast, monkeypatch):
    document = routine(cast)
    measure = changing(cast, document=document)
    draft = drafts.open_draft(measure, user=cast.ombud)
    change_document(draft, "send", user=cast.ombud)
    change_document(draft, "approve", user=cast.chef, valid_from=days(5))
    measure.refresh_from_db()
    assert measure.status == "planned"
    assert drafts.coming(measure) == draft
    settle_measures()
    measure.refresh_from_db()
    assert measure.status == "planned"
    first_day, asked = days(5), timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda *at, **more: asked(*at, **more) if at else first_day)
    settle_measures()
    measure.refresh_from_db()
    assert (measure.status, measure.done_by) == ("done", cast.chef)


def test_version_from_before_the_plan_makes_nothing_done(cast):
    measure = changing(cast, document=routine(cast))
    assert measures.settle_all() == 0
    measure.refresh_from_db()
    assert measure.is_open


def test_process_published_makes_it_done(cast, client_for):
    process = make_process(cast)
    publish(cast, process)
    measure = plan(
        review(cast), cast, by=cast.samordnare, process=process, responsible=cast.processhandledare
    )
    assert "Ändras av åtgärd" in client_for("medarbetare").get(process.get_absolute_url()).text
    answer = client_for("processhandledare").post(url_of(measure, "utkast"))
    draft = process.revisions.open().get()
    assert answer["Location"] == draft.get_absolute_url()
    bring_process(draft, cast, "published")
    measure.refresh_from_db()
    assert (measure.status, measure.done_by) == ("done", cast.processhandledare)
    assert "Version 2" in measure.evidence
    assert "Ändras av åtgärd" not in client_for("medarbetare").get(process.get_absolute_url()).text


def test_editorial_change_makes_nothing_done(cast):
    process = make_process(cast)
    publish(cast, process)
    measure = plan(review(cast), cast, by=cast.samordnare, process=process)
    draft = process_actions.start_revision(process, user=cast.processhandledare, is_minor=True)
    process_actions.save_revision(
        draft, user=cast.processhandledare, values={"mission": "Vi gör det vi skall."}
    )
    process_actions.change_status(draft, "amend", user=cast.processhandledare, change_note="Ett ord.")
    assert measures.settle_all() == 0
    measure.refresh_from_db()
    assert measure.is_open


def test_who_may_not_write_is_told_who_does(cast, client_for):
    measure = changing(cast, document=routine(cast), responsible=cast.medarbetare)
    client = client_for("medarbetare")
    page = client.get(url_of(measure)).text
    assert f"Du får inte skriva här. {cast.ombud} kan öppna utkastet." in page
    assert client.post(url_of(measure, "utkast")).status_code == 403
    assert not Revision.objects.open().exists()
    assert client_for("grannmedarbetare").post(url_of(measure, "utkast")).status_code == 404


def test_file_leads_to_the_page_that_takes_the_new_one(cast, client_for):
    document = make_in_force(cast)
    measure = changing(cast, document=document)
    answer = client_for("ombud").post(url_of(measure, "utkast"))
    assert answer["Location"] == f"{document.get_absolute_url()}ny-version/"


def test_document_shows_the_atgard_to_those_who_see_it(cast, client_for):
    document = routine(cast)
    measure = changing(cast, document=document)
    assert measure.title in client_for("chef").get(document.get_absolute_url()).text
    assert measure.title not in client_for("grannmedarbetare").get(document.get_absolute_url()).text


def test_routine_that_one_may_not_read_is_not_named(cast, client_for):
    document = routine(cast, visibility="unit", title="Enhetens egna larm")
    measure = plan(review(cast), cast, by=cast.chef, document=document)
    page = client_for("grannmedarbetare").get(url_of(measure)).text
    assert "Enhetens egna larm" not in page
    assert "Något som du inte får läsa" in page


FORM = {
    "title": "Skriv om larmrutinen",
    "description": "",
    "type": "corrective",
    "content": "changed_routine",
    "strength": "medium",
    "responsible": "ombud@test.invalid",
    "due": 14,
    "effect_on": 100,
    "expected": "Färre missade larm",
}


@pytest.mark.parametrize("how", ["title", "number", "address"])
def test_planner_picks_the_routine_by_title_number_or_address(cast, client_for, how):
    document = routine(cast)
    case = bring_to(report(cast), cast, "received")
    said = {
        "title": "rutin för LARM",
        "number": str(document.pk),
        "address": f"https://kvalitet.example{document.get_absolute_url()}",
    }
    data = {**dated(FORM), "unit": cast.units.home.pk, "document": said[how]}
    client_for("chef").post(f"{case.get_absolute_url()}atgard/", data)
    assert Measure.objects.get().document == document


@pytest.mark.parametrize(
    "wrong",
    [
        {"document": "Finns inte"},
        {"document": "999999999"},
        {"document": "²"},
        {"process": "Finns inte"},
        {"document": "Rutin för larm", "process": "Barn och unga"},
        {"document": "Rutin för larm", "expected": ""},
        {"document": "Grannens egen"},
        {"cost": "-1"},
        {"cost": "99999999999"},
    ],
)
def test_choice_that_cannot_be_is_refused(cast, client_for, wrong):
    routine(cast)
    make_process(cast)
    make_document_draft(cast, title="Grannens egen", visibility="unit", owner_unit=cast.units.home)
    case = bring_to(report(cast), cast, "received")
    data = {**dated(FORM), "unit": cast.units.home.pk, **wrong}
    who = "chef" if "Grannens egen" not in wrong.values() else "handlaggare"
    client_for(who).post(f"{case.get_absolute_url()}atgard/", data)
    assert not Measure.objects.exists()
