"""docs/säkerhet.md: every requirement once, every file and test that it names is there; it counts right."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs/säkerhet.md").read_text(encoding="utf-8")
STATES = ("uppfyllt", "ej tillämpligt", "ej uppfyllt")
# The requirements of ASVS 5.0.0 on levels 1 and 2, written as in the document.
REQUIRED = """
1.1.1–2, 1.2.1–9, 1.3.1–11, 1.4.1–3, 1.5.1–2, 2.1.1–3, 2.2.1–3, 2.3.1–4, 2.4.1, 3.2.1–2, 3.3.1–4, 3.4.1–6,
3.5.1–5, 3.7.1–2, 4.1.1–3, 4.2.1, 4.3.1–2, 4.4.1–4, 5.1.1, 5.2.1–3, 5.3.1–2, 5.4.1–3, 6.1.1–3, 6.2.1–12,
6.3.1–4, 6.4.1–4, 6.5.1–5, 6.6.1–3, 6.8.1–4, 7.1.1–3, 7.2.1–4, 7.3.1–2, 7.4.1–5, 7.5.1–2, 7.6.1–2, 8.1.1–2,
8.2.1–3, 8.3.1, 8.4.1, 9.1.1–3, 9.2.1–4, 10.1.1–2, 10.2.1–2, 10.3.1–4, 10.4.1–11, 10.5.1–5, 10.6.1–2,
10.7.1–3, 11.1.1–2, 11.2.1–3, 11.3.1–3, 11.4.1–4, 11.5.1, 11.6.1, 12.1.1–3, 12.2.1–2, 12.3.1–4, 13.1.1,
13.2.1–5, 13.3.1–2, 13.4.1–5, 14.1.1–2, 14.2.1–4, 14.3.1–3, 15.1.1–3, 15.2.1–3, 15.3.1–7, 16.1.1, 16.2.1–5,
16.3.1–4, 16.4.1–3, 16.5.1–3, 17.1.1, 17.2.1–4, 17.3.1–2
"""
SUMMARY = re.compile(r"^\| (?:V(\d+) [^|]*|(alla)) \| (\d+) \| (\d+) \| (\d+) \|$", re.M)
QUOTED = re.compile(r"`([^`]+)`")
# A file of the project, by folder or by the name of one that lies at the top.
FILE = re.compile(r"(?:[\w.-]+/)+[\wåäö.-]+\.?\w+|[\w.-]+\.(?:md|toml|yml|json|lock)|\.dockerignore")
# What the text names and that is no file here: addresses, and what an installation makes.
NO_FILE = re.compile(r"^/|^secrets/")


def _numbers(written: str) -> list[str]:
    """``1.2.6–8, 2.1.1`` as each of its requirements."""
    found = []
    for one in re.split(r",\s*", written.strip()):
        head, _, tail = one.rpartition(".")
        first, _, last = tail.partition("–")
        found += [f"{head}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def _rows() -> list[list[str]]:
    """The cells of each row of the tables of requirements."""
    lines = re.findall(r"^\| (\d+\.\d+\.\d+.*) \|$", DOCUMENT, re.M)
    return [line.split(" | ") for line in lines]


@cache
def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_requirement_stands_there_once_with_a_known_state() -> None:
    rows = _rows()
    assert all(len(row) == 4 for row in rows), [row for row in rows if len(row) != 4]
    assert {row[2] for row in rows} <= set(STATES)
    assert [number for row in rows for number in _numbers(row[0])] == _numbers(REQUIRED)


def test_every_row_says_where_or_why() -> None:
    for number, what, state, where in _rows():
        assert 1 <= len(what.split()) <= 12, number
        assert len(where) >= 8, number
        if state == "uppfyllt":
            assert any(FILE.fullmatch(one) for one in QUOTED.findall(where)), f"{number} names no file"
            is_told = any(sign in where for sign in ("::test_", "utan test", ".md`"))
            assert is_told, f"{number} names no test and does not say so"


def test_every_file_that_is_named_is_there() -> None:
    named = {one.partition("::")[0] for one in QUOTED.findall(DOCUMENT) if not NO_FILE.search(one)}
    files = {one for one in named if FILE.fullmatch(one)}
    assert len(files) > 100
    assert not sorted(one for one in files if not (ROOT / one).exists())
    links = {one.partition("#")[0] for one in re.findall(r"\]\(([^)h][^)]*)\)", DOCUMENT)}
    assert not sorted(one for one in links if not (ROOT / "docs" / one).exists())


def test_every_test_that_is_named_is_there() -> None:
    named = {tuple(one.split("::")) for one in QUOTED.findall(DOCUMENT) if "::" in one}
    assert len(named) > 100
    missing = [pair for pair in named if not re.search(rf"^def {pair[1]}\(", _read(pair[0]), re.M)]
    assert not sorted(missing)


def test_the_summary_counts_what_stands_in_the_tables() -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for row in _rows():
        for number in _numbers(row[0]):
            counted[number.partition(".")[0], row[2]] += 1
            counted["alla", row[2]] += 1
    told = {chapter or whole: tuple(map(int, rest)) for chapter, whole, *rest in SUMMARY.findall(DOCUMENT)}
    chapters = [*(str(number) for number in range(1, 18)), "alla"]
    assert told == {one: tuple(counted[one, state] for state in STATES) for one in chapters}
