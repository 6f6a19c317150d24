from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.models import Document
from improvement import access, effect, permissions, presentation
from improvement.actions import drafts
from improvement.actions import measures as verbs
from improvement.board import board_of
from improvement.enums import Strength
from improvement.filters import MEASURE_SELECTIONS, MeasureFilter
from improvement.models import Deviation, EffectCheck, Measure, MeasureCase, Remedy
from improvement.tables import MeasureTable
from improvement.views.found import find_measure
from improvement.views.measure_steps import DONE, PAGES
from improvement.workflow import MEASURE
from kvalitet import history
from kvalitet.gate import refuse_unless
from kvalitet.tables import Empty, render_table
from kvalitet.templatetags.kvalitet import thousands
from processes.models import Process

TITLE, LEAD = "Åtgärder", "Allt som ska göras, när det är klart och om det hjälpte."
EMPTY = Empty(
    "Inga åtgärder att visa",
    "En åtgärd planeras i det den svarar på: en avvikelse, en analys, en granskning eller ett förslag.",
)
YEAR = timedelta(days=365)
# A share of fewer says nothing, and one of more says no more.
FEWEST, LATEST = 5, 1000


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The register over all sources, as a list or a board."""
    refuse_unless(permissions.may_report(request.user), "Åtgärder är för medarbetare.")
    is_board = request.GET.get("visa") == "tavla"
    rows = Measure.objects.visible_to(request.user, row_by_row=is_board)
    rows = rows.select_related("responsible", "unit")
    if is_board:
        return _board(request, MeasureFilter(request.GET, queryset=rows, request=request))
    chosen = MeasureFilter(request.GET, queryset=rows, request=request)
    return render_table(
        request,
        table_class=MeasureTable,
        queryset=rows,
        filterset_class=MeasureFilter,
        title=TITLE,
        lead=LEAD,
        empty=EMPTY,
        export_name="atgarder",
        template="improvement/measures.html",
        extra_context={
            "ways": _ways(request),
            "weak": _weak_share(),
            "footer": _cost(chosen.qs),
        },
    )


def _cost(rows: Any) -> str:
    """The sum of what is shown, where anything costs."""
    found = rows.filter(cost__isnull=False).order_by().aggregate(sum=Sum("cost"))["sum"]
    return f"Kostnad för åtgärderna i urvalet: {thousands(found)} kr." if found else ""


def _board(request: HttpRequest, chosen: MeasureFilter) -> HttpResponse:
    context = {
        "title": TITLE,
        "lead": LEAD,
        "ways": _ways(request),
        "weak": _weak_share(),
        "filters": chosen,
        "columns": board_of(request.user, chosen.qs, request.GET),
        "empty": EMPTY,
        "here": request.get_full_path(),
    }
    return render(request, "improvement/board.html", context)


def _ways(request: HttpRequest) -> dict[str, list[tuple[str, str, bool]]]:
    """List or board, and the selections that most come for, each with its address and whether it is here."""
    query = request.GET.copy()
    for name in ("sida", "exportera"):
        query.pop(name, None)
    is_board = query.get("visa") == "tavla"

    def link(**changed: str) -> str:
        new = query.copy()
        for name, value in changed.items():
            new.pop(name, None)
            if value:
                new[name] = value
        return f"{request.path}?{new.urlencode()}" if new else request.path

    shapes = [("Lista", link(visa=""), not is_board), ("Tavla", link(visa="tavla"), is_board)]
    now = query.get("urval", "")
    chosen = [("Alla", link(urval=""), not now)]
    chosen += [(label, link(urval=value), now == value) for value, label in MEASURE_SELECTIONS]
    return {"shapes": shapes, "selections": chosen}


def _weak_share() -> int | None:
    """Of a hundred åtgärder that were planned in the last year, how many rest on people remembering; of the
    latest thousand, when they are more.
    """
    rows = Measure.objects.filter(created_at__gt=timezone.now() - YEAR).order_by("-created_at")[:LATEST]
    found = rows.aggregate(all=Count("pk"), weak=Count("pk", filter=Q(strength=Strength.WEAK)))
    return round(100 * found["weak"] / found["all"]) if found["all"] >= FEWEST else None


@require_safe
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One åtgärd: what, who, when, whether it helped, and the cases it answers as far as one sees them."""
    found = find_measure(request, pk)
    may_change = permissions.may_change_measure(request.user, found)
    context = {
        "measure": found,
        "tone": presentation.MEASURE_TONES[found.status],
        "effect_tone": presentation.effect_tone(found),
        "reads_text": reads_text(request.user, found),
        "may_change": may_change and found.is_open,
        "counted": effect.counted(found) if may_change else None,
        "may_link": may_change and found.status not in verbs.OVER,
        "steps": _steps(request.user, found),
        "checks": list(found.checks.select_related("judged_by")) if found.done_at else [],
        **_cases(request.user, found),
        **_source(found),
        **_change(request.user, found),
    }
    return render(request, "improvement/measure.html", context)


def _cases(user: Any, found: Measure) -> dict[str, Any]:
    links = dict(MeasureCase.objects.filter(measure=found).values_list("deviation", "pk"))
    ids = {found.deviation_id, *links} - {None}
    seen = Deviation.objects.visible_to(user).filter(pk__in=ids).order_by("pk") if ids else []
    cases = list(presentation.with_list_facts(seen)) if ids else []
    return {"cases": [(one, links.get(one.pk)) for one in cases], "hidden_cases": len(ids) - len(cases)}


def _source(found: Measure) -> dict[str, Any]:
    """What it was born from, where that is no case, and the brist it mends."""
    if found.deviation is not None:
        return {"source": None, "remedy": None}
    remedy = (
        Remedy.objects.filter(measure=found).select_related("shortcoming").first() if found.review else None
    )
    kind = getattr(found.source, "KIND", "Förslag")
    url = found.source.get_absolute_url() if hasattr(found.source, "get_absolute_url") else ""
    return {"source": {"kind": kind, "url": url, "title": str(found.source)}, "remedy": remedy}


def _change(user: Any, found: Measure) -> dict[str, Any]:
    """The document or process that it changes, the version under work, and who may write in it."""
    changes = found.changes
    if changes is None:
        return {"changes": None}
    model = Document if found.document_id else Process
    may_see = model.objects.visible_to(user).filter(pk=changes.pk).exists()
    may_write = may_see and drafts.may_open(user, found)
    draft = drafts.under_work(found) if may_write else None
    return {
        "changes": changes,
        "may_see_changes": may_see,
        "may_write": may_write and permissions.may_work_on_measure(user, found) and found.is_open,
        "draft": draft,
        "coming": drafts.coming(found) if may_see and draft is None and found.is_open else None,
        "needs_file": bool(may_write and draft is None and drafts.needs_file(found)),
        "writer": found.document.responsible if found.document else found.process.owner,
    }


def reads_text(user: Any, found: Measure) -> bool:
    """The description may tell of the case: for those who do the work and those who read the case."""
    return access.reads_measure(user, found)


def _steps(user: Any, found: Measure) -> dict[str, Any]:
    available = [one for one in MEASURE.available(user, found) if one.transition.name in DONE]
    pages = [one for one in available if one.transition.name in PAGES and not one.reasons]
    return {"pages": pages, "buttons": [one for one in available if one not in pages]}


@require_safe
def measure_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_measure(request, pk)
    rows = {MeasureCase: "measure", EffectCheck: "measure", Remedy: "measure"}
    entries = history.timeline(found, reader=request.user, rows=rows)
    return render(request, "improvement/measure_history.html", {"measure": found, "entries": entries})
