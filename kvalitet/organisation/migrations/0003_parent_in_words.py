import django.db.models.deletion
import mptt.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0002_password_links_are_counted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="parent",
            field=mptt.fields.TreeForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="organisation.unit",
                verbose_name="överordnad enhet",
            ),
        ),
        migrations.AlterField(
            model_name="unitevent",
            name="parent",
            field=mptt.fields.TreeForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="organisation.unit",
                verbose_name="överordnad enhet",
            ),
        ),
    ]
