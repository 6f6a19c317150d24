"""Handling a case: its assessment, notes and causes, its way through the workflow, and who has it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from improvement import clocks, gates, kin, notices, permissions, repeats, routing
from improvement.actions import attaching
from improvement.actions.together import answer_merged, lock_all, suspect_all
from improvement.actions.writes import WRITES
from improvement.enums import CaseLaw, DeviationStatus, EntryKind, Told, Zone
from improvement.models import Cause, Deviation, DeviationUserPermission, InvestigationEntry, RiskMatrix
from improvement.permissions import Permission
from improvement.workflow import DEVIATION, SUSPICION
from kvalitet.models import SearchDirty
from kvalitet.organisation import grants
from kvalitet.organisation.models import User
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
DESCRIBED = (
    "consequence_text",
    *("informed", "informed_on", "informed_reason"),
    *("documented", "documented_on", "documented_reason"),
)
ANSWERS = ("finish", "close_simply", "dismiss")


def require(allowed: bool, what: str) -> None:
    """PermissionDenied, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(f"Du får inte {what}.")


def lock(deviation: Deviation) -> Deviation:
    """The row as it is now, locked: everything about one case happens in turn."""
    rows = Deviation.objects.select_for_update(of=("self",)).select_related("unit", "category", "process")
    return rows.get(pk=deviation.pk)


def lock_open(deviation: Deviation) -> Deviation:
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
    fresh = lock_open(deviation)
    require(permissions.may_handle(user, fresh), "bedöma avvikelsen")
    before = (fresh.law, fresh.zone, fresh.category_id)
    for name in ASSESSED:
        if name in values:
            setattr(fresh, name, values[name])
    _set_zone(fresh)
    if fresh.category is not None and fresh.law and not fresh.category.fits(fresh.law):
        raise ValidationError({"category": "Kategorin hör till en annan lagstiftning. Välj en som passar."})
    _refuse_same_law(fresh)
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


def _refuse_same_law(deviation: Deviation) -> None:
    """The two parts of an event lie under hälso- och sjukvården and not: else their circles are one."""
    part = kin.other_part(deviation)
    if part is not None and (deviation.law == CaseLaw.HSL) == (part.law == CaseLaw.HSL):
        raise ValidationError({"law": "Händelsen är delad i två, och den andra delen ligger redan där."})


@transaction.atomic
def describe(deviation: Deviation, *, user: Any, values: Mapping[str, Any]) -> Deviation:
    """Write what it meant for the person, and whether that person is informed and the event documented.

    ``values`` are those of ``DESCRIBED``: an answer of yes has its day and of no its reason, else Blocked.
    """
    fresh = lock_open(deviation)
    require(permissions.may_handle(user, fresh), "beskriva följden")
    for name in DESCRIBED:
        if name in values:
            setattr(fresh, name, values[name])
    for name, what in (("informed", "den enskilde är informerad"), ("documented", "det är dokumenterat")):
        _explain(fresh, name, what)
    fresh.save()
    wake()
    return fresh


def _explain(deviation: Deviation, name: str, what: str) -> None:
    """Leave the day to a yes and the reason to a no, and refuse one without."""
    answer = getattr(deviation, name)
    if answer != Told.YES:
        setattr(deviation, f"{name}_on", None)
    if answer != Told.NO:
        setattr(deviation, f"{name}_reason", "")
    if answer == Told.YES and getattr(deviation, f"{name}_on") is None:
        raise Blocked([f"Ange vilken dag, när {what}."])
    if answer == Told.NO and not getattr(deviation, f"{name}_reason").strip():
        raise Blocked([f"Skriv varför, när inte {what}."])


def _set_zone(deviation: Deviation) -> None:
    if deviation.likelihood is None or deviation.consequence is None:
        deviation.matrix, deviation.zone, deviation.likelihood, deviation.consequence = None, "", None, None
        return
    matrix = deviation.matrix or RiskMatrix.objects.get(is_default=True)
    deviation.matrix, deviation.zone = matrix, matrix.zone(deviation.likelihood, deviation.consequence)


