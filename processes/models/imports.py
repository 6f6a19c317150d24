"""What a bulk import is told by: the files that were sent, and what became of each."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kvalitet import history
from kvalitet.models import Blob
from kvalitet.organisation.models import User
from processes import permissions
from processes.enums import Outcome, ProcessKind, Visibility
from processes.models.process import Process
from processes.models.revision import ProcessRevision


class MapSignature(models.Model):
    """What a map is recognised by when it comes back from another tool: read from its bytes, never changed.

    ``activities`` is the id of every activity -> its normalised name.
    """

    blob = models.OneToOneField(Blob, models.RESTRICT, primary_key=True, related_name="signature")
    process_ids = ArrayField(models.TextField(), verbose_name="processernas id")
    activities = models.JSONField("aktiviteter")
    names = ArrayField(models.TextField(), verbose_name="aktiviteternas namn")

    class Meta:
        verbose_name = "kännetecken för karta"
        verbose_name_plural = "kännetecken för kartor"
        triggers = [history.INSERT_ONLY]
        indexes = [
            GinIndex(fields=["process_ids"], name="map_signature_processes"),
            GinIndex(fields=["activities"], name="map_signature_activities"),
            GinIndex(fields=["names"], name="map_signature_names"),
        ]

    def __str__(self) -> str:
        return str(self.blob_id)[:12]


class MapImportQuerySet(models.QuerySet["MapImport"]):
    def visible_to(self, user: Any) -> "MapImportQuerySet":
        """One's own, and all for those who lay up processes."""
        return self if permissions.may_create(user) else self.filter(created_by=user.pk)


class MapImport(models.Model):
    """One bulk import: who sent what, and where new processes are to lie.

    ``package_key`` is where the files wait in the storage; empty when they are read, or given up.
    """

    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="begärd av")
    created_at = models.DateTimeField("begärd", default=timezone.now, editable=False)
    parent = models.ForeignKey(
        Process, models.RESTRICT, null=True, related_name="+", verbose_name="ligger under"
    )
    kind = models.CharField("slag", max_length=20, choices=ProcessKind, blank=True)
    visibility = models.CharField("synlig för", max_length=20, choices=Visibility)
    owner = models.ForeignKey(User, models.RESTRICT, null=True, related_name="+", verbose_name="processägare")
    package_key = models.CharField(max_length=100, blank=True, editable=False)

    objects = MapImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import av kartor"
        verbose_name_plural = "importer av kartor"
        ordering = ["-created_at"]
        triggers = [history.NEVER_DELETED]

    def __str__(self) -> str:
        return f"Import {timezone.localtime(self.created_at):%Y-%m-%d %H.%M}"

    def get_absolute_url(self) -> str:
        return reverse("processes:imported", args=[self.pk])


class ImportedFile(models.Model):
    """One file of a bulk import, in the order it was sent, and what became of it; said once."""

    batch = models.ForeignKey(MapImport, models.RESTRICT, related_name="files", verbose_name="import")
    number = models.PositiveIntegerField("nr")
    name = models.CharField("fil", max_length=300)
    in_package = models.BooleanField("väntar på att läsas", default=False, editable=False)
    outcome = models.CharField("utfall", max_length=20, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField("varför", max_length=1000, blank=True)
    remarks = models.JSONField("anmärkningar", default=list)
    revision = models.ForeignKey(
        ProcessRevision, models.RESTRICT, null=True, related_name="+", verbose_name="version"
    )
    done_at = models.DateTimeField("klar", null=True)

    class Meta:
        verbose_name = "importerad fil"
        verbose_name_plural = "importerade filer"
        ordering = ["batch", "number"]
        triggers = [
            pgtrigger.Protect(
                name="said_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__done_at__isnull=False),
            ),
            history.NEVER_DELETED,
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="imported_file_number_once"),
            models.CheckConstraint(
                name="imported_file_done_has_time",
                condition=Q(outcome=Outcome.WAITING, done_at=None)
                | (~Q(outcome=Outcome.WAITING) & Q(done_at__isnull=False)),
                violation_error_message="En fil som är klar har en tid.",
            ),
            models.CheckConstraint(
                name="imported_file_refused_says_why",
                condition=~Q(outcome=Outcome.REFUSED) | ~Q(reason=""),
                violation_error_message="En avvisad fil får veta varför.",
            ),
            models.CheckConstraint(
                name="imported_file_kept_has_version",
                condition=Q(outcome__in=[Outcome.WAITING, Outcome.REFUSED]) | Q(revision__isnull=False),
                violation_error_message="En fil som togs emot har en version.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
