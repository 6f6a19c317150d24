"""The second step of a login (tvåstegsinloggning): codes of the person's own app, and codes in reserve."""

import hashlib
import logging
import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from kvalitet import history, sealing

logger = logging.getLogger(__name__)
PURPOSE = "organisation.second_factor"
SECONDS, DIGITS = 30, 6
# A clock may be one step ahead or behind.
TOLERANCE = 1
# Wrong codes after which the wait grows no more: 68 minutes, so that the owner is never shut out for good.
LONGEST_AFTER = 13
RECOVERY_CODES, FEW_LEFT = 10, 3
LETTERS, GROUPS, GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4
NOT_TRACKED = ("sealed", "recovery", "last_step", "throttling_failure_timestamp", "throttling_failure_count")


@history.track(exclude=NOT_TRACKED)
class SecondFactor(ThrottlingMixin, Device):
    """``sealed`` is the app's secret. ``recovery`` holds hashes: each is of 79 random bits, so that nobody
    finds the code by trying. Neither is ever in the history.
    """

    IN_HISTORY = "tvåstegsinloggning"
    name = confirmed = None
    throttling_failure_count: int  # declared by the mixin, without a type

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor", verbose_name="person"
    )
    sealed = models.BinaryField()
    recovery = ArrayField(models.CharField(max_length=64), default=list)
    recovery_left = models.PositiveSmallIntegerField("återställningskoder kvar", default=0)
    last_step = models.BigIntegerField(default=-1)
    made_at = models.DateTimeField("inställd", default=timezone.now)
    codes_made_at = models.DateTimeField("återställningskoder gjorda", default=timezone.now)

    objects: models.Manager["SecondFactor"] = models.Manager()

    class Meta:
        verbose_name = "tvåstegsinloggning"
        verbose_name_plural = "tvåstegsinloggningar"
        constraints = [
            models.CheckConstraint(
                name="second_factor_recovery_counted",
                condition=Q(recovery_left=F("recovery__len")),
                violation_error_message="Antalet återställningskoder stämmer inte.",
            ),
        ]

    def __str__(self) -> str:
        return f"tvåstegsinloggning, inställd {self.made_at:%Y-%m-%d}"

    def step_of(self, code: str) -> int | None:
        """The step in time that ``code`` belongs to, near now and after the last one used."""
        clock = TOTP(sealing.unseal(bytes(self.sealed), purpose=PURPOSE), SECONDS, digits=DIGITS)
        if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
            return None
        return clock.t() if clock.verify(int(code), TOLERANCE, self.last_step + 1) else None

    def verify_token(self, token: str) -> bool:
        """Whether ``token`` lets in, now and once. The row must be locked."""
        if not self.verify_is_allowed()[0]:
            return False
        try:
            step = self.step_of(token)
        except sealing.Unreadable:
            logger.exception("the second factor of user %s was sealed with another SECRET_KEY", self.user_id)
            return False
        if step is None:
            self.throttle_increment()
            return False
        self.last_step = step
        self.throttle_reset()
        return True

    def take(self, code: str) -> bool:
        """Whether ``code`` is a recovery code, which then is gone. The row must be locked."""
        wanted = hashed(self.user_id, code)
        if wanted not in self.recovery:
            return False
        self._keep([one for one in self.recovery if one != wanted])
        return True

    def give_codes(self) -> list[str]:
        """New recovery codes instead of those it had; only their hashes are kept."""
        codes = new_codes()
        self.codes_made_at = timezone.now()
        self._keep([hashed(self.user_id, one) for one in codes])
        return codes

    def _keep(self, hashes: list[str]) -> None:
        self.recovery, self.recovery_left = hashes, len(hashes)
        self.throttle_reset()

    def throttle_increment(self, commit: bool = True) -> None:
        if self.throttling_failure_count >= LONGEST_AFTER:
            self.throttling_failure_count = LONGEST_AFTER - 1
        super().throttle_increment(commit=commit)

    def get_throttle_factor(self) -> int:
        return 1

    @property
    def has_few_codes(self) -> bool:
        return self.recovery_left <= FEW_LEFT


def new_codes() -> list[str]:
    """Codes to write down, without letters that look like others."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def hashed(user_id: int, code: str) -> str:
    """As the row keeps it, however it was typed."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(f"{PURPOSE}:{user_id}:{plain}".encode()).hexdigest()
