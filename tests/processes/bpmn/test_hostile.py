"""What is malformed, hostile or too large is refused with a reason, or repaired with a remark."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes.bpmn import reader
from processes.bpmn.model import BpmnError
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.bpmn.svg import render
from tests.processes.bpmn import maps

PLAIN = maps.process('<task id="a" name="Utreda"/>')
NAMED = maps.process('<task id="a" name="Ärende på ö"/>')
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "bomb"}">' for n in range(10))
NESTED = "".join(f'<subProcess id="s{n}">' for n in range(5_000)) + "</subProcess>" * 5_000

REFUSED = {
    "empty": (b"", "Filen är tom"),
    "blank": (b" \n ", "Filen är tom"),
    "too large": (b"<" * (reader.MAX_BYTES + 1), "gränsen är 10 MB"),
    "external entity": (
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + maps.document("", declaration=""),
        "Rad 1 har en DOCTYPE",
    ),
    "entity bomb": (f"\n\n<!DOCTYPE d [{ENTITIES}]>".encode() + PLAIN[39:], "Rad 3 har en DOCTYPE"),
    "doctype in utf-16": (b"\xff\xfe" + "<!DOCTYPE d><d/>".encode("utf-16-le"), "DOCTYPE"),
    "doctype after a comment": (b"<!-- x -->\n<?pi y?><!DOCTYPE d>" + PLAIN[39:], "Rad 2 har en DOCTYPE"),
    "undefined entity": (maps.process('\n<task id="a" name="&okand;"/>'), "Rad 3: entiteten &okand;"),
    "deep": (maps.process(NESTED), "mer än 100 nivåer"),
    "many tasks": (maps.chain(20_000), "fler än 5 000 element"),
    "many elements": (
        maps.process("<extensionElements>" + "<x/>" * 310_000 + "</extensionElements>"),
        "300 000",
    ),
    "nul": (PLAIN.replace(b"Utreda", b"Ut\x00reda"), "Rad 2 har ett tecken"),
    "unknown encoding": (PLAIN.replace(b"UTF-8", b"UTF-7"), "UTF-7, som inte stöds"),
    "broken utf-16": (b"\xff\xfe" + "<d>".encode("utf-16-le") + b"\x00\xd8\x00", "trasig vid byte"),
    "cut off": (PLAIN[:-30], "Exportera|exportera"),
    "not closed": (PLAIN.replace(b"</process>", b""), "Rad 2: ett element är inte avslutat"),
    "attribute twice": (maps.process('<task id="a" id="b"/>'), "samma attribut"),
    "not xml": (b"Hej! Det var en fil.", "Filen är inte XML"),
    "json": (b'{"a": 1}', "Filen är inte XML"),
    "web page": (b"<html><body/></html>", "börjar med <html>"),
    "xpdl": (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>', "XPDL"),
    "dmn": (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "beslutsmodell"),
    "draw.io": (b"<mxfile/>", "draw.io"),
    "no namespace": (b"<definitions/>", "namnrymden för BPMN 2.0"),
    "zip": (b"PK\x03\x04abc", "zip-arkiv"),
    "pdf": (b"%PDF-1.7", "en PDF"),
    "no process": (maps.document('<message id="m"/>'), "ingen process"),
}

REPAIRED = {
    "wrong encoding declared": (NAMED.decode().encode("cp1252"), "lästes som Windows-1252"),
    "utf-16 declared": (NAMED.replace(b"UTF-8", b"UTF-16"), "Den lästes som UTF-8"),
    "unheard-of encoding": (NAMED.replace(b"UTF-8", b"x-hittepa"), "lästes som UTF-8"),
    "same id": (maps.process('<task id="a"/>\n<task id="a"/>'), "samma id ”a” (rad 2 och 3)"),
    "no target": (maps.process('<task id="a"/><sequenceFlow id="f" sourceRef="a"/>'), "”f” saknar slut"),
    "dangling": (maps.process(f'<task id="a"/>{maps.flow("a", "borta")}'), "element som inte finns (borta)"),
    "dangling boundary": (
        maps.process('<boundaryEvent id="b" attachedToRef="borta"/>'),
        "steg som inte finns",
    ),
    "dangling lane": (
        maps.process('<laneSet><lane id="l"><flowNodeRef>borta</flowNodeRef></lane></laneSet>'),
        "steg som inte finns (borta)",
    ),
    "no drawing": (PLAIN, "Filen har ingen ritning"),
    "shape of nothing": (
        maps.process('<task id="a"/>', maps.shape("a", 0, 0) + maps.shape("b", 0, 0)),
        "ruta för ”b”",
    ),
    "edge of nothing": (
        maps.process('<task id="a"/>', maps.shape("a", 0, 0) + maps.edge("f", (0, 0), (9, 9))),
        "pil för ”f”",
    ),
    "half a drawing": (
        maps.process('<task id="a"/><task id="b" name="Bo"/>', maps.shape("a", 0, 0)),
        "”Bo” fanns inte i",
    ),
    "long name": (maps.process(f'<task id="a" name="{"x" * 100_000}"/>'), "visas avkortat"),
}
NUMBERS = ["NaN", "inf", "-inf", "1e300", "-1e300", "", "tolv", "0x10"]


@pytest.mark.parametrize("name", REFUSED)
def test_bad_file_is_refused_with_its_reason(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(BpmnError, match=reason):
        parse(data)


@pytest.mark.parametrize("name", REPAIRED)
def test_flawed_file_is_repaired_and_said(name: str) -> None:
    data, remark = REPAIRED[name]
    model = parse(data)
    assert any(remark in each for each in model.remarks), model.remarks
    assert sum(drawing.shown for drawing in render(model)) >= model.di_count


@pytest.mark.parametrize("number", NUMBERS)
def test_impossible_coordinate_is_placed_anew(number: str) -> None:
    drawing = (
        maps.shape("a", number, 10)
        + maps.shape("b", 0, 0, number)
        + maps.edge("a-b", (number, 0), (1, number))
    )
    model = parse(maps.process(f'<task id="a" name="Anna"/><task id="b"/>{maps.flow("a", "b")}', drawing))
    assert any("”Anna” saknar giltig plats" in remark for remark in model.remarks)
    (drawn,) = render(model)
    assert drawn.shown == model.di_count == 3
    assert max(drawn.width, drawn.height) < 2_000


def test_negative_coordinates_are_inside_the_drawing() -> None:
    (drawn,) = render(parse(maps.process('<task id="a"/>', maps.shape("a", -500, -300))))
    x, y, width, height = map(float, drawn.svg.split('viewBox="')[1].split('"')[0].split())
    assert x < -500 < -400 < x + width
    assert y < -300 < -220 < y + height


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encoding_is_seen_from_the_bytes(encoding: str) -> None:
    model = parse(NAMED.decode().encode(encoding))
    assert model.elements["a"].name == "Ärende på ö"


def test_prefixes_may_be_anything() -> None:
    data = (
        PLAIN.decode()
        .replace("<", "<q:")
        .replace("<q:/", "</q:")
        .replace("<q:?", "<?")
        .replace("xmlns=", "xmlns:q=")
    )
    assert parse(data.encode()).elements["a"].name == "Utreda"


def test_text_that_looks_like_a_doctype_is_only_text() -> None:
    text = "<documentation><![CDATA[<!DOCTYPE html><p>Läs &okand; först</p>]]></documentation>"
    model = parse(maps.process(f'<task id="a">{text}</task>'))
    assert "Läs" in model.elements["a"].documentation
    assert "<" not in model.elements["a"].documentation


MEMORY = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from processes.bpmn.model import BpmnError
from processes.bpmn.parse import parse
from processes.bpmn.structure import steps
from processes.bpmn.svg import render
try:
    model = parse(sys.stdin.buffer.read())
    render(model)
    steps(model)
except BpmnError as error:
    print(error)
"""


