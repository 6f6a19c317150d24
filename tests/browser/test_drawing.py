"""Drawing a map: with the pointer, with the keyboard, without connection, and when somebody else saves."""

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.browser.pages import DRAFT
from tests.browser.visit import accessibility_issues, wider_than_window

# Every text of bpmn-js's own menus at what is chosen: the names of its buttons and of what one may change to.
MENUS = """
(type) => {
    const get = (name) => kvDraw.modeler.get(name);
    const element = kvDraw.all(kvDraw.modeler, type)[0];
    const pad = Object.values(get("contextPad").getEntries(element)).map((one) => one.title);
    const menu = get("popupMenu").isEmpty(element, "bpmn-replace") ? [] : (() => {
        get("popupMenu").open(element, "bpmn-replace", {x: 0, y: 0});
        const {entries, headerEntries} = get("popupMenu")._current;
        get("popupMenu").close();
        const all = [...Object.values(entries), ...Object.values(headerEntries)];
        return all.map((one) => one.label || one.title);
    })();
    return [...pad, ...menu].filter((one) => one && !Object.values(kvDraw.words).includes(one));
}
"""
TASKS = "() => kvDraw.all(kvDraw.modeler, 'bpmn:Task').map(kvDraw.name)"


@pytest.fixture(scope="module")
def address(site):
    return f"/processer/{site.value(DRAFT)}/rita/"


def opened(visit, who, address, **options):
    page = visit(who, address, **options)
    expect(page.locator("[data-kv=state]")).to_have_text("Allt är sparat.")
    return page


def save(page):
    page.get_by_role("button", name="Spara", exact=True).click()


def saved(page):
    save(page)
    expect(page.locator("[data-kv=state]")).to_contain_text("Sparad")


def stored(page, address):
    return page.request.get(urljoin(page.url, f"{address}karta.bpmn")).text()


def draw_after(page, after, name):
    """A step after another, with the keyboard alone."""
    page.locator("#valj").select_option(label=after)
    page.get_by_role("button", name="Steg", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#namn").fill(name)
    page.locator("#namn").blur()


def first_step(page):
    labels = page.locator("#valj option").all_inner_texts()
    return next(one for one in labels if one.startswith("Steg"))


def test_what_is_drawn_and_written_is_in_the_map_after_a_reload(visit, address):
    page = opened(visit, "processhandledare", address)
    canvas = page.locator("[data-kv=canvas]").bounding_box()
    page.get_by_role("button", name="Steg", exact=True).click()
    page.mouse.move(canvas["x"] + 60, canvas["y"] + 60)
    page.mouse.move(canvas["x"] + 90, canvas["y"] + 30, steps=4)
    page.mouse.click(canvas["x"] + canvas["width"] - 90, canvas["y"] + canvas["height"] / 2)
    page.keyboard.press("Escape")
    page.locator("#namn").fill("Ring familjen")
    page.locator("#beskrivning").fill("Berätta vad som händer nu.")
    page.locator("#tidsgrans").fill("Inom 1 dag")
    page.locator("#systemstod").fill("Treserva")
    page.locator("#systemstod").blur()
    saved(page)
    xml = stored(page, address)
    assert 'name="Ring familjen"' in xml
    assert "Berätta vad som händer nu.\nTidsgräns: Inom 1 dag\nSystemstöd: Treserva<" in xml
    page.reload()
    expect(page.locator("[data-kv=state]")).to_have_text("Allt är sparat.")
    assert "Ring familjen" in page.evaluate(TASKS)


def test_the_keyboard_draws_connects_undoes_and_removes(visit, address):
    page = opened(visit, "processhandledare", address)
    before = page.evaluate(TASKS)
    draw_after(page, first_step(page), "Ritat med tangenter")
    assert "Ritat med tangenter" in page.evaluate(TASKS)
    arrows = "() => kvDraw.chosen(kvDraw.modeler).outgoing.length"
    page.locator("#till").select_option(index=1)
    page.get_by_role("button", name="Dra pilen").click()
    assert page.evaluate(arrows) == 1
    undo, redo = (page.get_by_role("button", name=name) for name in ("Ångra", "Gör om"))
    undo.click()
    assert page.evaluate(arrows) == 0
    redo.click()
    page.get_by_role("button", name="Ta bort", exact=True).click()
    assert page.evaluate(TASKS) == before
    while undo.is_enabled():
        undo.click()
    assert page.evaluate(TASKS) == before


def test_a_lane_is_chosen_as_function_and_a_process_as_the_way_on(visit, address):
    page = opened(visit, "processhandledare", address)
    draw_after(page, first_step(page), "Lämna över")
    page.locator("#process").fill("Följa")
    page.locator("[data-kv=processes] button").first.click()
    expect(page.locator("[data-kv=linked]")).to_contain_text("Följa upp")
    page.get_by_role("button", name="Bana", exact=True).click()
    page.locator("#namn").fill("Ny funktion")
    page.locator("#namn").blur()
    page.locator("#valj").select_option(label="Annan process: Lämna över")
    page.locator("#funktion").select_option(label="Ny funktion")
    saved(page)
    draft = page.locator(".kv-head").get_by_role("link", name="Till versionen")
    draft.click()
    step = page.locator(".kv-flow > li", has_text="Lämna över")
    expect(step.get_by_text("Ny funktion")).to_be_visible()
    expect(step.get_by_role("link", name="Följa upp")).to_be_visible()


def test_without_connection_a_copy_is_kept_and_offered_the_next_time(visit, address):
    page = opened(visit, "processhandledare", address)
    draw_after(page, first_step(page), "Ritat på tåget")
    page.context.set_offline(True)
    save(page)
    trouble = page.locator("[data-kv=trouble]")
    expect(trouble).to_contain_text("Ingen kontakt med servern. Inget är förlorat")
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-kv=state]")).to_have_text("Allt är sparat.")
    assert "Ritat på tåget" not in page.evaluate(TASKS)
    copies = page.locator("[data-kv=copies]")
    expect(copies).to_contain_text(re.compile(r"Det finns en kopia från \d\d\.\d\d som inte sparades."))
    assert accessibility_issues(page) == []
    copies.get_by_role("button", name="Återställ").click()
    expect(copies).to_be_empty()
    assert "Ritat på tåget" in page.evaluate(TASKS)
    saved(page)
    assert page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('kv-draw'))") == []


