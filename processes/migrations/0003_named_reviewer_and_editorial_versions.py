import django.db.models.deletion
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kvalitet", "0002_jobs_notices_search"),
        ("processes", "0002_parent_in_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="processrevision",
            name="status_by_workflow",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="processrevision",
            name="approved_is_frozen",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="processrevision",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="processrevision",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="processrevision",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="processrevision",
            name="process_revision_four_eyes",
        ),
        migrations.AddField(
            model_name="processrevision",
            name="major",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="processrevision",
            name="minor",
            field=models.PositiveIntegerField(default=0, verbose_name="redaktionell ändring"),
        ),
        migrations.AddField(
            model_name="processrevision",
            name="moves",
            field=models.JSONField(default=dict, editable=False, verbose_name="flyttas vid publicering"),
        ),
        migrations.AddField(
            model_name="processrevision",
            name="review_due",
            field=models.DateField(editable=False, null=True, verbose_name="granskas senast"),
        ),
        migrations.AddField(
            model_name="processrevision",
            name="reviewer",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="granskare",
            ),
        ),
        migrations.AddField(
            model_name="processrevisionevent",
            name="major",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="processrevisionevent",
            name="minor",
            field=models.PositiveIntegerField(default=0, verbose_name="redaktionell ändring"),
        ),
        migrations.AddField(
            model_name="processrevisionevent",
            name="moves",
            field=models.JSONField(default=dict, editable=False, verbose_name="flyttas vid publicering"),
        ),
        migrations.AddField(
            model_name="processrevisionevent",
            name="review_due",
            field=models.DateField(editable=False, null=True, verbose_name="granskas senast"),
        ),
        migrations.AddField(
            model_name="processrevisionevent",
            name="reviewer",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="granskare",
            ),
        ),
        migrations.AlterField(
            model_name="processrevision",
            name="number",
            field=models.PositiveIntegerField(verbose_name="löpnummer"),
        ),
        migrations.AlterField(
            model_name="processrevisionevent",
            name="number",
            field=models.PositiveIntegerField(verbose_name="löpnummer"),
        ),
    ]
