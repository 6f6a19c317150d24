"""Which cases a person reaches, as filters: the same circles as ``permissions`` draws round one case.

Jäv of the person is not subtracted here but last, in ``DeviationQuerySet``; that of those one stands in for
is.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from documents.models.document import processes_owned_by
from improvement import permissions
from improvement.enums import CaseLaw, Suspicion, Zone
from improvement.permissions import Permission
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Denial
from processes.permissions import stands_for

SECRET = (Suspicion.SUSPECTED, Suspicion.INQUIRY)
WIDE = 2
ALL, NONE = Q(pk__isnull=False), Q(pk__in=[])


def _cases() -> Any:
    return apps.get_model("improvement", "Deviation")


def handed_over(user: Any) -> Q:
    return Q(pk__in=list(permissions.handed_over(user)))


def _shared(user: Any, permission: Permission, rows: Callable[[grants.Scope], Q]) -> Q:
    """``rows`` of what the permission covers; by the role of who is away, without that person's jäv."""
    where = NONE
    for owner, scope in grants.shares(user, permission, given=True).items():
        where |= rows(scope) & _open_to(owner)
    return where


def _open_to(owner: int | None) -> Q:
    """Cases in which the person one stands in for is not jävig."""
    return ~Q(pk__in=denials().filter(user=owner).values("object_id")) if owner else ALL


def received(user: Any) -> Q:
    where = Q(pk__in=_past_denials(user))
    for owner, units in line.first_hand(user).items():
        where |= Q(unit__in=list(units)) & _open_to(owner)
    if permissions.distributes(user):
        queue = Q(unit=None) | Q(unit__in=line.unanswered())
        # Those in which somebody is jävig have been weighed one by one.
        where |= queue & ~Q(pk__in=denials().values("object_id"))
    return where


def denials() -> models.QuerySet[Denial]:
    return Denial.objects.filter(content_type=ContentType.objects.get_for_model(_cases()))


def _past_denials(user: Any) -> list[int]:
    """Cases in which somebody is jävig, so that ``user`` is the next one up, or distributes them.

    Weighed once per user object, as the rights are.
    """
    roles = {one.role for one in grants.held(user)}
    if roles.isdisjoint((*line.RECEIVING, Role.COORDINATOR, Role.LEX_SARAH_OFFICER)):
        return []
    if not hasattr(user, "_past_denials"):
        user._past_denials = _weigh_denials(user)
    found: list[int] = user._past_denials
    return found


def _weigh_denials(user: Any) -> list[int]:
    barred: dict[int, set[int]] = defaultdict(set)
    places: dict[int, int | None] = {}
    unit = Subquery(_cases().objects.filter(pk=OuterRef("object_id")).values("unit"))
    for pk, person, place in denials().values_list("object_id", "user", unit):
        barred[pk].add(person)
        places[pk] = place
    chains = line.chains({unit for unit in places.values() if unit})
    return [
        pk
        for pk, unit in places.items()
        if permissions.receives_along(user, chains.get(unit or 0, []), frozenset(barred[pk]))
    ]


def grave() -> Q:
    """What the lex Sarah-ansvarig reads: a chef is touched also in what another such report goes on in, and
    in the other part of that.
    """
    rows = _cases().objects.order_by()
    touched = rows.filter(is_manager_involved=True, merged_into__isnull=False).values("merged_into")
    where = ~Q(suspicion=Suspicion.NONE) | Q(zone=Zone.RED) | Q(is_manager_involved=True)
    parted = rows.filter(pk__in=touched, part_of__isnull=False).values("part_of")
    return where | Q(pk__in=touched) | Q(part_of__in=touched) | Q(pk__in=parted)


def readable(user: Any) -> Q:
    return received(user) | handed_over(user) | _medical(user) | judged(user)


def judged(user: Any) -> Q:
    """Cases that the lex Sarah-ansvarig reads and judges."""
    return grave() & _shared(user, Permission.READ_SUSPECTED, lambda scope: _answered_for(user, scope))


def _medical(user: Any) -> Q:
    """Cases of MAS and MAR."""
    rehab = Q(law=CaseLaw.HSL, category__is_rehab=True)
    where = _shared(user, Permission.READ_HSL, lambda scope: Q(law=CaseLaw.HSL))
    return where | _shared(user, Permission.READ_REHAB, lambda scope: rehab)


def glimpsed(user: Any) -> Q:
    """What the roles of ``user`` reach without asking who is at work today: for a glimpse on another page.

    Never more than ``readable`` and ``listed`` together; less by what only the line of the day brings.
    """
    judged = _shared(user, Permission.READ_SUSPECTED, lambda scope: Q(unit__in=list(scope.unit_ids)))
    return listed(user) | handed_over(user) | _medical(user) | (grave() & judged)


def _answered_for(user: Any, scope: grants.Scope) -> Q:
    """Cases of the lex Sarah-ansvarig, with those whose place is not known or that nobody answers for."""
    units = scope.unit_ids | line.outside(user, Role.LEX_SARAH_OFFICER)
    return Q(unit=None) | Q(unit__in=list(units))


def are_wide(user: Any) -> bool:
    """Whether ``user`` lists cases of so many units that a page of a list is found quicker row by row."""
    is_everywhere = bool(grants.scope(user, Permission.LIST_ALL))
    return is_everywhere or len(grants.scope(user, Permission.LIST_CASES).unit_ids) >= WIDE


def listed(user: Any) -> Q:
    where = _shared(user, Permission.LIST_CASES, lambda scope: Q(unit__in=list(scope.unit_ids)))
    wide = _shared(user, Permission.LIST_ALL, lambda scope: ALL)
    for person in stands_for(user):
        owner = None if person == user.pk else person
        wide |= Q(process__in=processes_owned_by([person])) & _open_to(owner)
    return where | (~Q(suspicion__in=SECRET) & wide)
