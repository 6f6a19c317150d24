import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kvalitet.organisation.models import User
from reports.models.report import QualityReport


def checksum(figures: Mapping[str, Any]) -> str:
    """The same for the same figures, in whatever order the database gives their keys."""
    return hashlib.sha256(json.dumps(figures, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Snapshot(models.Model):
    """The figures of a report on one day, with the definition of each: written once, never changed.

    ``job`` is the job that counted them; one job leaves one snapshot.
    """

    report = models.ForeignKey(
        QualityReport, models.RESTRICT, related_name="snapshots", verbose_name="kvalitetsberättelse"
    )
    figures = models.JSONField("siffror")
    sha256 = models.CharField("kontrollsumma", max_length=64)
    gathered_at = models.DateTimeField("hämtade", default=timezone.now)
    gathered_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="hämtade av")
    job = models.UUIDField("jobb", unique=True)

    class Meta:
        verbose_name = "frysta siffror"
        verbose_name_plural = "frysta siffror"
        ordering = ["-gathered_at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                name="snapshot_has_checksum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="Siffrorna har en kontrollsumma.",
            ),
        ]

    def __str__(self) -> str:
        return f"Siffror {self.gathered_at:%Y-%m-%d}, {self.report}"

    @property
    def is_whole(self) -> bool:
        """Whether the figures are the ones that were written."""
        return checksum(self.figures) == self.sha256


class ReportFile(models.Model):
    """The PDF of a report, in two: uncut for those who handle it, with small numbers hidden for all others.

    Written once. ``content_sha256`` is of all that it was made from.
    """

    report = models.ForeignKey(
        QualityReport, models.RESTRICT, related_name="files", verbose_name="kvalitetsberättelse"
    )
    snapshot = models.ForeignKey(Snapshot, models.RESTRICT, related_name="files", verbose_name="siffror")
    content_sha256 = models.CharField("innehållets kontrollsumma", max_length=64)
    uncut_key = models.CharField("nyckel i lagringen", max_length=80, unique=True)
    uncut_sha256 = models.CharField("kontrollsumma", max_length=64)
    uncut_size = models.PositiveBigIntegerField("storlek i byte")
    public_key = models.CharField("nyckel i lagringen, utan små tal", max_length=80, unique=True)
    public_sha256 = models.CharField("kontrollsumma, utan små tal", max_length=64)
    public_size = models.PositiveBigIntegerField("storlek i byte, utan små tal")
    job = models.UUIDField("jobb", unique=True)
    created_at = models.DateTimeField("gjord", default=timezone.now)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="begärd av")

    class Meta:
        verbose_name = "rapportens PDF"
        verbose_name_plural = "rapporternas PDF:er"
        ordering = ["-created_at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"PDF, {self.report}"
