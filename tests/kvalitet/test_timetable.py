"""Beat's timetable holds what the apps have registered, whatever was imported first."""

from datetime import timedelta
from pathlib import Path

from kvalitet import registries
from kvalitet.celery import Timetable, app


def test_beat_is_given_every_registered_task() -> None:
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned == {task.name for task in registries.periodic}
    assert planned


def test_beat_goes_on_when_the_clock_is_set_back(tmp_path: Path) -> None:
    app.loader.import_default_modules()
    beat = Timetable(app, schedule_filename=str(tmp_path / "beat"), lazy=True)
    beat.setup_schedule()
    beat.apply_entry = lambda *_, **__: None
    for entry in beat.schedule.values():
        entry.last_run_at = app.now() + timedelta(hours=1)
    assert beat.tick() <= 60, "the first of them is done within a minute"
    assert all(entry.last_run_at <= app.now() for entry in beat.schedule.values())
    beat.close()
