"""The list of documents and what it costs: the same number of questions whatever it holds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import actions
from documents.models import Document
from tests.documents.factories import checked, make_draft, make_in_force
from tests.processes.factories import make_process, publish


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("who", ["medarbetare", "ombud", "samordnare", "utforare", "anonym"])
def test_list_asks_the_same_number_of_questions_for_one_and_three(cast, client_for, who):
    client = client_for(who)
    make_in_force(cast, visibility="public")
    one = queries(client, "/dokument/")
    for number in range(2):
        document = make_in_force(cast, title=f"Rutin {number}", visibility="public")
        actions.new_revision(document, user=cast.ombud, content=checked(f"Ny {number}"), change_note="Ny.")
    assert queries(client, "/dokument/") == one <= 12


@pytest.mark.parametrize("who", ["medarbetare", "ombud", "chef", "anonym"])
def test_page_asks_at_most_twelve_questions(cast, client_for, who):
    document = make_in_force(cast, visibility="public")
    client = client_for(who)
    one = queries(client, document.get_absolute_url())
    for number in range(3):
        actions.link(document, process=make_process(cast, title=f"Process {number}"), user=cast.ombud)
    second = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    actions.change_status(second, "send", user=cast.ombud)
    assert one <= 12
    assert queries(client, document.get_absolute_url()) <= 12


@pytest.mark.parametrize(
    ("who", "is_asked"), [("medarbetare", False), ("ombud", True), ("processagare", True)]
)
def test_what_waits_is_a_button_for_those_whom_something_may_wait_for(cast, client_for, who, is_asked):
    make_process(cast)
    assert ("/dokument/granska/" in client_for(who).get("/dokument/").text) is is_asked


FILTERS = {
    "type=checklist": {"Checklista ett"},
    "enhet=avdelning-a": {"Checklista ett", "Rutin ett", "Utkast"},
    "enhet=hemtjansten": set(),
    "standing=draft": {"Utkast"},
    "standing=in_force": {"Checklista ett", "Rutin ett"},
    "standing=ended": set(),
    "urval=overdue": {"Rutin ett"},
    "urval=governing": set(),
    "visibility=public": {"Checklista ett"},
    "q=checklista": {"Checklista ett"},
    "process=barn-och-unga": {"Rutin ett"},
    "process=finns-inte": {"Checklista ett", "Rutin ett", "Utkast"},
}


@pytest.mark.parametrize("query", FILTERS)
def test_list_is_filtered(cast, client_for, query):
    make_in_force(cast, title="Checklista ett", type="checklist", visibility="public")
    routine = make_in_force(cast, title="Rutin ett")
    Document.objects.filter(pk=routine.pk).update(next_review=date(2020, 1, 1))
    process = make_process(cast)
    publish(cast, process)
    actions.link(routine, process=process, user=cast.ombud)
    make_draft(cast, title="Utkast")
    page = client_for("ombud").get(f"/dokument/?{query}")
    assert {row.record.title for row in page.context["table"].rows} == FILTERS[query]


def test_list_is_exported_as_shown(cast, client_for):
    make_in_force(cast, title="Rutin ett")
    make_draft(cast, title="Hemligt utkast")
    text = client_for("medarbetare").get("/dokument/?exportera=csv").content.decode()
    assert "Rutin ett" in text
    assert "Gällande, version 1.0" in text
    assert "Hemligt" not in text
