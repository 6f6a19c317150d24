from django.db import migrations
from django.utils import timezone

SYSTEM = "system@kvalitet.invalid"
WHY = "Redaktionella ändringar granskas inte längre. Publicera den, eller gör den till en ny version."


def back_to_draft(apps, schema_editor):
    """A smaller change under granskning goes back to who wrote it: it no longer takes two."""
    system = apps.get_model("organisation", "User").objects.filter(email=SYSTEM).first()
    rows = apps.get_model("documents", "Revision").objects.filter(status="in_review", minor__gt=0)
    for revision in list(rows):
        rows.filter(pk=revision.pk).update(status="draft")
        apps.get_model("documents", "RevisionTransition").objects.create(
            obj=revision,
            name="send_back",
            source="in_review",
            target="draft",
            comment=WHY,
            at=timezone.now(),
            by_id=system.pk if system else revision.author_id,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_references_and_readable_pages"),
    ]

    operations = [migrations.RunPython(back_to_draft, migrations.RunPython.noop)]
