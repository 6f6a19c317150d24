"""One person per role in a small organisation, made in few statements because most tests ask for it.

nämnden > förvaltningen > avdelning_a > mottagningen (chef, ombud, medarbetare), utredningen (the neighbours)
                        > avdelning_b > hemtjänsten (ersättaren), utföraren (the private provider)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
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


# Where a unit stands: its attribute of Units, its parent, its two sides and its place among siblings.
TREE = (
    (("board", None, 1, 16, 1),),
    (("administration", "board", 2, 15, 1),),
    (("department", "administration", 3, 8, 1), ("other_department", "administration", 9, 14, 2)),
    (
        ("home", "department", 4, 5, 1),
        ("neighbour", "department", 6, 7, 2),
        ("other", "other_department", 10, 11, 1),
        ("provider", "other_department", 12, 13, 2),
    ),
)


def make_units() -> Units:
    """As ``trees.insert`` leaves them, in a statement a level: nearly every test pays for these."""
    made: dict[str, Unit] = {
        "board": _unit("Prövonämnden", UnitKind.BOARD, Law.NONE),
        "administration": _unit("Prövoförvaltningen", UnitKind.ADMINISTRATION, Law.NONE),
        "department": _unit("Avdelning A", UnitKind.DEPARTMENT, Law.SOL),
        "other_department": _unit("Avdelning B", UnitKind.DEPARTMENT, Law.SOL),
        "home": _unit("Mottagningen"),
        "neighbour": _unit("Utredningen"),
        "other": _unit("Hemtjänsten"),
        "provider": _unit("Utföraren AB", UnitKind.PROVIDER),
    }
    with trees.locked(Unit):
        tree_id = (Unit.objects.aggregate(last=Max("tree_id"))["last"] or 0) + 1
        for level, row in enumerate(TREE):
            for name, parent, lft, rght, position in row:
                unit = made[name]
                unit.parent = made[parent] if parent else None
                unit.tree_id, unit.level, unit.lft, unit.rght = tree_id, level, lft, rght
                unit.position = position
            Unit.objects.bulk_create(made[name] for name, *_ in row)
    return Units(**made)


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
