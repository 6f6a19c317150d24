"""Loads Norrvik's units, people, roles and absences from organisation.toml; what is there already is kept."""

import tomllib
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from kvalitet import history, trees
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User

FILE = Path(__file__).parent / "organisation.toml"
DOMAIN = "demo.invalid"
PASSWORD = "demo"  # noqa: S105 (known to everyone, which is why the command refuses outside development)

Rows = list[dict[str, Any]]


@transaction.atomic
def load(say: Callable[[str], object]) -> None:
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    system = User.objects.system()
    with history.acting_as(system, why="Demoinnehåll"):
        units = _units(content["unit"])
        people = _people(content["user"])
        roles = _roles(content["user"], people, units, system)
        absences = _absences(content["absence"], people)
    say(f"Organisation: {len(units)} enheter, {len(people)} personer, {roles} nya roller, {absences} borta")


def _units(rows: Rows) -> dict[str, Unit]:
    """The tree, all children of one parent at a time; parents stand before their children in the file."""
    units = {one.slug: one for one in Unit.objects.all()}
    missing = [row for row in rows if row["slug"] not in units]
    places = {row["slug"]: number for number, row in enumerate(rows)}
    missing.sort(key=lambda row: (places.get(row.get("parent", ""), -1), places[row["slug"]]))
    for parent, siblings in groupby(missing, key=lambda row: row.get("parent", "")):
        made = _insert([_unit(row) for row in siblings], units.get(parent))
        units |= {one.slug: one for one in made}
    for row in missing:
        if row.get("successor"):
            Unit.objects.filter(slug=row["slug"]).update(successor=units[row["successor"]])
    return units


def _insert(nodes: list[Unit], parent: Unit | None) -> list[Unit]:
    if parent is not None:
        return trees.insert_children(parent, nodes)
    return [trees.insert(node) for node in nodes]


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(
        slug=row["slug"],
        name=row["name"],
        kind=row["kind"],
        law=row["law"],
        mission=row.get("uppdrag", ""),
        contact_email=row.get("email", ""),
        dnr_pattern=row.get("dnr_pattern", ""),
        contact_phone=row.get("phone", ""),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )


def _people(rows: Rows) -> dict[str, User]:
    addresses = {row["login"]: f"{row['login']}@{DOMAIN}" for row in rows}
    known = set(User.objects.filter(email__in=addresses.values()).values_list("email", flat=True))
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(email=addresses[row["login"]], name=row["name"], title=row.get("title", ""), password=password)
        for row in rows
        if addresses[row["login"]] not in known
    )
    people = User.objects.filter(email__in=addresses.values())
    return {one.email.removesuffix(f"@{DOMAIN}"): one for one in people}


def _roles(rows: Rows, people: dict[str, User], units: dict[str, Unit], system: User) -> int:
    wanted = [
        RoleAssignment(
            user=people[row["login"]],
            role=role["role"],
            unit=units[role["unit"]],
            valid_from=role["from"],
            valid_to=role.get("to"),
            is_main_recipient=role.get("main", False),
            is_acting=role.get("acting", False),
            created_by=system,
        )
        for row in rows
        for role in row.get("role", ())
    ]
    return _create_missing(RoleAssignment, wanted, ("user_id", "role", "unit_id"))


def _absences(rows: Rows, people: dict[str, User]) -> int:
    wanted = [
        Absence(
            user=people[row["login"]],
            substitute=people[row["substitute"]],
            first_day=row["from"],
            last_day=row["to"],
            created_by=people[row["login"]],
        )
        for row in rows
    ]
    return _create_missing(Absence, wanted, ("user_id", "substitute_id"))


def _create_missing(model: type[Any], wanted: Iterable[Any], key: tuple[str, ...]) -> int:
    """Create those whose ``key`` nobody has; one that was ended or moved by hand stays as it is."""
    known = set(model.objects.values_list(*key))
    missing = [one for one in wanted if tuple(getattr(one, name) for name in key) not in known]
    model.objects.bulk_create(missing)
    return len(missing)
