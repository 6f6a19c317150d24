from django.db import models
from django.db.models import Q
from django.utils import timezone

from kvalitet import history
from kvalitet.organisation.models import Unit, User
from processes.models import Process


@history.track()
class Proposal(models.Model):
    """A *förbättringsförslag* of an employee, to a unit and perhaps a process. Its text names nobody."""

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "förslaget", "lämnade", ("title",)

    submission = models.UUIDField("formulärets nyckel", unique=True, editable=False)
    title = models.CharField("förslag i en mening", max_length=200)
    text = models.TextField("förslag", blank=True)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="proposals", verbose_name="enhet")
    process = models.ForeignKey(
        Process,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="process",
    )
    shows_unmet_need = models.BooleanField("visar ett nytt eller ej tillgodosett behov", default=False)
    submitted_by = models.ForeignKey(
        User, models.RESTRICT, related_name="proposals", verbose_name="förslagsställare"
    )
    submitted_at = models.DateTimeField("lämnat", default=timezone.now)

    class Meta:
        verbose_name = "förbättringsförslag"
        verbose_name_plural = "förbättringsförslag"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_has_title",
                condition=~Q(title=""),
                violation_error_message="Skriv vad du föreslår.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
