"""The side ways of a case: merged, withdrawn, taken up again, opened again, taken over and handed back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvement import actions, case_history
from improvement.actions import measures
from improvement.enums import CaseLaw, Harm
from improvement.models import Deviation
from kvalitet.models import AccessLog, Notification
from kvalitet.organisation import grants
from kvalitet.workflow import Blocked
from tests.improvement.cases import fresh
from tests.improvement.factories import ANSWER, assessed, bring_to, described, plan, report

pytestmark = pytest.mark.django_db


def url_of(case, name=""):
    return f"{case.get_absolute_url()}{name + '/' if name else ''}"


def again(case):
    return Deviation.objects.get(pk=case.pk)


def told(user, words):
    return Notification.objects.filter(user=user, sentence__contains=words).exists()


def merge(case, into, *, by):
    return actions.change_status(case, "merge", user=by, into=into, comment="Samma händelse.")


def merged_pair(cast):
    """One reported by the ombud that goes on, and one by the medarbetare that was merged into it."""
    goes_on = report(cast, by=cast.ombud, what_happened="Den andras berättelse.")
    return merge(report(cast), goes_on, by=cast.chef), again(goes_on)


def sentences(user, case):
    return [one.sentence for one in case_history.timeline(user, again(case))]


def test_merged_case_points_to_the_one_that_goes_on_and_its_reporter_is_told(cast):
    merged, goes_on = merged_pair(cast)
    assert (merged.status, merged.merged_into) == ("merged", goes_on)
    assert told(cast.medarbetare, "Hanteras tillsammans")
    assert "slog ihop avvikelsen med en annan" in sentences(cast.chef, merged)
    assert f"slog ihop avvikelse {merged.pk} med den här" in sentences(cast.chef, goes_on)


def test_reporter_of_the_merged_sees_neither_number_nor_text_of_the_other(cast, client_for):
    merged, goes_on = merged_pair(cast)
    page = client_for("medarbetare").get(url_of(merged)).text
    assert "hanteras tillsammans med en annan rapport" in page
    assert f"avvikelse {goes_on.pk}" not in page.lower()
    assert "Den andras berättelse." not in page
    assert client_for("medarbetare").get(url_of(goes_on)).status_code == 404


def test_reporter_is_answered_when_the_one_that_goes_on_is(cast, client_for):
    merged, goes_on = merged_pair(cast)
    bring_to(goes_on, cast, "acted")
    saved = again(merged)
    assert (saved.status, saved.answer) == ("merged", ANSWER)
    assert saved.answered_at is not None
    assert told(cast.medarbetare, "Du har fått svar")
    assert ANSWER in client_for("medarbetare").get(url_of(merged)).text
    assert any("svarade rapportören" in one for one in sentences(cast.chef, merged))


def test_what_is_merged_into_an_answered_case_is_answered_at_once(cast):
    goes_on = bring_to(report(cast, by=cast.ombud), cast, "acted")
    merged = merge(report(cast), goes_on, by=cast.chef)
    assert (merged.answer, bool(merged.answered_at)) == (ANSWER, True)
    assert told(cast.medarbetare, "Du har fått svar")


def test_notes_and_measures_of_the_merged_stand_on_the_one_that_goes_on(cast, client_for):
    goes_on, merged = report(cast, by=cast.ombud), assessed(report(cast), by=cast.chef)
    actions.add_entry(merged, user=cast.chef, kind="assessment", text="Larmet var trasigt.")
    plan(merged, cast, title="Byt larm")
    merge(merged, goes_on, by=cast.chef)
    page = client_for("chef").get(url_of(goes_on)).text
    assert AccessLog.objects.filter(user=cast.chef, object_id=merged.pk).count() == 1, "it was read there"
    assert "Larmet var trasigt." in page
    assert "Byt larm" in page
    assert f"ur avvikelse {merged.pk}" in page


def test_who_is_javig_in_the_merged_reads_nothing_of_it_on_the_other(cast, client_for):
    goes_on, merged = report(cast, by=cast.ombud), report(cast, what_happened="Solrosen vissnade.")
    actions.add_entry(merged, user=cast.chef, kind="assessment", text="Larmet var trasigt.")
    merge(merged, goes_on, by=cast.chef)
    grants.deny(cast.chef, merged, reason="Nära.", by=cast.admin)
    page = client_for("chef").get(url_of(goes_on)).text
    assert "Solrosen" not in page
    assert "Larmet" not in page
    assert "en avvikelse som du inte läser" in page
    assert f"slog ihop avvikelse {merged.pk}" not in client_for("chef").get(url_of(goes_on, "historik")).text


def _unfit(cast):
    case = assessed(report(cast), by=cast.chef)
    hsl = assessed(report(cast), by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    return {
        "itself": (case, case, "med sig själv"),
        "another's": (case, report(cast, by=cast.grannmedarbetare, unit="neighbour"), "som du handlägger"),
        "suspected": (case, report(cast, is_suspected=True), "missförhållande"),
        "is suspected": (report(cast, is_suspected=True), case, "missförhållande"),
        "over": (case, bring_to(report(cast), cast, "not_deviation"), "inte en avvikelse"),
        "another law": (case, hsl, "olika lagstiftning"),
        "nothing": (case, None, "Välj vilken"),
    }


@pytest.mark.parametrize(
    "why", ["itself", "another's", "suspected", "is suspected", "over", "another law", "nothing"]
)
def test_what_cannot_be_merged_is_refused_with_the_reason(cast, why):
    case, into, reason = _unfit(cast)[why]
    with pytest.raises(Blocked, match=reason):
        merge(case, into, by=cast.chef)
    assert again(case).status == "reported"


def test_no_chains_and_no_cycles(cast):
    merged, goes_on = merged_pair(cast)
    with pytest.raises(Blocked, match="sammanslagna med den här"):
        merge(goes_on, report(cast), by=cast.chef)
    with pytest.raises(Blocked, match="Välj en som är öppen"):
        merge(report(cast), merged, by=cast.chef)


def test_merge_page_offers_the_nearest_first_and_takes_a_number(cast, client_for):
    case = assessed(report(cast), by=cast.chef)
    far = assessed(report(cast), by=cast.chef, code="BEM-1")
    near = assessed(report(cast, by=cast.ombud), by=cast.chef)
    report(cast, is_suspected=True)
    client = client_for("chef")
    page = client.get(url_of(case, "merge"))
    choices = [int(value) for value, _ in page.context["form"].fields["chosen"].choices]
    assert choices == [near.pk, far.pk]
    for data, words in (
        ({"comment": ""}, "Välj en avvikelse"),
        ({"chosen": near.pk, "number": far.pk}, "inte båda"),
        ({"number": 999_999}, "Det finns ingen avvikelse 999999"),
        ({"number": "många"}, "heltal"),
        ({"chosen": "1; DROP"}, "Inget är sparat än."),
        (
            {"number": report(cast, by=cast.grannmedarbetare, unit="neighbour").pk},
            "Det finns ingen avvikelse",
        ),
    ):
        answer = client.post(url_of(case, "merge"), data)
        assert answer.status_code == 200, data
        assert words in answer.text, data
    assert client.post(url_of(case, "merge"), {"number": far.pk})["Location"] == url_of(case)
    assert again(case).merged_into == far


def test_case_that_others_are_merged_into_parts_from_them_when_it_is_suspected(cast):
    merged, goes_on = merged_pair(cast)
    actions.change_status(goes_on, "suspect", user=cast.chef, comment="Nya uppgifter.")
    apart = again(merged)
    assert (apart.status, apart.suspicion, apart.merged_into) == ("reported", "suspected", None)
    assert Deviation.objects.readable_by(fresh(cast.lexansvarig)).filter(pk=merged.pk).exists()
    assert not Deviation.objects.visible_to(fresh(cast.samordnare)).filter(pk=merged.pk).exists()


def test_reporter_adds_to_a_merged_report_and_those_who_go_on_with_it_read_it(cast, client_for):
    merged, goes_on = merged_pair(cast)
    client_for("medarbetare").post(url_of(merged, "tillagg"), {"text": "Det var tredje gången."})
    assert "Det var tredje gången." in client_for("chef").get(url_of(goes_on)).text
    assert Notification.objects.filter(
        user=cast.chef, url=url_of(goes_on), sentence__contains="lagt till"
    ).exists()


def test_reporter_withdraws_before_it_is_received_and_says_why(cast, client_for):
    case, client = report(cast), client_for("medarbetare")
    assert f'href="{url_of(case, "withdraw")}"' in client.get(url_of(case)).text
    assert client.post(url_of(case, "withdraw"), {"comment": " "}).status_code == 200
    client.post(url_of(case, "withdraw"), {"comment": "Det var en annan dag."})
    assert again(case).status == "withdrawn"
    assert told(cast.chef, "Återtagen")
    page = client.get(url_of(case)).text
    assert "Du tog tillbaka rapporten" in page
    assert "tog tillbaka rapporten" in client_for("chef").get(url_of(case, "historik")).text


@pytest.mark.parametrize("who", ["chef", "handlaggare", "avdelningschef", "samordnare"])
def test_nobody_else_withdraws(cast, client_for, who):
    case = report(cast)
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    assert client_for(who).post(url_of(case, "withdraw"), {"comment": "Bort."}).status_code == 403
    assert again(case).status == "reported"


def test_received_report_stays(cast, client_for):
    case, client = bring_to(report(cast), cast, "received"), client_for("medarbetare")
    assert f'href="{url_of(case, "withdraw")}"' not in client.get(url_of(case)).text
    client.post(url_of(case, "withdraw"), {"comment": "Bort."})
    assert again(case).status == "received"


def test_reporter_is_not_told_that_others_suspect(cast, client_for):
    case = report(cast)
    actions.change_status(case, "suspect", user=cast.chef, comment="Skada.")
    page = client_for("medarbetare").post(url_of(case, "withdraw"), {"comment": "Bort."}).text
    assert "Rapporten kan inte tas tillbaka." in page
    assert "missförhållande" not in page.lower()
    assert again(case).status == "reported"


def test_report_that_others_are_merged_into_is_not_withdrawn(cast):
    _, goes_on = merged_pair(cast)
    with pytest.raises(Blocked, match="kan inte tas tillbaka"):
        actions.change_status(goes_on, "withdraw", user=cast.ombud, comment="Bort.")


@pytest.mark.parametrize("status", ["not_deviation", "merged", "withdrawn"])
def test_taken_up_again_it_is_as_new(cast, client_for, status):
    case = bring_to(report(cast), cast, status)
    Deviation.objects.filter(pk=case.pk).update(
        receive_by=timezone.localdate(), answer_by=timezone.localdate()
    )
    client_for("chef").post(url_of(case, "restore"), {"comment": "Det var ändå en avvikelse."})
    saved = again(case)
    assert saved.status == "reported"
    assert (saved.received_at, saved.answered_at, saved.closed_at, saved.merged_into) == (None,) * 4
    assert saved.answer == ""
    assert min(saved.receive_by, saved.answer_by) > timezone.localdate(), "every clock begins anew"
    assert told(cast.medarbetare, "Upptagen igen")
    assert "tog upp rapporten igen" in sentences(cast.chef, case)
    bring_to(saved, cast, "received")


def test_closed_case_is_opened_again_with_new_days_and_the_old_answer_to_read(cast, client_for):
    case = bring_to(report(cast), cast, "closed")
    client_for("chef").post(url_of(case, "reopen"), {"comment": "Det hände igen."})
    saved = again(case)
    assert (saved.status, saved.closed_at, saved.investigated_at) == ("investigating", None, None)
    assert saved.answer_by > timezone.localdate()
    assert told(cast.medarbetare, "Öppnad igen")
    page = client_for("medarbetare").get(url_of(case)).text
    assert "Ärendet är öppnat igen" in page
    assert ANSWER in page
    assert "öppnade avvikelsen igen" in sentences(cast.chef, case)


def test_closed_case_is_redone_and_no_longer_closed(cast):
    case = bring_to(report(cast), cast, "closed")
    redone = actions.change_status(case, "redo", user=cast.chef, comment="Det hände igen.")
    assert (redone.status, redone.closed_at, redone.closed_by) == ("acting", None, None)


def test_manager_above_takes_over_with_a_reason_and_the_former_is_told(cast, client_for):
    case, client = report(cast), client_for("avdelningschef")
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    assert f'href="{url_of(case, "ta-over")}"' in client.get(url_of(case)).text
    assert client.post(url_of(case, "ta-over"), {"reason": " "}).status_code == 200
    assert client.get(url_of(case, "historik")).status_code == 403
    client.post(url_of(case, "ta-over"), {"reason": "Chefen är ny och hinner inte."})
    assert again(case) in Deviation.objects.received_by(fresh(cast.avdelningschef))
    for former in (cast.chef, cast.handlaggare):
        assert told(former, "Övertagen")
    page = client.get(url_of(case, "historik")).text
    assert "tog över ärendet" in page
    assert "Chefen är ny och hinner inte." in page
    assert AccessLog.objects.filter(user=cast.avdelningschef, reason__contains="hinner inte").exists()
    assert client.post(url_of(case, "receive"))["Location"] == url_of(case)


@pytest.mark.parametrize(
    "who", ["chef", "ersattare", "handlaggare", "samordnare", "processagare", "medarbetare"]
)
def test_only_a_manager_above_takes_over(cast, who):
    case = report(cast)
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    with pytest.raises(PermissionDenied):
        actions.take_over(case, user=fresh(cast[who]), reason="Jag vill.")


def test_javig_manager_above_does_not_take_over(cast):
    case = report(cast)
    grants.deny(cast.avdelningschef, case, reason="Nära.", by=cast.admin)
    with pytest.raises(PermissionDenied):
        actions.take_over(case, user=fresh(cast.avdelningschef), reason="Jag vill.")


def test_handlaggare_hands_it_back_with_a_comment(cast, client_for):
    case, client = report(cast), client_for("handlaggare")
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    assert client.post(url_of(case, "lamna-tillbaka"), {"comment": ""}).status_code == 200
    answer = client.post(url_of(case, "lamna-tillbaka"), {"comment": "Jag känner familjen."})
    assert answer["Location"] == "/avvikelser/"
    assert client.get(url_of(case)).status_code == 404
    assert told(cast.chef, "Lämnad tillbaka")
    page = client_for("chef").get(url_of(case, "historik")).text
    assert "lämnade tillbaka ärendet" in page
    assert "Jag känner familjen." in page
    assert client_for("chef").post(url_of(case, "lamna-tillbaka"), {"comment": "x"}).status_code == 403


def test_simple_handling_wants_to_know_of_the_person_where_somebody_was_harmed(cast, client_for):
    client = client_for("chef")
    asked = {}
    for harm in Harm:
        page = client.get(url_of(report(cast, harm=harm), "close_simply"))
        asked[harm] = {"consequence_text", "informed", "documented"} & set(page.context["form"].fields)
    both = {"informed", "documented"}
    assert asked == {
        Harm.YES: both | {"consequence_text"},
        Harm.COULD_HAVE: both,
        Harm.UNKNOWN: both,
        Harm.NO: set(),
    }


def test_two_readers_of_the_merged_measure_do_not_see_more_than_before(cast, client_for):
    case = described(assessed(report(cast), by=cast.chef), by=cast.chef)
    measure = plan(case, cast)
    measures.change_status(measure, "start", user=cast.ombud)
    merge(case, report(cast, by=cast.ombud), by=cast.chef)
    page = client_for("avdelningschef").get(url_of(case)).text
    assert "Du ser sammanfattningen" in page
    assert "Samma händelse." not in page


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_page_costs_the_same_for_one_and_three_merged(cast, client_for):
    goes_on, client = report(cast, by=cast.ombud), client_for("chef")
    merge(report(cast), goes_on, by=cast.chef)
    one = queries(client, url_of(goes_on))
    for _ in range(2):
        merge(report(cast), goes_on, by=cast.chef)
    assert queries(client, url_of(goes_on)) == one <= 12


@pytest.mark.parametrize("who", ["chef", "medarbetare", "avdelningschef"])
def test_pages_of_two_parts_cost_little(cast, client_for, who):
    case = assessed(report(cast), by=cast.chef)
    actions.split(case, user=cast.chef, law=CaseLaw.HSL)
    assert queries(client_for(who), url_of(case)) <= 12


def test_withdrawn_report_does_not_name_who_took_it_back(cast, client_for):
    case = report(cast)
    actions.change_status(case, "withdraw", user=cast.medarbetare, comment="Det var en annan dag.")
    page = client_for("chef").get(url_of(case)).text
    assert "av rapportören" in page
    assert str(cast.medarbetare) not in page


def test_form_that_merges_offers_the_nearest_cases(cast, client_for):
    case, other = report(cast), report(cast, by=cast.ombud)
    assert f"Avvikelse {other.pk}" in client_for("chef").get(url_of(case, "merge")).text