def add_entry(
    deviation: Deviation,
    *,
    user: Any,
    kind: str,
    text: str,
    source: str = "",
    submission: uuid.UUID | None = None,
    files: Sequence[attaching.Ready] = (),
) -> InvestigationEntry:
    """Note what is known or judged, with its files; nothing noted is changed afterwards. The same
    ``submission`` again gives the same note. Raises StorageFull, and Blocked for too many files.
    """
    if kind == EntryKind.SUPPLEMENT:
        raise PermissionDenied("Bara rapportören gör tillägg till rapporten.")
    with attaching.undone_on_error() as stored, transaction.atomic():
        fresh = lock_open(deviation)
        require(permissions.may_write_entry(user, fresh), "skriva i utredningen")
        key = submission and attaching.own_key(submission, user, fresh)
        known = written_before(fresh, key)
        if known is not None:
            return known
        entry: InvestigationEntry = InvestigationEntry.objects.create(
            deviation=fresh, kind=kind, text=text, source=source, author=user, submission=key
        )
        attaching.attach_to_entry(files, stored, entry=entry)
        wake()
    return entry


def written_before(deviation: Deviation, key: uuid.UUID | None) -> InvestigationEntry | None:
    """What the form with that key has made in the case, when its button was pressed before."""
    found: InvestigationEntry | None = deviation.entries.filter(submission=key).first() if key else None
    return found


@transaction.atomic
def add_cause(deviation: Deviation, *, user: Any, area: str, sentence: str, whys: str = "") -> Cause:
    """``whys`` are the answers to *varför?* that led there, a line each. Blocked before the consequence for
    the person is described.
    """
    fresh = lock_open(deviation)
    require(permissions.may_handle(user, fresh), "ange orsaker")
    if missing := list(gates.has_consequence(user, fresh)):
        raise Blocked(missing)
    cause: Cause = Cause.objects.create(
        deviation=fresh, area=area, sentence=sentence, whys=whys, created_by=user
    )
    wake()
    return cause


@transaction.atomic
def strike_cause(cause: Cause, *, user: Any) -> Cause:
    """A cause that was wrong stays in the history and counts no more."""
    fresh = lock_open(cause.deviation)
    require(permissions.may_handle(user, fresh), "stryka orsaker")
    Cause.objects.filter(pk=cause.pk, struck_at=None).update(struck_at=timezone.now(), struck_by=user)
    cause.refresh_from_db()
    return cause


@transaction.atomic
def change_status(
    deviation: Deviation, name: str, *, user: Any, comment: str = "", **asked: Any
) -> Deviation:
    """Make transition ``name`` of the case, or of the suspicion in it, with all that it brings.

    ``asked`` are ``unit`` (redirect), ``answer`` (finish, close_simply), ``area`` (close_simply), ``dnr``
    (inquire) and ``into`` (merge). A case that is closed simply is first received. Raises Blocked and
    PermissionDenied like ``Workflow.change_status``.
    """
    lock_all(deviation, asked.get("into"))
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
    if name in ANSWERS:
        answer_merged(changed, user=user)
    if name == "suspect":
        suspect_all(changed, user=user, comment=comment)
    wake()
    return Deviation.objects.get(pk=deviation.pk)


@transaction.atomic
def handle_simply(
    deviation: Deviation, *, user: Any, answer: str, area: str, comment: str = "", **assessed: Any
) -> Deviation:
    """*Enkel hantering*: receive, assess (``assessed`` are of ``ASSESSED`` and ``DESCRIBED``), answer and
    close at once.

    ``comment`` says why it is enough, where cases alike propose an inquiry.

    Nothing of it is kept when the last step is blocked, such as when the assessment is not green.
    """
    # Those of one event in one order, before any of them alone.
    lock_all(deviation)
    assess(deviation, user=user, values=assessed)
    describe(deviation, user=user, values=assessed)
    return change_status(deviation, "close_simply", user=user, comment=comment, answer=answer, area=area)


