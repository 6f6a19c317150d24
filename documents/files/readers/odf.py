"""OpenDocument text and sheets, read as a stream of elements."""

import re
import zipfile
from typing import BinaryIO

from documents.files.extract import Collector
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


def read_odf(file: BinaryIO, collector: Collector) -> None:
    """The content with notes and text boxes, then headers and footers."""
    with opened_package(file) as package:
        collector.page_count = counted_pages(package)
        for name in ("content.xml", "styles.xml"):
            if name in package.namelist():
                with package.open(name) as stream:
                    feed(stream, Text(collector))
                collector.add("\n")


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


def counted_pages(package: zipfile.ZipFile) -> int | None:
    if "meta.xml" not in package.namelist():
        return None
    for element in parse(read_part(package, "meta.xml", limit=1_000_000)).iter("{*}document-statistic"):
        for key, value in element.attrib.items():
            if str(key).endswith("}page-count") and re.fullmatch(r"[1-9][0-9]{0,4}", str(value)):
                return int(value)
    return None
