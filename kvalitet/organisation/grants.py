"""The one reader of rights: ``scope(user, permission)`` says where and on what a person may do something.

Three sources, in this order: roles (``RoleAssignment`` of today, one's own and those of whom one
stands in for, each reaching as far as the permission's table says), exceptions on one object
(django-guardian's direct-FK rows), and last the denials (jäv), which beat everything. No rule reads
``is_superuser``.

A user's roles with the units below them are loaded once a request, in the query that loads the user
(``authentication.EmailBackend``); for any other user object they are loaded at the first question.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from guardian import shortcuts
from guardian.models import UserObjectPermissionBase

from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.grants_sql import (
    DENIED_SQL,
    EXCEPTION_ROWS,
    EXCEPTIONS_SQL,
    HELD_SQL,
    NO_EXCEPTION,
)


class Reach(Enum):
    UNIT = "unit"
    SUBTREE = "subtree"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Grant:
    """How far each role reaches, and the direct-FK model that holds exceptions on one object, if any."""

    roles: Mapping[Role, Reach]
    exceptions: type[UserObjectPermissionBase] | None = None


@dataclass(frozen=True)
class Held:
    """One role that a person has today; ``substitutes_for`` is the id of whose it is, if not their own."""

    role: str
    unit_id: int
    subtree: frozenset[int]
    substitutes_for: int | None = None


@dataclass(frozen=True)
class Scope:
    """Where a permission holds: everywhere, in units, on single objects; never on the denied objects."""

    everywhere: bool = False
    unit_ids: frozenset[int] = frozenset()
    object_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.unit_ids) or bool(self.object_ids)

    def covers(self, *, unit_id: int | None = None, object_id: int | None = None) -> bool:
        return self.everywhere or unit_id in self.unit_ids or object_id in self.object_ids

    def where(self, unit_path: str, object_path: str = "pk") -> models.Q:
        """The same as a filter: rows whose ``unit_path`` lies in the units or whose pk is an exception."""
        if self.everywhere:
            return models.Q(pk__isnull=False)
        condition = models.Q(**{f"{unit_path}__in": list(self.unit_ids)})
        return condition | models.Q(**{f"{object_path}__in": list(self.object_ids)})


class Rights(NamedTuple):
    """All that is read about a person, as it came. Two with the same may the same, but for what is theirs."""

    is_active: bool
    is_limited: bool
    held: str
    denied: str
    exceptions: str


# An id that no row has.
NOBODY = -(2**62)


class StandIn:
    """Somebody with exactly these rights and nothing else: for SQL that fits all who have them."""

    is_authenticated = True
    pk = id = NOBODY

    def __init__(self, rights: Rights) -> None:
        self.is_active, self.is_limited = rights.is_active, rights.is_limited
        remember(self, rights.held, rights.denied, rights.exceptions)


_grants: dict[str, Grant] = {}
_labels: dict[str, str] = {}


def register(table: Mapping[Any, Grant]) -> None:
    """Add an app's permission table; called from ``AppConfig.ready()``."""
    for permission, grant in table.items():
        if _grants.setdefault(str(permission.value), grant) is not grant:
            raise ValueError(f"{permission.value} has two grant tables")
        _labels[str(permission.value)] = str(permission.label)


def registered() -> Mapping[str, Grant]:
    return dict(_grants)


def label(code: str) -> str:
    """The Swedish words of a permission."""
    return _labels[code]


