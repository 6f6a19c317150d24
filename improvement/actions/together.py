"""Cases about the same event, kept in step: answered together, suspected together, locked in one order."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from improvement import kin, notices
from improvement.actions.writes import restored
from improvement.enums import DeviationStatus, Suspicion
from improvement.models import Deviation
from improvement.workflow import SUSPICION


def lock_all(deviation: Deviation, *others: Deviation | None) -> None:
    """Lock the case with those of its event and ``others``, by number: two never wait for one another."""
    ids = sorted(kin.event_ids(deviation, *(one for one in others if one is not None)))
    # What was tied to them since is locked too.
    near = Q(pk__in=ids) | Q(part_of__in=ids) | Q(merged_into__in=ids)
    list(Deviation.objects.filter(near).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def answer_merged(deviation: Deviation, *, user: Any) -> None:
    """Those who reported what is merged here get the answer on the same day."""
    for one in kin.merged_here(deviation):
        one.answer, one.answered_at, one.answered_by = deviation.answer, timezone.now(), user
        one.save()
        notices.tell_answered(one, user=user)


def suspect_all(deviation: Deviation, *, user: Any, comment: str) -> None:
    """A suspicion is of the event: the other part is suspected, and what was merged here stands by itself."""
    part = kin.other_part(deviation)
    if part is not None and part.is_open and part.suspicion in (Suspicion.NONE, Suspicion.RETURNED):
        SUSPICION.change_status(part, "suspect", user=user, comment=comment)
    merged_there = kin.merged_here(part) if part is not None else []
    for one in [*kin.merged_here(deviation), *merged_there]:
        values = {**restored(one), "status": DeviationStatus.REPORTED}
        apart = SUSPICION.change_status(one, "suspect", user=user, comment=comment, values=values)
        notices.tell_back(apart, user=user)
