"""The fingerprint of a text, by which nearly the same text is found among many: MinHash in bands.

What is compared are runs of three words. Of a text's runs 120 independent hashes each keep the smallest; the
share of equal ones says how much of two texts is the same (± 4 percentage points). Six by six they make 20
bands, and texts with a band in common are looked closer at: of two that are 80 % alike 997 in 1 000 have one.
"""

import re
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

HASHES, BANDS = 120, 20
RUN = 3
SHORTEST = 30  # runs; fewer say too little to be called nearly the same as anything
MOST_WORDS = 100_000
WORD = re.compile(r"\w+")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Print:
    signature: bytes
    bands: list[int]


def of(text: str, *, without: str = "") -> Print | None:
    """The print of ``text``, with the runs that the template ``without`` gives taken away; None if short."""
    runs = _runs(text)
    if without:
        runs = np.setdiff1d(runs, _runs(without))
    if len(runs) < SHORTEST:
        return None
    odd, add = _mixers()
    least = np.array([((runs * o + a) >> np.uint64(32)).min() for o, a in zip(odd, add, strict=True)])
    signature = least.astype("<u4")
    rows = signature.reshape(BANDS, HASHES // BANDS)
    # The number of the band is part of it, so that equal rows of different bands do not meet.
    bands = [zlib.crc32(row.tobytes(), number) - 2**31 for number, row in enumerate(rows)]
    return Print(signature.tobytes(), bands)


def likeness(one: bytes, other: bytes) -> float:
    """How much of two texts is the same, from 0 to 1."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def _runs(text: str) -> Array:
    words = [match.group() for match in WORD.finditer(text.casefold())][:MOST_WORDS]
    codes = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint64)
    if len(codes) < RUN:
        return np.empty(0, dtype=np.uint64)
    mixed = codes[:-2] * np.uint64(0x9E3779B97F4A7C15) + codes[1:-1]
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9) + codes[2:]
    mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed * np.uint64(0x94D049BB133111EB))


@cache
def _mixers() -> tuple[Array, Array]:
    """The same for ever: what is stored was made with them."""
    chance = np.random.Generator(np.random.PCG64(20111009))
    odd, add = (chance.integers(0, 2**63, HASHES, dtype=np.uint64) for _ in range(2))
    return odd * np.uint64(2) + np.uint64(1), add
