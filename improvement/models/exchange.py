from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from improvement.enums import Direction, ExchangeStatus, Party
from improvement.exchanges import rights as exchange_rights
from improvement.exchanges.workflow import EXCHANGE
from improvement.models.deviation import Deviation
from kvalitet import history, versions
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from kvalitet.workflow import TransitionRecord

WAITING = (ExchangeStatus.SENT, ExchangeStatus.ESCALATED)
# What a provider's contact never sees: what has not been sent.
UNSENT = (ExchangeStatus.DRAFT, ExchangeStatus.DROPPED)


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def waiting(self) -> "ExchangeQuerySet":
        """Sent, and not answered."""
        return self.filter(status__in=WAITING)

    def late(self, day: date | None = None) -> "ExchangeQuerySet":
        return self.waiting().filter(answer_by__lt=day or timezone.localdate())

    def sent_to(self, user: Any) -> "ExchangeQuerySet":
        """What ``user`` answers as a provider's contact."""
        units = exchange_rights.contact_unit_ids(user)
        return self.filter(provider__in=units, direction=Direction.OUT).exclude(status__in=UNSENT)

    def visible_to(self, user: Any) -> "ExchangeQuerySet":
        """Those of the cases that ``user`` reads whole by task, and what was sent to them to answer."""
        if not user.is_authenticated:
            return self.none()
        cases = Deviation.objects.readable_by(user).order_by().values("pk")
        found = self.filter(Q(deviation__in=cases) | Q(pk__in=self.sent_to(user).values("pk")))
        denied = grants.denied_ids(user, Deviation)
        return found.exclude(deviation__in=denied) if denied else found


@history.track()
class Exchange(models.Model):
    """An avvikelse i samverkan: what is said to, or came from, another organisation about a case.

    ``text`` and ``answer`` name nobody: they leave the organisation. ``provider`` is the privat utförare
    whose contact answers in the application; others answer by post, and who handles the case writes it in.
    """

    CONFIDENTIAL = ("text", "answer")
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "avvikelsen i samverkan", "skrev", ("party_name",)
    WORKFLOW = EXCHANGE
    EFFECT_IN_HISTORY: ClassVar = {("send", "direction", Direction.IN): "tog emot avvikelsen i samverkan"}

    deviation = models.ForeignKey(
        Deviation, models.RESTRICT, related_name="exchanges", verbose_name="avvikelse"
    )
    direction = models.CharField("riktning", max_length=5, choices=Direction)
    party = models.CharField("slag av motpart", max_length=20, choices=Party)
    party_name = models.CharField("motpart", max_length=120)
    provider = models.ForeignKey(
        Unit,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name="utförare",
    )
    reference = models.CharField("motpartens nummer", max_length=60, blank=True)
    text = models.TextField("vad det handlar om", blank=True)
    answer_by = models.DateField("svar senast", null=True, blank=True)
    answer = models.TextField("svar", blank=True)
    status = models.CharField("läge", max_length=20, choices=ExchangeStatus, default=ExchangeStatus.DRAFT)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="skriven av")
    created_at = models.DateTimeField("skriven", default=timezone.now)
    sent_at = models.DateTimeField("skickad", null=True, blank=True)
    sent_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="skickad av"
    )
    escalated_at = models.DateTimeField("lyft", null=True, blank=True)
    escalated_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="lyft av"
    )
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="besvarad av"
    )

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "avvikelse i samverkan"
        verbose_name_plural = "avvikelser i samverkan"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="exchange_by_time"),
            models.Index(
                fields=["answer_by", "id"], name="exchange_waiting", condition=Q(status__in=WAITING)
            ),
        ]
        triggers = [
            EXCHANGE.fsm(),
            EXCHANGE.starts_as_initial(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sent_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sent_at__isnull=False)
                & versions.changed("text", "party", "party_name", "provider", "direction", "deviation"),
            ),
        ]
        constraints = [
            *(versions.stamp_pair("exchange", stamp) for stamp in ("sent", "escalated", "answered")),
            models.CheckConstraint(
                name="exchange_sent_is_whole",
                condition=Q(status__in=UNSENT, sent_at=None)
                | (
                    Q(status__in=[*WAITING, ExchangeStatus.ANSWERED])
                    & Q(sent_at__isnull=False, answer_by__isnull=False)
                    & ~Q(text="")
                ),
                violation_error_message="Det som skickas har en text och en dag för svar.",
            ),
            models.CheckConstraint(
                name="exchange_answered_has_answer",
                condition=(Q(status=ExchangeStatus.ANSWERED, answered_at__isnull=False) & ~Q(answer=""))
                | (~Q(status=ExchangeStatus.ANSWERED) & Q(answered_at=None, answer="")),
                violation_error_message="Skriv svaret.",
            ),
            models.CheckConstraint(
                name="exchange_provider_is_provider",
                condition=Q(provider=None) | Q(party=Party.PROVIDER),
                violation_error_message="Bara en utförare svarar här i systemet.",
            ),
            models.CheckConstraint(
                name="exchange_has_party",
                condition=~Q(party_name=""),
                violation_error_message="Skriv vilken motpart det gäller.",
            ),
        ]

    def __str__(self) -> str:
        return f"Samverkan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("improvement:exchange", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and bool(self.answer_by and self.answer_by < timezone.localdate())


class ExchangeTransition(TransitionRecord):
    obj = models.ForeignKey(Exchange, models.RESTRICT, related_name="transitions")

    class Meta(TransitionRecord.Meta):
        verbose_name = "händelse i avvikelse i samverkan"
        verbose_name_plural = "händelser i avvikelser i samverkan"
