"""The life of an åtgärd, whatever it was born from."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from improvement import permissions
from improvement.enums import MeasureStatus
from improvement.workflow.cases import told_day
from kvalitet.workflow import Transition, Workflow

M = MeasureStatus


def _is_due(user: Any, measure: Any) -> Iterable[str]:
    if measure.effect_on > timezone.localdate():
        yield f"Effekten bedöms tidigast {told_day(measure.effect_on)}."


def _is_due_again(user: Any, measure: Any) -> Iterable[str]:
    check = measure.next_check()
    if check is not None and check.due > timezone.localdate():
        yield f"Effekten bedöms igen tidigast {told_day(check.due)}."


def _is_done_by_hand(user: Any, measure: Any) -> Iterable[str]:
    """What changes a routine or a process is done when the new version holds, and not before."""
    if measure.document_id or measure.process_id:
        yield "Åtgärden blir genomförd av sig själv när den nya versionen gäller."


MEASURE = Workflow(
    name="Åtgärd",
    statuses=M,
    initial=M.PLANNED,
    transitions=[
        Transition(
            name="accept",
            source=M.PLANNED,
            target=M.PLANNED,
            label="Jag tar den",
            effect="tog på sig åtgärden",
            allowed=permissions.may_answer_measure,
            acting_for=permissions.works_for,
            stamp="accepted",
        ),
        Transition(
            name="send_back",
            source=(M.PLANNED, M.ONGOING),
            target=M.PLANNED,
            label="Skicka tillbaka",
            effect="skickade tillbaka åtgärden",
            allowed=permissions.may_send_back,
            acting_for=permissions.works_for,
            comment_required=True,
        ),
        Transition(
            name="start",
            source=M.PLANNED,
            target=M.ONGOING,
            label="Påbörja",
            effect="påbörjade åtgärden",
            allowed=permissions.may_work_on_measure,
            acting_for=permissions.works_for,
        ),
        Transition(
            name="done",
            source=(M.PLANNED, M.ONGOING),
            target=M.DONE,
            label="Genomförd",
            effect="genomförde åtgärden",
            allowed=permissions.may_work_on_measure,
            acting_for=permissions.works_for,
            blockers=_is_done_by_hand,
            stamp="done",
        ),
        Transition(
            name="settle",
            source=(M.PLANNED, M.ONGOING),
            target=M.DONE,
            label="Den nya versionen gäller",
            effect="genomförde åtgärden med den nya versionen",
            allowed=permissions.has_settled,
            stamp="done",
        ),
        Transition(
            name="judge",
            source=M.DONE,
            target=M.JUDGED,
            label="Bedöm effekten",
            effect="bedömde effekten",
            allowed=permissions.may_judge_effect,
            acting_for=permissions.measures_for,
            blockers=_is_due,
            stamp="judged",
        ),
        Transition(
            name="postpone",
            source=M.DONE,
            target=M.DONE,
            label="För tidigt att bedöma",
            effect="flyttade bedömningen av effekten",
            allowed=permissions.may_judge_effect,
            acting_for=permissions.measures_for,
            comment_required=True,
        ),
        Transition(
            name="judge_again",
            source=M.JUDGED,
            target=M.JUDGED,
            label="Bedöm effekten igen",
            effect="bedömde effekten igen",
            allowed=permissions.may_judge_again,
            acting_for=permissions.measures_for,
            blockers=_is_due_again,
            stamp="judged",
        ),
        Transition(
            name="postpone_again",
            source=M.JUDGED,
            target=M.JUDGED,
            label="För tidigt att bedöma igen",
            effect="flyttade nästa bedömning av effekten",
            allowed=permissions.may_judge_again,
            acting_for=permissions.measures_for,
            comment_required=True,
        ),
        Transition(
            name="reopen",
            source=M.JUDGED,
            target=M.ONGOING,
            label="Arbeta vidare",
            effect="tog upp åtgärden igen",
            allowed=permissions.may_change_measure,
            acting_for=permissions.measures_for,
            comment_required=True,
        ),
        Transition(
            name="drop",
            source=(M.PLANNED, M.ONGOING),
            target=M.DROPPED,
            label="Utgår",
            effect="strök åtgärden",
            allowed=permissions.may_change_measure,
            acting_for=permissions.measures_for,
            comment_required=True,
            stamp="dropped",
        ),
    ],
)
