"""*Historik*: the event rows and the transitions of one object, told in Swedish sentences, newest first.

    entries = timeline(document, reader=request.user, rows={DocumentLink: "document"})
    {% include "components/history.html" with entries=entries %}

A change of status is told once, by its transition. Fields that a model declares confidential
(``kvalitet.secrecy``) are named but not quoted for a reader outside the circle. ``IN_HISTORY`` of a model
is what it is called in a sentence ("rutinen"); otherwise its verbose name stands there. ``BORN_IN_HISTORY``
is the verb of its birth ("planerade"). ``TOLD_IN_HISTORY`` names the fields that tell one row from another,
``NOT_IN_HISTORY`` those that say nothing to a reader; ``CHANGED_IN_HISTORY`` has the words for a change that
a field gives away. ``WORKFLOW`` is the table that names its transitions, or a tuple of several.
``EFFECT_IN_HISTORY`` says otherwise what a transition did to a row in which a field has a value.
``NAMED_WITH`` is the foreign key whose name stands in that of the model.

What a load or a command has written of the past is told by the row's own columns of who and when.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet import events, secrecy
from kvalitet.rows import together
from kvalitet.workflow import Workflow

OPERATIONS = {"insert": "skapade", "update": "ändrade", "delete": "tog bort"}
ROW_OPERATIONS = {"insert": "lade till", "update": "ändrade", "delete": "tog bort"}
SYSTEM = "Systemet"
QUOTED_LENGTH = 60
SHOWN_LENGTH = 400
NOTHING = "–"
NOT_SHOWN = "(visas inte)"


@dataclass(frozen=True)
class Entry:
    """One line of *Historik*: a sentence in Swedish, and the changes behind it as (field, before, after)."""

    at: datetime
    actor: str
    sentence: str
    comment: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


# For a model: which of those ids the reader sees.
Seen = Mapping[Any, Callable[[set[Any]], Iterable[Any]]]


class _Names:
    """The names of everything the steps point at, read together in one query.

    What has readers of its own (``visible_to``, or as ``seen`` says) is named to them alone.
    """

    def __init__(self, reader: Any, seen: Seen) -> None:
        self._reader = reader or AnonymousUser()
        self._seen = seen
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        self._found: dict[tuple[type[models.Model], Any], str] = {}

    def want(self, model: type[models.Model], pk: Any) -> None:
        if pk is not None:
            self._wanted[model].add(pk)

    def read(self) -> None:
        apart = [self._seen[model](self._wanted.pop(model)) for model in self._wanted.keys() & self._seen]
        wanted = [self._shown(model).filter(pk__in=pks) for model, pks in self._wanted.items()]
        for found in (*apart, *together(*wanted)):
            self._found |= {(type(one), one.pk): str(one) for one in found}

    def _shown(self, model: type[models.Model]) -> Any:
        rows: Any = model._default_manager.all()
        shown = rows.visible_to(self._reader) if hasattr(rows, "visible_to") else model._base_manager.all()
        beside = getattr(model, "NAMED_WITH", "")
        return (shown.select_related(beside) if beside else shown).order_by()

    def get(self, model: type[models.Model], pk: Any) -> str:
        if pk is None:
            return NOTHING
        has_readers = hasattr(model._default_manager.all(), "visible_to")
        return self._found.get((model, pk), NOT_SHOWN if has_readers else "(borttagen)")


def timeline(
    obj: models.Model,
    *,
    reader: Any = None,
    rows: Mapping[type[models.Model], str] | None = None,
    limit: int = events.LIMIT,
    reads_rows: bool = False,
    seen: Seen | None = None,
    past: events.Past | None = None,
) -> list[Entry]:
    """What has happened to ``obj``, newest first, at most ``limit`` events of each kind.

    ``rows`` names tracked models whose rows belong to it, with the name of their foreign key to it. What is
    confidential in them is read by who reads what is in ``obj``, and where ``reads_rows`` says so.
    ``reader`` decides whether confidential text is quoted; without a reader it never is. Two queries: what
    happened, and the names of everything that was pointed at; besides what ``visible_to`` asks. ``seen`` says
    for a model which rows ``reader`` sees, where its ``visible_to`` asks too much for a few; ``past`` is what
    has been read of it and of ``rows``, where something was read beside it.
    """
    links = rows or {}
    past = past or events.past(type(obj), [obj.pk], links, limit=limit)
    steps, records = past.steps.get(obj.pk, []), past.records.get(obj.pk, [])
    names = _read(_Names(reader, seen or {}), [*steps, *past.linked], links)
    hidden = secrecy.hidden_fields(reader, obj)
    entries = _told(steps, records, events.workflows_of(obj), names, hidden)
    in_circle = reads_rows or (bool(secrecy.confidential_fields(type(obj))) and not hidden)
    linked_entries = [_row_entry(step, names, links, in_circle) for step in past.linked if step.changed]
    # Why something was done may be told in the words of the case.
    entries += [replace(one, comment="") for one in linked_entries] if hidden else linked_entries
    return _newest_first(entries)


def timelines(
    objs: Sequence[models.Model], *, reader: Any = None, limit: int = events.LIMIT
) -> list[tuple[Any, list[Entry]]]:
    """Each of ``objs``, all of one model, with what has happened to it; as many queries as for one."""
    if not objs:
        return []
    model, pks = type(objs[0]), [obj.pk for obj in objs]
    past = events.past(model, pks, {}, limit=limit)
    names = _read(_Names(reader, {}), [step for steps in past.steps.values() for step in steps], {})
    workflows = events.workflows_of(model)
    return [
        (
            obj,
            _newest_first(
                _told(
                    past.steps.get(obj.pk, []),
                    past.records.get(obj.pk, []),
                    workflows,
                    names,
                    secrecy.hidden_fields(reader, obj),
                )
            ),
        )
        for obj in objs
    ]


def _read(names: _Names, steps: Iterable[events.Step], links: Mapping[type[models.Model], str]) -> _Names:
    for step in steps:
        _want(names, step, links.get(step.event.pgh_tracked_model, ""))
    names.read()
    return names


def _newest_first(entries: list[Entry]) -> list[Entry]:
    """Of those with the same time, made in one transaction, the last made comes first."""
    newest = entries[::-1]
    newest.sort(key=lambda entry: entry.at, reverse=True)
    return newest


def _want(names: _Names, step: events.Step, link: str) -> None:
    """Ask for the names that its sentence and its changes tell; ``link`` is empty for the object's own."""
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    names.want(user_model, events.context(step.event).get("user"))
    names.want(user_model, events.maker(step)[1])
    for one in _changed(step, [link]):
        for value in step.changed[one.name] if one.is_relation else ():
            names.want(one.related_model, value)
    for one in _telling(step, link) if link else ():
        if one.is_relation:
            names.want(one.related_model, getattr(step.event, one.attname))


