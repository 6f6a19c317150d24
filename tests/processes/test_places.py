"""Where a process lies and under which address: moves that are refused, order, old addresses that lead on."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import get_resolver, reverse

from kvalitet import registries
from kvalitet.registries import StepLink
from kvalitet.workflow import Blocked
from processes import places, slugs
from processes.enums import ProcessKind, ProcessState, Visibility
from processes.models import Process, ProcessAddress
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish
from tests.trees import problems


@pytest.fixture
def children(cast: Cast) -> Process:
    """Barn och unga with one delprocess of its own, Utreda, that has a step."""
    root = make_process(cast)
    publish(cast, root, mission="Barn får skydd.")
    utreda = make_process(cast, "Utreda", parent=root, owner=None)
    publish(cast, utreda, map_bytes=bpmn(("a", "Samla in")))
    root.refresh_from_db()
    return root


@pytest.fixture
def elderly(cast: Cast) -> Process:
    root = make_process(cast, "Äldreomsorg")
    publish(cast, root, mission="Hjälp i tid.")
    return root


def utreda() -> Process:
    return Process.objects.get(title="Utreda")


def test_a_process_is_moved_with_its_steps_and_keeps_its_address(
    cast: Cast, children: Process, elderly: Process
) -> None:
    moved = places.move(utreda(), user=cast.processhandledare, parent=elderly)
    assert (moved.parent_id, moved.level, moved.slug) == (elderly.pk, 1, "barn-och-unga-utreda")
    assert Process.objects.get(title="Samla in").parent_id == moved.pk
    assert problems(Process) == []


def test_a_process_may_become_one_of_the_first_level_and_go_back(cast: Cast, children: Process) -> None:
    with pytest.raises(Blocked, match="Välj styr-, huvud- eller stödprocess"):
        places.move(utreda(), user=cast.samordnare, parent=None)
    up = places.move(utreda(), user=cast.samordnare, parent=None, kind=ProcessKind.SUPPORT)
    assert (up.level, up.kind) == (0, ProcessKind.SUPPORT)
    back = places.move(up, user=cast.samordnare, parent=children)
    assert (back.level, back.kind) == (1, "")
    assert problems(Process) == []


def test_a_move_that_cannot_be_is_refused_with_a_reason(
    cast: Cast, children: Process, elderly: Process
) -> None:
    step = Process.objects.get(title="Samla in")
    deep = make_process(cast, "Besluta", parent=elderly, owner=None)

    def refused(process: Process, parent: Process, reason: str) -> None:
        with pytest.raises(Blocked, match=reason):
            places.move(process, user=cast.samordnare, parent=parent)

    refused(children, utreda(), "under sig själv")
    refused(children, children, "under sig själv")
    refused(children, elderly, "högst tre nivåer")
    refused(utreda(), deep, "högst tre nivåer")
    refused(deep, step, "högst tre nivåer")
    refused(utreda(), children, "ligger redan där")
    Process.objects.filter(pk=elderly.pk).update(visibility=Visibility.INTERNAL)
    refused(utreda(), elderly, "bara för medarbetare")
    Process.objects.filter(pk=elderly.pk).update(state=ProcessState.RETIRED, visibility=Visibility.PUBLIC)
    refused(utreda(), elderly, "upphävd")
    assert problems(Process) == []


def test_a_step_that_the_map_above_draws_is_taken_out_of_it_first(
    cast: Cast, children: Process, elderly: Process
) -> None:
    publish(cast, children, map_bytes=bpmn(("v", "Verkställa", [("i", "Inleda")]), ("u", "Följa upp")))
    step = Process.objects.get(title="Verkställa")
    for drawn in (step, Process.objects.get(title="Inleda")):
        with pytest.raises(Blocked, match="ritad som steg i kartan"):
            places.move(drawn, user=cast.samordnare, parent=elderly)
    draft = make_draft(cast, children, map_bytes=bpmn(("u", "Följa upp")))
    places.move(step, user=cast.samordnare, parent=elderly)
    bring_to(draft, cast, "published")
    step.refresh_from_db()
    assert (step.state, step.parent_id) == (ProcessState.ACTIVE, elderly.pk)


def test_the_database_refuses_a_fourth_level_and_a_kind_below_the_first(
    cast: Cast, children: Process
) -> None:
    for values in ({"level": 3}, {"kind": ProcessKind.MAIN}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Process.objects.filter(title="Samla in").update(**values)


def test_the_page_shows_what_moves_along_and_the_answer_leads_back(
    cast: Cast, children: Process, elderly: Process, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Process.objects.get(title="Samla in")
    registry = registries.Registry("for the test")
    registry.register("test", lambda user, ids: {step.pk: [StepLink("Rutin", "/dokument/7/")]})
    monkeypatch.setattr(registries, "step_links", registry)
    client = client_for("processhandledare")
    url = reverse("processes:move", args=[utreda().slug])
    page = client.get(url).text
    assert "Samla in" in page
    assert "1 dokument" in page
    answer = client.post(url, {"parent": elderly.pk}, follow=True)
    assert utreda().parent_id == elderly.pk
    assert f"{url}?till={children.pk}" in answer.text
    back = client.get(f"{url}?till={children.pk}")
    assert back.context["form"]["parent"].value() == str(children.pk)


def test_a_refused_move_keeps_the_choice_and_says_why(
    cast: Cast, children: Process, client_for: ClientFor
) -> None:
    url = reverse("processes:move", args=[utreda().slug])
    page = client_for("samordnare").post(url, {"parent": "", "kind": ""}).text
    assert "Välj styr-, huvud- eller stödprocess" in page
    page = client_for("samordnare").post(url, {"parent": "999999"}).text
    assert 'class="kv-errors"' in page
    assert utreda().parent_id == children.pk


def test_siblings_change_places_by_their_buttons(cast: Cast, client_for: ClientFor) -> None:
    first, second = make_process(cast, "Ett"), make_process(cast, "Två")
    make_process(cast, "Stöd", kind=ProcessKind.SUPPORT)
    url = reverse("processes:shift", args=[second.slug])
    client_for("processhandledare").post(url, {"at": "upp"})
    assert [one.title for one in places.siblings(first)] == ["Två", "Ett"]
    assert not places.shift(second, user=cast.samordnare, by=places.UP)
    client_for("processhandledare").post(url, {"at": "ned"})
    client_for("processhandledare").post(url, {"at": "nonsens"})
    assert [one.title for one in places.siblings(first)] == ["Ett", "Två"]


@pytest.mark.parametrize("tab", ["process", "text", "who", "versions"])
def test_an_old_address_leads_to_the_new_one_for_who_may_see(
    cast: Cast, children: Process, client_for: ClientFor, tab: str
) -> None:
    places.change_address(children, user=cast.samordnare, slug="barn")
    old, new = (reverse(f"processes:{tab}", args=[slug]) for slug in ("barn-och-unga", "barn"))
    answer = client_for("medarbetare").get(f"{old}?x=1")
    assert (answer.status_code, answer["Location"]) == (301, f"{new}?x=1")
    assert client_for("medarbetare").get(new).status_code == 200
    Process.objects.filter(pk=children.pk).update(state=ProcessState.PLANNED)
    assert client_for("medarbetare").get(old).status_code == 404


def test_an_old_address_tells_the_public_nothing_of_what_is_internal(
    cast: Cast, children: Process, client_for: ClientFor
) -> None:
    places.change_address(children, user=cast.samordnare, slug="barn")
    assert client_for("anonym").get("/processer/barn-och-unga/").status_code == 301
    Process.objects.filter(pk=children.pk).update(visibility=Visibility.INTERNAL)
    assert client_for("anonym").get("/processer/barn-och-unga/").status_code == 404
    assert client_for("anonym").post("/processer/barn-och-unga/").status_code in (404, 405)


def test_an_old_address_goes_to_no_other_process(cast: Cast, children: Process, elderly: Process) -> None:
    places.change_address(children, user=cast.samordnare, slug="barn")
    assert make_process(cast, "Barn och unga, nytt", slug="barn-och-unga").slug == "barn-och-unga-2"
    with pytest.raises(Blocked, match="har haft adressen"):
        places.change_address(elderly, user=cast.samordnare, slug="barn-och-unga")
    with pytest.raises(Blocked, match="används av"):
        places.change_address(elderly, user=cast.samordnare, slug="barn")
    with pytest.raises(IntegrityError), transaction.atomic():
        Process.objects.filter(pk=elderly.pk).update(slug="barn-och-unga")
    places.change_address(children, user=cast.samordnare, slug="barn-och-unga")
    assert set(ProcessAddress.objects.filter(process=children).values_list("slug", flat=True)) == {
        *("barn", "barn-och-unga"),
    }


def test_kept_addresses_are_neither_changed_nor_deleted(cast: Cast, children: Process) -> None:
    for act in (lambda rows: rows.update(process=1), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(ProcessAddress.objects.filter(process=children))


@pytest.mark.parametrize("slug", ["", "ny", "importera", "Å/..", "två ord", "x" * 200, "-", "barn_1"])
def test_an_address_that_cannot_be_is_refused_and_stays_in_the_form(
    cast: Cast, children: Process, client_for: ClientFor, slug: str
) -> None:
    url = reverse("processes:address", args=[children.slug])
    page = client_for("processhandledare").post(url, {"slug": slug})
    assert page.status_code == 200
    assert 'class="kv-errors"' in page.text
    children.refresh_from_db()
    assert children.slug == "barn-och-unga"


def test_the_address_is_changed_on_its_page(cast: Cast, children: Process, client_for: ClientFor) -> None:
    url = reverse("processes:address", args=[children.slug])
    answer = client_for("processhandledare").post(url, {"slug": "Barn"})
    assert answer["Location"] == "/processer/barn/"
    page = client_for("samordnare").get(reverse("processes:address", args=["barn"])).text
    assert "/processer/barn-och-unga/" in page


def test_every_first_word_under_processer_is_reserved() -> None:
    under = next(one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "processes")
    words = {str(one.pattern).split("/")[0] for one in under.url_patterns}
    assert {word for word in words if word and "<" not in word} <= slugs.RESERVED


def test_only_those_who_answer_for_all_processes_move_them(
    cast: Cast, children: Process, client_for: ClientFor
) -> None:
    assert client_for("processagare").get(reverse("processes:move", args=[children.slug])).status_code == 403
    page: Any = client_for("processagare").get(children.get_absolute_url()).text
    assert "/flytta/" not in page
    assert "/flytta/" in client_for("processhandledare").get(children.get_absolute_url()).text
