"""OpenDocument files: which it is, and that nothing in it runs or fetches by itself."""

import re
import zipfile

from documents.files.kinds import FileKind, RefusedFile
from documents.files.ooxml import ACTIVE_X, DDE, MACROS, OLE
from documents.files.packages import ENCRYPTED, read_part
from documents.files.xml import local, parse, walk

ODF = "application/vnd.oasis.opendocument."
KINDS = {ODF + "text": FileKind.ODT, ODF + "spreadsheet": FileKind.ODS}
# LibreOffice writes these empty lists in documents that have no macro.
EMPTY_LIBRARY = re.compile(r"(?i)(basic|dialogs)/((standard/)?(script|dialog)-l[bc]\.xml|(standard/)?)")
EVENT = (
    "Filen kör makron vid händelser. Öppna den i LibreOffice, ta bort dem under "
    "Verktyg → Anpassa → Händelser, spara filen och ladda upp den igen."
)
RUNNING_TAGS = {
    "event-listener": EVENT,
    "dde-source": DDE,
    "applet": ACTIVE_X,
    "plugin": OLE,
}


def inspect_odf(package: zipfile.ZipFile) -> FileKind:
    """The kind by the `mimetype` entry; RefusedFile for anything that is locked, runs or fetches."""
    given = read_part(package, "mimetype", limit=200).decode("ascii", "replace").strip()
    kind = KINDS.get(given)
    if kind is None:
        raise RefusedFile(
            f"Filen är ett OpenDocument av ett slag som inte tas emot ({given.removeprefix(ODF)[:40]}). "
            "Spara den som odt eller ods och ladda upp den igen."
        )
    refuse_by_manifest(package)
    refuse_scripts(package.namelist(), kind)
    for name in package.namelist():
        if name.rpartition("/")[2] in ("content.xml", "styles.xml"):
            refuse_running_tags(package, name)
    return kind


def refuse_by_manifest(package: zipfile.ZipFile) -> None:
    for element in parse(read_part(package, "META-INF/manifest.xml")).iter(
        "{*}file-entry", "{*}encryption-data"
    ):
        if local(element) == "encryption-data":
            raise RefusedFile(ENCRYPTED)
        if any("oleobject" in str(value).lower() for value in element.attrib.values()):
            raise RefusedFile(OLE)


def refuse_scripts(names: list[str], kind: FileKind) -> None:
    for name in names:
        folder = name.partition("/")[0].lower()
        is_script = folder == "scripts" and not name.endswith("/")
        if is_script or (folder in ("basic", "dialogs") and not EMPTY_LIBRARY.fullmatch(name)):
            raise RefusedFile(MACROS.format(extension=kind.value))


def refuse_running_tags(package: zipfile.ZipFile, name: str) -> None:
    with package.open(name) as stream:
        for _, element in walk(stream, events=("end",)):
            reason = RUNNING_TAGS.get(local(element))
            if reason:
                raise RefusedFile(reason)
