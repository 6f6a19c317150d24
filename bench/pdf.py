"""A report of some 60 pages, 20 tables and 5 charts: our PDF against WeasyPrint alone on the same HTML.

Each is made in a process of its own, in turns: memory is the document's, and neither profits from the other.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import Row
from bench.world import ROOT

TIMES = 3
CHAPTERS, TABLES, CHARTS, ROWS = 20, 20, 5, 26
MOST, MEGABYTES = 1.3, 500
TITLE = "Kvalitetsberättelse 2025"
SENTENCE = (
    "Enheten har följt upp avvikelserna tillsammans med dem som berörs och prövat om åtgärderna gav effekt. "
)


def measure(_world: object) -> Iterator[Row]:
    """Time as a ratio, and the most memory that a process with all of Django had."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "alone": []}
    for _ in range(TIMES):
        for which, runs in found.items():
            command = [sys.executable, "-m", "bench.pdf", which]
            runs.append(json.loads(subprocess.check_output(command, cwd=ROOT, text=True)))
    ours, alone = (statistics.median(run["seconds"] for run in runs) for runs in found.values())
    most = max(run["megabytes"] for run in found["ours"])
    run = found["ours"][0]
    value = f"{ours / alone:.2f} × ({ours:.1f} mot {alone:.1f} s)"
    name = f"PDF, {run['pages']:.0f} sidor, {TABLES} tabeller, {CHARTS} diagram"
    yield Row(f"{name}: mot WeasyPrint", value, f"≤ {MOST} ×", ours / alone <= MOST)
    yield Row(f"{name}: minne", f"{most:.0f} MB", f"≤ {MEGABYTES} MB", most <= MEGABYTES)
    yield Row(f"{CHARTS} diagram, första gången i processen", f"{run['charts']:.1f} s")


def content() -> str:
    """The chapters as HTML, with charts spread over them."""
    from django.template import engines

    shown = engines["django"].from_string("{% chart_figure chart %}")
    parts = []
    for number in range(CHAPTERS):
        parts.append(f'<h2 class="kv-new-page">Kapitel {number + 1}</h2>' + f"<p>{SENTENCE * 6}</p>" * 7)
        parts.append(f"<h3>Siffror</h3>{table(number)}" + f"<p>{SENTENCE * 5}</p>" * 4)
        if number % (CHAPTERS // CHARTS) == 0:
            parts.append(shown.render({"chart": chart(number), "in_print": True}))
    return "".join(parts)


def table(number: int) -> str:
    body = "".join(
        f'<tr><th scope="row">Enhet {row}</th>' + f"<td>{row * number}</td>" * 5 + "</tr>"
        for row in range(ROWS)
    )
    head = "".join(f'<th scope="col">År {year}</th>' for year in range(2021, 2026))
    return f'<table><thead><tr><th scope="col">Enhet</th>{head}</tr></thead><tbody>{body}</tbody></table>'


def chart(number: int) -> object:
    from kvalitet import charts

    quarters = [f"Kvartal {quarter}" for quarter in (1, 2, 3, 4)]
    series = {str(year): [number + quarter * 7 for quarter in range(4)] for year in (2023, 2024, 2025)}
    return charts.bars(f"Avvikelser, del {number}", "Per kvartal och år.", quarters, series)


def alone(html: str) -> bytes:
    """What anyone would write: the same variant, and files from where they lie."""
    from django.conf import settings
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class Straight(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> object:
            name = url.partition(settings.STATIC_URL)[2]
            return super().fetch((Path(settings.STATIC_ROOT) / name).as_uri())

    made: bytes = HTML(string=html, url_fetcher=Straight()).write_pdf(pdf_variant="pdf/ua-1")
    return made


def once(which: str) -> dict[str, float]:
    """One document in this process; its HTML and the imports are made before the clock starts."""
    import django

    django.setup()
    from django.template.loader import render_to_string
    from django.utils.safestring import mark_safe

    from kvalitet import pdf

    started = time.process_time()
    body = mark_safe(content())
    charts = time.process_time() - started
    context = {"body": body, "organisation_name": "Norrvik", "title": TITLE, "base": "http://127.0.0.1:8000/"}
    html = render_to_string("pdf/text.html", context)
    ways: dict[str, Callable[[], bytes]] = {
        "ours": lambda: pdf.render("pdf/text.html", {"body": body}, title=TITLE),
        "alone": lambda: alone(html),
    }
    started = time.process_time()
    made = ways[which]()
    seconds = time.process_time() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = pages_of(made)
    return {"seconds": seconds, "megabytes": megabytes, "pages": pages, "charts": charts}


def pages_of(made: bytes) -> int:
    import io

    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(made)).pages)


if __name__ == "__main__":
    print(json.dumps(once(sys.argv[1])))
