"""The form that everyone reports by: short, sent once however often it is sent, kept from names."""

import uuid
from functools import partial

import pytest
from django.utils import timezone

from documents import actions as document_actions
from documents.models import Revision
from improvement import actions
from improvement.models import Deviation
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from processes import actions as process_actions
from processes.models import Process
from tests.cast import ANONYMOUS
from tests.documents.factories import make_draft as make_document_draft
from tests.documents.factories import make_in_force, make_in_force_since
from tests.factories import RoleAssignmentFactory, UnitFactory, days
from tests.processes.factories import bpmn, make_process, publish
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db
NEW, GOES_TO = "/avvikelser/ny/", "/avvikelser/ny/mottagare/"
WHAT = "Insatsen på kvällen blev inte gjord."


def values(cast, **changed):
    known = {
        "submission": str(uuid.uuid4()),
        "process": "",
        "what_happened": WHAT,
        "happened_on": str(days(-1)),
        "unit": str(cast.units.home.pk),
        "harm": "could_have",
        "immediate_action": "Vi åkte dit.",
    }
    return {key: value for key, value in {**known, **changed}.items() if value is not None}


def refused(client, data):
    """The page that comes back; nothing has been saved and nobody told."""
    answer = client.post(NEW, data)
    assert answer.status_code == 200
    assert not Deviation.objects.exists()
    assert not Notification.objects.filter(kind__startswith="improvement").exists()
    return answer.text


def told():
    return Notification.objects.filter(kind="improvement.deviation").count()


def used_process(cast, title="Utreda", map_bytes=None):
    process = make_process(cast, title)
    process_actions.set_units(process, [cast.units.home])
    publish(cast, process, map_bytes=map_bytes)
    return process


def test_four_fields_are_compulsory_and_the_rest_say_so(client_for):
    page = client_for("medarbetare").get(NEW)
    form = page.context["form"]
    shown = [field for field in form.visible_fields() if field.field.required]
    assert [one.name for one in shown] == ["what_happened", "happened_on", "unit", "harm"]
    assert page.text.count("(valfritt)") == 3, "klockan, vad ni gjorde och en fil"


def test_the_only_unit_is_chosen_and_today_and_its_receiver_told(cast, client_for):
    page = client_for("medarbetare").get(NEW)
    assert f'value="{cast.units.home.pk}" selected' in page.text
    assert f'value="{timezone.localdate()}"' in page.text
    assert "Milla Ersättare (ersättare för Jorid Chef)" in page.text


def test_of_several_units_none_is_guessed_but_they_stand_first(cast, client_for):
    RoleAssignmentFactory(user=cast.medarbetare, unit=cast.units.other)
    page = client_for("medarbetare").get(NEW)
    assert page.context["form"].initial["unit"] == ""
    assert "Välj enhet, så ser du vem rapporten går till" in page.text
    mine = page.text.partition('label="Mina enheter"')[2].partition("</optgroup>")[0]
    assert "Mottagningen" in mine
    assert "Hemtjänsten" in mine
    assert "Utredningen" not in mine


def test_from_a_step_process_unit_and_the_routine_of_that_day_follow(cast, client_for):
    RoleAssignmentFactory(user=cast.medarbetare, unit=cast.units.other)
    root = used_process(cast, map_bytes=bpmn(("besluta", "Besluta om insats")))
    step = Process.objects.get(parent=root)
    document = make_in_force_since(cast, days(-30), process=step)
    client = client_for("medarbetare")
    page = client.get(f"{NEW}?process={step.slug}").text
    assert f'name="process" value="{step.slug}"' in page
    assert f'value="{cast.units.home.pk}" selected' in page
    assert "Rapporten knyts till Besluta om insats" in page
    client.post(NEW, values(cast, process=step.slug))
    case = Deviation.objects.get()
    assert (case.process, case.routine) == (step, document.revisions.get())


def test_routine_is_the_version_that_held_the_day_it_happened(cast, client_for):
    process = used_process(cast)
    document = make_in_force_since(cast, days(-30), process=process)
    old = document.revisions.get()
    draft = document_actions.new_revision(
        document, user=cast.ombud, content="https://ny.invalid/", change_note="Ny."
    )
    document_actions.change_status(draft, "send", user=cast.ombud)
    new = document_actions.change_status(draft, "approve", user=cast.chef)
    for day, routine in ((days(-3), old), (days(0), new), (days(-40), None)):
        client_for("medarbetare").post(NEW, values(cast, process=process.slug, happened_on=str(day)))
        assert Deviation.objects.latest("pk").routine == routine, day


