"""Word and PowerPoint, read as a stream of elements: the size of the file does not decide the memory."""

import re
import zipfile
from typing import BinaryIO

from documents.files.collector import Collector
from documents.files.packages import opened_package, read_part
from documents.files.xml import local, parse, walk

WORD_PARTS = (
    r"word/document\d*\.xml", r"word/diagrams/data\d*\.xml", r"word/footnotes\.xml", r"word/endnotes\.xml",
    r"word/header\d*\.xml", r"word/footer\d*\.xml",
)  # fmt: skip
SLIDE_PARTS = (
    r"ppt/slides/slide\d+\.xml",
    r"ppt/diagrams/data\d*\.xml",
    r"ppt/notesSlides/notesSlide\d+\.xml",
)
ENDINGS = {
    "p": "\n",
    "tc": " ",
    "tab": " ",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
MAX_PAGES = 100_000


def read_docx(file: BinaryIO, collector: Collector) -> None:
    """Body with tables and text boxes, then diagrams, notes, headers, footers; not comments or deletions."""
    with opened_package(file) as package:
        collector.page_count = counted(package, "Pages")
        for name in parts(package, WORD_PARTS):
            read_paragraphs(package, name, collector)


def read_pptx(file: BinaryIO, collector: Collector) -> None:
    """The slides in the order of their numbers, then diagrams and speaker's notes; pages are slides."""
    with opened_package(file) as package:
        collector.page_count = len(parts(package, SLIDE_PARTS[:1]))
        for name in parts(package, SLIDE_PARTS):
            read_paragraphs(package, name, collector)


def parts(package: zipfile.ZipFile, patterns: tuple[str, ...]) -> list[str]:
    return [
        name
        for pattern in patterns
        for name in sorted(package.namelist(), key=lambda name: (len(name), name))
        if re.fullmatch(pattern, name)
    ]


def read_paragraphs(package: zipfile.ZipFile, name: str, collector: Collector) -> None:
    """Word stores a text box twice, the second as Fallback for old programs, and moved text twice too."""
    doubled = 0
    with package.open(name) as stream:
        for event, element in walk(stream):
            tag = local(element)
            if tag in ("Fallback", "moveFrom"):
                doubled += 1 if event == "start" else -1
            if doubled or event == "start":
                continue
            if tag == "t":
                collector.add(element.text or "")
            elif tag in ENDINGS:
                collector.add(ENDINGS[tag])
    collector.add("\n")


def counted(package: zipfile.ZipFile, what: str) -> int | None:
    """The number of pages as the program that saved the file counted them."""
    if "docProps/app.xml" not in package.namelist():
        return None
    found = parse(read_part(package, "docProps/app.xml", limit=1_000_000)).findtext("{*}" + what) or ""
    return int(found) if re.fullmatch(r"[0-9]{1,6}", found) and 0 < int(found) <= MAX_PAGES else None
