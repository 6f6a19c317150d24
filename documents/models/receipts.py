from datetime import date

import pgtrigger
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils import timezone

from documents.enums import ReadHow
from documents.models.apt import GroupReading
from documents.models.document import Document
from documents.models.revision import Revision
from kvalitet import history
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit, User

DEFAULT_DAYS = 14


class RequirementQuerySet(models.QuerySet["ReceiptRequirement"]):
    def on(self, day: date | None = None) -> "RequirementQuerySet":
        day = day or timezone.localdate()
        return self.filter(Q(valid_to__gte=day) | Q(valid_to=None), valid_from__lte=day)


@history.track()
class ReceiptRequirement(models.Model):
    """Those who have ``role`` (any) in ``unit`` (anywhere) or below confirm each whole version.

    Who that is, is read from the roles of the day, so whoever joins later is asked from their first day.
    """

    IN_HISTORY = "kravet på läskvittens"

    document = models.ForeignKey(
        Document, models.RESTRICT, related_name="requirements", verbose_name="dokument"
    )
    role = models.CharField("roll", max_length=30, choices=Role, blank=True)
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    days = models.PositiveSmallIntegerField("dagar att läsa", default=DEFAULT_DAYS)
    valid_from = models.DateField("från och med", default=timezone.localdate)
    valid_to = models.DateField("till och med", null=True, blank=True)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="begärd av")
    created_at = models.DateTimeField("begärd", default=timezone.now, editable=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = "krav på läskvittens"
        verbose_name_plural = "krav på läskvittens"
        ordering = ["document", "pk"]
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "role", "unit"],
                condition=Q(valid_to=None),
                nulls_distinct=False,
                name="requirement_once",
                violation_error_message="De blir redan ombedda att läsa dokumentet.",
            ),
            models.CheckConstraint(
                name="requirement_days_sensible",
                condition=Q(days__range=(1, 365)),
                violation_error_message="Ange mellan 1 och 365 dagar.",
            ),
            models.CheckConstraint(
                name="requirement_dates_in_order",
                condition=Q(valid_to=None)
                | Q(valid_to__gte=ExpressionWrapper(F("valid_from") - Value(1), models.DateField())),
                violation_error_message="Slutdatum kan inte ligga före startdatum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} läser {self.document}"

    @property
    def who(self) -> str:
        """ "Medarbetare i Mottagningen", "Alla roller, hela organisationen"."""
        role = self.get_role_display() if self.role else "Alla roller"
        return f"{role} i {self.unit}" if self.unit else f"{role}, hela organisationen"


class ReceiptQuerySet(models.QuerySet["ReadReceipt"]):
    def standing(self) -> "ReceiptQuerySet":
        """Those that nobody has taken back."""
        return self.filter(retraction=None)


@history.track()
class ReadReceipt(models.Model):
    """A person has read a version: by a button of their own, or with others at a ``meeting``.

    One a person and version. ``turn`` is how many before it were taken back, so that who was ticked by
    mistake can read in earnest.
    """

    revision = models.ForeignKey(Revision, models.RESTRICT, related_name="receipts", verbose_name="version")
    user = models.ForeignKey(User, models.RESTRICT, related_name="read_receipts", verbose_name="person")
    at = models.DateTimeField("kvitterad", default=timezone.now, editable=False)
    how = models.CharField("hur", max_length=10, choices=ReadHow, default=ReadHow.OWN)
    meeting = models.ForeignKey(
        GroupReading, models.RESTRICT, null=True, related_name="receipts", verbose_name="genomgång"
    )
    turn = models.PositiveSmallIntegerField("gång", default=0, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "läskvittens"
        verbose_name_plural = "läskvittenser"
        ordering = ["-at"]
        triggers = [
            history.INSERT_ONLY,
            pgtrigger.Trigger(
                name="of_a_version_in_its_turn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM documents_revision WHERE id = NEW.revision_id AND approved_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'only an approved version is read' USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.turn <> (
                        SELECT count(*) FROM documents_readreceipt r
                        JOIN documents_receiptretraction t ON t.receipt_id = r.id
                        WHERE r.revision_id = NEW.revision_id AND r.user_id = NEW.user_id
                    ) THEN
                        RAISE EXCEPTION 'a receipt that stands is there already'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "user", "turn"],
                name="receipt_once",
                violation_error_message="Versionen är redan kvitterad.",
            ),
            models.CheckConstraint(
                name="receipt_group_has_meeting",
                condition=Q(how=ReadHow.OWN, meeting=None) | Q(how=ReadHow.GROUP, meeting__isnull=False),
                violation_error_message="En gemensam genomgång har ett möte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} har läst {self.revision}"


@history.track()
class ReceiptRetraction(models.Model):
    """A receipt taken back: somebody was ticked by mistake. The receipt is kept, and no longer counts."""

    receipt = models.OneToOneField(
        ReadReceipt, models.RESTRICT, related_name="retraction", verbose_name="läskvittens"
    )
    reason = models.CharField("skäl", max_length=500)
    at = models.DateTimeField("tagen tillbaka", default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")

    class Meta:
        verbose_name = "läskvittens tagen tillbaka"
        verbose_name_plural = "läskvittenser tagna tillbaka"
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.CheckConstraint(
                name="retraction_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Skriv varför kvittensen tas tillbaka.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt}: {self.reason}"
