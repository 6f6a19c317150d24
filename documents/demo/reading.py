"""Norrvik's reading: who is asked, an APT list, a held meeting, an introduction and a unit's stand."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from documents import actions
from documents.enums import Stage
from documents.models import (
    Document,
    Introduction,
    IntroductionPackage,
    PackageItem,
    ReceiptRequirement,
)
from documents.reading import stands
from kvalitet import history
from kvalitet.organisation.demo import DOMAIN, PASSWORD
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from kvalitet.sorting import Swedish
from processes.models import Process

UNIT = "mottagning-barn-och-unga"
PROTECTION, DEVIATIONS, PHONE = (
    "Rutin för skyddsbedömning",
    "Rutin för avvikelser",
    "Lathund: orosanmälan på telefon",
)
PACKAGE = "Ny socialsekreterare"
NEW_LOGIN, NEW_NAME = "nyanstalld", "Vendela Rönnskär"
ITEMS = [
    (Stage.DAY_1, "", "Få passerkort, nycklar och inloggning"),
    (Stage.DAY_1, DEVIATIONS, ""),
    (Stage.WEEK_1, PROTECTION, ""),
    (Stage.WEEK_1, "Rutin för sekretess och utlämnande av handlingar", ""),
    (Stage.WEEK_1, "", "Gå bredvid en kollega på ett mottagningssamtal"),
    (Stage.MONTH_1, "Rutin för förhandsbedömning", ""),
    (Stage.MONTH_1, "Rutin för social dokumentation", ""),
    (Stage.MONTH_3, "", "Uppföljning med chefen"),
]
MEETING = UUID("0b7c4a52-0f3c-4a0e-9a51-2f1f6c0d7e11")


def load(say: Callable[[str], Any]) -> None:
    """Lay up all of it at once; where it is there, nothing is added."""
    unit = Unit.objects.filter(slug=UNIT).first()
    if (
        unit is not None
        and not ReceiptRequirement.objects.exists()
        and len(_documents([PROTECTION, DEVIATIONS])) == 2
    ):
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehåll"):
            _load(unit, timezone.localdate())
    say(
        f"Läsning: {ReceiptRequirement.objects.count()} krav på läskvittens, "
        f"{Introduction.objects.count()} introduktioner"
    )


def _documents(titles: Iterable[str]) -> list[Document]:
    return list(Document.objects.in_force().filter(title__in=list(titles)).order_by(Swedish("title")))


def _person(login: str) -> User:
    found: User = User.objects.get(email=f"{login}@{DOMAIN}")
    return found


def _load(unit: Unit, today: date) -> None:
    _ask(unit, today)
    _newcomer(unit, today)
    _meetings(unit, today)
    _introduction(unit, today)
    _stand(unit)


def _ask(unit: Unit, today: date) -> None:
    """Two documents with requirements; of the first some have read on their own."""
    asked = {PROTECTION: (Role.EMPLOYEE, unit, 14, 10), DEVIATIONS: ("", unit.parent, 30, 40)}
    for document in _documents(asked):
        role, where, days, ago = asked[document.title]
        ReceiptRequirement.objects.create(
            document=document,
            role=role,
            unit=where,
            days=days,
            valid_from=today - timedelta(days=ago),
            created_by=_person("processhandledare"),
        )
    for document in _documents([PROTECTION]):
        for login in ("ombud", "amir.solbacke"):
            actions.confirm(document, user=_person(login))


def _newcomer(unit: Unit, today: date) -> None:
    """Somebody whose role began five weeks ago, whatever day the demo is loaded."""
    person, _ = User.objects.get_or_create(
        email=f"{NEW_LOGIN}@{DOMAIN}",
        defaults={"name": NEW_NAME, "title": "Socialsekreterare", "password": make_password(PASSWORD)},
    )
    RoleAssignment.objects.create(
        user=person,
        role=Role.EMPLOYEE,
        unit=unit,
        valid_from=today - timedelta(days=35),
        created_by=User.objects.system(),
    )


def _meetings(unit: Unit, today: date) -> None:
    """One held a fortnight ago, and two documents for the next."""
    chef, ombud = _person("chef"), _person("ombud")
    present = [_person(login).pk for login in ("ombud", "medarbetare", "jonna.vretmark")]
    actions.hold_reading(
        unit,
        user=chef,
        documents=_documents([DEVIATIONS]),
        people=present,
        held_on=today - timedelta(days=14),
        note="Vi rapporterade en avvikelse tillsammans från telefonen.",
        form_key=MEETING,
    )
    said = {
        PROTECTION: (
            "Vi skriver klockslaget för bedömningen i akten, samma dag.",
            "När är det svårt att hinna, och vad gör vi då?",
        ),
        PHONE: ("Lathunden ligger vid telefonen i mottagningen.", ""),
    }
    for document in _documents(said):
        changes, question = said[document.title]
        actions.put_on_list(document, unit=unit, user=ombud, changes=changes, question=question)


def _introduction(unit: Unit, today: date) -> None:
    """A package for the department's employees, and the newcomer midway in it."""
    package = IntroductionPackage.objects.create(
        title=PACKAGE, role=Role.EMPLOYEE, unit=unit.parent, created_by=_person("samordnare")
    )
    for position, (stage, title, text) in enumerate(ITEMS, 1):
        document = next(iter(_documents([title])), None) if title else None
        if text or document:
            PackageItem.objects.create(
                package=package, stage=stage, position=position, document=document, text=text
            )
    process = Process.objects.filter(slug="barn-och-unga").first()
    if process is not None:
        PackageItem.objects.create(package=package, stage=Stage.WEEK_1, position=99, process=process)
    actions.make_plans(today)
    for plan in Introduction.objects.filter(package=package, user__email__startswith=f"{NEW_LOGIN}@"):
        mentored = actions.choose_mentor(plan, user=_person("chef"), mentor=_person("jonna.vretmark"))
        _tick(mentored)


def _tick(plan: Introduction) -> None:
    """The first day and most of the first week are done."""
    items = list(plan.package.items.filter(stage__in=[Stage.DAY_1, Stage.WEEK_1]).order_by("position"))
    for item in items[:4]:
        actions.tick(plan, item, user=plan.mentor if item.is_practical else plan.user)


def _stand(unit: Unit) -> None:
    """The ombud has judged some; the rest waits."""
    ombud = _person("ombud")
    rows = stands.unjudged(ombud, unit.pk).filter(owner_unit__in=[unit.pk, unit.parent_id])
    for number, document in enumerate(rows.order_by(Swedish("title"), "pk")[:6]):
        applies = number != 2
        actions.take_stand(
            unit,
            document,
            user=ombud,
            applies=applies,
            reason="" if applies else "Vi utreder inte, det gör utredningsenheterna.",
            has_seen=applies and number % 2 == 0,
        )
