from django.db import models
from django.utils import timezone

from documents.models.document import Document
from kvalitet import history
from kvalitet.organisation.models import User
from kvalitet.search import search_dirty_trigger
from processes.models import Process


@history.track()
class DocumentLink(models.Model):
    """A document is used in a process or an activity. Taken away when it is no longer; history keeps it.

    ``is_home``: the document belongs to the process, whose owner writes it and decides on a processrutin. A
    process that only uses it gives its owner no right to it.
    """

    document = models.ForeignKey(Document, models.RESTRICT, related_name="links", verbose_name="dokument")
    process = models.ForeignKey(
        Process, models.RESTRICT, related_name="document_links", verbose_name="process"
    )
    is_home = models.BooleanField("hör till processen", default=False)
    created_at = models.DateTimeField("kopplad", default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+", verbose_name="kopplad av")

    class Meta:
        verbose_name = "koppling till process"
        verbose_name_plural = "kopplingar till processer"
        triggers = [search_dirty_trigger("document", "{row}.document_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "process"],
                name="document_link_once",
                violation_error_message="Dokumentet är redan kopplat till processen.",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(is_home=True),
                name="document_link_one_home",
                violation_error_message="Dokumentet hör redan till en process.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} i {self.process}"
