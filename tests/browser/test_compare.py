"""Two versions side by side in a browser: filtered without JavaScript, rolled together with it."""

from playwright.sync_api import expect

COMPARE = "/processer/barn-och-unga-folja-upp/versioner/1/jamfor/2/"


def test_the_choice_of_what_is_shown_works_without_javascript(visit):
    page = visit("processagare", COMPARE, java_script_enabled=False, width=360)
    new = page.locator(".kv-compare-group.added")
    expect(new).to_contain_text("Beskriv barnets egen bild")
    page.get_by_role("checkbox", name="Nytt").uncheck()
    expect(new).to_be_hidden()
    expect(page.locator(".kv-map .tag-added").first).to_be_hidden()
    expect(page.locator(".kv-map .tag-changed").first).to_be_visible()


def test_the_list_leads_to_the_map_and_the_map_to_the_list(visit):
    page = visit("processagare", COMPARE)
    row = page.locator("li", has_text="Beskriv barnets egen bild").first
    row.get_by_role("link", name="version 2").click()
    expect(page.locator(".kv-map .mark:target")).to_be_in_viewport()
    page.get_by_role("link", name="Nytt. Beskriv barnets egen bild").press("Enter")
    expect(page.locator("li:target")).to_be_in_viewport()


def test_the_two_maps_are_rolled_together(visit):
    page = visit("processagare", COMPARE)
    first, second = page.locator(".kv-compare-maps .kv-map").all()
    first.hover()
    first.evaluate("map => map.scrollTo({left: 200, behavior: 'instant'})")
    page.wait_for_function("map => map.scrollLeft === 200", arg=second.element_handle())