def _web(nodes: int, flows: int) -> bytes:
    body = "".join(f'<exclusiveGateway id="g{n}" name="Val {n}?"/>' for n in range(nodes))
    ways = (
        maps.flow(f"g{n * 7 % nodes}", f"g{n * 13 % nodes}").replace('id="', f'id="f{n}')
        for n in range(flows)
    )
    return maps.process(f'<task id="g"/>{body}{"".join(ways)}')


HEAVY = {
    "as many steps as may be": lambda: maps.chain(4_990),
    "a web of gateways": lambda: _web(400, 9_900),
    "steps on their own": lambda: maps.process(
        "".join(f'<task id="t{n}" name="a b c"/>' for n in range(4_990))
    ),
    "long names": lambda: maps.process(
        "".join(f'<task id="t{n}" name="{"å" * 1_900}"/>' for n in range(2_500))
    ),
    "one long text": lambda: maps.process(
        f"<task id='a'><documentation>{'&lt;b' * 1_500_000}</documentation></task>"
    ),
    "many attributes": lambda: maps.process("<task " + " ".join(f'a{n}="1"' for n in range(300_000)) + "/>"),
    "refused by count": lambda: maps.chain(20_000),
}


@pytest.mark.parametrize("name", HEAVY)
def test_heaviest_files_stay_within_memory_and_time(name: str) -> None:
    """700 MB of address space and a minute of processor time, a wide margin over what was measured (10 s)."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], input=HEAVY[name](), capture_output=True, cwd=root, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]


SEEDS = [data for name, data in maps.samples().items() if len(data) < 30_000][:8]
FRAGMENTS = [
    b"<",
    b">",
    b'"',
    b"\x00",
    b"&",
    b"\xff",
    b"</process>",
    b"NaN",
    b'id="a"',
    b"<task>",
    b"p:",
    b"\n",
    b"-",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(["put", "cut", "copy", "byte"]))
        length = draw(st.integers(1, 200))
        if kind == "put":
            data[at:at] = draw(st.sampled_from(FRAGMENTS))
        elif kind == "cut" and len(data) > length + 1:
            del data[at : at + length]
        elif kind == "copy":
            data[at:at] = data[at : at + length]
        else:
            data[at] = draw(st.integers(0, 255))
    return bytes(data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_file_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BpmnError):
        model = parse(data)
        assert sum(drawing.shown for drawing in render(model)) >= model.di_count
        steps(model)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BpmnError):
        parse(data)
