"""Beat's timetable holds what the apps have registered, whatever was imported first."""

from kvalitet import registries
from kvalitet.celery import app


def test_beat_is_given_every_registered_task() -> None:
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned == {task.name for task in registries.periodic}
    assert planned
