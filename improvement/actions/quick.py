"""The quick ways: a thanks that receives, an inquiry instead of a simple answer, and several at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from improvement import notices, permissions
from improvement.actions.handling import assess, change_status, handle_simply, lock
from improvement.actions.together import lock_all
from improvement.enums import DeviationStatus, Harm, Suspicion, Zone
from improvement.models import Deviation
from improvement.workflow import SUSPECTED
from kvalitet.workflow import Blocked

MOST = 50
THANKS = "Tack för att du rapporterade. Rapporten är mottagen och du får svar när den är hanterad."
GONE = "Den är inte din att hantera längre."
NOT_GREEN = "Den är inte grön. Handlägg den för sig."
TAKEN = "Den är {status} och kan inte hanteras enkelt längre."
ASKED = ("category", "law", "answer", "area", "comment")
SIDES = ("likelihood", "consequence")


@dataclass(frozen=True)
class Outcome:
    """What became of one of several: handled, or why not."""

    pk: int
    reasons: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return not self.reasons


@transaction.atomic
def thank(deviation: Deviation, *, user: Any) -> Deviation:
    """Receive the case and thank who reported it. Pressed twice by the same person it is done once."""
    lock_all(deviation)
    fresh = lock(deviation)
    if has_thanked(fresh, user):
        return fresh
    received = change_status(fresh, "receive", user=user, comment=THANKS)
    notices.tell_thanked(received, user=user)
    return received


def has_thanked(deviation: Deviation, user: Any = None) -> bool:
    """Whether the reporter was thanked when the case was received the last time (by ``user``)."""
    if deviation.received_at is None or (user is not None and deviation.received_by_id != user.pk):
        return False
    if hasattr(deviation, "receipt"):  # read with the case for its page
        return bool(deviation.receipt == THANKS)
    receipts = deviation.transitions.filter(name="receive").order_by("-at", "-pk")
    return receipts.values_list("comment", flat=True).first() == THANKS


@transaction.atomic
def start_inquiry(deviation: Deviation, *, user: Any, **assessed: Any) -> Deviation:
    """*Börja utreda i stället*: assess, receive if it is not, and begin. Blocked like ``investigate``; but
    when something was ``assessed`` that is kept, and the case received, though more is missing.
    """
    lock_all(deviation)
    if assessed:
        assess(deviation, user=user, values=assessed)
    fresh = lock(deviation)
    if fresh.status == DeviationStatus.REPORTED:
        fresh = change_status(fresh, "receive", user=user)
    try:
        with transaction.atomic():
            return change_status(fresh, "investigate", user=user)
    except Blocked:
        if not assessed:
            raise
        return fresh


def handle_together(pks: Iterable[int], *, user: Any, values: Mapping[str, Any]) -> list[Outcome]:
    """*Hantera tillsammans*: handle each simply with the same words; one that cannot be stops no other.

    ``values`` are those of ``ASKED``, and the two sides of the matrix for those not yet assessed. The same
    sent again changes nothing and tells the same.
    """
    return [Outcome(pk, _handle_one(pk, user, values)) for pk in list(dict.fromkeys(pks))[:MOST]]


def _handle_one(pk: int, user: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        with transaction.atomic():
            return _handle_locked(pk, user, values)
    except Blocked as blocked:
        return tuple(blocked.reasons)
    except ValidationError as error:
        return tuple(error.messages)
    except PermissionDenied:
        return (GONE,)


def _handle_locked(pk: int, user: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    seen = Deviation.objects.visible_to(user).filter(pk=pk).first()
    if seen is None:
        return (GONE,)
    lock_all(seen)
    case = lock(seen)
    # Before any reason is given: it tells of suspicion and severity.
    if not permissions.may_handle(user, case):
        return (GONE,)
    if (
        case.status == DeviationStatus.CLOSED
        and case.closed_by_id == user.pk
        and case.answer == values["answer"]
    ):
        return ()
    reason = refusal(case)
    if reason:
        return (reason,)
    left_out = SIDES if case.zone else ()
    if case.harm == Harm.NO:  # what is said of the person is for those that somebody may have met with
        left_out = (*left_out, *(values.keys() - {*ASKED, *SIDES}))
    asked = {name: value for name, value in values.items() if name not in left_out}
    handle_simply(case, user=user, **asked)
    return ()


def refusal(case: Deviation) -> str:
    """Why the case cannot be handled simply with others; empty when it can."""
    if case.status not in (DeviationStatus.REPORTED, DeviationStatus.RECEIVED):
        return TAKEN.format(status=case.get_status_display().lower())
    if case.suspicion == Suspicion.SUSPECTED:
        return SUSPECTED
    return NOT_GREEN if case.zone not in ("", Zone.GREEN) else ""
