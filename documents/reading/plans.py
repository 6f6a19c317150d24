"""Introductions as they stand: the items of a plan with what is done, by when, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.formats import date_format

from documents.enums import Stage
from documents.models import (
    Document,
    Introduction,
    IntroductionPackage,
    IntroductionTick,
    PackageItem,
    ReadReceipt,
    Revision,
)
from documents.reading import rights as reading_rights
from documents.reading.rights import ReadingPermission
from kvalitet.lookups import counted
from kvalitet.organisation import grants
from kvalitet.organisation.permissions import is_employee

ORDER = {stage: number for number, stage in enumerate(Stage)}


def _label(path: str) -> Any:
    number = Cast(F(f"{path}__number"), CharField())
    return Concat(number, Value("."), Cast(F(f"{path}__minor"), CharField()), output_field=CharField())


def items_of(introduction: Introduction) -> list[Any]:
    """The items with ``done_at``, ``done_by``, ``done_version`` and ``holding`` (key of the version in
    force), in the order of the plan.

    Without those taken out before they were done. A document confirmed by another road counts as done.
    """
    ticks = IntroductionTick.objects.filter(introduction=introduction.pk, item=OuterRef("pk"))
    holding = Revision.objects.in_force().filter(document=OuterRef("document"))
    read = ReadReceipt.objects.standing().filter(
        user=introduction.user_id,
        revision__document=OuterRef("document"),
        revision__number=OuterRef("number"),
    )
    ticks, read = ticks.annotate(label=_label("revision")), read.annotate(label=_label("revision"))
    is_ticked = Q(ticked_at__isnull=False)
    rows = (
        PackageItem.objects.filter(package=introduction.package_id)
        .annotate(
            number=Subquery(holding.values("number")[:1]),
            holding=Subquery(holding.values("pk")[:1]),
            ticked_at=Subquery(ticks.values("at")[:1]),
        )
        .annotate(
            done_at=Coalesce("ticked_at", Subquery(read.order_by("at").values("at")[:1])),
            done_by=Subquery(ticks.values("by__name")[:1]),
            done_version=Case(
                When(document=None, then=Value("")),
                When(is_ticked, then=Subquery(ticks.values("label")[:1])),
                default=Subquery(read.order_by("at").values("label")[:1]),
            ),
        )
        .exclude(removed_at__isnull=False, done_at=None)
        .select_related("document__owner_unit", "process__parent__parent", "package")
    )
    return sorted(rows, key=lambda item: (ORDER[Stage(item.stage)], item.position, item.pk))


def shown_to(user: Any, introduction: Introduction) -> list[Any]:
    """``items_of`` with ``done_day`` in words, ``is_readable`` and ``may_tick`` for ``user``."""
    items = items_of(introduction)
    wanted = [item.document_id for item in items if item.document_id]
    seen = set(Document.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    for item in items:
        item.is_readable = item.document_id is None or item.document_id in seen
        is_open = item.is_readable and (item.document_id is None or item.holding is not None)
        item.may_tick = is_open and reading_rights.may_tick(user, introduction, item)
        day = timezone.localdate(item.done_at) if item.done_at else None
        item.done_day = f"Klart {date_format(day, 'j F')}" if day else ""
    return items


@dataclass(frozen=True)
class Part:
    """One stage of a plan: its last day and its items."""

    title: str
    due: date
    items: list[Any]

    @property
    def left(self) -> int:
        return sum(item.done_at is None for item in self.items)

    @property
    def is_late(self) -> bool:
        return bool(self.left) and self.due < timezone.localdate()


def parts(introduction: Introduction, items: Iterable[Any]) -> list[Part]:
    """The stages that hold something."""
    rows = list(items)
    found = []
    for stage in Stage:
        inside = [item for item in rows if item.stage == stage]
        if inside:
            found.append(Part(stage.label, introduction.due(stage), inside))
    return found


def _is_done(plan: Any) -> Any:
    """Whether the item of the outer query is ticked or, as a document, confirmed in the plan ``plan``."""
    read = ReadReceipt.objects.standing().filter(
        user=plan("user"),
        revision__document=OuterRef("document"),
        revision__number=Subquery(
            Revision.objects.in_force().filter(document=OuterRef(OuterRef("document"))).values("number")[:1]
        ),
    )
    ticks = IntroductionTick.objects.filter(introduction=plan("pk"), item=OuterRef("pk"))
    return Exists(ticks) | Exists(read)


def _of_plan() -> Any:
    return PackageItem.objects.in_use().filter(package=OuterRef("package")).order_by()


def items_left() -> Any:
    """Items of the outer query's plan that are not done."""
    return _of_plan().filter(~Q(_is_done(lambda name: OuterRef(OuterRef(name)))))


def with_counts(rows: Any) -> Any:
    """The plans with ``total`` and how many items are ``left``."""
    return rows.annotate(total=counted(_of_plan()), left=counted(items_left()))


def visible_to(user: Any) -> Any:
    """One's own plans, those one is the mentor of, and those of the units one follows."""
    if not is_employee(user):
        return Introduction.objects.none()
    scope = grants.scope(user, ReadingPermission.FOLLOW_INTRODUCTION)
    mine = Q(user=user.pk) | Q(mentor=user.pk)
    return Introduction.objects.filter(mine | scope.where("unit", "pk"))


def names_hidden(user: Any, introduction: Introduction) -> bool:
    """Whether the certificate tells of a document that is hidden from ``user``: by jäv from the person
    themself, from others also as one that they may not open.
    """
    wanted = PackageItem.objects.filter(package=introduction.package_id).exclude(document=None)
    if introduction.user_id == user.pk:
        return wanted.filter(document__in=list(grants.denied_ids(user, Document))).exists()
    return wanted.exclude(document__in=Document.objects.visible_to(user)).exists()


def packages_for(user: Any) -> Any:
    """Those in the units where ``user`` plans, and those for everyone, which all who plan may read."""
    scope = grants.scope(user, ReadingPermission.PLAN_INTRODUCTION)
    return IntroductionPackage.objects.filter(Q(unit=None) | scope.where("unit")).select_related("unit")
