"""How a case and an åtgärd are told on a page: words, tones, facts, and who sees how much."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.html import format_html

from improvement import access, case_files, clocks, gates, kin, notices, permissions, repeats, routing
from improvement.actions import quick
from improvement.enums import (
    DeviationStatus,
    Effect,
    EntryKind,
    ExchangeStatus,
    MeasureStatus,
    Suspicion,
    Told,
    Zone,
)
from improvement.models import (
    Deviation,
    InvestigationEntry,
    Measure,
)
from kvalitet.lookups import number_in
from kvalitet.organisation import grants

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
EXCHANGE_TONES = {
    ExchangeStatus.DRAFT: "neutral",
    ExchangeStatus.SENT: "warn",
    ExchangeStatus.ESCALATED: "bad",
    ExchangeStatus.ANSWERED: "good",
    ExchangeStatus.DROPPED: "neutral",
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
    ]


def person_facts(deviation: Deviation) -> list[Fact]:
    """Whether the person knows, and whether it is documented where the law wants it."""
    return [
        ("Den enskilde informerad", _told(deviation, "informed")),
        ("Dokumenterat i akt eller journal", _told(deviation, "documented")),
    ]


def _told(deviation: Deviation, name: str) -> str:
    if getattr(deviation, name) == Told.YES:
        return f"Ja, {date_format(getattr(deviation, f'{name}_on'), 'j F Y')}"
    return f"Nej. {getattr(deviation, f'{name}_reason')}" if getattr(deviation, name) else ""


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
    workers = kin.workers(deviation)
    may_bar = permissions.may_set_denial(user, deviation)
    merged = merged_for(user, deviation)
    entries = entries_of(deviation, merged)
    case_files.place(deviation, merged, entries)
    receivers = notices.receivers(deviation)
    has_receipt = permissions.is_reporter(user, deviation) and deviation.status == S.REPORTED
    return {
        "report_facts": report_facts(deviation),
        "assessment": assessment_facts(deviation),
        "person": person_facts(deviation),
        "concerns_somebody": gates.concerns_somebody(deviation),
        "entries": entries,
        "causes": deviation.causes_now(),
        "measures": measures_of(deviation),
        "exchanges": kin.exchanges(deviation),
        "merged": merged,
        "merged_measures": _measures_of_merged(deviation, merged),
        "hidden_merged": len(kin.merged_here(deviation)) - len(merged),
        **_kin(user, deviation),
        "receivers": receivers,
        # A manager who reported to themselves gets the receipt too.
        "route": routing.current_route(deviation, receivers) if has_receipt else None,
        "workers": workers,
        "barred": deviation.barred() if may_bar else [],
        "may_bar": may_bar,
        # What is empty in a case that is over stays so, and is not shown.
        "is_worked_on": deviation.is_open and deviation.status != S.REPORTED,
        "clocks": clocks.shown(deviation),
        **_quick(user, deviation),
        **_rights(user, deviation),
    }


def _rights(user: Any, deviation: Deviation) -> dict[str, bool]:
    """What ``user`` may do with it beside the steps of the workflow: nothing in a case that is over."""
    return {
        name: getattr(permissions, name)(user, deviation) and deviation.is_open
        for name in ("may_handle", "may_hand_over", "may_write_entry", "may_hand_back")
    }


def merged_for(user: Any, deviation: Deviation) -> list[Deviation]:
    """What was merged here, as far as ``user`` reads it: jäv in the one is jäv in what is shown of it."""
    return [one for one in kin.merged_here(deviation) if permissions.may_read(user, one)]


def entries_of(deviation: Deviation, merged: Iterable[Deviation]) -> list[InvestigationEntry]:
    """The notes in order, each with the one that corrects it; those of what was merged here among them."""
    rows = InvestigationEntry.objects.filter(deviation__in=[deviation.pk, *(one.pk for one in merged)])
    entries = list(rows.select_related("author").order_by("at", "pk"))
    corrected = {one.corrects_id: one.pk for one in entries if one.corrects_id}
    for one in entries:
        vars(one)["corrected_by"] = corrected.get(one.pk)
    return entries


def _measures_of_merged(deviation: Deviation, merged: list[Deviation]) -> list[Measure]:
    """Those of ``merged``, what the reader is jävig in left out, that are not of the case itself."""
    own = measures_of(deviation)
    return [one for one in kin.measures_of(deviation, merged) if one not in own]


def _kin(user: Any, deviation: Deviation) -> dict[str, Any]:
    """The other part and the case that goes on: that they are there is told, and more to who may see them."""
    part, onward = kin.other_part(deviation), deviation.merged_into if deviation.merged_into_id else None
    return {
        "other_part": part,
        "sees_part": part is not None and permissions.may_list(user, part),
        "goes_on": onward,
        "sees_onward": onward is not None and permissions.may_see(user, onward),
        "may_split": part is None and deviation.is_open and permissions.may_handle(user, deviation),
    }


def _quick(user: Any, deviation: Deviation) -> dict[str, Any]:
    """*Tackar, mottaget*, and the inquiry that is proposed when cases alike have come."""
    is_new = deviation.status in (S.REPORTED, S.RECEIVED)
    may = is_new and permissions.may_handle(user, deviation)
    return {
        "may_thank": may and deviation.status == S.REPORTED and deviation.unit_id is not None,
        "repeat": repeats.found(user, deviation) if may and deviation.category_id else None,
    }


def effect_tone(measure: Measure) -> str:
    return EFFECT_TONES[Effect(measure.effect)] if measure.effect else ""


def review_state(review: Any) -> tuple[str, str]:
    """Word and tone of whether a granskning is answered."""
    if review.answered_at is not None:
        return "Besvarad", "good"
    if review.is_late:
        return "Svaret är försenat", "bad"
    return ("Väntar på svar", "warn") if review.is_waiting else ("Inget svar väntas", "neutral")


def measures_of(deviation: Deviation) -> list[Measure]:
    return kin.measures_of(deviation, [deviation])


def asked_status(exchange: Any) -> tuple[str, str]:
    """Word and tone of a question for who is to answer it; whether we have lifted it is not told."""
    if not exchange.is_waiting:
        return "Ni har svarat", "good"
    return ("Svarsdagen har gått", "bad") if exchange.is_late else ("Väntar på ert svar", "warn")


def own_parts(user: Any, deviation: Deviation) -> dict[str, Any]:
    """What a reporter sees of their own report: what they wrote, who has it, and the answer."""
    told = [one for one in report_facts(deviation) if one[0] != "Rutin som gällde"]
    handled, part = kin.goes_on_in(deviation), kin.other_part(deviation)
    if part is not None and grants.is_denied(user, part):
        part = None
    supplements = _supplements(user, deviation, part)
    case_files.place_own(deviation, supplements)
    return {
        **_kin(user, deviation),
        "report_facts": [*told, ("Min chef är berörd", "Ja" if deviation.is_manager_involved else "")],
        "supplements": supplements,
        "handled": handled,
        "route": routing.current_route(handled, notices.receivers(handled)),
        "part": part,
        "may_withdraw": deviation.status == S.REPORTED and not list(gates.may_be_withdrawn(user, deviation)),
        "is_thanked": quick.has_thanked(handled),
    }


def _supplements(user: Any, deviation: Deviation, part: Deviation | None) -> list[InvestigationEntry]:
    """What the reporter added, once: in an event of two parts it went to both."""
    cases = [one.pk for one in (deviation, part) if one is not None]
    rows = InvestigationEntry.objects.filter(deviation__in=cases, kind=EntryKind.SUPPLEMENT, author=user)
    return list({(one.at, one.text): one for one in rows.order_by("at", "pk")}.values())


def may_add(user: Any, deviation: Deviation) -> bool:
    """Whether the reporter may still add to the report: to what is handled of it, or of its other part."""
    parts = [one for one in (deviation, kin.other_part(deviation)) if one is not None]
    is_open = any(kin.goes_on_in(one).is_open for one in parts)
    return is_open and permissions.is_reporter(user, deviation)


def can_be_suspected(deviation: Deviation) -> bool:
    return deviation.suspicion in (Suspicion.NONE, Suspicion.RETURNED)


def with_list_facts(rows: Any) -> Any:
    return rows.select_related("unit", "category", "process")


def searchable(rows: Any, text: str) -> Any:
    """By number, or by words of the summary and the category, which name nobody."""
    words: Iterable[str] = text.split()[:8]
    number = number_in(text.strip())
    if number is not None:
        return rows.filter(pk=number)
    for word in words:
        rows = rows.filter(Q(summary__icontains=word) | Q(category__name__icontains=word))
    return rows
