from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.models import GroupReading
from improvement.enums import DeviationStatus, LessonStatus
from improvement.models import circles
from improvement.models.deviation import Deviation
from improvement.models.lesson import Lesson
from kvalitet import history, versions
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def waiting(self) -> "AgendaItemQuerySet":
        return self.filter(handled_at=None)

    def shown_to(self, user: Any) -> "AgendaItemQuerySet":
        """Without what was withdrawn or reopened since, and the cases ``user`` is jävig in."""
        standing = Q(lesson__status=LessonStatus.PUBLISHED)
        standing |= Q(deviation__status=DeviationStatus.CLOSED) & ~Q(deviation__suspicion__in=circles.SECRET)
        denied = grants.denied_ids(user, Deviation)
        return self.filter(standing).exclude(deviation__in=denied) if denied else self.filter(standing)


@history.track()
class AgendaItem(models.Model):
    """A lärdom or a case on a unit's list for its next APT. Of a case its summary alone is told there.

    ``reading`` is the genomgång where it was taken up; one that is corrected keeps its points.
    """

    IN_HISTORY, BORN_IN_HISTORY = "punkten på APT", "lade till"

    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="agenda_items", verbose_name="enhet")
    lesson = models.ForeignKey(
        Lesson, models.RESTRICT, null=True, blank=True, related_name="agenda_items", verbose_name="lärdom"
    )
    deviation = models.ForeignKey(
        Deviation,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="avvikelse",
    )
    question = models.CharField("fråga att prata om", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="föreslagen av")
    added_at = models.DateTimeField("föreslagen", default=timezone.now)
    is_taken_up = models.BooleanField("togs upp", default=False)
    handled_at = models.DateTimeField("avförd", null=True, blank=True)
    handled_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="avförd av"
    )

    reading = models.ForeignKey(
        GroupReading,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="genomgång",
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt på APT"
        verbose_name_plural = "punkter på APT"
        ordering = ["added_at", "pk"]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            versions.stamp_pair("agenda", "handled"),
            models.CheckConstraint(
                name="agenda_has_one_source",
                condition=Q(lesson__isnull=False, deviation=None) | Q(lesson=None, deviation__isnull=False),
                violation_error_message="En punkt handlar om exakt en lärdom eller avvikelse.",
            ),
            models.CheckConstraint(
                name="agenda_taken_up_is_handled",
                condition=Q(is_taken_up=False) | Q(handled_at__isnull=False),
                violation_error_message="Det som är taget upp står inte kvar på listan.",
            ),
            models.CheckConstraint(
                name="agenda_read_is_taken_up",
                condition=Q(reading=None) | Q(is_taken_up=True),
                violation_error_message="Det som gicks igenom är taget upp.",
            ),
            models.UniqueConstraint(
                fields=["unit", "lesson"],
                condition=Q(handled_at=None),
                name="agenda_lesson_once",
                violation_error_message="Lärdomen står redan på enhetens lista.",
            ),
            models.UniqueConstraint(
                fields=["unit", "deviation"],
                condition=Q(handled_at=None),
                name="agenda_case_once",
                violation_error_message="Avvikelsen står redan på enhetens lista.",
            ),
        ]

    def __str__(self) -> str:
        return f"Punkt {self.pk} på APT i {self.unit}"
