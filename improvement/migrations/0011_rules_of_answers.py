"""The starter deadlines of what others wait for an answer to. All can be changed afterwards."""

from django.db import migrations

RULES = ("spread", "proposal", "exchange")
# Two weeks, reminded two days before, then once a week, and to the next chef up after one.
TWO_WEEKS = {
    "days": 10,
    "is_working_days": True,
    "remind_before": 2,
    "remind_every": 5,
    "escalate_after": 5,
}


def load(apps, schema_editor):
    for clock in RULES:
        apps.get_model("improvement", "DeadlineRule").objects.create(
            clock=clock, law="", zone="", **TWO_WEEKS
        )


class Migration(migrations.Migration):
    dependencies = [("improvement", "0010_answer_notices")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
