from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from improvement.enums import SpreadReply
from improvement.learning import rights
from improvement.models.deviation import Deviation
from improvement.permissions import may_report
from kvalitet import history, versions
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from processes.models import Process
from processes.permissions import stands_for

# What the units have read and answered.
ASKED = ("deviation", "process", "question", "is_unit_shown", "sent_by", "sent_at")


class SpreadPromptQuerySet(models.QuerySet["SpreadPrompt"]):
    def standing(self) -> "SpreadPromptQuerySet":
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: Any) -> "SpreadPromptQuerySet":
        """The samordnare and who asked see all; a manager those put to their units, though jävig in the
        case: of that nothing is shown.
        """
        if not may_report(user):
            return self.none()
        mine = SpreadAnswer.objects.of(user).filter(prompt=OuterRef("pk"))
        asked = Q(sent_by__in=list(stands_for(user)))
        asked |= Q(deviation__in=Deviation.objects.received_by(user).values("pk"))
        whole = Q(pk__isnull=False) if rights.sees_spread(user) else asked
        denied = grants.denied_ids(user, Deviation)
        if denied:
            whole &= ~Q(deviation__in=denied)
        return self.filter(whole | (Exists(mine) & Q(withdrawn_at=None)))


@history.track()
class SpreadPrompt(models.Model):
    """*Kan det hända hos oss?*, asked of the units that work in a process, or of chosen ones.

    ``question`` is a new, anonymous sentence: nothing of the case is copied into it, and the case is told to
    none of those asked. The unit it happened in is shown only if whoever asks says so.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "frågan", "skickade", ("question",)
    NOT_IN_HISTORY = ("deviation",)

    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="spread_prompts", verbose_name="avvikelse"
    )
    process = models.ForeignKey(
        Process,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="spread_prompts",
        verbose_name="process",
    )
    question = models.TextField("fråga")
    is_unit_shown = models.BooleanField("enheten där det hände får visas", default=False)
    answer_by = models.DateField("svar senast")
    sent_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skickad av")
    sent_at = models.DateTimeField("skickad", default=timezone.now)
    withdrawn_at = models.DateTimeField("tillbakadragen", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="tillbakadragen av"
    )

    objects = SpreadPromptQuerySet.as_manager()

    class Meta:
        verbose_name = "fråga till andra enheter"
        verbose_name_plural = "frågor till andra enheter"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["-sent_at", "-id"], name="spread_by_time")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="asked_is_frozen", operation=pgtrigger.Update, condition=versions.changed(*ASKED)
            ),
        ]
        constraints = [
            versions.stamp_pair("spread", "withdrawn"),
            models.CheckConstraint(
                name="spread_has_question",
                condition=~Q(question=""),
                violation_error_message="Skriv frågan.",
            ),
            models.UniqueConstraint(
                fields=["deviation"],
                condition=Q(withdrawn_at=None),
                name="spread_once_a_case",
                violation_error_message="Frågan är redan skickad till de andra enheterna.",
            ),
        ]

    def __str__(self) -> str:
        return f"Kan det hända hos oss? Fråga {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:spread_prompt", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.withdrawn_at is None and self.answer_by < timezone.localdate()


class SpreadAnswerQuerySet(models.QuerySet["SpreadAnswer"]):
    def waiting(self) -> "SpreadAnswerQuerySet":
        return self.filter(answered_at=None, prompt__withdrawn_at=None)

    def late(self, day: date | None = None) -> "SpreadAnswerQuerySet":
        return self.waiting().filter(prompt__answer_by__lt=day or timezone.localdate())

    def of(self, user: Any) -> "SpreadAnswerQuerySet":
        """Those of the units that ``user`` answers for, or leads."""
        led = rights.led_units(user)
        return self.filter(rights.of_line(user) | Q(unit__in=list(led)))

    def to_answer_by(self, user: Any) -> "SpreadAnswerQuerySet":
        return self.waiting().filter(rights.of_line(user))


@history.track(exclude=("risk",))
class SpreadAnswer(models.Model):
    """One unit that was asked, with its answer; ``answer`` is empty until then.

    ``risk`` is what the unit then reported of itself, which has a history of its own.
    """

    CONFIDENTIAL = ("comment",)
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "svaret", "frågade", ("unit", "answer")

    prompt = models.ForeignKey(SpreadPrompt, models.RESTRICT, related_name="answers", verbose_name="fråga")
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="spread_answers", verbose_name="enhet")
    answer = models.CharField("svar", max_length=10, choices=SpreadReply, blank=True)
    comment = models.CharField("kommentar", max_length=1000, blank=True)
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="besvarad av"
    )
    risk = models.ForeignKey(
        Deviation,
        models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="spread_answers",
        verbose_name="rapporterad risk",
    )

    objects = SpreadAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "enhetens svar"
        verbose_name_plural = "enheternas svar"
        ordering = ["unit__tree_id", "unit__lft", "pk"]
        indexes = [
            models.Index(fields=["unit"], name="spread_unanswered", condition=Q(answered_at=None)),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            versions.stamp_pair("spread_answer", "answered"),
            models.CheckConstraint(
                name="spread_answer_has_stamp",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message="Ett svar visar vem som svarade och när.",
            ),
            models.UniqueConstraint(
                fields=["prompt", "unit"],
                name="spread_answer_once",
                violation_error_message="Enheten är redan tillfrågad.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_answer_display() or 'inte svarat'}"
