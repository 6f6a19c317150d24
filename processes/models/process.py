from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

from kvalitet import history, trees
from kvalitet.navigation import address
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.models.assignment import DateRange
from kvalitet.search.triggers import search_dirty_trigger
from kvalitet.sorting import Swedish
from processes import permissions
from processes.enums import ProcessKind, ProcessState, Visibility

# An address belongs to its process for good (ProcessAddress); of a statement, so that bulk inserts count too.
ADDRESS_TRIGGERS = [
    pgtrigger.Trigger(
        name="first_address",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="made"),
        func="""
            INSERT INTO processes_processaddress (slug, process_id, since) SELECT slug, id, now() FROM made;
            RETURN NULL;
        """,
    ),
    pgtrigger.Trigger(
        name="next_address",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("slug"),
        condition=pgtrigger.Q(old__slug__df=pgtrigger.F("new__slug")),
        func="""
            IF NOT EXISTS (
                SELECT FROM processes_processaddress WHERE slug = NEW.slug AND process_id = NEW.id
            ) THEN
                INSERT INTO processes_processaddress (slug, process_id, since)
                VALUES (NEW.slug, NEW.id, now());
            END IF;
            RETURN NULL;
        """,
    ),
]


class ProcessQuerySet(models.QuerySet["Process"]):
    def active(self) -> "ProcessQuerySet":
        return self.filter(state=ProcessState.ACTIVE)

    def used_by(self, unit_ids: Any) -> "ProcessQuerySet":
        """Processes that one of the units uses today."""
        return self.filter(pk__in=ProcessUnit.objects.on(timezone.localdate()).for_units(unit_ids))

    def with_drafts_for(self, user: Any) -> "ProcessQuerySet":
        """Processes whose drafts ``user`` may read: by role, by unit, or as owner of it or of one above."""
        if grants.scope(user, permissions.Permission.READ_DRAFTS).everywhere:
            return self
        return self.filter(_drafts(user)) if permissions.stands_for(user) else self.none()

    def visible_to(self, user: Any) -> "ProcessQuerySet":
        """What ``user`` may read: the public, internal for employees, planned ones with the drafts."""
        if grants.audience(user) < Audience.INTERNAL:
            return self.active().filter(visibility=Visibility.PUBLIC)
        if grants.scope(user, permissions.Permission.READ_DRAFTS).everywhere:
            return self
        return self.filter(~Q(state=ProcessState.PLANNED) | _drafts(user))


def _drafts(user: Any) -> Q:
    """Processes that an employee owns, or that work on a unit where they read drafts."""
    mine = list(permissions.stands_for(user))
    owned = Q(owner__in=mine) | Q(owner=None, parent__owner__in=mine)
    owned |= Q(owner=None, parent__owner=None, parent__parent__owner__in=mine)
    units = grants.scope(user, permissions.Permission.READ_DRAFTS).unit_ids
    on_units = ProcessUnit.objects.on(timezone.localdate()).for_units(units)
    return owned | Q(pk__in=on_units) if units else owned


