"""What each reader sees of a case, and what happens when the buttons are pressed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from improvement import access, actions
from improvement.actions import measures
from improvement.models import Cause, Deviation, InvestigationEntry
from kvalitet.models import AccessLog
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from tests.factories import RoleAssignmentFactory
from tests.improvement.factories import assessed, bring_to, plan, report
from tests.processes.factories import make_process

pytestmark = pytest.mark.django_db

# A word of each text of the case that stands nowhere else, and what the reporter is called.
WORDS = {
    "report": "Solrosen",
    "did": "Blåklockan",
    "reason": "Nejlikan",
    "consequence": "Prästkragen",
    "entry": "Förgätmigej",
    "source": "Liljekonvalj",
    "cause": "Tusenskönan",
    "description": "Ringblomman",
    "supplement": "Smörblomman",
    "jav": "Gullvivan",
    "summary": "Sammanfattad händelse",
    "measure": "Tvåpersonskontroll",
    "reporter": "Tindra Medarbetare",
    "barred": "Elis Ombud",
}
EVERY = frozenset(WORDS)
SUMMARY = frozenset({"summary", "measure"})
OWN = frozenset({"report", "did", "supplement"})
NO_ONES = {"reporter"}


def full_case(cast):
    """Under inquiry, with a word of its own in every text; ombud is jävig."""
    case = report(
        cast,
        what_happened=WORDS["report"],
        immediate_action=WORDS["did"],
        process=make_process(cast, "Insatser"),
    )
    actions.supplement(case, user=cast.medarbetare, text=WORDS["supplement"])
    actions.change_status(case, "receive", user=cast.chef)
    texts = {"assessment_reason": WORDS["reason"], "consequence_text": WORDS["consequence"]}
    assessed(case, by=cast.chef, summary=WORDS["summary"], **texts)
    case = actions.change_status(case, "investigate", user=cast.chef)
    actions.add_entry(case, user=cast.chef, kind="fact", text=WORDS["entry"], source=WORDS["source"])
    actions.add_cause(case, user=cast.chef, area="procedures", sentence=WORDS["cause"])
    plan(case, cast, title=WORDS["measure"], description=WORDS["description"], responsible=cast.handlaggare)
    actions.bar(case, person=cast.ombud, reason=WORDS["jav"], user=cast.chef)
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    return case


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def shown_on(client, url):
    page = main_of(client.get(url).text)
    return {name for name, word in WORDS.items() if word in page}


def url_of(case, name=""):
    return f"{case.get_absolute_url()}{name + '/' if name else ''}"


LEVELS = {
    "chef": EVERY - NO_ONES - {"description"},
    "ersattare": EVERY - NO_ONES - {"description"},
    "handlaggare": EVERY - NO_ONES - {"description", "jav", "barred"},
    "avdelningschef": SUMMARY,
    "samordnare": SUMMARY,
    "processagare": SUMMARY,
    "medarbetare": OWN,
}


@pytest.mark.parametrize("who", LEVELS)
def test_page_shows_exactly_what_its_reader_may_see(cast, client_for, who):
    case = full_case(cast)
    assert shown_on(client_for(who), url_of(case)) == LEVELS[who]


@pytest.mark.parametrize(
    "who",
    ["grannchef", "grannmedarbetare", "grann_ombud", "ombud", "lexansvarig", "mas", "admin", "styrgrupp"],
)
def test_case_is_not_there_for_anyone_else(cast, client_for, who):
    case, client = full_case(cast), client_for(who)
    for name in ("", "historik", "oppna", "bedom", "anteckning", "tillagg", "jav", "receive"):
        answer = client.get(url_of(case, name))
        assert answer.status_code == 404, name
        assert not any(word in main_of(answer.text) for word in WORDS.values())


def test_those_who_see_a_part_are_refused_the_rest_and_told_why(cast, client_for):
    case = full_case(cast)
    for who in ("avdelningschef", "samordnare", "processagare", "medarbetare"):
        for name in ("historik", "bedom", "anteckning", "orsak", "atgard", "handlaggare", "jav", "receive"):
            answer = client_for(who).get(url_of(case, name))
            assert answer.status_code == 403, (who, name)
            assert "Bara de som handlägger ärendet" in answer.text
            assert not any(WORDS[name] in answer.text for name in EVERY - SUMMARY - {"reporter"})


def test_answer_is_read_by_the_reporter_and_not_by_those_who_see_the_summary(cast, client_for):
    case = bring_to(report(cast), cast, "acting")
    measures.change_status(case.measures.get(), "done", user=cast.chef)
    actions.change_status(case, "finish", user=cast.chef, answer="Nu finns en checklista.")
    for who in ("medarbetare", "chef"):
        assert "Nu finns en checklista." in client_for(who).get(url_of(case)).text
    assert "Nu finns en checklista." not in client_for("avdelningschef").get(url_of(case)).text


def test_manager_above_opens_with_a_reason_that_is_logged_and_holds_for_the_day(cast, client_for):
    case, client = full_case(cast), client_for("avdelningschef")
    assert "Öppna hela ärendet" in client.get(url_of(case)).text
    assert client.post(url_of(case, "oppna"), {"reason": "  "}).status_code == 200
    assert not AccessLog.objects.exists()
    client.post(url_of(case, "oppna"), {"reason": "Flera liknande i avdelningen."})
    assert {"report", "cause"} <= shown_on(client, url_of(case))
    row = AccessLog.objects.get()
    assert (row.user, row.object_id, row.reason) == (
        cast.avdelningschef,
        case.pk,
        "Flera liknande i avdelningen.",
    )


def test_reason_of_yesterday_opens_nothing(cast, client_for):
    case = full_case(cast)
    AccessLog.objects.create(
        user=cast.avdelningschef,
        kind=access.KIND,
        object_id=case.pk,
        reason="I går.",
        at=timezone.now() - timedelta(days=1),
    )
    assert shown_on(client_for("avdelningschef"), url_of(case)) == SUMMARY


@pytest.mark.parametrize("who", ["processagare", "medarbetare"])
def test_reason_is_not_for_everyone(cast, client_for, who):
    case = full_case(cast)
    assert client_for(who).post(url_of(case, "oppna"), {"reason": "Nyfiken."}).status_code == 403
    assert not AccessLog.objects.exists()


def test_opening_is_logged_once_in_ten_minutes_and_never_a_summary(cast, client_for):
    case, client = full_case(cast), client_for("ersattare")
    for name in ("", "historik", ""):
        client.get(url_of(case, name))
    row = AccessLog.objects.get()
    assert (row.user, row.on_behalf_of, row.reason) == (cast.ersattare, cast.chef, "")
    for who in ("avdelningschef", "medarbetare"):
        client_for(who).get(url_of(case))
    assert AccessLog.objects.count() == 1


def test_opening_is_logged_anew_after_ten_minutes(cast, client_for):
    case = full_case(cast)
    earlier = {"user": cast.chef, "kind": access.KIND, "object_id": case.pk}
    AccessLog.objects.create(**earlier, at=timezone.now() - timedelta(minutes=9))
    client_for("chef").get(url_of(case))
    assert AccessLog.objects.count() == 1
    other = full_case(cast)
    AccessLog.objects.create(**{**earlier, "object_id": other.pk}, at=timezone.now() - timedelta(minutes=11))
    client_for("chef").get(url_of(other))
    assert AccessLog.objects.filter(object_id=other.pk).count() == 2


def logged(client):
    page = client.get("/avvikelser/atkomst/")
    return {row.record.object_id for row in page.context["table"].rows}


def test_log_shows_the_cases_one_answers_for_and_no_others(cast, client_for):
    plain, neighbours = report(cast), report(cast, unit="neighbour")
    suspected = report(cast, is_suspected=True, unit="neighbour")
    barred = report(cast)
    grants.deny(cast.chef, barred, reason="Nära.", by=cast.admin)
    for case in (plain, neighbours, suspected, barred):
        access.log_opening(cast.samordnare, case, reason="Uppföljning.")
    assert logged(client_for("chef")) == {plain.pk}
    assert logged(client_for("grannchef")) == {neighbours.pk, suspected.pk}
    assert logged(client_for("lexansvarig")) == {suspected.pk}
    assert logged(client_for("avdelningschef")) == {barred.pk}, "which came up to them"
    for who in ("samordnare", "medarbetare", "handlaggare", "admin"):
        assert client_for(who).get("/avvikelser/atkomst/").status_code == 403


def test_handlaggare_of_one_suspected_case_sees_no_log_of_it(cast, client_for):
    case = report(cast, is_suspected=True)
    actions.hand_over(case, person=cast.grannchef, user=cast.chef)
    access.log_opening(cast.lexansvarig, case)
    assert logged(client_for("grannchef")) == set()
    assert "Vem har öppnat ärendet" not in client_for("grannchef").get(url_of(case, "historik")).text
    assert "Vem har öppnat ärendet" in client_for("chef").get(url_of(case, "historik")).text


def test_log_shows_no_person_what_the_reporter_wrote(cast, client_for):
    case = full_case(cast)
    client_for("chef").get(url_of(case))
    assert shown_on(client_for("chef"), "/avvikelser/atkomst/") == set()


def test_history_tells_in_sentences_to_those_who_read_the_case(cast, client_for):
    case = full_case(cast)
    client_for("medarbetare").post(url_of(case, "tillagg"), {"text": "Larmet var trasigt."})
    page = main_of(client_for("chef").get(url_of(case, "historik")).text)
    for told in ("tog emot rapporten", "började utreda", "angav orsaken", "Vem har öppnat ärendet"):
        assert told in page, told
    assert "Rapportören" in page
    assert WORDS["reporter"] not in page


def test_supplement_is_seen_by_those_who_handle_and_only_ones_own_by_the_reporter(cast, client_for):
    case, other = full_case(cast), report(cast, by=cast.ombud)
    client = client_for("medarbetare")
    client.post(url_of(case, "tillagg"), {"text": "En sak till: larmet var trasigt."})
    for who in ("medarbetare", "chef"):
        assert "larmet var trasigt" in client_for(who).get(url_of(case)).text
    assert client.get(url_of(other, "tillagg")).status_code == 404
    assert client_for("chef").post(url_of(case, "tillagg"), {"text": "x"}).status_code == 403
    assert InvestigationEntry.objects.filter(kind="supplement").count() == 2


def test_supplement_with_a_persons_number_is_marked_and_not_saved(cast, client_for):
    case = report(cast)
    page = client_for("medarbetare").post(url_of(case, "tillagg"), {"text": "Hon, 19121212-1212."}).text
    assert "<mark>19121212-1212</mark>" in page
    assert not InvestigationEntry.objects.exists()


def test_supplement_to_what_is_over_is_blocked_and_the_text_kept(cast, client_for):
    case = bring_to(report(cast), cast, "not_deviation")
    page = client_for("medarbetare").post(url_of(case, "tillagg"), {"text": "Jag glömde en sak."}).text
    assert "Rapportera det nya för sig." in page
    assert "Jag glömde en sak." in page


def test_note_of_a_fact_needs_its_source_and_a_supplement_is_no_choice(cast, client_for):
    case, client = full_case(cast), client_for("chef")
    for data in (
        {"kind": "fact", "text": "Larmet var av."},
        {"kind": "supplement", "text": "Larmet var av."},
    ):
        assert "Larmet var av." in client.post(url_of(case, "anteckning"), data).text
    assert case.entries.count() == 2


def test_struck_cause_leaves_the_page_and_stays_in_the_history(cast, client_for):
    case, client = full_case(cast), client_for("chef")
    cause = Cause.objects.get()
    client.post(f"{url_of(case)}orsak/{cause.pk}/stryk/")
    assert "cause" not in shown_on(client, url_of(case))
    assert "ändrade orsaken" in client.get(url_of(case, "historik")).text
    assert client.post(f"{url_of(report(cast))}orsak/{cause.pk}/stryk/").status_code == 404


def test_cause_and_jav_of_another_case_are_not_reached_through_ones_own(cast, client_for):
    theirs = assessed(report(cast, by=cast.grannmedarbetare, unit="neighbour"), by=cast.grannchef)
    cause = actions.add_cause(theirs, user=cast.grannchef, area="procedures", sentence="Så var det.")
    grants.deny(cast.ombud, theirs, reason="Nära.", by=cast.admin)
    mine, client = report(cast), client_for("chef")
    for path in (
        f"orsak/{cause.pk}/stryk/",
        f"jav/{cast.ombud.pk}/ta-bort/",
        f"handlaggare/{cast.ombud.pk}/ta-bort/",
    ):
        assert client.post(f"{url_of(mine)}{path}").status_code == 404
    assert Cause.objects.get().struck_at is None


def test_one_who_reports_and_handles_sees_the_whole_case(cast, client_for):
    RoleAssignmentFactory(user=cast.medarbetare, unit=cast.units.home, role=Role.MANAGER)
    case = full_case(cast)
    assert {"cause", "entry"} <= shown_on(client_for("medarbetare"), url_of(case))


def test_case_that_is_over_offers_nothing_to_write(cast, client_for):
    case = bring_to(report(cast), cast, "closed")
    page = main_of(client_for("chef").get(url_of(case)).text)
    for name in ("bedom", "anteckning", "orsak", "atgard", "handlaggare"):
        assert f"{url_of(case, name)}" not in page, name
    assert Deviation.objects.get().status == "closed"
    for name, data in (
        ("anteckning", {"kind": "assessment", "text": "Efteråt."}),
        ("orsak", {"area": "procedures", "sentence": "Efteråt."}),
        ("bedom", {"summary": "Efteråt."}),
    ):
        answer = client_for("chef").post(url_of(case, name), data)
        assert answer.status_code == 200
        assert "Efteråt." in answer.text
        assert "avslutad" in answer.text
