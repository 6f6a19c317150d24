"""The life of a thing as one table of transitions, used for the rule, the button, the trigger, the diagram
and the test.

A ``Workflow`` belongs to one model with a ``status`` column and one ``<Model>Transition`` log model. Who may
is ``allowed``, when it is possible is ``blockers`` (Swedish reasons), what else happens in the same
transaction is ``after``. ``change_status`` is the only road from one status to another; a trigger from
``fsm()`` refuses the rest.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

Rule = Callable[[Any, Any], bool]
Blockers = Callable[[Any, Any], Iterable[str]]
After = Callable[..., None]
Content = Callable[[Any], Iterable[Any]]
CHANGED = "Innehållet har ändrats sedan du öppnade sidan. Inget är beslutat. Läs det som nu står och gör om."


class Blocked(Exception):
    """The transition is not possible now; ``reasons`` are Swedish sentences for the user."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def nothing_blocks(user: Any, obj: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Transition:
    """One arrow. ``stamp`` names the column pair ``<stamp>_at``/``<stamp>_by`` that it fills.

    ``acting_for(user, obj)`` gives the id of the person the user stands in for, or None.
    ``effect`` is the Swedish past-tense phrase of *Historik* ("fastställde versionen"). ``warning`` is what
    is told before something that cannot be undone: its button then asks first.
    """

    name: str
    source: str | tuple[str, ...]
    target: str
    label: str
    effect: str
    allowed: Rule
    blockers: Blockers = nothing_blocks
    comment_required: bool = False
    warning: str = ""
    stamp: str = ""
    acting_for: Callable[[Any, Any], int | None] = lambda user, obj: None

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Available:
    """A button: the transition, and the reasons it can't be pressed yet (empty = it can).

    ``seen`` goes with the button, so that nobody signs or decides on other content than they were shown.
    """

    transition: Transition
    reasons: tuple[str, ...]
    seen: str = ""


class TransitionRecord(models.Model):
    """Base of every ``<Model>Transition``: one append-only row per change of status. Add the FK ``obj``."""

    name = models.CharField("händelse", max_length=40)
    source = models.CharField("från", max_length=30)
    target = models.CharField("till", max_length=30)
    comment = models.TextField("kommentar", blank=True)
    at = models.DateTimeField("när", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name="av")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="för"
    )

    class Meta:
        abstract = True
        ordering = ("at", "pk")
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)


