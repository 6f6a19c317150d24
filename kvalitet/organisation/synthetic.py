"""Units, people and roles in bulk, for ``loaddata_synthetic``."""

from datetime import UTC, date, datetime

from kvalitet import bulk, trees
from kvalitet.organisation.enums import Law, Role, UnitKind
from kvalitet.organisation.models import RoleAssignment, Unit, User

DOMAIN = "syntet.invalid"
SINCE = date(2020, 1, 1)
BEGUN = datetime(2020, 1, 1, 9, tzinfo=UTC)
DEPARTMENTS, UNITS_EACH = 6, 10
KINDS = (UnitKind.BOARD, UnitKind.ADMINISTRATION, UnitKind.DEPARTMENT, UnitKind.UNIT)
LAWS = (Law.SOL, Law.SOL, Law.SOL, Law.LSS, Law.HSL, Law.SOL)


def load(run: bulk.Load) -> None:
    if not any(run.amounts.values()):
        return
    if not Unit.objects.exists():
        _units(run)
    if run.amounts["users"]:
        _people(run, run.amounts["users"])


def _units(run: bulk.Load) -> None:
    department = [2, *[3] * UNITS_EACH]
    nodes = bulk.forest([0, 1, *department * DEPARTMENTS])
    with trees.locked(Unit):
        ids, first = run.ids(Unit, len(nodes)), bulk.next_tree(Unit)
        run.insert(
            Unit,
            (
                {
                    "id": pk,
                    "name": f"{KINDS[node.level].label} {number}: {run.title(1)}",
                    "slug": f"syntet-{number}",
                    "kind": KINDS[node.level],
                    "law": LAWS[number // (UNITS_EACH + 1) % len(LAWS)] if node.level > 1 else Law.SOL,
                    "valid_from": SINCE,
                    **bulk.place(node, ids, first),
                }
                for number, (pk, node) in enumerate(zip(ids, nodes, strict=True), start=1)
            ),
            notes={"unit": "id"},
        )


def _people(run: bulk.Load, count: int) -> None:
    """The first in each unit that has none is its manager."""
    there = User.objects.filter(email__endswith=f"@{DOMAIN}").count()
    ids = run.ids(User, count)
    run.insert(
        User,
        (
            {
                "id": pk,
                "email": f"person-{there + number}@{DOMAIN}",
                "name": run.title(1) + " " + run.title(1),
                "title": run.title(1),
                "password": "!",
                "date_joined": BEGUN,
            }
            for number, pk in enumerate(ids, start=1)
        ),
    )
    units = list(Unit.objects.filter(valid_to=None).exclude(kind=UnitKind.PROVIDER).order_by("pk"))
    led = set(RoleAssignment.objects.filter(role=Role.MANAGER).values_list("unit", flat=True))
    to_lead = [unit.pk for unit in units if unit.pk not in led]
    places = [(pk, True) for pk in to_lead]
    places += [(run.rng.choice(units).pk, False) for _ in range(max(0, count - len(to_lead)))]
    system = User.objects.system()
    run.insert(
        RoleAssignment,
        (
            {
                "user_id": pk,
                "unit_id": unit_id,
                "role": Role.MANAGER if leads else Role.EMPLOYEE,
                "is_main_recipient": leads,
                "valid_from": SINCE,
                "created_by_id": system.pk,
                "created_at": BEGUN,
            }
            for pk, (unit_id, leads) in zip(ids, places, strict=False)
        ),
    )


def people() -> list[int]:
    """Ids of those who have a role, or of the system where nobody has; for the other apps' loaders."""
    found = RoleAssignment.objects.filter(valid_to=None, user__is_active=True).exclude(
        role=Role.PROVIDER_CONTACT
    )
    ids = list(found.order_by("user").values_list("user", flat=True).distinct())
    return ids if len(ids) > 1 else [*ids, User.objects.system().pk]
