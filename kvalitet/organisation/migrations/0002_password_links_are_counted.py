from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_units_people_roles")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_link_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="länk till lösenord mejlad"),
        ),
    ]
