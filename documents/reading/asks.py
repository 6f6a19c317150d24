"""Who is asked to read what, until when, and has: read from today's roles each time, never copied.

A requirement counts from the last of three days: its own first, the first of the whole version in force (2.0,
whatever became 2.1 since) and the first of the role that it names. A receipt on any n.x counts for n.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, Least
from django.db.models.lookups import Exact, IsNull
from django.utils import timezone

from documents.enums import Visibility
from documents.models import (
    Document,
    DocumentLink,
    Introduction,
    ReadReceipt,
    ReceiptRequirement,
    Revision,
)
from documents.models.introduction import SPARED_DAYS
from kvalitet.organisation.enums import Law, Role
from kvalitet.organisation.models import Denial, RoleAssignment, Unit, User
from kvalitet.small_counts import is_small
from processes.models import ProcessUnit


@dataclass(frozen=True)
class Ask:
    """A document that one person is asked to read."""

    document_id: int
    title: str
    label: str
    unit: str
    due: date


def _days_after(day: Any, days: Any) -> Any:
    return ExpressionWrapper(day + days, output_field=DateField())


def _held_by(user_id: Any) -> Any:
    """Roles of today by which the requirement of the outer query asks the person."""
    place = Q(IsNull(OuterRef("unit"), True)) | Q(
        unit__tree_id=OuterRef("unit__tree_id"),
        unit__lft__gte=OuterRef("unit__lft"),
        unit__rght__lte=OuterRef("unit__rght"),
    )
    role = Q(Exact(OuterRef("role"), Value(""))) | Q(role=OuterRef("role"))
    rows = RoleAssignment.objects.on(timezone.localdate()).exclude(role=Role.PROVIDER_CONTACT)
    return rows.filter(place, role, user=user_id)


def _spared_until(user: Any, document: Any) -> Any:
    """The day from which the documents of a person's introduction are asked for like any other."""
    rows = Introduction.objects.filter(
        user=user, package__items__document=document, package__items__removed_at=None
    )
    ends = rows.annotate(ends=_days_after(F("started_on"), Value(SPARED_DAYS)))
    return Subquery(ends.order_by("-ends").values("ends")[:1])


def asked(user: Any) -> Any:
    """Requirements that ask ``user`` today, with ``number`` and ``label`` of the version and ``due``.

    A document may come twice, by two requirements. What the person's introduction holds waits three months.
    """
    document = OuterRef("document")
    held = _held_by(user.pk)
    holding = Revision.objects.in_force().filter(document=document)
    first = Revision.objects.issued().filter(document=document, number=OuterRef("number"))
    spared = _spared_until(user.pk, document)
    today = timezone.localdate()
    return (
        ReceiptRequirement.objects.on(today)
        .filter(document__in=Document.objects.visible_to(user))
        .annotate(
            begins=Subquery(held.order_by("valid_from").values("valid_from")[:1]),
            number=Subquery(holding.values("number")[:1]),
            minor=Subquery(holding.values("minor")[:1]),
            spared_until=spared,
        )
        .filter(Q(spared_until=None) | Q(spared_until__lte=today), begins__isnull=False, number__isnull=False)
        .annotate(since=Subquery(first.order_by("valid_from").values("valid_from")[:1]))
        .annotate(
            due=_days_after(Greatest("valid_from", "begins", "since", "spared_until"), F("days")),
        )
    )


def unread(user: Any) -> Any:
    """Of ``asked`` those whose version the person has not confirmed, the first due first."""
    read = ReadReceipt.objects.standing().filter(
        user=user.pk, revision__document=OuterRef("document"), revision__number=OuterRef("number")
    )
    return asked(user).filter(~Exists(read)).order_by("due", "document_id")


def receipt_of(user: Any, document: Any, number: Any) -> Any:
    """The receipt of ``user`` that counts for whole version ``number`` of the document."""
    rows = ReadReceipt.objects.standing().filter(
        user=user, revision__document=document, revision__number=number
    )
    return rows.order_by("at")


@dataclass(frozen=True)
class Round:
    """The reading of one document today: its version in force and who is to read it."""

    document: Document
    revision: Revision
    since: date
    requirements: tuple[ReceiptRequirement, ...]

    @property
    def days(self) -> set[int]:
        return {one.days for one in self.requirements}


def rounds(documents: Iterable[Document]) -> list[Round]:
    """For those of ``documents`` that are in force and somebody is asked to read; three queries."""
    wanted = {one.pk: one for one in documents}
    asking: dict[int, list[ReceiptRequirement]] = {}
    rows = ReceiptRequirement.objects.on().filter(document__in=list(wanted)).select_related("unit")
    for row in rows:
        asking.setdefault(row.document_id, []).append(row)
    first = Revision.objects.issued().filter(document=OuterRef("document"), number=OuterRef("number"))
    since = Subquery(first.order_by("valid_from").values("valid_from")[:1])
    holding = Revision.objects.in_force().filter(document__in=list(asking)).annotate(since=since)
    found = []
    for revision in holding:
        document = wanted[revision.document_id]
        revision.document = document
        found.append(Round(document, revision, vars(revision)["since"], tuple(asking[document.pk])))
    return found


def round_of(document: Document) -> Round | None:
    return next(iter(rounds([document])), None)


