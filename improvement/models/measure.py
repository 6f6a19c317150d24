from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, Revision
from improvement import permissions
from improvement.enums import Effect, MeasureContent, MeasureStatus, MeasureType, Strength
from improvement.models import circles
from improvement.models.deviation import Deviation
from improvement.models.proposal import Proposal
from improvement.models.source import Analysis, ExternalReview
from improvement.workflow import MEASURE
from kvalitet import history, versions
from kvalitet.lookups import ExistsForEach
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from kvalitet.search import search_dirty_trigger
from kvalitet.sorting import Swedish
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import TransitionRecord
from processes.models import Process
from processes.permissions import stands_for

# What an åtgärd is born from: exactly one of them.
SOURCES = ("deviation", "analysis", "review", "proposal")
OPEN = (MeasureStatus.PLANNED, MeasureStatus.ONGOING)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def answering(self, *deviation_ids: int) -> "MeasureQuerySet":
        """Measures born from the cases, and those that answer them as further ones."""
        linked = MeasureCase.objects.filter(deviation__in=deviation_ids).values("measure")
        return self.filter(Q(deviation__in=deviation_ids) | Q(pk__in=linked))

    def with_answers(self) -> "MeasureQuerySet":
        """Each with the ids of the further cases it ``answers``."""
        rows = MeasureCase.objects.filter(measure=OuterRef("pk")).order_by("pk")
        return self.annotate(answers=ArraySubquery(rows.values("deviation")))

    def overdue(self, day: date | None = None) -> "MeasureQuerySet":
        return self.filter(status__in=OPEN, due__lt=day or timezone.localdate())

    def to_judge(self, day: date | None = None) -> "MeasureQuerySet":
        """Done, and the day to judge their effect has come; once judged, the day to judge it again."""
        from improvement.models.effect_check import EffectCheck

        day = day or timezone.localdate()
        again = EffectCheck.objects.open().filter(due__lte=day).values("measure")
        first = Q(status=MeasureStatus.DONE, effect_on__lte=day)
        return self.filter(first | Q(status=MeasureStatus.JUDGED, pk__in=again))

    def awaiting_answer(self) -> "MeasureQuerySet":
        """Planned for somebody else, who has not said yes or no."""
        rows = self.filter(status=MeasureStatus.PLANNED, accepted_at=None)
        return rows.exclude(responsible=F("created_by"))

    def with_source(self) -> "MeasureQuerySet":
        """With what each was born from, so that rights are asked without a query."""
        return self.select_related("deviation__unit", "analysis", "review", "proposal")

    def assigned_to(self, user: Any) -> "MeasureQuerySet":
        return self.filter(_of(user)).not_denied(user)

    def visible_to(self, user: Any, *, row_by_row: bool = False) -> "MeasureQuerySet":
        """Those one is responsible for, those that answer a case one sees, and, for employees, those of
        other sources; jäv is subtracted last. ``row_by_row`` suits who asks for the first of several orders.
        """
        if not user.is_authenticated:
            return self.none()
        cases = Deviation.objects.listed_for(user).order_by()
        # Who sees most cases finds a page of åtgärder at once; for who sees few, those few are collected.
        asked = ExistsForEach if row_by_row or circles.are_wide(user) else Exists
        answered = Q(asked(cases.filter(pk=OuterRef("deviation"))))
        links = MeasureCase.objects.filter(measure=OuterRef("pk"))
        answered |= Q(asked(links.filter(asked(cases.filter(pk=OuterRef("deviation"))))))
        return self.filter(_of(user) | _internal(user) | answered).not_denied(user)

    def glimpsed_by(self, user: Any) -> "MeasureQuerySet":
        """The like of ``visible_to`` in fewer queries, for a few rows on another page."""
        cases = Deviation.objects.glimpsed_by(user).order_by().filter(pk=OuterRef("deviation"))
        return self.filter(_of(user) | _internal(user) | Q(ExistsForEach(cases))).not_denied(user)

    def not_denied(self, user: Any) -> "MeasureQuerySet":
        denied = grants.denied_ids(user, Deviation)
        return self.exclude(deviation__in=denied) if denied else self


def _of(user: Any) -> Q:
    """What ``user`` is responsible for, or stands in for who is and is not jävig."""
    where = Q(responsible=user.pk) if user.pk in stands_for(user) else Q(pk__in=[])
    for person in stands_for(user) - {user.pk}:
        closed = circles.denials().filter(user=person).values("object_id")
        where |= Q(responsible=person) & ~Q(deviation__in=closed)
    return where


