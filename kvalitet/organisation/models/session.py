import uuid
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kvalitet.organisation.enums import DeviceKind


class Session(AbstractBaseSession):
    """A login, and whose it is: so that a person can see their own and end that of a lost phone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions", verbose_name="person"
    )
    kind = models.CharField("slag", max_length=10, choices=DeviceKind, default=DeviceKind.ORDINARY)
    device = models.CharField("enhet", max_length=80, blank=True)
    started_at = models.DateTimeField("inloggad", default=timezone.now)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "inloggning"
        verbose_name_plural = "inloggningar"

    def __str__(self) -> str:
        return self.device or self.get_kind_display()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from kvalitet.organisation.sessions import SessionStore

        return SessionStore

    @property
    def handle(self) -> str:
        """Names the login in an address: the key itself would open it."""
        return salted_hmac("kvalitet.login", self.session_key).hexdigest()[:24]


class KeptForm(models.Model):
    """What somebody had written when their login ran out; sealed with a key that only their browser has.

    ``token`` is the hash of that key. Nobody else can read ``sealed``, not even with the whole database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "sparat formulär"
        verbose_name_plural = "sparade formulär"

    def __str__(self) -> str:
        return f"sparat {self.kept_at:%Y-%m-%d %H:%M}"
