"""Plain text and Markdown: which encoding, and that it is text at all."""

import codecs
import re

from documents.files.kinds import RefusedFile

NOT_TEXT = (
    "Filen innehåller tecken som inte hör hemma i en textfil. Öppna den i en textredigerare, "
    "spara den som UTF-8 och ladda upp den igen."
)
OLD_ENCODING = (
    "Texten är inte sparad som UTF-8. Den lästes som Windows-1252; se efter att å, ä och ö blev rätt."
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
DISGUISED = re.compile(
    r"(?i)\s*(?:<!--(?:[^-]|-(?!->))*-->\s*)?"
    r"(<!doctype|<html|<head|<body|<script|<svg|<\?xml|<\?php|#!|\{\\rtf|mime-version:|@echo off)"
)
SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_text(data: bytes) -> tuple[str, str]:
    """The text, and a Swedish note when the encoding had to be guessed; RefusedFile when it is not text.

    UTF-8, with or without a byte order mark, and UTF-16 with one; anything else is read as Windows-1252.
    """
    text, note = decoded(data)
    if CONTROLS.search(text):
        raise RefusedFile(NOT_TEXT)
    return text, note


def decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in SIGNATURES:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), ""
            except UnicodeDecodeError as error:
                raise RefusedFile(NOT_TEXT) from error
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), OLD_ENCODING
    except UnicodeDecodeError as error:
        raise RefusedFile(NOT_TEXT) from error


def inspect_text(data: bytes) -> None:
    """RefusedFile when the bytes are not text, are blank, or are a web page or a script by another name."""
    text, _ = decode_text(data)
    if not text.strip():
        raise RefusedFile("Filen är tom: den innehåller bara blanktecken. Välj en fil med innehåll.")
    found = DISGUISED.match(text)
    if found:
        raise RefusedFile(
            f"Filen är inte ren text: den börjar med ”{found[1]}” som en webbsida eller ett program. "
            "Spara den som ren text och ladda upp den igen."
        )
