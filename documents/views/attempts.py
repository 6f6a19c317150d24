"""A verb tried with what a form holds: what it refuses is told on the form, beside what was typed."""

from typing import Any

from django.core.exceptions import ValidationError

from kvalitet.storage import StorageFull
from kvalitet.workflow import Blocked


def attempt(form: Any, verb: Any, *args: Any, **values: Any) -> Any:
    """What ``verb`` gives, or None when it refused."""
    try:
        return verb(*args, **values)
    except Blocked as blocked:
        form.add_error(None, blocked.reasons)
    except ValidationError as error:
        form.add_error(None, error)
    except StorageFull as full:
        form.add_error("file", str(full))
    return None
