"""Who follows reading, runs an APT, takes a stand for a unit and plans introductions: by role as data."""

from typing import Any

from django.db import models
from django.utils import timezone

from documents import permissions
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Grant, Reach
from kvalitet.organisation.permissions import is_employee
from processes.permissions import stands_for


class ReadingPermission(models.TextChoices):
    FOLLOW = "documents.follow_reading", "Se vem som har läst"
    PLAN_APT = "documents.plan_apt", "Lägga dokument på enhetens APT-lista"
    HOLD_APT = "documents.hold_apt", "Registrera genomgång på APT"
    JUDGE = "documents.judge", "Ta ställning till dokument för enheten"
    PLAN_INTRODUCTION = "documents.plan_introduction", "Lägga upp introduktionspaket"
    FOLLOW_INTRODUCTION = "documents.follow_introduction", "Följa introduktioner och utse handledare"


EVERY_UNIT = {Role.FACILITATOR: Reach.EVERYWHERE, Role.COORDINATOR: Reach.EVERYWHERE}
LED = {Role.MANAGER: Reach.SUBTREE}
OF_UNIT = {**LED, Role.REPRESENTATIVE: Reach.SUBTREE}

GRANTS = {
    ReadingPermission.FOLLOW: Grant({**EVERY_UNIT, **LED}),
    ReadingPermission.PLAN_APT: Grant({**OF_UNIT, Role.CASE_WORKER: Reach.SUBTREE}),
    ReadingPermission.HOLD_APT: Grant({**LED, Role.CASE_WORKER: Reach.SUBTREE}),
    ReadingPermission.JUDGE: Grant(OF_UNIT),
    ReadingPermission.PLAN_INTRODUCTION: Grant({**EVERY_UNIT, **LED}),
    ReadingPermission.FOLLOW_INTRODUCTION: Grant({**EVERY_UNIT, **LED}),
}


def may_require(user: Any, document: Any) -> bool:
    """Who writes the document or decides on it says who must have read it."""
    return permissions.may_write(user, document) or permissions.may_approve(user, document)


def may_see_everyone(user: Any, document: Any) -> bool:
    """Names of all who have read and not: who answers for the document, and who follows everywhere."""
    if grants.is_denied(user, document):
        return False
    everywhere = grants.scope(user, ReadingPermission.FOLLOW).everywhere
    return everywhere or document.responsible_id in stands_for(user)


def followed_units(user: Any) -> frozenset[int]:
    return grants.scope(user, ReadingPermission.FOLLOW).unit_ids


def may_take_back(user: Any, receipt: Any) -> bool:
    """One's own, and those of people who have a role today in the units one follows."""
    scope = grants.scope(user, ReadingPermission.FOLLOW)
    if receipt.user_id == user.pk or scope.everywhere:
        return True
    held = receipt.user.assignments.on(timezone.localdate())
    return bool(held.filter(unit__in=list(scope.unit_ids)).exists())


def may_plan_apt(user: Any, unit: Any) -> bool:
    return grants.may(user, ReadingPermission.PLAN_APT, unit_id=unit.pk)


def may_plan_somewhere(user: Any) -> bool:
    return bool(grants.scope(user, ReadingPermission.PLAN_APT))


def may_hold_apt(user: Any, unit: Any) -> bool:
    return grants.may(user, ReadingPermission.HOLD_APT, unit_id=unit.pk)


def may_read_apt(user: Any, unit: Any) -> bool:
    """The unit's own people read what is to be taken up; so do those who follow."""
    own = unit.pk in grants.own_unit_ids(user)
    return is_employee(user) and (own or may_plan_apt(user, unit) or may_follow_unit(user, unit))


def may_follow_unit(user: Any, unit: Any) -> bool:
    return grants.may(user, ReadingPermission.FOLLOW, unit_id=unit.pk)


def may_judge(user: Any, unit: Any) -> bool:
    return grants.may(user, ReadingPermission.JUDGE, unit_id=unit.pk)


def may_plan_introduction(user: Any, unit_id: int | None) -> bool:
    """A package for everyone, in no unit, is for those who plan everywhere."""
    return grants.may(user, ReadingPermission.PLAN_INTRODUCTION, unit_id=unit_id or 0)


def may_plan_some_introduction(user: Any) -> bool:
    return bool(grants.scope(user, ReadingPermission.PLAN_INTRODUCTION))


def may_appoint_mentor(user: Any, introduction: Any) -> bool:
    own = introduction.user_id == user.pk
    return not own and grants.may(user, ReadingPermission.FOLLOW_INTRODUCTION, unit_id=introduction.unit_id)


def may_see_introduction(user: Any, introduction: Any) -> bool:
    people = (introduction.user_id, introduction.mentor_id)
    return is_employee(user) and (user.pk in people or may_appoint_mentor(user, introduction))


def may_tick(user: Any, introduction: Any, item: Any) -> bool:
    """The person has read; that something was done is said by the mentor, or by whoever may choose one."""
    if not item.is_practical:
        return bool(introduction.user_id == user.pk)
    if introduction.user_id == user.pk:
        return False
    return bool(introduction.mentor_id == user.pk) or may_appoint_mentor(user, introduction)
