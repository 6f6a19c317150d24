"""Handling a case by its pages: assessed, moved, handed over, answered, and never by whom it touches."""

import pytest
from django.utils.formats import date_format

from improvement import actions
from improvement.models import Cause, Deviation, DeviationCategory
from kvalitet.models import AccessLog, Notification
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Denial
from tests.factories import RoleAssignmentFactory, days
from tests.improvement.factories import assessed, bring_to, plan, report
from tests.processes.factories import make_process

pytestmark = pytest.mark.django_db
LIST = "/avvikelser/"


def url_of(case, name=""):
    return f"{case.get_absolute_url()}{name + '/' if name else ''}"


def in_words(day):
    return date_format(day, "j F Y")


def again(case):
    return Deviation.objects.get(pk=case.pk)


def assessment(**changed):
    known = {
        "category": DeviationCategory.objects.get(code="UTF-1").pk,
        "law": "sol",
        "summary": "En insats uteblev.",
        "likelihood": "1",
        "consequence": "1",
        "assessment_reason": "Det händer sällan.",
    }
    return {key: value for key, value in {**known, **changed}.items() if value is not None}


def simple(**changed):
    told = {
        "informed": "yes",
        "informed_on": days(0).isoformat(),
        "documented": "no",
        "documented_reason": "Gäller ingen akt.",
    }
    return assessment(area="procedures", answer="Tack. Vi ringer upp framöver.", **{**told, **changed})


def field(page, name):
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_assessment_gives_the_zone_and_offers_the_processes_of_the_unit(cast, client_for):
    case, client = report(cast), client_for("chef")
    make_process(cast, "Grannens process")
    assert "Grannens process" not in client.get(url_of(case, "bedom")).text
    answer = client.post(url_of(case, "bedom"), assessment(likelihood="4", consequence="4"))
    assert answer["Location"] == url_of(case)
    assert again(case).zone == "red"
    assert Notification.objects.filter(user=cast.lexansvarig, sentence__contains="Röd").exists()


def test_stale_assessment_shows_both_texts_and_loses_neither(cast, client_for):
    case, client = assessed(report(cast), by=cast.chef, assessment_reason="Från början."), client_for("chef")
    base = field(client.get(url_of(case, "bedom")).text, "kv_base")
    assessed(case, by=cast.chef, assessment_reason="Den andras text.", summary="Den andras sammanfattning.")
    mine = assessment(likelihood="2", consequence="2", kv_base=base, assessment_reason="Min text.")
    page = client.post(url_of(case, "bedom"), mine).text
    assert "Min text." in page
    assert "Den andras text." in page
    assert again(case).assessment_reason == "Den andras text."
    second = {**mine, "kv_base": field(page, "kv_base"), "assessment_reason": "Bådas text."}
    assert client.post(url_of(case, "bedom"), second).status_code == 302
    saved = again(case)
    assert (saved.assessment_reason, saved.summary) == ("Bådas text.", "Den andras sammanfattning.")


WRONG_ASSESSMENTS = {
    "category of another law": {"law": "hsl"},
    "category that is none": {"category": "999999"},
    "category of letters": {"category": "x"},
    "law": {"law": "balken"},
    "half a matrix": {"consequence": ""},
    "outside the matrix": {"likelihood": "9"},
    "process that is none": {"process": "999999"},
    "routine that is none": {"routine": "999999"},
    "summary with a persons number": {"summary": "Om 19121212-1212."},
    "summary too long": {"summary": "å" * 301},
    "nul": {"summary": "a\x00b"},
}


@pytest.mark.parametrize("what", WRONG_ASSESSMENTS)
def test_assessment_that_cannot_be_is_refused_and_nothing_is_saved(cast, client_for, what):
    case = report(cast)
    answer = client_for("chef").post(url_of(case, "bedom"), assessment(**WRONG_ASSESSMENTS[what]))
    assert answer.status_code == 200
    assert "kv-errors" in answer.text or "errorlist" in answer.text
    assert (again(case).category, again(case).summary) == (None, "")


def test_blocked_steps_say_beside_the_button_what_is_missing(cast, client_for):
    case, client = report(cast), client_for("chef")
    actions.change_status(case, "receive", user=cast.chef)
    page = client.get(url_of(case)).text
    assert "Kategori och lagstiftning saknas. Fyll i bedömningen." in page
    assert f'action="{url_of(case, "investigate")}"' not in page
    told = client.post(url_of(case, "investigate"), follow=True).text
    assert "Allvarlighet saknas. Fyll i bedömningen." in told
    assert again(case).status == "received"
    bring_on = bring_to(report(cast), cast, "investigating")
    page = client.get(url_of(bring_on)).text
    assert "Ingen orsak är beskriven. Lägg till minst en." in page
    assert "Ingen åtgärd är planerad. Lägg till minst en." in page
    acting = bring_to(report(cast), cast, "acting")
    page = client.get(url_of(acting)).text
    assert "En åtgärd är inte genomförd än." in page
    assert f'href="{url_of(acting, "finish")}"' not in page


