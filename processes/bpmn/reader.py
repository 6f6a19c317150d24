"""From bytes to an XML tree, without believing anything the file says about itself.

Order: size, encoding, DOCTYPE, then a parse in pieces that stops at the first element too deep or too many.
Time and memory are linear in the size, which is capped.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from processes.bpmn.model import BpmnError

MAX_BYTES = 10_000_000
MAX_DEPTH = 100
MAX_XML_ELEMENTS = 300_000
PIECE = 65_536

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "iso8859-1", "iso8859-15",
    "cp1252", "cp1250", "cp850", "mac-roman",
}  # fmt: skip
DECLARATION = re.compile(r"""<\?xml\s[^<>]{0,300}?\?>""")
ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]{0,60});")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
OTHERS = {
    "wfmc.org": "Filen är XPDL (BPMN 1).",
    "schema.omg.org/spec/BPMN": "Filen är ett förhandsutkast till BPMN.",
    "omg.org/spec/DMN": "Filen är en beslutsmodell (DMN).",
    "omg.org/spec/CMMN": "Filen är en ärendemodell (CMMN).",
    "omg.org/spec/XMI": "Filen är en UML-modell (XMI).",
    "w3.org/2000/svg": "Filen är en bild (SVG).",
    "w3.org/1999/xhtml": "Filen är en webbsida.",
}
ADVICE = "Spara om modellen som BPMN 2.0 (filändelse .bpmn) i ritverktyget och försök igen."


def read(data: bytes, remarks: list[str]) -> etree._Element:
    """The root of a BPMN 2.0 file; repairs are told in `remarks`.

    Raises BpmnError, and only that, for anything that is not one.
    """
    if not data.strip():
        raise BpmnError(f"Filen är tom. {ADVICE}")
    if len(data) > MAX_BYTES:
        size, limit = f"{len(data) / 1e6:.1f}".replace(".", ","), MAX_BYTES // 1_000_000
        raise BpmnError(f"Filen är {size} MB och gränsen är {limit} MB. Dela kartan i delprocesser.")
    _refuse_other_files(data)
    text = _decode(data, remarks)
    _refuse_bad_characters(text)
    text = _without_declaration(text)
    _refuse_doctype(text)
    root = _parse(text.encode("utf-8"))
    _require_bpmn(root)
    return root


def tree(data: bytes) -> etree._Element:
    """The root of a file that `read` takes, to be changed and written back: with comments and all else in it.

    Raises BpmnError like `read`, which looks at it first.
    """
    read(data, [])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    return etree.fromstring(_without_declaration(_decode(data, [])).encode(), parser)


def _refuse_other_files(data: bytes) -> None:
    signatures = {
        b"PK\x03\x04": "ett zip-arkiv eller Office-dokument",
        b"%PDF": "en PDF",
        b"\x89PNG": "en bild",
        b"\xff\xd8\xff": "en bild",
        b"\xd0\xcf\x11\xe0": "ett äldre Office- eller Visio-dokument",
        b"\x1f\x8b": "ett komprimerat arkiv",
    }
    for start, what in signatures.items():
        if data.startswith(start):
            raise BpmnError(f"Filen är {what}, inte BPMN. {ADVICE}")


def _decode(data: bytes, remarks: list[str]) -> str:
    """Text of the file: the byte order mark decides, then the declaration, then what the bytes can be."""
    declared = _declared_encoding(data)
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _decode_as(data, encoding, mark=True)
    if data[:2] == b"<\x00":
        return _decode_as(data, "utf-16-le", mark=False)
    if data[:2] == b"\x00<":
        return _decode_as(data, "utf-16-be", mark=False)
    if declared.startswith(("utf-16", "utf-32")):
        remarks.append(
            f"Filen uppger teckenkodningen {declared} men är inte skriven i den. Den lästes som UTF-8."
        )
        declared = "utf-8"
    try:
        return data.decode(declared)
    except (UnicodeDecodeError, LookupError):
        return _decode_otherwise(data, declared, remarks)


def _decode_otherwise(data: bytes, declared: str, remarks: list[str]) -> str:
    for encoding, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        remarks.append(
            f"Filen uppger teckenkodningen {declared} men lästes som {name}. Kontrollera å, ä och ö."
        )
        return text
    raise BpmnError(f"Filens tecken går inte att läsa som {declared}. Spara filen i UTF-8 och försök igen.")


def _decode_as(data: bytes, encoding: str, *, mark: bool) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        sign = "börjar som" if mark else "ser ut som"
        raise BpmnError(
            f"Filen {sign} {encoding.upper()} men är trasig vid byte {error.start}. Spara filen i "
            "UTF-8 och försök igen."
        ) from None


def _declared_encoding(data: bytes) -> str:
    head = data[:400].replace(b"\x00", b"").decode("latin-1")
    declaration = DECLARATION.search(head)
    found = ENCODING.search(declaration.group()) if declaration else None
    if not found:
        return "utf-8"
    try:
        name = codecs.lookup(found.group(1)).name
    except LookupError:
        return found.group(1).lower()
    if name not in ENCODINGS:
        raise BpmnError(
            f"Filen uppger teckenkodningen {found.group(1)}, som inte stöds. Spara filen i UTF-8."
        )
    return name


def _refuse_bad_characters(text: str) -> None:
    found = FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise BpmnError(
            f"Rad {line} har ett tecken som inte får finnas i XML (kod {ord(found.group())}). Filen "
            "är skadad; exportera den på nytt."
        )


def _without_declaration(text: str) -> str:
    text = text.removeprefix("\ufeff")
    found = DECLARATION.match(text.lstrip())
    if not found:
        return text
    lines = text[: len(text) - len(text.lstrip())].count("\n") + found.group().count("\n")
    return "\n" * lines + text.lstrip()[found.end() :]


def _refuse_doctype(text: str) -> None:
    """A DOCTYPE can only stand before the root, so only the prolog is looked at: documentation may quote
    one.
    """
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        closing = {"<!--": "-->", "<?": "?>"}
        start = next((key for key in closing if text.startswith(key, at)), None)
        if start is None:
            break
        end = text.find(closing[start], at)
        if end < 0:
            break
        at = end + len(closing[start])
    if text[at : at + 9].upper() == "<!DOCTYPE":
        line = text.count("\n", 0, at) + 1
        raise BpmnError(
            f"Rad {line} har en DOCTYPE. Den kan hämta in annat innehåll och tas inte emot. Ta bort "
            "den och försök igen."
        )


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return _feed(parser, data)
    except etree.XMLSyntaxError as error:
        raise BpmnError(_entity_reason(data) or _syntax_reason(error)) from None


def _feed(parser: etree.XMLPullParser, data: bytes) -> etree._Element:
    depth = count = 0
    for start in range(0, len(data), PIECE):
        parser.feed(data[start : start + PIECE])
        for event, node in parser.read_events():
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > MAX_DEPTH:
                line = getattr(node, "sourceline", 1)
                raise BpmnError(f"Rad {line}: mer än {MAX_DEPTH} nivåer inuti varandra. Dela upp kartan.")
        if count > MAX_XML_ELEMENTS:
            raise BpmnError("Filen har fler än 300 000 XML-element. Dela upp kartan i flera filer.")
    return parser.close()


def _entity_reason(data: bytes) -> str:
    """The place of an entity that is not one of XML's own; libxml2 does not say where with entities off."""
    found = ENTITY.search(data)
    if not found:
        return ""
    line = data.count(b"\n", 0, found.start()) + 1
    name = found.group(1).decode("utf-8", "replace")
    return f"Rad {line}: entiteten &{name}; är inte definierad. Skriv tecknet; & skrivs &amp;."


