"""Names of uploaded files: shown and sent back, never used as a path."""

import re
import unicodedata

from documents.files.kinds import EXTENSIONS, FileKind

MAX_LENGTH = 120
FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
# Windows opens these as devices whatever their extension.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=$|\.)")


def clean_name(name: str) -> str:
    """The name without folders, control characters, text-direction marks and characters Windows forbids.

    Swedish letters stay, and a letter sent as a base and a mark is joined. May return an empty string.
    """
    last = re.split(r"[\\/]", name)[-1]
    normal = unicodedata.normalize("NFC", last)
    visible = "".join(" " if c.isspace() else c for c in normal if c.isspace() or is_visible(c))
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub("_", visible)).strip(" .")
    return RESERVED.sub(r"_\1", plain, count=1) if RESERVED.match(plain) else plain


def is_visible(character: str) -> bool:
    """Not a control, format (bidi, zero width), surrogate, private or unassigned character."""
    return not unicodedata.category(character).startswith("C")


def extension(name: str) -> str:
    """What stands after the last dot of the cleaned name, in lower case; empty when there is none."""
    stem, dot, last = clean_name(name).rpartition(".")
    return last.strip().lower() if dot and stem else ""


def display_name(name: str, kind: FileKind) -> str:
    """The name to show and to download as: cleaned, at most 120 characters, with the kind's extension."""
    cleaned = clean_name(name)
    given = extension(cleaned)
    known = EXTENSIONS.get(given) is kind
    stem = cleaned[: -len(given) - 1].rstrip(" .") if known else cleaned
    ending = "." + (given if known else kind.value)
    return (stem[: MAX_LENGTH - len(ending)].rstrip(" .") or "dokument") + ending
