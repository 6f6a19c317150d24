"""The sentences that the demo's cases are put together from, read from the TOML beside this file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parent
FILES = ("texter-vard.toml", "texter-stod.toml")


@dataclass(frozen=True)
class Area:
    """What can be said of one category: what happened, what was done, why, and what was changed."""

    code: str
    sectors: Mapping[str, int]
    steps: Mapping[str, str]
    risks: Sequence[Sequence[int]]
    what: Sequence[str]
    more: Sequence[str]
    did: Sequence[str]
    summary: Sequence[str]
    cause: Sequence[Sequence[str]]
    measure: Sequence[Sequence[str]]
    answer: Sequence[str]
    key: str = ""
    law: str = ""
    suspect: int = 0
    routines: Mapping[str, str] = field(default_factory=dict)
    units: Sequence[str] = ()


class Bank:
    """Draws sentences. ``sector`` decides which categories occur and what the person is called."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.areas: list[Area] = []
        self.common: dict[str, Any] = {}
        for name in FILES:
            data = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
            self.areas += [Area(**entry) for entry in data["area"]]
            self.common |= data.get("common", {})

    def area(self, sector: str, unit: str, *, without: frozenset[str] = frozenset()) -> Area:
        """One of the areas that occur in ``sector``, as often as they do there."""
        found = [
            one
            for one in self.areas
            if one.sectors.get(sector) and one.code not in without and (not one.units or unit in one.units)
        ]
        return self.rng.choices(found, weights=[one.sectors[sector] for one in found])[0]

    def named(self, key: str) -> Area:
        return next(one for one in self.areas if key in (one.key, one.code))

    def one(self, key: str) -> Any:
        return self.rng.choice(self.common[key])

    def who(self, area: Area, sector: str) -> str:
        """What the person is called, the same through one report."""
        return "patienten" if area.law == "hsl" else str(self.rng.choice(self.common["who"][sector]))

    def what(self, area: Area, who: str) -> str:
        """The report's text: what happened, at times something more, and how it was noticed."""
        parts = [self.rng.choice(area.what), self.rng.choice([*area.more, ""]), self.one("seen")]
        return self.filled(" ".join(part for part in parts if part), who)

    def did(self, area: Area, who: str) -> str:
        return self.filled(self.rng.choice(area.did), who)

    def filled(self, text: str, who: str) -> str:
        day = str(self.rng.choice((15, 16, 16, 17, 18, 20, 21, 23)))
        text = text.replace("{när}", self.one("when")).replace("{dag}", day)
        return text.replace("{vem}", who).replace("{Vem}", who[0].upper() + who[1:])
