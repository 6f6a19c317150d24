from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from improvement import permissions
from improvement.enums import ReviewKind
from improvement.permissions import Permission
from kvalitet import history, versions
from kvalitet.organisation.models import Unit, User
from kvalitet.search import search_dirty_trigger
from kvalitet.sorting import Swedish


class SourceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """Internal: every employee reads them."""
        return self if permissions.may_report(user) else self.none()

    def unanswered(self) -> Any:
        """Granskningar that want an answer and have none."""
        return self.filter(answer_by__isnull=False, answered_at=None)

    def late(self, day: date | None = None) -> Any:
        return self.unanswered().filter(answer_by__lt=day or timezone.localdate())


@history.track()
class Analysis(models.Model):
    """A *sammanställning och analys* of a unit's period (SOSFS 2011:9, 5 kap. 6 §): what was weighed
    together, what it shows, and from which sources. Its text names nobody.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "analysen", "skrev", ("title",)
    PLANNED_BY = Permission.MANAGE_SOURCES
    KIND = "Analys"

    title = models.CharField("rubrik", max_length=200)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="analyses", verbose_name="enhet")
    period_from = models.DateField("från och med")
    period_to = models.DateField("till och med")
    sources = models.TextField("underlag", blank=True)
    text = models.TextField("analys")
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skriven av")
    created_at = models.DateTimeField("skriven", default=timezone.now)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "analys"
        verbose_name_plural = "analyser"
        ordering = ["-period_to", "-pk"]
        indexes = [
            models.Index(Swedish("title"), "id", name="analysis_by_title"),
            models.Index(fields=["period_to", "id"], name="analysis_by_period"),
        ]
        triggers = [
            search_dirty_trigger("analysis"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
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

    def get_absolute_url(self) -> str:
        return reverse("improvement:analysis", args=[self.pk])


@history.track()
class ExternalReview(models.Model):
    """What somebody outside looked into: IVO, revision, länsstyrelse, avtalsuppföljning. Names nobody.

    ``answer_by`` is the day they want an answer, None when they want none.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "granskningen", "registrerade", ("title",)
    PLANNED_BY = Permission.MANAGE_SOURCES
    KIND = "Granskning"

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

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "extern granskning"
        verbose_name_plural = "externa granskningar"
        ordering = ["-decided_on", "-pk"]
        indexes = [
            models.Index(Swedish("title"), "id", name="review_by_title"),
            models.Index(fields=["decided_on", "id"], name="review_by_decided"),
            models.Index(fields=["answer_by"], name="review_unanswered", condition=Q(answered_at=None)),
        ]
        triggers = [
            search_dirty_trigger("review"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
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

    def get_absolute_url(self) -> str:
        return reverse("improvement:review", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is wanted and not given."""
        return self.answer_by is not None and self.answered_at is None

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.answer_by is not None and self.answer_by < timezone.localdate()


@history.track()
class Shortcoming(models.Model):
    """A *brist* that a granskning found, answered by åtgärder of its own. Its text names nobody."""

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "bristen", "lade till", ("text",)

    review = models.ForeignKey(
        ExternalReview, models.RESTRICT, related_name="shortcomings", verbose_name="granskning"
    )
    text = models.CharField("brist", max_length=500)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="tillagd av")
    created_at = models.DateTimeField("tillagd", default=timezone.now)
    remedied_at = models.DateTimeField("avhjälpt", null=True, blank=True)
    remedied_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="avhjälpt enligt"
    )

    class Meta:
        verbose_name = "brist"
        verbose_name_plural = "brister"
        ordering = ["created_at", "pk"]
        triggers = [
            search_dirty_trigger("review", "{row}.review_id", name="search_review"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            versions.stamp_pair("shortcoming", "remedied"),
            models.CheckConstraint(
                name="shortcoming_has_text", condition=~Q(text=""), violation_error_message="Skriv bristen."
            ),
        ]

    def __str__(self) -> str:
        return self.text


@history.track()
class ReviewDocument(models.Model):
    """A document in the library that a granskning is about, or that answers it."""

    IN_HISTORY, TOLD_IN_HISTORY = "dokumentet", ("document",)

    review = models.ForeignKey(
        ExternalReview, models.RESTRICT, related_name="documents", verbose_name="granskning"
    )
    document = models.ForeignKey(Document, models.RESTRICT, related_name="reviews", verbose_name="dokument")
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    created_at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "dokument i granskning"
        verbose_name_plural = "dokument i granskningar"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "document"],
                name="review_document_once",
                violation_error_message="Dokumentet är redan kopplat.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)
