"""How a case and an åtgärd are told on a page: words, tones, facts, and who sees how much."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.html import format_html

from improvement import access, notices, permissions, routing
from improvement.enums import (
    DeviationStatus,
    Effect,
    EntryKind,
    MeasureStatus,
    Suspicion,
    Zone,
)
from improvement.models import (
    Cause,
    Deviation,
    DeviationUserPermission,
    InvestigationEntry,
    Measure,
)
from kvalitet import history

S, M = DeviationStatus, MeasureStatus
STATUS_TONES = {
    S.REPORTED: "warn",
    S.RECEIVED: "info",
    S.INVESTIGATING: "info",
    S.ACTING: "info",
    S.ACTED: "good",
    S.CLOSED: "neutral",
    S.NOT_DEVIATION: "neutral",
    S.TO_INQUIRY: "neutral",
    S.MERGED: "neutral",
    S.WITHDRAWN: "neutral",
}
ZONE_TONES = {Zone.GREEN: "good", Zone.YELLOW: "warn", Zone.RED: "bad"}
ZONE_ICONS = {Zone.GREEN: "circle", Zone.YELLOW: "triangle", Zone.RED: "exclamation-octagon"}
MEASURE_TONES = {
    M.PLANNED: "neutral",
    M.ONGOING: "info",
    M.DONE: "good",
    M.JUDGED: "good",
    M.DROPPED: "neutral",
}
EFFECT_TONES = {Effect.YES: "good", Effect.PARTLY: "warn", Effect.NO: "bad"}
WHOLE, SUMMARY, OWN = "whole", "summary", "own"

Fact = tuple[str, Any]


def view_of(user: Any, deviation: Deviation) -> str:
    """How much of the case ``user`` sees; empty when it does not exist for them."""
    if access.reads_whole(user, deviation):
        return WHOLE
    if permissions.is_reporter(user, deviation):
        return OWN
    return SUMMARY if permissions.may_list(user, deviation) else ""


def zone_status(deviation: Deviation) -> tuple[str, str, str] | None:
    """Word, tone and icon of how grave it is."""
    if not deviation.zone:
        return None
    zone = Zone(deviation.zone)
    return f"Allvarlighet: {zone.label.lower()}", ZONE_TONES[zone], ZONE_ICONS[zone]


def short(deviation: Deviation) -> str:
    """One line that names nobody."""
    if deviation.summary:
        return deviation.summary
    return deviation.category.name if deviation.category else "Inte bedömd än"


def report_facts(deviation: Deviation) -> list[Fact]:
    """What the reporter said besides the text."""
    at = f" kl. {deviation.happened_at:%H.%M}" if deviation.happened_at else ""
    return [
        ("Hände", f"{date_format(deviation.happened_on, 'j F Y')}{at}"),
        ("Enhet", _link(deviation.unit, "Vet inte")),
        ("Drabbades någon?", deviation.get_harm_display()),
        ("Process", _process(deviation)),
        ("Rutin som gällde", _routine(deviation)),
    ]


def _link(to: Any, otherwise: str = "", text: str = "") -> str:
    if to is None:
        return otherwise
    return format_html('<a href="{}">{}</a>', to.get_absolute_url(), text or to)


def _process(deviation: Deviation) -> str:
    """The step with the process it stands in: steps of the same name are many."""
    process = deviation.process
    if process is None:
        return ""
    return _link(process, text=f"{process.title} ({process.parent.title})" if process.parent else "")


def _routine(deviation: Deviation) -> str:
    routine = deviation.routine
    return _link(routine, text=f"{routine.document.title}, version {routine.label}") if routine else ""


def is_waiting(deviation: Deviation) -> bool:
    """Whether the reporter still waits for an answer."""
    return deviation.is_open and deviation.answered_at is None


def summary_facts(deviation: Deviation) -> list[Fact]:
    """What lists and managers above may see."""
    return [
        ("Rapporterad", date_format(deviation.reported_on, "j F Y")),
        ("Enhet", _link(deviation.unit, "Inte fördelad")),
        ("Kategori", deviation.category),
        ("Lagstiftning", deviation.get_law_display()),
        ("Process", _process(deviation)),
        ("Svar senast", date_format(deviation.answer_by, "j F Y") if is_waiting(deviation) else ""),
        ("Besvarad", date_format(deviation.answered_at, "j F Y") if deviation.answered_at else ""),
    ]


def assessment_facts(deviation: Deviation) -> list[Fact]:
    return [
        ("Kategori", deviation.category),
        ("Lagstiftning", deviation.get_law_display()),
        ("Sammanfattning", deviation.summary),
        ("Allvarlighet", _severity(deviation)),
        ("Sannolikhet", _level(deviation, "likelihood", "likelihoods")),
        ("Konsekvens", _level(deviation, "consequence", "consequences")),
        ("Motivering", deviation.assessment_reason),
        ("Följd för den enskilde", deviation.consequence_text),
    ]


def _severity(deviation: Deviation) -> str:
    likelihood, consequence = deviation.likelihood, deviation.consequence
    if not deviation.zone or likelihood is None or consequence is None:
        return ""
    return f"{deviation.get_zone_display()} ({likelihood} × {consequence} = {likelihood * consequence})"


def _level(deviation: Deviation, name: str, labels: str) -> str:
    value, matrix = getattr(deviation, name), deviation.matrix
    return f"{value}. {getattr(matrix, labels)[value - 1]}" if value and matrix else ""


def parts(user: Any, deviation: Deviation) -> dict[str, Any]:
    """What belongs to a case that is shown whole."""
    rows = DeviationUserPermission.objects.filter(content_object=deviation)
    workers = list(rows.select_related("user"))
    may_bar = permissions.may_set_denial(user, deviation)
    receivers = notices.receivers(deviation, workers)
    has_receipt = permissions.is_reporter(user, deviation) and deviation.status == S.REPORTED
    return {
        "report_facts": report_facts(deviation),
        "attachments": deviation.attachments.all(),
        "assessment": assessment_facts(deviation),
        "entries": deviation.entries.select_related("author"),
        "causes": deviation.causes.standing(),
        "measures": measures_of(deviation),
        "receivers": receivers,
        # A manager who reported to themselves gets the receipt too.
        "route": routing.current_route(deviation, receivers) if has_receipt else None,
        "workers": workers,
        "barred": deviation.barred() if may_bar else [],
        "may_bar": may_bar,
        "may_handle": permissions.may_handle(user, deviation) and deviation.is_open,
        "may_hand_over": permissions.may_hand_over(user, deviation) and deviation.is_open,
        "may_write_entry": permissions.may_write_entry(user, deviation) and deviation.is_open,
    }


def measures_of(deviation: Deviation) -> list[Measure]:
    return deviation.measures_now()


def own_parts(user: Any, deviation: Deviation) -> dict[str, Any]:
    """What a reporter sees of their own report: what they wrote, who has it, and the answer."""
    told = [one for one in report_facts(deviation) if one[0] != "Rutin som gällde"]
    return {
        "report_facts": [*told, ("Min chef är berörd", "Ja" if deviation.is_manager_involved else "")],
        "attachments": deviation.attachments.all(),
        "supplements": deviation.entries.filter(kind=EntryKind.SUPPLEMENT, author=user),
        "route": routing.current_route(deviation, notices.receivers(deviation)),
    }


def timeline(user: Any, deviation: Deviation) -> list[history.Entry]:
    """*Historik* of the case with its notes, causes, measures and handläggare, newest first.

    The one who reported, and nothing else, is not named to colleagues.
    """
    rows = {
        InvestigationEntry: "deviation",
        Cause: "deviation",
        DeviationUserPermission: "content_object",
        Measure: "deviation",
    }
    told = history.timeline(deviation, reader=user, rows=rows)
    reporter = deviation.reported_by
    if reporter == user or permissions.may_handle(reporter, deviation):
        return told
    return [_unnamed(one, str(reporter)) for one in told]


def _unnamed(entry: history.Entry, reporter: str) -> history.Entry:
    """The entry without the reporter's name as the one who wrote it."""
    author = InvestigationEntry._meta.get_field("author").verbose_name
    changes = tuple(one for one in entry.changes if one[0] != author or reporter not in one)
    actor = "Rapportören" if entry.actor == reporter else entry.actor
    return replace(entry, actor=actor, changes=changes)


def can_be_suspected(deviation: Deviation) -> bool:
    return deviation.suspicion in (Suspicion.NONE, Suspicion.RETURNED)


def with_list_facts(rows: Any) -> Any:
    return rows.select_related("unit", "category", "process")


def searchable(rows: Any, text: str) -> Any:
    """By number, or by words of the summary and the category, which name nobody."""
    words: Iterable[str] = text.split()[:8]
    number = text.strip()
    if number.isascii() and number.isdigit() and len(number) < 10:
        return rows.filter(pk=int(number))
    for word in words:
        rows = rows.filter(Q(summary__icontains=word) | Q(category__name__icontains=word))
    return rows
