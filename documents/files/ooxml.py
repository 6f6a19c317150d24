"""Word, Excel and PowerPoint files: which it is, and that nothing in it runs or fetches by itself."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from documents.files.kinds import FileKind, RefusedFile
from documents.files.packages import DAMAGED, opened_package, read_part
from documents.files.xml import local, parse, walk

TYPES = "[Content_Types].xml"
MAX_RELATIONSHIPS = 20 * 1024 * 1024
MAX_NESTED = 2
MAIN_TYPES = {
    "wordprocessingml.document.main+xml": FileKind.DOCX,
    "spreadsheetml.sheet.main+xml": FileKind.XLSX,
    "presentationml.presentation.main+xml": FileKind.PPTX,
}
OTHER_MAIN_TYPES = {
    "wordprocessingml.template.main+xml": ("en Word-mall (dotx)", "docx"),
    "spreadsheetml.template.main+xml": ("en Excel-mall (xltx)", "xlsx"),
    "presentationml.template.main+xml": ("en PowerPoint-mall (potx)", "pptx"),
    "presentationml.slideshow.main+xml": ("ett PowerPoint-bildspel (ppsx)", "pptx"),
}
# Word, Excel and PowerPoint ask before following these, or fetch only a picture.
EXTERNAL_ALLOWED = {
    "hyperlink", "image", "externalLinkPath", "xlExternalLinkPath", "xlPathMissing",
    "xlAlternateStartup", "xlStartup", "xlLibrary", "video", "audio", "media",
}  # fmt: skip
RUNNING_LINK = re.compile(r"(?i)\s*(javascript|vbscript|data|ms-msdt|search-ms)\s*:")
OWN_SERVER = re.compile(r"(?i)(file:)?[\\/]*[\w-]+(\.[\w-]+)*\.(local|lan|internal|intern|ad)[\\/]")
SHORT_SERVER = re.compile(r"(?i)(file:)?[\\/]{2,}[\w$-]+[\\/]")
DRIVE_OR_RELATIVE = re.compile(r"(?i)(file:[\\/]*)?[a-z]:[\\/]|(?![\w+.-]*:|[\\/]{2})")
DDE_FIELD = re.compile(r"(?i)\bDDE(AUTO)?\b")

MACROS = "Filen innehåller makron. Spara den som {extension} utan makron och ladda upp den igen."
ACTIVE_X = "Filen innehåller ActiveX-kontroller. Ta bort dem, spara filen och ladda upp den igen."
OLE = (
    "Filen innehåller ett inbäddat objekt (OLE). Ta bort objektet eller klistra in det som bild, "
    "spara filen och ladda upp den igen."
)
HTML_CHUNK = (
    "Filen innehåller en inbäddad del i annat format (altChunk). Öppna den i Word, "
    "spara den som docx på nytt och ladda upp den igen."
)
REMOTE_TEMPLATE = (
    "Filen hämtar sin mall från en annan server. Öppna den i Word, välj Utvecklare → Dokumentmall, "
    "koppla Normal i stället, spara filen och ladda upp den igen."
)
REMOTE_CONTENT = (
    "Filen hämtar innehåll från en annan plats när den öppnas ({what}). "
    "Bryt länken, spara filen och ladda upp den igen."
)
RUNNING = "Filen innehåller en länk som kör ett program ({what}). Ta bort länken och ladda upp filen igen."
DDE = "Filen innehåller fält som kör andra program (DDE). Ta bort fälten, spara filen och ladda upp den igen."
NOT_DOCUMENT = (
    "Filen är ett zip-arkiv, inte ett dokument. Packa upp det och ladda upp dokumenten var för sig."
)


@dataclass(frozen=True)
class Relationship:
    type: str
    target: str
    is_external: bool


def inspect_ooxml(package: zipfile.ZipFile, *, depth: int = 0) -> FileKind:
    """The kind by the main part's content type; RefusedFile for anything that runs, hides or fetches."""
    types = content_types(package)
    kind = main_kind(package, types)
    refuse_active_parts(package, types, kind)
    for name in package.namelist():
        if name.endswith(".rels"):
            refuse_relationships(relationships(read_part(package, name, limit=MAX_RELATIONSHIPS)))
    refuse_dde(package)
    inspect_embedded(package, depth)
    return kind


def content_types(package: zipfile.ZipFile) -> dict[str, str]:
    """Part name (`/word/document.xml`, or `*.xml` for an extension) → content type."""
    found = {}
    for element in parse(read_part(package, TYPES, limit=MAX_RELATIONSHIPS)):
        if isinstance(element.tag, str):
            extension = element.get("Extension")
            found[f"*.{extension}".lower() if extension else element.get("PartName", "").lower()] = (
                element.get("ContentType", "").strip()
            )
    return found


def relationships(data: bytes) -> list[Relationship]:
    return [
        Relationship(
            element.get("Type", "").rstrip("/").rpartition("/")[2],
            element.get("Target", ""),
            element.get("TargetMode", "").strip().lower() == "external",
        )
        for element in parse(data)
        if isinstance(element.tag, str)
    ]


