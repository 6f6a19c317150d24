from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from improvement.enums import ProposalReceiver, ProposalStatus
from improvement.learning import rights
from improvement.learning.workflow import PROPOSAL
from kvalitet import history, versions
from kvalitet.organisation import line
from kvalitet.organisation.models import Unit, User
from kvalitet.search import search_dirty_trigger
from kvalitet.workflow import TransitionRecord
from processes.models import Process

STATUS = ProposalStatus
ANSWERED = (STATUS.PLANNED, STATUS.CARRIED_OUT, STATUS.DECLINED)
# What colleagues have read and voted for.
SUBMITTED = ("submission", "title", "text", "submitted_by", "submitted_at", "shows_unmet_need")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any) -> "ProposalQuerySet":
        """Every employee reads every förslag; who wrote it is told to fewer."""
        return self.all() if rights.may_propose(user) else self.none()

    def waiting(self) -> "ProposalQuerySet":
        return self.filter(status__in=rights.WAITING)

    def to_answer_by(self, user: Any) -> "ProposalQuerySet":
        return self.filter(rights.to_answer(user))


def _count_votes() -> pgtrigger.Trigger:
    """One row's lock orders two who vote at once, so that the number is always that of the votes."""
    return pgtrigger.Trigger(
        name="counted",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        func="""
            IF TG_OP = 'INSERT' THEN
                UPDATE improvement_proposal SET votes = votes + 1 WHERE id = NEW.proposal_id;
            ELSE
                UPDATE improvement_proposal SET votes = votes - 1 WHERE id = OLD.proposal_id;
            END IF;
            RETURN NULL;
        """,
    )


@history.track(exclude=("votes",))
class Proposal(models.Model):
    """A *förbättringsförslag* of an employee, to a unit and perhaps a process. Its text names nobody.

    What was submitted is frozen. ``answer`` is for all staff to read. ``votes`` is counted by the database.
    """

    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "förslaget", "lämnade", ("title",)
    NOT_IN_HISTORY = ("submission", "submitted_by")
    WORKFLOW = PROPOSAL

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
    receiver = models.CharField(
        "vem svarar", max_length=10, choices=ProposalReceiver, default=ProposalReceiver.UNIT
    )
    shows_unmet_need = models.BooleanField("visar ett nytt eller ej tillgodosett behov", default=False)
    is_name_shown = models.BooleanField("mitt namn får visas för kollegor", default=False)
    submitted_by = models.ForeignKey(
        User, models.RESTRICT, related_name="proposals", verbose_name="förslagsställare"
    )
    submitted_at = models.DateTimeField("lämnat", default=timezone.now)
    status = models.CharField("läge", max_length=20, choices=STATUS, default=STATUS.SUBMITTED)
    answer_by = models.DateField("svar senast")
    answer = models.TextField("svar", blank=True)
    answered_at = models.DateTimeField("besvarat", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="besvarat av"
    )
    votes = models.PositiveIntegerField("röster", default=0, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "förbättringsförslag"
        verbose_name_plural = "förbättringsförslag"
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="proposal_by_time"),
            models.Index(fields=["-votes", "-id"], name="proposal_by_votes"),
            models.Index(
                fields=["answer_by"],
                name="proposal_waiting",
                condition=Q(status__in=[STATUS.SUBMITTED, STATUS.CONSIDERED]),
            ),
        ]
        triggers = [
            PROPOSAL.fsm(),
            PROPOSAL.starts_as_initial(),
            search_dirty_trigger("proposal"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="submitted_is_frozen", operation=pgtrigger.Update, condition=versions.changed(*SUBMITTED)
            ),
        ]
        constraints = [
            versions.stamp_pair("proposal", "answered"),
            models.CheckConstraint(
                name="proposal_has_title",
                condition=~Q(title=""),
                violation_error_message="Skriv vad du föreslår.",
            ),
            models.CheckConstraint(
                name="proposal_owner_has_process",
                condition=~Q(receiver=ProposalReceiver.OWNER) | Q(process__isnull=False),
                violation_error_message="Välj en process när processägaren ska svara.",
            ),
            models.CheckConstraint(
                name="proposal_answered_has_answer",
                condition=~Q(status__in=ANSWERED) | (Q(answered_at__isnull=False) & ~Q(answer="")),
                violation_error_message="Skriv ett svar till den som lämnade förslaget.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvement:proposal", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status in rights.WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.answer_by < timezone.localdate()

    def may_be_planned_by(self, user: Any) -> bool:
        """Whether ``user`` plans åtgärder from it: whoever answers it, the process's owner included."""
        return rights.may_answer(user, self)

    def chain(self) -> list[line.Link]:
        """Those who answer for the unit, nearest first; read once per object and unit."""
        if getattr(self, "_chain_of", None) != self.unit_id:
            self._chain, self._chain_of = line.chains([self.unit_id])[self.unit_id], self.unit_id
        return self._chain


class ProposalTransition(TransitionRecord):
    obj = models.ForeignKey(Proposal, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i förbättringsförslag"
        verbose_name_plural = "händelser i förbättringsförslag"


@history.track()
class ProposalVote(models.Model):
    """One colleague wants the förslag too; taken back by deleting the row."""

    IN_HISTORY = "rösten"

    proposal = models.ForeignKey(
        Proposal, models.RESTRICT, related_name="given_votes", verbose_name="förslag"
    )
    user = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="person")
    created_at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "röst på förslag"
        verbose_name_plural = "röster på förslag"
        ordering = ["created_at", "pk"]
        triggers = [_count_votes()]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "user"],
                name="proposal_vote_once",
                violation_error_message="Du har redan röstat på förslaget.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.proposal}"
