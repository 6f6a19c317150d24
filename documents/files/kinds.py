"""The kinds of file a routine may be, and the refusal of every other."""

from enum import StrEnum

OFFICE = "application/vnd.openxmlformats-officedocument."
UNREADABLE = "Pdf-filen är skadad. Öppna den, välj Skriv ut → Spara som PDF och ladda upp den nya filen."


class RefusedFile(Exception):
    """A file that is not taken in; `reason` is Swedish and says what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    TEXT = "txt"
    MARKDOWN = "md"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self]

    @property
    def is_text(self) -> bool:
        return self in (FileKind.TEXT, FileKind.MARKDOWN)

    @property
    def is_shown_inline(self) -> bool:
        """Only PDF may open in a tab of its own; everything else is downloaded."""
        return self is FileKind.PDF

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(kind.value, kind.label) for kind in cls]


LABELS = {
    FileKind.PDF: "PDF",
    FileKind.DOCX: "Word-dokument",
    FileKind.XLSX: "Excel-bok",
    FileKind.PPTX: "PowerPoint-presentation",
    FileKind.ODT: "ODF-text",
    FileKind.ODS: "ODF-kalkylblad",
    FileKind.TEXT: "Textfil",
    FileKind.MARKDOWN: "Markdown-text",
}
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: OFFICE + "wordprocessingml.document",
    FileKind.XLSX: OFFICE + "spreadsheetml.sheet",
    FileKind.PPTX: OFFICE + "presentationml.presentation",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileKind.TEXT: "text/plain",
    FileKind.MARKDOWN: "text/markdown",
}
EXTENSIONS = {kind.value: kind for kind in FileKind} | {
    "text": FileKind.TEXT,
    "markdown": FileKind.MARKDOWN,
}
ACCEPTED = "pdf, docx, xlsx, pptx, odt, ods, txt och md"
