from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents import permissions, presentation
from documents.filters import DocumentFilter
from documents.models import Document
from documents.models.document import owned_processes
from documents.permissions import Permission
from documents.tables.library import DocumentTable
from kvalitet.organisation import grants
from kvalitet.organisation.permissions import is_employee
from kvalitet.tables import Action, Empty, render_table

DECISIONS = (*permissions.APPROVE.values(), Permission.APPROVE_HSL, Permission.SIGN)


def _decides(user: Any) -> bool:
    """Whether something may come to wait for ``user`` to sign or fastställa."""
    if not is_employee(user):
        return False
    return any(grants.scope(user, one) for one in DECISIONS) or owned_processes(user).exists()


@login_not_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every document that the reader may open."""
    may_create = bool(grants.scope(request.user, Permission.WRITE))
    actions = [Action("Lägg in ett dokument", reverse("documents:create"), "plus-lg")] if may_create else []
    if may_create:
        actions.append(Action("Lägg in flera", reverse("documents:batch_new")))
        actions.append(Action("Länkar", reverse("documents:links")))
    if may_create or _decides(request.user):
        actions.append(Action("Att granska", reverse("documents:review_list")))
    if request.user.is_authenticated:
        actions.append(Action("Mina dokument", reverse("documents:mine"), "star"))
    actions.append(Action("Nyligen ändrade", reverse("documents:recent")))
    if is_employee(request.user):
        actions.append(Action("Översyn", reverse("documents:reviews")))
    empty = Empty(
        "Inga dokument än",
        "Här samlas riktlinjer, rutiner, lathundar, mallar och länkar, alltid i den version som gäller.",
        *((reverse("documents:create"), "Lägg in ett dokument") if may_create else ()),
    )
    return render_table(
        request,
        table_class=DocumentTable,
        queryset=presentation.with_versions(Document.objects.visible_to(request.user), request.user),
        filterset_class=DocumentFilter,
        title="Dokument",
        lead="Riktlinjer, rutiner, lathundar och mallar i den version som gäller.",
        empty=empty,
        actions=actions,
        export_name="dokument",
    )
