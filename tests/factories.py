"""Makes the rows that tests start from. Nodes of a tree go through ``kvalitet.trees``, as everywhere."""

from datetime import date, timedelta
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.text import slugify
from factory.django import DjangoModelFactory

from kvalitet import trees
from kvalitet.organisation.enums import Law, Role, UnitKind
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User

PASSWORD = "ett-långt-lösenord"
PASSWORD_HASH = make_password(PASSWORD, hasher="md5")


def days(count: int) -> date:
    """Today, that many days later (or earlier)."""
    return timezone.localdate() + timedelta(days=count)


def dated(values: dict[str, Any]) -> dict[str, Any]:
    """What a form is sent, with the day itself where a table says how many days ahead it is."""
    return {name: days(value) if isinstance(value, int) else value for name, value in values.items()}


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Person Nummer{n}")
    email = factory.Sequence(lambda n: f"person{n}@test.invalid")
    password = PASSWORD_HASH

    class Params:
        inactive = factory.Trait(is_active=False)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Enhet {n}")
    slug = factory.LazyAttribute(lambda unit: slugify(unit.name))
    kind = UnitKind.UNIT
    law = Law.SOL
    parent = None

    class Params:
        department = factory.Trait(kind=UnitKind.DEPARTMENT)
        provider = factory.Trait(kind=UnitKind.PROVIDER)
        outside = factory.Trait(law=Law.SCHOOL)
        closed = factory.Trait(valid_to=factory.LazyFunction(lambda: days(-1)))

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, parent: Unit | None = None, **values: Any) -> Unit:
        return trees.insert(model_class(**values), parent=parent)


class RoleAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.EMPLOYEE
    valid_from = factory.LazyFunction(lambda: days(-365))
    created_by = factory.LazyFunction(User.objects.system)

    class Params:
        ended = factory.Trait(valid_to=factory.LazyFunction(lambda: days(-1)))
        coming = factory.Trait(valid_from=factory.LazyFunction(lambda: days(30)))
        manager = factory.Trait(role=Role.MANAGER, is_main_recipient=True)
        representative = factory.Trait(role=Role.REPRESENTATIVE)
        coordinator = factory.Trait(role=Role.COORDINATOR)
        admin = factory.Trait(role=Role.ADMIN)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory)
    substitute = factory.SubFactory(UserFactory)
    first_day = factory.LazyFunction(lambda: days(0))
    last_day = factory.LazyFunction(lambda: days(7))
    created_by = factory.SelfAttribute("user")
