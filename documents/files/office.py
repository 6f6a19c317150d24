"""Office files as PDF, by LibreOffice: in a process of its own, with limits and without a network."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NoReturn

from documents.files import isolation
from documents.files.kinds import FileKind
from documents.files.sandbox import Failed, copy, started, wait_or_kill

SECONDS = 90
MEGABYTES = 3072
MAX_BYTES = 100 * 1024 * 1024
WRITER, CALC, IMPRESS = "writer_pdf_Export", "calc_pdf_Export", "impress_pdf_Export"
FILTERS = {
    FileKind.DOCX: WRITER,
    FileKind.ODT: WRITER,
    FileKind.XLSX: CALC,
    FileKind.ODS: CALC,
    FileKind.PPTX: IMPRESS,
}
# Tagged, so that it can be read aloud, with its headings as bookmarks.
OPTIONS = (
    '{"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"},'
    '"ExportFormFields":{"type":"boolean","value":"false"}}'
)
# Where programs, their settings and fonts lie; no uploaded file and no secret does.
PROGRAMS = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/passwd")
FONTS = (
    "/etc/fonts",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/dev/null",
    "/dev/urandom",
    "/etc/nsswitch.conf",
)
# It does not start without a socket to itself, and makes it here whatever TMPDIR says.
SOCKETS = Path("/tmp")  # noqa: S108 nothing in it can be read or written, only a known name removed
# No macro runs, and nothing is fetched from a link.
ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
SCRIPTING = "Common/Security/Scripting"
SETTINGS = (
    (SCRIPTING, "MacroSecurityLevel", "3"),
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "DisableActiveContent", "true"),
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
)


@contextmanager
def as_pdf(file: BinaryIO, kind: FileKind, program: str) -> Iterator[BinaryIO]:
    """The PDF that ``program`` makes of an accepted file, open for reading.

    Failed when it makes none, and OutOfTime when it took too long. Nothing is left in the folder afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="kvalitet-") as name:
        folder = Path(name)
        with (folder / f"in.{kind.value}").open("w+b") as source:
            copy(file, source)
        _write_profile(folder / "profile/user")
        with tempfile.TemporaryFile() as nothing:
            wait_or_kill(started(_command(folder, kind, program), nothing, nothing), SECONDS)
        made = folder / "in.pdf"
        if not made.is_file() or not made.stat().st_size:
            raise Failed("no pdf")
        with made.open("rb") as pdf:
            yield pdf


def _write_profile(place: Path) -> None:
    items = "".join(ITEM.format(path=path, name=name, value=value) for path, name, value in SETTINGS)
    root = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    place.mkdir(parents=True)
    (place / "registrymodifications.xcu").write_text(f"{root}{items}</oor:items>", encoding="utf-8")


def _command(folder: Path, kind: FileKind, program: str) -> list[str]:
    given = ["convert", str(SECONDS), str(MEGABYTES), program, str(folder), kind.value, str(MAX_BYTES)]
    return [*_without_network(), sys.executable, "-s", "-m", "documents.files.sandbox", *given]


@lru_cache(1)
def _without_network() -> list[str]:
    """What to put before a command so that it reaches no network; empty where that is not allowed."""
    program = shutil.which("unshare") or ""
    for command in ([program, "--net"], [program, "--user", "--map-root-user", "--net"]):
        if program and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


def become(program: str, folder: str, kind: str) -> NoReturn:
    """Replace this process, whose limits are set, by LibreOffice at work on the file in the folder.

    It reads and writes there, reads what is installed, and reaches no network even where `unshare` may not.
    """
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
        *("--convert-to", f"pdf:{FILTERS[FileKind(kind)]}:{OPTIONS}", "--outdir", folder),
        f"{folder}/in.{kind}",
    ]
    environment = {"PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    os.chdir(folder)
    installed = Path(program).resolve().parent.parent
    read = [Path(place) for place in (*PROGRAMS, *FONTS, installed)]
    isolation.enter(read=read, write=[Path(folder)], sockets=SOCKETS)
    os.execve(program, command, {**environment, "SAL_USE_VCLPLUGIN": "svp"})  # noqa: S606 a list, no shell
