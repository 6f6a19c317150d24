from django.db import models
from django.utils import timezone

from improvement.models.measure import Measure
from improvement.models.source import Shortcoming
from kvalitet import history
from kvalitet.organisation.models import User


@history.track()
class Remedy(models.Model):
    """Which *brist* of its granskning an åtgärd is to mend."""

    IN_HISTORY, TOLD_IN_HISTORY = "kopplingen", ("shortcoming",)

    measure = models.OneToOneField(Measure, models.RESTRICT, related_name="remedy", verbose_name="åtgärd")
    shortcoming = models.ForeignKey(
        Shortcoming, models.RESTRICT, related_name="remedies", verbose_name="brist"
    )
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    created_at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "åtgärd mot brist"
        verbose_name_plural = "åtgärder mot brister"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.measure} – {self.shortcoming}"
