"""A version is a file, a text written here or a link: each goes through a first and a second version."""

import pytest
from django.core.exceptions import ValidationError

from documents import actions, starts, writing
from documents.enums import DocumentType, Visibility
from documents.models import Document, Revision
from documents.writing import Written
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, read, settings_of, upload
from tests.documents.test_pages import NEW, form

BODY = "## Gör så här\n\nRing *bakjouren*.\n"
SOURCES = {
    "uploaded": lambda number: checked(f"Filens text nummer {number}."),
    "authored": lambda number: Written(f"## Rubrik {number}\n\nRing bakjouren."),
    "link": lambda number: f"https://exempel.invalid/{number}",
}


@pytest.mark.parametrize("first", SOURCES)
@pytest.mark.parametrize("second", SOURCES)
def test_second_version_of_each_source_goes_the_same_way_as_the_first(cast, client_for, first, second):
    document = make_in_force(cast, content=SOURCES[first](1), visibility=Visibility.PUBLIC)
    made = actions.new_revision(document, user=cast.ombud, content=SOURCES[second](2), change_note="Ny.")
    read(made)
    assert document.revisions.in_force().get().source == first
    bring_to(made, cast, RevisionStatus.APPROVED)
    now = document.revisions.in_force().get()
    assert (now.label, now.source) == ("2.0", second)
    for who in ("medarbetare", "anonym"):
        assert client_for(who).get(document.get_absolute_url()).status_code == 200
    before = document.revisions.get(number=1)
    assert "Ersatt – gäller inte" in client_for("medarbetare").get(before.get_absolute_url()).text


@pytest.mark.parametrize("first", SOURCES)
@pytest.mark.parametrize("second", SOURCES)
def test_draft_changes_source_and_keeps_nothing_of_the_other(cast, first, second):
    draft = make_draft(cast, content=SOURCES[first](1))
    changed = actions.change_content(draft, user=cast.ombud, content=SOURCES[second](2))
    fresh = Revision.objects.defer(None).get(pk=changed.pk)
    assert fresh.source == second
    assert bool(fresh.storage_key) == (second == "uploaded")
    assert bool(fresh.body) == (second == "authored")
    assert bool(fresh.url) == (second == "link")
    assert "nummer 1" not in fresh.text
    assert "Rubrik 1" not in fresh.text


def test_new_document_is_written_here_from_the_form_to_the_reader(cast, client_for):
    ombud = client_for("ombud")
    response = ombud.post(NEW, form(cast, source="authored", start=""))
    revision = Revision.objects.get()
    page = f"{revision.get_absolute_url()}skriv/"
    assert response.headers["Location"] == page
    assert "Versionen har ingen text" in ombud.get(revision.get_absolute_url()).text
    shown = ombud.get(page).context["form"]
    values = {name: shown[name].value() or "" for name in shown.fields}
    assert ombud.post(page, {**values, "body": BODY}).headers["Location"] == revision.get_absolute_url()
    bring_to(Revision.objects.get(), cast, RevisionStatus.APPROVED)
    html = client_for("medarbetare").get(revision.document.get_absolute_url()).text
    assert '<h2 id="avsnitt-gor-sa-har">Gör så här</h2>' in html
    assert "<em>bakjouren</em>" in html


def test_form_that_says_link_takes_no_file_and_the_other_way_round(cast, client_for):
    values = form(cast, source="link", file=upload("Text."))
    assert "Skriv adressen" in client_for("ombud").post(NEW, values).text
    values = form(cast, source="uploaded", url="https://exempel.invalid/")
    assert "Välj en fil" in client_for("ombud").post(NEW, values).text
    assert not Document.objects.exists()


