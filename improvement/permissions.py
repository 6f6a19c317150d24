"""Who may what with avvikelser and åtgärder. Nobody reads a case by being administrator.

Three circles round a case: who reads it whole, who sees it in lists with its summary, and who reported it.
Jäv is subtracted from all three.
"""

from typing import Any

from django.db import models

from improvement.enums import CaseLaw, Suspicion, Zone
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.grants import Grant, Reach
from processes.permissions import is_owner, stands_for


class Permission(models.TextChoices):
    HANDLE = "improvement.handle", "Handlägga avvikelser"
    LIST_CASES = "improvement.list_cases", "Se avvikelser i listan, med sammanfattning"
    DISTRIBUTE = "improvement.distribute", "Fördela avvikelser utan enhet"
    READ_SUSPECTED = "improvement.read_suspected", "Läsa och bedöma misstänkta missförhållanden"
    READ_HSL = "improvement.read_hsl", "Läsa avvikelser i hälso- och sjukvård"
    READ_REHAB = "improvement.read_rehab", "Läsa avvikelser i rehabilitering och hjälpmedel"


def grants_table(exceptions: Any) -> dict[Permission, Grant]:
    """The table; ``exceptions`` is the direct-FK model that holds the handläggare of single cases."""
    return {
        Permission.HANDLE: Grant({Role.MANAGER: Reach.UNIT, Role.CONTRACT_MANAGER: Reach.UNIT}, exceptions),
        Permission.LIST_CASES: Grant(
            {
                Role.MANAGER: Reach.SUBTREE,
                Role.CONTRACT_MANAGER: Reach.UNIT,
                Role.COORDINATOR: Reach.EVERYWHERE,
            }
        ),
        Permission.DISTRIBUTE: Grant({Role.COORDINATOR: Reach.EVERYWHERE}),
        Permission.READ_SUSPECTED: Grant({Role.LEX_SARAH_OFFICER: Reach.SUBTREE}),
        # Their roles cover the units under hälso- och sjukvårdslagen; a case under it may lie anywhere.
        Permission.READ_HSL: Grant({Role.MAS: Reach.EVERYWHERE}),
        Permission.READ_REHAB: Grant({Role.MAR: Reach.EVERYWHERE}),
    }


def may_report(user: Any) -> bool:
    """Every employee."""
    return grants.audience(user) >= Audience.INTERNAL


def may_see_figures(user: Any) -> bool:
    """Counts without cases, small numbers hidden: every employee."""
    return grants.audience(user) >= Audience.INTERNAL


def is_reporter(user: Any, deviation: Any) -> bool:
    return deviation.reported_by_id == user.pk and not grants.is_denied(user, deviation)


def receives(user: Any, deviation: Any) -> bool:
    """Whether ``user`` receives it: as the nearest manager who is not jävig, or in the fördelningskö."""
    if grants.is_denied(user, deviation):
        return False
    if line.receiving_link(deviation.chain(), deviation.barred_ids()) is None:
        return bool(grants.scope(user, Permission.DISTRIBUTE))
    return line.receives(user, deviation.chain(), deviation.barred_ids())


def acts_for(user: Any, deviation: Any) -> int | None:
    """Id of the absent manager that ``user`` receives for; None when it is by a right of their own."""
    link = line.receiving_link(deviation.chain(), deviation.barred_ids())
    if link is None or user.pk in link.user_ids or is_case_worker(user, deviation):
        return None
    held = (one for one in grants.held(user) if one.unit_id == link.unit_id)
    return next((one.substitutes_for for one in held if one.substitutes_for in link.user_ids), None)


def is_case_worker(user: Any, deviation: Any) -> bool:
    """Whether the manager has handed the case over to ``user``."""
    has_it = deviation.pk in grants.scope(user, Permission.HANDLE).object_ids
    return has_it and not grants.is_denied(user, deviation)


def may_handle(user: Any, deviation: Any) -> bool:
    return receives(user, deviation) or is_case_worker(user, deviation)


def may_hand_over(user: Any, deviation: Any) -> bool:
    """A handläggare may not pass the case on."""
    return deviation.unit_id is not None and receives(user, deviation)


