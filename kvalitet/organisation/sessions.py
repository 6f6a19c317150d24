"""Sessions in a table that says whose each is. Named by the setting SESSION_ENGINE."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from kvalitet.organisation.enums import DeviceKind

# What the session itself knows of the login (kvalitet/organisation/devices.py writes it).
KIND, DEVICE, STARTED = "device_kind", "device_name", "started_at"


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from kvalitet.organisation.models import Session

        return Session

    def get_expiry_date(self, **known: Any) -> datetime:
        """Counted from the login: Django counts from the last time that the session was saved."""
        if STARTED not in self or known or self.get("_session_expiry"):
            return super().get_expiry_date(**known)
        return datetime.fromisoformat(self[STARTED]) + timedelta(seconds=self.get_session_cookie_age())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.kind = data.get(KIND, DeviceKind.ORDINARY)
        row.device = data.get(DEVICE, "")
        row.started_at = datetime.fromisoformat(data[STARTED]) if STARTED in data else timezone.now()
        return row
