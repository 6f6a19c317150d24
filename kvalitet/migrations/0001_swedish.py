from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from kvalitet.sorting import CREATE_SWEDISH


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(CREATE_SWEDISH, "DROP FUNCTION swedish(text)"),
    ]