def _syntax_reason(error: etree.XMLSyntaxError) -> str:
    """libxml2's reason in Swedish where it is a common one."""
    message = error.msg or ""
    line = error.lineno or 1
    if "Excessive depth" in message:
        return f"Rad {line}: mer än {MAX_DEPTH} nivåer inuti varandra. Dela upp kartan i flera filer."
    if "tag mismatch" in message or "Premature end" in message or "EndTag" in message:
        return f"Rad {line}: ett element är inte avslutat. Filen är avklippt; exportera den på nytt."
    if "Document is empty" in message or "Start tag expected" in message:
        return f"Filen är inte XML. {ADVICE}"
    if "redefined" in message:
        return f"Rad {line}: samma attribut står två gånger på ett element. Exportera filen på nytt."
    return f"Rad {line}: filen är inte korrekt XML. Exportera den på nytt från ritverktyget."


def _require_bpmn(root: etree._Element) -> None:
    name = etree.QName(root)
    if name.namespace == BPMN and name.localname == "definitions":
        return
    if name.localname in ("mxfile", "mxGraphModel"):
        raise BpmnError(f"Filen är från draw.io och inte BPMN. {ADVICE}")
    for part, what in OTHERS.items():
        if part in (name.namespace or ""):
            raise BpmnError(f"{what} {ADVICE}")
    if name.localname == "definitions" and not name.namespace:
        raise BpmnError(f"Rad {root.sourceline}: <definitions> saknar namnrymden för BPMN 2.0. {ADVICE}")
    raise BpmnError(
        f"Rad {root.sourceline}: filen börjar med <{name.localname[:60]}> och inte med BPMN 2.0 "
        f"<definitions>. {ADVICE}"
    )
