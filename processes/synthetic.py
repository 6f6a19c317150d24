"""Processes in three levels in bulk, with the units that follow them, for ``loaddata_synthetic``."""

from itertools import cycle, islice

from kvalitet import bulk, trees
from kvalitet.organisation.models import Unit
from kvalitet.organisation.synthetic import SINCE, people
from processes.enums import ProcessKind, ProcessState, Visibility
from processes.models import Process, ProcessUnit

BRANCHES, LEAVES = 7, 10
TREE = [0, *[1, *[2] * LEAVES] * BRANCHES]
KINDS = (ProcessKind.MAIN, ProcessKind.STEERING, ProcessKind.SUPPORT)


def load(run: bulk.Load) -> None:
    count = run.amounts["processes"]
    if not count:
        return
    nodes, owners = bulk.forest(list(islice(cycle(TREE), count))), people()
    with trees.locked(Process):
        ids, first = run.ids(Process, count), bulk.next_tree(Process)
        there = Process.objects.filter(slug__startswith="syntet-").count()
        roots = Process.objects.filter(parent=None).count()
        run.insert(
            Process,
            (
                {
                    "id": pk,
                    "title": run.title(2),
                    "slug": f"syntet-{there + number}",
                    "kind": "" if node.level else KINDS[node.tree % len(KINDS)],
                    "state": ProcessState.ACTIVE,
                    "visibility": run.rng.choice((Visibility.PUBLIC, Visibility.INTERNAL)),
                    "owner_id": None if node.level else run.rng.choice(owners),
                    "element_id": f"steg_{node.position}" if node.level else "",
                    "description": run.text(2),
                    "function": run.title(1) if node.level else "",
                    **bulk.place(node, ids, first, roots),
                }
                for number, (pk, node) in enumerate(zip(ids, nodes, strict=True), start=1)
            ),
            notes={"process": "id"},
        )
    units = list(Unit.objects.filter(valid_to=None).order_by("pk").values_list("pk", flat=True))
    run.insert(
        ProcessUnit,
        (
            {"process_id": pk, "unit_id": unit, "valid_from": SINCE}
            for pk, node in zip(ids, nodes, strict=True)
            if node.level < 2
            for unit in run.rng.sample(units, k=min(3, len(units)))
        ),
    )
