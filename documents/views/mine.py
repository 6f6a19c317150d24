from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents import work
from documents.filters import RecentFilter
from documents.models import Document, Favourite, Revision
from documents.permissions import Permission
from documents.tables.library import RecentTable
from documents.waiting import waiting
from kvalitet.organisation import grants
from kvalitet.sorting import Swedish
from kvalitet.tables import Action, Empty, render_table

LATELY = timedelta(days=90)
MOST = 100
SHOWN_RECENT = 8


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one has chosen, answers for, writes and is waited for with; and what is new to read."""
    user = request.user
    to_decide = work.waiting_for(user, work.in_review(user))
    kept = Favourite.objects.filter(user=user, document=OuterRef("pk"))
    visible = Document.objects.visible_to(user).select_related("owner_unit")
    context = {
        "favourites": list(visible.filter(Exists(kept)).order_by(Swedish("title"))[:MOST]),
        "responsible": list(_answered_for(visible, user)[:MOST]),
        "waiting": to_decide,
        "asks": waiting(user).asks,
        "drafts": [one for one in _drafts(user) if one.pk not in {revision.pk for revision, _ in to_decide}],
        "recent": list(_begun(user).order_by("-valid_from", "-pk")[:SHOWN_RECENT]),
        "most": MOST,
    }
    return render(request, "documents/mine.html", context)


def _answered_for(visible: Any, user: Any) -> Any:
    """The nearest review first, those without a date last."""
    return visible.filter(responsible=user).order_by(F("next_review").asc(nulls_last=True), Swedish("title"))


def _drafts(user: Any) -> list[Revision]:
    """Versions under work that ``user`` has written, or is invited to write on."""
    invited = grants.scope(user, Permission.COAUTHOR).object_ids
    own = Q(author=user) | Q(document__in=list(invited))
    rows = Revision.objects.visible_to(user).open().filter(own).select_related("document__owner_unit")
    return list(rows.order_by("-created_at")[:MOST])


def _begun(user: Any) -> Any:
    """Versions that ``user`` may read and that began to hold lately."""
    today = timezone.localdate()
    rows = (
        Revision.objects.visible_to(user)
        .issued()
        .filter(valid_from__gt=today - LATELY, valid_from__lte=today)
    )
    return rows.select_related("document__owner_unit")


@login_not_required
@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    return render_table(
        request,
        table_class=RecentTable,
        queryset=_begun(request.user),
        filterset_class=RecentFilter,
        title="Nyligen ändrade dokument",
        lead="Versioner som har börjat gälla de senaste 90 dagarna och som du får läsa.",
        empty=Empty("Inget nytt", "Här visas versioner som har börjat gälla de senaste 90 dagarna."),
        actions=_ways(request.user),
        export_name="nyligen-andrade-dokument",
    )


def _ways(user: Any) -> list[Action]:
    ways = [Action("Alla dokument", reverse("documents:library"))]
    return (
        [Action("Mina dokument", reverse("documents:mine"), "star"), *ways] if user.is_authenticated else ways
    )
