from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils import timezone

from documents.enums import LinkStatus
from documents.models.document import Document
from documents.models.revision import Revision


class LinkCheck(models.Model):
    """One web address that documents in force point at, and how it answered when it was last asked.

    ``failures`` and ``gone`` are counted in a row from ``failing_since``; ``told_at`` is when those who
    answer for the documents were told that it is dead. It is all cleared when the address answers again.
    """

    url = models.CharField("adress", max_length=1000)
    status = models.CharField("läge", max_length=20, choices=LinkStatus, default=LinkStatus.UNCHECKED)
    reason = models.CharField("varför", max_length=300, blank=True)
    last_checked = models.DateTimeField("senast kontrollerad", null=True)
    failures = models.PositiveIntegerField("misslyckade kontroller i rad", default=0)
    gone = models.PositiveIntegerField("svar att sidan inte finns, i rad", default=0)
    failing_since = models.DateTimeField("svarar inte sedan", null=True)
    told_at = models.DateTimeField("ansvarig fick veta", null=True)
    final_url = models.CharField("leder till", max_length=2000, blank=True)
    created_at = models.DateTimeField("upptäckt", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "kontroll av länk"
        verbose_name_plural = "kontroller av länkar"
        indexes = [models.Index(fields=["status", "id"], name="link_check_by_status")]
        constraints = [
            models.UniqueConstraint(MD5("url"), name="link_check_url_once"),
            models.CheckConstraint(
                name="link_check_asked_has_time",
                condition=Q(status=LinkStatus.UNCHECKED, last_checked=None)
                | (~Q(status=LinkStatus.UNCHECKED) & Q(last_checked__isnull=False)),
                violation_error_message="En kontrollerad länk har en tid.",
            ),
            models.CheckConstraint(
                name="link_check_failing_has_start",
                condition=Q(failures=0, gone=0, failing_since=None)
                | Q(failures__gt=0, failing_since__isnull=False),
                violation_error_message="En länk som inte svarar har en tid då det började.",
            ),
            models.CheckConstraint(
                name="link_check_dead_says_why",
                condition=~Q(status__in=[LinkStatus.FAILING, LinkStatus.DEAD])
                | (~Q(reason="") & Q(failures__gt=0)),
                violation_error_message="En länk som inte svarar får ett skäl.",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class LinkPlaceQuerySet(models.QuerySet["LinkPlace"]):
    def visible_to(self, user: Any) -> "LinkPlaceQuerySet":
        """Places in documents that ``user`` may open."""
        return self.filter(document__in=Document.objects.visible_to(user).values("pk"))


class LinkPlace(models.Model):
    """Where an address stands: the version in force of a document. Derived; made anew before each round."""

    check_row = models.ForeignKey(
        LinkCheck, models.CASCADE, related_name="places", verbose_name="länk", db_column="check_id"
    )
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="link_places", verbose_name="dokument"
    )
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="link_places", verbose_name="version")

    objects = LinkPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "plats för en länk"
        verbose_name_plural = "platser för länkar"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "check_row"],
                name="link_place_once",
                violation_error_message="Länken står redan i versionen.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_row} i {self.document}"
