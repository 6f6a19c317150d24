"""Who is told what of a case or an åtgärd. A notice says number, unit and day, never a text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from improvement import routing
from improvement.enums import CaseLaw, MeasureStatus, Suspicion
from improvement.models import Deviation, DeviationUserPermission, Measure
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet import notifications
from kvalitet.organisation import line
from kvalitet.organisation.enums import Role

DEVIATION_KIND, MEASURE_KIND = "improvement.deviation", "improvement.measure"


def connect() -> None:
    """Tell those whom a transition concerns; called once, when the app is ready."""
    DEVIATION.after("finish", _tell_reporter)
    DEVIATION.after("close_simply", _tell_reporter)
    DEVIATION.after("dismiss", _tell_reporter)
    DEVIATION.after("to_inquiry", _tell_reporter)
    DEVIATION.after("redo", _tell_redone)
    SUSPICION.after("suspect", _tell_suspected)
    SUSPICION.after("return", _tell_returned)
    MEASURE.after("done", _tell_done)


def _tell(people: Iterable[Any], deviation: Deviation, what: str, **values: Any) -> None:
    barred = deviation.barred_ids()
    notifications.notify(
        [one for one in people if one.pk not in barred],
        kind=DEVIATION_KIND,
        sentence=f"{what}: avvikelse {deviation.pk}",
        url=deviation.get_absolute_url(),
        unit=deviation.unit.name if deviation.unit else "",
        **values,
    )


def tell_reported(deviation: Deviation, route: routing.Route, *, user: Any) -> None:
    """A new report: who receives, at once the lex Sarah-ansvarig, and MAS."""
    _tell(_others(route.receivers, user), deviation, "Att ta emot", due=deviation.answer_by)
    told = {one.pk for one in route.receivers}
    what = "Kan vara missförhållande" if deviation.suspicion == Suspicion.SUSPECTED else "Chefen är berörd"
    _tell(_others(route.lex_officers, user), deviation, what, urgent=True)
    _tell([one for one in route.medical if one.pk not in told], deviation, "Hälso- och sjukvård")


def _others(people: Iterable[Any], user: Any) -> list[Any]:
    return [one for one in people if one.pk != user.pk]


def receivers(deviation: Deviation) -> list[Any]:
    """Those who receive today, and the handläggare."""
    found = line.recipients(deviation.unit_id, barred=deviation.barred_ids()) if deviation.unit_id else []
    found = found or routing.everyone_with(Role.COORDINATOR, barred=deviation.barred_ids())
    workers = DeviationUserPermission.objects.filter(content_object=deviation).select_related("user")
    return list({one.pk: one for one in [*found, *(row.user for row in workers)]}.values())


def tell_redirected(deviation: Deviation, *, user: Any) -> None:
    _tell(_others(receivers(deviation), user), deviation, "Att ta emot", due=deviation.answer_by)
    if deviation.suspicion == Suspicion.SUSPECTED:
        officers = routing.lex_officers(deviation.unit, barred=deviation.barred_ids())
        _tell(_others(officers, user), deviation, "Kan vara missförhållande, flyttad", urgent=True)


def tell_handed_over(deviation: Deviation, person: Any) -> None:
    _tell([person], deviation, "Du handlägger")


def tell_assessed(deviation: Deviation, *, user: Any, is_now_hsl: bool, is_now_red: bool) -> None:
    """MAS of a case under HSL, and the lex Sarah-ansvarig of a grave one."""
    if is_now_hsl and deviation.law == CaseLaw.HSL:
        medical = routing.everyone_with(Role.MAS)
        if deviation.category is not None and deviation.category.is_rehab:
            medical += routing.everyone_with(Role.MAR)
        _tell(_others(medical, user), deviation, "Hälso- och sjukvård")
    if is_now_red:
        officers = routing.lex_officers(deviation.unit, barred=deviation.barred_ids())
        _tell(_others(officers, user), deviation, "Röd allvarlighet")


def tell_supplement(deviation: Deviation, *, user: Any) -> None:
    _tell(_others(receivers(deviation), user), deviation, "Rapportören har lagt till något")


def _tell_reporter(deviation: Deviation, *, user: Any, record: Any) -> None:
    if deviation.reported_by_id != user.pk:
        _tell([deviation.reported_by], deviation, "Du har fått svar")


def _tell_redone(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell(_others(receivers(deviation), user), deviation, "Effekten uteblev, åtgärda igen")


def _tell_suspected(deviation: Deviation, *, user: Any, record: Any) -> None:
    officers = routing.lex_officers(deviation.unit, barred=deviation.barred_ids())
    _tell(_others(officers, user), deviation, "Kan vara missförhållande", urgent=True)


def _tell_returned(deviation: Deviation, *, user: Any, record: Any) -> None:
    _tell(_others(receivers(deviation), user), deviation, "Bedömd som avvikelse, fortsätt handlägga")


def _tell_measure(people: Iterable[Any], measure: Measure, what: str, due: date | None = None) -> None:
    notifications.notify(
        people,
        kind=MEASURE_KIND,
        sentence=f"{what}: åtgärd {measure.pk}",
        url=measure.get_absolute_url(),
        unit=measure.unit.name,
        due=due,
    )


def tell_planned(measure: Measure, *, user: Any) -> None:
    if measure.responsible_id != user.pk:
        _tell_measure([measure.responsible], measure, "Du ansvarar för", due=measure.due)


def _tell_done(measure: Measure, *, user: Any, record: Any) -> None:
    people = [one for one in receivers(measure.deviation) if one.pk != user.pk]
    _tell_measure(people, measure, "Genomförd", due=measure.effect_on)


def remind(today: date) -> int:
    """Whose åtgärd is due today, and where the effect is to be judged today; returns how many."""
    due = Measure.objects.filter(status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING], due=today)
    judge = Measure.objects.filter(status=MeasureStatus.DONE, effect_on=today)
    rows = list(due.select_related("responsible", "unit"))
    for measure in rows:
        _tell_measure([measure.responsible], measure, "Ska vara klar i dag", due=measure.due)
    for measure in (found := list(judge.select_related("deviation__unit", "unit"))):
        _tell_measure(receivers(measure.deviation), measure, "Bedöm effekten i dag", due=measure.effect_on)
    return len(rows) + len(found)
