import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from improvement.enums import AttachmentKind
from improvement.models.deviation import Deviation
from improvement.models.investigation import InvestigationEntry
from kvalitet import history, versions
from kvalitet.organisation.models import User

MOST = 5
CONTENT = ("submission", "number", "kind", "storage_key", "sha256", "size", "added_by", "added_at")
NAMES = {AttachmentKind.PICTURE: "Bild {}.jpg", AttachmentKind.PDF: "Fil {}.pdf"}
TYPES = {AttachmentKind.PICTURE: "image/jpeg", AttachmentKind.PDF: "application/pdf"}


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def waiting(self) -> "AttachmentQuerySet":
        """Of forms that came back and have not been sent yet."""
        return self.filter(deviation=None)


def _belongs() -> pgtrigger.Trigger:
    """To the report that it came with, or to the note that the same person wrote in that case."""
    return pgtrigger.Trigger(
        name="attachment_of_own_report",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__deviation__isnull=False),
        func="""
            IF NEW.entry_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM improvement_deviation one WHERE one.id = NEW.deviation_id
                AND one.submission = NEW.submission AND one.reported_by_id = NEW.added_by_id
            ) OR NEW.entry_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM improvement_investigationentry one WHERE one.id = NEW.entry_id
                AND one.deviation_id = NEW.deviation_id AND one.author_id = NEW.added_by_id
            ) THEN
                RAISE EXCEPTION 'Filen hör till en annan rapport.' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


@history.track()
class Attachment(models.Model):
    """A picture or a PDF that came with a report, without what it told of who took it, where and when.

    One that came later has its ``entry``: what the reporter added, or a note of the inquiry. What the file
    was called is not kept: it may name somebody. ``submission`` is the key of the form, of a report the same
    as the report's. A form that comes back keeps its files: until it is sent they have no ``deviation``, are
    their sender's alone, and are thrown away after a day. Then they are frozen.
    """

    CONFIDENTIAL = ("storage_key", "sha256")
    IN_HISTORY, BORN_IN_HISTORY, TOLD_IN_HISTORY = "bilagan", "bifogade", ("kind",)
    NOT_IN_HISTORY = ("submission", "entry", "storage_key", "sha256", "size")

    submission = models.UUIDField("formulärets nyckel", editable=False)
    number = models.PositiveSmallIntegerField("nummer i rapporten")
    deviation = models.ForeignKey(
        Deviation,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="avvikelse",
    )
    entry = models.ForeignKey(
        InvestigationEntry,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="anteckning",
    )
    kind = models.CharField("slag", max_length=10, choices=AttachmentKind)
    storage_key = models.CharField("plats i lagringen", max_length=120, unique=True)
    sha256 = models.CharField("fingeravtryck", max_length=64)
    size = models.PositiveBigIntegerField("storlek i byte")
    added_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="av")
    added_at = models.DateTimeField("när", default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "bilaga till avvikelse"
        verbose_name_plural = "bilagor till avvikelser"
        ordering = ["number", "pk"]
        indexes = [
            models.Index(fields=["added_at"], name="attachment_waiting", condition=Q(deviation=None)),
        ]
        triggers = [
            _belongs(),
            pgtrigger.Protect(
                name="attachment_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__deviation__isnull=False),
            ),
            pgtrigger.Protect(
                name="attachment_is_frozen",
                operation=pgtrigger.Update,
                condition=versions.changed(*CONTENT) | pgtrigger.Q(old__deviation__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="attachment_at_most_five",
                condition=Q(number__gte=1, number__lte=MOST),
                violation_error_message=f"En rapport har högst {MOST} filer.",
            ),
            models.CheckConstraint(
                name="attachment_of_entry_has_case",
                condition=Q(entry=None) | Q(deviation__isnull=False),
                violation_error_message="En fil i en anteckning hör till anteckningens ärende.",
            ),
            models.UniqueConstraint(
                fields=["submission", "number"],
                name="attachment_number_once",
                violation_error_message="Numret finns redan i rapporten.",
            ),
            models.UniqueConstraint(
                fields=["submission", "sha256"],
                name="attachment_once",
                violation_error_message="Filen finns redan i rapporten.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.address_in(self.deviation_id)

    def address_in(self, case_id: int | None) -> str:
        """Where those who see it by that case fetch it: of the two parts of an event each has its own."""
        if self.entry_id is not None:
            return reverse("improvement:entry_attachment", args=[case_id, self.entry_id, self.number])
        return reverse("improvement:attachment", args=[case_id, self.number])

    @property
    def name(self) -> str:
        """What it is called on the page and when it is saved."""
        return NAMES[AttachmentKind(self.kind)].format(self.number)

    @property
    def content_type(self) -> str:
        return TYPES[AttachmentKind(self.kind)]

    @property
    def is_picture(self) -> bool:
        return self.kind == AttachmentKind.PICTURE
