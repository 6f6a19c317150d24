from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from documents.models.revision import Revision


class TextPrint(models.Model):
    """The fingerprint of a version's text, by which nearly the same text is found (``documents/prints.py``).

    ``of`` is the checksum of the content that was read; a print of other content is made anew. A text too
    short to be compared has an empty print, so that it is not looked at again.
    """

    revision = models.OneToOneField(
        Revision, models.CASCADE, primary_key=True, related_name="text_print", verbose_name="version"
    )
    of = models.CharField("kontrollsumma", max_length=64, blank=True)
    signature = models.BinaryField("avtryck")
    bands = ArrayField(models.IntegerField(), verbose_name="band")

    class Meta:
        verbose_name = "textens avtryck"
        verbose_name_plural = "texters avtryck"
        indexes = [GinIndex(fields=["bands"], name="text_print_bands")]

    def __str__(self) -> str:
        return str(self.of)[:12]

    @property
    def as_bytes(self) -> bytes:
        return bytes(self.signature)

    @staticmethod
    def sharing(bands: Any) -> models.QuerySet["TextPrint"]:
        """Prints that have a band in common with ``bands``."""
        return TextPrint.objects.filter(bands__overlap=list(bands))
