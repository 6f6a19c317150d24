"""Links of documents in force: found, counted dead by their answers over time, told once, marked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import actions, tasks
from documents.links import checking, finding
from documents.links.fetch import Answer
from documents.models import LinkCheck, LinkPlace
from kvalitet import jobs
from kvalitet.models import Job, Notification
from tests.documents.factories import bring_to, make_draft, make_in_force

pytestmark = pytest.mark.django_db
LIST = "/dokument/lankar/"
URL = "https://www.exempel.invalid/sida"
ALIVE = Answer(is_alive=True, final_url=URL)
BROKEN = Answer(is_alive=False, reason="Webbplatsen svarade med ett fel (svar 500).")
GONE = Answer(is_alive=False, reason="Sidan finns inte längre (svar 404).", is_gone=True)
NOT_ASKED = Answer(is_alive=False, reason="Adressen leder till ett slutet nät.", is_refused=True)


def found(cast, url=URL, **values):
    """A document in force that is a link, and its row of checks."""
    document = make_in_force(cast, content=url, **values)
    finding.collect()
    return document, LinkCheck.objects.get(url=url)


def answered(row, *answers, days=7):
    """Answers so many days apart, the last of them now."""
    first = timezone.now() - timedelta(days=days) * (len(answers) - 1)
    for number, answer in enumerate(answers):
        checking.keep([(row.pk, answer)], first + timedelta(days=days) * number)
    row.refresh_from_db()
    return row.status


def test_links_of_versions_in_force_are_found_and_forgotten_when_they_no_longer_are(cast):
    document, row = found(cast)
    make_draft(cast, title="Utkast", content="https://utkast.invalid/")
    finding.collect()
    assert list(LinkCheck.objects.values_list("url", flat=True)) == [URL]
    answered(row, ALIVE)
    finding.collect()
    assert LinkCheck.objects.get().status == "alive"
    actions.change_status(document.revisions.get(), "withdraw", user=cast.chef, comment="Slut.")
    finding.collect()
    assert not LinkCheck.objects.exists()


def test_links_in_a_written_text_are_found_and_only_those_to_the_web():
    text = (
        "Läs [IVO](https://www.ivo.se/) och <https://www.socialstyrelsen.se/a>.\n\n"
        "* [här](/dokument/1/) [mejl](mailto:a@b.se) ![bild](https://bild.invalid/a.png)\n\n"
        "| a |\n|---|\n| [tabell](http://tabell.invalid/) |\n\n`https://kod.invalid/`"
    )
    assert set(finding.in_markdown(text)) == {
        "https://www.ivo.se/",
        "https://www.socialstyrelsen.se/a",
        "http://tabell.invalid/",
    }


def test_same_link_in_two_documents_is_asked_once(cast):
    found(cast)
    make_in_force(cast, title="En till", content=URL)
    finding.collect()
    assert (LinkCheck.objects.count(), LinkPlace.objects.count()) == (1, 2)


def test_three_failures_over_two_weeks_are_dead_and_fewer_are_not(cast):
    _, row = found(cast)
    assert answered(row, BROKEN, BROKEN) == "failing"
    assert answered(row, BROKEN, days=0) == "failing"
    LinkCheck.objects.all().delete()
    _, row = found(cast, title="En till", url="https://annan.invalid/")
    assert answered(row, BROKEN, BROKEN, BROKEN) == "dead"


def test_page_that_is_gone_is_dead_the_second_time(cast):
    _, row = found(cast)
    assert answered(row, GONE) == "failing"
    LinkCheck.objects.all().delete()
    finding.collect()
    assert answered(LinkCheck.objects.get(), GONE, GONE) == "dead"


def test_asking_again_and_again_the_same_day_counts_once(cast):
    _, row = found(cast)
    assert answered(row, *[GONE] * 9, days=0) == "failing"
    assert row.failures == 1


def test_answer_clears_what_was_counted(cast):
    _, row = found(cast)
    answered(row, GONE, GONE)
    assert answered(row, ALIVE) == "alive"
    assert (row.failures, row.gone, row.failing_since, row.told_at) == (0, 0, None, None)


def test_address_that_is_not_asked_is_no_fault_of_the_link(cast):
    _, row = found(cast)
    assert answered(row, *[NOT_ASKED] * 5) == "refused"
    assert not Notification.objects.filter(kind=checking.NOTICE).exists()


def test_responsible_is_told_once_without_title_or_address(cast):
    document, row = found(cast, title="Hemlig rubrik")
    answered(row, GONE, GONE)
    answered(row, GONE, GONE)
    notice = Notification.objects.get(kind=checking.NOTICE, user=cast.ombud)
    assert notice.url == document.get_absolute_url()
    assert "Hemlig" not in notice.sentence
    assert "exempel" not in notice.sentence


@pytest.mark.parametrize("who", ["medarbetare", "anonym"])
def test_reader_sees_beside_the_link_that_it_did_not_answer_and_when(cast, client_for, who):
    document, row = found(cast, visibility="public")
    page = document.get_absolute_url()
    assert "svarade inte" not in client_for(who).get(page).content.decode()
    answered(row, GONE, GONE)
    told = client_for(who).get(page).content.decode()
    assert f"{URL}</span> svarade inte den" in told
    answered(row, ALIVE)
    assert "svarade inte" not in client_for(who).get(page).content.decode()


def test_list_holds_the_links_of_own_units_and_all_for_the_coordinator(cast, client_for):
    found(cast)
    bring_to(
        make_draft(
            cast,
            title="Grannens",
            user=cast.grann_ombud,
            responsible=cast.grann_ombud,
            owner_unit=cast.units.neighbour,
            content="https://granne.invalid/",
        ),
        cast,
        "approved",
        by=cast.grannchef,
    )
    finding.collect()
    for who, urls in {
        "ombud": {URL},
        "grann_ombud": {"https://granne.invalid/"},
        "samordnare": {URL, "https://granne.invalid/"},
    }.items():
        rows = client_for(who).get(LIST).context["table"].rows
        assert {row.record.check_row.url for row in rows} == urls
    assert client_for("medarbetare").get(LIST).status_code == 403


def test_list_is_filtered_and_exported(cast, client_for):
    _, row = found(cast)
    answered(row, GONE, GONE)
    client = client_for("ombud")
    assert len(client.get(f"{LIST}?lage=dead").context["table"].rows) == 1
    assert len(client.get(f"{LIST}?lage=alive").context["table"].rows) == 0
    assert URL in client.get(f"{LIST}?exportera=csv").content.decode()


def test_list_asks_the_same_number_of_questions_for_one_and_three(cast, client_for):
    client, counts = client_for("ombud"), []
    for number in range(3):
        found(cast, title=f"Länk {number}", url=f"https://sida{number}.invalid/")
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        counts.append(len(caught))
    assert counts[0] == counts[2] <= 12


def test_off_by_default_nothing_is_asked_and_the_page_says_so(cast, client_for):
    tasks.check_links()
    page = client_for("ombud").post(f"{LIST}kontrollera/", follow=True).content.decode()
    assert "LINK_CHECKS" in page
    assert not Job.objects.filter(kind=checking.CHECK).exists()


def test_round_finds_the_links_and_asks_them_in_steps(cast, settings, monkeypatch):
    settings.LINK_CHECKS = True
    for number in range(3):
        make_in_force(cast, title=f"Länk {number}", content=f"https://sida{number}.invalid/")
    asked = []

    def check(self, url):
        asked.append(url)
        return ALIVE if "0" in url else BROKEN

    monkeypatch.setattr(checking.Checker, "check", check)
    tasks.check_links()
    jobs.run(Job.objects.get(kind=checking.CHECK).pk)
    assert sorted(asked) == [f"https://sida{number}.invalid/" for number in range(3)]
    assert sorted(LinkCheck.objects.values_list("status", flat=True)) == ["alive", "failing", "failing"]
    assert Job.objects.get(kind=checking.CHECK).result_url == LIST


def test_ombud_asks_only_the_links_of_own_documents(cast, client_for, settings, monkeypatch):
    settings.LINK_CHECKS = True
    found(cast)
    other = make_draft(
        cast,
        title="Grannens",
        user=cast.grann_ombud,
        responsible=cast.grann_ombud,
        owner_unit=cast.units.neighbour,
        content="https://granne.invalid/",
    )
    bring_to(other, cast, "approved", by=cast.grannchef)
    asked = []
    monkeypatch.setattr(checking.Checker, "check", lambda self, url: asked.append(url) or ALIVE)
    client_for("ombud").post(f"{LIST}kontrollera/")
    jobs.run(Job.objects.get(kind=checking.CHECK).pk)
    assert asked == [URL]


def test_database_refuses_a_dead_link_without_a_reason_and_the_same_address_twice(cast):
    _, row = found(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        LinkCheck.objects.filter(pk=row.pk).update(status="dead", last_checked=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        LinkCheck.objects.create(url=URL)
