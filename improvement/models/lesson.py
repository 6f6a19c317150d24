from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from improvement.enums import LessonKind, LessonStatus
from improvement.learning import rights
from improvement.learning.workflow import LESSON
from improvement.models.deviation import Deviation
from improvement.permissions import may_report
from kvalitet import history, versions
from kvalitet.organisation.models import Unit, User
from kvalitet.search import search_dirty_trigger
from kvalitet.sorting import Swedish
from kvalitet.workflow import TransitionRecord
from processes.models import Process
from processes.permissions import stands_for

TEXTS = ("title", "what_happened", "what_changed", "advice")


class LessonQuerySet(models.QuerySet["Lesson"]):
    def published(self) -> "LessonQuerySet":
        return self.filter(status=LessonStatus.PUBLISHED)

    def visible_to(self, user: Any) -> "LessonQuerySet":
        """What is published for every employee; the rest for who wrote it and those who publish."""
        if not may_report(user):
            return self.none()
        if rights.may_publish_lessons(user):
            return self.all()
        return self.filter(Q(status=LessonStatus.PUBLISHED) | Q(created_by__in=list(stands_for(user))))


@history.track()
class Lesson(models.Model):
    """A *lärdom* or *gott exempel* in general terms, for all staff to read: it names nobody.

    ``deviation`` is where it came from, told only to those who see the case; ``unit`` is shown only when
    the writer says so, since a small unit points out people.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "lärdomen", "skrev", ("title",)
    NOT_IN_HISTORY = ("deviation",)
    WORKFLOW = LESSON

    kind = models.CharField("slag", max_length=20, choices=LessonKind, default=LessonKind.LESSON)
    title = models.CharField("rubrik", max_length=200)
    what_happened = models.TextField("vad hände, i allmänna ord", blank=True)
    what_changed = models.TextField("det här ändrade vi", blank=True)
    advice = models.TextField("råd till andra", blank=True)
    processes: Any = models.ManyToManyField(
        Process, through="LessonProcess", related_name="lessons", verbose_name="processer"
    )
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="lessons", verbose_name="enhet"
    )
    is_unit_shown = models.BooleanField("enheten får visas", default=False)
    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, null=True, blank=True, related_name="lessons", verbose_name="avvikelse"
    )
    status = models.CharField("läge", max_length=20, choices=LessonStatus, default=LessonStatus.DRAFT)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skriven av")
    created_at = models.DateTimeField("skriven", default=timezone.now)
    published_at = models.DateTimeField("publicerad", null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="publicerad av"
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = "lärdom"
        verbose_name_plural = "lärdomar"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(Swedish("title"), "id", name="lesson_by_title"),
            models.Index(fields=["-published_at", "-id"], name="lesson_by_time"),
        ]
        triggers = [
            LESSON.fsm(),
            LESSON.starts_as_initial(),
            search_dirty_trigger("lesson"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="published_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=LessonStatus.PUBLISHED.value) & versions.changed(*TEXTS),
            ),
        ]
        constraints = [
            versions.stamp_pair("lesson", "published"),
            models.CheckConstraint(
                name="lesson_has_title",
                condition=~Q(title=""),
                violation_error_message="Skriv en rubrik.",
            ),
            models.CheckConstraint(
                name="lesson_published_has_text",
                condition=~Q(status=LessonStatus.PUBLISHED)
                | (Q(published_at__isnull=False) & ~Q(what_happened="") & ~Q(what_changed="")),
                violation_error_message="Skriv både vad som hände och vad ni ändrade.",
            ),
            models.CheckConstraint(
                name="lesson_shown_unit_is_there",
                condition=Q(is_unit_shown=False) | Q(unit__isnull=False),
                violation_error_message="Välj enheten som ska visas.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvement:lesson", args=[self.pk])


class LessonTransition(TransitionRecord):
    obj = models.ForeignKey(Lesson, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i lärdom"
        verbose_name_plural = "händelser i lärdomar"


@history.track()
class LessonProcess(models.Model):
    """A process in which the lärdom may help."""

    IN_HISTORY, TOLD_IN_HISTORY = "kopplingen", ("process",)

    lesson = models.ForeignKey(Lesson, models.RESTRICT, related_name="process_links", verbose_name="lärdom")
    process = models.ForeignKey(Process, models.RESTRICT, related_name="lesson_links", verbose_name="process")

    class Meta:
        verbose_name = "process för en lärdom"
        verbose_name_plural = "processer för lärdomar"
        ordering = ["pk"]
        triggers = [search_dirty_trigger("lesson", "{row}.lesson_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "process"],
                name="lesson_process_once",
                violation_error_message="Lärdomen är redan kopplad till den processen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson} – {self.process}"
