"""Charts in a page of the site, under the policy that it was sent with."""

import re

import pytest
from django.template import engines

from kvalitet import charts
from tests.browser.visit import accessibility_issues, wider_than_window

YEARS = ("2023", "2024", "2025")
QUARTERS = [f"Kvartal {quarter}" for quarter in (1, 2, 3, 4)]
UNITS = ["Hemtjänst Norr", "Biståndshandläggningsenheten", "Mottagningsenheten för barn och unga i söder"]
CHARTS = [
    charts.bars(
        "Per kvartal", "Flest i slutet.", QUARTERS,
        {year: [41, 38 + at, None, 57] for at, year in enumerate(YEARS)},
        {year: [f"/dokument/?ar={year}&kvartal={quarter}" for quarter in (1, 2, 3, 4)] for year in YEARS},
        unit_word="avvikelser",
    ),
    charts.bars(
        "Staplade", "", QUARTERS, {"Låg": [9, 8, 7, 6], "Hög": [1, 2, None, 4]},
        unit_word="avvikelser", stacked=True,
    ),
    charts.horizontal_bars(
        "Per enhet", "", UNITS, {"": [1234, 56, None]}, {"": ["/a/", "/b/", "/c/"]}, unit_word="avvikelser"
    ),
]  # fmt: skip
COLOURS = """
(root) => [...root.querySelectorAll("text, path")].map((one) => {
    const style = getComputedStyle(one);
    return [style.fill, style.stroke].join(" ");
})
"""


@pytest.fixture(scope="module")
def page(site, visit):
    """A page of the site whose content is the charts, with all of its head and headers."""
    template = engines["django"].from_string(
        "<h1>Diagram</h1>{% for one in charts %}{% chart_figure one %}{% endfor %}"
    )
    content = template.render({"charts": CHARTS})
    page = visit("medarbetare", "/om/")

    def answer(route):
        sent = route.fetch(url=f"{site.url}/om/")
        start, _ = re.split(r"(?<=tabindex=\"-1\">)", sent.text(), maxsplit=1)
        route.fulfill(response=sent, body=f"{start}{content}</main></body></html>")

    page.route("**/diagram/", answer)
    assert "style-src 'self'" in page.goto("/diagram/").headers["content-security-policy"]
    yield page
    page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_have_no_accessibility_issues(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert accessibility_issues(page) == []


def test_charts_fit_the_narrowest_window(page):
    page.set_viewport_size({"width": 320, "height": 900})
    assert wider_than_window(page) == []


def test_no_colour_of_a_chart_stays_in_the_dark_what_it_was_in_the_light(page):
    chart = page.locator(".kv-chart").first
    page.emulate_media(color_scheme="light")
    light = chart.evaluate(COLOURS)
    page.emulate_media(color_scheme="dark")
    same = {
        one
        for pair in zip(light, chart.evaluate(COLOURS), strict=True)
        if len(set(pair)) == 1
        for one in pair
    }
    assert all(re.fullmatch(r'url\("#\S+"\) none', one) for one in same)


def test_a_bar_is_reached_by_keyboard_and_opens_its_list(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".kv-chart a").first.focus()
    page.keyboard.press("Tab")
    second = page.get_by_role("link", name="Kvartal 2, 2023: 38 avvikelser")
    assert second.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dokument/?ar=2023&kvartal=2")
    page.go_back()


def test_the_table_of_a_chart_is_printed_though_it_is_closed(page):
    table = page.locator(".kv-figures table").first
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
    page.emulate_media(media="screen")
