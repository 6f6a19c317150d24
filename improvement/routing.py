"""Whom an avvikelse goes to, told before it is sent and used when it is: one rule for both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from improvement import kin
from improvement.enums import CaseLaw, Suspicion
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit, User

BARRED_BECAUSE = "Rapportören har angett att chefen är berörd."
LAWS = {value: CaseLaw(value) for value in CaseLaw.values}


@dataclass(frozen=True)
class Route:
    """Who receives, and who also gets to know; ``barred`` are the managers that the event touches."""

    receivers: list[User]
    lex_officers: list[User] = field(default_factory=list)
    medical: list[User] = field(default_factory=list)
    barred: frozenset[int] = frozenset()
    is_unplaced: bool = False

    def sentence(self) -> str:
        """ "Går till: …" in words, with names: only employees report."""
        names = _names([*self.receivers, *self.lex_officers, *self.medical])

        def named(people: list[User]) -> str:
            return ", ".join(names[one.pk] for one in people)

        told = ["samordnaren, som fördelar den" if self.is_unplaced else named(self.receivers)]
        if self.lex_officers:
            told.append(f"lex Sarah-ansvarig ({named(self.lex_officers)})")
        if self.medical:
            told.append(f"medicinskt ansvarig sjuksköterska ({named(self.medical)})")
        return " och ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else told[0]


def _names(people: list[User]) -> dict[int, str]:
    """What each is called, with the ersättare of who is away; one query, however many they are."""
    away = grants.stand_ins_of([one.pk for one in people])
    return {one.pk: f"{away[one.pk]} (ersättare för {one})" if one.pk in away else str(one) for one in people}


def route(
    reporter: Any, unit: Unit | None, *, is_suspected: bool, is_manager_involved: bool, law: str = ""
) -> Route:
    """Where a report of ``reporter`` about ``unit`` (None: not known) goes today. Never to nobody."""
    barred = touched_managers(reporter, unit) if is_manager_involved else frozenset()
    people, is_unplaced = receivers(unit, barred=barred)
    return Route(
        receivers=people,
        lex_officers=lex_officers(unit, barred=barred) if is_suspected or is_manager_involved else [],
        medical=everyone_with(Role.MAS, barred=barred) if (law or law_of(unit)) == CaseLaw.HSL else [],
        barred=barred,
        is_unplaced=is_unplaced,
    )


def current_route(deviation: Any, people: list[User]) -> Route:
    """Who has a case now, as its reporter may be told: ``people`` are those who receive or handle it.

    The lex Sarah-ansvarig is named to a reporter who wrote that it may be a missförhållande or that the
    manager is touched; what others suspect later is not told there.
    """
    barred = deviation.barred_ids()
    is_told = deviation.is_manager_involved or (
        deviation.suspicion == Suspicion.SUSPECTED and not kin.was_suspected_later(deviation)
    )
    return Route(
        receivers=people,
        lex_officers=lex_officers(deviation.unit, barred=barred) if is_told else [],
        medical=everyone_with(Role.MAS, barred=barred) if deviation.law == CaseLaw.HSL else [],
        barred=barred,
        is_unplaced=not line.is_answered(deviation.chain(), barred),
    )


def receivers(
    unit: Unit | None, *, barred: frozenset[int] = frozenset(), chain: list[line.Link] | None = None
) -> tuple[list[User], bool]:
    """Who receives today, and whether to distribute: no manager answers for the place.

    ``chain`` is that of the unit, when it has been read.
    """
    if chain is None:
        chain = line.chains([unit.pk])[unit.pk] if unit else []
    people = line.recipients(chain, barred=barred)
    if people:
        return people, False
    return everyone_with(Role.COORDINATOR, barred=barred) or lex_officers(unit, barred=barred), True


def above(chain: list[line.Link], *, barred: frozenset[int] = frozenset()) -> list[User]:
    """The next chef up from those who receive, past ``barred``; empty when there is none."""
    passed = barred | {pk for link in line.receiving_links(chain, barred) for pk in link.user_ids}
    return line.recipients(chain, barred=passed)


def law_of(unit: Unit | None) -> str:
    """The law a case in the unit is first thought to be under; empty where the unit is under another."""
    return LAWS.get(unit.law, CaseLaw.SOL).value if unit and unit.law in LAWS else ""


def touched_managers(reporter: Any, unit: Unit | None) -> frozenset[int]:
    """The reporter's own managers and those of the unit where it happened; never the reporter."""
    own = {one.unit_id for one in grants.held(reporter) if one.substitutes_for is None}
    places = own | ({unit.pk} if unit else set())
    found: set[int] = set()
    for chain in line.chains(places).values():
        # A manager's own manager is the next one up.
        above = (link for link in chain if reporter.pk not in link.user_ids)
        found.update(next((link.user_ids for link in above), ()))
    return frozenset(found)


def lex_officers(unit: Unit | None, *, barred: frozenset[int] = frozenset()) -> list[User]:
    """Those who answer for the unit; all of them where nobody does, or where the unit is not known."""
    above = unit.get_ancestors(include_self=True).values_list("pk", flat=True) if unit else []
    found = _people(Role.LEX_SARAH_OFFICER, above, barred)
    return found or everyone_with(Role.LEX_SARAH_OFFICER, barred=barred)


def everyone_with(role: Role, *, barred: frozenset[int] = frozenset()) -> list[User]:
    return _people(role, Unit.objects.values_list("pk", flat=True), barred)


def _people(role: Role, unit_ids: Iterable[int], barred: frozenset[int]) -> list[User]:
    rows = grants.holders(role, unit_ids)
    return list({row.user_id: row.user for row in rows if row.user_id not in barred}.values())
