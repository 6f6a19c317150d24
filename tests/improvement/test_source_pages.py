"""Analyses and external granskningar: read by all employees, written by those who lead."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvement import source_work
from improvement.actions import measures, sources
from improvement.models import Analysis, ExternalReview, Measure, ReviewDocument, Shortcoming
from kvalitet import search
from kvalitet.models import Notification
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.documents.factories import make_in_force
from tests.doors import STAFF
from tests.factories import dated, days
from tests.improvement.cases import fresh
from tests.improvement.factories import analysis, plan, review

pytestmark = pytest.mark.django_db
REVIEW = {
    "kind": "ivo",
    "title": "Tillsyn av handläggningen",
    "dnr": "IVO 2026/14",
    "decided_on": -3,
    "answer_by": 20,
    "summary": "Två brister.",
}
ANALYSIS = {
    "title": "Våren",
    "period_from": -90,
    "period_to": -1,
    "sources": "Avvikelser.",
    "text": "Bemanningen är det som avgör.",
}
WRITERS = ["chef", "ersattare", "avdelningschef", "samordnare", "processhandledare"]


def planned(cast):
    return {
        "title": "Ny rubrik i mallen",
        "type": "corrective",
        "content": "technology",
        "strength": "strong",
        "unit": cast.units.home,
        "responsible": cast.chef,
        "due": days(10),
        "effect_on": days(100),
    }


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("who", WRITERS)
def test_leader_writes_for_the_own_unit(cast, client_for, who):
    client = client_for(who)
    client.post("/analyser/ny/", {**dated(ANALYSIS), "unit": cast.units.home.pk})
    client.post("/granskningar/ny/", {**dated(REVIEW), "unit": cast.units.home.pk})
    assert Analysis.objects.get().created_by == cast[who]
    assert ExternalReview.objects.get().created_by == cast[who]


@pytest.mark.parametrize("who", ["medarbetare", "registrator", "ombud", "lexansvarig", "admin"])
def test_others_read_and_do_not_write(cast, client_for, who):
    found, made, client = review(cast), analysis(cast), client_for(who)
    for url in ("/analyser/", "/granskningar/", found.get_absolute_url(), made.get_absolute_url()):
        assert client.get(url).status_code == 200
    for url in ("/analyser/ny/", "/granskningar/ny/", f"{found.get_absolute_url()}andra/"):
        assert client.post(url, dated(REVIEW)).status_code == 403
    assert client.post(f"{found.get_absolute_url()}svar/", {"answer": "Nej."}).status_code == 403


def test_leader_does_not_write_for_another_unit(cast, client_for):
    data = {**dated(REVIEW), "unit": cast.units.neighbour.pk}
    assert client_for("chef").post("/granskningar/ny/", data).status_code == 200
    found = review(cast, unit=cast.units.neighbour)
    assert client_for("chef").get(f"{found.get_absolute_url()}andra/").status_code == 403
    moved = {**dated(REVIEW), "unit": cast.units.neighbour.pk}
    own = review(cast)
    client_for("chef").post(f"{own.get_absolute_url()}andra/", moved)
    own.refresh_from_db()
    assert own.unit == cast.units.home
    assert not ExternalReview.objects.filter(created_by=cast.chef).exists()


@pytest.mark.parametrize("who", ["utforare", "utan_roll"])
def test_outsiders_are_refused(cast, client_for, who):
    found = review(cast)
    for url in ("/analyser/", "/granskningar/", found.get_absolute_url()):
        assert client_for(who).get(url).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"dnr": " "},
        {"title": ""},
        {"kind": "påhittat"},
        {"decided_on": 2},
        {"answer_by": -30},
        {"title": "Om 19121212-1212"},
    ],
)
def test_review_that_cannot_be_is_refused_and_kept(cast, client_for, wrong):
    data = dated({**REVIEW, **wrong}) | {"unit": cast.units.home.pk}
    page = client_for("chef").post("/granskningar/ny/", data)
    assert "Två brister." in page.text
    assert not ExternalReview.objects.exists()


def test_period_that_ends_before_it_begins_is_refused(cast, client_for):
    data = {**dated(ANALYSIS), "unit": cast.units.home.pk, "period_to": str(days(-100))}
    assert "Perioden slutar inte" in client_for("chef").post("/analyser/ny/", data).text
    assert not Analysis.objects.exists()


def test_stale_edit_shows_both_texts(cast, client_for):
    found, client = analysis(cast), client_for("chef")
    url = f"{found.get_absolute_url()}andra/"
    base = client.get(url).text.partition('name="kv_base" value="')[2].partition('"')[0]
    sources.save_analysis(found, user=cast.samordnare, values={"text": "Den andras text."})
    mine = {**dated(ANALYSIS), "unit": cast.units.home.pk, "text": "Min text.", "kv_base": base}
    page = client.post(url, mine).text
    assert "Min text." in page
    assert "Den andras text." in page


def test_registrator_sets_the_dnr_alone(cast, client_for):
    found, client = review(cast), client_for("registrator")
    url = f"{found.get_absolute_url()}diarienummer/"
    assert "Sätt diarienummer" in client.get(found.get_absolute_url()).text
    client.post(url, {"dnr": "SN 2026/0099"})
    found.refresh_from_db()
    assert found.dnr == "SN 2026/0099"
    assert client_for("medarbetare").post(url, {"dnr": "x"}).status_code == 403


def test_answer_is_recorded_once(cast, client_for):
    found, client = review(cast), client_for("chef")
    url = f"{found.get_absolute_url()}svar/"
    assert "Svara på granskningen" in client.get("/mitt-arbete/").text
    client.post(url, {"answer": "Vi har ändrat rutinen."})
    found.refresh_from_db()
    assert (found.answer, found.answered_by) == ("Vi har ändrat rutinen.", cast.chef)
    assert "redan besvarad" in client.post(url, {"answer": "En gång till."}).text
    assert "Svara på granskningen" not in client.get("/mitt-arbete/").text
    assert "Vi har ändrat rutinen." in client_for("medarbetare").get(found.get_absolute_url()).text


@pytest.mark.parametrize("ahead", [14, 3, 0, -1])
def test_answer_is_reminded_of(cast, ahead):
    found = review(cast)
    ExternalReview.objects.filter(pk=found.pk).update(answer_by=days(ahead))
    assert source_work.remind(days(0)) == 1
    told = set(Notification.objects.filter(url=found.get_absolute_url()).values_list("user", flat=True))
    assert {cast.chef.pk, cast.samordnare.pk} <= told
    assert cast.medarbetare.pk not in told
    sources.answer_review(found, user=cast.chef, answer="Klart.")
    assert source_work.remind(days(0)) == 0


def test_neighbour_is_not_asked(cast, client_for):
    review(cast)
    assert "Svara på granskningen" not in client_for("grannchef").get("/mitt-arbete/").text


def test_shortcoming_has_its_own_measures_and_is_mended_when_they_are_done(cast, client_for):
    found, client = review(cast), client_for("chef")
    url = found.get_absolute_url()
    client.post(f"{url}brist/", {"text": "Barnets åsikt saknas i utredningarna."})
    row = Shortcoming.objects.get()
    data = {
        "title": "Ny rubrik i mallen",
        "type": "corrective",
        "content": "technology",
        "strength": "strong",
        "unit": cast.units.home.pk,
        "responsible": "chef@test.invalid",
        "due": str(days(10)),
        "effect_on": str(days(100)),
        "expected": "Fler utredningar med barnets åsikt",
    }
    client.post(f"/atgarder/ny/granskning/{found.pk}/?brist={row.pk}", data)
    measure = Measure.objects.get()
    assert measure.remedy.shortcoming == row
    assert "inte genomförd" in client.post(f"{url}brist/{row.pk}/avhjalpt/", follow=True).text
    measures.change_status(measure, "done", user=cast.chef, evidence="Mallen är ändrad.")
    client.post(f"{url}brist/{row.pk}/avhjalpt/")
    row.refresh_from_db()
    assert row.remedied_by == cast.chef
    client.post(f"{url}brist/{row.pk}/avhjalpt/", {"aterta": "1"})
    row.refresh_from_db()
    assert row.remedied_at is None
    assert client_for("medarbetare").post(f"{url}brist/{row.pk}/avhjalpt/").status_code == 403


def test_brist_of_another_review_is_not_tied(cast, client_for):
    one, other = review(cast), review(cast)
    row = sources.add_shortcoming(other, user=cast.chef, text="En annan brist.")
    page = client_for("chef").get(f"/atgarder/ny/granskning/{one.pk}/?brist={row.pk}").text
    assert "En annan brist." not in page
    for query in ("?brist=x", "?brist=²", "?brist=99999999999999"):
        assert client_for("chef").get(f"/atgarder/ny/granskning/{one.pk}/{query}").status_code == 200
    measure = plan(one, cast, by=cast.chef)
    assert not hasattr(measure, "remedy")


def test_brist_with_an_open_measure_is_not_mended(cast):
    row = sources.add_shortcoming(review(cast), user=cast.chef, text="En brist.")
    measures.plan(row.review, user=cast.chef, values=planned(cast), shortcoming=row)
    with pytest.raises(Blocked, match="En åtgärd mot bristen"):
        sources.remedy(row, user=cast.chef)


def test_document_is_linked_and_hidden_from_who_may_not_read_it(cast, client_for):
    document = make_in_force(cast, visibility="unit", title="Enhetens larmrutin")
    found, client = review(cast), client_for("chef")
    client.post(f"{found.get_absolute_url()}dokument/", {"document": "Enhetens larmrutin"})
    row = ReviewDocument.objects.get()
    assert row.document == document
    assert "Enhetens larmrutin" in client.get(found.get_absolute_url()).text
    assert "Enhetens larmrutin" not in client_for("grannmedarbetare").get(found.get_absolute_url()).text
    client.post(f"{found.get_absolute_url()}dokument/{row.pk}/ta-bort/")
    assert not ReviewDocument.objects.exists()


def test_found_in_search_by_words_and_dnr(cast):
    review(cast), analysis(cast)
    search.drain_now()
    for word in ("tillsyn", "IVO 3.5-1/2026", "insatser"):
        found = {who for who in PEOPLE if search.find(fresh(cast[who]), word).hits}
        assert found == STAFF, word


def test_unit_shows_its_latest(cast, client_for):
    found, made = review(cast), analysis(cast)
    page = client_for("medarbetare").get(cast.units.home.get_absolute_url()).text
    assert found.title in page
    assert made.title in page


def test_lists_filter_export_and_keep_the_budget(cast, client_for):
    client = client_for("medarbetare")
    late, made = review(cast, title="Sen"), analysis(cast)
    ExternalReview.objects.filter(pk=late.pk).update(answer_by=days(-2))
    ones = [queries(client, url) for url in ("/analyser/", "/granskningar/")]
    for _ in range(2):
        review(cast, kind="audit", answer_by=None), analysis(cast)
    assert [queries(client, url) for url in ("/analyser/", "/granskningar/")] == ones
    assert max(ones) <= 12

    def shown(query):
        return len(client.get(f"/granskningar/?{query}").context["table"].rows)

    assert [shown("urval=sena"), shown("av=audit"), shown("enhet=utredningen"), shown("q=sen")] == [
        1,
        2,
        0,
        1,
    ]
    assert made.title in client.get("/analyser/?exportera=csv").content.decode()
    assert "Svaret är försenat" in client.get("/granskningar/").text


@pytest.mark.parametrize("who", ["medarbetare", "chef", "samordnare"])
def test_page_keeps_the_budget(cast, client_for, who):
    found, client = review(cast), client_for(who)

    def add():
        row = sources.add_shortcoming(found, user=cast.chef, text="En brist.")
        measure = plan(found, cast, by=cast.chef)
        row.remedies.create(measure=measure, created_by=cast.chef)
        plan(found, cast, by=cast.chef)

    add()
    one = queries(client, found.get_absolute_url())
    add()
    add()
    assert queries(client, found.get_absolute_url()) == one <= 12


def test_history_tells_of_brister(cast, client_for):
    found = review(cast)
    sources.add_shortcoming(found, user=cast.chef, text="En brist.")
    assert "En brist." in client_for("medarbetare").get(f"{found.get_absolute_url()}historik/").text
    made = analysis(cast)
    assert client_for("medarbetare").get(f"{made.get_absolute_url()}historik/").status_code == 200
