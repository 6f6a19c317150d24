"""Cases and åtgärder in the search: for their circles alone, each hit confirmed against the row.

Two entries a case, since they have different readers: what the reporter wrote, and what was found out.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from improvement.enums import CaseLaw, EntryKind
from improvement.models import Cause, Deviation, DeviationUserPermission, InvestigationEntry, Measure
from improvement.models.circles import denials, grave
from kvalitet.organisation import line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment, Unit
from kvalitet.search import Audience, EntryData, Kind

Readers = dict[str, Any]
OFFICERS = (Role.LEX_SARAH_OFFICER, Role.MAS, Role.MAR, Role.COORDINATOR)


class Circles:
    """Who reads each case of a batch whole today, in a few queries for them all.

    The same people as ``Deviation.objects.readable_by`` lets in, seen from the case; jäv is taken away last.
    """

    def __init__(self, cases: Sequence[Deviation]) -> None:
        today = timezone.localdate()
        self.units = Unit.objects.in_bulk({one.unit_id for one in cases if one.unit_id})
        self.chains = line.chains(self.units)
        self.barred: dict[int, set[int]] = {}
        ids = [one.pk for one in cases]
        for pk, person in denials().filter(object_id__in=ids).values_list("object_id", "user"):
            self.barred.setdefault(pk, set()).add(person)
        workers = DeviationUserPermission.objects.filter(content_object__in=ids)
        self.workers: dict[int, set[int]] = {}
        for pk, person in workers.values_list("content_object", "user"):
            self.workers.setdefault(pk, set()).add(person)
        held = RoleAssignment.objects.on(today).filter(role__in=OFFICERS, user__is_active=True)
        self.officers = list(held.select_related("unit"))
        self.away = dict(Absence.objects.on(today).values_list("user", "substitute"))
        self.grave = set(Deviation.objects.filter(grave(), pk__in=ids).values_list("pk", flat=True))

    def of(self, case: Deviation) -> set[int]:
        """Ids of those who read the case whole by task."""
        barred = frozenset(self.barred.get(case.pk, ()))
        chain = self.chains.get(case.unit_id or 0, [])
        found = {pk for link in line.receiving_links(chain, barred) for pk in link.without(barred)}
        if not line.is_answered(chain, barred):
            found |= self._with(Role.COORDINATOR) - barred or self._with(Role.LEX_SARAH_OFFICER)
        if case.pk in self.grave:
            found |= self._lex_officers(case)
        if case.law == CaseLaw.HSL:
            found |= self._with(Role.MAS)
            is_rehab = case.category is not None and case.category.is_rehab
            found |= self._with(Role.MAR) if is_rehab else set()
        found = {one for one in found if one not in barred}
        found |= {self.away[one] for one in found if one in self.away}
        return (found | self.workers.get(case.pk, set())) - barred

    def _with(self, role: Role) -> set[int]:
        return {one.user_id for one in self.officers if one.role == role}

    def _lex_officers(self, case: Deviation) -> set[int]:
        unit = self.units.get(case.unit_id or 0)
        if unit is None:
            return self._with(Role.LEX_SARAH_OFFICER)
        found = {
            one.user_id
            for one in self.officers
            if one.role == Role.LEX_SARAH_OFFICER
            and one.unit.tree_id == unit.tree_id
            and one.unit.lft <= unit.lft
            and unit.rght <= one.unit.rght
        }
        return found or self._with(Role.LEX_SARAH_OFFICER)


def _cases(object_ids: Sequence[int]) -> list[Deviation]:
    return list(Deviation.objects.filter(pk__in=object_ids).select_related("unit", "category"))


def _told(case: Deviation) -> dict[str, Any]:
    unit = case.unit.name if case.unit else "Inte fördelad"
    return {
        "object_id": case.pk,
        "url": case.get_absolute_url(),
        "title": f"Avvikelse {case.pk}",
        "meta": f"{case.category or 'Inte bedömd än'} · {unit}",
        "status": case.get_status_display(),
        "day": case.reported_on,
        "home_id": case.unit_id,
        "audience": Audience.CIRCLE,
    }


def report_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    """What was reported: for the circle and the reporter."""
    cases = _cases(object_ids)
    circles = Circles(cases)
    for case in cases:
        barred = circles.barred.get(case.pk, set())
        yield EntryData(
            **_told(case),
            body=f"{case.what_happened}\n{case.immediate_action}",
            keywords=case.summary,
            allow=sorted((circles.of(case) | _reporter(case)) - barred),
            deny=sorted(barred),
        )


def _reporter(case: Deviation) -> set[int]:
    """Of two parts of an event the reporter finds the first."""
    return {case.reported_by_id} if case.part_of_id is None else set()


def investigation_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    """What was noted, judged and answered: for the circle alone."""
    cases = _cases(object_ids)
    circles, texts = Circles(cases), _texts(object_ids)
    for case in cases:
        own = (case.assessment_reason, case.consequence_text, case.answer)
        body = "\n".join(text for text in (*own, *texts.get(case.pk, ())) if text)
        if body:
            barred = sorted(circles.barred.get(case.pk, ()))
            yield EntryData(**_told(case), body=body, allow=sorted(circles.of(case)), deny=barred)


def _texts(object_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    entries = InvestigationEntry.objects.filter(deviation__in=object_ids).exclude(kind=EntryKind.SUPPLEMENT)
    causes = Cause.objects.standing().filter(deviation__in=object_ids)
    for rows, name in ((entries, "text"), (causes, "sentence")):
        for pk, text in rows.values_list("deviation", name):
            found.setdefault(pk, []).append(text)
    return found


def measure_entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    """The title names nobody. Born from a case it is found by who is responsible and by the circle of the
    case; from another source by every employee.
    """
    measures = list(Measure.objects.filter(pk__in=object_ids).select_related("deviation__category", "unit"))
    circles = Circles([one.deviation for one in measures if one.deviation is not None])
    for one in measures:
        case = one.deviation
        readers: Readers = {"audience": Audience.STAFF}
        if case is not None:
            readers = {"audience": Audience.CIRCLE, "allow": sorted(circles.of(case) | {one.responsible_id})}
        yield EntryData(
            object_id=one.pk,
            url=one.get_absolute_url(),
            title=one.title,
            meta=f"{one.get_content_display()} · {one.unit.name}",
            status=one.get_status_display(),
            day=one.due,
            home_id=one.unit_id,
            **readers,
        )


def confirm_report(user: Any, object_ids: Sequence[int]) -> set[int]:
    rows = Deviation.objects.filter(pk__in=object_ids).order_by()
    whole, own = rows.readable_by(user), rows.reported_by(user)
    return set(whole.values_list("pk", flat=True).union(own.values_list("pk", flat=True)))


def confirm_investigation(user: Any, object_ids: Sequence[int]) -> set[int]:
    rows = Deviation.objects.filter(pk__in=object_ids).readable_by(user)
    return set(rows.values_list("pk", flat=True))


def confirm_measure(user: Any, object_ids: Sequence[int]) -> set[int]:
    rows = Measure.objects.filter(pk__in=object_ids).visible_to(user)
    return set(rows.values_list("pk", flat=True))


def all_cases() -> Iterable[int]:
    return Deviation.objects.values_list("pk", flat=True)


def changed_by_the_day() -> Any:
    """Ids of open cases whose circle a new day may change, since a role or an absence begins or ends with it.

    Those of the units above and below too: the line runs through the whole tree.
    """
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    turning = Q(valid_from=today) | Q(valid_to=yesterday)
    away = Q(first_day=today) | Q(last_day=yesterday)
    has_changed = RoleAssignment.objects.filter(turning).exists() or Absence.objects.filter(away).exists()
    rows = Deviation.objects.open() if has_changed else Deviation.objects.none()
    return rows.values_list("pk", flat=True)


REPORT = Kind(
    name="deviation",
    label="Avvikelser",
    model_label="improvement.deviation",
    entries=report_entries,
    all_ids=all_cases,
    confirm=confirm_report,
    order=50,
)
INVESTIGATION = Kind(
    name="investigation",
    label="Utredningar",
    model_label="improvement.investigationentry",
    entries=investigation_entries,
    all_ids=all_cases,
    confirm=confirm_investigation,
    order=51,
)
MEASURE = Kind(
    name="measure",
    label="Åtgärder",
    model_label="improvement.measure",
    entries=measure_entries,
    all_ids=lambda: Measure.objects.values_list("pk", flat=True),
    confirm=confirm_measure,
    order=52,
)
