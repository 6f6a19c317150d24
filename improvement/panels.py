"""What other pages show of cases: on a process, on a unit, and where a document is used."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from documents.models import Document, Revision
from improvement import bars, permissions, presentation, source_work
from improvement.enums import OPEN_STATUSES, DeviationStatus, MeasureStatus
from improvement.learning import panels as learning
from improvement.models import Deviation, Measure
from kvalitet.organisation import statements
from kvalitet.organisation.models import Unit
from kvalitet.registries import Panel, Use
from kvalitet.rows import decoded
from kvalitet.small_counts import is_small, told
from processes.models import Process

STILL = (MeasureStatus.PLANNED, MeasureStatus.ONGOING)
SHOWN = 5
YEAR = timedelta(days=365)


def of_process(user: Any, process: Process) -> Panel | None:
    """Counts of a year for all staff, cases for those who see them, *Rapportera härifrån*. One query."""
    if not permissions.may_report(user):
        return None
    ((*found, changing),) = statements.rows(_of_process, user, process_id=process.pk)
    query = urlencode({"process": process.slug})
    context = {
        **_told(*found),
        "heading": "Avvikelser",
        "changing": [_changing(decoded(one)) for one in changing],
        "report_url": f"{reverse('improvement:report')}?{query}",
        "list_url": f"{reverse('improvement:deviations')}?{query}",
        "propose_url": f"{reverse('improvement:propose')}?{query}",
        "proposals_url": f"{reverse('improvement:proposals')}?{query}",
    }
    if permissions.may_follow_process(user, process):
        context["overview_url"] = reverse("improvement:process_overview", args=[process.slug])
    return Panel("Avvikelser", "improvement/panels/process.html", context)


def _of_process(reader: Any, *, process_id: int) -> Any:
    below = {
        "process__tree_id": OuterRef("tree_id"),
        "process__lft__gte": OuterRef("lft"),
        "process__rght__lte": OuterRef("rght"),
    }
    here = Q(process=OuterRef("pk"))
    changing = Measure.objects.glimpsed_by(reader).filter(here, status__in=STILL).order_by("due", "pk")
    told = changing.values(told=JSONObject(pk="pk", title="title", due="due"))[:SHOWN]
    place = Process.objects.filter(pk=process_id)
    return _glimpse(reader, place, Q(**below), here, learning.of_process(), ArraySubquery(told))


def of_unit(user: Any, unit: Unit) -> Panel | None:
    """The same for a unit and those below it, by the tree of the day, and a year by category. One query."""
    if not permissions.may_report(user):
        return None
    below = Q(unit_path__contains=[unit.pk])
    place = Unit.objects.filter(pk=unit.pk)
    more = (bars.column(unit), *source_work.columns(unit))
    *found, headings, analyses, reviews = _glimpse(
        user, place, below, Q(unit=unit.pk), learning.of_unit(unit), *more
    ).get()
    query = urlencode({"enhet": unit.slug})
    context = {
        **_told(*found),
        "report_url": f"{reverse('improvement:report')}?{query}",
        "list_url": f"{reverse('improvement:deviations')}?{query}",
        "chart": bars.of_unit(user, unit, headings),
        "sources": source_work.of_unit(unit, [decoded(one) for one in (*analyses, *reviews)]),
        "propose_url": f"{reverse('improvement:propose')}?{query}",
        "proposals_url": f"{reverse('improvement:proposals')}?{query}",
    }
    return Panel("Avvikelser", "improvement/panels/unit.html", context)


def of_document(user: Any, document: Document) -> Panel | None:
    """*Rapportera härifrån* with the routine; the version is the one in force the day it happened."""
    if not permissions.may_report(user):
        return None
    url = f"{reverse('improvement:report')}?{urlencode({'rutin': document.pk})}"
    return Panel("Avvikelser", "improvement/panels/document.html", {"report_url": url})


def _glimpse(user: Any, place: Any, below: Q, here: Q, lessons: Any, *more: Any) -> Any:
    """Counts of what lies ``below`` the one row of ``place``, the latest cases ``here``, the lärdomar, and
    ``more``, in one query.
    """
    since = timezone.localdate() - YEAR
    rows = Deviation.objects.counted().filter(below, reported_on__gt=since)
    still_open = Count("pk", filter=Q(status__in=OPEN_STATUSES))
    counts = rows.order_by().values(all=Value(1)).annotate(told=JSONObject(year=Count("pk"), open=still_open))
    shown = Deviation.objects.glimpsed_by(user).filter(here).order_by("-reported_at", "-pk")[:SHOWN]
    case = JSONObject(pk="pk", status="status", summary="summary", category="category__name")
    return place.order_by().values_list(
        Subquery(counts.values("told")), ArraySubquery(shown.values(told=case)), lessons, *more
    )


def _told(counts: Any, cases: Any, lessons: Any) -> dict[str, Any]:
    """The columns in words; the driver gives JSON as text."""
    counted = decoded(counts) or {"year": 0, "open": 0}
    return {
        **_words(**counted),
        "cases": [_row(decoded(one)) for one in cases],
        "lessons": [learning.lesson_row(decoded(one)) for one in lessons],
    }


def _words(*, year: int, open: int) -> dict[str, Any]:  # noqa: A002 (as the query names it)
    """A part is told only when neither it nor the rest is few."""
    is_few = is_small(open) or is_small(year - open)
    return {"year": told(year), "open": "" if is_few else told(open), "is_empty": not year}


def _row(case: dict[str, Any]) -> dict[str, str]:
    return {
        "url": reverse("improvement:deviation", args=[case["pk"]]),
        "text": f"Avvikelse {case['pk']}",
        "note": case["summary"] or case["category"] or "Inte bedömd än",
        "word": DeviationStatus(case["status"]).label,
    }


def _changing(measure: dict[str, Any]) -> dict[str, Any]:
    """An åtgärd that is to change the process."""
    return {
        "url": reverse("improvement:measure", args=[measure["pk"]]),
        "title": measure["title"],
        "due": date.fromisoformat(measure["due"]),
    }


def where_used(user: Any, obj: Any) -> Iterator[Use]:
    """*Används i* of a document or one version: the åtgärder that changed it, the cases that it held for."""
    if not isinstance(obj, Document | Revision) or not permissions.may_report(user):
        return
    where = {"routine__document": obj} if isinstance(obj, Document) else {"routine": obj}
    yield from _changed_by(user, obj, Q(**where))
    held = Deviation.objects.glimpsed_by(user).filter(**where)
    cases = list(presentation.with_list_facts(held).order_by("-reported_at")[: SHOWN + 1])
    for case in cases[:SHOWN]:
        yield Use(f"{case}: {presentation.short(case)}", case.get_absolute_url(), "Avvikelse när den gällde")
    if len(cases) > SHOWN:
        document = obj.pk if isinstance(obj, Document) else obj.document_id
        url = f"{reverse('improvement:deviations')}?{urlencode({'rutin': document})}"
        yield Use("Alla avvikelser när rutinen gällde", url, "Lista")


def _changed_by(user: Any, obj: Any, where: Q) -> Iterator[Use]:
    """The åtgärder that are to change the document, the first due first, and those that changed it."""
    seen = Measure.objects.glimpsed_by(user).order_by()
    found = seen.filter(where)
    if isinstance(obj, Document):
        found = found.union(
            seen.filter(document=obj, status__in=STILL)
        )  # each finds its few by its own index
    rows = list(found.order_by("-due", "-pk")[:40])
    changing = [one for one in rows if one.status in STILL and one.document_id is not None]
    for measure in reversed(changing):
        yield Use(measure.title, measure.get_absolute_url(), "Åtgärd som ändrar rutinen")
    for measure in rows:
        if measure not in changing:
            yield Use(measure.title, measure.get_absolute_url(), "Åtgärd som ändrade rutinen")


def step_uses(user: Any, process_ids: Iterable[int]) -> dict[int, list[Use]]:
    """How many cases were reported at steps that may disappear. They stay: it is there that it happened."""
    cases = Deviation.objects.filter(process__in=list(process_ids)).order_by()
    counts = cases.values_list("process_id").annotate(number=Count("pk"))
    return {
        pk: [Use(f"Avvikelser: {told(number)}", "", "ligger kvar på steget där det hände")]
        for pk, number in counts
    }


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
