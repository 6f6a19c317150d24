"""The workshop on the projector: the map is drawn while one writes, and kept when one says so."""

import re

from playwright.sync_api import expect

from tests.browser.visit import accessibility_issues, wider_than_window


def test_the_map_is_drawn_while_one_writes_and_then_changed_step_by_step(visit):
    page = visit("processhandledare", "/processer/ny/")
    page.get_by_label("Namn").fill("Låna ut lokalen")
    page.get_by_label("Slag").select_option("support")
    page.get_by_role("button", name="Lägg upp och skriv stegen").click()

    page.get_by_label("Ett steg på varje rad").press_sequentially("Vaktmästare: Boka lokalen\nLås upp")
    drawing = page.locator("#workshop-karta svg")
    expect(drawing.get_by_text("Lås upp")).to_be_visible()
    assert accessibility_issues(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert wider_than_window(page) == []
    page.get_by_role("button", name="Spara i utkastet").click()

    expect(page.locator("h1")).to_have_text("Stegen i Låna ut lokalen")
    page.get_by_role("link", name=re.compile("Ändra.*Lås upp")).click()
    assert accessibility_issues(page) == []
    assert wider_than_window(page) == []
    page.get_by_label("Vad görs?").fill("Lämna nyckeln")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator("svg").get_by_text("Lämna nyckeln")).to_be_attached()
    page.get_by_role("button", name=re.compile("Tidigare.*Lämna nyckeln")).press("Enter")
    expect(page.locator(".kv-step-card h3").nth(1)).to_have_text("Lämna nyckeln")


def test_a_map_of_the_form_comes_back_from_the_drawing_tool_with_nothing_lost(visit):
    page = visit("processhandledare", "/processer/ny/")
    page.get_by_label("Namn").fill("Hyra ut cykeln")
    page.get_by_label("Slag").select_option("support")
    page.get_by_role("button", name="Lägg upp och skriv stegen").click()
    page.get_by_label("Ett steg på varje rad").fill(
        "Vaktmästare: Boka\nÄr den hel?\n  nej: Laga\n  ja: Lämna ut"
    )
    page.get_by_role("button", name="Spara i utkastet").click()
    steps = page.url
    cards, before = page.locator(".kv-step-card h3").all_inner_texts(), stored(page, steps)

    page.goto(steps.replace("/steg/", "/rita/"))
    page.locator("#valj").select_option(label="Steg: Laga")
    page.locator("#namn").fill("Laga den")
    page.locator("#namn").blur()
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("[data-kv=state]")).to_contain_text("Sparad")

    after = stored(page, steps)
    assert identities(after) == identities(before)
    assert "utlagd" in after, "the form may still lay it out anew without asking"
    page.goto(steps)
    changed = [one.replace("Laga", "Laga den") for one in cards]
    assert page.locator(".kv-step-card h3").all_inner_texts() == changed


def stored(page, steps):
    return page.request.get(steps.replace("/steg/", "/karta.bpmn")).text()


def identities(text):
    return sorted(
        re.findall(r'<(?:\w+:)?(?:task|\w+Event|\w+Gateway|sequenceFlow|lane)\b[^>]*?\bid="([^"]+)"', text)
    )
