from django.db import migrations


class Migration(migrations.Migration):
    """The addresses that processes had before their addresses were kept."""

    dependencies = [("processes", "0005_process_addresses")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO processes_processaddress (slug, process_id, since)"
            " SELECT slug, id, now() FROM processes_process ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        )
    ]
