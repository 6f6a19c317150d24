from typing import Any, cast

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone

from kvalitet.notifications import unread_of
from kvalitet.organisation import grants, statements
from kvalitet.organisation.models import User

DEMO_PASSWORD = "demo"  # noqa: S105 known to all, and written in the README


class EmailBackend(ModelBackend):
    """Login with e-mail and password; loads the user with all their rights of today, in one query."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **rest: Any,
    ) -> User | None:
        # Everyone knows it, so it opens nothing where others than the one at this computer can try it.
        if password == DEMO_PASSWORD and not settings.DEMO_LOGINS:
            return None
        return super().authenticate(request, username=username, password=password, **rest)

    def get_user(self, user_id: Any) -> User | None:
        found = statements.rows(_with_rights, AnonymousUser(), pk=user_id)
        for *columns, unread, held, denied, exceptions in found:
            user: Any = User.from_db("default", COLUMNS, columns)
            if self.user_can_authenticate(user):
                grants.remember(user, held, denied, exceptions)
                user.unread_notices = unread
                return cast(User, user)
        return None


COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _with_rights(_reader: Any, *, pk: int) -> Any:
    """The account and its rights of today, whoever asks."""
    roles = RawSQL(f"({grants.HELD_SQL})", [pk, timezone.localdate()])  # noqa: S611 (a constant)
    denials = RawSQL(f"({grants.DENIED_SQL})", [pk])  # noqa: S611 (a constant)
    rows = User.objects.filter(pk=pk).order_by()
    return rows.values_list(*COLUMNS, unread_of(pk), roles, denials, grants.exceptions_of(pk))


def client_address(request: HttpRequest) -> str:
    """Where a login comes from: behind our proxy the last address, the only one a client cannot write."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
