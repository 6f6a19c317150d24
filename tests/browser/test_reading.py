"""Reading without JavaScript, by keyboard alone, and over a thin line."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import KINDS

READING = (
    "start",
    "about",
    "login",
    "search",
    "start map",
    "process as map",
    "process as text",
    "process as table",
    "activity",
    "document",
    "organisation",
    "unit",
)
FIRST_LOAD, NEXT_LOAD = 200_000, 30_000  # bytes, compressed
MAP = "/processer/barn-och-unga-aktualisera/"
LABELS = """
(links) => links.map((link) => [
    link.getAttribute("aria-label"),
    [...link.querySelectorAll("text.label tspan, text.label:not(:has(tspan))")].map((one) => one.textContent),
])
"""
FOCUSED = """
() => {
    const one = document.activeElement;
    const what = ["outlineStyle", "outlineColor", "boxShadow", "backgroundColor", "color", "fill", "stroke"];
    const look = () => [one, ...one.querySelectorAll("*")].map((part) => {
        const style = getComputedStyle(part);
        return what.map((name) => style[name]).join();
    }).join();
    const focused = look();
    one.blur();
    const plain = look();
    one.focus({preventScroll: true});
    return {name: one.getAttribute("aria-label") || one.textContent.trim(), seen: focused !== plain};
}
"""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in READING], ids=lambda kind: kind.name)
def test_a_page_reads_without_javascript(kind, site, visit):
    page = visit(kind.who, kind.address(site), java_script_enabled=False)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main a:visible, main form:visible").first).to_be_visible()


def test_the_way_from_start_to_document_works_without_javascript(visit):
    page = visit("medarbetare", "/", java_script_enabled=False)
    page.locator(".kv-band").get_by_role("link", name="Aktualisera").first.click()
    expect(page.locator("main nav.kv-tabs:visible")).to_have_count(1)
    page.locator("main nav.kv-tabs:visible").get_by_role("link", name="Text", exact=True).click()
    page.locator("main a[href^='/dokument/']").first.click()
    expect(page.get_by_role("heading", name="Versioner")).to_be_visible()


def test_the_library_is_filtered_and_sorted_without_javascript(visit):
    page = visit("medarbetare", "/dokument/", java_script_enabled=False)
    everything = page.locator("tbody tr").count()
    page.locator("main input[name=q]").fill("lathund")
    page.locator("main input[name=q]").press("Enter")
    found = page.locator("tbody tr")
    assert 0 < found.count() < everything
    first = found.first.inner_text()
    page.locator("thead a").first.click()
    assert "q=lathund" in page.url
    assert found.last.inner_text() == first


def test_login_and_logout_work_without_javascript(visit):
    page = visit("anonym", "/mitt-arbete/", java_script_enabled=False)
    page.get_by_label("E-post").fill("medarbetare@demo.invalid")
    page.get_by_label("Lösenord", exact=True).fill("demo")
    page.locator("main").get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(re.compile("/mitt-arbete/$"))
    page.locator("header details.kv-menu summary").first.click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.locator("header").get_by_role("link", name="Logga in")).to_be_visible()


def test_the_first_tab_leads_past_the_menus(visit):
    page = visit("medarbetare", MAP)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hoppa till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_tab_goes_through_the_map_in_the_order_of_the_work(visit):
    page = visit("medarbetare", MAP)
    steps = page.locator(".kv-map a[data-element]")
    expected = [link.get_attribute("aria-label") for link in steps.all()]
    page.keyboard.press("Tab")  # so that the browser knows that the keyboard is in use
    steps.first.focus()
    visited = []
    for _ in expected:
        visited.append(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    assert [one["name"] for one in visited] == expected
    assert all(one["seen"] for one in visited)
    numbers = [int(found[1]) for name in expected if (found := re.match(r"(\d+)\. ", name))]
    assert numbers == sorted(numbers)
    assert len(numbers) > 3


def test_a_step_is_read_out_with_the_words_that_are_drawn(visit):
    page = visit("medarbetare", MAP)
    labels = page.locator(".kv-map a[data-element]").evaluate_all(LABELS)
    assert labels
    for name, lines in labels:
        drawn = "".join(line.removesuffix("-") for line in lines).replace(" ", "").removesuffix("…")
        assert drawn in name.replace(" ", "").replace("-", "")


def test_focus_is_seen_all_the_way_through_a_page(visit):
    page = visit("medarbetare", "/dokument/")
    for _ in range(25):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused


def test_pages_are_light(visit):
    """Bodies as a server compresses them; what lies in the browser since before is not asked for again."""
    page = visit("anonym", "about:blank")
    weights: list[int] = []
    page.on("response", lambda response: weights.append(_weight(response)))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert sum(weights) <= FIRST_LOAD
    for path in ("/processer/barn-och-unga/", MAP, "/dokument/"):
        weights.clear()
        weight = len(gzip.compress(page.goto(path).body()))
        assert weight <= NEXT_LOAD, path


def _weight(response) -> int:
    body = response.body()
    is_packed = response.url.endswith(".woff2")
    return len(body) if is_packed else len(gzip.compress(body))