def _acted(step: events.Step, names: _Names) -> dict[str, Any]:
    """When, who and why of an entry."""
    event, (when, person) = step.event, events.maker(step)
    pk = person or events.context(event).get("user")
    return {
        "at": when or event.pgh_created_at,
        "actor": names.get(apps.get_model(settings.AUTH_USER_MODEL), pk) if pk else SYSTEM,
        "comment": "" if person else str(events.context(event).get("why", "")),
    }


def _behind(record: Any) -> str:
    return f"{record.by} som ersättare för {record.on_behalf_of}" if record.on_behalf_of else str(record.by)


def _told(
    steps: list[events.Step],
    records: list[Any],
    workflows: tuple[Workflow, ...],
    names: _Names,
    hidden: frozenset[str],
) -> list[Entry]:
    """The object's own entries; an event row that a transition caused is told by the transition."""
    waiting = list(records)
    entries = []
    for step in steps:
        record = events.cause(step, waiting, workflows)
        if record is not None:
            waiting.remove(record)
            entries.append(_record_entry(record, step, workflows, names, hidden))
        elif step.event.pgh_label != "update" or set(step.changed) - {"position"}:
            entries.append(_event_entry(step, names, hidden))
    return entries + [_record_entry(record, None, workflows, names, hidden) for record in waiting]


def _record_entry(
    record: Any,
    step: events.Step | None,
    workflows: tuple[Workflow, ...],
    names: _Names,
    hidden: frozenset[str],
) -> Entry:
    workflow = events.named_by(record, workflows)
    transition = workflow.transitions.get(record.name) if workflow else None
    told = {workflow.field} if workflow else set()
    if transition and transition.stamp:
        told |= {f"{transition.stamp}_at", f"{transition.stamp}_by"}
    return Entry(
        at=record.at,
        actor=_behind(record),
        sentence=transition.effect if transition else f"ändrade läget till {record.target}",
        comment="" if hidden else record.comment,
        changes=_changes(step, names, hidden | told) if step else (),
    )


