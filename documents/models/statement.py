from django.db import models
from django.db.models import Q

from documents.models.document import Document
from documents.models.revision import Revision
from kvalitet import history, versions
from kvalitet.organisation.models import Unit, User


@history.track()
class UnitStatement(models.Model):
    """What a unit says of a document: whether it holds for the unit, and that it has taken part of it."""

    IN_HISTORY = "enhetens ställningstagande"

    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="statements", verbose_name="enhet")
    document = models.ForeignKey(
        Document, models.RESTRICT, related_name="statements", verbose_name="dokument"
    )
    applies = models.BooleanField("gäller för enheten")
    reason = models.CharField("skäl", max_length=300, blank=True)
    decided_at = models.DateTimeField("bedömt", editable=False)
    decided_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="bedömt av")
    seen_revision = models.ForeignKey(
        Revision, models.RESTRICT, null=True, related_name="+", verbose_name="version enheten tagit del av"
    )
    seen_at = models.DateTimeField("tagit del", null=True, editable=False)
    seen_by = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", verbose_name="av")

    class Meta:
        verbose_name = "ställningstagande till dokument"
        verbose_name_plural = "ställningstaganden till dokument"
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "document"],
                name="statement_once",
                violation_error_message="Enheten har redan tagit ställning. Ändra det i stället.",
            ),
            models.CheckConstraint(
                name="statement_no_has_reason",
                condition=Q(applies=True) | ~Q(reason=""),
                violation_error_message="Skriv varför dokumentet inte gäller för enheten.",
            ),
            versions.stamp_pair("statement", "seen"),
            models.CheckConstraint(
                name="statement_seen_is_of_a_version",
                condition=Q(seen_at=None, seen_revision=None)
                | Q(seen_at__isnull=False, seen_revision__isnull=False),
                violation_error_message="Enheten tar del av en version.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} i {self.unit}: {'gäller' if self.applies else 'gäller inte'}"
