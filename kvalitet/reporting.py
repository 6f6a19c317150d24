"""Errors to a Sentry-compatible server, when SENTRY_DSN names one; the library is not loaded without it.

What is sent is made anew of a few things that cannot hold what people wrote: the kind of error, the places in
the code, and the reference that the log has. The message of an error is not among them, for a database quotes
the row that it refused. Whoever mends the error finds the message in the log by its reference.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kvalitet import tracing

# Whose log lines are written with the values beside the text, never in it.
OWN = {"kvalitet", "processes", "documents", "improvement", "reports", "django", "celery"}
KEPT = ("event_id", "timestamp", "level", "platform", "logger", "environment", "release", "server_name")
OFF: dict[str, Any] = dict.fromkeys(
    (
        *(
            "default_integrations",
            "auto_enabling_integrations",
            "send_default_pii",
            "include_local_variables",
        ),
        *("include_source_context", "auto_session_tracking", "send_client_reports"),
    ),
    False,
)
OF_FRAME = ("filename", "function", "module", "lineno", "in_app")


def start() -> None:
    """Report what is logged as an error, from now on in this process and those it forks."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            # Django's and Celery's own are not wanted: they would see requests, and what is raised is logged.
            **OFF,
            integrations=[
                LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
                ExcepthookIntegration(),
                DedupeIntegration(),
                AtexitIntegration(callback=lambda *_: None),
            ],
            before_send=only_what_is_safe,
            before_breadcrumb=lambda *_: None,
            max_breadcrumbs=0,
            max_request_body_size="never",
            release="",
        )
    except BadDsn as error:
        raise ImproperlyConfigured("SENTRY_DSN ska se ut som https://nyckel@värd/nummer.") from error


def only_what_is_safe(event: Any, hint: Any) -> Any:
    """``event`` again, of what is known to hold nothing that anybody wrote."""
    sent = {name: event[name] for name in KEPT if name in event}
    raised = event.get("exception", {}).get("values", [])
    sent["exception"] = {"values": [_kind_and_places(one) for one in raised]}
    if event.get("logger", "").partition(".")[0] in OWN:
        sent["logentry"] = {"message": str(event.get("logentry", {}).get("message", ""))}
    ids = tracing.ids()
    sent["tags"] = {name: ids[name] for name in ("request", "job") if name in ids}
    return sent


def _kind_and_places(raised: Any) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames", [])
    places = [{name: frame[name] for name in OF_FRAME if name in frame} for frame in frames]
    kind = {name: raised[name] for name in ("type", "module") if raised.get(name)}
    return {**kind, "value": "", "stacktrace": {"frames": places}}
