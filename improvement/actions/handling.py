"""Handling a case: its assessment, notes and causes, its way through the workflow, and who has it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from improvement import clocks, notices, permissions, repeats, routing
from improvement.enums import CaseLaw, CauseArea, DeviationStatus, EntryKind, Zone
from improvement.models import Cause, Deviation, DeviationUserPermission, InvestigationEntry, RiskMatrix
from improvement.permissions import Permission
from improvement.workflow import DEVIATION, SUSPICION
from kvalitet.models import SearchDirty
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.organisation.permissions import is_employee
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked

ASSESSED = (
    "category",
    "law",
    "process",
    "routine",
    "summary",
    "likelihood",
    "consequence",
    "assessment_reason",
    "consequence_text",
)
Values = dict[str, Any]


def require(allowed: bool, what: str) -> None:
    """PermissionDenied, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(f"Du får inte {what}.")


def lock(deviation: Deviation) -> Deviation:
    """The row as it is now, locked: everything about one case happens in turn."""
    rows = Deviation.objects.select_for_update(of=("self",)).select_related("unit", "category", "process")
    return rows.get(pk=deviation.pk)


def _lock_open(deviation: Deviation) -> Deviation:
    fresh = lock(deviation)
    if not fresh.is_open:
        raise Blocked(
            [f"Avvikelsen är {fresh.get_status_display().lower()} och kan inte ändras. Inget är förlorat."]
        )
    return fresh


@transaction.atomic
def assess(deviation: Deviation, *, user: Any, values: Mapping[str, Any]) -> Deviation:
    """Write what the receiver sets: ``values`` are those of ``ASSESSED``; the zone follows from the matrix.

    Raises Blocked when the case is over and ValidationError on a value outside the matrix.
    """
    fresh = _lock_open(deviation)
    require(permissions.may_handle(user, fresh), "bedöma avvikelsen")
    before = (fresh.law, fresh.zone, fresh.category_id)
    for name in ASSESSED:
        if name in values:
            setattr(fresh, name, values[name])
    _set_zone(fresh)
    if fresh.category is not None and fresh.law and not fresh.category.fits(fresh.law):
        raise ValidationError({"category": "Kategorin hör till en annan lagstiftning. Välj en som passar."})
    for name, day in clocks.reckoned(fresh, law=fresh.law, zone=fresh.zone, before=before[:2]).items():
        setattr(fresh, name, day)
    fresh.save()
    notices.tell_assessed(
        fresh,
        user=user,
        is_now_hsl=(fresh.law, fresh.category_id) != (before[0], before[2]),
        is_now_red=fresh.zone == Zone.RED and before[1] != Zone.RED,
    )
    wake()
    return fresh


def _set_zone(deviation: Deviation) -> None:
    if deviation.likelihood is None or deviation.consequence is None:
        deviation.matrix, deviation.zone, deviation.likelihood, deviation.consequence = None, "", None, None
        return
    matrix = deviation.matrix or RiskMatrix.objects.get(is_default=True)
    deviation.matrix, deviation.zone = matrix, matrix.zone(deviation.likelihood, deviation.consequence)


@transaction.atomic
def add_entry(
    deviation: Deviation, *, user: Any, kind: str, text: str, source: str = ""
) -> InvestigationEntry:
    """Note what is known or judged; nothing noted is changed afterwards."""
    fresh = _lock_open(deviation)
    require(permissions.may_write_entry(user, fresh), "skriva i utredningen")
    if kind == EntryKind.SUPPLEMENT:
        raise PermissionDenied("Bara rapportören gör tillägg till rapporten.")
    entry: InvestigationEntry = InvestigationEntry.objects.create(
        deviation=fresh, kind=kind, text=text, source=source, author=user
    )
    wake()
    return entry


@transaction.atomic
def add_cause(deviation: Deviation, *, user: Any, area: str, sentence: str) -> Cause:
    fresh = _lock_open(deviation)
    require(permissions.may_handle(user, fresh), "ange orsaker")
    cause: Cause = Cause.objects.create(deviation=fresh, area=area, sentence=sentence, created_by=user)
    wake()
    return cause


@transaction.atomic
def strike_cause(cause: Cause, *, user: Any) -> Cause:
    """A cause that was wrong stays in the history and counts no more."""
    fresh = _lock_open(cause.deviation)
    require(permissions.may_handle(user, fresh), "stryka orsaker")
    Cause.objects.filter(pk=cause.pk, struck_at=None).update(struck_at=timezone.now(), struck_by=user)
    cause.refresh_from_db()
    return cause


