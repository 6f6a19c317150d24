"""The map as a file: whole, readable without us, and nothing in it that runs or leads anywhere."""

import io
import time
from typing import Any

import pytest
from django.urls import reverse
from lxml import etree
from PIL import Image

from bench.svg import drawn_map
from processes import export
from processes.models import ProcessRevision
from tests.cast import Cast, ClientFor
from tests.processes.factories import bpmn, make_draft, make_process, publish

SVG = "{http://www.w3.org/2000/svg}"
NESTED = bpmn(("a", "Ta emot", [("b", "Registrera"), ("c", "Bedöm")]), ("d", "Besluta"))
EVIL = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;alert(2)"


def fetched(client_for: ClientFor, revision: ProcessRevision, name: str, who: str = "medarbetare") -> Any:
    url = reverse(f"processes:{name}", args=[revision.process.slug, revision.number])
    return client_for(who).get(url)


def version(cast: Cast, data: bytes = NESTED, title: str = "Barn och unga") -> ProcessRevision:
    return publish(cast, make_process(cast, title), map_bytes=data)


def test_svg_is_one_file_with_every_drawing_and_the_version(cast: Cast, client_for: ClientFor) -> None:
    answer = fetched(client_for, version(cast), "map_svg")
    root = etree.fromstring(answer.content)
    said = " ".join(" ".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for word in ("Ta emot", "Registrera", "Bedöm", "Besluta", "version 1, gällande, från"):
        assert word in said
    assert root.find(f"{SVG}title").text
    assert answer["Content-Disposition"] == 'attachment; filename="barn-och-unga-version-1.svg"'
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("title", ["Barn", "<script>alert(3)</script>", "Styr\x0btecken \x01 & <b>"])
def test_svg_holds_nothing_that_runs_or_leads_anywhere(cast: Cast, client_for: ClientFor, title: str) -> None:
    data = bpmn(("a", EVIL, (), "javascript:alert(4)"), ("b", "]]&gt;&lt;/svg&gt;"))
    revision = publish(cast, make_process(cast, "Ond", slug="ond"), map_bytes=data)
    revision.title = title
    root = etree.fromstring(export.picture(revision).svg)
    assert not [one for one in root.iter() if etree.QName(one).localname in ("script", "a", "image", "style")]
    names = {name for one in root.iter() for name in one.attrib}
    assert not [name for name in names if "href" in name or name.startswith("on") or name == "style"]


def test_png_is_a_picture_of_bounded_size(cast: Cast, client_for: ClientFor) -> None:
    answer = fetched(client_for, version(cast), "map_png")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == "PNG"
        assert image.width > 600
        colours = image.convert("RGB").getcolors(1 << 20)
    assert len(colours) > 10, "an empty sheet"
    assert answer["Content-Disposition"].startswith("attachment")


def test_png_of_two_thousand_elements_keeps_the_limit() -> None:
    drawn = export.drawings(drawn_map(2_000), title="Stor")
    made = export.sheet("Stor", export.placed(drawn[0], 0), drawn[0].width, drawn[0].height)
    started = time.process_time()
    content = export.png(made)
    assert time.process_time() - started < 20
    with Image.open(io.BytesIO(content)) as image:
        assert image.width * image.height <= export.MOST_PIXELS * 1.01


def test_map_without_end_is_refused_with_a_reason(cast: Cast, client_for: ClientFor) -> None:
    from tests.processes.bpmn.maps import process, shape

    far = shape("a", 0, 0) + shape("b", 45_000, 45_000)
    data = process('<userTask id="a" name="A"/><userTask id="b" name="B"/>', far)
    revision = version(cast, data)
    url = reverse("processes:map_png", args=[revision.process.slug, 1])
    page = client_for("medarbetare").get(url, follow=True)
    assert "Kartan är för stor för att bli en bild" in page.content.decode()
    assert fetched(client_for, revision, "map_svg").status_code == 200


def test_draft_is_exported_for_those_who_read_it_and_a_version_without_a_map_has_none(
    cast: Cast, client_for: ClientFor
) -> None:
    draft = make_draft(cast, map_bytes=NESTED)
    for name in ("map_svg", "map_png"):
        assert fetched(client_for, draft, name, "processagare").status_code == 200
        assert fetched(client_for, draft, name, "medarbetare").status_code == 404
    empty = make_draft(cast, make_process(cast, "Tom"))
    assert fetched(client_for, empty, "map_svg", "processagare").status_code == 404
