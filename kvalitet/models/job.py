import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Väntar"
    RUNNING = "running", "Pågår"
    DONE = "done", "Klart"
    FAILED = "failed", "Misslyckades"
    CANCELLED = "cancelled", "Avbrutet"


class Job(models.Model):
    """Work longer than a second, worked off in steps by whoever holds the lease.

    ``fence`` grows with every lease taken; a step only commits while ``fence`` is still the worker's own.
    ``arguments`` holds ids and dates, never text of a case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("slag", max_length=60)
    arguments = models.JSONField(default=dict)
    key = models.CharField("nyckel", max_length=200, help_text="Samma nyckel ger samma jobb.")
    status = models.CharField("läge", max_length=20, choices=JobStatus, default=JobStatus.WAITING)
    step = models.PositiveIntegerField("klara steg", default=0)
    steps = models.PositiveIntegerField("antal steg", default=1)
    state = models.JSONField(default=dict)
    message = models.CharField("vad som pågår", max_length=200, blank=True)
    error = models.CharField("fel", max_length=500, blank=True)
    result_url = models.CharField("resultat", max_length=300, blank=True)
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField("försök", default=0)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name="begärt av"
    )
    created_at = models.DateTimeField("begärt", default=timezone.now)
    finished_at = models.DateTimeField("färdigt", null=True)

    class Meta:
        verbose_name = "jobb"
        verbose_name_plural = "jobb"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "leased_until"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(status__in=["waiting", "running"]),
                name="job_one_open_per_key",
                violation_error_message="Samma arbete pågår redan.",
            ),
            models.CheckConstraint(
                name="job_finished_has_time",
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | Q(status__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(name="job_steps_in_range", condition=Q(step__lte=F("steps"))),
            models.CheckConstraint(name="job_failed_says_why", condition=~Q(status="failed", error="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_status_display()}"

    @property
    def percent(self) -> int:
        return 100 * self.step // self.steps if self.steps else 0

    @property
    def is_open(self) -> bool:
        return self.status in (JobStatus.WAITING, JobStatus.RUNNING)
