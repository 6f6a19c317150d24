"""Every kind of page: readable for all, light and dark, wide and narrow, within what the policy allows."""

import pytest

from tests.browser.pages import KINDS
from tests.browser.visit import accessibility_issues, wider_than_window

REFUSED = {"missing": 404, "refused": 403}
NARROWEST = 320  # pixels; what 1280 becomes at 400 per cent


@pytest.fixture(scope="module")
def windows():
    """A window for each who visits: what the browser has fetched for one page serves the next."""
    return {}


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def opened(request, site, visit, windows):
    kind = request.param
    address = kind.address(site)
    window = windows.get(kind.who) or visit(kind.who)
    windows[kind.who] = window
    window.set_viewport_size({"width": 1280, "height": 900})
    assert window.goto(address).status == REFUSED.get(kind.name, 200)
    return window


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_accessibility_issues(opened, scheme, width):
    opened.emulate_media(color_scheme=scheme)
    opened.set_viewport_size({"width": width, "height": 900})
    assert accessibility_issues(opened, colours_only=scheme == "dark") == []


def test_a_page_fits_the_narrowest_window(opened):
    opened.set_viewport_size({"width": NARROWEST, "height": 900})
    assert wider_than_window(opened) == []


def test_a_page_has_one_heading_and_a_title_that_says_where(opened):
    assert opened.locator("h1").count() == 1
    assert opened.locator("h1").inner_text().strip()
    assert "Kvalitet" in opened.title()
