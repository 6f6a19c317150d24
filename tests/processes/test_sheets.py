"""A drawing on paper is readable, whole, and made in bounded time however large the map is."""

import re
import time

import pytest

from bench.svg import drawn_map
from processes import export, sheets
from processes.bpmn.svg import Drawing
from tests.processes.bpmn import maps

VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


def of(data: bytes) -> Drawing:
    return export.drawings(data, title="Karta")[0]


def blank(width: int, height: int) -> Drawing:
    svg = f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}"></svg>'
    return Drawing("", "Karta", svg, 1, width, height, "karta")


def test_small_map_is_one_page_in_its_own_size() -> None:
    [sheet] = sheets.sheets(of(maps.chain(3)))
    assert (sheet.paper, sheet.part, sheet.parts) == ("a4", 1, 1)
    assert "<svg" in sheet.html
    assert 'font-family="Source Sans 3"' in sheet.html


def test_larger_map_takes_a_larger_paper_before_it_is_cut() -> None:
    assert [one.paper for one in sheets.sheets(blank(1400, 800))] == ["a4"]
    assert [one.paper for one in sheets.sheets(blank(2000, 1200))] == ["a3"]
    assert [one.part for one in sheets.sheets(blank(4000, 1000))] == [1, 2]


@pytest.mark.parametrize("size", [(4000, 1000), (1000, 5000), (5000, 3000), (90_000, 300)])
def test_parts_hold_the_whole_map_and_their_neighbours_edge(size: tuple[int, int]) -> None:
    found = sheets.sheets(blank(*size))
    assert 1 < len(found) <= sheets.MOST_PARTS
    views = [tuple(map(float, VIEW.search(one.html).groups())) for one in found]
    assert max(x + wide for x, _, wide, _ in views) >= size[0] - 1
    assert max(y + high for _, y, _, high in views) >= size[1] - 1
    first, second = views[:2]
    assert second[0] < first[0] + first[2] or second[1] < first[1] + first[3]


def test_very_large_map_is_laid_in_as_pictures_in_bounded_time() -> None:
    drawing = of(drawn_map(2_000))
    started = time.process_time()
    found = sheets.sheets(drawing)
    assert time.process_time() - started < 40
    assert all(one.html.startswith('<img src="data:image/png;base64,') for one in found)
    assert all('alt="Processkarta: Karta. Samma innehåll finns som text."' in one.html for one in found)