def held(user: Any) -> list[Held]:
    """The roles of ``user`` today, with the units below each; loaded once per user object."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_held"):
        today = timezone.localdate()
        with connection.cursor() as cursor:
            cursor.execute(HELD_SQL, [user.pk, today])
            remember(user, cursor.fetchone()[0])
    return list(user._held)


def rights(user: Any) -> Rights | None:
    """Everything that was read about ``user``, in one query if it has not been; None for the public."""
    if not user.is_authenticated:
        return None
    if not hasattr(user, "_rights"):
        single = exceptions_of(user.pk)
        with connection.cursor() as cursor:
            sql = f"SELECT ({HELD_SQL}), ({DENIED_SQL}), {single.sql}"
            cursor.execute(sql, [user.pk, timezone.localdate(), user.pk, *single.params])
            remember(user, *cursor.fetchone())
    found: Rights = user._rights
    return found


def exceptions_of(user_id: Any) -> RawSQL:
    """Every exception on one object that the user has, as ``[table, codename, object id]`` in JSON."""
    models_with = {grant.exceptions for grant in _grants.values() if grant.exceptions is not None}
    tables = sorted(model._meta.db_table for model in models_with)
    rows = [EXCEPTION_ROWS.replace("$table", table) for table in tables] or [NO_EXCEPTION]
    whole = EXCEPTIONS_SQL.replace("$rows", " UNION ALL ".join(rows))
    return RawSQL(f"({whole})", [user_id] * len(rows))  # noqa: S611 (made of constants)


def _as_text(rows: Any) -> str:
    return rows if isinstance(rows, str) else json.dumps(rows)


def remember(user: Any, rows: Any, denied: Any = None, exceptions: Any = None) -> None:
    """Keep the results of ``HELD_SQL``, ``DENIED_SQL`` and ``exceptions_of`` on the user object."""
    if denied is not None and exceptions is not None:
        texts = (_as_text(one) for one in (rows, denied, exceptions))
        read = Rights(user.is_active, getattr(user, "is_limited", False), *texts)
        user._rights = read
        user._denied, user._exceptions = json.loads(read.denied), json.loads(read.exceptions)
    user._held = [
        Held(role=role, unit_id=unit_id, subtree=frozenset(below or ()), substitutes_for=owner)
        for role, unit_id, owner, below in json.loads(_as_text(rows))
    ]


# What ``line`` keeps on a user object.
LINE = ("_first_hand", "_outside")


def forget(user: Any) -> None:
    """Drop what was read about ``user``, after a change of rights within one request."""
    known = (
        "_held",
        "_scopes",
        "_shares",
        "_denied",
        "_exceptions",
        "_rights",
        "_past_denials",
        "_distributes",
        "_coordinators",
        *LINE,
    )
    for name in known:
        user.__dict__.pop(name, None)


def limit(user: Any) -> None:
    """Leave ``user`` an employee's rights at their own units: no other role or exception, no standing in.

    An administrator's unit is the topmost one, and gives no reading below it. Jäv stays.
    """
    rows, denied = [], [list(one) for one in denials(user)]
    for one in held(user):
        role = one.role if one.role == Role.PROVIDER_CONTACT else Role.EMPLOYEE.value
        below = {one.unit_id} if one.role == Role.ADMIN else one.subtree
        if one.substitutes_for is None:
            rows.append([role, one.unit_id, None, sorted(below)])
    forget(user)
    user.is_limited = True
    remember(user, rows, denied, [])


def roles(user: Any) -> set[str]:
    return {one.role for one in held(user)}


def has_role(user: Any, *wanted: Role) -> bool:
    return not roles(user).isdisjoint(wanted)


def audience(user: Any) -> Audience:
    """The rank of what a person may read without any tie to it: everyone, providers, employees."""
    mine = roles(user)
    if not mine:
        return Audience.PUBLIC
    return Audience.PROVIDER if mine == {Role.PROVIDER_CONTACT} else Audience.INTERNAL


def own_unit_ids(user: Any) -> frozenset[int]:
    """Units where the person has a role of their own or as ersättare, without the units below."""
    return frozenset(one.unit_id for one in held(user))


def scope(user: Any, permission: Any) -> Scope:
    """Where ``user`` has ``permission`` today. Raises KeyError for a permission that nobody registered."""
    code = str(getattr(permission, "value", permission))
    grant = _grants[code]
    cache: dict[str, Scope] = user.__dict__.setdefault("_scopes", {}) if user.is_authenticated else {}
    if code not in cache:
        cache[code] = _compute(held(user), grant, _exceptions(user, code, grant))
    return cache[code]


def shares(user: Any, permission: Any, *, given: bool = False) -> dict[int | None, Scope]:
    """``scope`` apart by whose role gives it: None is one's own with the exceptions, else the id of who is
    away. A case in which that person is jävig is closed to whoever comes in by their role alone. ``given``
    leaves out those that give nothing.
    """
    code = str(getattr(permission, "value", permission))
    grant = _grants[code]
    cache: dict[str, Any] = user.__dict__.setdefault("_shares", {}) if user.is_authenticated else {}
    if code not in cache:
        by_owner: dict[int | None, list[Held]] = {None: []}
        for one in held(user):
            by_owner.setdefault(one.substitutes_for, []).append(one)
        own = _exceptions(user, code, grant)
        cache[code] = {
            owner: _compute(roles, grant, frozenset() if owner else own) for owner, roles in by_owner.items()
        }
    return {owner: one for owner, one in cache[code].items() if one or not given}


def _compute(roles: Iterable[Held], grant: Grant, object_ids: frozenset[int]) -> Scope:
    unit_ids: set[int] = set()
    for one in roles:
        reach = grant.roles.get(Role(one.role))
        if reach is Reach.EVERYWHERE:
            return Scope(everywhere=True)
        if reach is Reach.SUBTREE:
            unit_ids |= one.subtree
        if reach is Reach.UNIT:
            unit_ids.add(one.unit_id)
    return Scope(unit_ids=frozenset(unit_ids), object_ids=object_ids)


def _exceptions(user: Any, code: str, grant: Grant) -> frozenset[int]:
    if grant.exceptions is None or not user.is_authenticated:
        return frozenset()
    name = codename(code)
    if hasattr(user, "_exceptions"):
        wanted = [grant.exceptions._meta.db_table, name]
        return frozenset(pk for *where, pk in user._exceptions if where == wanted)
    held_by: Any = grant.exceptions.objects
    rows = held_by.filter(user=user, permission__codename=name)
    return frozenset(rows.values_list("content_object_id", flat=True))


def may(user: Any, permission: Any, *, unit_id: int | None = None, object_id: int | None = None) -> bool:
    return scope(user, permission).covers(unit_id=unit_id, object_id=object_id)


def substitutes_for(user: Any, permission: Any, *, unit_id: int | None) -> int | None:
    """Id of whom ``user`` stands in for when acting in ``unit_id``; None when they act by their own role."""
    grant = _grants[str(getattr(permission, "value", permission))]
    owners = []
    for one in held(user):
        reach = grant.roles.get(Role(one.role))
        covers = reach is Reach.EVERYWHERE or unit_id == one.unit_id
        if reach and (covers or (reach is Reach.SUBTREE and unit_id in one.subtree)):
            owners.append(one.substitutes_for)
    return None if not owners or None in owners else owners[0]


def codename(permission: Any) -> str:
    """The permission as Django's own rows have it, without the name of the app."""
    return str(getattr(permission, "value", permission)).split(".")[1]


