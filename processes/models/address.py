import pgtrigger
from django.db import models
from django.utils import timezone

from processes.models.process import Process


class ProcessAddressQuerySet(models.QuerySet["ProcessAddress"]):
    def taken(self, beginning: str) -> "models.QuerySet[ProcessAddress, str]":
        """Addresses that begin so and that some process has or has had."""
        return self.filter(slug__startswith=beginning).values_list("slug", flat=True)


class ProcessAddress(models.Model):
    """Every address that a process has or has had. No other process ever gets it, so old links lead right.

    Written by triggers on ``Process`` whenever an address is new, by whatever road; append only.
    """

    slug = models.SlugField("adress", max_length=120, primary_key=True)
    process = models.ForeignKey(Process, models.RESTRICT, related_name="addresses", verbose_name="process")
    since = models.DateTimeField("från", default=timezone.now, editable=False)

    objects = ProcessAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "adress till process"
        verbose_name_plural = "adresser till processer"
        ordering = ["process", "since"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.slug
