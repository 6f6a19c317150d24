from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from kvalitet import tracing


def unreadable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400 for what cannot be read: a mended address, a body too large, a broken form."""
    return render(request, "400.html", {"limit": settings.UPLOAD_MAX_BYTES}, status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403 with the reason that the rule gave, when it gave one."""
    reason = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "403.html", {"reason": reason}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500 with the reference that the log has; from its template alone, for anything else may be broken."""
    page = loader.get_template("500.html").render({"reference": tracing.reference(request)})
    return HttpResponse(page, status=500)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)
