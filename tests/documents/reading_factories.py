"""Requirements, meetings, packages and plans for the tests."""

import uuid
from datetime import timedelta
from typing import Any

from documents import actions
from documents.enums import Stage
from documents.models import (
    Document,
    GroupReading,
    Introduction,
    IntroductionPackage,
    PackageItem,
    ReceiptRequirement,
)
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from tests.cast import Cast
from tests.factories import days


def ask(
    cast: Cast, document: Document, *, role: str = Role.EMPLOYEE, unit: Unit | None = None, **values: Any
) -> ReceiptRequirement:
    """Employees of the home unit are asked from ten days ago."""
    values = {"days": 14, "valid_from": days(-10), **values}
    return ReceiptRequirement.objects.create(
        document=document, role=role, unit=unit or cast.units.home, created_by=cast.ombud, **values
    )


def hold(cast: Cast, documents: list[Document], people: list[User], **values: Any) -> GroupReading:
    values = {"user": cast.chef, "held_on": days(0), "form_key": uuid.uuid4(), **values}
    return actions.hold_reading(
        values.pop("unit", cast.units.home), documents=documents, people=[one.pk for one in people], **values
    )


def begin(cast: Cast, person: User, ago: int = 5, unit: Unit | None = None) -> RoleAssignment:
    """``person`` is employed in the unit since ``ago`` days."""
    return RoleAssignment.objects.create(
        user=person,
        role=Role.EMPLOYEE,
        unit=unit or cast.units.home,
        valid_from=days(0) - timedelta(days=ago),
        created_by=User.objects.system(),
    )


def make_package(cast: Cast, *documents: Document, text: str = "Få nycklar") -> IntroductionPackage:
    package = IntroductionPackage.objects.create(
        title="Ny på mottagningen", role=Role.EMPLOYEE, unit=cast.units.home, created_by=cast.chef
    )
    if text:
        PackageItem.objects.create(package=package, stage=Stage.DAY_1, text=text)
    for document in documents:
        PackageItem.objects.create(package=package, stage=Stage.WEEK_1, document=document)
    return package


def make_plan(package: IntroductionPackage, person: User, cast: Cast, ago: int = 5) -> Introduction:
    return Introduction.objects.create(
        user=person,
        package=package,
        unit=cast.units.home,
        started_on=days(-ago),
        mentor=cast.handlaggare,
    )