def main_kind(package: zipfile.ZipFile, types: dict[str, str]) -> FileKind:
    roots = relationships(read_part(package, "_rels/.rels", limit=MAX_RELATIONSHIPS))
    targets = [root.target.lstrip("/") for root in roots if root.type == "officeDocument"]
    if len(targets) != 1 or targets[0] not in package.namelist():
        raise RefusedFile(DAMAGED)
    given = types.get("/" + targets[0].lower()) or types.get("*." + targets[0].rpartition(".")[2].lower(), "")
    short = given.rpartition("openxmlformats-officedocument.")[2]
    if short in MAIN_TYPES:
        return MAIN_TYPES[short]
    if "macroenabled" in given.lower():
        raise RefusedFile(MACROS.format(extension=f"vanlig {extension_for(given)}"))
    if short in OTHER_MAIN_TYPES:
        what, extension = OTHER_MAIN_TYPES[short]
        raise RefusedFile(f"Filen är {what}. Spara den som {extension} och ladda upp den igen.")
    raise RefusedFile(
        f"Filen är ett Office-dokument av ett slag som inte tas emot ({short[:60] or 'okänt'})."
    )


def extension_for(content_type: str) -> str:
    for word, kind in (("excel", FileKind.XLSX), ("powerpoint", FileKind.PPTX)):
        if word in content_type.lower():
            return kind.value
    return FileKind.DOCX.value


def refuse_active_parts(package: zipfile.ZipFile, types: dict[str, str], kind: FileKind) -> None:
    declared = " ".join(types.values()).lower()
    names = [name.lower() for name in package.namelist()]
    if "macroenabled" in declared or "vbaproject" in declared or "macrosheet" in declared:
        raise RefusedFile(MACROS.format(extension=kind.value))
    if any("vbaproject" in name or "vbadata" in name or "/macrosheets/" in name for name in names):
        raise RefusedFile(MACROS.format(extension=kind.value))
    if "activex" in declared or any("/activex/" in name for name in names):
        raise RefusedFile(ACTIVE_X)
    if "officedocument.oleobject" in declared or any("oleobject" in name for name in names):
        raise RefusedFile(OLE)


def refuse_relationships(found: list[Relationship]) -> None:
    for one in found:
        if one.type in (
            "vbaProject",
            "wordVbaData",
            "xlMacrosheet",
            "xlIntlMacrosheet",
        ):
            raise RefusedFile(MACROS.format(extension="ett dokument"))
        if one.type == "oleObject" and not one.is_external:
            raise RefusedFile(OLE)
        if one.type in ("control", "activeXControlBinary"):
            raise RefusedFile(ACTIVE_X)
        if one.type == "aFChunk":
            raise RefusedFile(HTML_CHUNK)
        if one.is_external:
            refuse_external(one)


def refuse_external(one: Relationship) -> None:
    if RUNNING_LINK.match(one.target):
        raise RefusedFile(RUNNING.format(what=one.target.partition(":")[0].strip()[:20]))
    if one.type == "attachedTemplate":
        if not is_own_template(one.target):
            raise RefusedFile(REMOTE_TEMPLATE)
        return
    if one.type not in EXTERNAL_ALLOWED:
        raise RefusedFile(REMOTE_CONTENT.format(what=one.type[:40] or "okänt"))


def is_own_template(target: str) -> bool:
    """On a drive, beside the document or on a server of the own network: common, and Word opens it daily."""
    plain = target.strip().replace("%5c", "\\").replace("%5C", "\\")
    return bool(DRIVE_OR_RELATIVE.match(plain) or SHORT_SERVER.match(plain) or OWN_SERVER.match(plain))


def refuse_dde(package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        if name.startswith("word/") and name.endswith(".xml") and has_dde_field(package, name):
            raise RefusedFile(DDE)
        if (
            name.startswith("xl/externalLinks/")
            and name.endswith(".xml")
            and b"ddeLink" in read_part(package, name)
        ):
            raise RefusedFile(DDE)


def has_dde_field(package: zipfile.ZipFile, name: str) -> bool:
    """Field codes are gathered per paragraph: Word lets one be split over several runs."""
    code = ""
    with package.open(name) as stream:
        for _, element in walk(stream, events=("end",)):
            tag = local(element)
            if tag == "instrText":
                code += element.text or ""
            elif tag == "fldSimple":
                code += " ".join(str(value) for value in element.attrib.values())
            elif tag == "p":
                if DDE_FIELD.match(code.strip()):
                    return True
                code = ""
    return False


def inspect_embedded(package: zipfile.ZipFile, depth: int) -> None:
    """A chart carries its figures as a workbook: allowed when that file would be allowed by itself."""
    for name in package.namelist():
        if "/embeddings/" not in name.lower() or name.endswith("/"):
            continue
        data = read_part(package, name)
        if depth >= MAX_NESTED or not data.startswith(b"PK\x03\x04"):
            raise RefusedFile(OLE)
        with opened_package(BytesIO(data)) as inner:
            if TYPES not in inner.namelist():
                raise RefusedFile(OLE)
            inspect_ooxml(inner, depth=depth + 1)
