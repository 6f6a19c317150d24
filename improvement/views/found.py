"""Finding what a page is about: only what the reader may see exists."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from improvement import access, gathered, permissions
from improvement.models import Deviation, Measure
from kvalitet.gate import refuse_unless
from kvalitet.organisation.models import User


def find_deviation(request: HttpRequest, pk: int) -> Deviation:
    """By the rule of one case, which asks less than the filter of the lists and says the same (a test)."""
    found: Deviation = get_object_or_404(gathered.cases(request.user), pk=pk)
    gathered.unpack(found)
    if not permissions.may_see(request.user, found):
        raise Http404
    return found


def find_whole(request: HttpRequest, pk: int) -> Deviation:
    """A case that the reader reads whole; refused with a reason for those who see only a part of it."""
    found = find_deviation(request, pk)
    refuse_unless(
        access.reads_whole(request.user, found), "Bara de som handlägger ärendet kommer åt det här."
    )
    return found


def back_to(request: HttpRequest, deviation: Deviation) -> HttpResponse:
    """To the case, or to the list when what was just done took it out of the person's sight."""
    person = User.objects.get(pk=request.user.pk)  # what the request knows of rights is from before
    if Deviation.objects.visible_to(person).filter(pk=deviation.pk).exists():
        return redirect(deviation)
    return redirect("improvement:deviations")


def find_measure(request: HttpRequest, pk: int) -> Measure:
    rows = Measure.objects.visible_to(request.user).with_source()
    related = (
        "deviation__process__parent__parent",
        "deviation__category",
        "unit",
        "responsible",
        "created_by",
    )
    changed = ("routine__document", "document__owner_unit", "document__responsible", "process__owner")
    found: Measure = get_object_or_404(rows.select_related(*related, *changed), pk=pk)
    return found
