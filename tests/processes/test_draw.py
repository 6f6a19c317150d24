"""What the drawing tool asks for and saves: never over what another saved, with the reasons of an import."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kvalitet.versions import RevisionStatus
from processes import actions, editing
from processes.bpmn.parse import parse
from processes.enums import Visibility
from processes.models import Process, ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.bpmn.maps import chain
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish

MAP = bpmn(("a", "Ta emot"), ("b", "Bedöm"))
OTHER = bpmn(("a", "Ta emot"), ("c", "Ring"))


@pytest.fixture
def draft(cast: Cast) -> ProcessRevision:
    return make_draft(cast, map_bytes=MAP)


def url(name: str, revision: ProcessRevision) -> str:
    return reverse(f"processes:{name}", args=[revision.process.slug, revision.number])


def save(client: Any, revision: ProcessRevision, data: bytes, seen: str) -> Any:
    file = SimpleUploadedFile("karta.bpmn", data)
    return client.post(url("draw", revision), {"file": file, "seen": seen})


def stored(revision: ProcessRevision) -> bytes:
    revision.refresh_from_db()
    return bytes(revision.map.data) if revision.map else b""


def test_what_is_drawn_is_saved_byte_for_byte_and_its_steps_laid_up(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    answer = save(client_for("processagare"), draft, OTHER, draft.map_id or "")
    assert answer.status_code == 200
    assert stored(draft) == OTHER
    assert answer.json()["seen"] == draft.map_id
    assert Process.objects.filter(parent=draft.process, title="Ring").exists()


def test_the_answer_has_advice_in_swedish(draft: ProcessRevision, client_for: ClientFor) -> None:
    said = save(client_for("processhandledare"), draft, OTHER, draft.map_id or "").json()
    assert {
        "element": "p_start",
        "text": "Starten utan namn har inget namn. Skriv vad som görs eller händer.",
    } in (said["advice"])


def test_the_advice_stands_on_the_draft_and_before_an_import(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    client = client_for("processhandledare")
    assert "Råd om kartan (2)" in client.get(draft.get_absolute_url()).text
    file = SimpleUploadedFile("karta.bpmn", MAP)
    assert "Råd om kartan (2)" in client.post(url("revision_map", draft), {"file": file}).text


def test_a_stale_save_says_who_and_loses_neither(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    seen = draft.map_id or ""
    save(client_for("samordnare"), draft, OTHER, seen)
    mine = bpmn(("a", "Ta emot"), ("d", "Skriv"))
    client = client_for("processhandledare")
    answer = save(client, draft, mine, seen)
    assert answer.status_code == 409
    assert answer.json()["by"] == cast.samordnare.name
    assert stored(draft) == OTHER
    theirs = answer.json()["seen"]
    assert client.get(url("draw_map", draft), {"sparad": theirs}).content == OTHER
    assert save(client, draft, mine, theirs).status_code == 200
    assert stored(draft) == mine
    assert client.get(url("draw_map", draft), {"sparad": theirs}).content == OTHER
    assert cast.samordnare.name in client.get(url("draw", draft)).text


def test_only_maps_that_the_version_has_had_can_be_fetched(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    foreign = make_draft(cast, make_process(cast, "Annat"), map_bytes=OTHER)
    client = client_for("processagare")
    for wanted in (foreign.map_id, "../../etc/passwd", "å\x00"):
        assert client.get(url("draw_map", draft), {"sparad": wanted}).status_code == 404


@pytest.mark.parametrize("data", [b"", b"<html/>", b"%PDF-1.7", MAP[:200], b"<a>" * 6000], ids=range(5))
def test_what_is_no_map_gets_the_reason_of_an_import_and_changes_nothing(
    draft: ProcessRevision, client_for: ClientFor, data: bytes
) -> None:
    answer = save(client_for("processhandledare"), draft, data, draft.map_id or "")
    assert answer.status_code == 422
    assert answer.json()["reason"].endswith(".")
    assert stored(draft) == MAP


def test_nothing_at_all_is_refused_with_a_reason(draft: ProcessRevision, client_for: ClientFor) -> None:
    answer = client_for("processhandledare").post(url("draw", draft), {"seen": "x" * 500})
    assert answer.status_code == 422
    assert answer.json()["reason"]


def test_a_version_that_was_decided_meanwhile_is_not_drawn_on(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    bring_to(draft, cast, RevisionStatus.APPROVED)
    client = client_for("processhandledare")
    assert client.get(url("draw", draft)).status_code == 403
    assert save(client, draft, OTHER, draft.map_id or "").status_code == 403
    assert stored(draft) == MAP


def test_who_reads_drafts_but_may_not_change_is_refused_and_others_see_nothing(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    actions.set_units(draft.process, [cast.units.home])
    for name in ("draw", "draw_map", "draw_processes"):
        assert client_for("ombud").get(url(name, draft)).status_code == 403
        assert client_for("medarbetare").get(url(name, draft)).status_code == 404
    assert save(client_for("ombud"), draft, OTHER, draft.map_id or "").status_code == 403
    assert stored(draft) == MAP


def test_a_drawing_changes_the_author_and_clears_the_signature(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor
) -> None:
    bring_to(draft, cast, RevisionStatus.IN_REVIEW)
    actions.change_status(draft, "sign", user=cast.samordnare)
    save(client_for("processagare"), draft, OTHER, draft.map_id or "")
    draft.refresh_from_db()
    assert (draft.author, draft.reviewed_by) == (cast.processagare, None)


def test_the_tool_gets_a_drawing_of_a_map_that_had_none(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    answer = client_for("processagare").get(url("draw_map", draft))
    model = parse(answer.content)
    assert answer["ETag"] == f'"{draft.map_id}"'
    assert not any(shape.generated for plane in model.planes for shape in plane.shapes)
    assert {shape.element for shape in model.planes[0].shapes} >= {"a", "b", "p_start", "p_end"}
    assert stored(draft) == MAP


def test_a_file_in_another_encoding_reaches_the_tool_as_utf_8(cast: Cast, client_for: ClientFor) -> None:
    data = MAP.decode().replace('encoding="UTF-8"', 'encoding="iso-8859-1"').encode("latin-1")
    draft = make_draft(cast, map_bytes=data)
    assert "Bedöm" in client_for("processagare").get(url("draw_map", draft)).content.decode("utf-8")


def test_a_version_without_a_map_begins_with_a_start(cast: Cast, client_for: ClientFor) -> None:
    draft = make_draft(cast)
    client = client_for("processagare")
    answer = client.get(url("draw_map", draft))
    assert "ETag" not in answer
    assert [one.kind for one in parse(answer.content).elements.values()] == ["process", "startEvent"]
    assert save(client, draft, chain(1), "").status_code == 200
    assert stored(draft) == chain(1)


def test_the_page_says_what_it_needs_and_shows_the_other_ways(
    draft: ProcessRevision, client_for: ClientFor
) -> None:
    page = client_for("processagare").get(url("draw", draft)).text
    assert "Ritverktyget behöver JavaScript" in page
    assert f'href="{draft.get_absolute_url()}steg/"' in page
    assert f'href="{url("revision_map", draft)}"' in page


def test_the_page_keeps_the_budget_however_often_it_was_saved(
    cast: Cast, draft: ProcessRevision, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client = client_for("processagare")
    counts = []
    for number in range(2):
        client.get(url("draw", draft))
        with django_assert_max_num_queries(12) as counted:
            client.get(url("draw", draft))
        counts.append(len(counted))
        for name in ("x", "y", "z"):
            data = bpmn((name, f"Steg {number}"))
            editing.put_map(draft, user=cast.processagare, data=data, seen=draft.map_id or "")
            draft.refresh_from_db()
    assert counts[0] == counts[1]


# A step that goes on in another process


def linked(slug: str) -> bytes:
    call = f'<callActivity id="v" name="Utreda vidare" calledElement="{slug}"/>'
    return MAP.replace(b'<userTask id="b"', f'{call}<userTask id="b"'.encode(), 1)


@pytest.fixture
def target(cast: Cast) -> Process:
    process = make_process(cast, "Utreda", slug="utreda")
    publish(cast, process)
    return process


@pytest.mark.parametrize("tab", ["process", "text", "who"])
def test_a_step_leads_to_the_process_it_goes_on_in(
    cast: Cast, target: Process, client_for: ClientFor, tab: str
) -> None:
    process = make_process(cast, "Ta emot")
    publish(cast, process, map_bytes=linked("utreda"))
    page = client_for("anonym").get(reverse(f"processes:{tab}", args=[process.slug])).text
    assert 'href="/processer/utreda/"' in page


def test_the_link_is_there_for_those_who_may_see_the_process_and_no_others(
    cast: Cast, target: Process, client_for: ClientFor
) -> None:
    process = make_process(cast, "Ta emot")
    publish(cast, process, map_bytes=linked("utreda"))
    Process.objects.filter(pk=target.pk).update(visibility=Visibility.INTERNAL)
    assert "/processer/utreda/" in client_for("medarbetare").get(process.get_absolute_url()).text
    hidden = client_for("anonym").get(process.get_absolute_url()).text
    assert "Utreda vidare" in hidden
    assert "/processer/utreda/" not in hidden


def test_a_new_name_of_the_process_is_shown_at_the_step(
    cast: Cast, target: Process, client_for: ClientFor
) -> None:
    process = make_process(cast, "Ta emot")
    publish(cast, process, map_bytes=linked("utreda"))
    text = reverse("processes:text", args=[process.slug])
    assert "Utreda</a>" in client_for("anonym").get(text).text
    Process.objects.filter(pk=target.pk).update(title="Utreda behov")
    assert "Utreda behov</a>" in client_for("anonym").get(text).text


def test_a_step_inside_another_leads_there_too_on_the_inner_page(
    cast: Cast, target: Process, client_for: ClientFor
) -> None:
    process = make_process(cast, "Ta emot")
    data = bpmn(("d", "Del", [("x", "Inre")]))
    call = b'<callActivity id="v" name="Vidare" calledElement="utreda"/><userTask id="x"'
    publish(cast, process, map_bytes=data.replace(b'<userTask id="x"', call, 1))
    page = client_for("anonym").get(reverse("processes:process", args=["ta-emot-del"])).text
    assert 'href="/processer/utreda/"' in page


def test_a_draft_shows_the_link_and_one_to_nothing_is_plain_text(
    cast: Cast, target: Process, client_for: ClientFor
) -> None:
    draft = make_draft(cast, make_process(cast, "Ta emot"), map_bytes=linked("utreda"))
    client = client_for("processagare")
    assert 'href="/processer/utreda/"' in client.get(draft.get_absolute_url()).text
    for called in ("finns-inte", "Process_1", "x:y", "javascript:alert(1)", "../../admin"):
        actions.import_map(draft, user=cast.processagare, data=linked(called))
        page = client.get(draft.get_absolute_url()).text
        assert "Utreda vidare" in page
        assert "javascript:" not in page


def test_an_address_that_begins_with_a_digit_is_told_as_xml_can_hold_it(
    cast: Cast, client_for: ClientFor
) -> None:
    publish(cast, make_process(cast, "24 timmar", slug="24-timmar"))
    process = make_process(cast, "Ta emot")
    publish(cast, process, map_bytes=linked("_24-timmar"))
    assert 'href="/processer/24-timmar/"' in client_for("anonym").get(process.get_absolute_url()).text


def test_a_map_with_links_asks_no_more_than_one_without(
    cast: Cast, target: Process, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    process = make_process(cast, "Ta emot")
    publish(cast, process, map_bytes=linked("utreda"))
    client = client_for("medarbetare")
    client.get(process.get_absolute_url())
    with django_assert_max_num_queries(6):
        assert client.get(process.get_absolute_url()).status_code == 200


def test_processes_are_found_by_name_among_those_one_sees(
    cast: Cast, draft: ProcessRevision, target: Process, client_for: ClientFor
) -> None:
    make_draft(cast, make_process(cast, "Utreda hemligt", owner=cast.samordnare))
    retired = make_process(cast, "Utreda gammalt")
    Process.objects.filter(pk=retired.pk).update(state="retired")

    def found(who: str, **asked: str) -> list[str]:
        answer = client_for(who).get(url("draw_processes", draft), asked)
        return [one["title"] for one in answer.json()["processes"]]

    assert found("processagare", q="utred") == ["Utreda"]
    assert found("samordnare", q="utred") == ["Utreda", "Utreda hemligt"]
    assert found("processagare", adress="utreda") == ["Utreda"]
    assert found("processagare", q=draft.process.title) == []
    assert found("processagare", q="%") == []
    assert found("processagare") == []