def test_new_version_of_a_text_starts_from_the_text_in_force(cast, client_for):
    document = make_in_force(cast, content=Written(BODY))
    url = f"/dokument/{document.pk}/ny-version/"
    page = client_for("ombud").get(url)
    assert page.context["form"]["start"].value() == starts.CURRENT
    values = {"source": "authored", "start": starts.CURRENT, "change_note": "Nytt nummer."}
    client_for("ombud").post(url, values)
    made = document.revisions.open().get()
    assert (made.body, made.label) == (BODY, "2.0")


def test_words_of_the_file_in_force_may_begin_a_text_and_show_as_they_were(cast):
    document = make_in_force(cast, content=checked("1. Ring * snabbt\n# inte rubrik\n<b>"))
    written = starts.take(starts.FILE, user=cast.ombud, document=document)
    assert writing.plain(written.body) == "1. Ring * snabbt\n# inte rubrik\n<b>"


def test_template_in_force_is_where_a_text_may_begin_and_is_told(cast, client_for):
    template = make_in_force(
        cast, content=Written("## Syfte\n\n## Ansvar"), type=DocumentType.TEMPLATE, title="Mall för rutin"
    )
    make_draft(cast, content=Written("Utkast"), type=DocumentType.TEMPLATE, title="Mall som inte gäller")
    offered = [label for _, label in starts.choices(cast.ombud, None)]
    assert offered == ["Tom sida", "Mallen Mall för rutin"]
    pk = template.revisions.get().pk
    client_for("ombud").post(NEW, form(cast, source="authored", start=str(pk)))
    made = Revision.objects.get(document__title="Rutin för nycklar")
    assert (made.body, made.started_from_id) == ("## Syfte\n\n## Ansvar", pk)
    assert "Mall för rutin, version 1.0" in client_for("ombud").get(made.get_absolute_url()).text
    actions.change_content(made, user=cast.ombud, content=Written("Annat", made.started_from))
    made.refresh_from_db()
    assert made.started_from_id == pk


def test_template_that_is_not_open_to_one_is_no_start(cast):
    make_in_force(
        cast, content=Written("Hemligt"), type=DocumentType.TEMPLATE, visibility=Visibility.UNIT, title="Mall"
    )
    assert starts.choices(cast.grann_ombud, None) == [("", "Tom sida")]
    pk = Revision.objects.get().pk
    assert starts.take(str(pk), user=cast.grann_ombud, document=None) == Written("")


def test_persons_number_in_a_public_text_stops_the_decision_and_the_opening(cast):
    draft = make_draft(cast, content=Written("Ring 121212-1212."), visibility=Visibility.PUBLIC)
    with pytest.raises(Blocked, match="Texten innehåller ett personnummer"):
        bring_to(draft, cast, RevisionStatus.APPROVED)
    inside = make_in_force(cast, content=Written("Ring 121212-**1212**."), title="Intern")
    with pytest.raises(ValidationError, match="ta bort numret i texten"):
        actions.change_document(inside, user=cast.chef, values={"visibility": Visibility.PUBLIC})


def test_text_over_the_limit_is_refused_with_its_length(cast):
    with pytest.raises(Blocked, match="200\N{NO-BREAK SPACE}001"):
        make_draft(cast, content=Written("a" * 200_001))


def test_decided_text_is_frozen_by_the_database(cast):
    document = make_in_force(cast, content=Written(BODY))
    with pytest.raises(Exception, match="Cannot update"):
        Revision.objects.filter(document=document).update(body="Annat", sha256=writing.checksum("Annat"))


def test_search_finds_words_of_the_text(cast):
    from documents.findable import entries

    document = make_in_force(cast, content=Written("## Nyckelskåp\n\nKoden byts **varje** månad."))
    (entry,) = entries([document.pk])
    assert "Koden byts varje månad." in entry.body


def test_same_document_sent_twice_is_one(cast):
    values = settings_of(cast)
    actions.create_document(user=cast.ombud, values=values, content=Written(BODY))
    with pytest.raises(Blocked, match="redan lagt in"):
        actions.create_document(user=cast.ombud, values=values, content=Written(BODY))
