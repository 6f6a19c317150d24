import hashlib

import pgtrigger
from django.db import models


class BlobManager(models.Manager["Blob"]):
    def keep(self, data: bytes) -> "Blob":
        """Store ``data`` byte for byte, once; the same bytes give the same row."""
        sha256 = Blob.key_of(data)
        self.bulk_create([Blob(sha256=sha256, data=data, size=len(data))], ignore_conflicts=True)
        return self.get(pk=sha256)


class Blob(models.Model):
    """Bytes that must never change, such as a process map's BPMN; a revision holds the key. Insert only."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    data = models.BinaryField()
    size = models.PositiveIntegerField()

    objects = BlobManager()

    class Meta:
        verbose_name = "bytes"
        triggers = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="sha256_is_right",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF NEW.sha256 <> encode(sha256(NEW.data), 'hex') THEN
                        RAISE EXCEPTION 'sha256 does not match the bytes';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @staticmethod
    def key_of(data: bytes) -> str:
        """The key that ``data`` has or would have."""
        return hashlib.sha256(data).hexdigest()
