"""What a file that somebody sends is likely called: by its name, or by the first line of its text."""

import re
from pathlib import PurePosixPath

LONGEST = 120
COPY = re.compile(r"\s*(\(\d+\)|kopia|copy|slutlig|slutversion|final|utkast|v\.?\s?\d+([.,]\d+)?)\s*$", re.I)
DAY = re.compile(r"^(\d{4}[ -]?\d{2}[ -]?\d{2}|\d{6,8})\s+|\s+(\d{4}[ -]\d{2}[ -]\d{2}|\d{8})$")


def from_name(name: str) -> str:
    """The name without extension, dates, version numbers and the like, as a sentence begins."""
    words = re.sub(r"[\s_]+|(?<=\w)-(?=\w)", " ", PurePosixPath(name.replace("\\", "/")).stem).strip()
    before = ""
    while words and words != before:
        before, words = words, DAY.sub("", COPY.sub("", words)).strip(" -")
    words = words or before
    return (words[:1].upper() + words[1:])[:200]


def from_text(text: str) -> str:
    """The first line if it can be a heading: a few words and no sentence; else an empty string."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = re.sub(r"^#{1,6}\s+|[*_`]", "", first).strip()
    letters = sum(one.isalpha() for one in first)
    if letters < 4 or len(first) > LONGEST or first.endswith((".", ",", ":", ";")):
        return ""
    return first
