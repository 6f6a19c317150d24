import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("processes", "0007_imported_maps")]

    operations = [
        migrations.AddField(
            model_name="processrevision",
            name="calls",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120), default=list, editable=False, size=None
            ),
        ),
    ]
