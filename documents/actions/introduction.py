"""Packages, the plans made of them, what is ticked in a plan, and the certificate when all is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from documents.actions.documents import require
from documents.actions.receipts import confirm
from documents.models import (
    Introduction,
    IntroductionCertificate,
    IntroductionPackage,
    IntroductionTick,
    PackageItem,
    Revision,
)
from documents.models.introduction import FIRST_MONTHS
from documents.reading import plans
from documents.reading import rights as reading_rights
from documents.reading.asks import inside
from kvalitet.organisation.models import RoleAssignment, User
from kvalitet.organisation.permissions import is_employee
from kvalitet.workflow import Blocked

NOT_OURS = "ändra introduktionspaket där"
LAST_PLACE = 32_000


def _require_planner(user: Any, unit_id: int | None) -> None:
    require(reading_rights.may_plan_introduction(user, unit_id), NOT_OURS)


@transaction.atomic
def save_package(
    package: IntroductionPackage, *, user: Any, values: Mapping[str, Any]
) -> IntroductionPackage:
    """Lay up or change a package. Those whose role began of late get their plan at once."""
    if package.pk:
        _require_planner(user, IntroductionPackage.objects.get(pk=package.pk).unit_id)
    else:
        package.created_by = user
    for name in ("title", "role", "unit", "is_active"):
        if name in values:
            setattr(package, name, values[name])
    _require_planner(user, package.unit_id)
    package.full_clean(exclude=["created_by"])
    package.save()
    make_plans(timezone.localdate())
    return package


@transaction.atomic
def add_item(package: IntroductionPackage, *, user: Any, values: Mapping[str, Any]) -> PackageItem:
    _require_planner(user, package.unit_id)
    IntroductionPackage.objects.select_for_update(of=("self",)).get(pk=package.pk)
    rows = package.items.in_use().filter(stage=values["stage"])
    last = rows.aggregate(last=Max("position"))["last"] or 0
    item = PackageItem(package=package, position=min(last + 1, LAST_PLACE), **values)
    item.full_clean()
    item.save()
    return item


@transaction.atomic
def remove_item(item: PackageItem, *, user: Any) -> PackageItem:
    """Out of the plans too, but for those where it is done."""
    _require_planner(user, item.package.unit_id)
    fresh = PackageItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if fresh.removed_at is None:
        fresh.removed_at, fresh.removed_by = timezone.now(), user
        fresh.save()
    return fresh


@transaction.atomic
def shift_item(item: PackageItem, *, user: Any, by: int) -> bool:
    """One place up (-1) or down (1) in its stage; whether it moved. The plans follow."""
    _require_planner(user, item.package.unit_id)
    IntroductionPackage.objects.select_for_update(of=("self",)).get(pk=item.package_id)
    rows = list(PackageItem.objects.in_use().filter(package=item.package_id, stage=item.stage))
    place = next((number for number, row in enumerate(rows) if row.pk == item.pk), None)
    if place is None or not 0 <= place + by < len(rows):
        return False
    rows[place], rows[place + by] = rows[place + by], rows[place]
    for number, row in enumerate(rows, 1):
        if row.position != number:
            row.position = number
            row.save(update_fields=["position"])
    return True


@transaction.atomic
def make_plans(today: date) -> int:
    """A plan by each package for those whose role began within the last four months; returns how many."""
    made = 0
    for package in IntroductionPackage.objects.filter(is_active=True).select_related("unit"):
        began = _first_days(package, today)
        has_one = Introduction.objects.filter(package=package, user=OuterRef("user"))
        rows = began.exclude(Exists(has_one)).order_by("valid_from", "pk")
        people = {row.user_id: row for row in reversed(list(rows))}
        rows_made = [
            Introduction(user_id=pk, package=package, unit_id=row.unit_id, started_on=row.valid_from)
            for pk, row in people.items()
        ]
        made += len(Introduction.objects.bulk_create(rows_made, ignore_conflicts=True))
    return made


def _first_days(package: IntroductionPackage, today: date) -> Any:
    """Roles that began of late, of people who did not have the same role just before it, as by a renewal."""
    rows = RoleAssignment.objects.on(today).filter(role=package.role, user__is_active=True)
    if package.unit is not None:
        rows = rows.filter(inside("unit", package.unit))
    before = RoleAssignment.objects.filter(
        user=OuterRef("user"),
        role=OuterRef("role"),
        valid_from__lt=OuterRef("valid_from"),
        unit=OuterRef("unit"),
    )
    return rows.filter(valid_from__gt=today - FIRST_MONTHS).exclude(Exists(before))


@transaction.atomic
def choose_mentor(introduction: Introduction, *, user: Any, mentor: User) -> Introduction:
    require(reading_rights.may_appoint_mentor(user, introduction), "utse handledare här")
    fresh = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    if mentor.pk == fresh.user_id:
        raise Blocked(["Handledaren är någon annan än den som är ny."])
    if not is_employee(mentor):
        raise Blocked([f"{mentor} arbetar inte här. Välj en medarbetare."])
    fresh.mentor = mentor
    fresh.save()
    return fresh


@transaction.atomic
def tick(
    introduction: Introduction, item: PackageItem, *, user: Any, seen: int | None = None
) -> IntroductionTick:
    """The item is done. For a document that is the receipt of the version in force. Twice gives the same."""
    if not reading_rights.may_tick(user, introduction, item):
        whose = "handledaren" if item.is_practical else "den som är ny"
        raise PermissionDenied(f"Den punkten kvitteras av {whose}.")
    locked = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    known = IntroductionTick.objects.filter(introduction=locked, item=item).first()
    if known is not None:
        return known
    if item.package_id != locked.package_id or item.removed_at is not None:
        raise Blocked(["Punkten finns inte längre i paketet. Läs om sidan."])
    revision: Revision | None = None
    if item.document is not None:
        revision = confirm(item.document, user=user, seen=seen).revision
    made: IntroductionTick = IntroductionTick.objects.create(
        introduction=locked, item=item, revision=revision, by=user
    )
    return made


@transaction.atomic
def certify(introduction: Introduction, *, user: Any) -> IntroductionCertificate:
    """The certificate, once all is done: the facts as they are now, kept as they are."""
    require(reading_rights.may_see_introduction(user, introduction), "hämta intyget")
    locked = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    known = IntroductionCertificate.objects.filter(introduction=locked).first()
    if known is not None:
        return known
    items = plans.items_of(introduction)
    left = [item for item in items if item.done_at is None]
    if left or not items:
        raise Blocked([f"{len(left)} av {len(items)} punkter återstår. Intyget kan göras när allt är klart."])
    made: IntroductionCertificate = IntroductionCertificate.objects.create(
        introduction=locked, facts=_facts(introduction, items), issued_by=user
    )
    return made


def _facts(introduction: Introduction, items: list[Any]) -> dict[str, Any]:
    mentor = introduction.mentor
    return {
        "name": str(introduction.user),
        "title": introduction.package.title,
        "unit": str(introduction.unit),
        "started_on": introduction.started_on.isoformat(),
        "mentor": str(mentor) if mentor else "",
        "items_done": [
            {
                "what": str(item),
                "stage": item.get_stage_display(),
                "day": timezone.localdate(item.done_at).isoformat(),
                "by": item.done_by or "",
                "version": item.done_version or "",
            }
            for item in items
        ],
    }
