import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from documents.models.document import Document
from documents.models.revision import Revision
from kvalitet import history
from kvalitet.organisation.models import Unit, User


@history.track()
class GroupReading(models.Model):
    """The record of what a unit took up at a meeting, and who was there; a correction is a new record.

    Versions that were read together have rows of their own; other apps tie their points to it. ``form_key``
    is of the form it was sent by, so that a button pressed twice makes one.
    """

    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="group_readings", verbose_name="enhet")
    held_on = models.DateField("hölls")
    by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="registrerad av")
    recorded_at = models.DateTimeField("registrerad", default=timezone.now, editable=False)
    note = models.CharField("anteckning", max_length=1000, blank=True)
    corrects = models.ForeignKey(
        "self", models.RESTRICT, null=True, related_name="corrections", verbose_name="rättar"
    )
    form_key = models.UUIDField("formulär", unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "gemensam genomgång"
        verbose_name_plural = "gemensamma genomgångar"
        ordering = ["-held_on", "-pk"]
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.CheckConstraint(
                name="group_reading_corrects_another",
                condition=Q(corrects=None) | ~Q(corrects=F("pk")),
                violation_error_message="En rättelse rättar en annan anteckning.",
            ),
        ]

    def __str__(self) -> str:
        return f"APT {self.held_on.isoformat()}, {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("documents:apt_record", args=[self.unit.slug, self.pk])


@history.track()
class GroupReadVersion(models.Model):
    """One version that was gone through at the meeting."""

    reading = models.ForeignKey(GroupReading, models.RESTRICT, related_name="versions")
    revision = models.ForeignKey(Revision, models.RESTRICT, related_name="+", verbose_name="version")

    class Meta:
        verbose_name = "version på genomgång"
        verbose_name_plural = "versioner på genomgångar"
        ordering = ["pk"]
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.UniqueConstraint(fields=["reading", "revision"], name="group_read_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} på {self.reading}"


@history.track()
class GroupReadAttendant(models.Model):
    """One who was there, whether or not they had read the versions before."""

    reading = models.ForeignKey(GroupReading, models.RESTRICT, related_name="attendants")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="person")

    class Meta:
        verbose_name = "närvarande på genomgång"
        verbose_name_plural = "närvarande på genomgångar"
        ordering = ["user__name", "pk"]
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.UniqueConstraint(fields=["reading", "user"], name="group_read_attendant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} på {self.reading}"


class AptItemQuerySet(models.QuerySet["AptItem"]):
    def waiting(self) -> "AptItemQuerySet":
        return self.filter(handled_at=None)


@history.track()
class AptItem(models.Model):
    """A document on a unit's list for the next meeting; ``reading`` is where it was taken up, if it was."""

    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="apt_items", verbose_name="enhet")
    document = models.ForeignKey(Document, models.RESTRICT, related_name="apt_items", verbose_name="dokument")
    changes = models.CharField("vad ändras för oss", max_length=300, blank=True)
    question = models.CharField("fråga att prata om", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="föreslagen av")
    added_at = models.DateTimeField("föreslagen", default=timezone.now, editable=False)
    handled_at = models.DateTimeField("avförd", null=True, editable=False)
    handled_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", editable=False)
    reading = models.ForeignKey(GroupReading, models.RESTRICT, null=True, related_name="items")

    objects = AptItemQuerySet.as_manager()

    class Meta:
        verbose_name = "dokument att ta upp på APT"
        verbose_name_plural = "dokument att ta upp på APT"
        ordering = ["added_at", "pk"]
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "document"],
                condition=Q(handled_at=None),
                name="apt_item_once",
                violation_error_message="Dokumentet står redan på enhetens lista.",
            ),
            models.CheckConstraint(
                name="apt_item_handled_pair",
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                violation_error_message="Den som gjorde det och tiden hör ihop.",
            ),
            models.CheckConstraint(
                name="apt_item_read_is_handled",
                condition=Q(reading=None) | Q(handled_at__isnull=False),
                violation_error_message="Det som är genomgånget står inte kvar på listan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} på APT i {self.unit}"
