"""OpenDocument text and sheets, read as a stream of elements."""

import re
import zipfile
from typing import BinaryIO

from documents.files.collector import Collector
from documents.files.packages import opened_package, read_part
from documents.files.xml import feed, parse

ENDINGS = {
    "p": "\n",
    "h": "\n",
    "table-cell": " ",
    "tab": " ",
    "line-break": "\n",
    "s": " ",
}
# Deleted text kept for tracking, and comments, are not what the document says.
SKIPPED = {"tracked-changes", "annotation"}
PARAGRAPHS = {"p", "h"}
TABLE_NAME = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}name"


def read_odt(file: BinaryIO, collector: Collector) -> None:
    """The content with notes and text boxes, then headers and footers."""
    with opened_package(file) as package:
        collector.page_count = counted_pages(package)
        read_part_text(package, "content.xml", Text(collector))
        if "styles.xml" in package.namelist():
            read_part_text(package, "styles.xml", Text(collector))


def read_ods(file: BinaryIO, collector: Collector) -> None:
    """Each sheet's name and cells as shown; what styles.xml has is only the print template's."""
    with opened_package(file) as package:
        read_part_text(package, "content.xml", SheetText(collector))


def read_part_text(package: zipfile.ZipFile, name: str, target: "Text") -> None:
    with package.open(name) as stream:
        feed(stream, target)
    target.collector.add("\n")


class Text:
    """Receives the elements and passes on what stands inside paragraphs."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.skipped = 0
        self.paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.skipped += name in SKIPPED
        self.paragraphs += name in PARAGRAPHS

    def data(self, text: str) -> None:
        if self.paragraphs and not self.skipped:
            self.collector.add(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self.skipped -= name in SKIPPED
        self.paragraphs -= name in PARAGRAPHS
        if name in ENDINGS and not self.skipped:
            self.collector.add(ENDINGS[name])

    def close(self) -> None:
        """Asked for by the parser at the end of the part."""


class SheetText(Text):
    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("}table"):
            self.collector.add(f"\n{attributes.get(TABLE_NAME, '')}\n")
        super().start(tag, attributes)


def counted_pages(package: zipfile.ZipFile) -> int | None:
    if "meta.xml" not in package.namelist():
        return None
    for element in parse(read_part(package, "meta.xml", limit=1_000_000)).iter("{*}document-statistic"):
        for key, value in element.attrib.items():
            if str(key).endswith("}page-count") and re.fullmatch(r"[1-9][0-9]{0,4}", str(value)):
                return int(value)
    return None
