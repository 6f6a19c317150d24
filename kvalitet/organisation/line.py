"""The line: who receives what happens in a unit, the nearest manager first and never nobody.

A unit without an active manager is answered for by the nearest manager above. At a private provider it is the
avtalsansvarig who receives. Whoever is jävig in a case is passed over, together with whoever stands in for
them in that role. Whoever is away with nobody at work in their place keeps the right and is passed on from:
the next one up receives as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role, UnitKind

RECEIVING = (Role.MANAGER, Role.CONTRACT_MANAGER)

# The active receivers ``a`` of unit ``w`` today: a manager anywhere, the avtalsansvarig at a provider.
# ``at_work.id`` is who in fact answers, oneself or the ersättare, and null when nobody does.
_RECEIVERS = """
    JOIN organisation_roleassignment a ON a.unit_id = w.id
    AND (a.role = 'manager' OR (a.role = 'contract_manager' AND w.kind = 'provider'))
    AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to >= %(day)s)
    JOIN organisation_user x ON x.id = a.user_id AND x.is_active
    LEFT JOIN organisation_absence away
    ON away.user_id = a.user_id AND %(day)s BETWEEN away.first_day AND away.last_day
    LEFT JOIN LATERAL (
        SELECT coalesce(away.substitute_id, a.user_id) AS id WHERE away.id IS NULL OR (
            EXISTS (
                SELECT FROM organisation_user s JOIN organisation_roleassignment own ON own.user_id = s.id
                WHERE s.id = away.substitute_id AND s.is_active AND own.role <> 'provider_contact'
                AND own.valid_from <= %(day)s AND (own.valid_to IS NULL OR own.valid_to >= %(day)s))
            AND NOT EXISTS (
                SELECT FROM organisation_absence too WHERE too.user_id = away.substitute_id
                AND %(day)s BETWEEN too.first_day AND too.last_day))
    ) at_work ON true
"""
_FIRST_HAND_SQL = f"""
    WITH answered AS (
        SELECT DISTINCT w.id, w.tree_id, w.lft, w.rght
        FROM organisation_unit w {_RECEIVERS} WHERE at_work.id IS NOT NULL
    )
    SELECT a.user_id, array_agg(u.id) FROM organisation_unit w {_RECEIVERS}
    JOIN organisation_unit u ON u.tree_id = w.tree_id AND u.lft BETWEEN w.lft AND w.rght
    WHERE a.user_id = ANY(%(people)s) AND NOT EXISTS (
        SELECT FROM answered below WHERE below.tree_id = u.tree_id
        AND below.lft <= u.lft AND below.rght >= u.rght AND below.lft > w.lft AND below.rght < w.rght)
    GROUP BY a.user_id
"""  # noqa: S608 (made of constants)
_CHAINS_SQL = f"""
    SELECT u.id, w.id, array_agg(a.user_id ORDER BY a.is_main_recipient DESC, a.id),
        array_agg(at_work.id ORDER BY a.is_main_recipient DESC, a.id), bool_or(a.is_main_recipient)
    FROM organisation_unit u
    JOIN organisation_unit w ON w.tree_id = u.tree_id AND w.lft <= u.lft AND w.rght >= u.rght {_RECEIVERS}
    WHERE u.id = ANY(%(units)s) GROUP BY u.id, w.id, w.level ORDER BY u.id, w.level DESC
"""  # noqa: S608 (made of constants)
_UNANSWERED_SQL = f"""
    SELECT u.id FROM organisation_unit u WHERE NOT EXISTS (
        SELECT FROM organisation_unit w {_RECEIVERS} WHERE at_work.id IS NOT NULL
        AND w.tree_id = u.tree_id AND w.lft <= u.lft AND w.rght >= u.rght)
"""  # noqa: S608 (made of constants)
_OUTSIDE_SQL = """
    SELECT u.id FROM organisation_unit u WHERE NOT EXISTS (
        SELECT FROM organisation_unit w JOIN organisation_roleassignment a ON a.unit_id = w.id
        AND a.role = %(role)s AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to >= %(day)s)
        JOIN organisation_user x ON x.id = a.user_id AND x.is_active
        WHERE w.tree_id = u.tree_id AND w.lft <= u.lft AND w.rght >= u.rght)
