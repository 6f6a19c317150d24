"""Questions about people and units that several pages ask; nothing is changed here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from kvalitet.organisation.reasons import Reason, explain

SUGGESTIONS = 5
ALL = "Alla medarbetare"


def suggested_substitutes(person: User) -> list[User]:
    """Likely ersättare: the one of last time, then colleagues near by with most roles in common."""
    today = timezone.localdate()
    mine = RoleAssignment.objects.on(today).filter(user=person)
    units, roles = mine.values("unit_id"), mine.values("role")
    near = RoleAssignment.objects.on(today).filter(
        Q(unit__in=units) | Q(role__in=roles, unit__parent__in=mine.values("unit__parent_id"))
    )
    colleagues = (
        User.objects.filter(is_active=True, assignments__in=near)
        .exclude(pk=person.pk)
        .annotate(alike=Count("assignments", filter=Q(assignments__role__in=roles)))
        .order_by("-alike", "name", "pk")[:SUGGESTIONS]
    )
    last = Absence.objects.filter(user=person).select_related("substitute").order_by("-first_day").first()
    found = [last.substitute] if last and last.substitute.is_active else []
    found += [one for one in colleagues if one not in found]
    return found[:SUGGESTIONS]


def employees() -> Any:
    """Active users with a role of today in the municipality: not who has left, not a provider's contact."""
    held = RoleAssignment.objects.on(timezone.localdate()).exclude(role=Role.PROVIDER_CONTACT)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def day_in_words(day: date) -> str:
    """ "3 mars", with the year when it is another than this one."""
    return date_format(day, "j F" if day.year == timezone.localdate().year else "j F Y")


@dataclass(frozen=True)
class Holder:
    """A person in a role as it is shown: "Jorid Chef, borta till 3 mars, Milla Ersättare är ersättare"."""

    person: User
    role: str
    is_acting: bool = False
    is_main: bool = False
    absence: Absence | None = None


def holders_on(units: Iterable[Unit], roles: Iterable[Role]) -> dict[int, list[Holder]]:
    """Who has one of ``roles`` on each of ``units`` today, in that order, with who stands in; two queries."""
    today = timezone.localdate()
    order = list(roles)
    rows = list(
        RoleAssignment.objects.on(today)
        .filter(unit__in=[unit.pk for unit in units], role__in=order, user__is_active=True)
        .select_related("user")
        .order_by("-is_main_recipient", "user__name")
    )
    rows.sort(key=lambda row: order.index(Role(row.role)))
    away = {one.user_id: one for one in absences_today(row.user_id for row in rows)} if rows else {}
    found: dict[int, list[Holder]] = {}
    for row in rows:
        holder = Holder(
            row.user, row.get_role_display(), row.is_acting, row.is_main_recipient, away.get(row.user_id)
        )
        found.setdefault(row.unit_id, []).append(holder)
    return found


def absences_today(user_ids: Iterable[int]) -> list[Absence]:
    rows = Absence.objects.on(timezone.localdate()).filter(user_id__in=list(user_ids))
    return list(rows.select_related("substitute", "user"))


@dataclass
class Branch:
    """A unit with what is under it, for drawing the tree."""

    unit: Unit
    managers: list[Holder]
    children: list["Branch"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.unit.level < 2


def branches(units: list[Unit], managers: dict[int, list[Holder]]) -> list[Branch]:
    """The units, given in the order of the tree, as nested branches; without its parent one is a root."""
    by_pk: dict[int, Branch] = {}
    roots: list[Branch] = []
    for unit in units:
        branch = by_pk[unit.pk] = Branch(unit, managers.get(unit.pk, []))
        above = by_pk.get(unit.parent_id) if unit.parent_id else None
        (above.children if above else roots).append(branch)
    return roots


@dataclass
class Right:
    """What one role gives a person and where, in words: "Chef på X", "X och enheterna under", the
    permissions.
    """

    by: str
    where: str
    what: list[str]


REACH = {
    grants.Reach.EVERYWHERE: "Överallt",
    grants.Reach.SUBTREE: "{unit} och enheterna under",
    grants.Reach.UNIT: "{unit}",
}


def rights_of(person: User) -> list[Right]:
    """Everything ``person`` may do today by role, in Swedish: one entry for each role and reach."""
    explained = explain(person)
    reasons = [reason for found in explained.values() for reason in found]
    units = Unit.objects.in_bulk({reason.unit_id for reason in reasons})
    people = User.objects.in_bulk({one.substitutes_for for one in reasons if one.substitutes_for})
    found: dict[Reason, Right] = {}
    for code, because in explained.items():
        for reason in because:
            if reason not in found:
                by = f"{reason.role.label} på {units[reason.unit_id]}"
                if reason.substitutes_for:
                    by += f", som ersättare för {people[reason.substitutes_for]}"
                found[reason] = Right(by, REACH[reason.reach].format(unit=units[reason.unit_id]), [])
            found[reason].what.append(grants.label(code))
    return sorted(found.values(), key=lambda right: (right.by, right.where))


@dataclass(frozen=True)
class Entitled:
    """One permission on a unit in words, and who has it there by which role."""

    what: str
    people: list[str]


def entitled_on(unit: Unit) -> list[Entitled]:
    """For each permission: who has it on ``unit`` today, by a role there, above it, or everywhere."""
    today = timezone.localdate()
    above = set(unit.get_ancestors(include_self=True).values_list("pk", flat=True))
    table = grants.registered()
    everywhere = {role for grant in table.values() for role in _everywhere(grant) if not _for_all(grant)}
    rows = list(
        RoleAssignment.objects.on(today)
        .filter(Q(unit_id__in=above) | Q(role__in=everywhere), user__is_active=True)
        .select_related("user")
        .order_by("user__name")
    )
    found = [
        Entitled(grants.label(code), [ALL] if _for_all(grant) else _people(rows, grant, unit, above))
        for code, grant in table.items()
    ]
    return [one for one in found if one.people]


def _everywhere(grant: grants.Grant) -> set[Role]:
    return {role for role, reach in grant.roles.items() if reach is grants.Reach.EVERYWHERE}


def _for_all(grant: grants.Grant) -> bool:
    return Role.EMPLOYEE in _everywhere(grant)


def _people(rows: list[RoleAssignment], grant: grants.Grant, unit: Unit, above: set[int]) -> list[str]:
    found = []
    for row in rows:
        reach = grant.roles.get(Role(row.role))
        inherited = reach is grants.Reach.SUBTREE and row.unit_id in above
        if reach is grants.Reach.EVERYWHERE or inherited or (reach and row.unit_id == unit.pk):
            found.append(f"{row.user} ({Role(row.role).in_text})")
    return list(dict.fromkeys(found))


def week_span(today: date) -> tuple[date, date]:
    """Today and the Sunday of this week; from Friday on, of next week too."""
    sunday = today + timedelta(days=6 - today.weekday())
    return today, sunday + timedelta(days=7) if today.weekday() >= 4 else sunday


def units_led_by(user: Any) -> frozenset[int]:
    from kvalitet.organisation.permissions import Permission

    return grants.scope(user, Permission.LEAD_UNIT).unit_ids
