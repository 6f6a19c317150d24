"""One case of every kind that the circles tell apart, and the people that the cast has none of."""

from collections.abc import Callable
from typing import Any

from improvement import actions
from improvement.enums import CaseLaw
from improvement.models import Deviation
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, User
from tests.cast import Cast
from tests.factories import AbsenceFactory, RoleAssignmentFactory, UserFactory, days
from tests.improvement.factories import assessed, bring_to, report
from tests.processes.factories import make_process

Make = Callable[[Cast], Deviation]


def _suspected(cast: Cast, **values: Any) -> Deviation:
    return report(cast, is_suspected=True, **values)


def _returned(cast: Cast) -> Deviation:
    return actions.change_status(_suspected(cast), "return", user=cast.lexansvarig, comment="Ordinär.")


def _red(cast: Cast) -> Deviation:
    return assessed(report(cast), by=cast.chef, likelihood=4, consequence=4)


def _medical(cast: Cast, code: str) -> Deviation:
    return assessed(report(cast), by=cast.chef, law=CaseLaw.HSL, code=code)


def _handed_over(cast: Cast) -> Deviation:
    deviation = report(cast)
    actions.hand_over(deviation, person=cast.grannmedarbetare, user=cast.chef)
    return deviation


def other_part(cast: Cast, law: str, *, of_law: str = CaseLaw.SOL, **values: Any) -> Deviation:
    """The part under ``law`` of an event whose first part is assessed under another."""
    return actions.split(assessed(report(cast), by=cast.chef, law=of_law, **values), user=cast.chef, law=law)


def touched(cast: Cast) -> Deviation:
    """Nothing is said of the chef in it, but in what is merged into it."""
    case, above = report(cast, by=cast.ombud), cast.avdelningschef
    actions.take_over(case, user=above, reason="Samma händelse.")
    actions.bar(case, person=cast.chef, reason="Chefen är berörd.", user=fresh(above))
    same = report(cast, is_manager_involved=True)
    actions.change_status(same, "merge", user=fresh(above), into=Deviation.objects.get(pk=case.pk))
    actions.take_back(Deviation.objects.get(pk=case.pk), person=above, user=fresh(above))
    return Deviation.objects.get(pk=case.pk)


def _touched_part(cast: Cast) -> Deviation:
    case = assessed(touched(cast), by=fresh(cast.avdelningschef))
    return actions.split(case, user=fresh(cast.avdelningschef), law=CaseLaw.HSL)


def _in_process(cast: Cast, **values: Any) -> Deviation:
    return report(cast, process=make_process(cast, f"Process {Deviation.objects.count()}"), **values)


KINDS: dict[str, Make] = {
    "plain": report,
    "neighbours": lambda cast: report(cast, by=cast.grannmedarbetare, unit="neighbour"),
    "suspected": _suspected,
    "returned": _returned,
    "inquiry": lambda cast: bring_to(report(cast), cast, "to_inquiry"),
    "red": _red,
    "hsl": lambda cast: _medical(cast, "LAK-1"),
    "hsl_rehab": lambda cast: _medical(cast, "REH-1"),
    "unplaced": lambda cast: report(cast, unit=None),
    "unplaced_suspected": lambda cast: _suspected(cast, unit=None),
    "manager_involved": lambda cast: report(cast, is_manager_involved=True),
    "touched": touched,
    "touched_part": _touched_part,
    "at_provider": lambda cast: report(cast, unit="provider"),
    "handed_over": _handed_over,
    "reported_by_manager": lambda cast: report(cast, by=cast.chef, unit="neighbour"),
    "in_process": _in_process,
    "in_process_suspected": lambda cast: _in_process(cast, is_suspected=True),
    "nobody_answers": lambda cast: report(cast, by=cast.ersattare, unit="other"),
    "closed": lambda cast: bring_to(report(cast), cast, "closed"),
    "merged": lambda cast: bring_to(report(cast), cast, "merged"),
    "withdrawn": lambda cast: bring_to(report(cast), cast, "withdrawn"),
    "part_hsl": lambda cast: other_part(cast, CaseLaw.HSL),
    "part_sol": lambda cast: other_part(cast, CaseLaw.SOL, code="LAK-1", of_law=CaseLaw.HSL),
}


def with_mar(cast: Cast) -> Cast:
    cast.people["mar"] = UserFactory(name="Runa Mar", email="mar@test.invalid")
    RoleAssignmentFactory(user=cast.people["mar"], unit=cast.units.administration, role=Role.MAR)
    return cast


def send_away(cast: Cast) -> None:
    """Nearly all who decide are away; some ersättare are themselves gone."""
    pairs = {
        "avdelningschef": "grann_ombud",
        "samordnare": "ombud",
        "lexansvarig": "registrator",
        "mas": "styrgrupp",
        "processagare": "handlaggare",
        "avtalsansvarig": "utan_roll",
        "grannchef": "ersattare",
        "ersattare": "chef",
    }
    for absent, substitute in pairs.items():
        AbsenceFactory(user=cast[absent], substitute=cast[substitute])


def empty_posts(cast: Cast) -> None:
    """The chef has left, the neighbour's post is vacant, there is no samordnare, and nobody answers
    for missförhållanden where things happen.
    """
    User.objects.filter(pk=cast.chef.pk).update(is_active=False)
    roles = RoleAssignment.objects.all()
    roles.filter(user=cast.grannchef).update(valid_to=days(-1))
    roles.filter(role=Role.COORDINATOR).update(valid_to=days(-1))
    roles.filter(role=Role.LEX_SARAH_OFFICER).update(unit=cast.units.other)


def add_roles(cast: Cast) -> None:
    """Several have more than one role, on places that have nothing to do with each other."""
    units, new = cast.units, RoleAssignmentFactory
    new(user=cast.avdelningschef, unit=units.board, role=Role.COORDINATOR)
    new(user=cast.lexansvarig, unit=units.neighbour, role=Role.MANAGER)
    new(user=cast.avtalsansvarig, unit=units.department, role=Role.CONTRACT_MANAGER)
    new(user=cast.ombud, unit=units.home, role=Role.MANAGER)
    new(user=cast.mas, unit=units.administration, role=Role.MANAGER)
    new(user=cast.registrator, unit=units.department, role=Role.LEX_SARAH_OFFICER)


WORLDS: dict[str, Callable[[Cast], None]] = {
    "as_it_is": lambda cast: None,
    "away": send_away,
    "vacant": empty_posts,
    "many_roles": add_roles,
}


def fresh(user: User) -> User:
    """The same person as a new request would read them."""
    return User.objects.get(pk=user.pk)
