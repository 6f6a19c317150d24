"""A remiss: who is asked about a draft, what they answer, and what is done with each answer."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from documents.enums import AnswerDecision
from documents.models.revision import Revision
from kvalitet import history, versions
from kvalitet.organisation.models import Unit, User
from kvalitet.versions import RevisionStatus


def _only_while_open(
    name: str, condition: Any = None, operation: Any = pgtrigger.Insert
) -> pgtrigger.Trigger:
    """Refuses what comes after the remiss was closed."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func="""
            IF NOT EXISTS (
                SELECT FROM documents_reviewround WHERE id = NEW.remiss_id AND closed_at IS NULL
            ) THEN
                RAISE EXCEPTION 'the remiss is closed' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


@history.track()
class ReviewRound(models.Model):
    """One remiss of a draft. While it is open, those who are asked may read the draft.

    ``changed_at`` is when the draft last got other content while it was out.
    """

    IN_HISTORY = "remissen"

    revision = models.ForeignKey(Revision, models.RESTRICT, related_name="rounds", verbose_name="version")
    question = models.TextField("fråga", max_length=2000)
    due = models.DateField("svara senast")
    started_at = models.DateTimeField("skickad", default=timezone.now, editable=False)
    started_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skickad av")
    changed_at = models.DateTimeField("utkastet ändrat", null=True, editable=False)
    changed_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", verbose_name="utkastet ändrat av"
    )
    closed_at = models.DateTimeField("stängd", null=True, editable=False)
    closed_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", verbose_name="stängd av"
    )

    class Meta:
        verbose_name = "remiss"
        verbose_name_plural = "remisser"
        ordering = ["revision", "-started_at"]
        triggers = [
            history.NEVER_DELETED,
            pgtrigger.Protect(
                name="closed_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="of_a_whole_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT FROM documents_revision
                        WHERE id = NEW.revision_id AND status = '{RevisionStatus.DRAFT}' AND minor = 0
                    ) THEN
                        RAISE EXCEPTION 'only a draft of a whole version is sent on remiss'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(closed_at=None),
                name="review_round_one_open",
                violation_error_message="Versionen är redan ute på remiss.",
            ),
            models.CheckConstraint(
                name="review_round_has_question",
                condition=~Q(question=""),
                violation_error_message="Skriv vad du vill ha svar på.",
            ),
            versions.stamp_pair("review_round", "changed"),
            versions.stamp_pair("review_round", "closed"),
        ]

    def __str__(self) -> str:
        return f"Remiss av {self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("documents:remiss", args=[self.revision.document_id, self.revision.label])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due < timezone.localdate()


@history.track()
class ReviewInvitation(models.Model):
    """One person or one unit that is asked; for a unit its managers and ombud answer."""

    IN_HISTORY = "den tillfrågade"

    remiss = models.ForeignKey(
        ReviewRound, models.RESTRICT, related_name="invitations", verbose_name="remiss"
    )
    person = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="person"
    )
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    created_at = models.DateTimeField("tillfrågad", default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="tillfrågad av")

    class Meta:
        verbose_name = "tillfrågad på remiss"
        verbose_name_plural = "tillfrågade på remiss"
        ordering = ["remiss", "pk"]
        triggers = [history.NEVER_DELETED, _only_while_open("asked_while_open")]
        constraints = [
            models.CheckConstraint(
                name="review_invitation_person_or_unit",
                condition=Q(person=None, unit__isnull=False) | Q(person__isnull=False, unit=None),
                violation_error_message="Fråga antingen en person eller en enhet.",
            ),
            models.UniqueConstraint(
                fields=["remiss", "person"],
                name="review_invitation_person_once",
                violation_error_message="Personen är redan tillfrågad.",
            ),
            models.UniqueConstraint(
                fields=["remiss", "unit"],
                name="review_invitation_unit_once",
                violation_error_message="Enheten är redan tillfrågad.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit)


@history.track()
class ReviewAnswer(models.Model):
    """What one person answers, for themselves or their unit; without a text it is *utan synpunkter*.

    What has been written can be changed until somebody has decided on it or the remiss is closed.
    """

    IN_HISTORY = "remissvaret"
    CHANGED_IN_HISTORY: ClassVar[dict[str, str]] = {"decision": "beslutade om ett remissvar"}

    remiss = models.ForeignKey(ReviewRound, models.RESTRICT, related_name="answers", verbose_name="remiss")
    person = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="svar av")
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="svar för"
    )
    text = models.TextField("synpunkter", max_length=10_000, blank=True)
    answered_at = models.DateTimeField("svarade", default=timezone.now)
    decision = models.CharField("beslut", max_length=10, choices=AnswerDecision, blank=True)
    reason = models.CharField("skäl", max_length=1000, blank=True)
    decided_at = models.DateTimeField("beslutat", null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.RESTRICT, null=True, related_name="+", verbose_name="beslut av"
    )

    class Meta:
        verbose_name = "remissvar"
        verbose_name_plural = "remissvar"
        ordering = ["remiss", "answered_at", "pk"]
        triggers = [
            history.NEVER_DELETED,
            _only_while_open("answered_while_open"),
            _only_while_open(
                "rewritten_while_open", versions.changed("remiss", "person", "unit", "text"), pgtrigger.Update
            ),
            pgtrigger.Protect(
                name="decided_is_not_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                & versions.changed("remiss", "person", "unit", "text"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["remiss", "person"],
                name="review_answer_once",
                violation_error_message="Du har redan svarat. Ändra ditt svar i stället.",
            ),
            versions.stamp_pair("review_answer", "decided"),
            models.CheckConstraint(
                name="review_answer_decision_has_stamp",
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                violation_error_message="Ett beslut visar vem som fattade det och när.",
            ),
            models.CheckConstraint(
                name="review_answer_decision_on_text",
                condition=Q(decision="") | ~Q(text=""),
                violation_error_message="Ett svar utan synpunkter behöver inget beslut.",
            ),
            models.CheckConstraint(
                name="review_answer_rejected_has_reason",
                condition=~Q(decision=AnswerDecision.REJECTED) | ~Q(reason=""),
                violation_error_message="Skriv varför synpunkten inte införs.",
            ),
        ]

    def __str__(self) -> str:
        return f"Svar av {self.person}"
