"""A chart says the same three times: drawn, read aloud, and as a table; and breaks no policy on the way."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from django.template import engines
from lxml import etree, html

from kvalitet import charts
from tests.test_consistency import INLINE

SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = ["Kvartal 1", "Kvartal 2", "Kvartal 3"]
HOSTILE = '<script>alert("x")</script> & "citat" $x^2$ \\frac ≤ 😀'


def quarters(**options):
    series = {"2024": [41, None, 22], "2025": [60.5, 0, 1234]}
    urls = {year: [f"/avvikelser/?ar={year}&kvartal={quarter}" for quarter in (1, 2, 3)] for year in series}
    return charts.bars(
        "Avvikelser per kvartal", "Flest i slutet.", QUARTERS, series, urls, unit_word="avvikelser", **options
    )


def units(labels=("Hemtjänst Norr", "Mottagningsenheten för barn och unga"), **options):
    values = list(range(10, 10 + len(labels)))
    return charts.horizontal_bars("Per enhet", "", labels, {"": values}, unit_word="avvikelser", **options)


KINDS = {
    "upright": quarters(),
    "stacked": quarters(stacked=True),
    "lying": units(),
    "lying, stacked": replace(quarters(stacked=True), is_horizontal=True),
    "all hidden": charts.bars("Få", "", ["A", "B"], {"": [None, None]}),
    "all zero": charts.bars("Inga", "", ["A", "B"], {"": [0, 0]}),
    "hostile": charts.horizontal_bars(HOSTILE, HOSTILE, [HOSTILE], {HOSTILE: [7]}, unit_word=HOSTILE),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def chart(request):
    return request.param


def drawn(chart):
    return etree.fromstring(chart.svg)


def shown(chart, **context):
    template = engines["django"].from_string("{% chart_figure chart %}")
    return html.fromstring(template.render({"chart": chart, **context}))


@pytest.mark.parametrize("kind", INLINE)
def test_nothing_in_a_chart_is_what_the_security_policy_stops(chart, kind):
    assert not INLINE[kind].search(chart.svg)


def test_a_chart_is_a_group_with_a_name_and_a_description(chart):
    root = drawn(chart)
    assert root.get("role") == "group"
    for attribute, tag in (("aria-labelledby", "title"), ("aria-describedby", "desc")):
        assert root.find(f"{SVG}{tag}").get("id") == root.get(attribute)
    assert root.findtext(f"{SVG}title") == chart.title


def test_every_reference_of_a_chart_is_to_an_id_of_its_own(chart):
    ids = {element.get("id") for element in drawn(chart).iter() if element.get("id")}
    assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= ids
    assert len({name.partition("-")[0] for name in ids}) == 1


def test_different_charts_share_no_id():
    ids = [element.get("id") for one in KINDS.values() for element in drawn(one).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_bar_is_a_link_with_a_name_to_the_list_behind_it():
    links = {link.get("aria-label"): link.get("href") for link in drawn(quarters()).iter(f"{SVG}a")}
    assert links["Kvartal 1, 2024: 41 avvikelser"] == "/avvikelser/?ar=2024&kvartal=1"
    assert links["Kvartal 2, 2024: färre än 5 avvikelser"] == "/avvikelser/?ar=2024&kvartal=2"
    assert links["Kvartal 3, 2025: 1\N{NO-BREAK SPACE}234 avvikelser"] == "/avvikelser/?ar=2025&kvartal=3"
    # A bar of no height cannot be seen, so it is not there for the keyboard either.
    assert len(links) == 5


def test_a_bar_without_a_list_still_has_a_name():
    names = [one.get("aria-label") for one in drawn(units()).iter(f"{SVG}path") if one.get("role") == "img"]
    assert names == ["Hemtjänst Norr: 10 avvikelser", "Mottagningsenheten för barn och unga: 11 avvikelser"]


def test_what_is_only_seen_is_hidden_from_a_screen_reader(chart):
    read = [one for one in drawn(chart) if one.get("aria-hidden") != "true"]
    allowed = {f"{SVG}title", f"{SVG}desc", f"{SVG}defs", f"{SVG}a", f"{SVG}path"}
    assert {one.tag for one in read} <= allowed
    assert all(one.get("aria-label") for one in read if one.tag in (f"{SVG}a", f"{SVG}path"))


def test_series_differ_in_more_than_colour():
    bars = [next(one.iter(f"{SVG}path")) for one in drawn(quarters()).iter(f"{SVG}a")]
    fills = [re.sub("#.*", "", bar.get("fill")) for bar in bars[::3]]
    assert fills == ["", "url("]


def test_every_colour_is_a_class_of_the_style_sheet(chart, settings):
    style = (settings.BASE_DIR / "static/css/kvalitet.css").read_text()
    root = drawn(chart)
    for element in root.iter():
        for name in ("fill", "stroke"):
            colour = element.get(name, "none")
            if colour.startswith("#"):
                (css,) = [part for part in element.get("class").split() if part.startswith(f"kv-{name}-")]
                assert f".{css} {{" in style


def test_a_hidden_number_is_nowhere_told():
    chart = quarters()
    assert chart.has_hidden
    assert "<5" in [text.text for text in drawn(chart).iter(f"{SVG}text")]
    assert [cell.text for cell in chart.rows[1][1]] == ["färre än 5", "0"]
    assert "färre än 5" in shown(chart).findtext("p")


def test_a_stack_with_a_hidden_number_has_no_sum():
    texts = [text.text for text in drawn(quarters(stacked=True)).iter(f"{SVG}text")]
    assert "101,5" in texts
    assert texts.count("0") == 1  # of the axis


def test_hidden_bars_are_all_of_one_height():
    chart = charts.bars("Få", "", ["A", "B"], {"": [None, None]})
    heights = [one.get("d").split()[2] for one in drawn(chart).iter(f"{SVG}path") if one.get("role") == "img"]
    assert len(set(heights)) == 1


def test_the_table_tells_what_the_bars_tell():
    table = shown(quarters()).find(".//table")
    assert [cell.text_content() for cell in table.iter("th")] == ["Period", "2024", "2025", *QUARTERS]
    assert [cell.text_content() for cell in table.iter("td")] == [
        "41", "60,5", "färre än 5", "0", "22", "1\N{NO-BREAK SPACE}234",
    ]  # fmt: skip
    assert table.find(".//td/a").get("href") == "/avvikelser/?ar=2024&kvartal=1"


def test_the_table_opens_on_demand_on_the_page_and_stands_open_in_print():
    assert shown(quarters()).find("details") is not None
    printed = shown(quarters(), in_print=True)
    assert printed.find("details") is None
    assert printed.find(".//table") is not None


def test_a_single_series_is_named_by_what_is_counted():
    assert units().header == ["Enhet", "Avvikelser"]


def test_a_chart_without_data_says_so():
    empty = charts.bars("Inget", "", [], {"": []})
    assert empty.svg == ""
    assert "inga siffror" in shown(empty).text_content()


def test_long_words_stay_within_the_drawing():
    labels = ["Biståndshandläggningsenheten", "Socialpsykiatrins boendestödsverksamhet i norra området"]
    root = drawn(units(labels))
    lines = [text.text for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    assert "Biståndshandläggningsenheten" in lines
    assert "boendestödsverksamhet i norra" not in " ".join(lines[1:2])
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "end":
            assert float(text.get("x")) > 6 * len(text.text)


def test_same_data_gives_the_same_bytes_in_every_process(settings):
    code = (
        "import django; django.setup()\n"
        "from tests.kvalitet.test_charts import KINDS\n"
        "import hashlib; print(*(hashlib.sha256(one.svg.encode()).hexdigest() for one in KINDS.values()))"
    )
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-c", code]
        found.add(subprocess.check_output(command, cwd=settings.BASE_DIR, env=environment))
    assert len(found) == 1


def test_the_same_number_in_another_type_is_the_same_chart():
    whole, decimal = (charts.bars("A", "", ["x"], {"": [value]}) for value in (3, 3.0))
    assert whole == decimal
    assert whole.rows == decimal.rows


@pytest.mark.parametrize(
    ("series", "urls"),
    [
        ({}, None),
        ({str(one): [1] for one in range(4)}, None),
        ({"": [1, 2]}, None),
        ({"": [-1]}, None),
        ({"": [1]}, {"": ["javascript:alert(1)"]}),
        ({"": [1]}, {"": ["//example.org/"]}),
        ({"": [1]}, {"": ["https://example.org/"]}),
    ],
)
def test_what_cannot_be_drawn_is_refused(series, urls):
    with pytest.raises(ValueError):  # noqa: PT011 each says in its own words why
        charts.bars("A", "", ["x"], series, urls)


def test_what_is_cleaned_loses_script_style_and_metadata():
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 9 9">'
        "<metadata>2026</metadata><style>*{fill:red}</style><script>alert(1)</script><!-- x -->"
        '<g id="bar-0-0"><a xlink:href="/a/" target="_blank">'
        '<path d="M 0 0 L 1.23456 2" style="fill: #0a5a66"/></a></g>'
        "</svg>"
    )
    made = charts.clean(hostile, prefix="p", title="T", description="D", names={"bar-0-0": "Ett"})
    for word in ("metadata", "style", "script", "xlink", "target", "<!--", "bar-0-0"):
        assert word not in made
    assert '<a href="/a/" aria-label="Ett">' in made
    assert 'd="M 0 0 L 1.23 2" fill="#0a5a66" class="kv-fill-accent"' in made


def test_what_would_give_a_small_number_away_is_drawn_and_told_as_hidden():
    chart = charts.bars("Få", "", ["A", "B", "C"], {"": [None, charts.WITHHELD, 12]})
    assert [cells[0].text for _, cells in chart.rows] == ["färre än 5", "visas inte", "12"]
    assert chart.has_hidden
    assert "visas inte" in chart.svg
    stacked = charts.bars("Få", "", ["A"], {"x": [charts.WITHHELD], "y": [7]}, stacked=True)
    assert ">7<" not in stacked.svg
