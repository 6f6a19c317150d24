"""The metadata sheet of a bulk upload: an XLSX with a line a file, read within limits, answered by cell."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import models

from documents import uploads
from documents.bulk import named
from documents.enums import DocumentType, Visibility
from documents.files.kinds import FileKind, RefusedFile
from documents.files.names import clean_name
from documents.files.sandbox import Failed, Refused, run
from kvalitet.organisation import registry_numbers
from kvalitet.organisation.models import Unit

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 10_000
MOST_TOLD = 20
FILE = "Filnamn"
COLUMNS: dict[str, tuple[str, named.Reader]] = {
    "Titel": ("title", named.words(200)),
    "Typ": ("type", named.choice(DocumentType)),
    "Enhet": ("owner_unit", named.unit),
    "Ansvarig (e-post)": ("responsible", named.person),
    "Synligt för": ("visibility", named.choice(Visibility)),
    "Process": ("process", named.process),
    "Sökord": ("keywords", named.words(500)),
    "Dnr": ("dnr", named.words(60)),
    "Målgrupp": ("target_group", named.words(200)),
    "Nästa översyn": ("next_review", named.day),
}
EXAMPLE = {
    FILE: "rutin-larm.docx",
    "Titel": "Rutin för larm",
    "Typ": "Enhetsrutin",
    "Enhet": "Enhetens namn",
    "Ansvarig (e-post)": "namn@exempel.se",
    "Synligt för": "Medarbetare",
    "Process": "Processens namn",
    "Sökord": "larm, trygghet",
    "Dnr": "",
    "Målgrupp": "nattpersonal",
    "Nästa översyn": "2027-03-31",
}
Rows = dict[str, dict[str, Any]]


class BadSheet(Exception):
    """Nothing of the sheet is used; ``problems`` say what and where, in Swedish."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def key_of(name: str) -> str:
    """By what a file and its line find each other: the name without folders and case."""
    return clean_name(name).casefold()


def read(file: BinaryIO, name: str, *, user: Any, unit: Unit | None = None) -> Rows:
    """What the sheet says of each file, as ids and plain values. BadSheet tells of what is wrong at once.

    ``unit`` owns the documents of which the sheet says no other.
    """
    rows = _cells(file, name)
    header = [str(cell).strip() for cell in rows[0]] if rows else []
    if FILE not in header:
        raise BadSheet([f"Första raden saknar kolumnen {FILE}. Hämta mallen och klistra in raderna där."])
    unknown = [one for one in header if one and one != FILE and one not in COLUMNS]
    if unknown:
        raise BadSheet([f"Kolumnen ”{unknown[0][:60]}” finns inte i mallen. Ta bort eller döp om den."])
    found: Rows = {}
    problems: list[str] = []
    memory: dict[tuple[str, str], Any] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: str(cell).strip() for name, cell in zip(header, row, strict=False) if name}
        if not any(cells.values()):
            continue
        key = key_of(cells.get(FILE, ""))
        if not key or key in found:
            what = f"filen ”{cells[FILE][:60]}” står på flera rader." if key else "skriv filens namn."
            problems.append(f"Rad {number}, {FILE}: {what}")
            continue
        found[key] = _values(cells, number, user, problems, memory)
    problems += _misfits(found, unit)
    if problems:
        rest = len(problems) - MOST_TOLD
        raise BadSheet(problems[:MOST_TOLD] + ([f"Och {rest} fel till."] if rest > 0 else []))
    return found


def _misfits(found: Rows, unit: Unit | None) -> list[str]:
    """Of diarienummer that are not as those of the nämnd of the unit that is to own the document."""
    units = Unit.objects.in_bulk([row["owner_unit"] for row in found.values() if "owner_unit" in row])
    patterns: dict[Unit | None, str] = {None: ""}
    problems = []
    for name, row in found.items():
        owner = units.get(row.get("owner_unit"), unit)
        if "dnr" not in row:
            continue
        if owner not in patterns:
            patterns[owner] = registry_numbers.pattern_of(owner)
        try:
            registry_numbers.refuse_unlike(row["dnr"], patterns[owner])
        except ValidationError as error:
            problems.append(f"{name}: {error.messages[0]}")
    return problems


def _cells(file: BinaryIO, name: str) -> list[list[str]]:
    try:
        checked = uploads.check(file, name)
        if checked.kind is not FileKind.XLSX or file.seek(0, 2) > MAX_BYTES:
            raise BadSheet(["Metadatabladet ska vara en Excel-bok (xlsx) på högst 2 MB. Utgå från mallen."])
        answer = run("rows", file, str(MAX_ROWS), seconds=20, megabytes=1024)
    except (RefusedFile, Refused) as refused:
        raise BadSheet([f"Metadatabladet: {refused}"]) from None
    except Failed:
        raise BadSheet(["Metadatabladet gick inte att läsa. Utgå från mallen och spara det igen."]) from None
    rows: list[list[str]] = answer["rows"]
    if len(rows) > MAX_ROWS:
        raise BadSheet([f"Metadatabladet har fler än {MAX_ROWS} rader. Dela upp det."])
    return rows


def _values(
    cells: dict[str, str], number: int, user: Any, problems: list[str], memory: dict[tuple[str, str], Any]
) -> dict[str, Any]:
    """The filled cells of a line; the same words are looked up once for all lines."""
    found: dict[str, Any] = {}
    for column, text in cells.items():
        if column == FILE or not text:
            continue
        name, reader = COLUMNS[column]
        try:
            if (column, text) not in memory:
                memory[column, text] = _plain(reader(user, text))
            found[name] = memory[column, text]
        except ValidationError as error:
            problems.append(f"Rad {number}, {column}: {error.messages[0]}")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else str(value)


def template() -> bytes:
    """The sheet to fill in: the columns, an example, and lists to choose type and visibility from."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "Dokument"
    header = [FILE, *COLUMNS]
    sheet.append(header)
    sheet.append([EXAMPLE[name] for name in header])
    sheet.freeze_panes = "B2"
    words = book.create_sheet("Ord att välja på")
    for column, (title, kinds) in enumerate((("Typ", DocumentType), ("Synligt för", Visibility)), start=1):
        for row, word in enumerate([title, *map(str, kinds.labels)], start=1):
            words.cell(row, column, word)
        letter, place = "AB"[column - 1], sheet.cell(1, header.index(title) + 1).column_letter
        choices = f"'{words.title}'!${letter}$2:${letter}${len(kinds.labels) + 1}"
        offered = DataValidation(type="list", formula1=choices, allow_blank=True)
        sheet.add_data_validation(offered)
        offered.add(f"{place}2:{place}{MAX_ROWS}")
    for page in book.worksheets:
        for cell in page[1]:
            cell.font = Font(bold=True)
            page.column_dimensions[cell.column_letter].width = 26
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
