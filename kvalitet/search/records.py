"""What the mechanism passes around: audiences, what an app hands over, who reads, and what comes back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import IntegerChoices, TextChoices


class Audience(IntegerChoices):
    """Who may find an entry, from everyone to named persons; the filter compares the numbers."""

    PUBLIC = 1, "alla"
    STAFF = 2, "alla som är inloggade"
    UNIT = 3, "enheten"
    CIRCLE = 4, "namngivna"


class Edition(TextChoices):
    IN_FORCE = "in_force", "Gällande"
    DRAFT = "draft", "Utkast"


@dataclass(frozen=True, kw_only=True)
class EntryData:
    """One edition of one object as it is to be found.

    ``unit_id`` and ``process_id`` give reading rights (to those whose Reader names them) and are refused for
    Audience.CIRCLE; ``home_id`` is the unit that the page shows and filters by, and gives none. Free text
    about persons belongs in CIRCLE entries only. ``deny`` (jäv) beats everything else.
    """

    object_id: int
    url: str
    title: str
    audience: Audience
    edition: Edition = Edition.IN_FORCE
    body: str = ""
    keywords: str = ""
    meta: str = ""
    status: str = ""
    day: date | None = None
    unit_id: int | None = None
    process_id: int | None = None
    home_id: int | None = None
    allow: Sequence[int] = ()
    deny: Sequence[int] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be found.

    ``entries`` gets object ids and yields what there is to find of them, nothing for those that are gone.
    ``confirm`` gets the user and object ids of CIRCLE hits and returns those the source row lets the user
    read; without it no CIRCLE hit of this kind is ever shown. ``all_ids`` lists every object, for a rebuild.
    """

    name: str
    label: str
    model_label: str
    entries: Callable[[Sequence[int]], Iterable[EntryData]]
    all_ids: Callable[[], Iterable[int]]
    confirm: Callable[[Any, Sequence[int]], set[int]] | None = None
    order: int = 100


@dataclass(frozen=True)
class Reader:
    """What one person may find: everything up to ``rank``, and what their units, processes or name give.

    ``denied`` (jäv of today, as "kind:id") is read with the person, so that it holds from the same moment.
    Without ``sees_named`` nothing is found that is for named persons alone.
    """

    user_id: int | None = None
    rank: int = Audience.PUBLIC
    unit_ids: Sequence[int] = ()
    process_ids: Sequence[int] = ()
    denied: Sequence[str] = ()
    sees_named: bool = True


@dataclass(frozen=True)
class Hit:
    """One row of the result; ``title`` and ``snippet`` are HTML with only ``<mark>`` in it."""

    kind: str
    kind_label: str
    object_id: int
    edition: str
    url: str
    title: str
    snippet: str
    meta: str
    status: str
    day: date | None
    home_id: int | None

    @property
    def is_draft(self) -> bool:
        return self.edition == Edition.DRAFT

    @property
    def tone(self) -> str:
        """As on the page of what was found: what holds is good, a draft is not."""
        if self.is_draft:
            return "warn"
        return "good" if self.status.startswith(Edition.IN_FORCE.label) else "neutral"


@dataclass(frozen=True)
class Result:
    """One page of hits. ``is_loose``: not all words were found together, so some of them were enough."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    is_capped: bool = False
    is_loose: bool = False
    suggestion: str = ""
    number: int = 1
    pages: int = 0
