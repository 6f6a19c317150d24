import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessLog(models.Model):
    """Someone opened a confidential record: who, what, when and why. Append only; the one row a GET may
    write.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name="person"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="+", verbose_name="ersättare för"
    )
    kind = models.CharField("slag", max_length=60)
    object_id = models.BigIntegerField()
    reason = models.CharField("skäl", max_length=500, blank=True)
    at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "åtkomst"
        verbose_name_plural = "åtkomstlogg"
        ordering = ["-at"]
        indexes = [models.Index(fields=["kind", "object_id"]), models.Index(fields=["user", "at"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.object_id}"
