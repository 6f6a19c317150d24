"""A verb tried from a page: what it refuses is told there, and nothing that was typed is lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kvalitet.storage import StorageFault
from kvalitet.workflow import Blocked


def attempt(form: Any, verb: Any, *args: Any, refused_at: str | None = None, **values: Any) -> Any:
    """What ``verb`` gives (True for nothing), or None with its reasons on the form, beside the field
    ``refused_at`` if they are about one.
    """
    try:
        return verb(*args, **values) or True
    except Blocked as blocked:
        form.add_error(refused_at, blocked.reasons)
    except ValidationError as error:
        form.add_error(refused_at, error)
    except StorageFault as fault:
        form.add_error("file" if "file" in form.fields else None, str(fault))
    return None


def press(request: HttpRequest, verb: Any, *args: Any, done: str = "", **values: Any) -> Any:
    """The same of a button, as the user of the request: ``done`` or the reasons are told on the next page."""
    try:
        given = verb(*args, user=request.user, **values) or True
    except Blocked as blocked:
        for reason in blocked.reasons:
            messages.error(request, reason)
        return None
    except StorageFault as fault:
        messages.error(request, str(fault))
        return None
    if done:
        messages.success(request, done)
    return given