def _event_entry(step: events.Step, names: _Names, hidden: frozenset[str]) -> Entry:
    changes = _changes(step, names, hidden)
    acted = _acted(step, names) | ({"comment": ""} if hidden else {})
    return Entry(**acted, sentence=_sentence(step, changes, hidden), changes=changes)


def _sentence(step: events.Step, changes: tuple[tuple[str, str, str], ...], hidden: frozenset[str]) -> str:
    operation = _verb(step, OPERATIONS)
    meta = step.event.pgh_tracked_model._meta
    if step.event.pgh_label != "update":
        return f"{operation} {_thing(step)}"
    told = getattr(step.event.pgh_tracked_model, "CHANGED_IN_HISTORY", {})
    if given_away := next((words for name, words in told.items() if name in step.changed), ""):
        return str(given_away)
    kept_back = [f"{_label(meta, name)} {NOT_SHOWN}" for name in step.changed if name in hidden]
    if len(changes) == 1 and not kept_back:
        name, old, new = changes[0]
        if "\n" not in old + new and max(len(old), len(new)) <= QUOTED_LENGTH:
            return f"{operation} {name} från {_quoted(old)} till {_quoted(new)}"
    return f"{operation} {_listed([name for name, _, _ in changes] + kept_back)}"


def _verb(step: events.Step, verbs: Mapping[str, str]) -> str:
    label = step.event.pgh_label
    own = getattr(step.event.pgh_tracked_model, "BORN_IN_HISTORY", "") if label == "insert" else ""
    return own or verbs[label]


def _thing(step: events.Step) -> str:
    model = step.event.pgh_tracked_model
    return str(getattr(model, "IN_HISTORY", model._meta.verbose_name))


def _row_entry(
    step: events.Step, names: _Names, rows: Mapping[type[models.Model], str], in_circle: bool
) -> Entry:
    model, record = step.event.pgh_tracked_model, step.record
    confidential = frozenset() if in_circle else secrecy.confidential_fields(model)
    changes = _changes(step, names, confidential | {rows[model]})
    facts = "".join(f": {words}" for words in [", ".join(_facts(step, names, rows[model]))] if words)
    workflow = events.named_by(record, events.workflows_of(model)) if record else None
    if workflow is not None:
        sentence = f"{_effect(step, workflow)}{facts}"
        comment = record.comment if in_circle else ""
        return Entry(record.at, _behind(record), sentence, comment, changes)
    sentence = f"{_verb(step, ROW_OPERATIONS)} {_thing(step)}{facts}"
    return Entry(**_acted(step, names), sentence=sentence, changes=changes)


def _effect(step: events.Step, workflow: Workflow) -> str:
    told: Mapping[Any, str] = getattr(step.event.pgh_tracked_model, "EFFECT_IN_HISTORY", {})
    for (name, field, value), words in told.items():
        if name == step.record.name and getattr(step.event, field) == value:
            return words
    return workflow.transitions[step.record.name].effect


def _facts(step: events.Step, names: _Names, link: str) -> list[str]:
    return [_in_words(one, getattr(step.event, one.attname), names) for one in _telling(step, link)]


def _telling(step: events.Step, link: str) -> list[Any]:
    """What tells the row from others: the fields it names for that, otherwise those that are few words."""
    model = step.event.pgh_tracked_model
    told = getattr(model, "TOLD_IN_HISTORY", ())
    return [
        one
        for one in events.fields(model)
        if one.name in (told or step.changed)
        and one.name != link
        and (told or one.choices or one.is_relation)
        and not one.name.endswith("_by")
    ]


def _changes(step: events.Step, names: _Names, left_out: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (str(one.verbose_name), _in_words(one, old, names), _in_words(one, new, names))
        for one in _changed(step, left_out)
        for old, new in [step.changed[one.name]]
    )


def _changed(step: events.Step, left_out: Iterable[str]) -> list[Any]:
    """The changed fields that say something to a reader."""
    model = step.event.pgh_tracked_model
    skipped = {*left_out, "position", *getattr(model, "NOT_IN_HISTORY", ())}
    return [model._meta.get_field(name) for name in step.changed if name not in skipped]


def _label(meta: Any, name: str) -> str:
    return str(meta.get_field(name).verbose_name)


def _in_words(one: Any, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return NOTHING
    if one.is_relation:
        return names.get(one.related_model, value)
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y H.i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or NOTHING
    text = str(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH].rstrip()} …"


def _quoted(text: str) -> str:
    return text if text == NOTHING else f"”{text}”"


def _listed(words: list[str]) -> str:
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} och {words[-1]}" if words else "uppgifter"
    )
