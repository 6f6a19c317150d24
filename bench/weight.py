"""What a page weighs over the wire: with all that the first visit loads, and after."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bench import load
from bench.pages import PAGES, READER
from bench.rows import Row
from bench.world import World

_LOADED = re.compile(r'<(?:link|script|img|use)[^>]*? (?:href|src)="(/static/[^"#]+)')
FIRST, AFTER = 200_000, 30_000


def measure(world: World) -> Iterator[Row]:
    """Two rows a page. Styles, scripts, font and icons are compressed as the server sends them."""
    headers = world.login(READER)
    with world.serve() as real:
        for name, path in {"startsida": "/", **PAGES}.items():
            html = load.body(real + path, headers)
            loaded = sorted(set(_LOADED.findall(html.decode())))
            own = len(load.raw(real + path, headers))
            total = own + sum(len(load.raw(urljoin(real, one), headers)) for one in loaded)
            yield Row(f"{name}: vikt första gången", _kilobytes(total), _kilobytes(FIRST), total <= FIRST)
            yield Row(f"{name}: vikt sedan", _kilobytes(own), _kilobytes(AFTER), own <= AFTER)


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.0f} kB"
