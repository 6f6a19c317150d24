"""What the pages of a unit and of a document show of reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.lookups import Exact
from django.utils import timezone

from documents.enums import ReadHow
from documents.models import AptItem, Document, Introduction, ReadReceipt, ReceiptRequirement, Revision
from documents.reading import asks as reading
from documents.reading import plans, stands
from documents.reading import rights as reading_rights
from kvalitet import registries
from kvalitet.lookups import counted
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit
from kvalitet.organisation.permissions import is_employee
from kvalitet.registries import Panel
from kvalitet.sorting import Swedish

SHOWN = 8


@dataclass(frozen=True)
class OwnReading:
    """What the page of a document says to one reader: asked until ``due``, or has read since ``read_at``."""

    due: Any
    read_at: Any
    how: str
    is_asked_of_some: bool

    @property
    def is_late(self) -> bool:
        return bool(self.due and self.due < timezone.localdate())

    @property
    def in_group(self) -> bool:
        return self.how == ReadHow.GROUP


def of_document(user: Any, document: Document, revision: Revision | None) -> OwnReading | None:
    """One query, for employees and a version in force."""
    if revision is None or not is_employee(user):
        return None
    asks = reading.asked(user).filter(document=document.pk).order_by("due")
    read = reading.receipt_of(user.pk, document.pk, revision.number)
    some = ReceiptRequirement.objects.on().filter(document=document.pk)
    row = Document.objects.filter(pk=document.pk).values_list(
        Subquery(asks.values("due")[:1]),
        Subquery(read.values("at")[:1]),
        Coalesce(Subquery(read.values("how")[:1]), Value("")),
        Exists(some),
    )[0]
    return OwnReading(*row)


def of_unit(user: Any, unit: Unit) -> Panel | None:
    """*Läsa och känna till*: APT, news, documents that hold, introductions, for the chef how many read."""
    if not is_employee(user) or not unit.is_open:
        return None
    may_read = reading_rights.may_read_apt(user, unit)
    may_follow = reading_rights.may_follow_unit(user, unit)
    may_judge = reading_rights.may_judge(user, unit)
    row = _counts(user, unit, may_follow=may_follow, may_judge=may_judge)
    context = {
        "unit": unit,
        "apt": row[0],
        "introductions": row[1],
        "unjudged": stands.in_words(row[2]) if row[2] else "",
        "may_read": may_read,
        "may_follow": may_follow,
        "rounds": _one_each(row[3] or ()),
        "points": sum(row[4:]),
    }
    return Panel("Läsa och känna till", "documents/panels/unit_reading.html", context)


def _counts(user: Any, unit: Unit, *, may_follow: bool, may_judge: bool) -> tuple[Any, ...]:
    """One query, and none for those who neither lead the unit nor take a stand for it: they get the links."""
    if not (may_follow or may_judge):
        return 0, 0, 0, ()
    readable = Document.objects.visible_to(user).in_force()
    apt = AptItem.objects.waiting().filter(unit=OuterRef("pk"), document__in=readable)
    ongoing = Introduction.objects.filter(unit=OuterRef("pk"), certificate=None)
    columns = Unit.objects.filter(pk=unit.pk).values_list(
        counted(apt),
        counted(ongoing.filter(pk__in=plans.visible_to(user).values("pk"))),
        stands.count_unjudged(user, unit.pk) if may_judge else Value(0),
        ArraySubquery(_rounds(user, unit)) if may_follow else Value(0),
        *(counted(waiting(user)) for waiting in registries.apt_waiting),
    )
    found: tuple[Any, ...] = columns[0]
    return found


def _one_each(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A document once, by the requirement that asks most."""
    found = {row["document"]: row for row in rows}
    return list(found.values())[:SHOWN]


def _rounds(user: Any, unit: Unit) -> Any:
    """Documents that people on the unit itself are asked to read, with how many have."""
    today = timezone.localdate()
    place = Q(unit=None) | Q(unit__tree_id=unit.tree_id, unit__lft__lte=unit.lft, unit__rght__gte=unit.rght)
    holding = Revision.objects.in_force().filter(document=OuterRef("document"))
    held = RoleAssignment.objects.on(today).exclude(role=Role.PROVIDER_CONTACT)
    role = Q(Exact(OuterRef("role"), Value(""))) | Q(role=OuterRef("role"))
    people = held.filter(role, unit=unit.pk, user__is_active=True)
    read = ReadReceipt.objects.standing().filter(
        user=OuterRef("user"),
        revision__document=OuterRef(OuterRef("document")),
        revision__number=OuterRef(OuterRef("number")),
    )
    rows = (
        ReceiptRequirement.objects.on(today)
        .filter(place, document__in=Document.objects.visible_to(user).in_force())
        .annotate(number=Subquery(holding.values("number")[:1]))
        .annotate(
            asked=counted(people, "user", distinct=True),
            read=counted(people.filter(Exists(read)), "user", distinct=True),
        )
        .filter(asked__gt=0)
        .order_by(Swedish("document__title"), "asked")
    )
    told = JSONObject(document="document_id", title="document__title", asked="asked", read="read")
    return rows.values(told=told)
