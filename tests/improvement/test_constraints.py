"""What the database refuses by raw SQL, so that no road around the verbs is open, and says in Swedish."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from improvement import actions
from improvement.models import Cause, Deviation, InvestigationEntry, MeasureCase
from kvalitet import trees
from kvalitet.organisation.models import Unit
from tests.factories import days
from tests.improvement.factories import bring_to, judged, plan, report


def refused(statement, *values, because):
    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def copied(table, pk, **changes):
    """An INSERT of the row once more, with other values in ``changes`` (SQL)."""
    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    columns.remove("id")
    values = ", ".join(changes.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = {pk}"


FROZEN = {
    "submission": "gen_random_uuid()",
    "reported_at": "reported_at - interval '1 day'",
    "reported_on": "reported_on + 1",
    "reported_by_id": "reported_by_id - 1",
    "what_happened": "'Något annat.'",
    "happened_on": "happened_on - 1",
    "happened_at": "'12:00'",
    "harm": "'no'",
    "immediate_action": "''",
    "is_manager_involved": "NOT is_manager_involved",
}


@pytest.mark.parametrize("column", FROZEN)
def test_the_report_is_frozen(cast, column):
    pk = report(cast).pk
    statement = f"UPDATE improvement_deviation SET {column} = {FROZEN[column]} WHERE id = %s"
    refused(statement, pk, because="update")


STATED = "received_at = now(), received_by_id = reported_by_id"
ANSWERED = "answered_at = now(), answered_by_id = reported_by_id"
CLOSED = "closed_at = now(), closed_by_id = reported_by_id"
JUDGED = "suspicion_judged_at = now(), suspicion_judged_by_id = reported_by_id"
# status it stands in, what is written, what refuses.
CASES = [
    ("reported", "status = 'acting'", "transition"),
    ("reported", f"status = 'investigating', {STATED}", "transition"),
    ("received", f"status = 'acted', {ANSWERED}", "transition"),
    ("closed", "status = 'reported'", "transition"),
    ("not_deviation", "status = 'received', closed_at = NULL, closed_by_id = NULL", "transition"),
    ("to_inquiry", "status = 'received', closed_at = NULL, closed_by_id = NULL", "transition"),
    ("reported", "suspicion = 'inquiry'", "transition"),
    ("to_inquiry", "suspicion = 'returned'", "transition"),
    ("to_inquiry", "suspicion = 'none'", "transition"),
    ("reported", "status = 'received'", "deviation_received_when_handled"),
    ("reported", STATED, "deviation_reported_is_not_received"),
    ("acting", "status = 'acted'", "deviation_answered_when_acted"),
    ("acted", "status = 'closed'", "deviation_closed_when_over"),
    ("reported", f"status = 'not_deviation', {CLOSED}", "deviation_answered_when_acted"),
    ("reported", CLOSED, "deviation_open_is_not_closed"),
    ("reported", "received_at = now()", "deviation_received_pair"),
    ("received", "answered_by_id = reported_by_id", "deviation_answered_pair"),
    ("received", "closed_at = now()", "deviation_closed_pair"),
    ("received", "suspicion_judged_at = now()", "deviation_suspicion_judged_pair"),
    ("reported", "zone = 'green'", "deviation_assessment_whole"),
    ("investigating", "zone = ''", "deviation_assessment_whole"),
    ("investigating", "likelihood = NULL", "deviation_assessment_whole"),
    ("investigating", "consequence = 0", "deviation_assessment_whole"),
    ("received", "unit_id = NULL", "deviation_placed_before_handled"),
    ("to_inquiry", "inquiry_dnr = ''", "deviation_inquiry_has_dnr"),
    ("to_inquiry", "suspicion_judged_at = NULL, suspicion_judged_by_id = NULL", "deviation_judged_suspicion"),
]


@pytest.mark.parametrize(("status", "change", "because"), CASES)
def test_a_case_that_makes_no_sense_is_refused(cast, status, change, because):
    pk = bring_to(report(cast), cast, status).pk
    refused(f"UPDATE improvement_deviation SET {change} WHERE id = %s", pk, because=because)


def test_a_suspicion_nobody_has_judged_cannot_be_closed(cast):
    pk = report(cast, is_suspected=True).pk
    change = f"status = 'not_deviation', {CLOSED}, {ANSWERED}"
    refused(
        f"UPDATE improvement_deviation SET {change} WHERE id = %s",
        pk,
        because="deviation_suspicion_settled",
    )


BORN = [
    ({"status": "'received'", "received_at": "now()", "received_by_id": "reported_by_id"}, "insert"),
    ({"suspicion": "'returned'"}, "deviation_judged_suspicion"),
    ({"suspicion": "'inquiry'"}, "deviation_judged_suspicion"),
    ({"happened_on": "reported_on + 1"}, "deviation_happened_before_report"),
]


@pytest.mark.parametrize(("values", "because"), BORN)
def test_a_case_is_born_as_a_report_of_what_has_happened(cast, values, because):
    pk = report(cast).pk
    refused(copied("improvement_deviation", pk, submission="gen_random_uuid()", **values), because=because)


def test_the_same_form_cannot_make_two_cases(cast):
    refused(copied("improvement_deviation", report(cast).pk), because="submission")


@pytest.mark.parametrize("table", ["deviation", "measure", "cause"])
def test_nothing_of_a_case_is_deleted(cast, table):
    bring_to(report(cast), cast, "acting")
    refused(f"DELETE FROM improvement_{table}", because="delete")


@pytest.mark.parametrize("table", ["investigationentry", "deviationtransition", "measuretransition"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_notes_and_what_was_done_are_only_added(cast, table, verb):
    deviation = bring_to(report(cast), cast, "acted")
    actions.add_entry(deviation, user=cast.chef, kind="assessment", text="Listan var gammal.")
    refused(verb.format(f"improvement_{table}"), because="update|delete")


@pytest.mark.parametrize("table", ["deviation", "investigationentry", "cause", "measure", "measurecase"])
def test_history_cannot_be_changed(cast, table):
    deviation = bring_to(report(cast), cast, "acting")
    actions.add_entry(deviation, user=cast.chef, kind="assessment", text="Listan var gammal.")
    further = report(cast)
    MeasureCase.objects.create(measure=deviation.measures.get(), deviation=further, created_by=cast.chef)
    for verb in ("UPDATE improvement_{}event SET pgh_label = 'x'", "DELETE FROM improvement_{}event"):
        refused(verb.format(table), because="update|delete")


def path(*units):
    return [unit.pk for unit in units]


def test_the_path_of_the_day_is_the_databases_own(cast):
    units = cast.units
    deviation = report(cast)
    home = path(units.board, units.administration, units.department, units.home)
    read = lambda: Deviation.objects.get(pk=deviation.pk).unit_path  # noqa: E731
    assert read() == home
    run("UPDATE improvement_deviation SET unit_path = '{}' WHERE id = %s", deviation.pk)
    assert read() == home
    trees.move(units.home, parent=Unit.objects.get(pk=units.other_department.pk))
    actions.assess(deviation, user=cast.chef, values={"summary": "En insats uteblev."})
    assert read() == home
    run("UPDATE improvement_deviation SET unit_id = %s WHERE id = %s", units.provider.pk, deviation.pk)
    assert read() == path(units.board, units.administration, units.other_department, units.provider)
    run("UPDATE improvement_deviation SET unit_id = NULL WHERE id = %s", deviation.pk)
    assert read() == []


MEASURES = [
    ("planned", "status = 'judged'", "transition"),
    ("done", "status = 'planned', done_at = NULL, done_by_id = NULL", "transition"),
    ("judged", "status = 'done', judged_at = NULL, judged_by_id = NULL, effect = ''", "transition"),
    ("planned", "title = ''", "measure_has_title"),
    ("planned", "effect_on = due - 1", "measure_effect_after_due"),
    ("planned", "status = 'done'", "measure_done_has_stamp"),
    ("planned", "done_at = now(), done_by_id = created_by_id", "measure_done_has_stamp"),
    ("planned", "done_at = now()", "measure_done_"),
    ("planned", "effect = 'yes'", "measure_judged_has_effect"),
    (
        "done",
        "status = 'judged', judged_at = now(), judged_by_id = created_by_id",
        "measure_judged_has_effect",
    ),
    ("done", "status = 'judged', effect = 'yes'", "measure_judged_has_effect"),
    ("planned", "status = 'dropped'", "measure_dropped_has_stamp"),
    ("planned", "dropped_at = now(), dropped_by_id = created_by_id", "measure_dropped_has_stamp"),
]


@pytest.mark.parametrize(("status", "change", "because"), MEASURES)
def test_a_measure_that_makes_no_sense_is_refused(cast, status, change, because):
    from improvement.actions import measures

    measure = plan(bring_to(report(cast), cast, "received"), cast)
    if status == "judged":
        measure = judged(measure, by=cast.chef)
    if status == "done":
        measure = measures.change_status(measure, "done", user=cast.chef)
    refused(f"UPDATE improvement_measure SET {change} WHERE id = %s", measure.pk, because=because)


def test_a_measure_is_born_planned_and_answers_a_case_once(cast):
    deviation = bring_to(report(cast), cast, "received")
    measure = plan(deviation, cast)
    stamp = {"done_at": "now()", "done_by_id": "created_by_id"}
    refused(copied("improvement_measure", measure.pk, status="'done'", **stamp), because="insert")
    row = MeasureCase.objects.create(measure=measure, deviation=report(cast), created_by=cast.chef)
    refused(copied("improvement_measurecase", row.pk), because="measure_case_once")


def test_a_fact_says_where_it_comes_from_and_a_struck_cause_by_whom(cast):
    deviation = bring_to(report(cast), cast, "acting")
    entry = InvestigationEntry.objects.create(
        deviation=deviation, kind="assessment", text="Listan var gammal.", author=cast.chef
    )
    refused(
        copied("improvement_investigationentry", entry.pk, kind="'fact'"), because="entry_fact_has_source"
    )
    refused(
        "UPDATE improvement_cause SET struck_at = now() WHERE id = %s",
        Cause.objects.get().pk,
        because="cause_struck_pair",
    )


def test_labels_and_matrix_keep_their_shape(cast):
    refused("UPDATE improvement_deviationcategory SET name = ''", because="category_has_name")
    refused("UPDATE improvement_deviationcategory SET parent_id = id", because="category_not_own_parent")
    refused("UPDATE improvement_riskmatrix SET yellow_to = green_to", because="matrix_zones_in_order")
    (matrix,) = apps.get_model("improvement", "RiskMatrix").objects.values_list("pk", flat=True)
    refused(copied("improvement_riskmatrix", matrix, name="'En till'"), because="matrix_one_default")


def test_every_constraint_of_ours_says_why_in_swedish():
    standard = models.BaseConstraint.default_violation_error_message
    found = [
        one
        for model in apps.get_app_config("improvement").get_models()
        for one in model._meta.constraints
        if one.name and not model.__name__.endswith(("Event", "Permission"))
    ]
    assert len(found) > 20
    assert [one.name for one in found if one.violation_error_message in (standard, "")] == []


@pytest.mark.django_db
def test_violation_is_told_in_words_before_it_reaches_the_database(cast):
    deviation = report(cast)
    deviation.happened_on = days(3)
    with pytest.raises(Exception, match="framåt i tiden"):
        deviation.validate_constraints()
