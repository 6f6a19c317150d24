"""What each step of a case writes besides the status, from what its page asked."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from improvement import clocks, kin, permissions, routing
from improvement.enums import CauseArea, Suspicion
from improvement.models import Cause, Deviation
from kvalitet.organisation.models import Unit
from kvalitet.workflow import Blocked

Values = dict[str, Any]


def _empty(*stamps: str) -> Values:
    return {f"{stamp}_{end}": None for stamp in stamps for end in ("at", "by")}


def _redirect(deviation: Deviation, user: Any, comment: str, unit: Unit | None = None, **rest: Any) -> Values:
    if unit is None or unit.pk == deviation.unit_id:
        raise Blocked(["Välj en annan enhet än den som avvikelsen ligger på."])
    # The two parts of an event keep their laws wherever they lie.
    is_settled = deviation.category_id is not None or kin.other_part(deviation) is not None
    return {
        "unit": unit,
        "law": deviation.law if is_settled else routing.law_of(unit),
        **_empty("received"),
    }


def _finish(deviation: Deviation, user: Any, comment: str, answer: str = "", **rest: Any) -> Values:
    if not answer.strip():
        raise Blocked(["Skriv till rapportören vad ni ändrade."])
    return {"answer": answer.strip()}


def _answered(user: Any, answer: str) -> Values:
    return {"answer": answer.strip(), "answered_at": timezone.now(), "answered_by": user}


def _close_simply(
    deviation: Deviation, user: Any, comment: str, answer: str = "", area: str = "", **rest: Any
) -> Values:
    if not answer.strip():
        raise Blocked(["Skriv till rapportören vad ni gjorde."])
    if area not in CauseArea.values:
        raise Blocked(["Ange orsaksområde."])
    Cause.objects.create(deviation=deviation, area=area, created_by=user)
    return _answered(user, answer)


def _dismiss(deviation: Deviation, user: Any, comment: str, **rest: Any) -> Values:
    return _answered(user, comment)


def _inquire(deviation: Deviation, user: Any, comment: str, dnr: str = "", **rest: Any) -> Values:
    if not dnr.strip():
        raise Blocked(["Ange utredningens diarienummer."])
    return {"inquiry_dnr": dnr.strip()[:60]}


def _redo(deviation: Deviation, user: Any, comment: str, **rest: Any) -> Values:
    return _empty("closed")


def _merge(
    deviation: Deviation, user: Any, comment: str, into: Deviation | None = None, **rest: Any
) -> Values:
    """``into`` is locked together with the case. Where it has been answered, so is this one."""
    if into is None:
        raise Blocked(["Välj vilken avvikelse den ska slås ihop med."])
    goes_on = Deviation.objects.select_related("unit").get(pk=into.pk)
    refuse_unfit(deviation, goes_on, user)
    return {"merged_into": goes_on, **(_answered(user, goes_on.answer) if goes_on.answered_at else {})}


def refuse_unfit(deviation: Deviation, goes_on: Deviation, user: Any) -> None:
    """Blocked when ``goes_on`` cannot go on with what is the same. One that the user does not handle is not
    told from one that is not there.
    """
    if goes_on.pk == deviation.pk:
        raise Blocked(["En avvikelse kan inte slås ihop med sig själv. Välj en annan."])
    if not permissions.may_handle(user, goes_on):
        raise Blocked([f"Det finns ingen avvikelse {goes_on.pk} som du handlägger."])
    if not goes_on.is_open:
        raise Blocked([f"{goes_on} är {goes_on.get_status_display().lower()}. Välj en som är öppen."])
    if goes_on.suspicion in (Suspicion.SUSPECTED, Suspicion.INQUIRY):
        raise Blocked([f"{goes_on} kan vara ett missförhållande och handläggs för sig."])
    if deviation.barred_ids() - goes_on.barred_ids():
        # Else who is jävig in the one would handle it in the other.
        raise Blocked([f"Någon är jävig här men inte i {str(goes_on).lower()}. Ange jävet där först."])
    if deviation.law and goes_on.law and deviation.law != goes_on.law:
        raise Blocked(["De ligger under olika lagstiftning och läses av olika personer. Håll isär dem."])


def restored(deviation: Deviation) -> Values:
    """As if it had just come in: nobody has received or answered it, and its clocks begin anew."""
    anew = clocks.first_days(timezone.localdate(), deviation.law, deviation.zone)
    return {"answer": "", "merged_into": None, **anew, **_empty("received", "answered", "closed")}


def _restore(deviation: Deviation, user: Any, comment: str, **rest: Any) -> Values:
    return restored(deviation)


def _reopen(deviation: Deviation, user: Any, comment: str, **rest: Any) -> Values:
    """The answer that the reporter had stays to be read, and a new one is due."""
    return _empty("investigated", "answered", "closed")


WRITES: dict[str, Callable[..., Values]] = {
    "redirect": _redirect,
    "finish": _finish,
    "close_simply": _close_simply,
    "dismiss": _dismiss,
    "inquire": _inquire,
    "redo": _redo,
    "merge": _merge,
    "restore": _restore,
    "reopen": _reopen,
}