def people(one: Round) -> Any:
    """Everybody whom the round asks: ``due``, ``unit_id``, ``unit_name``, ``read_at``, ``receipt_id``,
    ``how`` and ``spared_until``.
    """
    roles = _roles_of(one).filter(user=OuterRef("pk")).order_by("due", "pk")
    read = receipt_of(OuterRef("pk"), one.document.pk, one.revision.number)
    today = timezone.localdate()
    rows = User.objects.filter(Exists(roles), is_active=True).annotate(
        unit_id=Subquery(roles.values("unit")[:1]),
        unit_name=Subquery(roles.values("unit__name")[:1]),
        read_at=Subquery(read.values("at")[:1]),
        receipt_id=Subquery(read.values("pk")[:1]),
        how=Subquery(read.values("how")[:1]),
        spared_until=_spared_until(OuterRef("pk"), one.document.pk),
        last_day=Subquery(roles.values("due")[:1]),
    )
    denied = Denial.objects.filter(
        user=OuterRef("pk"),
        content_type__app_label="documents",
        content_type__model="document",
        object_id=one.document.pk,
    )
    rows = rows.filter(~Exists(denied))
    is_spared = Q(spared_until__gt=today)
    later = _days_after(Greatest("last_day", "spared_until"), Value(0))
    return rows.annotate(due=Case(When(is_spared, then=later), default=F("last_day")))


def _roles_of(one: Round) -> Any:
    """Roles of today that the round asks by, with the day each is ``due``; only of those who may read."""
    rows = RoleAssignment.objects.on(timezone.localdate()).exclude(role=Role.PROVIDER_CONTACT)
    if one.document.visibility == Visibility.UNIT:
        above = one.document.owner_unit.get_ancestors(include_self=True)
        rows = rows.filter(unit__in=above.values("pk"))
    any_of, days = Q(pk__in=[]), []
    for requirement in one.requirements:
        named = _named(requirement)
        start = Greatest(F("valid_from"), Cast(Value(max(requirement.valid_from, one.since)), DateField()))
        any_of |= named
        days.append(Case(When(named, then=_days_after(start, Value(requirement.days)))))
    return rows.filter(any_of).annotate(due=Least(*days) if len(days) > 1 else days[0])


def _named(requirement: ReceiptRequirement) -> Q:
    condition = Q(pk__isnull=False)
    if requirement.role:
        condition &= Q(role=requirement.role)
    if requirement.unit:
        condition &= inside("unit", requirement.unit)
    return condition


def inside(path: str, unit: Unit) -> Q:
    """Rows whose unit at ``path`` is ``unit`` or lies below it."""
    return Q(
        **{
            f"{path}__tree_id": unit.tree_id,
            f"{path}__lft__gte": unit.lft,
            f"{path}__rght__lte": unit.rght,
        }
    )


def counts(rows: Any) -> tuple[int, int]:
    """How many of ``people`` have read, and how many are asked."""
    found = rows.aggregate(read=Count("pk", filter=Q(read_at__isnull=False)), asked=Count("pk"))
    return found["read"], found["asked"]


def in_words(read: int, total: int, *, is_outsider: bool) -> str:
    """ "7 av 12"; to who may not see the people neither few nor almost all are told."""
    few = any(is_small(count) for count in (total, read, total - read))
    return "visas inte, gruppen är för liten" if is_outsider and few else f"{read} av {total}"


def people_of(unit: Unit) -> Any:
    """Those who have a role on the unit itself today."""
    held = RoleAssignment.objects.on(timezone.localdate()).exclude(role=Role.PROVIDER_CONTACT)
    return User.objects.filter(Exists(held.filter(user=OuterRef("pk"), unit=unit)), is_active=True)


def _above(unit_id: Any) -> Any:
    """The unit and those above it, by its id alone."""
    here = Unit.objects.filter(
        pk=unit_id, tree_id=OuterRef("tree_id"), lft__gte=OuterRef("lft"), rght__lte=OuterRef("rght")
    )
    return Unit.objects.filter(Exists(here))


def concerning(documents: Any, unit_id: int, *, by_law: bool = True) -> Any:
    """Of ``documents`` those that may concern the unit: owned by it or above it, of a process that it works
    in, of its law area, or asked of its people.
    """
    today = timezone.localdate()
    works_in = ProcessUnit.objects.on(today).filter(
        unit=unit_id,
        process__tree_id=OuterRef("process__tree_id"),
        process__lft__lte=OuterRef("process__lft"),
        process__rght__gte=OuterRef("process__rght"),
    )
    links = DocumentLink.objects.filter(Exists(works_in), document=OuterRef("pk"))
    asking = ReceiptRequirement.objects.on(today).filter(
        Q(unit=None) | Q(unit__in=_above(unit_id).values("pk")), document=OuterRef("pk")
    )
    where = Q(owner_unit__in=_above(unit_id).values("pk")) | Q(Exists(links)) | Q(Exists(asking))
    if by_law:
        laws = Unit.objects.filter(pk=unit_id).exclude(law=Law.NONE)
        where |= Q(law__in=laws.values("law"))
    return documents.filter(where)


def readable_by_all(documents: Any, unit: Unit) -> Any:
    """Only what everybody in the unit may read: their own unit's, and what is for all employees."""
    # Who has a role on the unit alone reads neither what the units above nor below keep to themselves.
    own = Q(visibility=Visibility.UNIT, owner_unit=unit.pk)
    return documents.filter(~Q(visibility=Visibility.UNIT) | own)
