"""The line: who receives what happens in a unit, the nearest manager first and never nobody.

A unit without an active manager is answered for by the nearest manager above. At a private provider it is the
avtalsansvarig who receives. Whoever is jävig in a case is passed over, together with whoever stands in for
them in that role.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role, UnitKind

RECEIVING = (Role.MANAGER, Role.CONTRACT_MANAGER)

# Who receives by role: a manager anywhere, the avtalsansvarig at a provider.
_IS_RECEIVER = """
    (a.role = 'manager' OR (a.role = 'contract_manager' AND w.kind = 'provider'))
    AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to >= %(day)s)
"""
_FIRST_HAND_SQL = f"""
    SELECT here.id, array_agg(u.id)
    FROM organisation_unit here JOIN organisation_unit u
    ON u.tree_id = here.tree_id AND u.lft BETWEEN here.lft AND here.rght
    WHERE here.id = ANY(%(units)s) AND NOT EXISTS (
        SELECT FROM organisation_unit w
        JOIN organisation_roleassignment a ON a.unit_id = w.id AND {_IS_RECEIVER}
        JOIN organisation_user x ON x.id = a.user_id AND x.is_active
        WHERE w.tree_id = u.tree_id AND w.lft <= u.lft AND w.rght >= u.rght
        AND w.lft > here.lft AND w.rght < here.rght)
    GROUP BY here.id
"""  # noqa: S608 (made of constants)
_CHAINS_SQL = f"""
    SELECT u.id, w.id, array_agg(a.user_id ORDER BY a.is_main_recipient DESC, a.id)
    FROM organisation_unit u
    JOIN organisation_unit w ON w.tree_id = u.tree_id AND w.lft <= u.lft AND w.rght >= u.rght
    JOIN organisation_roleassignment a ON a.unit_id = w.id AND {_IS_RECEIVER}
    JOIN organisation_user x ON x.id = a.user_id AND x.is_active
    WHERE u.id = ANY(%(units)s) GROUP BY u.id, w.id, w.level ORDER BY u.id, w.level DESC
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True)
class Link:
    """One link of a chain: a unit and the ids of those who receive there, huvudmottagare first."""

    unit_id: int
    user_ids: tuple[int, ...]

    def without(self, barred: frozenset[int]) -> tuple[int, ...]:
        return tuple(pk for pk in self.user_ids if pk not in barred)


def chains(unit_ids: Iterable[int]) -> dict[int, list[Link]]:
    """For each unit the links above it that somebody answers for today, the nearest first. One query."""
    found: dict[int, list[Link]] = {pk: [] for pk in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS_SQL, {"units": list(found), "day": timezone.localdate()})
        for unit_id, above, people in cursor.fetchall():
            found[unit_id].append(Link(above, tuple(people)))
    return found


def receiving_link(chain: Iterable[Link], barred: frozenset[int] = frozenset()) -> Link | None:
    """The nearest link where somebody may receive, with those alone; None when everyone is barred."""
    for link in chain:
        people = link.without(barred)
        if people:
            return Link(link.unit_id, people)
    return None


def acting_at(user: Any, barred: frozenset[int] = frozenset()) -> frozenset[int]:
    """Units where ``user`` receives today: by a role of their own, or for somebody away who is not barred."""
    return frozenset(
        one.unit_id
        for one in grants.held(user)
        if one.role in RECEIVING and one.substitutes_for not in barred
    )


def receives(user: Any, chain: Iterable[Link], barred: frozenset[int] = frozenset()) -> bool:
    """Whether ``user`` is the one, or stands in for the one, who receives at the end of ``chain``."""
    link = receiving_link(chain, barred)
    if link is None or user.pk in barred:
        return False
    return user.pk in link.user_ids or any(
        one.unit_id == link.unit_id and one.role in RECEIVING and one.substitutes_for in link.user_ids
        for one in grants.held(user)
    )


def first_hand(user: Any) -> dict[int | None, frozenset[int]]:
    """Units that ``user`` receives for, by whose role: None is their own, else the id of who is away.

    The own unit and those below it that nobody else answers for. One query, once a user object.
    """
    if not hasattr(user, "_first_hand"):
        user._first_hand = _first_hand(user)
    return dict(user._first_hand)


def _first_hand(user: Any) -> dict[int | None, frozenset[int]]:
    roles = [one for one in grants.held(user) if one.role in RECEIVING]
    if not roles:
        return {}
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"units": [one.unit_id for one in roles], "day": timezone.localdate()}
        cursor.execute(_FIRST_HAND_SQL, values)
        units = {unit_id: frozenset(below) for unit_id, below in cursor.fetchall()}
    found: dict[int | None, frozenset[int]] = {}
    for one in roles:
        found[one.substitutes_for] = found.get(one.substitutes_for, frozenset()) | units.get(
            one.unit_id, frozenset()
        )
    return found


def reachable(user_ids: Iterable[int]) -> list[Any]:
    """The people of ``user_ids`` in that order, without those who are away with nobody in their place."""
    from kvalitet.organisation.models import Absence, RoleAssignment, User

    ids, today = list(user_ids), timezone.localdate()
    employed = RoleAssignment.objects.on(today).exclude(role=Role.PROVIDER_CONTACT).values("user")
    stands_in = Q(substitute__is_active=True, substitute__in=employed)
    gone = Absence.objects.on(today).filter(user__in=ids).exclude(stands_in).values_list("user", flat=True)
    people = {one.pk: one for one in User.objects.filter(pk__in=ids, is_active=True).exclude(pk__in=gone)}
    return [people[pk] for pk in ids if pk in people]


def recipients(unit_id: int, *, barred: frozenset[int] = frozenset()) -> list[Any]:
    """Whom to tell of what happens in the unit: the huvudmottagare, else all managers, of the nearest link
    where somebody can be reached; empty only when nobody at all answers for the unit.
    """
    for link in chains([unit_id])[unit_id]:
        people = reachable(link.without(barred))
        if people:
            return _main_first(people, link.unit_id)
    return []


def _main_first(people: list[Any], unit_id: int) -> list[Any]:
    from kvalitet.organisation.models import RoleAssignment

    main = RoleAssignment.objects.on(timezone.localdate()).filter(
        unit=unit_id, is_main_recipient=True, user__in=[one.pk for one in people]
    )
    main_id = main.values_list("user", flat=True).first()
    return [one for one in people if one.pk == main_id] or people


def is_provider(unit: Any) -> bool:
    return bool(unit is not None and unit.kind == UnitKind.PROVIDER)
