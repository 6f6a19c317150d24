from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from improvement.enums import ReviewKind
from kvalitet import history, versions
from kvalitet.organisation.models import Unit, User


@history.track()
class Analysis(models.Model):
    """A *sammanställning och analys* of a unit's period (SOSFS 2011:9, 5 kap. 6 §): what was weighed
    together, what it shows, and from which sources. Its text names nobody.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "analysen", "skrev", ("title",)

    title = models.CharField("rubrik", max_length=200)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="analyses", verbose_name="enhet")
    period_from = models.DateField("från och med")
    period_to = models.DateField("till och med")
    sources = models.TextField("underlag", blank=True)
    text = models.TextField("analys")
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skriven av")
    created_at = models.DateTimeField("skriven", default=timezone.now)

    class Meta:
        verbose_name = "analys"
        verbose_name_plural = "analyser"
        ordering = ["-period_to", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="analysis_period_in_order",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message="Perioden slutar inte före den börjar.",
            ),
            models.CheckConstraint(
                name="analysis_has_title_and_text",
                condition=~Q(title="") & ~Q(text=""),
                violation_error_message="Analysen behöver en rubrik och en text.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@history.track()
class ExternalReview(models.Model):
    """What somebody outside looked into: IVO, revision, länsstyrelse, avtalsuppföljning. Names nobody.

    ``answer_by`` is the day they want an answer, None when they want none.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "granskningen", "registrerade", ("title",)

    kind = models.CharField("av", max_length=20, choices=ReviewKind)
    title = models.CharField("rubrik", max_length=200)
    dnr = models.CharField("diarienummer", max_length=60)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="external_reviews", verbose_name="enhet")
    decided_on = models.DateField("beslutad den")
    answer_by = models.DateField("svar senast", null=True, blank=True)
    summary = models.TextField("sammanfattning", blank=True)
    answer = models.TextField("vårt svar", blank=True)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="registrerad av")
    created_at = models.DateTimeField("registrerad", default=timezone.now)
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="besvarad av"
    )

    class Meta:
        verbose_name = "extern granskning"
        verbose_name_plural = "externa granskningar"
        ordering = ["-decided_on", "-pk"]
        constraints = [
            versions.stamp_pair("review", "answered"),
            models.CheckConstraint(
                name="review_has_title_and_dnr",
                condition=~Q(title="") & ~Q(dnr=""),
                violation_error_message="Granskningen behöver en rubrik och ett diarienummer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"
