"""What other pages show of cases: on a process, on a unit, and where a document is used."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from documents.models import Document
from improvement import permissions, presentation
from improvement.enums import OPEN_STATUSES, DeviationStatus
from improvement.models import Deviation, Measure
from kvalitet.organisation.models import Unit
from kvalitet.registries import Panel, Use
from processes.models import Process

HIDDEN_UNDER = 5
SHOWN = 5
YEAR = timedelta(days=365)


def told(count: int) -> str:
    """A count as everyone may see it: a few cases could be recognised."""
    if count == 0:
        return "inga"
    return str(count) if count >= HIDDEN_UNDER else f"färre än {HIDDEN_UNDER}"


def of_process(user: Any, process: Process) -> Panel | None:
    """Counts of a year for all staff, cases for those who see them, *Rapportera härifrån*. Two queries."""
    if not permissions.may_report(user):
        return None
    query = urlencode({"process": process.slug})
    context = {
        **_counts(_of_process(process)),
        "heading": "Avvikelser",
        "cases": _shown(Deviation.objects.listed_for(user).filter(process=process)),
        "report_url": f"{reverse('improvement:report')}?{query}",
        "list_url": f"{reverse('improvement:deviations')}?{query}",
    }
    return Panel("Avvikelser", "improvement/panels/process.html", context)


def _of_process(process: Process) -> Any:
    """Of the process and what lies below it."""
    return Deviation.objects.filter(
        process__tree_id=process.tree_id, process__lft__gte=process.lft, process__rght__lte=process.rght
    )


def _counts(rows: Any) -> dict[str, Any]:
    since = timezone.localdate() - YEAR
    in_year = Q(reported_on__gt=since) & ~Q(status=DeviationStatus.NOT_DEVIATION)
    found = rows.aggregate(
        year=Count("pk", filter=in_year), open=Count("pk", filter=in_year & Q(status__in=OPEN_STATUSES))
    )
    is_few = 0 < found["open"] < HIDDEN_UNDER or 0 < found["year"] - found["open"] < HIDDEN_UNDER
    shown = "" if is_few else told(found["open"])
    return {"year": told(found["year"]), "open": shown, "is_empty": not found["year"]}


def _shown(rows: Any) -> list[tuple[Deviation, str]]:
    latest = presentation.with_list_facts(rows).order_by("-reported_at", "-pk")[:SHOWN]
    return [(one, presentation.short(one)) for one in latest]


def of_unit(user: Any, unit: Unit) -> Panel | None:
    """The same for a unit and those below it, by the tree of the day."""
    if not permissions.may_report(user):
        return None
    query = urlencode({"enhet": unit.slug})
    context = {
        **_counts(Deviation.objects.filter(unit_path__contains=[unit.pk])),
        "cases": _shown(Deviation.objects.listed_for(user).filter(unit=unit)),
        "list_url": f"{reverse('improvement:deviations')}?{query}",
    }
    return Panel("Avvikelser", "improvement/panels/process.html", context)


def where_used(user: Any, obj: Any) -> Iterator[Use]:
    """*Används i* of a document: the åtgärder that changed it, as far as the reader sees them."""
    if isinstance(obj, Document):
        rows = Measure.objects.visible_to(user).filter(routine__document=obj)
        for measure in rows.order_by("-due")[:20]:
            yield Use(measure.title, measure.get_absolute_url(), "Åtgärd")
        held = Deviation.objects.listed_for(user).filter(routine__document=obj)
        for case in presentation.with_list_facts(held).order_by("-reported_at")[:20]:
            yield Use(f"{case}: {presentation.short(case)}", case.get_absolute_url(), "Avvikelse")


def shortcut(user: Any, obj: Any) -> Panel | None:
    """*Rapportera* on the start page."""
    if not permissions.may_report(user):
        return None
    return Panel(
        "Rapportera",
        "improvement/panels/shortcut.html",
        {"report_url": reverse("improvement:report"), "list_url": _mine()},
    )


def _mine() -> str:
    return f"{reverse('improvement:deviations')}?{urlencode({'urval': 'mina'})}"