def _redirect(deviation: Deviation, user: Any, comment: str, unit: Unit | None = None, **rest: Any) -> Values:
    if unit is None or unit.pk == deviation.unit_id:
        raise Blocked(["Välj en annan enhet än den som avvikelsen ligger på."])
    is_assessed = deviation.category_id is not None
    return {
        "unit": unit,
        "law": deviation.law if is_assessed else routing.law_of(unit),
        "received_at": None,
        "received_by": None,
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


# What a transition writes besides the status, from what its page asked.
WRITES: dict[str, Callable[..., Values]] = {
    "redirect": _redirect,
    "finish": _finish,
    "close_simply": _close_simply,
    "dismiss": _dismiss,
    "inquire": _inquire,
}


@transaction.atomic
def change_status(
    deviation: Deviation, name: str, *, user: Any, comment: str = "", **asked: Any
) -> Deviation:
    """Make transition ``name`` of the case, or of the suspicion in it, with all that it brings.

    ``asked`` are ``unit`` (redirect), ``answer`` (finish, close_simply), ``area`` (close_simply) and ``dnr``
    (inquire). A case that is closed simply is first received. Raises Blocked and PermissionDenied like
    ``Workflow.change_status``.
    """
    fresh = lock(deviation)
    workflow = SUSPICION if name in SUSPICION.transitions else DEVIATION
    require(workflow.transitions[name].allowed(user, fresh), workflow.transitions[name].label.lower())
    if workflow is SUSPICION and not fresh.is_open:
        raise Blocked([f"Avvikelsen är {fresh.get_status_display().lower()}. Inget är förlorat."])
    if name == "close_simply" and fresh.status == DeviationStatus.REPORTED:
        fresh = DEVIATION.change_status(fresh, "receive", user=user)
    if name == "close_simply" and not comment.strip():
        repeats.refuse(user, fresh)
    writes = WRITES.get(name)
    values = writes(fresh, user, comment, **asked) if writes else {}
    values = {**values, **clocks.restarted(fresh, name, values.get("law", fresh.law))}
    changed: Deviation = workflow.change_status(fresh, name, user=user, comment=comment, values=values)
    is_now_hsl = changed.law == CaseLaw.HSL != fresh.law
    _bring(changed, name, user=user, is_now_hsl=is_now_hsl)
    wake()
    return Deviation.objects.get(pk=deviation.pk)


@transaction.atomic
def handle_simply(
    deviation: Deviation, *, user: Any, answer: str, area: str, comment: str = "", **assessed: Any
) -> Deviation:
    """*Enkel hantering*: receive, assess (``assessed`` are of ``ASSESSED``), answer and close at once.

    ``comment`` says why it is enough, where cases alike propose an inquiry.

    Nothing of it is kept when the last step is blocked, such as when the assessment is not green.
    """
    assess(deviation, user=user, values=assessed)
    return change_status(deviation, "close_simply", user=user, comment=comment, answer=answer, area=area)


def _bring(deviation: Deviation, name: str, *, user: Any, is_now_hsl: bool) -> None:
    if name == "redirect":
        _take_back_all(deviation)
        _search_anew(deviation)
        notices.tell_redirected(deviation, user=user, is_now_hsl=is_now_hsl)
    if name == "inquire":
        DEVIATION.change_status(deviation, "to_inquiry", user=user)


def _search_anew(deviation: Deviation) -> None:
    """Who finds the case and its åtgärder follows from place, jäv and handläggare, not from its own row."""
    measures = deviation.all_measures().values_list("pk", flat=True)
    noted = [
        ("deviation", deviation.pk),
        ("investigation", deviation.pk),
        *(("measure", pk) for pk in measures),
    ]
    SearchDirty.objects.bulk_create(SearchDirty(kind=kind, object_id=pk) for kind, pk in noted)
    wake()


def _take_back_all(deviation: Deviation) -> None:
    """Another unit's handläggare has nothing to do with it any more."""
    for row in DeviationUserPermission.objects.filter(content_object=deviation).select_related("user"):
        grants.withdraw(row.user, Permission.HANDLE, deviation)


@transaction.atomic
def hand_over(deviation: Deviation, *, person: Any, user: Any) -> None:
    """Let ``person`` handle the case beside the manager."""
    fresh = _lock_open(deviation)
    require(permissions.may_hand_over(user, fresh), "utse handläggare")
    if not is_employee(person) or not person.is_active:
        raise Blocked(["Bara en medarbetare kan handlägga."])
    if person.pk in fresh.barred_ids():
        raise Blocked(["Personen är jävig i ärendet. Välj någon annan."])
    grants.allow(person, Permission.HANDLE, fresh)
    notices.tell_handed_over(fresh, person)
    _search_anew(fresh)


@transaction.atomic
def take_back(deviation: Deviation, *, person: Any, user: Any) -> None:
    fresh = lock(deviation)
    require(permissions.may_hand_over(user, fresh), "utse handläggare")
    grants.withdraw(person, Permission.HANDLE, fresh)
    _search_anew(fresh)


@transaction.atomic
def bar(deviation: Deviation, *, person: Any, reason: str, user: Any) -> None:
    """Record jäv. Everyone may for themselves; whoever then receives is told."""
    fresh = lock(deviation)
    is_self = person.pk == user.pk and permissions.may_list(user, fresh)
    require(is_self or permissions.may_bar(user, fresh, person), "ange jäv för personen i ärendet")
    before = notices.receivers(fresh)
    grants.deny(person, fresh, reason=reason, by=user)
    grants.withdraw(person, Permission.HANDLE, fresh)
    fresh.forget_barred()
    if fresh.is_open:
        notices.tell_new_receivers(fresh, before)
    _search_anew(fresh)


@transaction.atomic
def unbar(deviation: Deviation, *, person: Any, user: Any) -> None:
    """Take a jäv back, by whoever may set it; to the one who is jävig the case does not exist."""
    fresh = lock(deviation)
    require(permissions.may_bar(user, fresh, person), "ta bort jäv för personen i ärendet")
    grants.undo_denial(person, fresh)
    _search_anew(fresh)
