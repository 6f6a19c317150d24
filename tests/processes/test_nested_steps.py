"""A step with steps of its own: closed in the map above, drawn on its own page."""

from typing import Any

import pytest
from django.urls import reverse

from processes.models import Process
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, make_draft, make_process, publish

INNER = [("bedom", "Bedöm risken"), ("skriv", "Skriv ned bedömningen", (), "Tidsgräns: Samma dag")]
MAP = bpmn(("ta_emot", "Ta emot"), ("skydd", "Gör skyddsbedömning", INNER))
FRAME = "kv-map-frame"


@pytest.fixture
def process(cast: Cast) -> Process:
    process = make_process(cast, "Aktualisera")
    publish(cast, process, map_bytes=MAP)
    return process


def html(client_for: ClientFor, name: str, *args: Any) -> str:
    page = client_for("anonym").get(reverse(f"processes:{name}", args=args))
    assert page.status_code == 200
    return page.content.decode()


def test_the_map_above_shows_the_step_closed_and_leads_to_its_page(
    process: Process, client_for: ClientFor
) -> None:
    page = html(client_for, "process", process.slug)
    assert page.count(FRAME) == 1
    assert 'data-element="skydd"' in page
    assert 'data-element="bedom"' not in page
    assert 'href="/processer/aktualisera-gor-skyddsbedomning/"' in page


def test_the_steps_page_has_its_own_drawing_text_and_table(process: Process, client_for: ClientFor) -> None:
    slug = "aktualisera-gor-skyddsbedomning"
    page = html(client_for, "process", slug)
    assert page.count(FRAME) == 1
    assert 'data-element="bedom"' in page
    assert 'data-element="ta_emot"' not in page
    for name in ("text", "who"):
        page = html(client_for, name, slug)
        assert "Skriv ned bedömningen" in page
        assert "Samma dag" in page


def test_a_map_of_its_own_goes_before_the_one_above(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    step = Process.objects.get(parent=process, element_id="skydd")
    publish(cast, step, map_bytes=bpmn(("ring", "Ring familjen")))
    page = html(client_for, "process", step.slug)
    assert 'data-element="ring"' in page
    assert 'data-element="bedom"' not in page


def test_a_step_on_the_lowest_level_shows_what_has_no_page(cast: Cast, client_for: ClientFor) -> None:
    root = make_process(cast, "Barn och unga")
    publish(cast, root, map_bytes=bpmn(("akt", "Aktualisera")))
    middle = Process.objects.get(parent=root)
    publish(cast, middle, map_bytes=MAP)
    lowest = Process.objects.get(parent=middle, element_id="skydd")
    page = html(client_for, "process", lowest.slug)
    assert f'href="/processer/{lowest.slug}/text/#steg-3"' in page
    assert 'id="steg-3"' in html(client_for, "text", lowest.slug)


def test_a_version_under_review_shows_every_drawing_on_one_page(
    cast: Cast, process: Process, client_for: ClientFor
) -> None:
    draft = make_draft(cast, process)
    page = client_for("processhandledare").get(draft.get_absolute_url()).content.decode()
    assert page.count(FRAME) == 2


def test_a_step_without_steps_has_no_map(process: Process, client_for: ClientFor) -> None:
    assert FRAME not in html(client_for, "process", "aktualisera-ta-emot")
