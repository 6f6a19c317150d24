from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kvalitet.lookups import number_in
from kvalitet.models import Notification
from kvalitet.notifications import mark_read


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    rows = Notification.objects.filter(user=request.user.pk).select_related("on_behalf_of")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "frame/notices.html", {"page": page})


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read, or all of them when none is named."""
    pk = number_in(request.POST.get("pk"))
    mark_read(request.user, pks=None if pk is None else [pk])
    return redirect("notices")
