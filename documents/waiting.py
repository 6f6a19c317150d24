"""What of documents waits for a person besides the versions under work, all read in one query.

The first page of a manager can afford no more.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from documents.models import Document, Introduction
from documents.reading import asks as reading
from documents.reading import plans, stands
from documents.reading import rights as reading_rights
from documents.reading.asks import Ask
from kvalitet.organisation import grants, statements
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.permissions import Permission, is_employee
from kvalitet.rows import decoded
from processes.permissions import stands_for

AHEAD = timedelta(days=60)
MOST = 200
MOST_UNITS = 5


@dataclass(frozen=True)
class Review:
    """A document in force whose review is near or late."""

    document_id: int
    title: str
    unit_id: int
    unit: str
    responsible_id: int
    due: date

    @property
    def is_late(self) -> bool:
        return self.due < timezone.localdate()


@dataclass(frozen=True)
class Waiting:
    """``plans`` are of Introduction with what is left; ``judging`` units with how many documents."""

    reviews: list[Review]
    asks: list[Ask]
    plans: list[dict[str, Any]]
    judging: list[dict[str, Any]]


NOTHING = Waiting([], [], [], [])


def waiting(user: Any) -> Waiting:
    """Read once a user object."""
    if not is_employee(user):
        return NOTHING
    if not hasattr(user, "_documents_to_do"):
        user._documents_to_do = _read(user)
    found: Waiting = user._documents_to_do
    return found


def _read(user: Any) -> Waiting:
    ((reviews, asks, plans, units, *numbers),) = statements.rows(_columns, user)
    counts = dict(zip(_judged_by(user), numbers, strict=True))
    judging = [{**unit, "number": counts[unit["pk"]]} for unit in _decoded(units)]
    to_judge = [one for one in judging if one["number"]]
    return Waiting(_told(_decoded(reviews)), _asks(_decoded(asks)), _decoded(plans), to_judge)


def _decoded(rows: list[str] | None) -> list[dict[str, Any]]:
    """Null when Django knew that nothing could be found."""
    return [decoded(one) for one in rows or ()]


def _columns(user: Any) -> Any:
    asks = reading.unread(user).values(
        told=JSONObject(
            document="document_id",
            title="document__title",
            unit="document__owner_unit__name",
            number="number",
            minor="minor",
            due="due",
        )
    )
    units = _judged_by(user)
    names = Unit.objects.filter(pk__in=units).order_by("name")
    return User.objects.filter(pk=user.pk).values_list(
        ArraySubquery(_reviews(user)),
        ArraySubquery(asks),
        ArraySubquery(_plans(user)),
        ArraySubquery(names.values(told=JSONObject(pk="pk", slug="slug", name="name"))),
        *(stands.count_unjudged(user, pk) for pk in units),
    )


def _asks(rows: list[dict[str, Any]]) -> list[Ask]:
    """One a document, by the requirement that is due first."""
    found: dict[int, Ask] = {}
    for row in rows:
        label, due = f"{row['number']}.{row['minor']}", date.fromisoformat(row["due"])
        ask = Ask(row["document"], row["title"], label, row["unit"], due)
        found.setdefault(ask.document_id, ask)
    return list(found.values())


def _plans(user: Any) -> Any:
    """Open plans of one's own, and those one is mentor for, with what each has left."""
    left = plans.items_left().values(told=JSONObject(stage="stage", text="text"))
    rows = Introduction.objects.filter(Q(user=user.pk) | Q(mentor=user.pk), certificate=None)
    return rows.order_by("started_on").values(
        told=JSONObject(
            pk="pk", user="user_id", name="user__name", started_on="started_on", left=ArraySubquery(left)
        )
    )


def _judged_by(user: Any) -> list[int]:
    """The own units for which one takes a stand."""
    scope = grants.scope(user, reading_rights.ReadingPermission.JUDGE)
    return sorted(scope.unit_ids & grants.own_unit_ids(user))[:MOST_UNITS]


def led_by(user: Any) -> frozenset[int]:
    """Units that ``user`` leads without there being somebody nearer."""
    return grants.scope(user, Permission.LEAD_UNIT).unit_ids & grants.own_unit_ids(user)


def _reviews(user: Any) -> Any:
    """Documents in force: one's own whose review is near, and late ones of the units led."""
    today, led = timezone.localdate(), list(led_by(user))
    wanted = Q(responsible__in=list(stands_for(user)), next_review__lte=today + AHEAD)
    if led:
        wanted |= Q(owner_unit__in=led, next_review__lt=today)
    rows = Document.objects.visible_to(user).in_force().filter(wanted).order_by("next_review", "pk")
    told = JSONObject(
        document_id="pk",
        title="title",
        unit_id="owner_unit_id",
        unit="owner_unit__name",
        responsible_id="responsible_id",
        due="next_review",
    )
    return rows.values(told=told)[: 2 * MOST]


def _told(rows: list[dict[str, Any]]) -> list[Review]:
    return [Review(**{**row, "due": date.fromisoformat(row["due"])}) for row in rows]
