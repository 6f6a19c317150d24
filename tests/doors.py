"""How an address is declared: for whom it opens, whom it refuses, and who does not know of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import ANONYMOUS, WHO
from tests.samples import Samples

IN, REFUSED, HIDDEN, LOGIN = "in", "403", "404", "login"
Args = Callable[[Samples], dict[str, Any]]

EVERYONE = frozenset(WHO)
LOGGED_IN = EVERYONE - {ANONYMOUS}
STAFF = LOGGED_IN - {"utforare", "utan_roll"}
SYSTEM = frozenset({"samordnare", "admin"})
CHIEFS = frozenset({"chef", "avdelningschef", "ersattare"})
EDITORS = frozenset({"samordnare", "processhandledare"})
OWNER = frozenset({"processagare"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    opens: frozenset[str]
    refuses: frozenset[str] = NOBODY
    public: bool = False

    def answer(self, who: str) -> str:
        if who in self.opens:
            return IN
        if who == ANONYMOUS and not self.public:
            return LOGIN
        return REFUSED if who in self.refuses else HIDDEN


@dataclass(frozen=True)
class Case:
    """One address with one thing; a door of None is a method that the address does not take (405)."""

    url: str
    args: Args
    get: Door | None
    post: Door | None
    what: str = ""
    data: Args = field(default=lambda made: {})

    def __str__(self) -> str:
        return f"{self.url}-{self.what}" if self.what else self.url


def none(made: Samples) -> dict[str, Any]:
    return {}


def page(url: str, door: Door, args: Args = none, what: str = "") -> Case:
    return Case(url, args, get=door, post=None, what=what)


def form(url: str, door: Door, args: Args = none, what: str = "") -> Case:
    return Case(url, args, get=door, post=door, what=what)


def button(url: str, door: Door, args: Args = none, what: str = "", data: Args = none) -> Case:
    return Case(url, args, get=None, post=door, what=what, data=data)


def public(opens: Iterable[str] = EVERYONE) -> Door:
    return Door(frozenset(opens), public=True)


def staff_only(opens: frozenset[str]) -> Door:
    """Others among the staff are told no, outsiders nothing."""
    return Door(opens, refuses=STAFF - opens)
