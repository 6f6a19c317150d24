"""*Kan det hända hos oss?*: asked of other units once a case, and answered by each."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvement.actions.handling import lock as lock_case
from improvement.actions.handling import require
from improvement.enums import SpreadReply
from improvement.learning import notices, rights
from improvement.models import Deviation, SpreadAnswer, SpreadPrompt
from kvalitet.organisation.models import Unit
from kvalitet.workflow import Blocked
from processes.models import Process, ProcessUnit

TOO_EARLY = "Fråga de andra när avvikelsen är åtgärdad eller avslutad."
ALREADY = "Frågan är redan skickad till de andra enheterna."
NOBODY = "Ingen annan enhet arbetar i processen. Välj vilka enheter som ska få frågan."


def units_in(process: Process) -> Any:
    """Open units that work in the process or in one above it today."""
    places = Process.objects.filter(
        tree_id=process.tree_id, lft__lte=process.lft, rght__gte=process.rght
    ).values("pk")
    links = ProcessUnit.objects.on(timezone.localdate()).filter(process__in=places)
    return Unit.objects.on(timezone.localdate()).filter(pk__in=links.values("unit"))


def asked_units(deviation: Deviation, units: Iterable[Unit] = ()) -> Any:
    """Those to ask: of the process, or the chosen ones; never the unit where it happened."""
    chosen = [one.pk for one in units]
    if chosen or deviation.process is None:
        rows = Unit.objects.on(timezone.localdate()).filter(pk__in=chosen)
    else:
        rows = units_in(deviation.process)
    return rows.exclude(pk=deviation.unit_id) if deviation.unit_id else rows


@transaction.atomic
def ask(
    deviation: Deviation,
    *,
    user: Any,
    question: str,
    answer_by: date,
    is_unit_shown: bool = False,
    units: Iterable[Unit] = (),
) -> SpreadPrompt:
    """Ask every unit of the process, or ``units``. Those that join later are not asked."""
    fresh = lock_case(deviation)
    require(rights.may_spread(user, fresh), "fråga andra enheter")
    if not rights.is_learnt(fresh):
        raise Blocked([TOO_EARLY])
    if fresh.spread_prompts.standing().exists():
        raise Blocked([ALREADY])
    asked = list(asked_units(fresh, units))
    if not asked:
        raise Blocked([NOBODY])
    prompt: SpreadPrompt = SpreadPrompt.objects.create(
        deviation=fresh,
        process=fresh.process,
        question=question.strip(),
        answer_by=answer_by,
        is_unit_shown=is_unit_shown and fresh.unit_id is not None,
        sent_by=user,
    )
    answers = SpreadAnswer.objects.bulk_create(SpreadAnswer(prompt=prompt, unit=unit) for unit in asked)
    notices.tell_asked(prompt, answers)
    return prompt


@transaction.atomic
def answer(
    row: SpreadAnswer, *, user: Any, answer: str, comment: str = "", replaces: bool = False
) -> SpreadAnswer:
    """The unit's answer. Of two who answer at once the second is told of the first, and changes nothing
    unless ``replaces``.
    """
    # The prompt's answers come in turn, so that somebody is the last.
    prompt = SpreadPrompt.objects.select_for_update(of=("self",)).get(pk=row.prompt_id)
    fresh = SpreadAnswer.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
    require(bool(rights.answered_for(user, [fresh.unit_id])), "svara för enheten")
    if answer not in SpreadReply.values:
        raise Blocked(["Välj ja, nej eller redan hanterat."])
    if prompt.withdrawn_at is not None:
        raise Blocked(["Frågan är tillbakadragen och behöver inget svar."])
    is_first = fresh.answered_at is None
    if not is_first and not replaces:
        if fresh.answer == answer and fresh.comment == comment.strip():
            return fresh
        told = f"{fresh.get_answer_display().lower()}, av {fresh.answered_by}"
        raise Blocked([f"Frågan är redan besvarad för {fresh.unit}: {told}. Inget är ändrat."])
    fresh.answer, fresh.comment = answer, comment.strip()
    fresh.answered_at, fresh.answered_by = timezone.now(), user
    fresh.save()
    if is_first and not prompt.answers.filter(answered_at=None).exists():
        notices.tell_all_answered(prompt)
    return fresh


def tie_risk(deviation: Deviation, asked: int | None, *, user: Any) -> None:
    """What ``user`` reports after a yes belongs to the answer of the unit, when it is theirs to give."""
    if asked is None or deviation.unit_id is None or not rights.answered_for(user, [deviation.unit_id]):
        return
    rows = SpreadAnswer.objects.filter(prompt=asked, prompt__withdrawn_at=None, unit=deviation.unit_id)
    rows.filter(answer=SpreadReply.YES, risk=None).update(risk=deviation)


@transaction.atomic
def withdraw(prompt: SpreadPrompt, *, user: Any) -> SpreadPrompt:
    """Take the question back; what has been answered stays."""
    fresh = SpreadPrompt.objects.select_for_update(of=("self",)).get(pk=prompt.pk)
    require(rights.may_withdraw_prompt(user, fresh), "dra tillbaka frågan")
    if fresh.withdrawn_at is None:
        fresh.withdrawn_at, fresh.withdrawn_by = timezone.now(), user
        fresh.save()
    return fresh
