"""Who is told what of a case or an åtgärd. A notice says number, unit and day, never a text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from improvement import kin, routing
from improvement.enums import CaseLaw, Effect, MeasureStatus, Suspicion, Zone
from improvement.models import Deviation, EffectCheck, Measure
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role

DEVIATION_KIND, MEASURE_KIND = "improvement.deviation", "improvement.measure"


def connect() -> None:
    """Tell those whom a transition concerns; called once, when the app is ready."""
    DEVIATION.after("finish", _tell_reporter)
    DEVIATION.after("close_simply", _tell_reporter)
    DEVIATION.after("dismiss", _tell_reporter)
    DEVIATION.after("to_inquiry", _tell_reporter)
    DEVIATION.after("redo", _tell_redone)
    DEVIATION.after("merge", _tell_merged)
    DEVIATION.after("withdraw", _tell_withdrawn)
    DEVIATION.after("restore", _tell_restored)
    DEVIATION.after("reopen", _tell_reopened)
    SUSPICION.after("suspect", _tell_suspected)
    SUSPICION.after("return", _tell_returned)
    MEASURE.after("done", _tell_done)
    MEASURE.after("settle", _tell_done)
    MEASURE.after("accept", _tell_taken)
    MEASURE.after("send_back", _tell_sent_back)


def _tell(people: Iterable[Any], deviation: Deviation, what: str, by: Any = None, **values: Any) -> None:
    """Tell ``people`` but whoever is jävig, and but ``by``, who did it: is ``by`` away, then their ersättare
    is told.
    """
    barred = deviation.barred_ids()
    told = [one for one in people if one.pk not in barred]
    _notify(told, deviation, what, never=barred | ({by.pk} if by else set()), **values)


def _notify(people: Iterable[Any], deviation: Deviation, what: str, **values: Any) -> None:
    notifications.notify(
        people,
        kind=DEVIATION_KIND,
        sentence=f"{what}: avvikelse {deviation.pk}",
        url=deviation.get_absolute_url(),
        unit=deviation.unit.name if deviation.unit else "",
        **values,
    )


def tell_reported(deviation: Deviation, route: routing.Route, *, user: Any) -> None:
    """A new report: who receives, at once the lex Sarah-ansvarig, and MAS."""
    _tell(route.receivers, deviation, "Att ta emot", by=user, due=deviation.receive_by or deviation.answer_by)
    told = {one.pk for one in route.receivers}
    what = "Kan vara missförhållande" if deviation.suspicion == Suspicion.SUSPECTED else "Chefen är berörd"
    _tell(route.lex_officers, deviation, what, by=user, urgent=True)
    medical = [one for one in route.medical if one.pk not in told]
    _tell(medical, deviation, "Hälso- och sjukvård", by=user)


def receivers(deviation: Deviation) -> list[Any]:
    """Those who receive today, and the handläggare."""
    found, _ = routing.receivers(deviation.unit, barred=deviation.barred_ids(), chain=deviation.chain())
    return list({one.pk: one for one in [*found, *(row.user for row in kin.workers(deviation))]}.values())


def tell_redirected(deviation: Deviation, *, user: Any, is_now_hsl: bool) -> None:
    due = deviation.receive_by or deviation.answer_by
    _tell(receivers(deviation), deviation, "Att ta emot", by=user, due=due)
    if deviation.suspicion == Suspicion.SUSPECTED:
        _tell_officers(deviation, "Kan vara missförhållande, flyttad", by=user, urgent=True)
    elif kin.touches_manager(deviation) or deviation.zone == Zone.RED:
        _tell_officers(deviation, "Flyttad till annan enhet", by=user)
    if is_now_hsl:
        _tell(routing.everyone_with(Role.MAS), deviation, "Hälso- och sjukvård", by=user)


def tell_touched(deviation: Deviation, *, user: Any) -> None:
    """A report in which the chef is touched goes on here: as when such a report comes in."""
    _tell_officers(deviation, "Chefen är berörd", by=user, urgent=True)


def _tell_officers(deviation: Deviation, what: str, **values: Any) -> None:
    _tell(routing.lex_officers(deviation.unit, barred=deviation.barred_ids()), deviation, what, **values)


def tell_new_receivers(deviation: Deviation, before: Iterable[Any]) -> None:
    """Those who receive now and did not, when somebody was found jävig."""
    known = {one.pk for one in before}
    found = [one for one in receivers(deviation) if one.pk not in known]
    _tell(found, deviation, "Att ta emot", due=deviation.receive_by or deviation.answer_by)


def tell_clock(deviation: Deviation, people: Iterable[Any], what: str, *, by: date) -> None:
    """That the day of a clock comes, or has passed."""
    _tell(people, deviation, what, due=by)


def tell_thanked(deviation: Deviation, *, user: Any) -> None:
    """To the reporter alone, as the answer is."""
    _tell_own(deviation, "Mottagen, tack för att du rapporterade", by=user)


def tell_handed_over(deviation: Deviation, person: Any) -> None:
    _tell([person], deviation, "Du handlägger")


def tell_assessed(deviation: Deviation, *, user: Any, is_now_hsl: bool, is_now_red: bool) -> None:
    """MAS of a case under HSL, and the lex Sarah-ansvarig of a grave one."""
    if is_now_hsl and deviation.law == CaseLaw.HSL:
        medical = routing.everyone_with(Role.MAS)
        if deviation.category is not None and deviation.category.is_rehab:
            medical += routing.everyone_with(Role.MAR)
        _tell(medical, deviation, "Hälso- och sjukvård", by=user)
    if is_now_red:
        _tell_officers(deviation, "Röd allvarlighet", by=user)


def tell_supplement(deviation: Deviation, *, user: Any) -> None:
    _tell(receivers(deviation), deviation, "Rapportören har lagt till något", by=user)


def tell_taken_over(deviation: Deviation, before: Iterable[Any], *, user: Any) -> None:
    """Those who had it have it still, and know who has stepped in."""
    _tell(before, deviation, "Övertagen av chefen ovanför", by=user)


def tell_handed_back(deviation: Deviation, *, user: Any) -> None:
    _tell(receivers(deviation), deviation, "Lämnad tillbaka, se Historik", by=user)


def _tell_reporter(deviation: Deviation, *, user: Any, record: Any) -> None:
    tell_answered(deviation, user=user)


def tell_answered(deviation: Deviation, *, user: Any) -> None:
    _tell_own(deviation, "Du har fått svar", by=user)


def _tell_own(deviation: Deviation, what: str, *, by: Any) -> None:
    """What is the reporter's own: nobody gets it in their place. Of two parts they know the first."""
    person, own = deviation.reported_by, deviation.part_of or deviation
    substitute = grants.substitutes_of([person.pk]).get(person.pk)
    if person.pk not in (by.pk, *deviation.barred_ids()):
        _notify([person], own, what, never={substitute} - {None})