def test_of_several_routines_none_is_guessed_and_hidden_ones_do_not_count(cast, client_for):
    process = used_process(cast)
    seen = make_in_force(cast, process=process)
    make_in_force(
        cast,
        process=process,
        title="Bara för grannen",
        owner_unit=cast.units.neighbour,
        responsible=cast.grann_ombud,
        visibility="unit",
        user=cast.grann_ombud,
        by=cast.grannchef,
    )
    make_document_draft(cast, process=process, title="Under arbete")
    client = client_for("medarbetare")
    client.post(NEW, values(cast, process=process.slug, happened_on=str(days(0))))
    assert Deviation.objects.get().routine == Revision.objects.get(document=seen)
    make_in_force(cast, process=process, title="En till")
    client.post(NEW, values(cast, process=process.slug, happened_on=str(days(0))))
    assert Deviation.objects.latest("pk").routine is None


def test_going_to_is_told_before_sending_without_script_and_nothing_is_saved(cast, client_for):
    page = refused(client_for("medarbetare"), values(cast, unit=cast.units.neighbour.pk, preview="1"))
    assert "<strong>Går till:</strong> Nadja Grannchef." in page
    assert WHAT in page
    noscript = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert 'name="preview"' in noscript


ROUTES = {
    "own": ({}, "Milla Ersättare (ersättare för Jorid Chef)", {"chef", "ersattare"}),
    "neighbour": ({"unit": "neighbour"}, "Nadja Grannchef", {"grannchef"}),
    "provider": ({"unit": "provider"}, "Vidar Avtal", {"avtalsansvarig"}),
    "unknown": ({"unit": None}, "samordnaren, som fördelar den", {"samordnare"}),
    "suspected": (
        {"is_suspected": "on"},
        "lex Sarah-ansvarig (Ragna Lex)",
        {"chef", "ersattare", "lexansvarig"},
    ),
    "manager": (
        {"is_manager_involved": "on"},
        "Birger Avdelningschef och lex Sarah-ansvarig (Ragna Lex)",
        {"avdelningschef", "lexansvarig"},
    ),
}


@pytest.mark.parametrize("where", ROUTES)
def test_going_to_is_the_truth_afterwards(cast, client_for, where):
    changed, words, people = ROUTES[where]
    unit = changed.get("unit", "home")
    asked = {**changed, "unit": str(getattr(cast.units, unit).pk) if unit else "0"}
    client = client_for("medarbetare")
    partial_page = client.get(GOES_TO, asked).text
    assert words in partial_page
    assert "<html" not in partial_page
    assert words in client.post(NEW, values(cast, **asked, preview="1")).text
    client.post(NEW, values(cast, **asked))
    rows = Notification.objects.filter(kind="improvement.deviation")
    assert {row.user for row in rows} == {cast[who] for who in people}


@pytest.mark.parametrize("unit", ["", "-1", "x", "²", "٣", "9" * 30, "999999999", "\x00", "1.5"])
def test_place_that_is_none_is_no_error_to_ask_about(cast, client_for, unit):
    client = client_for("medarbetare")
    assert "Välj enhet, så ser du" in client.get(GOES_TO, {"unit": unit}).text
    assert "Välj enhet, så ser du" in refused(client, values(cast, unit=unit))


def test_closed_unit_is_no_choice(cast, client_for):
    gone = UnitFactory(parent=cast.units.department, name="Nedlagda enheten", closed=True)
    client = client_for("medarbetare")
    assert "Nedlagda enheten" not in client.get(NEW).text
    refused(client, values(cast, unit=gone.pk))


def test_receipt_says_number_who_has_it_and_by_when(cast, client_for):
    page = client_for("medarbetare").post(NEW, values(cast), follow=True)
    case = Deviation.objects.get()
    assert page.redirect_chain[-1][0] == case.get_absolute_url()
    assert f"nummer {case.pk}" in page.text
    assert "Rapporten är hos Milla Ersättare" in page.text or "Rapporten är hos Jorid Chef" in page.text
    assert case.answer_by == days(30)
    assert f"{case.answer_by.day} " in page.text.partition("Du får svar senast")[2][:40]


def test_receipt_names_all_that_were_told_to_get_it(cast, client_for):
    """What stood under *Går till* before it was sent stands in the receipt."""
    client, data = client_for("medarbetare"), values(cast, is_suspected="on", is_manager_involved="on")
    told = client.get(GOES_TO, data).text.partition("</strong>")[2].partition("</p>")[0].strip()
    assert "lex Sarah-ansvarig (" in told
    page = client.post(NEW, data, follow=True).text
    assert f"Rapporten är hos {told}" in page
    assert "Min chef är berörd" in page


def test_reporter_is_not_told_what_others_suspect(cast, client_for):
    client_for("medarbetare").post(NEW, values(cast))
    case = Deviation.objects.get()
    actions.change_status(case, "suspect", user=cast.chef, comment="Kan vara vanvård.")
    assert "lex Sarah" not in client_for("medarbetare").get(case.get_absolute_url()).text


