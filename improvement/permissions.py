"""Who may what with avvikelser and åtgärder. Nobody reads a case by being administrator.

Three circles round a case: who reads it whole, who sees it in lists with its summary, and who reported it.
Jäv is subtracted from all three.
"""

from typing import Any

from django.db import models
from django.utils import timezone

from improvement import kin
from improvement.enums import CaseLaw, Suspicion
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.grants import Grant, Reach
from kvalitet.organisation.models import RoleAssignment
from processes.permissions import is_owner, owner_id, stands_for


class Permission(models.TextChoices):
    HANDLE = "improvement.handle", "Handlägga avvikelser"
    LIST_CASES = "improvement.list_cases", "Se enheternas avvikelser i listan, med sammanfattning"
    LIST_ALL = "improvement.list_all", "Se alla avvikelser i listan utom misstänkta missförhållanden"
    DISTRIBUTE = "improvement.distribute", "Fördela avvikelser utan enhet"
    READ_SUSPECTED = "improvement.read_suspected", "Läsa och bedöma misstänkta missförhållanden"
    READ_HSL = "improvement.read_hsl", "Läsa avvikelser i hälso- och sjukvård"
    READ_REHAB = "improvement.read_rehab", "Läsa avvikelser i rehabilitering och hjälpmedel"
    SET_UP = "improvement.set_up", "Ställa in kategorier, riskmatris och frister"
    MANAGE_SOURCES = "improvement.manage_sources", "Skriva analyser och granskningar och planera ur dem"
    PLAN_PROPOSED = "improvement.plan_proposed", "Planera åtgärder ur förbättringsförslag"
    SET_REVIEW_DNR = "improvement.set_review_dnr", "Sätta diarienummer på externa granskningar"


# Opens cases, or lists of them with what they are about: who has one of these logs in in two steps.
IN_TWO_STEPS = (
    Permission.HANDLE,
    Permission.LIST_CASES,
    Permission.LIST_ALL,
    Permission.DISTRIBUTE,
    Permission.READ_SUSPECTED,
    Permission.READ_HSL,
    Permission.READ_REHAB,
)

# Who answers for what does not come from a case.
LEADS = {Role.MANAGER: Reach.SUBTREE, Role.CONTRACT_MANAGER: Reach.UNIT, Role.COORDINATOR: Reach.EVERYWHERE}


def grants_table(exceptions: Any) -> dict[Permission, Grant]:
    """The table; ``exceptions`` is the direct-FK model that holds the handläggare of single cases."""
    return {
        Permission.HANDLE: Grant({Role.MANAGER: Reach.UNIT, Role.CONTRACT_MANAGER: Reach.UNIT}, exceptions),
        Permission.LIST_CASES: Grant({Role.MANAGER: Reach.SUBTREE}),
        Permission.LIST_ALL: Grant({Role.COORDINATOR: Reach.EVERYWHERE}),
        Permission.DISTRIBUTE: Grant({Role.COORDINATOR: Reach.EVERYWHERE}),
        Permission.READ_SUSPECTED: Grant({Role.LEX_SARAH_OFFICER: Reach.SUBTREE}),
        # Their roles cover the units under hälso- och sjukvårdslagen; a case under it may lie anywhere.
        Permission.READ_HSL: Grant({Role.MAS: Reach.EVERYWHERE}),
        Permission.READ_REHAB: Grant({Role.MAR: Reach.EVERYWHERE}),
        Permission.SET_UP: Grant(
            dict.fromkeys((Role.FACILITATOR, Role.COORDINATOR, Role.ADMIN), Reach.EVERYWHERE)
        ),
        Permission.MANAGE_SOURCES: Grant(LEADS | {Role.FACILITATOR: Reach.EVERYWHERE}),
        Permission.PLAN_PROPOSED: Grant(LEADS),
        Permission.SET_REVIEW_DNR: Grant({Role.REGISTRAR: Reach.EVERYWHERE}),
    }


def may_report(user: Any) -> bool:
    """Every employee."""
    return grants.audience(user) >= Audience.INTERNAL


def may_see_figures(user: Any) -> bool:
    """Counts without cases, small numbers hidden: every employee."""
    return grants.audience(user) >= Audience.INTERNAL


def may_set_up(user: Any) -> bool:
    """Whether ``user`` changes what all cases are measured by: no right to any case comes with it."""
    return grants.may(user, Permission.SET_UP)