def _internal(user: Any) -> Q:
    """What comes from no case is read by every employee."""
    return Q(deviation=None) if permissions.may_report(user) else Q(pk__in=[])


def _born_from(source: str) -> Q:
    """That source alone."""
    return Q(**{f"{one}__isnull": one != source for one in SOURCES})


@history.track()
class Measure(models.Model):
    """An åtgärd in the one register: born from exactly one of ``SOURCES``, answering further cases by
    ``MeasureCase``.

    ``title`` names nobody and is shown in lists and reports; ``description`` is for those who read the case.
    ``effect_on`` is the day on which its effect is judged.
    """

    CONFIDENTIAL = ("description", "effect_text", "evidence")
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "åtgärden", "planerade", ("title",)
    WORKFLOW = MEASURE

    deviation = models.ForeignKey(
        Deviation,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="född ur avvikelse",
    )
    analysis = models.ForeignKey(
        Analysis,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="född ur analys",
    )
    review = models.ForeignKey(
        ExternalReview,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="född ur granskning",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="född ur förslag",
    )
    title = models.CharField("åtgärd", max_length=200)
    description = models.TextField("beskrivning", blank=True)
    type = models.CharField("typ", max_length=20, choices=MeasureType)
    content = models.CharField("innehåll", max_length=20, choices=MeasureContent)
    strength = models.CharField("styrka", max_length=10, choices=Strength)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="measures", verbose_name="enhet")
    responsible = models.ForeignKey(User, models.RESTRICT, related_name="measures", verbose_name="ansvarig")
    routine = models.ForeignKey(
        Revision,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="ny eller ändrad rutin",
    )
    document = models.ForeignKey(
        Document,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="rutin som ändras",
    )
    process = models.ForeignKey(
        Process,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="process som ändras",
    )
    due = models.DateField("klar senast")
    cost = models.PositiveIntegerField("kostnad i kronor", null=True, blank=True)
    evidence = models.TextField("hur det syns att den är genomförd", blank=True)
    expected = models.CharField(
        "vad ska bli färre eller fler?",
        max_length=200,
        blank=True,
    )
    effect_on = models.DateField("effekten bedöms")
    status = models.CharField("läge", max_length=20, choices=MeasureStatus, default=MeasureStatus.PLANNED)
    effect = models.CharField("effekt", max_length=10, choices=Effect, blank=True)
    effect_text = models.TextField("hur effekten syns", blank=True)
    per_quarter_before = models.PositiveIntegerField("per kvartal före", null=True, blank=True)
    per_quarter_after = models.PositiveIntegerField("per kvartal efter", null=True, blank=True)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="planerad av")
    created_at = models.DateTimeField("planerad", default=timezone.now)
    accepted_at = models.DateTimeField("mottagen", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="mottagen av"
    )
    done_at = models.DateTimeField("genomförd", null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="genomförd av"
    )
    judged_at = models.DateTimeField("bedömd", null=True, blank=True)
    judged_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="bedömd av"
    )
    dropped_at = models.DateTimeField("struken", null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="struken av"
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "åtgärd"
        verbose_name_plural = "åtgärder"
        ordering = ["due", "pk"]
        indexes = [
            models.Index(Swedish("title"), "id", name="measure_by_title"),
            models.Index(fields=["due", "id"], name="measure_by_due"),
            models.Index(fields=["effect_on", "id"], name="measure_by_effect"),
            # The columns of the board, each in its order.
            models.Index(fields=["status", "due", "id"], name="measure_by_status"),
            models.Index("effect_on", "id", name="measure_waits", condition=Q(status=MeasureStatus.DONE)),
            models.Index(
                F("judged_at").desc(), "id", name="measure_judged", condition=Q(status=MeasureStatus.JUDGED)
            ),
            models.Index(fields=["created_at"], name="measure_by_planned"),
            models.Index(fields=["cost"], name="measure_with_cost", condition=Q(cost__isnull=False)),
        ]
        triggers = [
            MEASURE.fsm(),
            MEASURE.starts_as_initial(),
            search_dirty_trigger("measure"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            *(versions.stamp_pair("measure", stamp) for stamp in ("accepted", "done", "judged", "dropped")),
            models.CheckConstraint(
                name="measure_has_one_source",
                condition=reduce(or_, (_born_from(one) for one in SOURCES)),
                violation_error_message="En åtgärd föds ur exakt ett ställe.",
            ),
            models.CheckConstraint(
                name="measure_has_title",
                condition=~Q(title=""),
                violation_error_message="Skriv vad som ska göras.",
            ),
            models.CheckConstraint(
                name="measure_effect_after_due",
                condition=Q(effect_on__gte=F("due")),
                violation_error_message="Effekten bedöms efter att åtgärden är klar.",
            ),
            models.CheckConstraint(
                name="measure_done_has_stamp",
                condition=Q(status__in=[MeasureStatus.DONE, MeasureStatus.JUDGED], done_at__isnull=False)
                | (~Q(status__in=[MeasureStatus.DONE, MeasureStatus.JUDGED]) & Q(done_at=None)),
                violation_error_message="En genomförd åtgärd visar vem som genomförde den och när.",
            ),
            models.CheckConstraint(
                name="measure_judged_has_effect",
                condition=(Q(status=MeasureStatus.JUDGED, judged_at__isnull=False) & ~Q(effect=""))
                | (~Q(status=MeasureStatus.JUDGED) & Q(judged_at=None, effect="")),
                violation_error_message="Ange om åtgärden hade effekt.",
            ),
            models.CheckConstraint(
                name="measure_dropped_has_stamp",
                condition=Q(status=MeasureStatus.DROPPED, dropped_at__isnull=False)
                | (~Q(status=MeasureStatus.DROPPED) & Q(dropped_at=None)),
                violation_error_message="En struken åtgärd visar vem som strök den och när.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvement:measure", args=[self.pk])

    @property
    def source(self) -> Any:
        """What it was born from: one and one only, by constraint."""
        return next(one for name in SOURCES if (one := getattr(self, name)) is not None)

    def barred_ids(self) -> frozenset[int]:
        """Those who are jäviga in its case; nobody is in another source."""
        return self.deviation.barred_ids() if self.deviation is not None else frozenset()

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_due_to_judge(self) -> bool:
        return self.status == MeasureStatus.DONE and self.effect_on <= timezone.localdate()

    @property
    def awaits_answer(self) -> bool:
        """Whether somebody else than who planned it is asked to take it, and has not answered."""
        is_asked = self.status == MeasureStatus.PLANNED and self.accepted_at is None
        return is_asked and self.responsible_id != self.created_by_id

    @property
    def changes(self) -> Any:
        """The document or process whose next version makes it done; None for other åtgärder."""
        return self.document or self.process

    def next_check(self) -> Any:
        """The round of the effect that is to be judged next; read once per object."""
        if not hasattr(self, "_next_check"):
            self._next_check = self.checks.open().first()
        return self._next_check

    def settled_version(self) -> Any:
        """The version that it was to bring, when it holds: decided since the åtgärd was planned."""
        if self.document is not None:
            issued = self.document.revisions.issued().in_force().filter(approved_at__gte=self.created_at)
        elif self.process is not None:
            issued = self.process.revisions.in_force().filter(published_at__gte=self.created_at)
        else:
            return None
        return issued.filter(minor=0).exclude(status=RevisionStatus.WITHDRAWN).order_by("-pk").first()

    def settled_by(self, made: Any) -> int:
        """Id of who decided that the version holds."""
        return int(made.approved_by_id if self.document_id else made.published_by_id)

    @property
    def is_late(self) -> bool:
        today = timezone.localdate()
        if self.status == MeasureStatus.DONE:
            return self.effect_on < today
        return self.is_open and self.due < today


class MeasureTransition(TransitionRecord):
    obj = models.ForeignKey(Measure, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i åtgärd"
        verbose_name_plural = "händelser i åtgärder"


@history.track()
class MeasureCase(models.Model):
    """A further case that a measure answers: a *samlad åtgärd* may answer many."""

    IN_HISTORY, TOLD_IN_HISTORY = "kopplingen", ("deviation",)

    measure = models.ForeignKey(Measure, models.RESTRICT, related_name="cases", verbose_name="åtgärd")
    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="measure_links", verbose_name="avvikelse"
    )
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    created_at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "avvikelse som åtgärden svarar på"
        verbose_name_plural = "avvikelser som åtgärder svarar på"
        ordering = ["created_at", "pk"]
        triggers = [search_dirty_trigger("measure", "{row}.measure_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "deviation"],
                name="measure_case_once",
                violation_error_message="Åtgärden svarar redan på den avvikelsen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} – {self.deviation}"
