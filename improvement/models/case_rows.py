"""Which cases: those of a kind, and those that a person reaches."""

from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Q, When

from improvement.enums import NOT_COUNTED, OPEN_STATUSES
from improvement.models import circles
from kvalitet.organisation import grants


class DeviationQuerySet(models.QuerySet[Any]):
    def open(self) -> "DeviationQuerySet":
        """Cases that are not over."""
        return self.filter(status__in=OPEN_STATUSES)

    def counted(self) -> "DeviationQuerySet":
        """Cases of their own: what was no avvikelse, was merged or taken back only came in."""
        return self.exclude(status__in=NOT_COUNTED)

    def reported_by(self, user: Any) -> "DeviationQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(reported_by=user.pk, part_of=None).not_denied(user)

    def readable_by(self, user: Any) -> "DeviationQuerySet":
        """Cases that ``user`` reads whole by task: the circle, without those who only reported."""
        return self.filter(circles.readable(user)).not_denied(user)

    def received_by(self, user: Any) -> "DeviationQuerySet":
        """Cases that are ``user``'s to handle: as manager, as ersättare, in the kö, or handed over."""
        return self.filter(circles.received(user) | circles.handed_over(user)).not_denied(user)

    def watched_by(self, user: Any) -> "DeviationQuerySet":
        """Cases of which ``user`` sees who has opened them: those they receive, and those they judge."""
        return self.filter(circles.received(user) | circles.judged(user)).not_denied(user)

    def listed_for(self, user: Any) -> "DeviationQuerySet":
        """Cases that ``user`` sees in lists: those they read, and by summary those that the line reaches."""
        return self.filter(circles.readable(user) | circles.listed(user)).not_denied(user)

    def glimpsed_by(self, user: Any) -> "DeviationQuerySet":
        """The like of ``listed_for`` in fewer queries, for a few rows on another page."""
        return self.filter(circles.glimpsed(user)).not_denied(user)

    def visible_to(self, user: Any) -> "DeviationQuerySet":
        """Whatever ``user`` may open in some form; jäv is subtracted last."""
        if not user.is_authenticated:
            return self.none()
        own = Q(reported_by=user.pk, part_of=None)
        rows = self.filter(circles.readable(user) | circles.listed(user) | own)
        return rows.not_denied(user)

    def with_mine(self, user: Any) -> "DeviationQuerySet":
        """Each row with ``is_mine``: whether it is ``user``'s to handle. For rows that jäv is taken from."""
        mine = Q(circles.received(user) | circles.handed_over(user))
        return self.annotate(is_mine=Case(When(mine, then=True), default=False, output_field=BooleanField()))

    def not_denied(self, user: Any) -> "DeviationQuerySet":
        denied = grants.denied_ids(user, self.model)
        return self.exclude(pk__in=denied) if denied else self
