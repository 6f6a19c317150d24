"""What the lists show and to whom, what hostile addresses do, and what every page costs."""

import csv
import io
from math import inf

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvement import access, actions
from improvement.actions import exchanges, measures
from improvement.enums import CaseLaw
from improvement.models import Attachment, Measure
from kvalitet.organisation import grants
from processes import actions as process_actions
from processes.models import Process
from tests.factories import days
from tests.improvement.factories import assessed, bring_to, described, judged, plan, report
from tests.improvement.learning import ask, published
from tests.processes.factories import bpmn, make_process, publish

pytestmark = pytest.mark.django_db
LIST, MEASURES, LOG = "/avvikelser/", "/atgarder/", "/avvikelser/atkomst/"
MOST = 12  # queries of a page
READERS = ["chef", "avdelningschef", "samordnare", "lexansvarig", "mas", "medarbetare"]
SECRET = ("Solrosen", "Blåklockan", "Nejlikan", "Prästkragen", "Förgätmigej", "Tusenskönan", "Ringblomman")


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def used_process(cast):
    process = make_process(cast)
    process_actions.set_units(process, [cast.units.home])
    publish(cast, process, map_bytes=bpmn(("motta", "Ta emot"), ("besluta", "Besluta")))
    return process


def add_row(cast, process):
    """One case that every reader of the lists sees something of, with all that a case can have."""
    case = report(cast, process=process, is_suspected=True)
    actions.change_status(case, "return", user=cast.lexansvarig, comment="Ordinär.")
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    actions.bar(case, person=cast.ombud, reason="Nära.", user=cast.chef)
    actions.change_status(case, "receive", user=cast.chef)
    assessed(case, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    case = actions.change_status(case, "investigate", user=cast.chef)
    fill(cast, case)
    access.log_opening(cast.handlaggare, case)
    return case


def fill(cast, case):
    actions.add_entry(case, user=cast.chef, kind="assessment", text="En bedömning.")
    actions.supplement(case, user=case.reported_by, text="Ett tillägg.")
    actions.add_cause(case, user=cast.chef, area="procedures", sentence="Att rutinen saknades.")
    measure = plan(case, cast, responsible=cast.handlaggare)
    measures.answer_case(measure, deviation=report(cast), user=cast.chef)


def assert_asks_as_little(client_for, whos, urls, grow, *, most=MOST):
    """Each page for each of them asks the same after `grow` has been called twice, and at most so much."""
    clients = {who: client_for(who) for who in whos}

    def asked():
        return {(who, url): queries(client, url) for who, client in clients.items() for url in urls}

    one = asked()
    for _ in range(2):
        grow()
    assert asked() == one
    assert {page: count for page, count in one.items() if count > most} == {}


def test_list_asks_as_little_for_three_as_for_one(cast, client_for):
    process = used_process(cast)
    add_row(cast, process)
    urls = [LIST, MEASURES, f"{LIST}?urval=mitt", f"{LIST}?orsak=procedures", f"{LIST}?enhet=avdelning-a"]
    assert_asks_as_little(client_for, READERS, urls, lambda: add_row(cast, process))


def test_log_asks_as_little_for_three_as_for_one(cast, client_for):
    process, whos = used_process(cast), ["chef", "avdelningschef", "lexansvarig"]
    add_row(cast, process)
    assert_asks_as_little(client_for, whos, [LOG], lambda: add_row(cast, process))


def test_case_whole_or_in_part_asks_as_little_for_three_of_everything_as_for_one(cast, client_for):
    case = add_row(cast, used_process(cast))
    whole = ["chef", "ersattare", "handlaggare", "lexansvarig", "mas"]
    in_part = ["avdelningschef", "samordnare", "medarbetare"]
    urls = [case.get_absolute_url()]
    assert_asks_as_little(client_for, whole + in_part, urls, lambda: fill(cast, case))


def of_everything(cast, status):
    """An event in two parts, with files, samverkan, handläggare, jäv and what was merged into it."""
    case = report(cast, process=used_process(cast))
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    actions.bar(case, person=cast.ombud, reason="Nära.", user=cast.chef)
    actions.change_status(case, "receive", user=cast.chef)
    assessed(case, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    part = actions.split(case, user=cast.chef, law=CaseLaw.SOL)
    add_to_all(cast, case)
    case = actions.change_status(case, "investigate", user=cast.chef) if status != "received" else case
    if status in ("acting", "closed"):
        described(case, by=cast.chef)
        case = actions.change_status(case, "act", user=cast.chef)
    if status == "closed":
        close(cast, case)
    return case, part


def add_to_all(cast, case):
    """One more of each thing that a case which is not over can have."""
    fill(cast, case)
    merged = report(cast, by=cast.grannmedarbetare)
    assessed(merged, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    fill(cast, merged)
    actions.change_status(merged, "merge", user=cast.chef, comment="Samma.", into=case)
    add_file(case)
    known = {"direction": "out", "party": "region", "party_name": "Regionen", "text": "Hur gör ni?"}
    exchanges.begin(case, user=cast.chef, values={**known, "answer_by": days(10)})


def add_file(case):
    number = case.attachments.count() + 1
    keys = {"submission": case.submission, "storage_key": f"{case.pk}-{number}", "sha256": str(number)}
    Attachment.objects.create(
        deviation=case, added_by=case.reported_by, number=number, kind="picture", size=1, **keys
    )


def close(cast, case):
    """All that it waits for is done, and it has been asked of, learnt from and taken up."""
    for one in Measure.objects.all():
        judged(one, by=cast.chef)
    case = actions.change_status(case, "finish", user=cast.chef, answer="Nu ringer vi.")
    case = actions.change_status(case, "close", user=cast.chef, comment="Klart.")
    ask(case, cast, units=[cast.units.neighbour])
    learn(cast, case)


def learn(cast, case):
    published(cast, deviation=case)


@pytest.mark.parametrize("status", ["received", "acting", "closed"])
def test_case_with_all_that_a_case_can_have_keeps_the_budget(cast, client_for, status):
    case, part = of_everything(cast, status)
    whos = ["chef", "ersattare", "handlaggare", "mas", "avdelningschef", "samordnare", "medarbetare"]
    grow = learn if status == "closed" else add_to_all
    urls = [case.get_absolute_url()]
    assert_asks_as_little(client_for, whos, urls, lambda: grow(cast, case))
    assert queries(client_for("chef"), part.get_absolute_url()) <= MOST


@pytest.mark.parametrize("is_suspected", [True, False])
@pytest.mark.parametrize("who", ["chef", "medarbetare"])
def test_receipt_keeps_the_budget(cast, client_for, who, is_suspected):
    """Also of a manager who is to receive it: what a reporter is told beside all that is told of the case."""
    case = report(cast, by=cast[who], is_suspected=is_suspected)
    assessed(case, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    if not is_suspected:  # that is handled by itself
        other = assessed(report(cast), by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
        actions.change_status(other, "merge", user=cast.chef, comment="Samma.", into=case)
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    add_file(case)
    client = client_for(who)
    assert "Kvitto" in client.get(case.get_absolute_url()).text
    assert queries(client, case.get_absolute_url()) <= MOST


def test_measure_page_asks_as_little_for_three_cases_as_for_one(cast, client_for):
    measure = add_row(cast, used_process(cast)).measures.get()
    whos = ["chef", "handlaggare", "avdelningschef", "samordnare", "mas"]

    def answer_one_more():
        measures.answer_case(measure, deviation=report(cast), user=cast.chef)

    assert_asks_as_little(client_for, whos, [measure.get_absolute_url()], answer_one_more)


@pytest.mark.parametrize("who", ["medarbetare", "chef", "samordnare"])
def test_report_form_keeps_the_budget(cast, client_for, who):
    process = used_process(cast)
    client = client_for(who)
    assert queries(client, "/avvikelser/ny/") <= 12
    assert queries(client, f"/avvikelser/ny/?process={process.slug}") <= 12
    assert queries(client, f"/avvikelser/ny/mottagare/?unit={cast.units.home.pk}&is_suspected=on") <= 12


def test_process_page_keeps_its_budget_with_cases_on_it(cast, client_for):
    process = used_process(cast)
    whos = [*READERS, "processagare", "processhandledare", "ersattare", "grannchef", "anonym"]
    add_row(cast, process)
    urls = [process.get_absolute_url()]
    assert_asks_as_little(client_for, whos, urls, lambda: add_row(cast, process), most=6)


def test_unit_page_keeps_the_budget_with_cases_on_it(cast, client_for):
    process, whos = used_process(cast), [*READERS, "processagare", "ersattare", "anonym"]
    add_row(cast, process)
    urls = [cast.units.home.get_absolute_url()]
    assert_asks_as_little(client_for, whos, urls, lambda: add_row(cast, process))


def test_first_page_and_my_work_ask_as_little_for_three_as_for_one(cast, client_for):
    process, whos = used_process(cast), [*READERS, "ersattare"]
    add_row(cast, process)
    urls = ["/", "/mitt-arbete/"]
    assert_asks_as_little(client_for, whos, urls, lambda: add_row(cast, process), most=inf)


def numbers(client, query=""):
    return {row.record.pk for row in client.get(f"{LIST}?{query}").context["table"].rows}


HOSTILE = ["'", '"><script>', "-1", "9" * 40, "²", "٣", "\x00", "%", "\\", "mina' OR 1=1 --", "å" * 5000, " "]
NAMES = ["q", "status", "urval", "enhet", "kategori", "lag", "zon", "orsak", "process", "rapporterad_after",
         "sortera", "sida", "exportera", "effekt", "styrka", "innehall", "klar_before"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_hostile_value_is_never_an_error_nor_opens_anything(cast, client_for, name):
    theirs = report(cast, by=cast.grannmedarbetare, unit="neighbour")
    client = client_for("chef")
    for value in HOSTILE:
        for url in (LIST, MEASURES):
            answer = client.get(url, {name: value})
            assert answer.status_code == 200, value
            assert "<script>" not in answer.text.partition("<main")[2]
            assert f"/avvikelser/{theirs.pk}/" not in answer.text


@pytest.mark.parametrize(
    "column", ["reported_by", "what_happened", "answer", "unit__name", "zone", "-suspicion", "?"]
)
def test_list_is_not_sorted_by_what_it_does_not_show(cast, client_for, column):
    pks = [report(cast).pk for _ in range(3)]
    rows = client_for("avdelningschef").get(LIST, {"sortera": column}).context["table"].rows
    assert sorted(row.record.pk for row in rows) == pks
    assert not rows.data.data.query.order_by or set(rows.data.data.query.order_by) <= {
        "-reported_at",
        "pk",
        "-pk",
    }


def test_list_sorts_by_number_and_day(cast, client_for):
    pks = [report(cast).pk for _ in range(3)]
    for column in ("pk", "reported_at"):
        rows = client_for("chef").get(LIST, {"sortera": column}).context["table"].rows
        assert [row.record.pk for row in rows] == pks


def test_each_sees_own_reports_and_what_the_role_reaches(cast, client_for):
    mine, hidden = report(cast), report(cast, is_suspected=True)
    theirs = report(cast, by=cast.grannmedarbetare, unit="neighbour")
    barred = report(cast)
    grants.deny(cast.chef, barred, reason="Nära.", by=cast.admin)
    both = {mine.pk, hidden.pk, barred.pk}
    assert numbers(client_for("medarbetare")) == both
    assert numbers(client_for("chef")) == {mine.pk, hidden.pk}
    assert numbers(client_for("ersattare")) == {mine.pk, hidden.pk}
    assert numbers(client_for("avdelningschef")) == both | {theirs.pk}
    assert numbers(client_for("samordnare")) == {mine.pk, barred.pk, theirs.pk}
    assert numbers(client_for("lexansvarig")) == {hidden.pk}
    for who in ("mas", "admin", "styrgrupp", "ombud"):
        assert numbers(client_for(who)) == set(), who


def test_selections_mean_what_they_say(cast, client_for):
    fresh, closed = report(cast), bring_to(report(cast), cast, "closed")
    late = report(cast)
    type(late).objects.filter(pk=late.pk).update(answer_by=days(-1))
    red = assessed(report(cast), by=cast.chef, likelihood=4, consequence=4)
    client = client_for("chef")
    still = {fresh.pk, late.pk, red.pk}
    assert numbers(client, "urval=mitt") == numbers(client, "urval=oppna") == still
    assert numbers(client, "urval=sena") == {late.pk}
    assert numbers(client, "urval=mina") == set()
    assert numbers(client_for("medarbetare"), "urval=mina") == still | {closed.pk}
    assert numbers(client_for("medarbetare"), "urval=mitt") == set()
    assert numbers(client, "status=closed&enhet=avdelning-a&lag=sol&kategori=UTF") == {closed.pk}
    assert numbers(client, "zon=red") == {red.pk}
    assert numbers(client, f"rapporterad_after={days(1)}") == set()
    assert numbers(client, "enhet=hemtjansten") == set()


def test_filter_on_cause_tells_nothing_of_cases_one_does_not_read(cast, client_for):
    case = bring_to(report(cast), cast, "acting")
    assert numbers(client_for("chef"), "orsak=procedures") == {case.pk}
    for who in ("avdelningschef", "samordnare", "medarbetare"):
        assert case.pk in numbers(client_for(who))
        assert numbers(client_for(who), "orsak=procedures") == set(), who
    actions.strike_cause(case.causes.get(), user=cast.chef)
    assert numbers(client_for("chef"), "orsak=procedures") == set()


def test_process_filter_holds_the_steps_and_knows_no_hidden_process(cast, client_for):
    process = used_process(cast)
    step = Process.objects.get(parent=process, element_id="motta")
    case, planned = report(cast, process=step), make_process(cast, "Kommande")
    report(cast, process=planned)
    client = client_for("chef")
    assert numbers(client, f"process={process.slug}") == {case.pk}
    assert numbers(client, f"process={planned.slug}") == numbers(client, "process=finns-inte")


def secret_case(cast):
    texts = {"what_happened": SECRET[0], "immediate_action": SECRET[1]}
    case = report(cast, process=used_process(cast), **texts)
    texts = {"assessment_reason": SECRET[2], "consequence_text": SECRET[3]}
    assessed(case, by=cast.chef, summary="En insats uteblev", **texts)
    actions.add_entry(case, user=cast.chef, kind="assessment", text=SECRET[4])
    actions.add_cause(case, user=cast.chef, area="procedures", sentence=SECRET[5])
    plan(case, cast, description=SECRET[6])
    return case


def test_word_is_looked_for_in_number_and_summary_alone(cast, client_for):
    case = secret_case(cast)
    for who in ("chef", "samordnare", "medarbetare"):
        client = client_for(who)
        for found in (str(case.pk), "uteblev insats", "INSATS"):
            assert numbers(client, f"q={found}") == {case.pk}, (who, found)
        for word in (*SECRET, "Tindra", "medarbetare@test.invalid", "Ordinär"):
            assert numbers(client, f"q={word}") == set(), (who, word)


def exported(client, url, kind):
    content = client.get(url, {"exportera": kind}).content
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("who", READERS)
def test_file_holds_the_rows_one_sees_and_no_confidential_text(cast, client_for, who, kind):
    secret_case(cast)
    report(cast, by=cast.grannmedarbetare, unit="other", is_suspected=True, what_happened="Tulpanen")
    client = client_for(who)
    for url in (LIST, MEASURES):
        rows = exported(client, url, kind)
        shown = client.get(url).context["table"].rows
        assert len(rows) - 1 == len(shown)
        text = " ".join(cell for row in rows for cell in row)
        assert not any(word in text for word in (*SECRET, "Tulpanen", "Tindra"))


def test_file_of_the_log_holds_the_same_rows_as_the_page(cast, client_for):
    case = secret_case(cast)
    access.log_opening(cast.samordnare, case, reason="=HYPERLINK()")
    access.log_opening(cast.samordnare, report(cast, unit="other"), reason="Annat")
    (row,) = exported(client_for("chef"), LOG, "csv")[1:]
    assert row[1:] == ["Ylva Samordnare", "", str(case.pk), "'=HYPERLINK()"]


def test_chip_of_a_span_of_days_tells_days_and_no_clock(cast, client_for):
    page = client_for("chef").get(f"{LIST}?rapporterad_after=2025-01-01&rapporterad_before=2025-12-31").text
    assert "från 2025-01-01 till 2025-12-31" in page
