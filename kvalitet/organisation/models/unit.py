from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

from kvalitet import history, trees
from kvalitet.organisation.enums import Law, UnitKind
from kvalitet.organisation.registry_numbers import HINT, validate_pattern
from kvalitet.search.triggers import search_dirty_trigger
from kvalitet.sorting import Swedish

# Words that stand where a unit's slug stands in an address.
RESERVED_SLUGS = ("ny", "roller", "personer")


class UnitQuerySet(models.QuerySet["Unit"]):
    def on(self, day: date) -> "UnitQuerySet":
        """Units that existed on ``day``."""
        return self.filter(
            Q(valid_from__lte=day) | Q(valid_from=None), Q(valid_to__gte=day) | Q(valid_to=None)
        )

    def inside_sosfs(self) -> "UnitQuerySet":
        return self.exclude(law__in=[Law.NONE, Law.SCHOOL])

    def in_tree_order(self) -> list["Unit"]:
        """The units as a list with children after their parent, siblings by position; one query."""
        below: dict[int | None, list[Unit]] = {}
        rows = list(self.order_by("position", Swedish("name")))
        present = {unit.pk for unit in rows}
        for unit in rows:
            below.setdefault(unit.parent_id if unit.parent_id in present else None, []).append(unit)
        ordered: list[Unit] = []
        waiting = below.get(None, [])[::-1]
        while waiting:
            unit = waiting.pop()
            ordered.append(unit)
            waiting += below.get(unit.pk, [])[::-1]
        return ordered


@history.track(exclude=("lft", "rght", "tree_id", "level"))
class Unit(MPTTModel):
    """A place in the organisation. Its managers are RoleAssignments, not a field: a unit may have several.

    ``law`` is the one it mainly works under. A merged unit gets ``valid_to`` and ``successor``; none is
    deleted.
    """

    IN_HISTORY = "enheten"

    parent = TreeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="överordnad enhet",
    )
    position = models.PositiveIntegerField("ordning", default=0)
    name = models.CharField("namn", max_length=120)
    slug = models.SlugField("adress", max_length=120, unique=True)
    kind = models.CharField("slag", max_length=20, choices=UnitKind)
    law = models.CharField("lagstiftning", max_length=10, choices=Law, default=Law.SOL)
    mission = models.TextField("uppdrag", blank=True)
    contact_email = models.EmailField("funktionsbrevlåda", blank=True)
    contact_phone = models.CharField("telefon", max_length=40, blank=True)
    dnr_pattern = models.CharField(
        "diarienumrens mönster",
        max_length=40,
        blank=True,
        db_default="",
        validators=[validate_pattern],
        help_text=HINT,
    )
    valid_from = models.DateField("finns från", null=True, blank=True)
    valid_to = models.DateField("finns till och med", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="uppgick i"
    )

    objects = TreeManager.from_queryset(UnitQuerySet)()

    class Meta:
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        ordering = ["position", Swedish("name")]
        triggers = [trees.insert_only_when_locked(), search_dirty_trigger("unit")]
        constraints = [
            trees.unique_left("unit"),
            models.CheckConstraint(
                name="unit_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Slutdatum kan inte ligga före startdatum.",
            ),
            models.CheckConstraint(
                name="unit_successor_needs_end",
                condition=Q(successor=None) | Q(valid_to__isnull=False),
                violation_error_message="En enhet som har uppgått i en annan måste ha ett slutdatum.",
            ),
            models.CheckConstraint(
                name="unit_not_own_successor",
                condition=Q(successor=None) | ~Q(successor=F("pk")),
                violation_error_message="En enhet kan inte uppgå i sig själv.",
            ),
            models.CheckConstraint(
                name="unit_dnr_pattern_has_number",
                condition=Q(dnr_pattern="") | Q(dnr_pattern__contains="N"),
                violation_error_message="Mönstret behöver minst ett N för löpnumret.",
            ),
            models.CheckConstraint(
                name="unit_slug_not_reserved",
                condition=~Q(slug__in=RESERVED_SLUGS),
                violation_error_message="Adressen är upptagen av systemet. Välj en annan.",
            ),
        ]

    class MPTTMeta:
        order_insertion_by: list[str] = []

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:unit", args=[self.slug])

    @property
    def is_inside_sosfs(self) -> bool:
        return self.law not in (Law.NONE, Law.SCHOOL)

    @property
    def is_open(self) -> bool:
        return self.is_on(timezone.localdate())

    def is_on(self, day: date) -> bool:
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)
