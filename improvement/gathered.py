"""A case with the rows that its page tells of, as columns of its own row: one query reads them all.

Jäv and the line are read at once for all cases of the same event, since the page asks of each who sees it.
"""

from collections import defaultdict
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from improvement import access, clocks, kin
from improvement.enums import ExchangeStatus
from improvement.models import (
    Attachment,
    Cause,
    Deviation,
    DeviationTransition,
    DeviationUserPermission,
    Exchange,
    circles,
)
from kvalitet.organisation import line
from kvalitet.organisation.models import Denial, User

# What is told of a person beside a row of theirs, in the model's order; the rest is read if it is asked for.
PERSON = ("id", "email", "name")


def with_rows(cases: Any, *, reader: Any) -> Any:
    """``cases`` for ``unpack``, and what ``reader`` has opened lately of each and of what goes on in it."""
    case = OuterRef("pk")
    same_event = Q(pk__in=[])
    for one in ("part_of", "merged_into", "merged_into__part_of", "merged_into__part"):
        same_event |= Q(object_id=OuterRef(one))
    others = Deviation.objects.filter(Q(part_of=OuterRef(case)) | Q(merged_into=OuterRef(case))).order_by()
    here = Q(object_id=case) | Q(object_id__in=others.values("pk"))
    files = Q(deviation=case) | Q(deviation=OuterRef("part_of")) | Q(deviation__part_of=case)
    files |= Q(deviation__merged_into=case) | Q(deviation__part__merged_into=case)
    goes_on_in_part = Q(merged_into=OuterRef("part_of")) | Q(merged_into__part_of=case)
    exchanges = Exchange.objects.exclude(status=ExchangeStatus.DROPPED)
    workers = DeviationUserPermission.objects.filter(content_object=case).order_by("pk")
    denials = circles.denials().filter(same_event | here)
    return clocks.with_clocks(cases).annotate(
        has_merged=Exists(Deviation.objects.filter(merged_into=case).order_by()),
        has_merged_in_part=Exists(Deviation.objects.filter(goes_on_in_part).order_by()),
        was_suspected=Exists(DeviationTransition.objects.filter(obj=case, name="suspect").order_by()),
        told_files=_column(Attachment.objects.filter(files)),
        told_causes=_column(Cause.objects.standing().filter(deviation=case)),
        told_exchanges=_column(exchanges.filter(deviation=case)),
        told_workers=_column(workers, "user"),
        opened_lately=ArraySubquery(access.lately(reader).filter(here).order_by().values("object_id")),
        told_denials=_column(denials.order_by("pk"), "user"),
    )


def _column(rows: QuerySet[Any], person: str = "") -> ArraySubquery:
    """Whole rows, each as JSON, with whom they are about."""
    told = {one.attname: one.attname for one in rows.model._meta.concrete_fields}
    if person:
        told |= {f"{person}.{name}": f"{person}__{name}" for name in PERSON}
    return ArraySubquery(rows.values(told=JSONObject(**told)))


def unpack(case: Any) -> None:
    """Give the case, and those of the same event, what ``with_rows`` read, where they look for it."""
    vars(case).update(
        _attachments=_rows(Attachment, case.told_files),
        _causes_now=_rows(Cause, case.told_causes),
        _exchanges_now=_rows(Exchange, case.told_exchanges),
        _workers=_rows(DeviationUserPermission, case.told_workers, "user"),
    )
    barred = defaultdict(list)
    for row in _rows(Denial, case.told_denials, "user"):
        barred[row.object_id].append(row)
    merged, part = kin.merged_here(case), kin.other_part(case)
    for one in merged:
        vars(one)["has_merged"] = False  # no chains
    if part is not None:
        vars(part)["has_merged"] = case.has_merged_in_part
    event = [case, *kin.same_event(case), *merged]
    chains = line.chains({one.unit_id for one in event if one.unit_id})
    for one in event:
        vars(one).update(_barred=barred[one.pk], _chain=chains.get(one.unit_id, []), _chain_of=one.unit_id)


def _rows(model: type[Model], column: list[Any], person: str = "") -> list[Any]:
    fields = model._meta.concrete_fields
    found = []
    for told in map(clocks.decoded, column):
        values = [one.to_python(told[one.attname]) for one in fields]
        row = model.from_db(DEFAULT_DB_ALIAS, [one.attname for one in fields], values)
        if person:
            known = [told[f"{person}.{name}"] for name in PERSON]
            setattr(row, person, User.from_db(DEFAULT_DB_ALIAS, PERSON, known))
        found.append(row)
    return found