def _tell_merged(deviation: Deviation, *, user: Any, record: Any) -> None:
    is_answered = deviation.answered_at is not None
    _tell_own(deviation, "Du har fått svar" if is_answered else "Hanteras tillsammans med en annan", by=user)


def _tell_withdrawn(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell(receivers(deviation), deviation, "Återtagen av den som rapporterade", by=user)


def _tell_restored(deviation: Deviation, *, user: Any, record: Any) -> None:
    tell_back(deviation, user=user)


def tell_back(deviation: Deviation, *, user: Any) -> None:
    """It stands by itself again: the reporter waits for an answer, and somebody has to receive it."""
    _tell_own(deviation, "Upptagen igen", by=user)
    _tell(receivers(deviation), deviation, "Att ta emot", by=user, due=deviation.answer_by)


def _tell_reopened(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell_own(deviation, "Öppnad igen", by=user)
    _tell(receivers(deviation), deviation, "Öppnad igen", by=user, due=deviation.answer_by)


def _tell_redone(deviation: Deviation, *, user: Any, record: Any) -> None:
    is_failed = any(one.effect == Effect.NO for one in kin.all_measures(deviation))
    what = "Effekten uteblev, åtgärda igen" if is_failed else "Åtgärda igen"
    _tell(receivers(deviation), deviation, what, by=user)


def _tell_suspected(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell_officers(deviation, "Kan vara missförhållande", by=user, urgent=True)


def _tell_returned(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell(receivers(deviation), deviation, "Bedömd som avvikelse, fortsätt handlägga", by=user)


def answers_for(measure: Measure) -> list[Any]:
    """Those who judge what is done: who handles the case, or receives for the unit of another source."""
    if measure.deviation is not None:
        return receivers(measure.deviation)
    found, _ = routing.receivers(measure.source.unit)
    return found


def _tell_measure(
    people: Iterable[Any],
    measure: Measure,
    what: str,
    due: date | None = None,
    by: Any = None,
    **values: Any,
) -> None:
    barred = measure.barred_ids()
    notifications.notify(
        [one for one in people if one.pk not in barred],
        kind=MEASURE_KIND,
        sentence=f"{what}: åtgärd {measure.pk}",
        url=measure.get_absolute_url(),
        unit=measure.unit.name,
        due=due,
        never=barred | ({by.pk} if by else set()),
        **values,
    )


def tell_planned(measure: Measure, *, user: Any) -> None:
    what = "Svara om du tar" if measure.awaits_answer else "Du ansvarar för"
    _tell_measure([measure.responsible], measure, what, due=measure.due, by=user)


def _tell_taken(measure: Measure, *, user: Any, record: Any) -> None:
    _tell_measure([measure.created_by], measure, f"{measure.responsible} tar", due=measure.due, by=user)


def _tell_sent_back(measure: Measure, *, user: Any, record: Any) -> None:
    _tell_measure([measure.responsible], measure, "Tillbaka till dig", due=measure.due, by=user)


def _tell_done(measure: Measure, *, user: Any, record: Any) -> None:
    _tell_measure(answers_for(measure), measure, "Genomförd", due=measure.effect_on, by=user)


def remind(today: date) -> int:
    """Whose åtgärd is due today, and where the effect is to be judged today; returns how many."""
    due = Measure.objects.filter(status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING], due=today)
    again = EffectCheck.objects.open().filter(due=today).values("measure")
    first, later = Q(status=MeasureStatus.DONE, effect_on=today), Q(status=MeasureStatus.JUDGED, pk__in=again)
    rows = list(due.with_source().select_related("responsible", "unit"))
    for measure in rows:
        _tell_measure([measure.responsible], measure, "Ska vara klar i dag", due=measure.due, once=True)
    found = list(Measure.objects.filter(first | later).with_source().select_related("unit"))
    for measure in found:
        _tell_measure(answers_for(measure), measure, "Bedöm effekten i dag", due=today, once=True)
    return len(rows) + len(found)
