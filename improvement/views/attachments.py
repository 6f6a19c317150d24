from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from improvement import access, permissions
from improvement.models import Attachment
from improvement.views.found import find_deviation
from kvalitet import storage
from kvalitet.gate import refuse_unless

CLOSED = "Bilagorna läses bara av dem som handlägger ärendet, och av den som rapporterade."


@require_safe
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One file of a report, for those who read the case whole and for who sent it; logged as an opening.

    Of an event in two parts each circle has the files at the number of its own part.
    """
    found = find_deviation(request, pk)
    reads = access.reads_whole(request.user, found)
    refuse_unless(reads or permissions.is_reporter(request.user, found), CLOSED)
    one = get_object_or_404(Attachment, deviation=found.part_of_id or found.pk, number=number)
    if reads:
        access.log_opening(request.user, found)
    try:
        return storage.download_response(
            request, one.storage_key, name=one.name, content_type=one.content_type, sha256=one.sha256
        )
    except FileNotFoundError:
        raise Http404("Filen finns inte kvar i lagringen.") from None