"""


@dataclass(frozen=True)
class Link:
    """One link of a chain: a unit and the ids of those who receive there, huvudmottagare first.

    ``at_work`` says for each of them who in fact answers today; None when nobody does. ``has_main``: there
    is a huvudmottagare, who stands first.
    """

    unit_id: int
    user_ids: tuple[int, ...]
    at_work: tuple[int | None, ...] = field(default=())
    has_main: bool = False

    def without(self, barred: frozenset[int]) -> tuple[int, ...]:
        return tuple(pk for pk in self.user_ids if pk not in barred)

    def reachable(self, barred: frozenset[int]) -> tuple[int, ...]:
        """Those who are there, or have somebody in their place who is not jävig either."""
        pairs = zip(self.user_ids, self.at_work, strict=True)
        return tuple(pk for pk, who in pairs if who and pk not in barred and who not in barred)


def _rows(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "day": timezone.localdate()})
        return list(cursor.fetchall())


def chains(unit_ids: Iterable[int]) -> dict[int, list[Link]]:
    """For each unit the links above it that somebody answers for today, the nearest first. One query."""
    found: dict[int, list[Link]] = {pk: [] for pk in unit_ids}
    for unit_id, above, people, at_work, has_main in _rows(_CHAINS_SQL, units=list(found)):
        found[unit_id].append(Link(above, tuple(people), tuple(at_work), has_main=has_main))
    return found


def receiving_links(chain: Iterable[Link], barred: frozenset[int] = frozenset()) -> list[Link]:
    """The nearest link where somebody can be reached, after those passed on the way, nearest first."""
    found = []
    for link in chain:
        if link.without(barred):
            found.append(link)
        if link.reachable(barred):
            break
    return found


def is_answered(chain: Iterable[Link], barred: frozenset[int] = frozenset()) -> bool:
    """Whether somebody at work, who is not jävig, answers for the unit."""
    return any(link.reachable(barred) for link in chain)


def receives(user: Any, chain: Iterable[Link], barred: frozenset[int] = frozenset()) -> bool:
    """Whether ``user`` is the one, or stands in for the one, who receives at the end of ``chain``."""
    if user.pk in barred or not user.is_active or getattr(user, "is_limited", False):
        return False
    links = receiving_links(chain, barred)
    return any(user.pk in link.user_ids for link in links) or received_for(user, links, barred) is not None


def received_for(user: Any, links: Iterable[Link], barred: frozenset[int] = frozenset()) -> int | None:
    """Id of the absent person for whom ``user`` receives at one of ``links``; None when for nobody."""
    places = {(link.unit_id, pk) for link in links for pk in link.without(barred)}
    owners = (
        one.substitutes_for
        for one in grants.held(user)
        if one.role in RECEIVING and (one.unit_id, one.substitutes_for) in places
    )
    return next(owners, None)


def first_hand(user: Any) -> dict[int | None, frozenset[int]]:
    """Units that ``user`` receives for, by whose role: None is their own, else the id of who is away.

    The own unit and those below it that nobody else answers for. One query, once a user object.
    """
    if not hasattr(user, "_first_hand"):
        owners = {one.substitutes_for or user.pk for one in grants.held(user) if one.role in RECEIVING}
        rows = _rows(_FIRST_HAND_SQL, people=list(owners)) if owners else []
        user._first_hand = {None if pk == user.pk else pk: frozenset(units) for pk, units in rows}
    return dict(user._first_hand)


def first_hand_of(owner_id: int) -> RawSQL:
    """The same units of one person as SQL for ``unit__in``, where another query costs more than a join."""
    sql = _FIRST_HAND_SQL.replace("a.user_id, array_agg(u.id)", "u.id").replace("GROUP BY a.user_id", "")
    # The day stands as a constant, since the person does not come first among the parameters.
    day = f"DATE '{timezone.localdate().isoformat()}'"
    sql = sql.replace("ANY(%(people)s)", "%s").replace("%(day)s", day)
    return RawSQL(f"({sql})", [owner_id])  # noqa: S611 (made of constants)


def unanswered() -> RawSQL:
    """Ids of the units that nobody at work receives for, up to the top, for a filter's ``__in``."""
    days = [timezone.localdate()] * _UNANSWERED_SQL.count("%(day)s")
    return RawSQL(f"({_UNANSWERED_SQL.replace('%(day)s', '%s')})", days)  # noqa: S611 (made of constants)


def outside(user: Any, role: Role) -> frozenset[int]:
    """Units for which nobody has ``role``, there or above. One query, once a user object and role."""
    cache: dict[Role, frozenset[int]] = user.__dict__.setdefault("_outside", {})
    if role not in cache:
        cache[role] = frozenset(pk for (pk,) in _rows(_OUTSIDE_SQL, role=role.value))
    return cache[role]


def recipients(chain: Iterable[Link], *, barred: frozenset[int] = frozenset()) -> list[Any]:
    """Whom to tell of what happens in the unit of ``chain``: the huvudmottagare, else all managers, of the
    nearest link where somebody can be reached; empty only when nobody at all answers for the unit.
    """
    from kvalitet.organisation.models import User

    for link in chain:
        ids = link.reachable(barred)
        if ids:
            told = ids[:1] if link.has_main and ids[0] == link.user_ids[0] else ids
            people = User.objects.in_bulk(told)
            return [people[pk] for pk in told]
    return []


def is_provider(unit: Any) -> bool:
    return bool(unit is not None and unit.kind == UnitKind.PROVIDER)