def test_line_going_to_is_asked_for_without_the_text(client_for):
    """An address is kept in logs: of the form it holds the place and the two ticks alone."""
    page = client_for("medarbetare").get(NEW).text
    assert 'hx-include="#id_unit, #id_is_suspected, #id_is_manager_involved"' in page


def test_sent_twice_and_again_by_the_back_button_is_one_case(cast, client_for):
    client, data = client_for("medarbetare"), values(cast)
    for _ in range(2):
        assert client.post(NEW, data).status_code == 302
    case, count = Deviation.objects.get(), told()
    again = client.post(NEW, {**data, "what_happened": "Något annat efter bakåtknappen."}, follow=True)
    assert f"Rapporten var redan skickad, med nummer {case.pk}" in again.text
    assert Deviation.objects.get().what_happened == WHAT
    assert told() == count == 2


def test_key_of_anothers_form_makes_a_case_of_ones_own(cast, client_for):
    data = values(cast)
    client_for("grannmedarbetare").post(NEW, data)
    answer = client_for("medarbetare").post(NEW, data)
    mine = Deviation.objects.get(reported_by=cast.medarbetare)
    assert answer["Location"] == mine.get_absolute_url()
    assert Deviation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_are_one_case_told_once(cast, client_for):
    data, clients = values(cast), [client_for("medarbetare") for _ in range(8)]
    answers = at_once([partial(one.post, NEW, data) for one in clients])
    assert {one.status_code for one in answers} == {302}
    assert Deviation.objects.count() == 1
    assert told() == 2


@pytest.mark.parametrize("key", [None, "", "skräp", "0" * 31, "' OR 1=1 --", "\x00"])
def test_form_with_a_spoilt_key_is_sent_the_next_time(cast, client_for, key):
    """Nobody can mend a hidden field, so the page comes back with a new one and the text kept."""
    client = client_for("medarbetare")
    page = refused(client, values(cast, submission=key))
    assert WHAT in page
    fresh = page.partition('name="submission" value="')[2].partition('"')[0]
    assert client.post(NEW, values(cast, submission=fresh)).status_code == 302


def test_process_that_one_may_not_see_is_neither_told_nor_tied(cast, client_for):
    planned = make_process(cast, "Hemlig kommande process")
    client = client_for("medarbetare")
    page = client.get(f"{NEW}?process={planned.slug}").text
    assert "Hemlig kommande" not in page
    client.post(NEW, values(cast, process=planned.slug))
    assert Deviation.objects.get().process is None


@pytest.mark.parametrize("slug", ["finns-inte", "x" * 500, "å ä ö", "<script>", "a\x00b", "../../"])
def test_report_gets_through_whatever_its_link_says(cast, client_for, slug):
    client = client_for("medarbetare")
    assert client.get(NEW, {"process": slug}).status_code == 200
    assert client.post(NEW, values(cast, process=slug)).status_code == 302
    assert Deviation.objects.get().process is None


def test_whoever_is_not_logged_in_comes_back_to_the_form(cast, client_for):
    process = used_process(cast)
    answer = client_for(ANONYMOUS).get(f"{NEW}?process={process.slug}")
    assert answer["Location"] == f"/logga-in/?next=/avvikelser/ny/%3Fprocess%3D{process.slug}"
    assert client_for(ANONYMOUS).post(NEW, values(cast))["Location"].startswith("/logga-in/?next=")


@pytest.mark.parametrize("who", ["utforare", "utan_roll"])
def test_whoever_is_not_employed_is_refused_with_the_reason(cast, client_for, who):
    for answer in (
        client_for(who).get(NEW),
        client_for(who).post(NEW, values(cast)),
        client_for(who).get(GOES_TO),
    ):
        assert answer.status_code == 403
    assert "Medarbetare rapporterar avvikelser här." in client_for(who).get(NEW).text
    assert not Deviation.objects.exists()


def test_manager_who_is_touched_loses_the_case_and_the_reporter_keeps_it(cast, client_for):
    client_for("medarbetare").post(NEW, values(cast, is_manager_involved="on"))
    case = Deviation.objects.get()
    assert client_for("chef").get(case.get_absolute_url()).status_code == 404
    assert client_for("ersattare").get(case.get_absolute_url()).status_code == 404
    assert "Birger Avdelningschef" in client_for("medarbetare").get(case.get_absolute_url()).text


def test_a_role_that_ended_yesterday_reports_no_more(cast, client_for):
    RoleAssignmentFactory(user=cast.utan_roll, unit=cast.units.home, role=Role.EMPLOYEE, ended=True)
    assert client_for("utan_roll").get(NEW).status_code == 403
