"""Förbättringsförslag: left by anybody, wanted by more, answered by the chef or the process's owner."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from improvement.actions import measures
from improvement.actions.handling import require
from improvement.enums import Awaited, ProposalReceiver
from improvement.learning import notices, rights
from improvement.learning.workflow import PROPOSAL
from improvement.models import Measure, Proposal, ProposalVote
from improvement.models.pace import last_day
from kvalitet.organisation.models import Unit
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked
from processes.models import Process
from processes.permissions import owner_id

NO_OWNER = "Processen har ingen ägare. Låt enhetens chef svara."
TOLD = {
    "consider": "Övervägs",
    "plan": "Blir åtgärd",
    "carry_out": "Genomfört",
    "decline": "Du har fått svar",
    "redirect": "Skickat till rätt mottagare",
    "reopen": "Övervägs igen",
}
PROPOSED = ("title", "text", "unit", "process", "receiver", "shows_unmet_need", "is_name_shown")


@transaction.atomic
def propose(*, user: Any, submission: UUID, values: Mapping[str, Any]) -> tuple[Proposal, bool]:
    """Leave a förslag; the same ``submission`` of the same person gives the same one, and False."""
    require(rights.may_propose(user), "lämna förslag")
    known = {name: values[name] for name in PROPOSED if name in values}
    _refuse_ownerless(known.get("receiver", ""), known.get("process"))
    proposal, is_new = Proposal.objects.get_or_create(
        submission=submission, submitted_by=user, defaults={**known, "answer_by": last_day(Awaited.PROPOSAL)}
    )
    if is_new:
        notices.tell_proposed(proposal, user=user)
        wake()
    return proposal, is_new


def _refuse_ownerless(receiver: str, process: Process | None) -> None:
    if receiver == ProposalReceiver.OWNER and (process is None or owner_id(process) is None):
        raise Blocked([NO_OWNER])


@transaction.atomic
def vote(proposal: Proposal, *, user: Any, is_for: bool) -> None:
    """Want the förslag too, or not any more; pressed twice it is one vote."""
    # Locked, so that nobody votes for what is decided meanwhile.
    fresh = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    require(rights.may_vote(user, fresh), "rösta på förslaget")
    if is_for:
        ProposalVote.objects.get_or_create(proposal=fresh, user=user)
    else:
        for row in ProposalVote.objects.filter(proposal=fresh, user=user):
            row.delete()


@transaction.atomic
def change_status(
    proposal: Proposal,
    name: str,
    *,
    user: Any,
    comment: str = "",
    answer: str = "",
    unit: Unit | None = None,
    process: Process | None = None,
    receiver: str = "",
) -> Proposal:
    """Make transition ``name``: ``carry_out`` and ``decline`` need ``answer``, ``redirect`` where it goes."""
    values: dict[str, Any] = {}
    if name in ("carry_out", "decline"):
        if not answer.strip():
            raise Blocked(["Skriv ett svar till den som lämnade förslaget."])
        values = {"answer": answer.strip()}
    if name == "redirect":
        _refuse_ownerless(receiver, process)
        values = {"process": process, "receiver": receiver, **({"unit": unit} if unit else {})}
    if name in ("redirect", "reopen"):
        values["answer_by"] = last_day(Awaited.PROPOSAL)
    changed: Proposal = PROPOSAL.change_status(proposal, name, user=user, comment=comment, values=values)
    if name == "redirect":
        notices.tell_proposed(changed, user=user)
    if name in TOLD:
        notices.tell_proposer(changed, TOLD[name], user=user)
    wake()
    return changed


@transaction.atomic
def plan(proposal: Proposal, *, user: Any, values: Mapping[str, Any], answer: str = "") -> Measure:
    """Make the förslag an åtgärd, which tells the proposer; a further åtgärd leaves the förslag as it is."""
    fresh = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    require(fresh.may_be_planned_by(user), "planera en åtgärd ur förslaget")
    measure = measures.plan(fresh, user=user, values=values)
    if fresh.is_waiting:
        told = {"answer": answer.strip() or f"Det blir en åtgärd: {measure.title}."}
        changed = PROPOSAL.change_status(fresh, "plan", user=user, values=told)
        notices.tell_proposer(changed, TOLD["plan"], user=user)
    wake()
    return measure