def allow(user: Any, permission: Any, obj: models.Model) -> None:
    """Give ``user`` an exception on one object (co-author, guest, handläggare). Needs a direct-FK model."""
    shortcuts.assign_perm(codename(permission), user, obj)
    forget(user)


def withdraw(user: Any, permission: Any, obj: models.Model) -> None:
    shortcuts.remove_perm(codename(permission), user, obj)
    forget(user)


def deny(user: Any, obj: models.Model, *, reason: str, by: Any) -> None:
    """Record jäv: ``user`` loses every right to ``obj`` until the denial is taken back."""
    from kvalitet.organisation.models import Denial

    content_type = ContentType.objects.get_for_model(obj)
    Denial.objects.get_or_create(
        user=user, content_type=content_type, object_id=obj.pk, defaults={"reason": reason, "created_by": by}
    )
    forget(user)


def undo_denial(user: Any, obj: models.Model) -> None:
    from kvalitet.organisation.models import Denial

    content_type = ContentType.objects.get_for_model(obj)
    Denial.objects.filter(user=user, content_type=content_type, object_id=obj.pk).delete()
    forget(user)


def denials(user: Any) -> list[tuple[int, int]]:
    """What ``user`` is denied, as content type and id; read once per user object."""
    from kvalitet.organisation.models import Denial

    if not user.is_authenticated:
        return []
    if not hasattr(user, "_denied"):
        rows = Denial.objects.filter(user=user).values_list("content_type_id", "object_id")
        user._denied = list(rows)
    return [(content_type_id, pk) for content_type_id, pk in user._denied]


def denied_ids(user: Any, model: type[models.Model]) -> frozenset[int]:
    """Ids of ``model`` that ``user`` is denied; subtracted last in ``visible_to``."""
    found = denials(user)
    wanted = ContentType.objects.get_for_model(model).pk if found else None
    return frozenset(pk for content_type_id, pk in found if content_type_id == wanted)


def is_denied(user: Any, obj: models.Model) -> bool:
    return obj.pk in denied_ids(user, type(obj))


def may_object(user: Any, permission: Any, obj: models.Model, *, unit_id: int | None) -> bool:
    """Whether ``user`` has ``permission`` on ``obj``, which lies in ``unit_id``; jäv beats everything."""
    return may(user, permission, unit_id=unit_id, object_id=obj.pk) and not is_denied(user, obj)


def holders(role: Role, unit_ids: Iterable[int]) -> Any:
    """Active users who have ``role`` today on one of ``unit_ids``, huvudmottagare first."""
    from kvalitet.organisation.models import RoleAssignment

    today = timezone.localdate()
    assignments = RoleAssignment.objects.on(today).filter(role=role, unit_id__in=unit_ids)
    return (
        assignments.filter(user__is_active=True)
        .select_related("user", "unit")
        .order_by("-is_main_recipient", "pk")
    )


def stand_ins_of(user_ids: Iterable[int]) -> dict[int, Any]:
    """Who stands in today for those of ``user_ids`` who are away, and is active and employed to do so."""
    from kvalitet.organisation.models import Absence, RoleAssignment

    today = timezone.localdate()
    employed = RoleAssignment.objects.on(today).exclude(role=Role.PROVIDER_CONTACT).values("user")
    away = Absence.objects.on(today).filter(user_id__in=list(user_ids))
    stand_ins = away.filter(substitute__is_active=True, substitute__in=employed)
    return {one.user_id: one.substitute for one in stand_ins.select_related("substitute")}


def substitutes_of(user_ids: Iterable[int]) -> dict[int, int]:
    """The ids of ``stand_ins_of``."""
    return {pk: one.pk for pk, one in stand_ins_of(user_ids).items()}
