"""That a document still holds, said without a new version; and what has been sent to remind of it."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import ExtractDay
from django.db.models.lookups import Exact
from django.utils import timezone

from documents.enums import Basis
from documents.models.document import Document
from documents.models.remiss import ReviewRound
from kvalitet import history
from kvalitet.organisation.models import User


@history.track()
class ReviewConfirmation(models.Model):
    """*Fortfarande giltig*: who looked the document over, when, and to which month it was carried on."""

    IN_HISTORY = "att dokumentet fortfarande gäller"
    BORN_IN_HISTORY = "bekräftade"
    TOLD_IN_HISTORY = ("basis", "new_date")

    document = models.ForeignKey(
        Document, models.RESTRICT, related_name="confirmations", verbose_name="dokument"
    )
    created_at = models.DateTimeField("bekräftat", default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="bekräftat av")
    basis = models.CharField("underlag", max_length=10, choices=Basis)
    old_date = models.DateField("tidigare översyn", null=True)
    new_date = models.DateField("nästa översyn")
    note = models.CharField("anteckning", max_length=500, blank=True)

    class Meta:
        verbose_name = "bekräftelse"
        verbose_name_plural = "bekräftelser"
        ordering = ["document", "-created_at"]
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.CheckConstraint(
                name="confirmation_moves_date",
                condition=Q(old_date=None) | ~Q(old_date=F("new_date")),
                violation_error_message="Dokumentet ses redan över den månaden.",
            ),
            models.CheckConstraint(
                name="confirmation_to_end_of_month",
                condition=Exact(
                    ExtractDay(ExpressionWrapper(F("new_date") + Value(1), models.DateField())), Value(1)
                ),
                violation_error_message="Nästa översyn är den sista dagen i en månad.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} gäller, ses över {self.new_date}"


class Reminder(models.Model):
    """One reminder that was sent, so that none is sent twice and a missed day is made up for.

    Of a document's review, or of a remiss. ``stage`` is the days left when it was due to be sent; below
    zero it is the days late.
    """

    document = models.ForeignKey(Document, models.RESTRICT, related_name="+", verbose_name="dokument")
    remiss = models.ForeignKey(
        ReviewRound, models.RESTRICT, null=True, related_name="+", verbose_name="remiss"
    )
    due = models.DateField("senast")
    stage = models.SmallIntegerField("dagar kvar")
    sent_at = models.DateTimeField("skickad", default=timezone.now)

    class Meta:
        verbose_name = "påminnelse"
        verbose_name_plural = "påminnelser"
        triggers = [history.INSERT_ONLY]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "due", "stage"], condition=Q(remiss=None), name="reminder_of_review_once"
            ),
            models.UniqueConstraint(
                fields=["remiss", "due", "stage"],
                condition=Q(remiss__isnull=False),
                name="reminder_of_remiss_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.due}, {self.stage}"
