"""Migrating in a third of the time: a trigger, a constraint or an index does not make all models anew.

After each operation Django renders the model anew, with every model related to it, and all are related to
User. These operations need none of that: what they do to the database stands in the operation itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

OPERATIONS: tuple[Any, ...] = (
    *(AddConstraint, RemoveConstraint),
    *(AddIndex, RemoveIndex),
    *(AddTrigger, RemoveTrigger),
)
OPTIONS = ("constraints", "indexes", "triggers")
Forwards = Callable[[Any, str, ProjectState], None]


@contextmanager
def lightly() -> Iterator[None]:
    """While the block runs, these operations change the options of a rendered model and render none."""
    before = {one: one.state_forwards for one in OPERATIONS}
    for one, forwards in before.items():
        one.state_forwards = _light(forwards)
    try:
        yield
    finally:
        for one, forwards in before.items():
            one.state_forwards = forwards


def _light(forwards: Forwards) -> Forwards:
    def state_forwards(operation: Any, app_label: str, state: ProjectState) -> None:
        rendered = vars(state).pop("apps", None)
        forwards(operation, app_label, state)  # Django renders nothing anew where nothing is rendered
        if rendered is None:
            return
        vars(state)["apps"] = rendered
        state.is_delayed = True  # whoever runs Python with these models has all of them rendered first
        name = operation.model_name.lower()
        options = state.models[app_label, name].options
        meta = rendered.get_model(app_label, name)._meta
        for option in OPTIONS:
            if option in options:
                setattr(meta, option, list(options[option]))

    return state_forwards
