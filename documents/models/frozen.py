import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.enums import FrozenKind
from documents.models.revision import Revision


class FrozenCopy(models.Model):
    """What was decided, as it is kept and printed: the PDF of a version, or its own file with a note of why.

    Written once, by the job that the decision starts. A file that is kept as it came is not stored again:
    the key is then the version's own.
    """

    revision = models.OneToOneField(
        Revision, models.RESTRICT, related_name="frozen", verbose_name="dokumentversion"
    )
    kind = models.CharField("slag", max_length=10, choices=FrozenKind)
    storage_key = models.CharField("nyckel i lagringen", max_length=80, unique=True)
    sha256 = models.CharField("kontrollsumma", max_length=64)
    size = models.PositiveBigIntegerField("storlek i byte")
    pages = models.PositiveIntegerField("sidor", null=True)
    note = models.CharField("anmärkning", max_length=300, blank=True)
    made_at = models.DateTimeField("gjord", default=timezone.now)

    class Meta:
        verbose_name = "fastställt exemplar"
        verbose_name_plural = "fastställda exemplar"
        triggers = [
            pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_of_what_is_decided",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM documents_revision WHERE id = NEW.revision_id AND approved_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'only a decided version has a frozen copy'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="frozen_copy_is_whole",
                condition=Q(size__gt=0) & ~(Q(storage_key="") | Q(sha256="")),
                violation_error_message="Ett fastställt exemplar har en fil.",
            ),
            models.CheckConstraint(
                name="frozen_original_says_why",
                condition=Q(kind=FrozenKind.PDF) | Q(kind=FrozenKind.ORIGINAL) & ~Q(note=""),
                violation_error_message="Ett exemplar som inte är en PDF säger varför.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} av {self.revision}"

    @property
    def is_pdf(self) -> bool:
        return self.kind == FrozenKind.PDF
