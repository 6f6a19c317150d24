import django.db.models.deletion
import mptt.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("processes", "0001_processes_and_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="process",
            name="parent",
            field=mptt.fields.TreeForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="processes.process",
                verbose_name="överordnad process",
            ),
        ),
        migrations.AlterField(
            model_name="processevent",
            name="parent",
            field=mptt.fields.TreeForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="processes.process",
                verbose_name="överordnad process",
            ),
        ),
    ]
