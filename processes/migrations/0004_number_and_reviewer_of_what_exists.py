from datetime import timedelta

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def number_and_ask(apps, schema_editor):
    """What people write is the number there was; what is in review waits for who answers for the process."""
    revisions = apps.get_model("processes", "ProcessRevision").objects
    revisions.update(major=F("number"))
    due = timezone.localdate() + timedelta(days=14)
    for revision in revisions.filter(status="in_review").select_related("process__parent__parent"):
        process = revision.process
        above = [process, process.parent, process.parent.parent if process.parent else None]
        owners = [one.owner_id for one in above if one and one.owner_id]
        reviewer = owners[0] if owners else revision.author_id
        revisions.filter(pk=revision.pk).update(reviewer=reviewer, review_due=due)


class Migration(migrations.Migration):
    dependencies = [
        ("processes", "0003_named_reviewer_and_editorial_versions"),
    ]

    operations = [
        migrations.RunPython(number_and_ask, migrations.RunPython.noop, elidable=True),
        # The history gets its new column too, or the first later change would be told as one of the number.
        migrations.RunSQL(
            "ALTER TABLE processes_processrevisionevent DISABLE TRIGGER USER;"
            " UPDATE processes_processrevisionevent SET major = number;"
            " ALTER TABLE processes_processrevisionevent ENABLE TRIGGER USER;"
            " SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;",
            migrations.RunSQL.noop,
            elidable=True,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="status_by_workflow",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{approved:draft,approved:withdrawn,draft:approved,draft:in_review,draft:withdrawn,in_review:approved,in_review:draft,in_review:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="e12221aff6a205c7c28232ea6c430f377a3da4b1",
                    operation="UPDATE",
                    pgid="pgtrigger_status_by_workflow_5cd48",
                    table="processes_processrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."status" IN (\'approved\', \'withdrawn\') AND (OLD."process_id" IS DISTINCT FROM (NEW."process_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."major" IS DISTINCT FROM (NEW."major") OR OLD."minor" IS DISTINCT FROM (NEW."minor") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."change_note" IS DISTINCT FROM (NEW."change_note") OR OLD."map_name" IS DISTINCT FROM (NEW."map_name") OR OLD."reviewer_id" IS DISTINCT FROM (NEW."reviewer_id") OR OLD."review_due" IS DISTINCT FROM (NEW."review_due") OR OLD."reviewed_at" IS DISTINCT FROM (NEW."reviewed_at") OR OLD."reviewed_by_id" IS DISTINCT FROM (NEW."reviewed_by_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."mission" IS DISTINCT FROM (NEW."mission") OR OLD."goal" IS DISTINCT FROM (NEW."goal") OR OLD."starts_when" IS DISTINCT FROM (NEW."starts_when") OR OLD."ends_when" IS DISTINCT FROM (NEW."ends_when") OR OLD."object_in" IS DISTINCT FROM (NEW."object_in") OR OLD."object_out" IS DISTINCT FROM (NEW."object_out") OR OLD."recipients" IS DISTINCT FROM (NEW."recipients") OR OLD."stakeholders" IS DISTINCT FROM (NEW."stakeholders") OR OLD."working_method" IS DISTINCT FROM (NEW."working_method") OR OLD."desired_effect" IS DISTINCT FROM (NEW."desired_effect") OR OLD."functions" IS DISTINCT FROM (NEW."functions") OR OLD."map_id" IS DISTINCT FROM (NEW."map_id")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="11d716ce7b0ea3dab88a007bb077e445059f0e81",
                    operation="UPDATE",
                    pgid="pgtrigger_approved_is_frozen_e5a00",
                    table="processes_processrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="only_editorial_skips_review",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."minor" = 0 AND NEW."status" = \'approved\' AND OLD."status" = \'draft\')',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a7830c5efb1bb600cc5617457ffd43c072ce74da",
                    operation="UPDATE",
                    pgid="pgtrigger_only_editorial_skips_review_16022",
                    table="processes_processrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="editorial_has_its_decided_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."minor" > 0 AND NEW."status" = \'approved\' AND NOT (OLD."status" = \'approved\'))',
                    func="\n                    IF NOT EXISTS (\n                        SELECT FROM processes_processrevision\n                        WHERE process_id = NEW.process_id AND major = NEW.major AND minor = 0\n                        AND status = 'approved' AND published_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'an editorial change needs the published version that it changes'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="3ce385317a6775f5e65d4b69fe51a7c27617d4a4",
                    operation="UPDATE",
                    pgid="pgtrigger_editorial_has_its_decided_version_f99e4",
                    table="processes_processrevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "processes_processrevisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "choices", "created_at", "desired_effect", "ends_when", "functions", "goal", "id", "major", "map_id", "map_name", "minor", "mission", "moves", "number", "object_in", "object_out", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "process_id", "projected_at", "published_at", "published_by_id", "recipients", "review_due", "reviewed_at", "reviewed_by_id", "reviewer_id", "stakeholders", "starts_when", "status", "title", "valid_from", "valid_to", "withdrawn_at", "withdrawn_by_id", "working_method") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."author_id", NEW."change_note", NEW."choices", NEW."created_at", NEW."desired_effect", NEW."ends_when", NEW."functions", NEW."goal", NEW."id", NEW."major", NEW."map_id", NEW."map_name", NEW."minor", NEW."mission", NEW."moves", NEW."number", NEW."object_in", NEW."object_out", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."process_id", NEW."projected_at", NEW."published_at", NEW."published_by_id", NEW."recipients", NEW."review_due", NEW."reviewed_at", NEW."reviewed_by_id", NEW."reviewer_id", NEW."stakeholders", NEW."starts_when", NEW."status", NEW."title", NEW."valid_from", NEW."valid_to", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."working_method"); RETURN NULL;',
                    hash="e2c1659649f171a72f1fa9134aa403c83d3a4d9f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b0835",
                    table="processes_processrevision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."change_note" IS DISTINCT FROM (NEW."change_note") OR OLD."choices" IS DISTINCT FROM (NEW."choices") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."desired_effect" IS DISTINCT FROM (NEW."desired_effect") OR OLD."ends_when" IS DISTINCT FROM (NEW."ends_when") OR OLD."functions" IS DISTINCT FROM (NEW."functions") OR OLD."goal" IS DISTINCT FROM (NEW."goal") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."major" IS DISTINCT FROM (NEW."major") OR OLD."map_id" IS DISTINCT FROM (NEW."map_id") OR OLD."map_name" IS DISTINCT FROM (NEW."map_name") OR OLD."minor" IS DISTINCT FROM (NEW."minor") OR OLD."mission" IS DISTINCT FROM (NEW."mission") OR OLD."moves" IS DISTINCT FROM (NEW."moves") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."object_in" IS DISTINCT FROM (NEW."object_in") OR OLD."object_out" IS DISTINCT FROM (NEW."object_out") OR OLD."process_id" IS DISTINCT FROM (NEW."process_id") OR OLD."projected_at" IS DISTINCT FROM (NEW."projected_at") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."recipients" IS DISTINCT FROM (NEW."recipients") OR OLD."review_due" IS DISTINCT FROM (NEW."review_due") OR OLD."reviewed_at" IS DISTINCT FROM (NEW."reviewed_at") OR OLD."reviewed_by_id" IS DISTINCT FROM (NEW."reviewed_by_id") OR OLD."reviewer_id" IS DISTINCT FROM (NEW."reviewer_id") OR OLD."stakeholders" IS DISTINCT FROM (NEW."stakeholders") OR OLD."starts_when" IS DISTINCT FROM (NEW."starts_when") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."working_method" IS DISTINCT FROM (NEW."working_method"))',
                    func='INSERT INTO "processes_processrevisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "choices", "created_at", "desired_effect", "ends_when", "functions", "goal", "id", "major", "map_id", "map_name", "minor", "mission", "moves", "number", "object_in", "object_out", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "process_id", "projected_at", "published_at", "published_by_id", "recipients", "review_due", "reviewed_at", "reviewed_by_id", "reviewer_id", "stakeholders", "starts_when", "status", "title", "valid_from", "valid_to", "withdrawn_at", "withdrawn_by_id", "working_method") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."author_id", NEW."change_note", NEW."choices", NEW."created_at", NEW."desired_effect", NEW."ends_when", NEW."functions", NEW."goal", NEW."id", NEW."major", NEW."map_id", NEW."map_name", NEW."minor", NEW."mission", NEW."moves", NEW."number", NEW."object_in", NEW."object_out", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."process_id", NEW."projected_at", NEW."published_at", NEW."published_by_id", NEW."recipients", NEW."review_due", NEW."reviewed_at", NEW."reviewed_by_id", NEW."reviewer_id", NEW."stakeholders", NEW."starts_when", NEW."status", NEW."title", NEW."valid_from", NEW."valid_to", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."working_method"); RETURN NULL;',
                    hash="1aeb4c68efaaed7381a0d9c79a3fb5204f0f4100",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0c295",
                    table="processes_processrevision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "processes_processrevisionevent" ("approved_at", "approved_by_id", "author_id", "change_note", "choices", "created_at", "desired_effect", "ends_when", "functions", "goal", "id", "major", "map_id", "map_name", "minor", "mission", "moves", "number", "object_in", "object_out", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "process_id", "projected_at", "published_at", "published_by_id", "recipients", "review_due", "reviewed_at", "reviewed_by_id", "reviewer_id", "stakeholders", "starts_when", "status", "title", "valid_from", "valid_to", "withdrawn_at", "withdrawn_by_id", "working_method") VALUES (OLD."approved_at", OLD."approved_by_id", OLD."author_id", OLD."change_note", OLD."choices", OLD."created_at", OLD."desired_effect", OLD."ends_when", OLD."functions", OLD."goal", OLD."id", OLD."major", OLD."map_id", OLD."map_name", OLD."minor", OLD."mission", OLD."moves", OLD."number", OLD."object_in", OLD."object_out", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."process_id", OLD."projected_at", OLD."published_at", OLD."published_by_id", OLD."recipients", OLD."review_due", OLD."reviewed_at", OLD."reviewed_by_id", OLD."reviewer_id", OLD."stakeholders", OLD."starts_when", OLD."status", OLD."title", OLD."valid_from", OLD."valid_to", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."working_method"); RETURN NULL;',
                    hash="d7847cf0e2bb5b41439f3ede7434f3389ec5ab3c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_624d3",
                    table="processes_processrevision",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="processrevision",
            constraint=models.UniqueConstraint(
                fields=("process", "major", "minor"),
                name="process_revision_label_once",
                violation_error_message="Versionen finns redan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minor", 0), models.Q(("status", "in_review"), _negated=True), _connector="OR"
                ),
                name="process_revision_editorial_not_reviewed",
                violation_error_message="En redaktionell ändring granskas inte. Gör den till en ny version.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review_due", None), ("reviewer", None)),
                    models.Q(("review_due__isnull", False), ("reviewer__isnull", False)),
                    _connector="OR",
                ),
                name="process_revision_reviewer_has_day",
                violation_error_message="Granskare och sista dag hör ihop.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "in_review"), _negated=True),
                    ("reviewer__isnull", False),
                    _connector="OR",
                ),
                name="process_revision_in_review_has_reviewer",
                violation_error_message="Välj vem som ska granska.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("author")), _negated=True),
                    models.Q(
                        ("reviewed_by__isnull", False),
                        models.Q(("reviewed_by", models.F("author")), _negated=True),
                    ),
                    ("minor__gt", 0),
                    _connector="OR",
                ),
                name="process_revision_four_eyes",
                violation_error_message="Två olika personer ska stå på varje version.",
            ),
        ),
    ]
