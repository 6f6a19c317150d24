from typing import BinaryIO

from documents.files.collector import Collector
from documents.files.text import decode_text


def read_text(file: BinaryIO, collector: Collector) -> None:
    file.seek(0)
    text, collector.note = decode_text(file.read())
    collector.add(text)
