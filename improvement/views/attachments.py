"""The files of a case: sent with a form, kept while it comes back, and fetched by those who may read them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from improvement import access, case_files, permissions
from improvement.actions import attaching
from improvement.models import Attachment, Deviation
from improvement.views.found import back_to, find_deviation
from kvalitet import storage
from kvalitet.attempts import attempt
from kvalitet.gate import refuse_unless
from kvalitet.lookups import number_in

CLOSED = "Bilagorna läses bara av dem som handlägger ärendet, och av den som rapporterade."


@require_safe
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One file of a report, for those who read the case whole and for who sent it; logged as an opening.

    Of an event in two parts each circle has the files at the number of its own part.
    """
    found, reads = _opened(request, pk)
    rows = Attachment.objects.filter(deviation=found.part_of_id or found.pk, entry=None)
    return _sent(request, get_object_or_404(rows, number=number), found, reads)


@require_safe
def entry_attachment(request: HttpRequest, pk: int, entry: int, number: int) -> HttpResponseBase:
    """One file of a note, for those who read the case whole; of a supplement also for who wrote it."""
    found, reads = _opened(request, pk)
    rows = case_files.in_entries(request.user, found, reads_case=reads)
    return _sent(request, get_object_or_404(rows, entry=entry, number=number), found, reads)


def _opened(request: HttpRequest, pk: int) -> tuple[Deviation, bool]:
    """The case, and whether it is read whole and not as one's own report."""
    found = find_deviation(request, pk)
    reads = access.reads_whole(request.user, found)
    refuse_unless(reads or permissions.is_reporter(request.user, found), CLOSED)
    return found, reads


def _sent(request: HttpRequest, one: Attachment, found: Deviation, reads: bool) -> HttpResponseBase:
    if reads:
        access.log_opening(request.user, found)
    try:
        return storage.download_response(
            request, one.storage_key, name=one.name, content_type=one.content_type, sha256=one.sha256
        )
    except FileNotFoundError:
        raise Http404("Filen finns inte kvar i lagringen.") from None


def keep_files(request: HttpRequest, form: Any) -> None:
    """The form comes back: its files are kept, but for the one that is to be taken away."""
    number = number_in(request.POST.get("drop"))
    if number is not None:
        attaching.drop(number, user=request.user, key=form.key)
    if form.ready:
        attempt(form, attaching.keep, form.ready, user=request.user, key=form.key)


def page_with_files(
    request: HttpRequest,
    deviation: Deviation,
    form_class: Any,
    verb: Any,
    done: str,
    *,
    initial: Any = None,
    **words: str,
) -> HttpResponse:
    """A form on one case that takes files, and keeps them when it comes back. Its fields are the verb's."""
    made_of = {"user": request.user, "deviation": deviation, "initial": initial}
    # What was typed when the login ran out comes back in a GET.
    sent = (request.POST, request.FILES) if request.method == "POST" or request.POST else ()
    form = form_class(*sent, **made_of)
    try:
        if request.method == "POST" and _is_done(request, deviation, form, verb):
            messages.success(request, done)
            return back_to(request, deviation)
    finally:
        for one in form.ready:
            one.file.close()
    kept = attaching.waiting(request.user, form.key) if request.POST else []
    shown = form.as_typed() if "drop" in form.data else form
    context = {"form": shown, "deviation": deviation, "kept": kept, "refused_files": shown.refused_files}
    return render(request, "improvement/form.html", {**context, **words})


def _is_done(request: HttpRequest, deviation: Deviation, form: Any, verb: Any) -> bool:
    if form.is_valid() and "drop" not in form.data:
        return bool(attempt(form, verb, deviation, user=request.user, **form.cleaned_data))
    keep_files(request, form)
    return False
