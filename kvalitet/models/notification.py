from django.conf import settings
from django.db import models
from django.utils import timezone

KINDS: dict[str, str] = {}


class Notification(models.Model):
    """One line for one person: what waits, of which kind and unit, by when and where. Never any free text
    of a case.

    ``urgent`` is mailed at once, the rest in the digest; ``mailed_at`` says that a mail has been accepted.
    ``mailing_at`` alone says that one was on its way when its process was killed: nobody knows whether it
    came, so it is not sent again by itself.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="ersättare för"
    )
    kind = models.CharField("slag", max_length=60)
    sentence = models.CharField("vad", max_length=200)
    unit = models.CharField("enhet", max_length=120, blank=True)
    url = models.CharField("länk", max_length=300)
    due = models.DateField("senast", null=True)
    urgent = models.BooleanField("kan inte vänta", default=False)
    created_at = models.DateTimeField("kom", default=timezone.now)
    read_at = models.DateTimeField("läst", null=True)
    mailing_at = models.DateTimeField("på väg", null=True)
    mailed_at = models.DateTimeField("mejlad", null=True)

    class Meta:
        verbose_name = "avisering"
        verbose_name_plural = "aviseringar"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "read_at"]),
            models.Index(
                fields=["mailed_at"], name="notification_unmailed", condition=models.Q(mailed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def kind_name(self) -> str:
        """The kind in the words of the reader."""
        return KINDS.get(self.kind, self.kind)