def may_see_small_counts(user: Any, unit_id: int) -> bool:
    """Counts under five of a unit: for those who see its cases in lists."""
    return grants.may(user, Permission.LIST_CASES, unit_id=unit_id) or grants.may(user, Permission.LIST_ALL)


def handles_cases(user: Any) -> bool:
    """Whether some case may be ``user``'s to handle, by role or handed over."""
    by_role = any(one.role in line.RECEIVING for one in grants.held(user)) or distributes(user)
    return by_role or bool(handed_over(user))


def is_reporter(user: Any, deviation: Any) -> bool:
    """Of an event in two parts the reporter has one report: the first part, which tells of both."""
    is_own = deviation.reported_by_id == user.pk and deviation.part_of_id is None
    return is_own and not grants.is_denied(user, deviation)


def within(user: Any, permission: Permission, deviation: Any) -> bool:
    """Whether ``user`` has the permission where the case lies: by a role of their own, or of somebody away
    who is not jävig in it.
    """
    barred = deviation.barred_ids()
    found = grants.shares(user, permission).items()
    return any(one.covers(unit_id=deviation.unit_id) for owner, one in found if owner not in barred)


def receives(user: Any, deviation: Any) -> bool:
    """Whether ``user`` receives it: as the nearest manager who is not jävig, or in the fördelningskö."""
    if grants.is_denied(user, deviation):
        return False
    return receives_along(user, deviation.chain(), deviation.barred_ids())


def receives_along(user: Any, chain: list[line.Link], barred: frozenset[int]) -> bool:
    """The same of a case with that ``chain`` (empty: the place is not known) and those jäviga in it."""
    if user.pk in barred:
        return False
    if line.receives(user, chain, barred):
        return True
    return not line.is_answered(chain, barred) and distributes(user, barred)


def distributes(user: Any, barred: frozenset[int] = frozenset()) -> bool:
    """Whether ``user`` receives what no manager does: the samordnare, without one the lex Sarah-ansvarig."""
    if barred:
        return _distributes(user, barred)
    if not hasattr(user, "_distributes"):
        user._distributes = _distributes(user, barred)
    return bool(user._distributes)


def _distributes(user: Any, barred: frozenset[int]) -> bool:
    if not barred.issuperset(grants.shares(user, Permission.DISTRIBUTE, given=True)):
        return True
    if barred.issuperset(grants.shares(user, Permission.READ_SUSPECTED, given=True)):
        return False
    if not hasattr(user, "_coordinators"):
        rows = RoleAssignment.objects.on(timezone.localdate()).filter(role=Role.COORDINATOR)
        user._coordinators = frozenset(rows.filter(user__is_active=True).values_list("user", flat=True))
    return barred.issuperset(user._coordinators)


def acts_for(user: Any, deviation: Any) -> int | None:
    """Id of the absent person that ``user`` handles it for; None when it is by a right of their own."""
    barred = deviation.barred_ids()
    links = line.receiving_links(deviation.chain(), barred)
    if is_case_worker(user, deviation) or any(user.pk in link.user_ids for link in links):
        return None
    owner = line.received_for(user, links, barred)
    if owner is None and not line.is_answered(deviation.chain(), barred):
        return grants.substitutes_for(user, Permission.DISTRIBUTE, unit_id=None)
    return owner


def judges_for(user: Any, deviation: Any) -> int | None:
    """Id of the absent lex Sarah-ansvarig that ``user`` judges for; None when ``user`` is one."""
    found = grants.shares(user, Permission.READ_SUSPECTED, given=True)
    return next(iter(found.keys() - deviation.barred_ids()), None) if None not in found else None


def raises_for(user: Any, deviation: Any) -> int | None:
    """Id of the absent manager or lex Sarah-ansvarig that ``user`` reads the case for."""
    return acts_for(user, deviation) if may_handle(user, deviation) else judges_for(user, deviation)


def is_case_worker(user: Any, deviation: Any) -> bool:
    """Whether the manager has handed the case over to ``user``, who is still employed."""
    has_it = deviation.pk in handed_over(user)
    return has_it and not grants.is_denied(user, deviation)


def handed_over(user: Any) -> frozenset[int]:
    """Ids of the cases handed over to ``user``; none to who has left."""
    return grants.scope(user, Permission.HANDLE).object_ids if may_report(user) else frozenset()


def may_handle(user: Any, deviation: Any) -> bool:
    return receives(user, deviation) or is_case_worker(user, deviation)


