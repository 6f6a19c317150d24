"""What happens to logins, a line of the log each: by the number of the account, never by what was written.

What changes rights or the second step of a login is in the history, with the same number of the request; what
is refused (403, 429) Django says itself.
"""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from kvalitet import tracing
from kvalitet.organisation.models import User


def tell(what: str, email: Any) -> None:
    """Of the account with that address, if there is one."""
    # Asked for alike whether there is one, so that the time it takes tells nothing.
    known = User.objects.filter(email=str(email).replace("\x00", ""))
    tracing.event(what, known.values_list("pk", flat=True).first())


@receiver(user_logged_in)
def _logged_in(user: User, **_: Any) -> None:
    tracing.event("logged in with password", user.pk)


@receiver(user_logged_out)
def _logged_out(user: User | None, **_: Any) -> None:
    if user is not None:
        tracing.event("logged out", user.pk)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    tell("login failed", credentials.get("username", ""))


@receiver(user_locked_out)
def _locked(username: str, **_: Any) -> None:
    tell("login locked for one address", username)
