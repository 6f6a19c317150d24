"""A case with the rows that its page tells of, as columns of its own row: one query reads them all.

Jäv and the line are read at once for all cases of the same event, since the page asks of each who sees it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from improvement import access, clocks, kin, permissions
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
from kvalitet.organisation.models import Denial
from kvalitet.rows import rebuilt, whole

RELATED = (
    *("unit", "category", "process__parent__parent", "routine__document", "matrix"),
    *("reported_by", "received_by", "investigated_by", "answered_by", "closed_by"),
    *("part_of__unit", "part__unit", "merged_into__unit"),
    *("part_of__process", "part__process", "merged_into__process"),
    *("merged_into__part", "merged_into__part_of"),
)


def cases(reader: Any) -> Any:
    """For ``unpack``, with what ``reader`` has opened lately of each and of what goes on in it."""
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
    workers = DeviationUserPermission.objects.filter(content_object=case).select_related("user")
    denials = circles.denials().filter(same_event | here).select_related("user")
    return clocks.with_clocks(Deviation.objects.select_related(*RELATED)).annotate(
        has_merged=Exists(Deviation.objects.filter(merged_into=case).order_by()),
        has_merged_in_part=Exists(Deviation.objects.filter(goes_on_in_part).order_by()),
        was_suspected=Exists(DeviationTransition.objects.filter(obj=case, name="suspect").order_by()),
        told_files=_column(Attachment.objects.filter(files)),
        told_causes=_column(Cause.objects.standing().filter(deviation=case)),
        told_exchanges=_column(exchanges.filter(deviation=case)),
        told_workers=_column(workers.order_by("pk")),
        opened_lately=ArraySubquery(access.lately(reader).filter(here).order_by().values("object_id")),
        told_denials=_column(denials.order_by("pk")),
    )


def _column(rows: QuerySet[Any]) -> ArraySubquery:
    return ArraySubquery(whole(rows))


def seen(user: Any, pks: Iterable[int]) -> list[Deviation]:
    """Those of ``pks`` that exist for ``user``, by the rule of one case: the filter of lists asks more."""
    found = list(cases(user).filter(pk__in=pks))
    unpack(*found)
    return [case for case in found if permissions.may_see(user, case)]


def unpack(*of: Any) -> None:
    """Give the cases, and those of the same event, what ``cases`` read, where they look for it."""
    near = [one for case in of for one in _event(case)]
    chains = line.chains({one.unit_id for one in near if one.unit_id})
    for one in near:
        vars(one).update(_chain=chains.get(one.unit_id, []), _chain_of=one.unit_id)


def _event(case: Any) -> list[Any]:
    """The case with its rows, and the others of the same event, all with those who are jäviga in them."""
    vars(case).update(
        _attachments=[rebuilt(Attachment, one) for one in case.told_files],
        _causes_now=[rebuilt(Cause, one) for one in case.told_causes],
        _exchanges_now=[rebuilt(Exchange, one) for one in case.told_exchanges],
        _workers=[rebuilt(DeviationUserPermission, one, ["user"]) for one in case.told_workers],
    )
    barred = defaultdict(list)
    for row in (rebuilt(Denial, one, ["user"]) for one in case.told_denials):
        barred[row.object_id].append(row)
    merged, part = kin.merged_here(case), kin.other_part(case)
    for one in merged:
        vars(one)["has_merged"] = False  # no chains
    if part is not None:
        vars(part)["has_merged"] = case.has_merged_in_part
    event = [case, *kin.same_event(case), *merged]
    for one in event:
        vars(one)["_barred"] = barred[one.pk]
    return event