def may_hand_over(user: Any, deviation: Any) -> bool:
    """A handläggare may not pass the case on."""
    return deviation.unit_id is not None and receives(user, deviation)


def may_take_over(user: Any, deviation: Any) -> bool:
    """A manager above, or whoever stands in for one. In the fördelningskö the samordnare handles as it is."""
    if grants.is_denied(user, deviation) or may_handle(user, deviation):
        return False
    return within(user, Permission.LIST_CASES, deviation)


def may_hand_back(user: Any, deviation: Any) -> bool:
    return is_case_worker(user, deviation)


def may_judge_suspicion(user: Any, deviation: Any) -> bool:
    """Only the lex Sarah-ansvarig rules a missförhållande out, or takes it to an inquiry."""
    if grants.is_denied(user, deviation):
        return False
    if within(user, Permission.READ_SUSPECTED, deviation):
        return True
    # Where it happened may not be known, or nobody answer for it: then every lex Sarah-ansvarig does.
    found = grants.shares(user, Permission.READ_SUSPECTED, given=True)
    if deviation.barred_ids().issuperset(found):
        return False
    return deviation.unit_id is None or deviation.unit_id in line.outside(user, Role.LEX_SARAH_OFFICER)


def may_raise_suspicion(user: Any, deviation: Any) -> bool:
    """Whoever reads one of the cases about an event raises it for them all: it is of the event."""
    return may_read(user, deviation) or any(may_read(user, one) for one in kin.same_event(deviation))


def may_read(user: Any, deviation: Any) -> bool:
    """The whole case: its text, entries, causes. Jäv beats everything."""
    return may_handle(user, deviation) or _reads_by_task(user, deviation)


def _reads_by_task(user: Any, deviation: Any) -> bool:
    if grants.is_denied(user, deviation):
        return False
    if may_judge_suspicion(user, deviation) and kin.is_grave(deviation):
        return True
    if deviation.law != CaseLaw.HSL:
        return False
    if within(user, Permission.READ_HSL, deviation):
        return True
    is_rehab = deviation.category is not None and deviation.category.is_rehab
    return is_rehab and within(user, Permission.READ_REHAB, deviation)


def may_list(user: Any, deviation: Any) -> bool:
    """Number, unit, category, dates and summary: as far as the line or the own process reaches."""
    if may_read(user, deviation):
        return True
    if grants.is_denied(user, deviation):
        return False
    if within(user, Permission.LIST_CASES, deviation):
        return True
    is_wide = within(user, Permission.LIST_ALL, deviation) or owns_process(user, deviation)
    return is_wide and not is_secret(deviation)


def may_see(user: Any, deviation: Any) -> bool:
    """Whether the case exists for ``user``, in whatever part."""
    return is_reporter(user, deviation) or may_list(user, deviation)


def is_secret(deviation: Any) -> bool:
    """A suspected missförhållande is kept from all but the line and the lex Sarah-ansvarig."""
    return deviation.suspicion in (Suspicion.SUSPECTED, Suspicion.INQUIRY)


def may_open_with_reason(user: Any, deviation: Any) -> bool:
    """A manager above the unit and the samordnare: for a stated reason, which is logged."""
    if may_read(user, deviation) or grants.is_denied(user, deviation):
        return False
    if within(user, Permission.LIST_CASES, deviation):
        return True
    return within(user, Permission.LIST_ALL, deviation) and not is_secret(deviation)


def owns_process(user: Any, deviation: Any) -> bool:
    if deviation.process is None:
        return False
    return owner_id(deviation.process) in stands_for(user) - deviation.barred_ids()


def lists_process(user: Any, process: Any) -> bool:
    """Whether ``user`` lists its cases over all units: the owner of the process, and the samordnare."""
    return is_owner(user, process) or bool(grants.scope(user, Permission.LIST_ALL))


def may_follow_process(user: Any, process: Any) -> bool:
    """See the process over all its units: those, and in figures processhandledare and styrgrupp."""
    figures = {Role.FACILITATOR, Role.STEERING_GROUP}
    return lists_process(user, process) or any(one.role in figures for one in grants.held(user))


def may_write_entry(user: Any, deviation: Any) -> bool:
    """Who reads the case by task adds to its inquiry; a reporter has supplements of their own."""
    return may_read(user, deviation)


def may_set_denial(user: Any, deviation: Any) -> bool:
    """The managers of the line, and the lex Sarah-ansvarig; ``may_bar`` says whom."""
    if grants.is_denied(user, deviation):
        return False
    return within(user, Permission.LIST_CASES, deviation) or may_judge_suspicion(user, deviation)