@pytest.mark.parametrize("status", ["reported", "received"])
def test_green_is_handled_on_one_screen(cast, client_for, status):
    case, client = bring_to(report(cast), cast, status), client_for("chef")
    assert f'href="{url_of(case, "close_simply")}"' in client.get(url_of(case)).text
    answer = client.post(url_of(case, "close_simply"), simple())
    saved = again(case)
    assert (saved.status, saved.answer) == ("closed", "Tack. Vi ringer upp framöver.")
    assert answer["Location"] == url_of(case)
    assert "Tack. Vi ringer upp framöver." in client_for("medarbetare").get(url_of(case)).text
    assert Notification.objects.filter(user=cast.medarbetare, sentence__contains="svar").count() == 1


@pytest.mark.parametrize("status", ["reported", "received"])
def test_yellow_is_refused_there_and_nothing_of_it_kept(cast, client_for, status):
    case = bring_to(report(cast), cast, status)
    page = client_for("chef").post(url_of(case, "close_simply"), simple(likelihood="2", consequence="2"))
    assert "Enkel hantering är för grön allvarlighet." in page.text
    assert "Tack. Vi ringer upp framöver." in page.text
    saved = again(case)
    assert (saved.status, saved.zone, saved.category, saved.answer) == (status, "", None, "")
    assert not Cause.objects.exists()


def test_what_is_assessed_yellow_says_that_it_is_not_simple(cast, client_for):
    case, client = bring_to(report(cast), cast, "received"), client_for("chef")
    assert f'href="{url_of(case, "close_simply")}"' in client.get(url_of(case)).text
    assessed(case, by=cast.chef, likelihood=2, consequence=2)
    page = client.get(url_of(case)).text
    assert f'href="{url_of(case, "close_simply")}"' not in page
    assert "Enkel hantering är för grön allvarlighet. Den här behöver utredas." in page


@pytest.mark.parametrize("name", ["jav", "oppna"])
def test_reason_with_a_persons_number_is_marked_and_not_saved(cast, client_for, name):
    case, who = report(cast), {"jav": "chef", "oppna": "avdelningschef"}[name]
    said = {"person": getattr(cast, who).email, "reason": "Gäller 850709-9805."}
    page = client_for(who).post(url_of(case, name), said).text
    assert "<mark>850709-9805</mark>" in page
    assert not Denial.objects.exists()
    assert not AccessLog.objects.filter(reason__contains="850709").exists()


def test_simple_handling_wants_every_answer_and_no_persons_number(cast, client_for):
    case, client = report(cast), client_for("chef")
    for changed in ({"answer": " "}, {"area": ""}, {"law": "hsl"}, {"likelihood": ""}):
        assert client.post(url_of(case, "close_simply"), {**simple(), **changed}).status_code == 200
    page = client.post(url_of(case, "close_simply"), {**simple(), "answer": "Hon, 19121212-1212."}).text
    assert "<mark>19121212-1212</mark>" in page
    assert again(case).status == "reported"


@pytest.mark.parametrize("name", ["dismiss", "close_simply"])
def test_suspicion_stops_the_ways_out_and_says_so(cast, client_for, name):
    case, client = report(cast, is_suspected=True), client_for("chef")
    page = client.get(url_of(case)).text
    assert f'href="{url_of(case, name)}"' not in page
    assert "Lex Sarah-ansvarig bedömer den innan den avslutas." in page
    data = {**simple(), "comment": "Det var inget."}
    assert "Händelsen kan vara ett missförhållande." in client.post(url_of(case, name), data).text
    assert again(case).status == "reported"


def test_suspicion_stops_the_closing_of_what_is_acted_on(cast, client_for):
    case = bring_to(report(cast), cast, "acted")
    actions.change_status(case, "suspect", user=cast.chef, comment="Nya uppgifter.")
    client = client_for("chef")
    client.post(url_of(case, "close"))
    assert again(case).status == "acted"
    assert "Händelsen kan vara ett missförhållande." in client.get(url_of(case)).text


def test_only_the_lex_sarah_ansvarig_judges_and_the_chef_then_goes_on(cast, client_for):
    case = report(cast, is_suspected=True)
    for name in ("return", "inquire"):
        assert client_for("chef").post(url_of(case, name), {"comment": "x", "dnr": "1"}).status_code == 403
    lex = client_for("lexansvarig")
    assert lex.post(url_of(case, "return"), {"comment": " "}).status_code == 200
    answer = lex.post(url_of(case, "return"), {"comment": "Ordinär händelse."})
    assert lex.get(answer["Location"]).status_code == 200
    assert client_for("chef").post(url_of(case, "close_simply"), simple())["Location"] == url_of(case)