def may_judge_suspicion(user: Any, deviation: Any) -> bool:
    """Only the lex Sarah-ansvarig rules a missförhållande out, or takes it to an inquiry."""
    if grants.is_denied(user, deviation):
        return False
    scope = grants.scope(user, Permission.READ_SUSPECTED)
    # Where it happened may not be known: then every lex Sarah-ansvarig answers for it.
    return scope.covers(unit_id=deviation.unit_id) or (deviation.unit_id is None and bool(scope))


def may_raise_suspicion(user: Any, deviation: Any) -> bool:
    return may_read(user, deviation)


def may_read(user: Any, deviation: Any) -> bool:
    """The whole case: its text, entries, causes. Jäv beats everything."""
    return may_handle(user, deviation) or _reads_by_task(user, deviation)


def _reads_by_task(user: Any, deviation: Any) -> bool:
    if grants.is_denied(user, deviation):
        return False
    is_grave = deviation.suspicion != Suspicion.NONE or deviation.zone == Zone.RED
    if (is_grave or deviation.is_manager_involved) and may_judge_suspicion(user, deviation):
        return True
    if deviation.law != CaseLaw.HSL:
        return False
    if grants.scope(user, Permission.READ_HSL):
        return True
    is_rehab = deviation.category is not None and deviation.category.is_rehab
    return is_rehab and bool(grants.scope(user, Permission.READ_REHAB))


def may_list(user: Any, deviation: Any) -> bool:
    """Number, unit, category, dates and summary: as far as the line or the own process reaches."""
    if may_read(user, deviation):
        return True
    if grants.is_denied(user, deviation):
        return False
    scope = grants.scope(user, Permission.LIST_CASES)
    if scope.covers(unit_id=deviation.unit_id) and not scope.everywhere:
        return True
    return (scope.everywhere or owns_process(user, deviation)) and not is_secret(deviation)


def is_secret(deviation: Any) -> bool:
    """A suspected missförhållande is kept from all but the line and the lex Sarah-ansvarig."""
    return deviation.suspicion in (Suspicion.SUSPECTED, Suspicion.INQUIRY)


def may_open_with_reason(user: Any, deviation: Any) -> bool:
    """A manager above the unit and the samordnare: for a stated reason, which is logged."""
    if may_read(user, deviation) or grants.is_denied(user, deviation):
        return False
    scope = grants.scope(user, Permission.LIST_CASES)
    if scope.everywhere:
        return not is_secret(deviation)
    return scope.covers(unit_id=deviation.unit_id)


def owns_process(user: Any, deviation: Any) -> bool:
    return deviation.process is not None and is_owner(user, deviation.process)


def may_write_entry(user: Any, deviation: Any) -> bool:
    """Who reads the case by task adds to its inquiry; a reporter has supplements of their own."""
    return may_read(user, deviation)


def may_set_denial(user: Any, deviation: Any) -> bool:
    """Who receives, the managers above, the lex Sarah-ansvarig, and everyone for themselves."""
    if grants.is_denied(user, deviation):
        return False
    above = grants.scope(user, Permission.LIST_CASES).covers(unit_id=deviation.unit_id)
    is_above = above and not grants.scope(user, Permission.LIST_CASES).everywhere
    return is_above or receives(user, deviation) or may_judge_suspicion(user, deviation)


def may_see_log(user: Any) -> bool:
    """The log of who has opened what: managers for their units, lex Sarah-ansvarig for theirs."""
    units = grants.scope(user, Permission.HANDLE).unit_ids
    return bool(units or grants.scope(user, Permission.READ_SUSPECTED))


def is_responsible(user: Any, measure: Any) -> bool:
    return measure.responsible_id in stands_for(user)


def may_plan_measures(user: Any, deviation: Any) -> bool:
    return may_handle(user, deviation)


def may_change_measure(user: Any, measure: Any) -> bool:
    return may_handle(user, measure.deviation)


def may_work_on_measure(user: Any, measure: Any) -> bool:
    return is_responsible(user, measure) or may_change_measure(user, measure)


def may_judge_effect(user: Any, measure: Any) -> bool:
    """Who handles the case judges; whoever only did the work does not judge it alone."""
    return may_change_measure(user, measure)
