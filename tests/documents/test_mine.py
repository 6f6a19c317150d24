"""One's own documents and what is new: no more than one may read, at the same cost for one and three."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import actions
from documents.models import Document
from documents.writing import Written
from tests.documents.factories import bring_to, make_draft, make_in_force, make_in_force_since
from tests.documents.reading_factories import ask
from tests.processes.factories import make_process, publish

MINE, RECENT = "/dokument/mina/", "/dokument/nyligen-andrade/"


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_what_one_has_chosen_answers_for_writes_and_is_asked_for(cast, client_for):
    kept = make_in_force(cast, title="Vald rutin", responsible=cast.chef)
    actions.toggle_favourite(kept, user=cast.ombud)
    late = make_in_force(cast, title="Sen rutin")
    Document.objects.filter(pk=late.pk).update(next_review=timezone.localdate() - timedelta(days=1))
    make_draft(cast, title="Mitt utkast", responsible=cast.chef)
    bring_to(make_draft(cast, title="Skickad rutin"), cast, "in_review")
    page = client_for("ombud").get(MINE)
    assert [one.title for one in page.context["favourites"]] == ["Vald rutin"]
    assert page.context["responsible"][0].title == "Sen rutin"
    assert "Försenad" in page.text
    assert {one.document.title for one in page.context["drafts"]} == {"Mitt utkast", "Skickad rutin"}
    waiting = client_for("chef").get(MINE).context["waiting"]
    assert [one.document.title for one, _ in waiting] == ["Skickad rutin"]


def test_what_is_to_be_read_stands_there_until_it_is_read(cast, client_for):
    document = make_in_force(cast, title="Rutin att läsa")
    ask(cast, document)
    client = client_for("medarbetare")
    assert [one.title for one in client.get(MINE).context["asks"]] == ["Rutin att läsa"]
    actions.confirm(document, user=cast.medarbetare)
    assert "Att läsa och kvittera" not in client.get(MINE).text


def test_favourite_that_is_no_longer_open_to_one_is_not_named(cast, client_for):
    kept = make_in_force(cast, title="Hemlig")
    actions.toggle_favourite(kept, user=cast.grannmedarbetare)
    actions.change_document(kept, user=cast.chef, values={"visibility": "unit"})
    assert "Hemlig" not in client_for("grannmedarbetare").get(MINE).text


def test_recent_holds_what_began_the_last_ninety_days_and_one_may_read(cast, client_for):
    today = timezone.localdate()
    make_in_force_since(cast, today - timedelta(days=89), title="Nyss")
    make_in_force_since(cast, today - timedelta(days=91), title="Länge sedan")
    make_in_force(cast, title="Bara enheten", visibility="unit")
    coming = make_draft(cast, title="Kommande")
    bring_to(coming, cast, "approved", valid_from=today + timedelta(days=3))
    shown = client_for("grannmedarbetare").get(RECENT).text
    assert "Nyss" in shown
    for title in ("Länge sedan", "Bara enheten", "Kommande"):
        assert title not in shown
    assert "Bara enheten" in client_for("medarbetare").get(RECENT).text
    assert "Nyss" not in client_for("anonym").get(RECENT).text


@pytest.mark.parametrize("who", ["ombud", "chef", "samordnare"])
@pytest.mark.parametrize("url", [MINE, RECENT])
def test_pages_ask_the_same_for_one_and_three_at_most_twelve(cast, client_for, who, url):
    client = client_for(who)

    def add(number):
        kept = make_in_force(cast, title=f"Rutin {number}", responsible=cast[who])
        actions.toggle_favourite(kept, user=cast[who])
        bring_to(make_draft(cast, title=f"Utkast {number}"), cast, "in_review")
        make_draft(cast, title=f"Eget {number}", user=cast[who])

    add(0)
    one = queries(client, url)
    add(1)
    add(2)
    assert queries(client, url) == one <= 12


@pytest.mark.parametrize("who", ["medarbetare", "ombud", "anonym"])
def test_page_of_a_text_with_links_asks_at_most_twelve(cast, client_for, who):
    process = make_process(cast)
    publish(cast, process)
    other = make_in_force(cast, title="Andra")
    text = f"[p](/processer/{process.slug}/) [d](/dokument/{other.pk}/)"
    document = make_in_force(cast, title="Text", content=Written(text), visibility="public")
    actions.link(document, process=process, user=cast.ombud)
    second = actions.new_revision(document, user=cast.ombud, content=Written(text + " ny"), change_note="Ny.")
    client = client_for(who)
    assert queries(client, document.get_absolute_url()) <= 12
    if who == "ombud":
        assert queries(client, second.get_absolute_url()) <= 12
