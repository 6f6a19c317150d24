"""Migrating: what is left out of Django's work changes nothing of what it ends with."""

from django.core.management import get_commands
from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel, RemoveConstraint
from django.db.migrations.state import ProjectState
from pgtrigger import Delete, Protect
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from kvalitet.migrating import OPTIONS, lightly

STEPS = [
    AddConstraint("note", models.CheckConstraint(name="has_text", condition=~models.Q(text=""))),
    AddIndex("note", models.Index("text", name="by_text")),
    AddTrigger("note", Protect(name="kept", operation=Delete)),
    AddConstraint("note", models.UniqueConstraint("text", name="one_of_each")),
    AddField("note", "number", models.IntegerField(default=0)),
    RemoveConstraint("note", "has_text"),
    AddTrigger("note", Protect(name="other", operation=Delete)),
    RemoveTrigger("note", "kept"),
]


def born():
    state = ProjectState()
    CreateModel("Place", [("id", models.BigAutoField(primary_key=True))]).state_forwards("made", state)
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("text", models.TextField()),
        ("place", models.ForeignKey("made.Place", models.CASCADE)),
    ]
    CreateModel("Note", fields).state_forwards("made", state)
    return state


def options(state):
    """Of the rendered model, which knows nothing of the state but what it was made of."""
    meta = state.apps.get_model("made", "note")._meta
    return {name: [one.name for one in getattr(meta, name, [])] for name in OPTIONS}


def test_each_step_ends_as_it_does_with_django():
    whole, light, unrendered = born(), born(), born()
    assert whole.apps
    assert light.apps
    for step in STEPS:
        step.state_forwards("made", whole)
        with lightly():
            step.state_forwards("made", light)
            step.state_forwards("made", unrendered)
        assert light == unrendered == whole
        assert options(light) == options(whole)
    assert "apps" not in vars(unrendered)


def test_no_model_is_made_anew_until_python_is_run_with_it():
    state = born()
    note, place = (state.apps.get_model("made", name) for name in ("note", "place"))
    with lightly():
        for step in STEPS[:4]:
            step.state_forwards("made", state)
    assert state.apps.get_model("made", "note") is note
    assert state.apps.get_model("made", "place") is place
    state.clear_delayed_apps_cache()
    assert state.apps.get_model("made", "note") is not note
    assert options(state)["constraints"] == ["has_text", "one_of_each"]


def test_django_is_as_it_was_after_the_block():
    before = AddTrigger.state_forwards
    with lightly():
        assert AddTrigger.state_forwards is not before
    assert AddTrigger.state_forwards is before


def test_it_is_what_migrates():
    assert get_commands()["migrate"] == "kvalitet"
