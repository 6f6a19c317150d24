"""One person per role in a small organisation, made in few statements because most tests ask for it.

nämnden > förvaltningen > avdelning_a > mottagningen (chef, ombud, medarbetare), utredningen (the neighbours)
                        > avdelning_b > hemtjänsten (ersättaren), utföraren (the private provider)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client

from kvalitet import trees
from kvalitet.organisation.enums import Law, Role, UnitKind
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from tests.factories import PASSWORD_HASH, days

ANONYMOUS = "anonym"
ClientFor = Callable[[str], Client]

# Who -> name, and their roles as (role, attribute of Units).
PEOPLE: dict[str, tuple[str, tuple[tuple[Role, str], ...]]] = {
    "samordnare": ("Ylva Samordnare", ((Role.COORDINATOR, "board"), (Role.EMPLOYEE, "administration"))),
    "styrgrupp": ("Torvald Styrgrupp", ((Role.STEERING_GROUP, "board"),)),
    "processhandledare": (
        "Malin Handledare",
        ((Role.FACILITATOR, "board"), (Role.EMPLOYEE, "administration")),
    ),
    "processagare": ("Henrika Ägare", ((Role.EMPLOYEE, "department"),)),
    "chef": ("Jorid Chef", ((Role.MANAGER, "home"),)),
    "avdelningschef": ("Birger Avdelningschef", ((Role.MANAGER, "department"),)),
    "grannchef": ("Nadja Grannchef", ((Role.MANAGER, "neighbour"),)),
    "handlaggare": ("Jonna Handläggare", ((Role.CASE_WORKER, "home"), (Role.EMPLOYEE, "home"))),
    "ombud": ("Elis Ombud", ((Role.REPRESENTATIVE, "home"), (Role.EMPLOYEE, "home"))),
    "grann_ombud": ("Wilma Ombud", ((Role.REPRESENTATIVE, "neighbour"), (Role.EMPLOYEE, "neighbour"))),
    "medarbetare": ("Tindra Medarbetare", ((Role.EMPLOYEE, "home"),)),
    "grannmedarbetare": ("Lukas Granne", ((Role.EMPLOYEE, "neighbour"),)),
    "lexansvarig": ("Ragna Lex", ((Role.LEX_SARAH_OFFICER, "administration"),)),
    "mas": ("Viveka Mas", ((Role.MAS, "administration"),)),
    "namnd": ("Olof Ledamot", ((Role.BOARD, "board"),)),
    "registrator": ("Saga Registrator", ((Role.REGISTRAR, "board"),)),
    "avtalsansvarig": ("Vidar Avtal", ((Role.CONTRACT_MANAGER, "provider"),)),
    "utforare": ("Petter Utförare", ((Role.PROVIDER_CONTACT, "provider"),)),
    "ersattare": ("Milla Ersättare", ((Role.EMPLOYEE, "other"),)),
    "admin": ("Sixten Admin", ((Role.ADMIN, "board"), (Role.EMPLOYEE, "administration"))),
    "utan_roll": ("Nils Utanroll", ()),
}
WHO = (*PEOPLE, ANONYMOUS)


@dataclass(frozen=True)
class Units:
    board: Unit
    administration: Unit
    department: Unit
    home: Unit
    neighbour: Unit
    other_department: Unit
    other: Unit
    provider: Unit


class Cast:
    """``cast.chef`` or ``cast["chef"]`` is the user; ``cast.units.home`` the unit of chef, ombud,
    medarbetare.

    ``ersattare`` stands in for ``chef`` today; ``utan_roll`` may log in and nothing else.
    """

    def __init__(self, units: Units, people: dict[str, User]) -> None:
        self.units = units
        self.people = people

    def __getattr__(self, who: str) -> User:
        try:
            return self.__dict__["people"][who]
        except KeyError:
            raise AttributeError(who) from None

    def __getitem__(self, who: str) -> User:
        return self.people[who]

    def __iter__(self) -> Iterator[str]:
        return iter(self.people)


def make_units() -> Units:
    board = trees.insert(_unit("Prövonämnden", UnitKind.BOARD, Law.NONE))
    (administration,) = trees.insert_children(
        board, [_unit("Prövoförvaltningen", UnitKind.ADMINISTRATION, Law.NONE)]
    )
    department, other_department = trees.insert_children(
        administration,
        [
            _unit("Avdelning A", UnitKind.DEPARTMENT, Law.SOL),
            _unit("Avdelning B", UnitKind.DEPARTMENT, Law.SOL),
        ],
    )
    home, neighbour = trees.insert_children(department, [_unit("Mottagningen"), _unit("Utredningen")])
    other, provider = trees.insert_children(
        other_department, [_unit("Hemtjänsten"), _unit("Utföraren AB", UnitKind.PROVIDER)]
    )
    units = Units(board, administration, department, home, neighbour, other_department, other, provider)
    for unit in vars(units).values():
        unit.refresh_from_db()
    return units


def _unit(name: str, kind: UnitKind = UnitKind.UNIT, law: Law = Law.SOL) -> Unit:
    slug = name.lower().translate(str.maketrans("åäö ", "aao-"))
    return Unit(name=name, slug=slug, kind=kind, law=law, mission=f"{name} finns för prövningens skull.")


def make_cast() -> Cast:
    units = make_units()
    system = User.objects.system()
    users = User.objects.bulk_create(
        User(name=name, email=f"{who}@test.invalid", password=PASSWORD_HASH)
        for who, (name, _) in PEOPLE.items()
    )
    people = dict(zip(PEOPLE, users, strict=True))
    RoleAssignment.objects.bulk_create(
        _assignment(people[who], role, getattr(units, place), system)
        for who, (_, roles) in PEOPLE.items()
        for role, place in roles
    )
    Absence.objects.create(
        user=people["chef"],
        substitute=people["ersattare"],
        first_day=days(0),
        last_day=days(7),
        created_by=people["chef"],
    )
    return Cast(units, people)


def _assignment(user: User, role: Role, unit: Unit, system: User) -> RoleAssignment:
    values: dict[str, Any] = {"is_main_recipient": role == Role.MANAGER}
    return RoleAssignment(user=user, role=role, unit=unit, valid_from=days(-365), created_by=system, **values)
