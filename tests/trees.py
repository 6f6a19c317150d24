"""Whether the numbers of an mptt tree say what its parents say."""

from typing import Any


def problems(model: Any) -> list[str]:
    """What is wrong with the numbers of the tree, in words."""
    found = []
    rows = list(model.objects.order_by("tree_id", "lft"))
    by_pk = {one.pk: one for one in rows}
    for one in rows:
        above = by_pk.get(one.parent_id)
        if above and not (above.tree_id == one.tree_id and above.lft < one.lft and one.rght < above.rght):
            found.append(f"{one} is not inside {above}")
        if one.level != (above.level + 1 if above else 0):
            found.append(f"{one} has the wrong level")
    for tree in {one.tree_id for one in rows}:
        inside = [one for one in rows if one.tree_id == tree]
        if sum(one.parent_id is None for one in inside) != 1:
            found.append(f"tree {tree} has not one root")
        if sorted(edge for one in inside for edge in (one.lft, one.rght)) != list(
            range(1, 2 * len(inside) + 1)
        ):
            found.append(f"the edges of tree {tree} are not 1 to {2 * len(inside)}")
    return found
