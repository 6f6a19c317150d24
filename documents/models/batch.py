"""What a bulk upload is told by: the files, what is to be made of each, and what became of it."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from documents.enums import BatchStatus, DocumentType, ItemChoice, ItemOutcome, Visibility
from documents.files.kinds import FileKind
from documents.models.document import Document
from documents.models.revision import Revision
from kvalitet import history
from kvalitet.organisation.models import Unit, User
from processes.models import Process

NO_FILE = Q(storage_key="", file_kind="", size=0, sha256="")


class UploadBatchQuerySet(models.QuerySet["UploadBatch"]):
    def visible_to(self, user: Any) -> "UploadBatchQuerySet":
        """One's own: nobody else answers for what lies half done in it."""
        return self.filter(created_by=user.pk)


class UploadBatch(models.Model):
    """One bulk upload: what goes for all its files until something else is said of one.

    ``sheet`` is what a metadata sheet said of files, by their names. Nothing of it is a document before
    the batch is started.
    """

    submission = models.UUIDField(unique=True, editable=False)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="begärd av")
    created_at = models.DateTimeField("begärd", default=timezone.now, editable=False)
    status = models.CharField("läge", max_length=20, choices=BatchStatus, default=BatchStatus.OPEN)
    ended_at = models.DateTimeField("avslutad", null=True)
    type = models.CharField("typ", max_length=20, choices=DocumentType)
    owner_unit = models.ForeignKey(Unit, models.RESTRICT, related_name="+", verbose_name="enhet")
    responsible = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="ansvarig")
    visibility = models.CharField(
        "synligt för", max_length=20, choices=Visibility, default=Visibility.INTERNAL
    )
    process = models.ForeignKey(
        Process, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="process"
    )
    sheet = models.JSONField("metadatablad", default=dict, blank=True)

    objects = UploadBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "uppladdning av flera"
        verbose_name_plural = "uppladdningar av flera"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_by", "-created_at"], name="upload_batch_own")]
        triggers = [history.NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="upload_batch_ended_has_time",
                condition=Q(status__in=[BatchStatus.OPEN, BatchStatus.MAKING], ended_at=None)
                | Q(status__in=[BatchStatus.DONE, BatchStatus.THROWN], ended_at__isnull=False),
                violation_error_message="En avslutad uppladdning har en tid.",
            )
        ]

    def __str__(self) -> str:
        return f"Uppladdning {timezone.localtime(self.created_at):%Y-%m-%d %H.%M}"

    def get_absolute_url(self) -> str:
        return reverse("documents:batch", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == BatchStatus.OPEN


class UploadItem(models.Model):
    """One file of a bulk upload: stored and checked, or refused with a reason; its outcome is said once.

    ``near`` is a document with nearly the same text, ``near_percent`` how much; only those who may see it
    are told. ``is_title_guessed``: nobody has said what it is to be called.
    """

    batch = models.ForeignKey(UploadBatch, models.RESTRICT, related_name="items", verbose_name="uppladdning")
    number = models.PositiveIntegerField("nr")
    name = models.CharField("fil", max_length=150)
    storage_key = models.CharField("nyckel i lagringen", max_length=60, blank=True, editable=False)
    file_kind = models.CharField("filtyp", max_length=10, choices=FileKind.choices(), blank=True)
    size = models.PositiveBigIntegerField("storlek i byte", default=0)
    sha256 = models.CharField("kontrollsumma", max_length=64, blank=True)

    title = models.CharField("titel", max_length=200, blank=True)
    is_title_guessed = models.BooleanField("gissad titel", default=True)
    type = models.CharField("typ", max_length=20, choices=DocumentType)
    owner_unit = models.ForeignKey(Unit, models.RESTRICT, related_name="+", verbose_name="enhet")
    responsible = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="ansvarig")
    visibility = models.CharField("synligt för", max_length=20, choices=Visibility)
    process = models.ForeignKey(
        Process, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="process"
    )
    keywords = models.CharField("sökord", max_length=500, blank=True)
    dnr = models.CharField("diarienummer", max_length=60, blank=True)
    target_group = models.CharField("målgrupp", max_length=200, blank=True)
    next_review = models.DateField("nästa översyn", null=True, blank=True)

    choice = models.CharField("gör så här", max_length=20, choices=ItemChoice, default=ItemChoice.NEW)
    target = models.ForeignKey(
        Document, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="finns redan som"
    )
    is_same_file = models.BooleanField("samma fil", default=False)
    near = models.ForeignKey(
        Document, models.RESTRICT, null=True, related_name="+", verbose_name="nästan samma text"
    )
    near_percent = models.PositiveSmallIntegerField("likhet i procent", default=0)

    outcome = models.CharField("utfall", max_length=20, choices=ItemOutcome, default=ItemOutcome.WAITING)
    reason = models.CharField("varför", max_length=1000, blank=True)
    revision = models.ForeignKey(
        Revision, models.RESTRICT, null=True, related_name="+", verbose_name="version"
    )
    done_at = models.DateTimeField("klar", null=True)

    class Meta:
        verbose_name = "uppladdad fil"
        verbose_name_plural = "uppladdade filer"
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
            models.UniqueConstraint(fields=["batch", "number"], name="upload_item_number_once"),
            models.UniqueConstraint(
                fields=["storage_key"], condition=~Q(storage_key=""), name="upload_item_file_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "sha256"],
                condition=Q(outcome=ItemOutcome.WAITING),
                name="upload_item_content_once",
                violation_error_message="Samma fil ligger redan i uppladdningen.",
            ),
            models.CheckConstraint(
                name="upload_item_waiting_has_file",
                condition=Q(outcome=ItemOutcome.WAITING, done_at=None, size__gt=0)
                & ~(Q(storage_key="") | Q(file_kind="") | Q(sha256=""))
                | (~Q(outcome=ItemOutcome.WAITING) & Q(done_at__isnull=False, storage_key="")),
                violation_error_message="En fil som väntar är sparad. En fil som är klar har en tid.",
            ),
            models.CheckConstraint(
                name="upload_item_refused_says_why",
                condition=~Q(outcome__in=[ItemOutcome.REFUSED, ItemOutcome.SKIPPED]) | ~Q(reason=""),
                violation_error_message="En fil som inte togs in får veta varför.",
            ),
            models.CheckConstraint(
                name="upload_item_made_has_version",
                condition=~Q(outcome__in=[ItemOutcome.MADE, ItemOutcome.VERSION]) | Q(revision__isnull=False),
                violation_error_message="En fil som togs in har en version.",
            ),
            models.CheckConstraint(
                name="upload_item_choice_has_target",
                condition=~Q(choice__in=[ItemChoice.VERSION, ItemChoice.LINK, ItemChoice.ASK])
                | Q(target__isnull=False),
                violation_error_message="Valet gäller ett dokument som finns.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
