"""The map made larger and moved; the place kept between its forms; a phone gets the text first."""

import re

from playwright.sync_api import expect

MAP = "/processer/barn-och-unga-aktualisera/"
ROLLED = "(region) => [region.scrollWidth > region.clientWidth, region.scrollLeft]"

PRINT = """
from kvalitet import jobs
from kvalitet.models import Job
for pk in Job.objects.filter(kind="processes.print").values_list("pk", flat=True):
    jobs.run(pk)
"""


def test_the_map_is_made_larger_and_moved_by_keyboard_alone(visit):
    page = visit("anonym", MAP)
    region = page.get_by_role("region", name=re.compile("^Processkarta: Aktualisera")).first
    region.focus()
    for _ in range(4):
        page.keyboard.press("+")
    is_wider, before = region.evaluate(ROLLED)
    assert is_wider
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([one, left]) => one.scrollLeft > left", arg=[region.element_handle(), before])
    page.get_by_role("button", name="Hela kartan").first.press("Enter")
    assert not region.evaluate(ROLLED)[0]
    page.get_by_role("button", name="Återställ").first.press("Enter")
    expect(page.locator(".kv-map-tools output").first).to_have_text("")


def test_the_pressed_mouse_moves_the_map_and_opens_no_step(visit):
    page = visit("anonym", MAP)
    region = page.locator(".kv-map").first
    for _ in range(4):
        page.get_by_role("button", name="Förstora kartan").first.click()
    region.scroll_into_view_if_needed()
    before = region.evaluate(ROLLED)[1]
    box = region.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 150, steps=4)
    page.mouse.up()
    assert region.evaluate(ROLLED)[1] > before
    assert page.url.endswith(MAP)


def test_the_place_is_kept_from_map_to_text_to_table_and_back(visit):
    page = visit("anonym", MAP)
    step = page.locator(".kv-map a[id^='karta-steg-']").last
    number = step.get_attribute("id").removeprefix("karta-steg-")
    step.focus()
    for name, place in (("Text", "steg-"), ("Vem gör vad", "rad-"), ("Karta", "karta-steg-")):
        page.get_by_role("link", name=name, exact=True).press("Enter")
        expect(page).to_have_url(re.compile(f"#{place}{number}$"))
        expect(page.locator(f"#{place}{number}")).to_be_in_viewport()


def test_a_phone_gets_the_text_first_and_the_map_one_tap_away_without_javascript(visit):
    page = visit("anonym", MAP, width=320, java_script_enabled=False)
    expect(page.get_by_role("heading", name="Steg för steg")).to_be_visible()
    expect(page.locator(".kv-map").first).to_be_hidden()
    page.get_by_role("link", name="Karta", exact=True).click()
    region = page.locator(".kv-map").first
    expect(region).to_be_visible()
    assert region.evaluate(ROLLED)[0]
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_number_in_the_text_leads_to_the_step_in_the_map_without_javascript(visit):
    page = visit("anonym", f"{MAP}text/", java_script_enabled=False)
    page.get_by_role("link", name="Steg 4, visa i kartan").click()
    expect(page.get_by_role("link", name=re.compile(r"^4\. "))).to_be_in_viewport()


def test_a_process_is_printed_and_opened(site, visit):
    page = visit("medarbetare", "/processer/barn-och-unga-besluta/")
    page.get_by_role("link", name="Skriv ut eller PDF").click()
    page.get_by_role("button", name="Gör PDF").click()
    site.manage("shell", "--no-imports", "-c", PRINT)
    page.get_by_role("link", name="Visa resultatet").click()
    opened = page.get_by_role("link", name="Öppna PDF")
    answer = page.request.get(opened.get_attribute("href"))
    assert answer.body().startswith(b"%PDF")
