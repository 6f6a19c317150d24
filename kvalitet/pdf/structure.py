"""What PDF/UA asks for and WeasyPrint leaves out of the structure tree."""

from collections.abc import Mapping
from typing import Any

import pydyf

Elements = Mapping[bytes, pydyf.Dictionary]


def complete(_document: Any, pdf: pydyf.PDF) -> None:
    """Tell of each table header what it heads, and list the names by which cells refer to headers."""
    dictionaries = [one for one in pdf.objects if isinstance(one, pydyf.Dictionary)]
    elements = {one.reference: one for one in dictionaries if one.get("Type") == "/StructElem"}
    headers = [one for one in elements.values() if one["S"] == "/TH"]
    for header in headers:
        header["A"]["Scope"] = _scope(header, elements)
    named = sorted((one for one in headers if "ID" in one), key=lambda one: bytes(one["ID"].data))
    if named:
        pairs = [part for one in named for part in (one["ID"], one.reference)]
        root = next(one for one in dictionaries if one.get("Type") == "/StructTreeRoot")
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})


def _scope(header: pydyf.Dictionary, elements: Elements) -> str:
    """A header beside data heads its row; in a row of headers only, each heads its column."""
    row = elements[header["P"]]
    beside = {elements[kid]["S"] for kid in row["K"] if kid in elements}
    return "/Row" if "/TD" in beside else "/Column"
