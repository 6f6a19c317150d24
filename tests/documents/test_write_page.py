"""The page where a version is written: shown before it is saved, saved without losing what another wrote."""

import pytest

from documents import actions
from documents.models import Revision
from documents.writing import Written
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, make_draft, make_in_force
from tests.processes.factories import make_process, publish

FINDER = "/dokument/infoga-lank/?q=larm"


@pytest.fixture
def draft(cast):
    return make_draft(cast, content=Written("Först."))


def url(revision):
    return f"{revision.get_absolute_url()}skriv/"


def values(page):
    shown = page.context["form"]
    return {name: shown[name].value() or "" for name in shown.fields}


def body(revision):
    return Revision.objects.get(pk=revision.pk).body


def test_preview_shows_the_text_and_saves_nothing(cast, client_for, draft):
    page = client_for("ombud").get(url(draft))
    sent = {**values(page), "body": "## Ny rubrik", "preview": "1"}
    answer = client_for("ombud").post(url(draft), sent)
    assert '<h2 id="avsnitt-ny-rubrik">Ny rubrik</h2>' in answer.text
    assert values(answer)["body"] == "## Ny rubrik"
    assert values(answer)["kv_base"] == sent["kv_base"]
    assert body(draft) == "Först."


def test_htmx_gets_the_preview_alone_and_the_same(cast, client_for, draft):
    sent = {"body": "Ring **nu**", "preview": "1"}
    part = client_for("ombud").post(url(draft), sent, headers={"HX-Target": "forhandsgranskning"}).text
    assert "<html" not in part
    assert part in client_for("ombud").post(url(draft), sent).text


def test_two_who_write_at_once_see_both_texts(cast, client_for, draft):
    mine, theirs = (values(client_for(who).get(url(draft))) for who in ("ombud", "chef"))
    client_for("chef").post(url(draft), {**theirs, "body": "Chefens text."})
    answer = client_for("ombud").post(url(draft), {**mine, "body": "Ombudets text."})
    assert "Chefens text." in answer.text
    assert "Ombudets text." in answer.text
    assert body(draft) == "Chefens text."
    client_for("ombud").post(url(draft), {**values(answer), "body": "Båda."})
    assert body(draft) == "Båda."


def test_text_over_the_limit_stays_in_the_form(cast, client_for, draft):
    sent = {**values(client_for("ombud").get(url(draft))), "body": "å" * 200_001}
    answer = client_for("ombud").post(url(draft), sent)
    assert "gränsen är" in answer.text
    assert answer.text.count("å" * 1_000) >= 200
    assert body(draft) == "Först."


@pytest.mark.parametrize("status", [RevisionStatus.APPROVED, "discarded"])
def test_text_that_comes_too_late_is_shown_and_not_lost(cast, client_for, draft, status):
    sent = values(client_for("ombud").get(url(draft)))
    bring_to(draft, cast, status)
    answer = client_for("ombud").post(url(draft), {**sent, "body": "Det jag skrev."})
    assert answer.status_code == 409
    assert "Det jag skrev." in answer.text
    assert body(draft) == "Först."


def test_changed_text_under_review_takes_the_signature_away(cast, client_for, draft):
    bring_to(draft, cast, RevisionStatus.IN_REVIEW)
    actions.change_status(draft, "sign", user=cast.chef)
    sent = values(client_for("chef").get(url(draft)))
    client_for("chef").post(url(draft), {**sent, "body": "Ändrat."})
    fresh = Revision.objects.get(pk=draft.pk)
    assert (fresh.author, fresh.reviewed_by) == (cast.chef, None)


def test_reader_may_not_write(cast, client_for, draft):
    assert client_for("medarbetare").get(url(draft)).status_code == 404
    file = make_draft(cast, title="Fil")
    assert client_for("ombud").get(url(file)).headers["Location"] == file.get_absolute_url()


def test_writer_sees_links_that_lead_wrong_before_sending(cast, client_for):
    unit = make_in_force(cast, title="Bara vår enhet", visibility="unit")
    ended = make_in_force(cast, title="Gammal")
    actions.change_status(ended.revisions.get(), "withdraw", user=cast.chef, comment="Behövs inte.")
    text = f"[a](/dokument/{unit.pk}/) [b](/dokument/{ended.pk}/) [c](/dokument/999999/) [d](fil.docx)"
    draft = make_draft(cast, content=Written(text), visibility="internal")
    shown = client_for("ombud").get(draft.get_absolute_url()).text
    assert "alla som får läsa dokumentet kan inte öppna länken" in shown
    assert "gäller inte längre" in shown
    assert "leder inte till något du kan öppna" in shown
    assert "en fil på din dator" in shown


def test_link_finder_gives_markdown_of_what_one_may_open(cast, client_for):
    mine = make_in_force(cast, title="Rutin för [larm]", visibility="unit")
    process = make_process(cast, title="Larma")
    publish(cast, process)
    answer = client_for("medarbetare").get(FINDER).text
    assert f"[Rutin för \\[larm\\]](/dokument/{mine.pk}/)" in answer
    assert f"[Larma](/processer/{process.slug}/)" in answer
    assert "Rutin för" not in client_for("grannmedarbetare").get(FINDER).text
    part = client_for("medarbetare").get(FINDER, headers={"HX-Target": "lankar"}).text
    assert "<html" not in part
    assert part in answer
