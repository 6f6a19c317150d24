"""The life of a lärdom and of a förbättringsförslag."""

from collections.abc import Iterable
from typing import Any

from improvement.enums import LessonStatus, MeasureStatus, ProposalStatus
from improvement.learning import rights
from kvalitet.workflow import Transition, Workflow

L, P = LessonStatus, ProposalStatus


def _has_text(user: Any, lesson: Any) -> Iterable[str]:
    if not lesson.what_happened or not lesson.what_changed:
        yield "Skriv både vad som hände och vad ni ändrade."


def _texts(lesson: Any) -> Iterable[Any]:
    return (lesson.title, lesson.what_happened, lesson.what_changed, lesson.advice)


LESSON = Workflow(
    name="Lärdom",
    statuses=L,
    initial=L.DRAFT,
    content=_texts,
    transitions=[
        Transition(
            name="send",
            source=L.DRAFT,
            target=L.SENT,
            label="Skicka för publicering",
            effect="skickade lärdomen för publicering",
            allowed=rights.may_send_lesson,
            blockers=_has_text,
        ),
        Transition(
            name="publish",
            source=(L.DRAFT, L.SENT),
            target=L.PUBLISHED,
            label="Publicera för alla medarbetare",
            effect="publicerade lärdomen",
            allowed=rights.may_publish_lesson,
            blockers=_has_text,
            stamp="published",
        ),
        Transition(
            name="send_back",
            source=L.SENT,
            target=L.DRAFT,
            label="Tillbaka för komplettering",
            effect="skickade tillbaka lärdomen",
            allowed=rights.may_publish_lesson,
            comment_required=True,
        ),
        Transition(
            name="withdraw",
            source=(L.DRAFT, L.SENT, L.PUBLISHED),
            target=L.WITHDRAWN,
            label="Dra in",
            effect="drog in lärdomen",
            allowed=rights.may_send_lesson,
            comment_required=True,
        ),
        Transition(
            name="redraft",
            source=L.WITHDRAWN,
            target=L.DRAFT,
            label="Skriv om",
            effect="tog upp lärdomen igen",
            allowed=rights.may_send_lesson,
        ),
    ],
)


def _nothing_is_going_on(user: Any, proposal: Any) -> Iterable[str]:
    if proposal.status != P.PLANNED:
        return
    if proposal.measures.exclude(status=MeasureStatus.DROPPED).exists():
        yield "Förslaget har en åtgärd som inte utgår. Arbeta vidare i den."


PROPOSAL = Workflow(
    name="Förbättringsförslag",
    statuses=P,
    initial=P.SUBMITTED,
    transitions=[
        Transition(
            name="consider",
            source=P.SUBMITTED,
            target=P.CONSIDERED,
            label="Överväg",
            effect="började överväga förslaget",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
        ),
        Transition(
            name="plan",
            source=rights.WAITING,
            target=P.PLANNED,
            label="Blir åtgärd",
            effect="gjorde förslaget till en åtgärd",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
            stamp="answered",
        ),
        Transition(
            name="carry_out",
            source=rights.WAITING,
            target=P.CARRIED_OUT,
            label="Genomfört direkt",
            effect="genomförde förslaget direkt",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
            stamp="answered",
        ),
        Transition(
            name="decline",
            source=rights.WAITING,
            target=P.DECLINED,
            label="Avböj",
            effect="avböjde förslaget",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
            stamp="answered",
        ),
        Transition(
            name="redirect",
            source=rights.WAITING,
            target=P.SUBMITTED,
            label="Skicka till rätt mottagare",
            effect="skickade förslaget till rätt mottagare",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
            comment_required=True,
        ),
        Transition(
            name="reopen",
            source=(P.DECLINED, P.PLANNED),
            target=P.CONSIDERED,
            label="Överväg igen",
            effect="tog upp förslaget igen",
            allowed=rights.may_answer,
            acting_for=rights.answers_for,
            blockers=_nothing_is_going_on,
            comment_required=True,
        ),
        Transition(
            name="withdraw",
            source=rights.WAITING,
            target=P.WITHDRAWN,
            label="Ta tillbaka förslaget",
            effect="tog tillbaka förslaget",
            allowed=rights.proposed,
            warning="Förslaget finns kvar i historiken, men ingen svarar på det längre.",
        ),
    ],
)
