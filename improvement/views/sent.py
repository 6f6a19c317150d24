"""After a report: the case, or a receipt where the case would ask for a password or be left on a screen."""

import base64
from datetime import timedelta

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from improvement import permissions
from improvement.models import Deviation
from kvalitet.organisation import devices

SALT = "improvement.receipt"
SHOWN_FOR = timedelta(minutes=10)
# What the form's own script sends, to get an address instead of a page.
BY_SCRIPT = "X-Kvalitet-Send"


def after_report(request: HttpRequest, deviation: Deviation) -> HttpResponse:
    """Where a sent report leads. On a shared device the reporter is logged out first."""
    where = deviation.get_absolute_url()
    if devices.is_shared(request) or devices.is_unconfirmed(request):
        token = signing.dumps(deviation.pk, salt=SALT)
        where = reverse("improvement:receipt", args=[token])
    if devices.is_shared(request):
        logout(request)
    if BY_SCRIPT in request.headers:
        return HttpResponse(status=201, headers={"Location": where})
    return redirect(where)


def unsent_key(request: HttpRequest) -> str:
    """What a report that could not be sent is sealed with in the browser: the same for one person, known to
    nobody who is not logged in as them. Empty on a shared device, where nothing is kept.
    """
    if devices.is_shared(request):
        return ""
    digest = salted_hmac("improvement.unsent", str(request.user.pk), algorithm="sha256").digest()
    return base64.b64encode(digest).decode()


@require_safe
@login_not_required
@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Number, who has it and when an answer comes; nothing that was written, and after a while nothing."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        return render(request, "improvement/receipt.html", {"deviation": None, "is_own": False})
    found = Deviation.objects.select_related("unit").get(pk=pk)
    context = {"deviation": found, "is_own": permissions.is_reporter(request.user, found)}
    return render(request, "improvement/receipt.html", context)