def _bring(deviation: Deviation, name: str, *, user: Any, is_now_hsl: bool) -> None:
    if name == "redirect":
        _take_back_all(deviation)
        _bar_touched(deviation, user=user)
        search_anew(deviation)
        notices.tell_redirected(deviation, user=user, is_now_hsl=is_now_hsl)
    if name == "inquire":
        DEVIATION.change_status(deviation, "to_inquiry", user=user)
    if name == "merge":
        _share_jav(deviation)
        _touch(deviation, user=user)


def _bar_touched(deviation: Deviation, *, user: Any) -> None:
    """Where the chef is touched that is also the chef of the place it is moved to, as if it had been reported
    there; but for ``user``, who has had it already.
    """
    told = [one for one in (deviation, *kin.merged_here(deviation)) if one.is_manager_involved]
    touched = {pk for one in told for pk in routing.touched_managers(one.reported_by, deviation.unit)}
    people = list(User.objects.filter(pk__in=touched - deviation.barred_ids() - {user.pk}))
    others = list(kin.of_event(deviation)) if people else []
    for person in people:
        grants.deny(person, deviation, reason=routing.BARRED_BECAUSE, by=user)
        for one in others:
            _bar(one, person, reason=routing.BARRED_BECAUSE, by=user)
    deviation.forget_barred()


def _share_jav(merged: Deviation) -> None:
    """Who is jävig in the event that it goes on in is so in this report of it too."""
    for row in kin.goes_on_in(merged).barred():
        if row.user_id not in merged.barred_ids():
            _bar(merged, row.user, reason=row.reason, by=row.created_by)


def _touch(merged: Deviation, *, user: Any) -> None:
    """A chef who is touched in this report is so in the event: the lex Sarah-ansvarig gets all of it."""
    goes_on = kin.goes_on_in(merged)
    for one in (goes_on, kin.other_part(goes_on)) if merged.is_manager_involved else ():
        if one is not None:
            search_anew(one)
            notices.tell_touched(one, user=user)


def search_anew(deviation: Deviation) -> None:
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
    fresh = lock_open(deviation)
    require(permissions.may_hand_over(user, fresh), "utse handläggare")
    if not is_employee(person) or not person.is_active:
        raise Blocked(["Bara en medarbetare kan handlägga."])
    if person.pk in fresh.barred_ids():
        raise Blocked(["Personen är jävig i ärendet. Välj någon annan."])
    grants.allow(person, Permission.HANDLE, fresh)
    notices.tell_handed_over(fresh, person)
    search_anew(fresh)


@transaction.atomic
def take_back(deviation: Deviation, *, person: Any, user: Any) -> None:
    fresh = lock(deviation)
    require(permissions.may_hand_over(user, fresh), "utse handläggare")
    grants.withdraw(person, Permission.HANDLE, fresh)
    search_anew(fresh)


@transaction.atomic
def bar(deviation: Deviation, *, person: Any, reason: str, user: Any) -> None:
    """Record jäv, in all the cases of the event. Everyone may for themselves; whoever then receives is
    told.
    """
    lock_all(deviation)
    fresh = lock(deviation)
    is_self = person.pk == user.pk and permissions.may_list(user, fresh)
    require(is_self or permissions.may_bar(user, fresh, person), "ange jäv för personen i ärendet")
    for one in (fresh, *kin.of_event(fresh)):
        _bar(one, person, reason=reason, by=user)


def _bar(deviation: Deviation, person: Any, *, reason: str, by: Any) -> None:
    before = notices.receivers(deviation)
    grants.deny(person, deviation, reason=reason, by=by)
    grants.withdraw(person, Permission.HANDLE, deviation)
    deviation.forget_barred()
    if deviation.is_open:
        notices.tell_new_receivers(deviation, before)
    search_anew(deviation)


@transaction.atomic
def unbar(deviation: Deviation, *, person: Any, user: Any) -> None:
    """Take a jäv back in all the cases of the event, by whoever may set it; to the one who is jävig the case
    does not exist.
    """
    lock_all(deviation)
    fresh = lock(deviation)
    require(permissions.may_bar(user, fresh, person), "ta bort jäv för personen i ärendet")
    for one in (fresh, *kin.of_event(fresh)):
        grants.undo_denial(person, one)
        search_anew(one)
