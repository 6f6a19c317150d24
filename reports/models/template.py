from django.db import models
from django.db.models import Q

from kvalitet import history


@history.track()
class ReportTemplate(models.Model):
    """The chapters of a kvalitetsberättelse as data, which a municipality changes without code.

    ``chapters`` is a list of ``{"key", "title", "guidance", "figures": [keys]}``; a key names a figure,
    a table or a whole area of ``reports.statistics``. A report copies them when it is begun.
    """

    IN_HISTORY = "mallen"

    name = models.CharField("namn", max_length=80, unique=True)
    chapters = models.JSONField("kapitel", default=list)
    is_default = models.BooleanField("används för nya rapporter", default=False)

    class Meta:
        verbose_name = "rapportmall"
        verbose_name_plural = "rapportmallar"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="report_template_one_default",
                violation_error_message="En annan mall används redan för nya rapporter.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
