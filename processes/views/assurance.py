from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kvalitet.gate import refuse_unless
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from processes import permissions
from processes.assurance import Assured, assured
from processes.models import Process

FOR_STAFF = "Vad en process har och saknar visas för medarbetare."
PER_PAGE = 50
MINE = "mina"


@never_cache
@require_safe
def assurance(request: HttpRequest, slug: str) -> HttpResponse:
    """What one process has and lacks: a page, or the part of the process's own page that htmx asks for."""
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(rows, slug=slug)
    refuse_unless(grants.audience(request.user) >= Audience.INTERNAL, FOR_STAFF)
    (found,) = assured([process])
    may_change = permissions.may_change(request.user, process)
    context = {"process": process, "assured": found, "may_change": may_change}
    if request.headers.get("HX-Request"):
        return render(request, "processes/assurance_part.html", context)
    return render(request, "processes/assurance.html", context)


@require_safe
def assurance_list(request: HttpRequest) -> HttpResponse:
    """The processes and delprocesser in use, those that lack most first."""
    refuse_unless(grants.audience(request.user) >= Audience.INTERNAL, FOR_STAFF)
    rows = Process.objects.visible_to(request.user).active().filter(level__lte=1)
    rows = rows.select_related("parent__parent").order_by("tree_id", "lft")
    is_mine = request.GET.get("urval") == MINE
    mine = permissions.stands_for(request.user) if is_mine else frozenset()
    chosen = [one for one in rows if not is_mine or permissions.owner_id(one) in mine]
    found = sorted(assured(chosen), key=_share)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("sida"))
    context = {"page": page, "is_mine": is_mine, "whole": sum(not one.lacking for one in found)}
    return render(request, "processes/assurance_list.html", context)


def _share(one: Assured) -> float:
    return one.done / len(one.checks) if one.checks else 1
