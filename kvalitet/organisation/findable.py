"""Units in the search, and how the search learns who is looking."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from kvalitet import registries
from kvalitet.organisation import enums, grants
from kvalitet.organisation.models import Unit
from kvalitet.organisation.permissions import Permission
from kvalitet.search import Audience, EntryData, Kind, Reader, kinds


def _entries(ids: Sequence[int]) -> Iterator[EntryData]:
    for unit in Unit.objects.filter(pk__in=ids).select_related("parent"):
        yield EntryData(
            object_id=unit.pk,
            url=unit.get_absolute_url(),
            title=unit.name,
            audience=Audience.PUBLIC,
            body=unit.mission,
            keywords=f"{unit.get_kind_display()} {unit.get_law_display()}",
            meta=unit.parent.name if unit.parent else unit.get_kind_display(),
            status="" if unit.is_open else "Upphörd",
            home_id=unit.pk,
        )


UNIT = Kind(
    name="unit",
    label="Enheter",
    model_label="organisation.unit",
    entries=_entries,
    all_ids=lambda: Unit.objects.values_list("pk", flat=True),
    order=30,
)


def reader_for(user: Any) -> Reader:
    """What ``user`` may find: by rank, by units whose own things they read, by processes they work on."""
    denied, named = _denied(user), not getattr(user, "is_unconfirmed", False)
    if grants.audience(user) < enums.Audience.INTERNAL:
        return Reader(rank=Audience.PUBLIC, user_id=_by_name(user), denied=denied, sees_named=named)
    scope = grants.scope(user, Permission.READ_UNIT)
    units = Unit.objects.values_list("pk", flat=True) if scope.everywhere else scope.unit_ids
    processes = chain.from_iterable(ids(user) for ids in registries.drafted_processes)
    return Reader(
        rank=Audience.STAFF,
        user_id=user.pk,
        unit_ids=sorted(units),
        process_ids=sorted(set(processes)),
        denied=denied,
        sees_named=named,
    )


def _by_name(user: Any) -> int | None:
    """Whom entries may name: not who has left, though an entry made before then still does."""
    known = grants.rights(user)
    return user.pk if known and (grants.roles(user) or json.loads(known.exceptions)) else None


def _denied(user: Any) -> list[str]:
    """What jäv keeps from ``user``, as the search names it."""
    names = {kind.model_label: kind.name for kind in kinds()}
    found = [(ContentType.objects.get_for_id(type_id), pk) for type_id, pk in grants.denials(user)]
    labels = [(f"{one.app_label}.{one.model}", pk) for one, pk in found]
    return [f"{names[label]}:{pk}" for label, pk in labels if label in names]


def unit_choices(user: Any) -> list[tuple[int, str]]:
    """The open units to choose among, in the order of the tree."""
    rows = Unit.objects.on(timezone.localdate()).in_tree_order()
    return [(unit.pk, "\u2003" * unit.level + unit.name) for unit in rows]


def units_under(unit_id: int) -> list[int]:
    """The unit and every unit below it; just itself when there is none with that id."""
    unit = Unit.objects.filter(pk=unit_id).first()
    return list(unit.get_descendants(include_self=True).values_list("pk", flat=True)) if unit else [unit_id]


def unit_names_with(words: Sequence[str]) -> list[str]:
    """Names of units that hold any of the words: they are no names of people. One query."""
    where = "|".join(re.escape(word) for word in words)
    return list(Unit.objects.filter(name__iregex=where).values_list("name", flat=True)[:500])
