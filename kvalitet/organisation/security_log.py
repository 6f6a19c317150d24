"""What happens to logins, a line of the log each: by the number of the account, never by what was written.

What changes rights or the second step of a login is in the history too, with the same number of the request.
"""

from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver

from kvalitet import tracing
from kvalitet.organisation.models import User


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    # Asked for alike whether there is an account, so that the time it takes tells nothing.
    email = str(credentials.get("username", "")).replace("\x00", "")
    tracing.event("login failed", User.objects.filter(email=email).values_list("pk", flat=True).first())
