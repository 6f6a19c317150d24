"""What of a zip archive is looked at: nothing is unpacked to disk and no name in it is used as a path."""

import re
import zipfile
import zlib

ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz")
HIDDEN = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
DAMAGED = "Zip-filen är skadad och går inte att öppna. Packa filerna på nytt och försök igen."
STRANGE = "Filens namn leder ut ur zip-filen och läses inte."
LOCKED = "Filen är skyddad med lösenord. Ta bort lösenordet och packa på nytt."
PACKED_ODDLY = "Filen är packad på ett ovanligt sätt. Packa på nytt som vanlig zip."
BROKEN = "Filen är skadad i zip-filen. Packa filerna på nytt."


def why_not(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not read, in Swedish; empty when it may be."""
    # zipfile turns backslashes and cuts at NUL; what was written in the archive is judged.
    name = entry.orig_filename
    parts = re.split(r"[\\/]", name)
    if ".." in parts or name[:1] in ("/", "\\") or ":" in parts[0] or "\x00" in name:
        return STRANGE
    if entry.flag_bits & 0x1:
        return LOCKED
    if entry.compress_type not in READABLE:
        return PACKED_ODDLY
    return ""


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder it lies in, is one that the computer keeps for itself."""
    parts = re.split(r"[\\/]", name.lower())
    return any(part in HIDDEN or (part.startswith(".") and part.strip(".")) for part in parts)


def shown(name: str) -> str:
    """The name as one line that can be shown: without control characters, the end when it is long."""
    plain = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).strip()
    return (plain if len(plain) <= 300 else f"…{plain[-299:]}") or "namnlös"