def test_inquiry_ends_the_case_and_the_reporter_is_told(cast, client_for):
    case = report(cast, is_suspected=True)
    client_for("lexansvarig").post(url_of(case, "inquire"), {"dnr": "LS-2026-7"})
    assert (again(case).status, again(case).inquiry_dnr) == ("to_inquiry", "LS-2026-7")
    page = client_for("medarbetare").get(url_of(case)).text
    assert "Händelsen utreds nu i ett eget ärende." in page
    assert "LS-2026-7" not in page


def test_moved_case_leaves_the_old_chef_who_lands_where_there_is_a_page(cast, client_for):
    case, client = report(cast), client_for("chef")
    assert not client.post(url_of(case, "redirect"), {"unit": "", "comment": "x"}).headers.get("Location")
    data = {"unit": cast.units.neighbour.pk, "comment": "Det hände hos dem."}
    landed = client.post(url_of(case, "redirect"), data, follow=True)
    assert landed.redirect_chain == [(LIST, 302)]
    assert "Avvikelsen ligger nu på rätt enhet." in landed.text
    assert client.get(url_of(case)).status_code == 404
    assert client_for("grannchef").get(url_of(case)).context["shown"] == "whole"
    assert client_for("avdelningschef").get(url_of(case)).context["shown"] == "summary"


def test_case_cannot_be_moved_where_it_lies_or_to_no_unit(cast, client_for):
    case, client = report(cast), client_for("chef")
    for unit in (cast.units.home.pk, 999_999, "x", "-1"):
        assert client.post(url_of(case, "redirect"), {"unit": unit, "comment": "x"}).status_code == 200
    assert again(case).unit == cast.units.home


def test_suspected_case_without_a_unit_leaves_the_samordnare_when_placed(cast, client_for):
    case = report(cast, unit=None, is_suspected=True)
    data = {"unit": cast.units.home.pk, "comment": "Rätt enhet."}
    landed = client_for("samordnare").post(url_of(case, "redirect"), data, follow=True)
    assert landed.status_code == 200
    assert client_for("chef").get(url_of(case)).context["shown"] == "whole"


def test_handed_over_case_is_read_and_handled_until_it_is_taken_back(cast, client_for):
    case, chef, worker = report(cast), client_for("chef"), client_for("grannmedarbetare")
    assert worker.get(url_of(case)).status_code == 404
    chef.post(url_of(case, "handlaggare"), {"person": "GRANNMEDARBETARE@test.invalid "})
    assert worker.get(url_of(case)).context["shown"] == "whole"
    assert worker.post(url_of(case, "receive")).status_code == 302
    assert again(case).received_by == cast.grannmedarbetare
    assert worker.get(url_of(case, "handlaggare")).status_code == 403, "a handläggare does not pass it on"
    chef.post(f"{url_of(case)}handlaggare/{cast.grannmedarbetare.pk}/ta-bort/")
    assert worker.get(url_of(case)).status_code == 404


def test_handlaggare_who_moves_the_case_lands_on_the_list(cast, client_for):
    case = report(cast)
    actions.hand_over(case, person=cast.grannmedarbetare, user=cast.chef)
    data = {"unit": cast.units.other.pk, "comment": "Det hände där."}
    landed = client_for("grannmedarbetare").post(url_of(case, "redirect"), data, follow=True)
    assert landed.redirect_chain == [(LIST, 302)]


@pytest.mark.parametrize("who", ["utforare", "utan_roll"])
def test_only_an_employee_handles(cast, client_for, who):
    case = report(cast)
    page = client_for("chef").post(url_of(case, "handlaggare"), {"person": f"{who}@test.invalid"})
    assert "Bara en medarbetare kan handlägga." in page.text


def test_person_who_is_not_there_or_javig_does_not_handle(cast, client_for):
    case, client = report(cast), client_for("chef")
    actions.bar(case, person=cast.ombud, reason="Nära.", user=cast.chef)
    for address in ("ingen@test.invalid", "", "ombud@test.invalid", "a\x00b@test.invalid"):
        assert client.post(url_of(case, "handlaggare"), {"person": address}).status_code == 200
    assert not case.user_permissions.exists()


