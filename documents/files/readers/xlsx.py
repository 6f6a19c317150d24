import re
from typing import BinaryIO

from openpyxl import load_workbook

from documents.files.collector import Collector
from documents.files.packages import opened_package
from documents.files.readers.ooxml import parts, read_paragraphs

MAX_COLUMNS = 40
MAX_CELL = 2_000
DRAWINGS = (r"xl/drawings/drawing\d*\.xml",)


def read_xlsx(file: BinaryIO, collector: Collector) -> None:
    """Each sheet's name and filled cells, hidden sheets too, then the text of shapes; formulas as values."""
    with opened_package(file):
        pass
    file.seek(0)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        collector.add(f"\n{sheet.title}\n")
        # The stated size may be the whole sheet though ten cells are filled.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            filled = [shown(value) for value in row if value is not None]
            if filled:
                collector.add(" ".join(filled) + "\n")
    with opened_package(file) as package:
        for name in parts(package, DRAWINGS):
            read_paragraphs(package, name, collector)


def rows_of(file: BinaryIO, most: int) -> list[list[str]]:
    """The cells of the first sheet as texts, one row more than ``most`` at the most; formulas as values."""
    with opened_package(file):
        pass
    file.seek(0)
    sheet = load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_row=most + 1, max_col=MAX_COLUMNS)
    return [["" if value is None else shown(value)[:MAX_CELL] for value in row] for row in rows]


def shown(value: object) -> str:
    """Midnight is how a date without a time comes; a search is for the date."""
    return re.sub(r" 00:00:00$", "", str(value))