def test_whoever_was_logged_out_loses_nothing(visit, address):
    page = opened(visit, "processhandledare", address)
    draw_after(page, first_step(page), "Ritat utloggad")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    save(page)
    trouble = page.locator("[data-kv=trouble]")
    expect(trouble.get_by_role("link", name="Logga in i en ny flik")).to_be_visible()
    page.context.add_cookies(cookies)
    trouble.get_by_role("button", name="Försök igen").click()
    expect(page.locator("[data-kv=state]")).to_contain_text("Sparad")
    assert 'name="Ritat utloggad"' in stored(page, address)


def test_two_who_draw_at_once_lose_neither_map(visit, address):
    mine = opened(visit, "processhandledare", address)
    theirs = opened(visit, "processagare", address)
    draw_after(theirs, first_step(theirs), "Ägarens steg")
    saved(theirs)
    draw_after(mine, first_step(mine), "Handledarens steg")
    save(mine)
    trouble = mine.locator("[data-kv=trouble]")
    expect(trouble).to_contain_text("sparade en annan karta")
    with mine.expect_download() as download:
        trouble.get_by_role("link", name="Hämta den sparade").click()
    assert "Ägarens steg" in download.value.path().read_text(encoding="utf-8")
    trouble.get_by_role("button", name="Spara min ändå").click()
    expect(mine.locator("[data-kv=state]")).to_contain_text("Sparad")
    xml = stored(mine, address)
    assert "Handledarens steg" in xml
    assert "Ägarens steg" not in xml
    mine.reload()
    mine.get_by_text("Sparade kartor i den här versionen").click()
    with mine.expect_download() as download:
        mine.locator("details[open] li").nth(1).get_by_role("link").click()
    assert "Ägarens steg" in download.value.path().read_text(encoding="utf-8")


def test_a_map_from_another_tool_that_is_refused_says_why_and_stays(visit, address):
    page = opened(visit, "processhandledare", address)
    page.evaluate("() => { kvDraw.modeler.saveXML = async () => ({ xml: '<html/>' }); }")
    save(page)
    expect(page.locator("[data-kv=trouble]")).to_contain_text("Kartan är inte sparad. Rad 1: filen")
    assert page.evaluate(TASKS)


def test_all_that_the_tool_says_is_swedish(visit, address):
    page = opened(visit, "processhandledare", address)
    kinds = ["StartEvent", "EndEvent", "Task", "ExclusiveGateway", "SequenceFlow", "Participant", "Lane"]
    for kind in kinds:
        assert page.evaluate(MENUS, f"bpmn:{kind}") == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_use_is_readable_for_all_and_the_logo_is_seen(visit, address, scheme, width):
    page = opened(visit, "processhandledare", address, width=width, color_scheme=scheme)
    page.locator("#valj").select_option(label=first_step(page))
    page.get_by_text("Fler", exact=True).click()
    page.get_by_role("button", name="Byt slag").click()
    assert accessibility_issues(page) == []
    assert wider_than_window(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.context.close()


def test_without_javascript_the_other_ways_are_shown(visit, address):
    page = visit("processhandledare", address, java_script_enabled=False)
    expect(page.get_by_role("link", name="Lägg in en BPMN-fil")).to_be_visible()
    expect(page.locator(".kv-draw")).to_be_hidden()
