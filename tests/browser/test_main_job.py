"""The main job from end to end: a map from another tool leads a medarbetare to the routine in force."""

import pytest
from playwright.sync_api import expect

from tests.documents.files.samples import docx_file
from tests.processes.factories import bpmn

TITLE = "Ta emot praktikanter"
STEP = "Visa runt praktikanten"
ROUTINE = "Rutin för praktikantens första dag"
WORD = "paraplystället"
DOCX = docx_file("Praktikantens första dag", f"Möt praktikanten vid {WORD} i entrén.")
MAP = bpmn(("valkomna", "Välkomna praktikanten"), ("visa", STEP), ("folj", "Följ upp veckan"), name=TITLE)
WORD_FILE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _button(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).click()


@pytest.fixture(scope="module")
def process(visit):
    """Imported by the processhandledare, fastställd by its owner, published; gives its path."""
    page = visit("processhandledare", "/processer/importera/")
    page.get_by_label("BPMN-fil").set_input_files(
        {"name": "praktik.bpmn", "mimeType": "application/xml", "buffer": MAP}
    )
    page.get_by_label("Namn").fill(TITLE)
    page.get_by_label("Slag").select_option("support")
    page.locator("input[name=visibility][value=internal]").check()
    page.get_by_label("Processägare").select_option(
        label="Henrika Alnäsund, Biträdande avdelningschef Barn och unga"
    )
    _button(page, "Läs filen och visa kartan")
    expect(page.locator("svg").get_by_text(STEP.split(maxsplit=1)[0])).to_be_visible()
    _button(page, "Spara som utkast")
    draft = page.url
    page.get_by_role("link", name="Skicka för granskning").click()
    # The owner is proposed, and a day.
    _button(page, "Skicka för granskning")
    expect(page).to_have_url(draft)

    owner = visit("processagare", draft)
    _button(owner, "Fastställ")

    page.goto(draft)
    page.get_by_role("link", name="Publicera").click()
    _button(page, "Publicera")
    expect(page.locator("h1")).to_have_text(TITLE)
    return page.url


@pytest.fixture(scope="module")
def routine(visit, site, process):
    """Uploaded by the ombud at a step, fastställd by the manager; gives its path."""
    page = visit("ombud", process)
    page.locator(".kv-map").get_by_role("link", name=STEP).click()
    slug = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"/dokument/nytt/?process={slug}")
    page.get_by_label("Titel").fill(ROUTINE)
    page.get_by_label("Typ", exact=True).select_option("unit_routine")
    page.locator("main input[type=file]").set_input_files(
        {"name": "forsta-dagen.docx", "mimeType": WORD_FILE, "buffer": DOCX}
    )
    page.get_by_label("Enhet som äger dokumentet").select_option(index=1)
    _button(page, "Spara som utkast")
    expect(page.locator("h1")).to_have_text(ROUTINE)
    # Who wrote it does not decide on it.
    _button(page, "Skicka för granskning")
    expect(page.locator("main").get_by_role("link", name="Fastställ")).to_have_count(0)

    manager = visit("chef", "/dokument/granska/")
    manager.locator("main").get_by_role("link", name=ROUTINE).first.click()
    manager.locator("main").get_by_role("link", name="Fastställ").click()
    _button(manager, "Fastställ")
    expect(manager.locator("main").get_by_text("Gällande").first).to_be_visible()
    site.work()
    return manager.url


def test_the_routine_is_three_clicks_from_the_start(visit, process, routine):
    page = visit("medarbetare", "/")
    page.locator(".kv-band").get_by_role("link", name=TITLE).click()
    page.locator(".kv-map").get_by_role("link", name=STEP).click()
    page.locator("main").get_by_role("link", name=ROUTINE).click()
    assert page.url == routine


def test_the_text_leads_to_the_routine_too(visit, process, routine):
    page = visit("medarbetare", process)
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.get_by_role("heading", name="Steg för steg")).to_be_visible()
    expect(page.locator(".kv-flow").get_by_text("Välkomna praktikanten").first).to_be_visible()
    page.locator("main").get_by_role("link", name=ROUTINE).first.click()
    assert page.url == routine


def test_a_word_inside_the_file_finds_it_and_the_version_in_force_is_that_file(visit, routine):
    page = visit("medarbetare", "/")
    search = page.locator("#sok-start")
    search.fill(WORD)
    search.press("Enter")
    page.locator("main").get_by_role("link", name=ROUTINE).click()
    assert page.url == routine
    with page.expect_download() as download:
        page.locator("main .kv-actions").get_by_role("link").first.click()
    assert download.value.path().read_bytes() == DOCX


def test_whoever_is_not_logged_in_finds_none_of_it(visit, process, routine):
    page = visit("anonym", "/")
    expect(page.get_by_text(TITLE)).to_have_count(0)
    assert page.goto(process).status == 404
    assert page.goto(routine).status == 404
    page.goto(f"/sok/?q={WORD}")
    expect(page.get_by_text(ROUTINE)).to_have_count(0)


def test_a_routine_that_is_not_decided_is_not_found(visit, site):
    ombud = visit("ombud", "/dokument/nytt/")
    ombud.get_by_label("Titel").fill("Opublicerad trädgårdsrutin")
    ombud.get_by_label("Typ", exact=True).select_option("unit_routine")
    ombud.get_by_label("Länka till en annan webbplats").check()
    ombud.get_by_label("Länk", exact=True).fill("https://tradgard.invalid/rutin")
    ombud.get_by_label("Enhet som äger dokumentet").select_option(index=1)
    _button(ombud, "Spara som utkast")
    site.work()
    page = visit("medarbetare", "/sok/?q=tr%C3%A4dg%C3%A5rdsrutin")
    expect(page.locator("main").get_by_text("Opublicerad trädgårdsrutin")).to_have_count(0)
    assert page.goto(ombud.url).status == 404
