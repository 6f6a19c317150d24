"""The starter deadlines, and when cases alike propose an inquiry. All can be changed afterwards."""

from django.db import migrations

RULES = [
    # clock, zone, days, working days, remind before, remind every, escalate after
    ("receive", "", 2, True, 1, 2, 3),
    ("investigate", "", 20, True, 5, 5, 5),
    ("investigate", "red", 10, True, 3, 3, 3),
    ("answer", "", 30, False, 7, 7, 7),
]
NAMES = ("clock", "zone", "days", "is_working_days", "remind_before", "remind_every", "escalate_after")


def load(apps, schema_editor):
    rule = apps.get_model("improvement", "DeadlineRule")
    for values in RULES:
        rule.objects.create(**dict(zip(NAMES, values, strict=True)))
    apps.get_model("improvement", "RepeatRule").objects.create(pk=1, number=4, within_days=90)


class Migration(migrations.Migration):
    dependencies = [("improvement", "0005_deadlines_and_phrases")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
