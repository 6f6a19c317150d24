"""The page behind the code on a paper: whether it holds, for everyone, and nothing more."""

import re

import pytest

from documents import actions
from documents.models import Revision
from kvalitet.versions import RevisionStatus, Standing
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.factories import days

pytestmark = pytest.mark.django_db
# The token of a form, and the address to come back to.
VALUES = re.compile(r'(value|href)="[^"]*"')
TITLE = "Rutin för hemliga larm"


def address(document, label="1.0"):
    return f"/dokument/{document.pk}/galler/{label}/"


def test_anyone_with_the_paper_sees_that_it_holds_and_not_what_it_is(cast, client):
    document = make_in_force(cast, title=TITLE, visibility="internal")
    page = client.get(address(document))
    assert page.status_code == 200
    assert "Version 1.0 gäller i dag." in page.text
    assert f"Dokument nr {document.pk}" in page.text
    assert TITLE not in page.text
    assert cast.units.home.name not in page.text
    assert "Logga in för att läsa" in page.text
    assert f"/logga-in/?next=/dokument/{document.pk}/" in page.text
    assert page["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in page.text


def test_who_may_read_the_document_sees_its_title_and_the_way_to_it(cast, client_for):
    internal = make_in_force(cast, title=TITLE, visibility="internal")
    public = make_in_force(cast, title="Rutin för alla", visibility="public")
    page = client_for("medarbetare").get(address(internal)).text
    assert TITLE in page
    assert f'href="/dokument/{internal.pk}/"' in page
    assert TITLE not in client_for("utforare").get(address(internal)).text
    assert "Dokumentet är inte öppet för dig" in client_for("utforare").get(address(internal)).text
    assert "Rutin för alla" in client_for("anonym").get(address(public)).text


def test_a_version_that_was_replaced_says_so_and_leads_to_the_one_that_holds(cast, client):
    document = make_in_force_since(cast, days(-30), title=TITLE)
    draft = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    assert client.get(address(document, "2.0")).status_code == 404, "a draft is nothing yet"
    bring_to(draft, cast, RevisionStatus.APPROVED)
    page = client.get(address(document)).text
    assert "Version 1.0 gäller inte längre." in page
    assert "Använd inte papperet" in page
    assert f'href="{address(document, "2.0")}"' in page
    assert "Version 2.0 gäller i dag." in client.get(address(document, "2.0")).text


def test_a_version_that_is_to_come_and_one_that_is_withdrawn_do_not_hold(cast, client):
    coming = bring_to(make_draft(cast), cast, RevisionStatus.APPROVED, valid_from=days(5)).document
    assert "gäller inte än" in client.get(address(coming)).text
    document = make_in_force(cast, title="Gammal")
    actions.change_status(
        Revision.objects.get(document=document), "withdraw", user=cast.chef, comment="Behövs inte."
    )
    page = client.get(address(document)).text
    assert "gäller inte längre" in page
    assert "Ingen version av dokumentet gäller i dag." in page


def test_what_is_not_decided_and_what_is_not_there_get_the_same_answer(cast, client):
    draft = make_draft(cast, title=TITLE)
    asked = bring_to(make_draft(cast, title="Annan"), cast, RevisionStatus.IN_REVIEW)
    gone = bring_to(make_draft(cast, title="Tredje"), cast, "discarded")
    answers = [client.get(address(one.document)) for one in (draft, asked, gone)]
    answers += [client.get(path) for path in ("/dokument/999999/galler/1.0/", address(draft.document, "9.9"))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({VALUES.sub("", answer.text) for answer in answers}) == 1
    assert client.get("/dokument/99999999999999999999/galler/1.0/").status_code == 404


def test_it_costs_few_queries(cast, client_for, django_assert_max_num_queries):
    document = make_in_force(cast)
    client = client_for("medarbetare")
    client.get(address(document))
    with django_assert_max_num_queries(8):
        client.get(address(document))


def test_a_version_taken_back_before_its_first_day_never_holds(cast, client, client_for):
    document = make_in_force_since(cast, days(-30), title=TITLE)
    draft = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    coming = bring_to(draft, cast, RevisionStatus.APPROVED, valid_from=days(9))
    actions.change_status(coming, "withdraw", user=cast.chef, comment="Vi ångrade oss.")
    coming.refresh_from_db()
    assert coming.standing() == coming.standing(days(20)) == Standing.WITHDRAWN
    paper = client.get(address(document, "2.0")).text
    assert "Versionen började aldrig gälla." in paper
    assert f'href="{address(document)}"' in paper
    page = client_for("chef").get(document.get_absolute_url())
    assert page.context["in_force"].revision.label == "1.0"
    assert "Började aldrig gälla" in page.text
