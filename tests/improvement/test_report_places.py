"""*Rapportera härifrån*: what each place carries, how it is shown and taken away, and what a link may say."""

import pytest
from django.urls import reverse

from documents import actions as document_actions
from improvement.models import Deviation
from tests.documents.factories import make_in_force, make_in_force_since
from tests.factories import days
from tests.improvement.test_report_page import NEW, WHAT, used_process, values

pytestmark = pytest.mark.django_db


def only():
    return Deviation.objects.get()


@pytest.mark.parametrize(
    "path", ["/", "/processer/", "/dokument/", "/organisation/", "/sok/?q=larm", "/mitt-arbete/"]
)
def test_the_way_to_the_form_is_one_tap_on_every_page(client_for, path):
    text = client_for("medarbetare").get(path).text
    bar = text.partition('class="kv-bar-end"')[2].partition("<details")[0]
    assert f'href="{NEW}"' in bar, "beside the menu, not in it"


@pytest.mark.parametrize("who", ["utforare", "utan_roll", "anonym"])
def test_whoever_may_not_report_is_not_shown_the_way(client_for, who):
    assert f'href="{NEW}"' not in client_for(who).get("/om/").text


def test_a_unit_page_carries_the_unit(cast, client_for):
    unit = cast.units.neighbour
    link = f"{NEW}?enhet={unit.slug}"
    client = client_for("medarbetare")
    assert link in client.get(unit.get_absolute_url()).text
    page = client.get(link).text
    assert f'value="{unit.pk}" selected' in page
    assert "Nadja Grannchef" in page


def test_a_document_carries_the_version_that_held_the_day_it_happened(cast, client_for):
    document = make_in_force_since(cast, days(-30))
    old = document.revisions.get()
    draft = document_actions.new_revision(
        document, user=cast.ombud, content="https://ny.invalid/", change_note="Ny."
    )
    document_actions.change_status(draft, "send", user=cast.ombud)
    new = document_actions.change_status(draft, "approve", user=cast.chef)
    client, link = client_for("medarbetare"), f"{NEW}?rutin={document.pk}"
    assert link in client.get(document.get_absolute_url()).text
    page = client.get(link).text
    assert f"Rapporten knyts till rutinen {document.title}" in page
    assert f'name="document" value="{document.pk}"' in page
    for day, routine in ((days(-3), old), (days(0), new), (days(-40), None)):
        client.post(NEW, values(cast, document=document.pk, happened_on=str(day)))
        assert Deviation.objects.latest("pk").routine == routine, day


def test_of_several_routines_the_reporter_may_choose_and_need_not(cast, client_for):
    process = used_process(cast)
    first = make_in_force(cast, process=process, title="Rutin för larm")
    second = make_in_force(cast, process=process, title="Rutin för nycklar")
    client, data = client_for("medarbetare"), {"process": process.slug, "happened_on": str(days(0))}
    page = client.get(f"{NEW}?process={process.slug}").text
    assert "Vilken rutin gällde?" in page
    assert "Rutin för larm" in page
    client.post(NEW, values(cast, **data, document=second.pk))
    assert Deviation.objects.latest("pk").routine.document == second
    client.post(NEW, values(cast, **data))
    assert Deviation.objects.latest("pk").routine is None
    chosen = client.get(f"{NEW}?process={process.slug}&rutin={first.pk}").text
    assert f'value="{first.pk}" selected' in chosen


def test_a_step_of_one_routine_asks_nothing(cast, client_for):
    process = used_process(cast)
    make_in_force(cast, process=process)
    assert "Vilken rutin gällde?" not in client_for("medarbetare").get(f"{NEW}?process={process.slug}").text


@pytest.mark.parametrize("what", ["process", "document"])
def test_what_is_carried_is_taken_away_in_one_tap_and_the_text_stays(cast, client_for, what):
    process, document = used_process(cast), make_in_force(cast)
    data = values(
        cast, process=process.slug, document=document.pk, happened_on=str(days(0)), is_suspected="on"
    )
    client = client_for("medarbetare")
    page = client.post(NEW, {**data, "let_go": what, "harm": ""})
    assert not Deviation.objects.exists()
    assert WHAT in page.text
    assert "kv-errors" not in page.text
    assert "checked" in page.text.partition('name="is_suspected"')[2].partition(">")[0]
    gone, left = (process.title, document.title) if what == "process" else (document.title, process.title)
    line = page.text.partition("Rapporten knyts till")[2].partition("</p>")[0]
    assert left in line
    assert gone not in line
    client.post(NEW, {**data, what: ""})
    assert (only().process is None) == (what == "process")
    assert (only().routine is None) == (what == "document")


HOSTILE = [
    "finns-inte",
    "x" * 500,
    "å ä ö",
    "<script>alert(1)</script>",
    "a\x00b",
    "../../",
    "' OR 1=1 --",
    "٣",
    "-1",
    "9" * 30,
]


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("name", ["process", "rutin", "enhet"])
def test_a_form_opens_whatever_its_link_says(client_for, name, said):
    page = client_for("medarbetare").get(NEW, {name: said})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "Rapporten knyts till" not in page.text


@pytest.mark.parametrize("said", HOSTILE)
def test_a_report_gets_through_whatever_its_hidden_fields_say(cast, client_for, said):
    answer = client_for("medarbetare").post(NEW, values(cast, process=said, document=said))
    assert answer.status_code == 302
    assert (only().process, only().routine) == (None, None)


def test_a_document_that_one_may_not_open_is_neither_told_nor_tied(cast, client_for):
    hidden = make_in_force(
        cast, title="Bara för grannen", owner_unit=cast.units.neighbour, responsible=cast.grann_ombud,
        visibility="unit", user=cast.grann_ombud, by=cast.grannchef,
    )  # fmt: skip
    client = client_for("medarbetare")
    assert "Bara för grannen" not in client.get(f"{NEW}?rutin={hidden.pk}").text
    client.post(NEW, values(cast, document=hidden.pk, happened_on=str(days(0))))
    assert only().routine is None


def test_the_receipt_says_what_happens_next_and_leads_on(cast, client_for):
    page = client_for("medarbetare").post(NEW, values(cast), follow=True).text
    for words in (f"Kvitto: rapport {only().pk}", "Det här händer nu", "Rapportera en till", "Skriv ut"):
        assert words in page
    assert reverse("improvement:report") in page.partition("Kvitto")[2]


def test_a_manager_who_reports_to_their_own_unit_gets_a_receipt(cast, client_for):
    page = client_for("chef").post(NEW, values(cast), follow=True).text
    assert f"Kvitto: rapport {only().pk}" in page
    assert "Ta emot" in page
    assert "Kvitto" not in client_for("ersattare").get(only().get_absolute_url()).text
