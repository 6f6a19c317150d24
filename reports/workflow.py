"""The life of a kvalitetsberättelse: written, prepared by styrgruppen, decided by nämnden, published."""

from collections.abc import Iterable
from typing import Any

from kvalitet import personuppgifter
from kvalitet.personuppgifter import Certainty, Kind
from kvalitet.workflow import Transition, Workflow
from reports import permissions
from reports.enums import ReportStatus

S = ReportStatus
NUMBERS = {Kind.PERSON_NUMBER, Kind.COORDINATION_NUMBER}


def _is_compiled(user: Any, report: Any) -> Iterable[str]:
    if report.snapshot_id is None:
        yield "Siffrorna är inte sammanställda. Sammanställ rapporten först."
    elif not report.is_typeset():
        yield "Texten har ändrats sedan rapporten sammanställdes. Sammanställ den igen."


def _is_written(user: Any, report: Any) -> Iterable[str]:
    empty = [one.title for one in report.all_chapters() if not one.text.strip()]
    if empty:
        yield f"Det finns kapitel utan text: {', '.join(empty)}."
    for one in report.all_chapters():
        found = personuppgifter.find(one.text)
        if any(each.kind in NUMBERS and each.certainty is Certainty.CERTAIN for each in found):
            yield f"Det står ett personnummer i kapitlet {one.title}. Ta bort det."


def _is_idle(user: Any, report: Any) -> Iterable[str]:
    if report.is_compiling():
        yield "Rapporten sammanställs just nu. Vänta tills det är klart."


def _is_ready(user: Any, report: Any) -> Iterable[str]:
    yield from _is_idle(user, report)
    yield from _is_written(user, report)
    yield from _is_compiled(user, report)


def _is_other(user: Any, report: Any) -> Iterable[str]:
    if report.sent_by_id == user.pk:
        yield "Du skickade själv rapporten. Någon annan i styrgruppen markerar den som beredd."


def _decision_is_typeset(user: Any, report: Any) -> Iterable[str]:
    if not report.is_typeset():
        yield "PDF:en med nämndens beslut är inte klar än. Vänta en stund, eller sätt den igen."


def _content(report: Any) -> Iterable[Any]:
    """What is decided on: the figures, the texts and the number in the register."""
    return (report.content_sha256(),)


REPORT = Workflow(
    name="Kvalitetsberättelse",
    statuses=S,
    initial=S.DRAFT,
    content=_content,
    transitions=[
        Transition(
            name="send",
            source=S.DRAFT,
            target=S.PREPARING,
            label="Skicka till styrgruppen",
            effect="skickade rapporten till styrgruppen",
            allowed=permissions.may_coordinate,
            acting_for=permissions.coordinates_for,
            blockers=_is_ready,
            stamp="sent",
        ),
        Transition(
            name="prepare",
            source=S.PREPARING,
            target=S.PREPARED,
            label="Markera som beredd",
            effect="markerade rapporten som beredd",
            allowed=permissions.may_prepare,
            acting_for=permissions.prepares_for,
            blockers=_is_other,
            stamp="prepared",
        ),
        Transition(
            name="send_back",
            source=(S.PREPARING, S.PREPARED),
            target=S.DRAFT,
            label="Tillbaka för komplettering",
            effect="lämnade tillbaka rapporten för komplettering",
            allowed=permissions.may_prepare,
            acting_for=permissions.prepares_for,
            comment_required=True,
        ),
        Transition(
            name="remit",
            source=S.PREPARED,
            target=S.DRAFT,
            label="Återremiss från nämnden",
            effect="förde in nämndens återremiss",
            allowed=permissions.may_enter_decision,
            acting_for=permissions.decides_for,
            comment_required=True,
        ),
        Transition(
            name="decide",
            source=S.PREPARED,
            target=S.DECIDED,
            label="För in nämndens beslut",
            effect="förde in nämndens beslut",
            allowed=permissions.may_enter_decision,
            acting_for=permissions.decides_for,
            blockers=_is_idle,
            stamp="decided",
        ),
        Transition(
            name="publish",
            source=S.DECIDED,
            target=S.PUBLISHED,
            label="Publicera",
            effect="publicerade rapporten",
            allowed=permissions.may_coordinate,
            acting_for=permissions.coordinates_for,
            blockers=_decision_is_typeset,
            stamp="published",
        ),
    ],
)
