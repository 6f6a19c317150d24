import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.models.document import Document
from documents.models.revision import Revision
from processes.models import Process


class TextReference(models.Model):
    """A text written here has a link to a process or to another document. Made anew with each text."""

    revision = models.ForeignKey(
        Revision, models.RESTRICT, related_name="references", verbose_name="version med texten"
    )
    process = models.ForeignKey(
        Process, models.CASCADE, null=True, related_name="text_references", verbose_name="process"
    )
    document = models.ForeignKey(
        Document, models.RESTRICT, null=True, related_name="text_references", verbose_name="dokument"
    )

    class Meta:
        verbose_name = "länk i en text"
        verbose_name_plural = "länkar i texter"
        constraints = [
            models.CheckConstraint(
                name="text_reference_one_target",
                condition=Q(process__isnull=False, document=None) | Q(process=None, document__isnull=False),
                violation_error_message="En länk leder till en process eller till ett dokument.",
            ),
            models.UniqueConstraint(
                fields=["revision", "process", "document"],
                nulls_distinct=False,
                name="text_reference_once",
                violation_error_message="Länken finns redan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} → {self.document or self.process}"


class ReadablePage(models.Model):
    """What a Word file says as HTML that is safe to show, made once by the job that reads the file.

    Kept under the file's checksum: the same file gives the same page. ``note`` is Swedish, and tells why
    there is no page or what is left out of it.
    """

    sha256 = models.CharField("filens kontrollsumma", max_length=64, primary_key=True)
    html = models.TextField("sidan", blank=True)
    note = models.CharField("anmärkning", max_length=400, blank=True)
    made_at = models.DateTimeField("gjord", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "läsbar sida av en fil"
        verbose_name_plural = "läsbara sidor av filer"
        triggers = [pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update)]
        constraints = [
            models.CheckConstraint(
                name="readable_page_says_something",
                condition=~Q(html="") | ~Q(note=""),
                violation_error_message="Sidan är tom. Skriv varför.",
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