class Workflow:
    """The table of transitions of one model, and the verbs on it."""

    def __init__(
        self,
        *,
        name: str,
        statuses: type[models.TextChoices],
        initial: str,
        transitions: Iterable[Transition],
        field: str = "status",
        content: Content = lambda obj: (),
    ) -> None:
        self.name = name
        self.statuses = statuses
        self.initial = str(initial)
        self.field = field
        self.content = content
        self.transitions = {one.name: one for one in transitions}
        self._after: dict[str, list[After]] = {}
        all_workflows[name] = self

    def fsm(self) -> pgtrigger.FSM:
        """The trigger that refuses every other change of status, by whatever road."""
        arrows = {(source, one.target) for one in self.transitions.values() for source in one.sources}
        moves = [(str(a), str(b)) for a, b in sorted(arrows) if a != b]
        return pgtrigger.FSM(name=f"{self.field}_by_workflow", field=self.field, transitions=moves)

    def starts_as_initial(self) -> pgtrigger.Protect:
        """The trigger that refuses a row born in any other status than the first."""
        wrong_start = pgtrigger.Q(**{f"new__{self.field}__in": self._others()})
        return pgtrigger.Protect(
            name="status_starts_right", operation=pgtrigger.Insert, condition=wrong_start
        )

    def _others(self) -> list[str]:
        return [str(value) for value in self.statuses.values if str(value) != self.initial]

    def after(self, transition: str, function: After) -> None:
        """Call ``function(obj, user=…, record=…)`` after ``transition``, inside the same transaction."""
        if transition not in self.transitions:
            raise KeyError(f"{self.name} has no transition {transition}")
        self._after.setdefault(transition, []).append(function)

    def available(self, user: Any, obj: Any) -> list[Available]:
        """The transitions that ``user`` may make on ``obj`` from where it stands, with what blocks each."""
        status, seen = getattr(obj, self.field), self.seen(obj)
        return [
            Available(one, tuple(one.blockers(user, obj)), seen)
            for one in self.transitions.values()
            if status in one.sources and one.allowed(user, obj)
        ]

    def seen(self, obj: Any) -> str:
        """What ``obj`` holds, as sixteen hexadecimal digits that a page sends back with a decision on it."""
        told = "\x1f".join(str(value) for value in self.content(obj))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @transaction.atomic
    def change_status(
        self,
        obj: Any,
        name: str,
        *,
        user: Any,
        comment: str = "",
        seen: str = "",
        values: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Any:
        """Make transition ``name`` on ``obj`` and return the fresh, saved row.

        Locks the row, then checks source, right and blockers on what the database says now, sets ``values``
        and the stamp, saves, logs the transition, and runs the ``after`` functions. Raises ``Blocked`` with
        Swedish reasons when someone was faster or something is missing, ``PermissionDenied`` when the user
        may not.
        ``seen`` is what the page was made from: what stamps a person is blocked when that has changed since.
        ``at`` is when it was done, for what is put in afterwards; else now.
        """
        at, comment = at or timezone.now(), comment.replace("\x00", "")
        transition = self.transitions[name]
        locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if not transition.allowed(user, locked):
            raise PermissionDenied(f"Du får inte göra detta: {transition.label.lower()}.")
        self._refuse_blocked(transition, locked, user=user, comment=comment)
        if transition.stamp and seen and seen != self.seen(locked):
            raise Blocked([CHANGED])
        record = self._move(transition, locked, user=user, comment=comment, values=values or {}, at=at)
        for function in self._after.get(name, ()):
            function(locked, user=user, record=record)
        return locked

    def _move(
        self,
        transition: Transition,
        locked: Any,
        *,
        user: Any,
        comment: str,
        values: Mapping[str, Any],
        at: datetime,
    ) -> Any:
        """Write the new status, ``values`` and the stamp, and the log row, which is returned."""
        source = getattr(locked, self.field)
        # Asked before anything is written: what is written may move the case away from the user.
        on_behalf_of_id = transition.acting_for(user, locked)
        written = {**values, self.field: transition.target}
        if transition.stamp:
            written |= {f"{transition.stamp}_at": at, f"{transition.stamp}_by": user}
        for field, value in written.items():
            setattr(locked, field, value)
        locked.save()
        return locked.transitions.create(
            name=transition.name,
            source=source,
            target=transition.target,
            comment=comment,
            at=at,
            by=user,
            on_behalf_of_id=on_behalf_of_id,
        )

    def _refuse_blocked(self, transition: Transition, obj: Any, *, user: Any, comment: str) -> None:
        status = getattr(obj, self.field)
        if status not in transition.sources:
            now = self.statuses(status).label.lower()
            raise Blocked([f"Läget har ändrats under tiden och är nu {now}. Inget är förlorat."])
        reasons = list(transition.blockers(user, obj))
        if transition.comment_required and not comment.strip():
            reasons.append("Skriv en kommentar som säger varför.")
        if reasons:
            raise Blocked(reasons)

    def diagram(self) -> str:
        """The workflow as a Mermaid state diagram with Swedish labels, for ``docs/workflows.md``."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {value}: {self.statuses(value).label}" for value in self.statuses.values]
        for one in self.transitions.values():
            lines += [f"    {source} --> {one.target}: {one.label}" for source in one.sources]
        return "\n".join(lines)


all_workflows: dict[str, Workflow] = {}
