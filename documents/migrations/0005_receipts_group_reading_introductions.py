import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_remiss_and_review"),
        ("organisation", "0003_parent_in_words"),
        ("processes", "0008_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AptItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changes", models.CharField(blank=True, max_length=300, verbose_name="vad ändras för oss")),
                ("question", models.CharField(blank=True, max_length=300, verbose_name="fråga att prata om")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="föreslagen"
                    ),
                ),
                ("handled_at", models.DateTimeField(editable=False, null=True, verbose_name="avförd")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslagen av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="apt_items",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="apt_items",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "dokument att ta upp på APT",
                "verbose_name_plural": "dokument att ta upp på APT",
                "ordering": ["added_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupReadAttendant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "närvarande på genomgång",
                "verbose_name_plural": "närvarande på genomgångar",
                "ordering": ["user__name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("held_on", models.DateField(verbose_name="hölls")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="registrerad"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="anteckning")),
                (
                    "form_key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="formulär"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registrerad av",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="corrections",
                        to="documents.groupreading",
                        verbose_name="rättar",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="group_readings",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "gemensam genomgång",
                "verbose_name_plural": "gemensamma genomgångar",
                "ordering": ["-held_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupReadAttendantEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.groupreadattendant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.groupreading",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="groupreadattendant",
            name="reading",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="attendants",
                to="documents.groupreading",
            ),
        ),
        migrations.CreateModel(
            name="AptItemEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("changes", models.CharField(blank=True, max_length=300, verbose_name="vad ändras för oss")),
                ("question", models.CharField(blank=True, max_length=300, verbose_name="fråga att prata om")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="föreslagen"
                    ),
                ),
                ("handled_at", models.DateTimeField(editable=False, null=True, verbose_name="avförd")),
                (
                    "added_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslagen av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.aptitem",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.groupreading",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="aptitem",
            name="reading",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="items",
                to="documents.groupreading",
            ),
        ),
        migrations.CreateModel(
            name="GroupReadingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("held_on", models.DateField(verbose_name="hölls")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="registrerad"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="anteckning")),
                ("form_key", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="formulär")),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registrerad av",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.groupreading",
                        verbose_name="rättar",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.groupreading",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GroupReadVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="versions",
                        to="documents.groupreading",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="documents.revision",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "version på genomgång",
                "verbose_name_plural": "versioner på genomgångar",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupReadVersionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.groupreadversion",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.groupreading",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.revision",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Introduction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_on", models.DateField(verbose_name="började")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="skapad"
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="mentored",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handledare",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="introductions",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="introductions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "introduktion",
                "verbose_name_plural": "introduktioner",
                "ordering": ["-started_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IntroductionCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("facts", models.JSONField(verbose_name="uppgifter")),
                (
                    "issued_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="utfärdat"
                    ),
                ),
                (
                    "storage_key",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="nyckel i lagringen"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="kontrollsumma"),
                ),
                (
                    "introduction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="certificate",
                        to="documents.introduction",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="utfärdat av",
                    ),
                ),
            ],
            options={
                "verbose_name": "intyg om introduktion",
                "verbose_name_plural": "intyg om introduktioner",
            },
        ),
        migrations.CreateModel(
            name="IntroductionCertificateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("facts", models.JSONField(verbose_name="uppgifter")),
                (
                    "issued_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="utfärdat"
                    ),
                ),
                (
                    "storage_key",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="nyckel i lagringen"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="kontrollsumma"),
                ),
                (
                    "introduction",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.introduction",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="utfärdat av",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.introductioncertificate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IntroductionPackage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="namn")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("coordinator", "Samordnare"),
                            ("steering_group", "Styrgrupp"),
                            ("facilitator", "Processhandledare"),
                            ("manager", "Chef"),
                            ("case_worker", "Handläggare"),
                            ("representative", "Ombud"),
                            ("employee", "Medarbetare"),
                            ("lex_sarah_officer", "Lex Sarah-ansvarig"),
                            ("mas", "MAS"),
                            ("mar", "MAR"),
                            ("board", "Nämndledamot"),
                            ("registrar", "Registrator"),
                            ("contract_manager", "Avtalsansvarig"),
                            ("provider_contact", "Kontaktperson hos utförare"),
                            ("admin", "Systemadministratör"),
                        ],
                        default="employee",
                        max_length=30,
                        verbose_name="roll",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Nya i rollen får en plan så länge paketet används.",
                        verbose_name="används",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="upplagt"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="upplagt av",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "introduktionspaket",
                "verbose_name_plural": "introduktionspaket",
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IntroductionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("started_on", models.DateField(verbose_name="började")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="skapad"
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handledare",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.introduction",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.introductionpackage",
                        verbose_name="paket",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="introduction",
            name="package",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="introductions",
                to="documents.introductionpackage",
                verbose_name="paket",
            ),
        ),
        migrations.CreateModel(
            name="IntroductionPackageEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("title", models.CharField(max_length=120, verbose_name="namn")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("coordinator", "Samordnare"),
                            ("steering_group", "Styrgrupp"),
                            ("facilitator", "Processhandledare"),
                            ("manager", "Chef"),
                            ("case_worker", "Handläggare"),
                            ("representative", "Ombud"),
                            ("employee", "Medarbetare"),
                            ("lex_sarah_officer", "Lex Sarah-ansvarig"),
                            ("mas", "MAS"),
                            ("mar", "MAR"),
                            ("board", "Nämndledamot"),
                            ("registrar", "Registrator"),
                            ("contract_manager", "Avtalsansvarig"),
                            ("provider_contact", "Kontaktperson hos utförare"),
                            ("admin", "Systemadministratör"),
                        ],
                        default="employee",
                        max_length=30,
                        verbose_name="roll",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Nya i rollen får en plan så länge paketet används.",
                        verbose_name="används",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="upplagt"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="upplagt av",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.introductionpackage",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IntroductionTick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="klar"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "introduction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ticks",
                        to="documents.introduction",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="documents.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "klar punkt i introduktion",
                "verbose_name_plural": "klara punkter i introduktioner",
            },
        ),
        migrations.CreateModel(
            name="PackageItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("day_1", "Dag 1"),
                            ("week_1", "Vecka 1"),
                            ("month_1", "Månad 1"),
                            ("month_3", "Månad 3"),
                        ],
                        default="week_1",
                        max_length=10,
                        verbose_name="när",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordning")),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="att göra")),
                ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="borttagen")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="package_items",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="items",
                        to="documents.introductionpackage",
                        verbose_name="paket",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "punkt i introduktionspaket",
                "verbose_name_plural": "punkter i introduktionspaket",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IntroductionTickEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="klar"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "introduction",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.introduction",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.introductiontick",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.revision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.packageitem",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="introductiontick",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="ticks", to="documents.packageitem"
            ),
        ),
        migrations.CreateModel(
            name="PackageItemEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("day_1", "Dag 1"),
                            ("week_1", "Vecka 1"),
                            ("month_1", "Månad 1"),
                            ("month_3", "Månad 3"),
                        ],
                        default="week_1",
                        max_length=10,
                        verbose_name="när",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordning")),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="att göra")),
                ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="borttagen")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.introductionpackage",
                        verbose_name="paket",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.packageitem",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="processes.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReadReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="kvitterad"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("own", "Har läst själv"), ("group", "Gemensam genomgång")],
                        default="own",
                        max_length=10,
                        verbose_name="hur",
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="gång")),
                (
                    "meeting",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="receipts",
                        to="documents.groupreading",
                        verbose_name="genomgång",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="receipts",
                        to="documents.revision",
                        verbose_name="version",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="read_receipts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "läskvittens",
                "verbose_name_plural": "läskvittenser",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="ReadReceiptEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="kvitterad"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("own", "Har läst själv"), ("group", "Gemensam genomgång")],
                        default="own",
                        max_length=10,
                        verbose_name="hur",
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="gång")),
                (
                    "meeting",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.groupreading",
                        verbose_name="genomgång",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.readreceipt",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.revision",
                        verbose_name="version",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReceiptRequirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("coordinator", "Samordnare"),
                            ("steering_group", "Styrgrupp"),
                            ("facilitator", "Processhandledare"),
                            ("manager", "Chef"),
                            ("case_worker", "Handläggare"),
                            ("representative", "Ombud"),
                            ("employee", "Medarbetare"),
                            ("lex_sarah_officer", "Lex Sarah-ansvarig"),
                            ("mas", "MAS"),
                            ("mar", "MAR"),
                            ("board", "Nämndledamot"),
                            ("registrar", "Registrator"),
                            ("contract_manager", "Avtalsansvarig"),
                            ("provider_contact", "Kontaktperson hos utförare"),
                            ("admin", "Systemadministratör"),
                        ],
                        max_length=30,
                        verbose_name="roll",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=14, verbose_name="dagar att läsa")),
                (
                    "valid_from",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="från och med"),
                ),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="till och med")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begärd"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begärd av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="requirements",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "krav på läskvittens",
                "verbose_name_plural": "krav på läskvittens",
                "ordering": ["document", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptRequirementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("coordinator", "Samordnare"),
                            ("steering_group", "Styrgrupp"),
                            ("facilitator", "Processhandledare"),
                            ("manager", "Chef"),
                            ("case_worker", "Handläggare"),
                            ("representative", "Ombud"),
                            ("employee", "Medarbetare"),
                            ("lex_sarah_officer", "Lex Sarah-ansvarig"),
                            ("mas", "MAS"),
                            ("mar", "MAR"),
                            ("board", "Nämndledamot"),
                            ("registrar", "Registrator"),
                            ("contract_manager", "Avtalsansvarig"),
                            ("provider_contact", "Kontaktperson hos utförare"),
                            ("admin", "Systemadministratör"),
                        ],
                        max_length=30,
                        verbose_name="roll",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=14, verbose_name="dagar att läsa")),
                (
                    "valid_from",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="från och med"),
                ),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="till och med")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begärd"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begärd av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.receiptrequirement",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReceiptRetraction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="skäl")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="tagen tillbaka"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="retraction",
                        to="documents.readreceipt",
                        verbose_name="läskvittens",
                    ),
                ),
            ],
            options={
                "verbose_name": "läskvittens tagen tillbaka",
                "verbose_name_plural": "läskvittenser tagna tillbaka",
            },
        ),
        migrations.CreateModel(
            name="ReceiptRetractionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("reason", models.CharField(max_length=500, verbose_name="skäl")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="tagen tillbaka"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.receiptretraction",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.readreceipt",
                        verbose_name="läskvittens",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UnitStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("applies", models.BooleanField(verbose_name="gäller för enheten")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="skäl")),
                ("decided_at", models.DateTimeField(editable=False, verbose_name="bedömt")),
                ("seen_at", models.DateTimeField(editable=False, null=True, verbose_name="tagit del")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="bedömt av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="statements",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "seen_revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="documents.revision",
                        verbose_name="version enheten tagit del av",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="statements",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "ställningstagande till dokument",
                "verbose_name_plural": "ställningstaganden till dokument",
            },
        ),
        migrations.CreateModel(
            name="UnitStatementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("applies", models.BooleanField(verbose_name="gäller för enheten")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="skäl")),
                ("decided_at", models.DateTimeField(editable=False, verbose_name="bedömt")),
                ("seen_at", models.DateTimeField(editable=False, null=True, verbose_name="tagit del")),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="bedömt av",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.document",
                        verbose_name="dokument",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="documents.unitstatement",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "seen_revision",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="documents.revision",
                        verbose_name="version enheten tagit del av",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="groupreading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects", None), models.Q(("corrects", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="group_reading_corrects_another",
                violation_error_message="En rättelse rättar en annan anteckning.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreading",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="346f5f02084161ca4736c2d06c34e6963df7044e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_1ed76",
                    table="documents_groupreading",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreading",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadingevent" ("by_id", "corrects_id", "form_key", "held_on", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "unit_id") VALUES (NEW."by_id", NEW."corrects_id", NEW."form_key", NEW."held_on", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."unit_id"); RETURN NULL;',
                    hash="8e7b653903675badbca8d0b0a934afbe70ef92e2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_411a2",
                    table="documents_groupreading",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreading",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_groupreadingevent" ("by_id", "corrects_id", "form_key", "held_on", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "unit_id") VALUES (NEW."by_id", NEW."corrects_id", NEW."form_key", NEW."held_on", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."unit_id"); RETURN NULL;',
                    hash="389f16b377e8b37f1c82e02acab156e0f9a85876",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_41589",
                    table="documents_groupreading",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreading",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadingevent" ("by_id", "corrects_id", "form_key", "held_on", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "unit_id") VALUES (OLD."by_id", OLD."corrects_id", OLD."form_key", OLD."held_on", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."unit_id"); RETURN NULL;',
                    hash="aff08693f86c51a7c4f469a70bc98f3007712c31",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6e7d8",
                    table="documents_groupreading",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadattendantevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="98e0fec563662bc35986c5f668250be979138bd4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fdcf7",
                    table="documents_groupreadattendantevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreadattendant",
            constraint=models.UniqueConstraint(fields=("reading", "user"), name="group_read_attendant_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadattendant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="147f18589403b68fb0577792930eb414bcc6db9e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_aac1e",
                    table="documents_groupreadattendant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadattendant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadattendantevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "user_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reading_id", NEW."user_id"); RETURN NULL;',
                    hash="989743f90d78e6f8259c113080b0bd9a4b8701f8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6f306",
                    table="documents_groupreadattendant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadattendant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_groupreadattendantevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "user_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reading_id", NEW."user_id"); RETURN NULL;',
                    hash="bc0c589c027dda565fa7264da136e1fd9979a161",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8761c",
                    table="documents_groupreadattendant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadattendant",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadattendantevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "user_id") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reading_id", OLD."user_id"); RETURN NULL;',
                    hash="b3d996b1c78828dc07cec9905762912eb8286c1a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b67d0",
                    table="documents_groupreadattendant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="aptitemevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b800990cd3e9ef2ed1162e6acc0f5cd3aab049df",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_32b56",
                    table="documents_aptitemevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="aptitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handled_at", None)),
                fields=("unit", "document"),
                name="apt_item_once",
                violation_error_message="Dokumentet står redan på enhetens lista.",
            ),
        ),
        migrations.AddConstraint(
            model_name="aptitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handled_at", None), ("handled_by", None)),
                    models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                    _connector="OR",
                ),
                name="apt_item_handled_pair",
                violation_error_message="Den som gjorde det och tiden hör ihop.",
            ),
        ),
        migrations.AddConstraint(
            model_name="aptitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("reading", None), ("handled_at__isnull", False), _connector="OR"),
                name="apt_item_read_is_handled",
                violation_error_message="Det som är genomgånget står inte kvar på listan.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="aptitem",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4739b3059dd3778b58bbd96778d1af82f670850d",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_c71b4",
                    table="documents_aptitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="aptitem",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_aptitemevent" ("added_at", "added_by_id", "changes", "document_id", "handled_at", "handled_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "reading_id", "unit_id") VALUES (NEW."added_at", NEW."added_by_id", NEW."changes", NEW."document_id", NEW."handled_at", NEW."handled_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."question", NEW."reading_id", NEW."unit_id"); RETURN NULL;',
                    hash="3dcbb7d3961cf262d6f5a13747c258aa217adae9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_674c3",
                    table="documents_aptitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="aptitem",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_aptitemevent" ("added_at", "added_by_id", "changes", "document_id", "handled_at", "handled_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "reading_id", "unit_id") VALUES (NEW."added_at", NEW."added_by_id", NEW."changes", NEW."document_id", NEW."handled_at", NEW."handled_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."question", NEW."reading_id", NEW."unit_id"); RETURN NULL;',
                    hash="6dbf33ed4a10c617fedf6a6d242ad03852ce0952",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_014a0",
                    table="documents_aptitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="aptitem",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_aptitemevent" ("added_at", "added_by_id", "changes", "document_id", "handled_at", "handled_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "reading_id", "unit_id") VALUES (OLD."added_at", OLD."added_by_id", OLD."changes", OLD."document_id", OLD."handled_at", OLD."handled_by_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."question", OLD."reading_id", OLD."unit_id"); RETURN NULL;',
                    hash="afcb5e522b7c4866f6c2ce8df2eac5769d59ef4a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3b7ae",
                    table="documents_aptitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="93abbc2ee62fc9d4ae043c9f1aa0b23cf6939e84",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ec9da",
                    table="documents_groupreadingevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreadversion",
            constraint=models.UniqueConstraint(
                fields=("reading", "revision"), name="group_read_version_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="86458b470582f8f881fbb00e1b2f8c2ad470d364",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_35a94",
                    table="documents_groupreadversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadversionevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "revision_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reading_id", NEW."revision_id"); RETURN NULL;',
                    hash="40407384956137b60936f3e34e004d4eff423e91",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c632e",
                    table="documents_groupreadversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_groupreadversionevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "revision_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reading_id", NEW."revision_id"); RETURN NULL;',
                    hash="9572dbc9d38291612b95eaceea827a340f9250ce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8f3a8",
                    table="documents_groupreadversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadversion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_groupreadversionevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "revision_id") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reading_id", OLD."revision_id"); RETURN NULL;',
                    hash="1a76d69afc7b8bf7d7244b6e45c5bd2bcec2e0cf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d113a",
                    table="documents_groupreadversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupreadversionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0ac6bbe4b3885728b09c9cc359cca19b8fa34423",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1b811",
                    table="documents_groupreadversionevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introductioncertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sha256", ""), ("storage_key", "")),
                    models.Q(("storage_key", ""), ("sha256", ""), _connector="OR", _negated=True),
                    _connector="OR",
                ),
                name="certificate_file_has_checksum",
                violation_error_message="Filen och dess kontrollsumma hör ihop.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c8b61b4a70b8cbbc302d12a0fdbfde61b63adc41",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_dbb3b",
                    table="documents_introductioncertificate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="facts_are_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."introduction_id" IS DISTINCT FROM (NEW."introduction_id") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR (NOT (OLD."storage_key" = \'\') AND (OLD."storage_key" IS DISTINCT FROM (NEW."storage_key") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256"))))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="bccb2113f16bbdf874b2f48340bd046b9c20343d",
                    operation="UPDATE",
                    pgid="pgtrigger_facts_are_frozen_6f8e9",
                    table="documents_introductioncertificate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductioncertificateevent" ("facts", "id", "introduction_id", "issued_at", "issued_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "storage_key") VALUES (NEW."facts", NEW."id", NEW."introduction_id", NEW."issued_at", NEW."issued_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."sha256", NEW."storage_key"); RETURN NULL;',
                    hash="82ffe7b0faba9df6b2934d09fc2a5ea06d3bcfad",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a8932",
                    table="documents_introductioncertificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_introductioncertificateevent" ("facts", "id", "introduction_id", "issued_at", "issued_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "storage_key") VALUES (NEW."facts", NEW."id", NEW."introduction_id", NEW."issued_at", NEW."issued_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."sha256", NEW."storage_key"); RETURN NULL;',
                    hash="816bfc4380db03b5210ec2e084fbf66fc2fb5633",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6340b",
                    table="documents_introductioncertificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificate",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductioncertificateevent" ("facts", "id", "introduction_id", "issued_at", "issued_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "storage_key") VALUES (OLD."facts", OLD."id", OLD."introduction_id", OLD."issued_at", OLD."issued_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."sha256", OLD."storage_key"); RETURN NULL;',
                    hash="0630c8047aa41bb142c52c0e15fd600128864876",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_2819a",
                    table="documents_introductioncertificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductioncertificateevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8ee8611e5f5fe69c0d7ccdae4cc6ee83ed825597",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4ed65",
                    table="documents_introductioncertificateevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introductionpackage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("role", "unit"),
                name="introduction_package_once",
                nulls_distinct=False,
                violation_error_message="Det finns redan ett paket för den rollen där. Ändra det i stället.",
            ),
        ),
        migrations.AddConstraint(
            model_name="introductionpackage",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="introduction_package_has_title",
                violation_error_message="Paketet behöver ett namn.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionpackage",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="dd8ac29d87f9a01c1986974e196d2a3f4a74d538",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_80700",
                    table="documents_introductionpackage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionpackage",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductionpackageevent" ("created_at", "created_by_id", "id", "is_active", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "unit_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."id", NEW."is_active", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."title", NEW."unit_id"); RETURN NULL;',
                    hash="a5f53a922150059f8812370d36348c5c93f78a1e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_861c9",
                    table="documents_introductionpackage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionpackage",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_introductionpackageevent" ("created_at", "created_by_id", "id", "is_active", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "unit_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."id", NEW."is_active", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."title", NEW."unit_id"); RETURN NULL;',
                    hash="82ccf2391e0ef0bf1511d523c796046e179bb19d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_24ad9",
                    table="documents_introductionpackage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionpackage",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductionpackageevent" ("created_at", "created_by_id", "id", "is_active", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "unit_id") VALUES (OLD."created_at", OLD."created_by_id", OLD."id", OLD."is_active", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."title", OLD."unit_id"); RETURN NULL;',
                    hash="d9c5a86c90db8faf79825f2f7495041d0adcb59e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3ab6b",
                    table="documents_introductionpackage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="04632a68c709cf065a76df35d9b280b3377b2efb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4312c",
                    table="documents_introductionevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                fields=("user", "package", "started_on"),
                name="introduction_once",
                violation_error_message="Personen har redan den planen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mentor", None), models.Q(("mentor", models.F("user")), _negated=True), _connector="OR"
                ),
                name="introduction_mentor_is_another",
                violation_error_message="Handledaren är någon annan än den som är ny.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="94eea8f0a0815298d5f78398305d5f41e54fb212",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_d8edd",
                    table="documents_introduction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductionevent" ("created_at", "id", "mentor_id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "unit_id", "user_id") VALUES (NEW."created_at", NEW."id", NEW."mentor_id", NEW."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."started_on", NEW."unit_id", NEW."user_id"); RETURN NULL;',
                    hash="4e9000286a9ba6ac18d948c32c3a9ee5ea82300b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7d52b",
                    table="documents_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_introductionevent" ("created_at", "id", "mentor_id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "unit_id", "user_id") VALUES (NEW."created_at", NEW."id", NEW."mentor_id", NEW."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."started_on", NEW."unit_id", NEW."user_id"); RETURN NULL;',
                    hash="d89543c444beec8fcaea12fc3c34f7621cdb7b91",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ebd50",
                    table="documents_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductionevent" ("created_at", "id", "mentor_id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "unit_id", "user_id") VALUES (OLD."created_at", OLD."id", OLD."mentor_id", OLD."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."started_on", OLD."unit_id", OLD."user_id"); RETURN NULL;',
                    hash="74b0a609302f53edc66e52dd6a7eb8a2aa7f149e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_30b1d",
                    table="documents_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionpackageevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b153bf64364bae73d45c91a1cfd26dd37e442a86",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_20625",
                    table="documents_introductionpackageevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="packageitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at__isnull", True), ("removed_by__isnull", True)),
                    models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                    _connector="OR",
                ),
                name="package_item_removed_pair",
                violation_error_message="Den som gjorde det och tiden hör ihop.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packageitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", False), ("process", None), ("text", "")),
                    models.Q(("document", None), ("process__isnull", False), ("text", "")),
                    models.Q(("document", None), ("process", None), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="package_item_is_one_thing",
                violation_error_message="Välj ett dokument, en process eller skriv vad som ska göras.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packageitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document__isnull", False), ("removed_at", None)),
                fields=("package", "document"),
                name="package_item_document_once",
                violation_error_message="Dokumentet finns redan i paketet.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packageitem",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="57984723a9cc17453d768985ba1fd40efb15aeed",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_7d8d9",
                    table="documents_packageitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packageitem",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_packageitemevent" ("document_id", "id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "process_id", "removed_at", "removed_by_id", "stage", "text") VALUES (NEW."document_id", NEW."id", NEW."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position", NEW."process_id", NEW."removed_at", NEW."removed_by_id", NEW."stage", NEW."text"); RETURN NULL;',
                    hash="9ef42668e052083a56d96e078bba47fe132ec6ed",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0c213",
                    table="documents_packageitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packageitem",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_packageitemevent" ("document_id", "id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "process_id", "removed_at", "removed_by_id", "stage", "text") VALUES (NEW."document_id", NEW."id", NEW."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."position", NEW."process_id", NEW."removed_at", NEW."removed_by_id", NEW."stage", NEW."text"); RETURN NULL;',
                    hash="077e1e7dd0bf2e8a7e96784cee083a083fb1c3e9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_55c3b",
                    table="documents_packageitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packageitem",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_packageitemevent" ("document_id", "id", "package_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "process_id", "removed_at", "removed_by_id", "stage", "text") VALUES (OLD."document_id", OLD."id", OLD."package_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."position", OLD."process_id", OLD."removed_at", OLD."removed_by_id", OLD."stage", OLD."text"); RETURN NULL;',
                    hash="da0efe71f1fa90e448c526d5f805bbab3f38a945",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_72e0f",
                    table="documents_packageitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductiontickevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="92b86e8ea51b91b5b17dd61ecb660213314fa50e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c712e",
                    table="documents_introductiontickevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introductiontick",
            constraint=models.UniqueConstraint(
                fields=("introduction", "item"),
                name="introduction_tick_once",
                violation_error_message="Punkten är redan klar.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductiontick",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d0aea47e18bb97b6ae4c76842f373afc981794d7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_54e10",
                    table="documents_introductiontick",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductiontick",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductiontickevent" ("at", "by_id", "id", "introduction_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."introduction_id", NEW."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."revision_id"); RETURN NULL;',
                    hash="02504a19c4386e8a686abef59e64803fc8f164c1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8695c",
                    table="documents_introductiontick",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductiontick",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_introductiontickevent" ("at", "by_id", "id", "introduction_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."introduction_id", NEW."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."revision_id"); RETURN NULL;',
                    hash="51070b97150d6393fea03e3bce6f0c75e7fce073",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_14091",
                    table="documents_introductiontick",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductiontick",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_introductiontickevent" ("at", "by_id", "id", "introduction_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id") VALUES (OLD."at", OLD."by_id", OLD."id", OLD."introduction_id", OLD."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."revision_id"); RETURN NULL;',
                    hash="1b21ee9989a2a3f11fdd5a4b7e87026b912263e0",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a9c5d",
                    table="documents_introductiontick",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="packageitemevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d686e9d509be331a2882a7fe08ffc5e74823a61d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_02432",
                    table="documents_packageitemevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="readreceipt",
            constraint=models.UniqueConstraint(
                fields=("revision", "user", "turn"),
                name="receipt_once",
                violation_error_message="Versionen är redan kvitterad.",
            ),
        ),
        migrations.AddConstraint(
            model_name="readreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "own"), ("meeting", None)),
                    models.Q(("how", "group"), ("meeting__isnull", False)),
                    _connector="OR",
                ),
                name="receipt_group_has_meeting",
                violation_error_message="En gemensam genomgång har ett möte.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ed1f69fe310ba1511777df6816c8c3b3c3692767",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_dcbbb",
                    table="documents_readreceipt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="of_a_version_in_its_turn",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (\n                        SELECT FROM documents_revision WHERE id = NEW.revision_id AND approved_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'only an approved version is read' USING ERRCODE = 'check_violation';\n                    END IF;\n                    IF NEW.turn <> (\n                        SELECT count(*) FROM documents_readreceipt r\n                        JOIN documents_receiptretraction t ON t.receipt_id = r.id\n                        WHERE r.revision_id = NEW.revision_id AND r.user_id = NEW.user_id\n                    ) THEN\n                        RAISE EXCEPTION 'a receipt that stands is there already'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="53f0bbb267bc6d147fe6b34218c93ddaf452b5c0",
                    operation="INSERT",
                    pgid="pgtrigger_of_a_version_in_its_turn_b8e09",
                    table="documents_readreceipt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_readreceiptevent" ("at", "how", "id", "meeting_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "turn", "user_id") VALUES (NEW."at", NEW."how", NEW."id", NEW."meeting_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."revision_id", NEW."turn", NEW."user_id"); RETURN NULL;',
                    hash="4ca9b04b71fbbb68b4dc56429c6d708b2d15433e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_91963",
                    table="documents_readreceipt",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_readreceiptevent" ("at", "how", "id", "meeting_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "turn", "user_id") VALUES (NEW."at", NEW."how", NEW."id", NEW."meeting_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."revision_id", NEW."turn", NEW."user_id"); RETURN NULL;',
                    hash="f4421ec19948de0c43276a05855d45bbb83fb346",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_53a6b",
                    table="documents_readreceipt",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_readreceiptevent" ("at", "how", "id", "meeting_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "turn", "user_id") VALUES (OLD."at", OLD."how", OLD."id", OLD."meeting_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."revision_id", OLD."turn", OLD."user_id"); RETURN NULL;',
                    hash="b21bbb1845716b9024552398638eeed81dbfd40e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8b0f7",
                    table="documents_readreceipt",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readreceiptevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="77d8c04ca055714acff64485883fa35f782e95f2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_72f66",
                    table="documents_readreceiptevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptrequirement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("document", "role", "unit"),
                name="requirement_once",
                nulls_distinct=False,
                violation_error_message="De blir redan ombedda att läsa dokumentet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 365))),
                name="requirement_days_sensible",
                violation_error_message="Ange mellan 1 och 365 dagar.",
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None),
                    (
                        "valid_to__gte",
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("valid_from"), "-", models.Value(1)
                            ),
                            models.DateField(),
                        ),
                    ),
                    _connector="OR",
                ),
                name="requirement_dates_in_order",
                violation_error_message="Slutdatum kan inte ligga före startdatum.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptrequirement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7d717b8b92183315124cdb8ca4563680423c00a4",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_97cca",
                    table="documents_receiptrequirement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptrequirement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_receiptrequirementevent" ("created_at", "created_by_id", "days", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "valid_from", "valid_to") VALUES (NEW."created_at", NEW."created_by_id", NEW."days", NEW."document_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."unit_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="031f824efb698d055cf8333763f00749e5c1cee6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ec39f",
                    table="documents_receiptrequirement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptrequirement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_receiptrequirementevent" ("created_at", "created_by_id", "days", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "valid_from", "valid_to") VALUES (NEW."created_at", NEW."created_by_id", NEW."days", NEW."document_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."unit_id", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="d55a2992bfd415842aa33ea1d737bc711d623dc9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ca8c5",
                    table="documents_receiptrequirement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptrequirement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_receiptrequirementevent" ("created_at", "created_by_id", "days", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "valid_from", "valid_to") VALUES (OLD."created_at", OLD."created_by_id", OLD."days", OLD."document_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."unit_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="0a7b054924238c4db0fd975340cda7d73ce185f9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_458d0",
                    table="documents_receiptrequirement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptrequirementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d784d8f583a47ac901be54bdc820f80f588216a9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_eb2f7",
                    table="documents_receiptrequirementevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptretraction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="retraction_has_reason",
                violation_error_message="Skriv varför kvittensen tas tillbaka.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptretraction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d3ef97823fb5efc7fdf5dc6ba195cbd0cf66eb95",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_insert_only_6ad5e",
                    table="documents_receiptretraction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptretraction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_receiptretractionevent" ("at", "by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "receipt_id") VALUES (NEW."at", NEW."by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."receipt_id"); RETURN NULL;',
                    hash="e2922714196b1444e6a956a177475981baa2fdb8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_34169",
                    table="documents_receiptretraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptretraction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_receiptretractionevent" ("at", "by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "receipt_id") VALUES (NEW."at", NEW."by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."receipt_id"); RETURN NULL;',
                    hash="e5b92525006575729e727b6d5180247f5eafc88d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_db0ac",
                    table="documents_receiptretraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptretraction",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_receiptretractionevent" ("at", "by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "receipt_id") VALUES (OLD."at", OLD."by_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."receipt_id"); RETURN NULL;',
                    hash="37d459f38f5a8686e05bbc5e318d6a39df751bb1",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bf759",
                    table="documents_receiptretraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receiptretractionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="73b618dce1dedb1fb8d8051d7606dcb99bace5a5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6679e",
                    table="documents_receiptretractionevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="unitstatement",
            constraint=models.UniqueConstraint(
                fields=("unit", "document"),
                name="statement_once",
                violation_error_message="Enheten har redan tagit ställning. Ändra det i stället.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applies", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="statement_no_has_reason",
                violation_error_message="Skriv varför dokumentet inte gäller för enheten.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                    models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                    _connector="OR",
                ),
                name="statement_seen_pair",
                violation_error_message="Den som gjorde det och tiden hör ihop.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at", None), ("seen_revision", None)),
                    models.Q(("seen_at__isnull", False), ("seen_revision__isnull", False)),
                    _connector="OR",
                ),
                name="statement_seen_is_of_a_version",
                violation_error_message="Enheten tar del av en version.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d6602f8f19d85a24f14b46daa295436857bd1ba6",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_2fcfc",
                    table="documents_unitstatement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_unitstatementevent" ("applies", "decided_at", "decided_by_id", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seen_at", "seen_by_id", "seen_revision_id", "unit_id") VALUES (NEW."applies", NEW."decided_at", NEW."decided_by_id", NEW."document_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."seen_at", NEW."seen_by_id", NEW."seen_revision_id", NEW."unit_id"); RETURN NULL;',
                    hash="fa8be4061c0be9880ab0ec0a7fbdc6f43601e123",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_562d7",
                    table="documents_unitstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_unitstatementevent" ("applies", "decided_at", "decided_by_id", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seen_at", "seen_by_id", "seen_revision_id", "unit_id") VALUES (NEW."applies", NEW."decided_at", NEW."decided_by_id", NEW."document_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."seen_at", NEW."seen_by_id", NEW."seen_revision_id", NEW."unit_id"); RETURN NULL;',
                    hash="04e62878fca3c60f5db6918b4ee85250f92e0b28",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2019a",
                    table="documents_unitstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_unitstatementevent" ("applies", "decided_at", "decided_by_id", "document_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seen_at", "seen_by_id", "seen_revision_id", "unit_id") VALUES (OLD."applies", OLD."decided_at", OLD."decided_by_id", OLD."document_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."seen_at", OLD."seen_by_id", OLD."seen_revision_id", OLD."unit_id"); RETURN NULL;',
                    hash="68ab434c4e97d212f1022a33cf8e0cde620eda04",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a484e",
                    table="documents_unitstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitstatementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="483a0877c498447da90b0a209c41218192f3eac0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_dc327",
                    table="documents_unitstatementevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