@history.track(exclude=("lft", "rght", "tree_id", "level"))
class Process(MPTTModel):
    """A process, a delprocess or an activity: identity and place; its content is its ``ProcessRevision``.

    ``title``, ``description``, ``function``, ``deadline``, ``system_support`` and the order are a projection
    of what is published: of its own version in force if it has one, else of the parent's map; no form writes
    them.
    """

    IN_HISTORY = "processen"

    parent = TreeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="överordnad process",
    )
    position = models.PositiveIntegerField("ordning", default=0)
    title = models.CharField("namn", max_length=200)
    slug = models.SlugField("adress", max_length=120, unique=True)
    kind = models.CharField("slag", max_length=20, choices=ProcessKind, blank=True)
    state = models.CharField("läge", max_length=20, choices=ProcessState, default=ProcessState.PLANNED)
    visibility = models.CharField(
        "synlig för", max_length=20, choices=Visibility, default=Visibility.INTERNAL
    )
    owner = models.ForeignKey(
        User,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="owned_processes",
        verbose_name="processägare",
    )
    units = models.ManyToManyField(
        Unit, through="ProcessUnit", related_name="processes", verbose_name="enheter"
    )
    element_id = models.CharField("id i kartan ovanför", max_length=200, blank=True, editable=False)
    description = models.TextField("beskrivning", blank=True, editable=False)
    function = models.CharField("funktion", max_length=200, blank=True, editable=False)
    deadline = models.CharField("tidsgräns", max_length=300, blank=True, editable=False)
    system_support = models.CharField("systemstöd", max_length=300, blank=True, editable=False)

    objects = TreeManager.from_queryset(ProcessQuerySet)()

    class Meta:
        verbose_name = "process"
        verbose_name_plural = "processer"
        ordering = ["position", Swedish("title")]
        triggers = [trees.insert_only_when_locked(), search_dirty_trigger("process"), *ADDRESS_TRIGGERS]
        indexes = [models.Index(fields=["state", "visibility"])]
        constraints = [
            trees.unique_left("process"),
            models.CheckConstraint(
                name="process_three_levels",
                condition=Q(level__lte=2),
                violation_error_message="En process har högst tre nivåer.",
            ),
            models.CheckConstraint(
                name="process_kind_on_first_level",
                condition=(Q(level=0) & ~Q(kind="")) | (Q(level__gt=0) & Q(kind="")),
                violation_error_message="Slag anges på första nivån, och bara där.",
            ),
            models.CheckConstraint(
                name="process_has_title",
                condition=~Q(title=""),
                violation_error_message="Processen behöver ett namn.",
            ),
            models.UniqueConstraint(
                fields=["parent", "element_id"],
                condition=~Q(element_id=""),
                name="process_element_once",
                violation_error_message="Steget finns redan under processen.",
            ),
        ]

    class MPTTMeta:
        order_insertion_by: list[str] = []

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("processes:process", self.slug)

    def current_unit_ids(self) -> frozenset[int]:
        """Units that use the process today, or one of the processes above; read once per object."""
        if not hasattr(self, "_unit_ids"):
            above = [self.pk, self.parent_id, self.parent.parent_id if self.parent else None]
            links = ProcessUnit.objects.on(timezone.localdate()).filter(process__in=above)
            self._unit_ids = frozenset(links.values_list("unit_id", flat=True))
        return self._unit_ids


class ProcessUnitQuerySet(models.QuerySet["ProcessUnit"]):
    def on(self, day: date) -> "ProcessUnitQuerySet":
        return self.filter(Q(valid_to__gte=day) | Q(valid_to=None), valid_from__lte=day)

    def for_units(self, unit_ids: Any) -> Any:
        """Ids of the processes that the units use, for ``pk__in``."""
        return self.filter(unit_id__in=list(unit_ids)).values("process_id")


@history.track()
class ProcessUnit(models.Model):
    """A unit works in a process, between two dates: many units share a process, a unit follows many."""

    IN_HISTORY = "enheten"

    process = models.ForeignKey(Process, models.RESTRICT, related_name="unit_links", verbose_name="process")
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="process_links", verbose_name="enhet")
    valid_from = models.DateField("från och med", default=timezone.localdate)
    valid_to = models.DateField("till och med", null=True, blank=True)

    objects = ProcessUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "enhet i process"
        verbose_name_plural = "enheter i processer"
        ordering = ["process", "unit"]
        indexes = [models.Index(fields=["unit", "process"])]
        constraints = [
            models.CheckConstraint(
                name="process_unit_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Slutdatum kan inte ligga före startdatum.",
            ),
            ExclusionConstraint(
                name="process_unit_once_at_a_time",
                expressions=[
                    ("process", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Enheten arbetar redan i processen under den tiden.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} i {self.process}"
