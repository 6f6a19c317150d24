import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_documents_and_versions"),
        ("organisation", "0003_parent_in_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="document",
            name="becomes_guideline_with_decision",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="document",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="document",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="document",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="approved_is_frozen",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="change_clears_signature",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="guideline_needs_decision",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="revision",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="revision",
            name="revision_source_and_fields",
        ),
        migrations.RemoveConstraint(
            model_name="revision",
            name="revision_has_content",
        ),
        migrations.AddField(
            model_name="document",
            name="law",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sol", "SoL"),
                    ("lss", "LSS"),
                    ("hsl", "HSL"),
                    ("school", "Skollagen"),
                    ("none", "Ingen (utanför SOSFS 2011:9)"),
                ],
                max_length=10,
                verbose_name="lagområde",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="documents.document",
                verbose_name="ersätter",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="retention",
            field=models.CharField(
                choices=[
                    ("kept", "Bevaras"),
                    ("two_years", "Gallras 2 år efter att det upphört"),
                    ("five_years", "Gallras 5 år efter att det upphört"),
                    ("ten_years", "Gallras 10 år efter att det upphört"),
                    ("when_obsolete", "Gallras när det inte längre behövs"),
                ],
                db_default="kept",
                default="kept",
                max_length=20,
                verbose_name="gallring",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="target_group",
            field=models.CharField(
                blank=True,
                help_text="Till exempel socialsekreterare, nattpersonal.",
                max_length=200,
                verbose_name="målgrupp",
            ),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="law",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sol", "SoL"),
                    ("lss", "LSS"),
                    ("hsl", "HSL"),
                    ("school", "Skollagen"),
                    ("none", "Ingen (utanför SOSFS 2011:9)"),
                ],
                max_length=10,
                verbose_name="lagområde",
            ),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="documents.document",
                verbose_name="ersätter",
            ),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="retention",
            field=models.CharField(
                choices=[
                    ("kept", "Bevaras"),
                    ("two_years", "Gallras 2 år efter att det upphört"),
                    ("five_years", "Gallras 5 år efter att det upphört"),
                    ("ten_years", "Gallras 10 år efter att det upphört"),
                    ("when_obsolete", "Gallras när det inte längre behövs"),
                ],
                db_default="kept",
                default="kept",
                max_length=20,
                verbose_name="gallring",
            ),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="target_group",
            field=models.CharField(
                blank=True,
                help_text="Till exempel socialsekreterare, nattpersonal.",
                max_length=200,
                verbose_name="målgrupp",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="body",
            field=models.TextField(blank=True, db_default="", verbose_name="text skriven här"),
        ),
        migrations.AddField(
            model_name="revision",
            name="started_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="documents.revision",
                verbose_name="mall det började i",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="whats_new",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Högst tre rader till den som läser.",
                max_length=600,
                verbose_name="vad är nytt",
            ),
        ),
        migrations.AddField(
            model_name="revisionevent",
            name="started_from",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="documents.revision",
                verbose_name="mall det började i",
            ),
        ),
        migrations.AddField(
            model_name="revisionevent",
            name="whats_new",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Högst tre rader till den som läser.",
                max_length=600,
                verbose_name="vad är nytt",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="type",
            field=models.CharField(
                choices=[
                    ("law", "Lag"),
                    ("regulation", "Föreskrift"),
                    ("guideline", "Riktlinje"),
                    ("program", "Program eller strategi"),
                    ("delegation", "Delegationsordning"),
                    ("overall_routine", "Övergripande rutin"),
                    ("plan", "Plan"),
                    ("agreement", "Överenskommelse"),
                    ("process_routine", "Processrutin"),
                    ("unit_routine", "Enhetsrutin"),
                    ("quick_guide", "Lathund"),
                    ("checklist", "Checklista"),
                    ("template", "Mall"),
                    ("external", "Extern länk"),
                ],
                max_length=20,
                verbose_name="typ",
            ),
        ),
        migrations.AlterField(
            model_name="documentevent",
            name="type",
            field=models.CharField(
                choices=[
                    ("law", "Lag"),
                    ("regulation", "Föreskrift"),
                    ("guideline", "Riktlinje"),
                    ("program", "Program eller strategi"),
                    ("delegation", "Delegationsordning"),
                    ("overall_routine", "Övergripande rutin"),
                    ("plan", "Plan"),
                    ("agreement", "Överenskommelse"),
                    ("process_routine", "Processrutin"),
                    ("unit_routine", "Enhetsrutin"),
                    ("quick_guide", "Lathund"),
                    ("checklist", "Checklista"),
                    ("template", "Mall"),
                    ("external", "Extern länk"),
                ],
                max_length=20,
                verbose_name="typ",
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="source",
            field=models.CharField(
                choices=[("uploaded", "Uppladdad fil"), ("authored", "Skriven här"), ("link", "Länk")],
                default="uploaded",
                max_length=20,
                verbose_name="källa",
            ),
        ),
        migrations.AlterField(
            model_name="revisionevent",
            name="source",
            field=models.CharField(
                choices=[("uploaded", "Uppladdad fil"), ("authored", "Skriven här"), ("link", "Länk")],
                default="uploaded",
                max_length=20,
                verbose_name="källa",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="becomes_guideline_with_decision",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"type\" IN ('guideline', 'program', 'delegation') AND NOT (OLD.\"type\" IN ('guideline', 'program', 'delegation')))",
                    func="\n                    IF EXISTS (\n                        SELECT FROM documents_revision WHERE document_id = NEW.id\n                        AND status = 'approved' AND decision = ''\n                    ) THEN\n                        RAISE EXCEPTION 'a guideline in force needs the decision of the board'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="5250e0ec8083951dbdc9c752f0603cb8ca735240",
                    operation="UPDATE",
                    pgid="pgtrigger_becomes_guideline_with_decision_3b1df",
                    table="documents_document",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_documentevent" ("created_at", "created_by_id", "dnr", "id", "is_governing", "keywords", "law", "next_review", "owner_unit_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaces_id", "responsible_id", "retention", "review_months", "target_group", "title", "type", "visibility") VALUES (NEW."created_at", NEW."created_by_id", NEW."dnr", NEW."id", NEW."is_governing", NEW."keywords", NEW."law", NEW."next_review", NEW."owner_unit_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."replaces_id", NEW."responsible_id", NEW."retention", NEW."review_months", NEW."target_group", NEW."title", NEW."type", NEW."visibility"); RETURN NULL;',
                    hash="d83cfd5a11112c6b5f86fb922a239a3c1da5368b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_be524",
                    table="documents_document",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "documents_documentevent" ("created_at", "created_by_id", "dnr", "id", "is_governing", "keywords", "law", "next_review", "owner_unit_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaces_id", "responsible_id", "retention", "review_months", "target_group", "title", "type", "visibility") VALUES (NEW."created_at", NEW."created_by_id", NEW."dnr", NEW."id", NEW."is_governing", NEW."keywords", NEW."law", NEW."next_review", NEW."owner_unit_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."replaces_id", NEW."responsible_id", NEW."retention", NEW."review_months", NEW."target_group", NEW."title", NEW."type", NEW."visibility"); RETURN NULL;',
                    hash="4b50feacfd39694cfa53ffe8b3424eefe8a92370",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a3ed6",
                    table="documents_document",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_documentevent" ("created_at", "created_by_id", "dnr", "id", "is_governing", "keywords", "law", "next_review", "owner_unit_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaces_id", "responsible_id", "retention", "review_months", "target_group", "title", "type", "visibility") VALUES (OLD."created_at", OLD."created_by_id", OLD."dnr", OLD."id", OLD."is_governing", OLD."keywords", OLD."law", OLD."next_review", OLD."owner_unit_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."replaces_id", OLD."responsible_id", OLD."retention", OLD."review_months", OLD."target_group", OLD."title", OLD."type", OLD."visibility"); RETURN NULL;',
                    hash="dceeab686232a5e98bc6508209124a13f2845041",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0c008",
                    table="documents_document",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."status" IN (\'approved\', \'withdrawn\') AND (OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."minor" IS DISTINCT FROM (NEW."minor") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."change_note" IS DISTINCT FROM (NEW."change_note") OR OLD."whats_new" IS DISTINCT FROM (NEW."whats_new") OR OLD."started_from_id" IS DISTINCT FROM (NEW."started_from_id") OR OLD."reviewed_at" IS DISTINCT FROM (NEW."reviewed_at") OR OLD."reviewed_by_id" IS DISTINCT FROM (NEW."reviewed_by_id") OR OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."decided_on" IS DISTINCT FROM (NEW."decided_on") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."storage_key" IS DISTINCT FROM (NEW."storage_key") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."file_kind" IS DISTINCT FROM (NEW."file_kind") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."body" IS DISTINCT FROM (NEW."body")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4bf243e7ff58888e13aa88d213f90b6ee043cb75",
                    operation="UPDATE",
                    pgid="pgtrigger_approved_is_frozen_79a59",
                    table="documents_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="change_clears_signature",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."storage_key" IS DISTINCT FROM (NEW."storage_key") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."file_kind" IS DISTINCT FROM (NEW."file_kind") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."body" IS DISTINCT FROM (NEW."body"))',
                    func="NEW.reviewed_at = NULL; NEW.reviewed_by_id = NULL; RETURN NEW;",
                    hash="7d82abde7d7e23faf06d493a3498d968b1752c66",
                    operation="UPDATE",
                    pgid="pgtrigger_change_clears_signature_f0817",
                    table="documents_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="guideline_needs_decision",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"decision\" = '' AND NEW.\"status\" = 'approved')",
                    func="\n                    IF EXISTS (\n                        SELECT FROM documents_document\n                        WHERE id = NEW.document_id AND type IN ('guideline', 'program', 'delegation')\n                    ) THEN\n                        RAISE EXCEPTION 'a guideline in force needs the decision of the board'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="67c92c05e6129d9671cc55d83e7d1a218afa0f4a",
                    operation="UPDATE",
                    pgid="pgtrigger_guideline_needs_decision_6b315",
                    table="documents_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_revisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "created_at", "decided_on", "decision", "document_id", "file_kind", "file_name", "id", "minor", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sha256", "size", "source", "started_from_id", "status", "storage_key", "url", "valid_from", "valid_to", "whats_new", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."author_id", NEW."change_note", NEW."created_at", NEW."decided_on", NEW."decision", NEW."document_id", NEW."file_kind", NEW."file_name", NEW."id", NEW."minor", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."sha256", NEW."size", NEW."source", NEW."started_from_id", NEW."status", NEW."storage_key", NEW."url", NEW."valid_from", NEW."valid_to", NEW."whats_new", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;',
                    hash="9975d2e0d6c9ac361f47efbdd18139e7fea57f64",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_13010",
                    table="documents_revision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."change_note" IS DISTINCT FROM (NEW."change_note") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_on" IS DISTINCT FROM (NEW."decided_on") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."file_kind" IS DISTINCT FROM (NEW."file_kind") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."minor" IS DISTINCT FROM (NEW."minor") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."reviewed_at" IS DISTINCT FROM (NEW."reviewed_at") OR OLD."reviewed_by_id" IS DISTINCT FROM (NEW."reviewed_by_id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."started_from_id" IS DISTINCT FROM (NEW."started_from_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."storage_key" IS DISTINCT FROM (NEW."storage_key") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."whats_new" IS DISTINCT FROM (NEW."whats_new") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id"))',
                    func='INSERT INTO "documents_revisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "created_at", "decided_on", "decision", "document_id", "file_kind", "file_name", "id", "minor", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sha256", "size", "source", "started_from_id", "status", "storage_key", "url", "valid_from", "valid_to", "whats_new", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."author_id", NEW."change_note", NEW."created_at", NEW."decided_on", NEW."decision", NEW."document_id", NEW."file_kind", NEW."file_name", NEW."id", NEW."minor", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."sha256", NEW."size", NEW."source", NEW."started_from_id", NEW."status", NEW."storage_key", NEW."url", NEW."valid_from", NEW."valid_to", NEW."whats_new", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;',
                    hash="3d0885157607a04a41b1d2a6aaccb678c15db897",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fdf7f",
                    table="documents_revision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "documents_revisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "created_at", "decided_on", "decision", "document_id", "file_kind", "file_name", "id", "minor", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sha256", "size", "source", "started_from_id", "status", "storage_key", "url", "valid_from", "valid_to", "whats_new", "withdrawn_at", "withdrawn_by_id") VALUES (OLD."approved_at", OLD."approved_by_id", OLD."author_id", OLD."change_note", OLD."created_at", OLD."decided_on", OLD."decision", OLD."document_id", OLD."file_kind", OLD."file_name", OLD."id", OLD."minor", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reviewed_at", OLD."reviewed_by_id", OLD."sha256", OLD."size", OLD."source", OLD."started_from_id", OLD."status", OLD."storage_key", OLD."url", OLD."valid_from", OLD."valid_to", OLD."whats_new", OLD."withdrawn_at", OLD."withdrawn_by_id"); RETURN NULL;',
                    hash="1cef117595b28c5b4f84a9acab34c93e8b58fdb2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f0907",
                    table="documents_revision",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", None), models.Q(("replaces", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="document_replaces_another",
                violation_error_message="Ett dokument kan inte ersätta sig självt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("body", ""),
                        ("source", "uploaded"),
                        ("url", ""),
                        models.Q(
                            models.Q(
                                ("file_kind", ""),
                                ("file_name", ""),
                                ("size", 0),
                                ("storage_key", ""),
                                ("sha256", ""),
                            ),
                            models.Q(
                                ("size__gt", 0),
                                models.Q(
                                    ("storage_key", ""),
                                    ("file_name", ""),
                                    ("file_kind", ""),
                                    ("sha256", ""),
                                    _connector="OR",
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("source", "authored"),
                        ("url", ""),
                        ("file_kind", ""),
                        ("file_name", ""),
                        ("size", 0),
                        ("storage_key", ""),
                        models.Q(
                            models.Q(("body", ""), ("sha256", "")),
                            models.Q(("body", ""), ("sha256", ""), _connector="OR", _negated=True),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("body", ""),
                        ("source", "link"),
                        ("file_kind", ""),
                        ("file_name", ""),
                        ("size", 0),
                        ("storage_key", ""),
                        ("sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="revision_source_and_fields",
                violation_error_message="En version är antingen en fil, en text eller en länk.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("status__in", ["draft", "withdrawn"])),
                    models.Q(("storage_key", ""), _negated=True),
                    models.Q(("url", ""), _negated=True),
                    models.Q(("body", ""), _negated=True),
                    _connector="OR",
                ),
                name="revision_has_content",
                violation_error_message="Versionen är tom. Lägg in en fil, en text eller en länk först.",
            ),
        ),
    ]
