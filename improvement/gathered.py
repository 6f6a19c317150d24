"""A case with the rows that its page tells of, as columns of its own row: one query reads them all.

Jäv and the line are read at once for all cases of the same event, since the page asks of each who sees it.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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
from kvalitet.organisation.models import Denial, User
from kvalitet.rows import rebuilt, whole

RELATED = ("unit", "category", "process__parent__parent", "routine__document", "matrix")
PEOPLE = ("reported_by", "received_by", "investigated_by", "answered_by", "closed_by")
NEAR = ("unit", "process")


def cases(reader: Any) -> Any:
    """For ``unpack``, with what ``reader`` has opened lately of each and of what goes on in it."""
    opened = access.lately(reader).filter(_here()).order_by().values("object_id")
    return _told().annotate(opened_lately=ArraySubquery(opened))


def _here() -> Q:
    """Rows about the case or what hangs on it."""
    case = OuterRef("pk")
    others = Deviation.objects.filter(Q(part_of=OuterRef(case)) | Q(merged_into=OuterRef(case))).order_by()
    return Q(object_id=case) | Q(object_id__in=others.values("pk"))


@cache
def _told() -> Any:
    """Built once: to put the query together takes longer than to run it. It holds nothing of today or of
    who asks.
    """
    case = OuterRef("pk")
    same_event = _here()
    for one in ("part_of", "merged_into", "merged_into__part_of", "merged_into__part"):
        same_event |= Q(object_id=OuterRef(one))
    files = Q(deviation=case) | Q(deviation=OuterRef("part_of")) | Q(deviation__part_of=case)
    files |= Q(deviation__merged_into=case) | Q(deviation__part__merged_into=case)
    goes_on_in_part = Q(merged_into=OuterRef("part_of")) | Q(merged_into__part_of=case)
    exchanges = Exchange.objects.exclude(status=ExchangeStatus.DROPPED)
    workers = DeviationUserPermission.objects.filter(content_object=case).select_related("user")
    denials = circles.denials().filter(same_event).select_related("user")
    return clocks.with_clocks(Deviation.objects.select_related(*RELATED)).annotate(
        has_merged=Exists(Deviation.objects.filter(merged_into=case).order_by()),
        has_merged_in_part=Exists(Deviation.objects.filter(goes_on_in_part).order_by()),
        was_suspected=Exists(DeviationTransition.objects.filter(obj=case, name="suspect").order_by()),
        told_files=_column(Attachment.objects.filter(files)),
        told_causes=_column(Cause.objects.standing().filter(deviation=case)),
        told_exchanges=_column(exchanges.filter(deviation=case)),
        told_workers=_column(workers.order_by("pk")),
        told_denials=_column(denials.order_by("pk")),
        told_near=_column(_near(case)),
        told_people=_column(User.objects.order_by().filter(pk__in=[OuterRef(one) for one in PEOPLE])),
    )


def _near(case: OuterRef) -> Any:
    """The other part of a case, the case it goes on in and that one's other part: joined to it they would be
    most of its columns, which take longer to name than to read.
    """
    rows, onward = Deviation.objects.order_by(), OuterRef("merged_into")
    near = Q(pk=OuterRef("part_of")) | Q(part_of=case) | Q(pk=onward) | Q(part_of=onward)
    near |= Q(pk=Subquery(rows.filter(pk=OuterRef(onward)).values("part_of")))
    return rows.filter(near).select_related(*NEAR)


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


def _tie(case: Any, near: list[Any]) -> None:
    """Lets each of the cases find the others as if they had been joined."""
    known = {one.pk: one for one in (case, *near)}
    parts = {one.part_of_id: one for one in known.values() if one.part_of_id}
    meta: Any = Deviation._meta
    part_of, part, merged_into = map(meta.get_field, ("part_of", "part", "merged_into"))
    for one in known.values():
        part.set_cached_value(one, parts.get(one.pk))
        for field, pk in ((part_of, one.part_of_id), (merged_into, one.merged_into_id)):
            if pk in known:
                field.set_cached_value(one, known[pk])


def _event(case: Any) -> list[Any]:
    """The case with its rows, and the others of the same event, all with those who are jäviga in them."""
    vars(case).update(
        _attachments=[rebuilt(Attachment, one) for one in case.told_files],
        _causes_now=[rebuilt(Cause, one) for one in case.told_causes],
        _exchanges_now=[rebuilt(Exchange, one) for one in case.told_exchanges],
        _workers=[rebuilt(DeviationUserPermission, one, ["user"]) for one in case.told_workers],
    )
    people = {one.pk: one for one in (rebuilt(User, told) for told in case.told_people)}
    for field in map(case._meta.get_field, PEOPLE):
        if (pk := getattr(case, field.attname)) is not None:
            field.set_cached_value(case, people[pk])
    _tie(case, [rebuilt(Deviation, one, NEAR) for one in case.told_near])
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