def test_jav_of_a_person_below_is_set_seen_and_taken_back(cast, client_for):
    case, client = report(cast, by=cast.ombud), client_for("chef")
    data = {"person": "ombud@test.invalid", "reason": "Var med."}
    for _ in range(2):
        assert client.post(url_of(case, "jav"), data)["Location"] == url_of(case)
    assert Denial.objects.count() == 1
    assert client_for("ombud").get(url_of(case)).status_code == 404
    assert "Elis Ombud: Var med." in client.get(url_of(case)).text
    client.post(f"{url_of(case)}jav/{cast.ombud.pk}/ta-bort/")
    assert client_for("ombud").get(url_of(case)).status_code == 200


@pytest.mark.parametrize("who", ["avdelningschef", "lexansvarig", "grannchef", "samordnare"])
def test_person_whose_jav_is_anothers_to_set_is_an_error_on_the_form(cast, client_for, who):
    case = report(cast)
    data = {"person": f"{who}@test.invalid", "reason": "Vi är ovänner."}
    page = client_for("chef").post(url_of(case, "jav"), data)
    assert page.status_code == 200
    assert "Vi är ovänner." in page.text
    assert 'href="#id_person' in page.text
    assert not Denial.objects.exists()


def test_handlaggare_bars_nobody_but_themselves(cast, client_for):
    case, client = report(cast), client_for("handlaggare")
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    data = {"person": "medarbetare@test.invalid", "reason": "x"}
    assert client.post(url_of(case, "jav"), data).status_code == 200
    assert not Denial.objects.exists()
    landed = client.post(
        url_of(case, "jav"), {"person": "handlaggare@test.invalid", "reason": "Nära."}, follow=True
    )
    assert landed.redirect_chain == [(LIST, 302)]
    assert client.get(url_of(case)).status_code == 404


def test_chef_who_bars_themselves_passes_the_case_up(cast, client_for):
    case = report(cast)
    data = {"person": "chef@test.invalid", "reason": "Närstående."}
    landed = client_for("chef").post(url_of(case, "jav"), data, follow=True)
    assert landed.redirect_chain == [(LIST, 302)]
    assert client_for("ersattare").get(url_of(case)).status_code == 404
    page = client_for("avdelningschef").get(url_of(case))
    assert page.context["shown"] == "whole"
    assert Notification.objects.filter(user=cast.avdelningschef, sentence__startswith="Att ta emot").exists()


def test_two_chefs_who_press_the_same_button_are_told_what_happened(cast, client_for):
    RoleAssignmentFactory(user=cast.ombud, unit=cast.units.home, role=Role.MANAGER)
    case = report(cast)
    client_for("chef").post(url_of(case, "receive"))
    page = client_for("ombud").post(url_of(case, "receive"), follow=True).text
    assert "är nu mottagen. Inget är förlorat." in page


def test_unknown_step_and_the_hidden_one_are_no_pages(cast, client_for):
    case, client = report(cast), client_for("chef")
    for name in ("to_inquiry", "finns-inte", "delete"):
        assert client.post(url_of(case, name)).status_code == 404


def test_dismissed_case_tells_the_reporter_why(cast, client_for):
    case, client = report(cast), client_for("chef")
    assert client.post(url_of(case, "dismiss"), {"comment": "  "}).status_code == 200
    client.post(url_of(case, "dismiss"), {"comment": "Hör hemma i felanmälan."})
    assert "Hör hemma i felanmälan." in client_for("medarbetare").get(url_of(case)).text
    assert again(case).status == "not_deviation"


def test_acted_case_goes_the_whole_way_by_its_pages(cast, client_for):
    case, client = report(cast), client_for("chef")
    client.post(url_of(case, "receive"))
    client.post(url_of(case, "bedom"), assessment(likelihood="2", consequence="2"))
    told = {name: value for name, value in simple().items() if name.startswith(("informed", "documented"))}
    client.post(url_of(case, "foljd"), {"consequence_text": "Hon fick vänta i två timmar.", **told})
    client.post(url_of(case, "investigate"))
    client.post(url_of(case, "anteckning"), {"kind": "fact", "text": "Listan saknades.", "source": "Samtal"})
    client.post(url_of(case, "orsak"), {"area": "procedures", "sentence": "Att rutinen saknades."})
    plan(case, cast)
    client.post(url_of(case, "act"))
    assert again(case).status == "acting"
    measure = case.measures.get()
    done = {"evidence": "Listan hänger i expeditionen.", "expected": "Färre missade besök."}
    client_for("ombud").post(f"{measure.get_absolute_url()}done/", done)
    answer = client.post(url_of(case, "finish"), {"answer": "Nu finns en lista."})
    assert answer["Location"] == url_of(case)
    assert again(case).status == "acted"
    page = client.get(url_of(case)).text
    assert f"Effekten är inte bedömd. Den bedöms {in_words(measure.effect_on)}." in page
