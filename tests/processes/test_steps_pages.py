"""The map in a form: each button and field, what goes wrong, and who is turned away."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kvalitet.models import Blob
from kvalitet.versions import RevisionStatus
from processes import actions
from processes.bpmn.build import build
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.models import Process, ProcessRevision
from processes.outline import outline
from tests.cast import Cast, ClientFor
from tests.processes.bpmn.maps import chain
from tests.processes.bpmn.test_edit import SPEC, drawn, places, ways
from tests.processes.factories import bring_to, make_draft, make_process

QUERIES = 12


@pytest.fixture
def draft(cast: Cast) -> ProcessRevision:
    return make_draft(cast, map_bytes=build(SPEC))


def url(row: ProcessRevision, name: str = "steps") -> str:
    return reverse(f"processes:revision_{name}", args=[row.process.slug, row.number])


def data_of(row: ProcessRevision) -> bytes:
    row.refresh_from_db()
    assert row.map is not None
    return bytes(row.map.data)


def names(row: ProcessRevision) -> list[str]:
    return [step.name for step in steps(parse(data_of(row)))]


def form_of(client: Client, row: ProcessRevision, key: str, by: str = "andra") -> dict[str, str]:
    """The fields of an open card as a browser would send them back."""
    html = client.get(url(row), {by: key}).content.decode()
    inner = next(
        form for form in re.findall(r'<form class="kv-form".*?</form>', html, re.DOTALL) if "step" in form
    )
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', inner))
    for tag in re.findall(r"<input[^>]*>", inner):
        if (name := re.search(r'name="([^"]+)"', tag)) and "value=" not in tag:
            found.setdefault(name[1], "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inner, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', inner, re.DOTALL))
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_every_step_has_a_card_in_the_order_of_the_flow(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    html = client_for("processhandledare").get(url(draft)).content.decode()
    assert (
        0
        < html.index("<h3>Ta emot")
        < html.index("<h3>Skydda")
        < html.index("<h3>Inleda?")
        < html.index("<h3>Utreda")
    )
    assert 'href="#kort-a"' in html
    assert "Gruppledare" in html


def test_a_card_is_changed_and_its_facts_go_where_they_are_read(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    client = client_for("processagare")
    sent = form_of(client, draft, "a")
    assert sent["name"] == "Ta emot"
    new = {
        "name": "Ta emot oron",
        "text": "Läs noga.",
        "deadline": "Samma dag",
        "system": "Treserva",
        "lane": "Växel",
    }
    answer = client.post(url(draft), {**sent, **new, "do": "save"})
    assert answer.status_code == 302
    assert answer.url.endswith("#kort-a")
    card = outline(data_of(draft)).by_id["a"]
    assert {name: getattr(card, name) for name in new} == new
    assert draft.author == cast.processagare
    planned = Process.objects.get(parent=draft.process, element_id="a")
    assert planned.title == "Ta emot", "a row follows its map when it is published"


def test_a_step_is_added_moved_and_removed_by_buttons(draft: ProcessRevision, client_for: ClientFor) -> None:
    client = client_for("processhandledare")
    sent = form_of(client, draft, "a", by="efter")
    client.post(url(draft), {**sent, "name": "Registrera", "deadline": "Genast", "do": "add"})
    assert names(draft) == ["Ta emot", "Registrera", "Skydda", "Utreda"]
    assert outline(data_of(draft)).by_id["registrera"].deadline == "Genast"
    assert Process.objects.filter(parent=draft.process, element_id="registrera").exists()
    for do, expected in (
        ("later", ["Ta emot", "Skydda", "Registrera", "Utreda"]),
        ("earlier", ["Ta emot", "Registrera", "Skydda", "Utreda"]),
        ("remove", ["Ta emot", "Skydda", "Utreda"]),
    ):
        client.post(url(draft), {"do": do, "step": "registrera", "seen": draft.map_id})
        assert names(draft) == expected


def test_a_choice_is_added_with_ways_to_chosen_steps(draft: ProcessRevision, client_for: ClientFor) -> None:
    client = client_for("processhandledare")
    sent = form_of(client, draft, "a", by="efter")
    client.post(url(draft), {**sent, "kind": "decision", "name": "Akut?", "do": "add"})
    data_of(draft)
    sent = form_of(client, draft, "akut")
    sent |= {"vag0_label": "Nej", "vag1_target": "c", "vag1_label": "Ja, genast"}
    client.post(url(draft), {**sent, "do": "save"})
    assert {("akut", "b", "Nej"), ("akut", "c", "Ja, genast")} <= ways(parse(data_of(draft)))


def test_the_first_step_of_an_empty_version_makes_the_map(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast)
    client = client_for("processhandledare")
    assert "Det första steget" in client.get(url(row)).content.decode()
    client.post(url(row), {"do": "add", "step": "", "name": "Start", "lane": "Mottagning", "text": "Hej"})
    (step,) = steps(parse(data_of(row)))
    assert (step.name, step.lane, step.documentation) == ("Start", "Mottagning", "Hej")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": ""}, "Vad görs?"),
        ({"name": "x" * 300}, "200 tecken"),
        ({"text": "x" * 5000}, "tecken"),
        ({"vag0_target": "start"}, "start"),
        ({"vag0_target": "finns-inte"}, "finns-inte"),
        ({"vag0_flow": "finns-inte"}, "finns inte längre"),
        ({"kind": "robot"}, "robot"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(
    draft: ProcessRevision, client_for: ClientFor, values: dict[str, str], reason: str
) -> None:
    client, before = client_for("processhandledare"), data_of(draft)
    sent = {**form_of(client, draft, "a"), "system": "Mitt system", **values}
    answer = client.post(url(draft), {**sent, "do": "save"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="kv-errors"' in html
    assert reason in html
    assert "Mitt system" in html
    assert data_of(draft) == before


def test_characters_that_xml_cannot_hold_are_left_out(draft: ProcessRevision, client_for: ClientFor) -> None:
    client = client_for("processhandledare")
    sent = {
        **form_of(client, draft, "a"),
        "name": "Ta <b>emot</b>\x0b & \ud83d\ude00läs\x1f",
        "text": "a\x01\r\nb",
    }
    sent["name"] = sent["name"].encode("utf-16", "surrogatepass").decode("utf-16")
    client.post(url(draft), {**sent, "do": "save"})
    card = outline(data_of(draft)).by_id["a"]
    assert (card.name, card.text) == ("Ta <b>emot</b> & 😀läs", "a\nb")
    assert "<b>emot" not in client.get(url(draft)).content.decode()


def test_of_two_who_change_a_step_the_second_sees_both_and_loses_nothing(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    one, other = client_for("processhandledare"), client_for("processagare")
    mine, theirs = form_of(one, draft, "a"), form_of(other, draft, "a")
    one.post(url(draft), {**mine, "name": "Ta emot genast", "do": "save"})
    answer = other.post(url(draft), {**theirs, "name": "Ta emot oro", "do": "save"})
    html = answer.content.decode()
    assert 'value="Ta emot oro"' in html
    assert re.search(r"kv-theirs.*Ta emot genast", html, re.DOTALL)
    assert names(draft)[0] == "Ta emot genast"
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', html)
    assert seen
    other.post(url(draft), {**theirs, "name": "Ta emot oro", "seen": seen[1], "do": "save"})
    assert names(draft)[0] == "Ta emot oro"


def test_two_who_change_different_steps_do_not_meet(draft: ProcessRevision, client_for: ClientFor) -> None:
    one, other = client_for("processhandledare"), client_for("processagare")
    mine, theirs = form_of(one, draft, "a"), form_of(other, draft, "b")
    one.post(url(draft), {**mine, "name": "Första", "do": "save"})
    other.post(url(draft), {**theirs, "name": "Andra", "do": "save"})
    assert names(draft) == ["Första", "Andra", "Utreda"]


def test_a_button_on_a_map_that_is_another_by_now_does_nothing(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    client = client_for("processhandledare")
    old = draft.map_id
    client.post(url(draft), {"do": "remove", "step": "b", "seen": old})
    answer = client.post(url(draft), {"do": "remove", "step": "a", "seen": old}, follow=True)
    assert "Någon annan hann ändra kartan" in answer.content.decode()
    assert names(draft) == ["Ta emot", "Utreda"]


def test_what_is_typed_after_a_step_that_is_gone_stays_on_the_page(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    client = client_for("processhandledare")
    sent = form_of(client, draft, "b", by="efter")
    client.post(url(draft), {"do": "remove", "step": "b", "seen": draft.map_id})
    html = client.post(url(draft), {**sent, "name": "Min långa text", "do": "add"}).content.decode()
    assert 'value="Min långa text"' in html
    assert "Någon annan har tagit bort steget" in html


def test_a_drawing_made_by_hand_is_only_made_anew_after_a_yes(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast, map_bytes=drawn())
    client, before = client_for("processhandledare"), places(drawn())
    client.post(url(row), {**form_of(client, row, "a"), "name": "Nytt namn", "do": "save"})
    assert places(data_of(row)) == before
    sent = {**form_of(client, row, "a"), "lane": "En ny funktion", "do": "save"}
    question = client.post(url(row), sent)
    assert "Rita om kartan?" in question.content.decode()
    assert 'value="En ny funktion"' in question.content.decode()
    assert places(data_of(row)) == before
    client.post(url(row), {**sent, "yes": "1"})
    assert outline(data_of(row)).by_id["a"].lane == "En ny funktion"
    assert places(data_of(row)) != before


def test_a_large_map_says_why_it_is_not_listed(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast, map_bytes=chain(300))
    html = client_for("processhandledare").get(url(row)).content.decode()
    assert "Kartan har 302 steg" in html
    answer = client_for("processhandledare").post(url(row), {"do": "add", "step": "t1", "name": "X"})
    assert answer.status_code == 200
    assert len(steps(parse(data_of(row)))) == 300


def test_a_full_map_takes_no_more(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast, map_bytes=chain(198))
    client = client_for("processhandledare")
    answer = client.post(url(row), {**form_of(client, row, "t1", by="efter"), "name": "X", "do": "add"})
    assert "det mesta" in answer.content.decode()


def test_a_signature_falls_and_a_decided_version_is_closed(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    bring_to(draft, cast, RevisionStatus.IN_REVIEW)
    actions.change_status(draft, "sign", user=cast.processagare)
    client = client_for("processhandledare")
    client.post(url(draft), {**form_of(client, draft, "a"), "name": "Annat", "do": "save"})
    draft.refresh_from_db()
    assert draft.reviewed_by is None
    actions.change_status(draft, "approve", user=cast.processagare)
    assert client.get(url(draft)).status_code == 403
    assert client.post(url(draft), {"do": "remove", "step": "a"}).status_code == 403


@pytest.mark.parametrize("count", [3, 60])
def test_the_page_asks_as_little_for_a_long_map(
    cast: Cast, client_for: ClientFor, count: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    row = make_draft(cast, map_bytes=chain(count))
    client = client_for("processhandledare")
    client.get("/")
    for name in ("steps", "workshop"):
        with django_assert_max_num_queries(QUERIES):
            assert client.get(url(row, name)).status_code == 200


LINES = "Mottagning: Ta emot\nChef: Inleda?\n  nej: slut\n  ja: vidare\nUtreda"


def test_lines_are_drawn_at_once_and_saved_when_asked(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast)
    client = client_for("processhandledare")
    blobs = Blob.objects.count()
    part = client.post(url(row, "workshop"), {"lines": LINES, "seen": ""}, headers={"HX-Request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert "Ta emot" in html
    assert "<svg" in html
    shown = client.post(url(row, "workshop"), {"lines": LINES, "seen": "", "do": "show"}).content.decode()
    assert "<html" in shown
    assert "Utreda</textarea>" in shown
    assert Blob.objects.count() == blobs
    answer = client.post(url(row, "workshop"), {"lines": LINES, "seen": "", "do": "save"})
    assert answer.url == url(row)
    assert names(row) == ["Ta emot", "Utreda"]
    again = client.get(url(row, "workshop")).content.decode()
    assert "Mottagning: Ta emot\nChef: Inleda?\n  nej: slut\n  ja: vidare\nChef: Utreda" in again


def test_lines_that_are_not_understood_are_not_saved(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast)
    client = client_for("processhandledare")
    for text, reason in (
        ("", "Skriv minst ett steg"),
        ("A\ngå till 7", "Rad 2"),
        ("x" * 50_000, "tecken"),
    ):
        html = client.post(url(row, "workshop"), {"lines": text, "seen": "", "do": "save"}).content.decode()
        assert reason in html
        row.refresh_from_db()
        assert row.map_id is None


def test_lines_written_from_an_older_map_are_shown_beside_the_new_one(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    client = client_for("processhandledare")
    seen = draft.map_id
    client.post(url(draft), {"do": "remove", "step": "b", "seen": seen})
    html = client.post(url(draft, "workshop"), {"lines": "Mitt", "seen": seen, "do": "save"}).content.decode()
    assert "Mitt</textarea>" in html
    assert re.search(r"kv-theirs.*Mottagning: Ta emot", html, re.DOTALL)
    draft.refresh_from_db()
    client.post(url(draft, "workshop"), {"lines": "Mitt", "seen": draft.map_id, "do": "save"})
    assert names(draft) == ["Mitt"]


def test_lines_replace_a_drawing_made_by_hand_only_after_a_yes(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast, map_bytes=drawn())
    client = client_for("processhandledare")
    page = client.get(url(row, "workshop")).content.decode()
    assert "färger och annat som ritverktyget har lagt till" in page
    sent = {"lines": "A\nNytt", "seen": row.map_id, "do": "save"}
    assert "Något försvinner" in client.post(url(row, "workshop"), sent).content.decode()
    assert len(names(row)) == 3
    client.post(url(row, "workshop"), {**sent, "replace": "on"})
    assert [step.element_id for step in steps(parse(data_of(row)))] == ["a", "nytt"]


def test_a_new_process_can_begin_with_its_lines(cast: Cast, client_for: ClientFor) -> None:
    form = {"title": "Ny väg", "kind": "main", "visibility": "internal", "then": "workshop"}
    answer = client_for("processhandledare").post(reverse("processes:create"), form)
    assert answer.url == url(ProcessRevision.objects.get(process__title="Ny väg"), "workshop")


def test_readers_and_outsiders_are_turned_away(cast: Cast, client_for: ClientFor) -> None:
    row = make_draft(cast, make_process(cast, "Dold"), map_bytes=build(SPEC))
    for name in ("steps", "workshop"):
        assert client_for("medarbetare").get(url(row, name)).status_code == 404
        assert client_for("chef").post(url(row, name), {"do": "remove", "step": "a"}).status_code in (
            403,
            404,
        )
    assert names(row) == ["Ta emot", "Skydda", "Utreda"]
