from typing import BinaryIO

from documents.files.collector import Collector
from documents.files.pdf import open_pdf


def read_pdf(file: BinaryIO, collector: Collector) -> None:
    reader = open_pdf(file)
    collector.page_count = len(reader.pages)
    for page in reader.pages:
        collector.add(page.extract_text() + "\n\n")
