from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from improvement.enums import Effect
from improvement.models.measure import Measure
from kvalitet import history, versions
from kvalitet.organisation.models import User

# After how many months the app returns and asks.
ROUNDS = (3, 6, 12)


class EffectCheckQuerySet(models.QuerySet["EffectCheck"]):
    def open(self) -> "EffectCheckQuerySet":
        """Not judged yet, the nearest first."""
        return self.filter(judged_at=None).order_by("due", "pk")

    def judged(self) -> "EffectCheckQuerySet":
        return self.filter(judged_at__isnull=False).order_by("judged_at", "pk")


@history.track()
class EffectCheck(models.Model):
    """One time that the effect of an åtgärd is judged. Made for every round when it is done, so that a
    judgement stands beside the next one and a later *nej* does not hide an earlier *ja*.

    The counts are per quarter: of the case's kind and unit, and of its process.
    """

    CONFIDENTIAL = ("text",)
    IN_HISTORY, TOLD_IN_HISTORY = "effektbedömningen", ("months", "due")

    measure = models.ForeignKey(Measure, models.RESTRICT, related_name="checks", verbose_name="åtgärd")
    months = models.PositiveSmallIntegerField("månader efter")
    due = models.DateField("bedöms")
    before = models.PositiveIntegerField("per kvartal före", null=True, blank=True)
    after = models.PositiveIntegerField("per kvartal efter", null=True, blank=True)
    process_before = models.PositiveIntegerField("i processen före", null=True, blank=True)
    process_after = models.PositiveIntegerField("i processen efter", null=True, blank=True)
    effect = models.CharField("effekt", max_length=10, choices=Effect, blank=True)
    text = models.TextField("hur effekten syns", blank=True)
    judged_at = models.DateTimeField("bedömd", null=True, blank=True)
    judged_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="bedömd av"
    )

    objects = EffectCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "effektbedömning"
        verbose_name_plural = "effektbedömningar"
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["due"], name="check_open_by_due", condition=Q(judged_at=None))]
        triggers = [
            pgtrigger.Protect(
                name="judged_stays",
                operation=pgtrigger.Delete | pgtrigger.Update,
                condition=pgtrigger.Q(old__judged_at__isnull=False),
            ),
        ]
        constraints = [
            versions.stamp_pair("check", "judged"),
            models.UniqueConstraint(
                fields=["measure", "months"],
                condition=Q(judged_at=None),
                name="check_open_once",
                violation_error_message="Effekten bedöms en gång i varje omgång.",
            ),
            models.CheckConstraint(
                name="check_judged_has_effect",
                condition=(Q(judged_at=None, effect="")) | (Q(judged_at__isnull=False) & ~Q(effect="")),
                violation_error_message="Ange om åtgärden hade effekt.",
            ),
        ]

    def __str__(self) -> str:
        return f"Efter {self.months} månader"

    @property
    def deviation(self) -> Any:
        return self.measure.deviation