def may_bar(user: Any, deviation: Any, person: Any) -> bool:
    """Say that ``person`` is jävig, or that they are not: the lex Sarah-ansvarig of anybody, a manager of
    those below. A manager who could bar those above, or the lex Sarah-ansvarig, could hide a case from them.
    """
    if not may_set_denial(user, deviation):
        return False
    return may_judge_suspicion(user, deviation) or _leads(user, person)


def _leads(user: Any, person: Any) -> bool:
    """Whether every role of ``person`` lies below ``user``, who is not a manager at the same place."""
    units = grants.scope(user, Permission.LIST_CASES).unit_ids
    own = {one.unit_id for one in grants.held(user) if one.role in line.RECEIVING}
    theirs = [one for one in grants.held(person) if one.substitutes_for is None]
    equal = any(one.role in line.RECEIVING and one.unit_id in own for one in theirs)
    return bool(theirs) and not equal and units.issuperset(one.unit_id for one in theirs)


def is_responsible(user: Any, measure: Any) -> bool:
    """Whether ``user`` is to see to it, or stands in for who is; nobody who is jävig in its case."""
    if measure.deviation is None:
        return measure.responsible_id in stands_for(user)
    if grants.is_denied(user, measure.deviation):
        return False
    return measure.responsible_id in stands_for(user) - measure.deviation.barred_ids()


def may_answer_measure(user: Any, measure: Any) -> bool:
    """Say whether one takes what somebody else planned for one."""
    return measure.awaits_answer and is_responsible(user, measure)


def may_send_back(user: Any, measure: Any) -> bool:
    """What somebody else planned; one's own goes to nobody."""
    return measure.created_by_id != measure.responsible_id and is_responsible(user, measure)


def may_plan_measures(user: Any, deviation: Any) -> bool:
    return may_handle(user, deviation)


def may_plan_from(user: Any, source: Any) -> bool:
    """Plan, change and judge what is born from an analysis, a granskning or a förslag."""
    if hasattr(source, "may_be_planned_by") and source.may_be_planned_by(user):
        return True
    return grants.may(user, _planned_by(source), unit_id=source.unit_id)


def _planned_by(source: Any) -> Permission:
    found: Permission = getattr(source, "PLANNED_BY", Permission.PLAN_PROPOSED)
    return found


def may_manage_sources(user: Any, unit_id: int | None = None) -> bool:
    """Write analyses and granskningar of the unit, or of any unit at all."""
    if unit_id is None:
        return bool(grants.scope(user, Permission.MANAGE_SOURCES))
    return grants.may(user, Permission.MANAGE_SOURCES, unit_id=unit_id)


def may_set_review_dnr(user: Any, review: Any) -> bool:
    may = grants.may(user, Permission.SET_REVIEW_DNR, unit_id=review.unit_id)
    return may or may_manage_sources(user, review.unit_id)


def may_change_measure(user: Any, measure: Any) -> bool:
    """Who handles the case it was born from; of another source who answers for that."""
    if measure.deviation is None:
        return may_plan_from(user, measure.source)
    return may_handle(user, measure.deviation)


def may_work_on_measure(user: Any, measure: Any) -> bool:
    return is_responsible(user, measure) or may_change_measure(user, measure)


def works_for(user: Any, measure: Any) -> int | None:
    """Id of the absent person that ``user`` works on the åtgärd for: who is responsible, or who handles."""
    if measure.responsible_id == user.pk or not is_responsible(user, measure):
        return measures_for(user, measure) if measure.responsible_id != user.pk else None
    return int(measure.responsible_id)


def measures_for(user: Any, measure: Any) -> int | None:
    if measure.deviation is None:
        source = measure.source
        return grants.substitutes_for(user, _planned_by(source), unit_id=source.unit_id)
    return acts_for(user, measure.deviation)


def may_judge_effect(user: Any, measure: Any) -> bool:
    """Who handles the case judges; whoever only did the work does not judge it alone."""
    return may_change_measure(user, measure)


def may_judge_again(user: Any, measure: Any) -> bool:
    """Whether a judgement is left after the first, at six or twelve months."""
    return measure.next_check() is not None and may_judge_effect(user, measure)


def has_settled(user: Any, measure: Any) -> bool:
    """Whether ``user`` decided the version that the åtgärd was to bring, and it holds."""
    made = measure.settled_version()
    return made is not None and measure.settled_by(made) == user.pk
