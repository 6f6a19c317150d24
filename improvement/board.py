"""The register as a board: a column for each state, capped, with the button that moves each card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from improvement import permissions, presentation
from improvement.enums import MeasureStatus
from improvement.models import Deviation, Measure

M = MeasureStatus
SHOWN, COUNTED = 12, 500
HEADINGS = {
    M.PLANNED: "Planerad",
    M.ONGOING: "Pågår",
    M.DONE: "Genomförd (effekt väntar)",
    M.JUDGED: "Effekt bedömd",
}
ORDER = {M.PLANNED: "due", M.ONGOING: "due", M.DONE: "effect_on", M.JUDGED: "-judged_at"}


@dataclass(frozen=True)
class Card:
    """``step`` is the transition that moves the card on, empty for those who may not."""

    measure: Measure
    step: str
    label: str
    is_page: bool
    tone: str


@dataclass(frozen=True)
class Column:
    status: str
    heading: str
    count: str
    cards: tuple[Card, ...]
    more_url: str


def board_of(user: Any, rows: Any, query: QueryDict) -> list[Column]:
    """The columns of what the reader has chosen, in four queries however many they are."""
    parts = [
        rows.filter(status=status).order_by(order, "pk").values_list("pk", "status")[: COUNTED + 1]
        for status, order in ORDER.items()
    ]
    ids: dict[str, list[int]] = {status: [] for status in ORDER}
    for pk, status in parts[0].union(*parts[1:], all=True):
        ids[status].append(pk)
    shown = {pk for found in ids.values() for pk in found[:SHOWN]}
    measures = Measure.objects.with_source().select_related("responsible", "unit").in_bulk(shown)
    may = _rights(user, measures)
    return [
        Column(
            status=status,
            heading=heading,
            count=str(len(ids[status])) if len(ids[status]) <= COUNTED else f"fler än {COUNTED}",
            cards=tuple(_card(measures[pk], may) for pk in ids[status][:SHOWN]),
            more_url=_more(query, status) if len(ids[status]) > SHOWN else "",
        )
        for status, heading in HEADINGS.items()
    ]


def _rights(user: Any, measures: Mapping[int, Measure]) -> dict[str, set[int]]:
    """Which of them ``user`` works on, and which they judge: by a few queries for them all."""
    cases = {one.deviation_id for one in measures.values() if one.deviation_id}
    handled = set(Deviation.objects.received_by(user).filter(pk__in=cases).values_list("pk", flat=True))
    judged = {
        pk
        for pk, one in measures.items()
        if (one.deviation_id in handled if one.deviation_id else permissions.may_plan_from(user, one.source))
    }
    mine = set(Measure.objects.assigned_to(user).filter(pk__in=list(measures)).values_list("pk", flat=True))
    return {"judge": judged, "mine": mine, "work": judged | mine}


def _card(measure: Measure, may: Mapping[str, set[int]]) -> Card:
    step, label, is_page = "", "", False
    changes = measure.document_id or measure.process_id
    if measure.awaits_answer:
        # Who was asked answers on its page; nobody begins it for them from here.
        step, label, is_page = ("accept", "Svara …", True) if measure.pk in may["mine"] else ("", "", False)
    elif measure.status == M.PLANNED and measure.pk in may["work"]:
        step, label = "start", "Påbörja"
    elif measure.status == M.ONGOING and measure.pk in may["work"] and not changes:
        step, label, is_page = "done", "Genomförd …", True
    elif measure.status == M.DONE and measure.is_due_to_judge and measure.pk in may["judge"]:
        step, label, is_page = "judge", "Bedöm effekten …", True
    return Card(measure, step, label, is_page, presentation.effect_tone(measure))


def _more(query: QueryDict, status: str) -> str:
    """The list of all that stand in the column."""
    wanted = query.copy()
    wanted.pop("visa", None)
    wanted["status"] = status
    return f"?{wanted.urlencode()}"
