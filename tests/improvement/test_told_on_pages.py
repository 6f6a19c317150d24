"""What the pages tell of a case and round it: the matrix, history, uses of a version, the filters."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from improvement import access, actions, case_history, panels
from improvement.actions import exchanges, measures
from improvement.enums import CaseLaw, CauseArea, Zone
from improvement.models import Cause, Deviation, RiskMatrix, SpreadAnswer, SpreadPrompt
from kvalitet.models import Notification
from tests.documents.factories import make_in_force
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import assessed, plan, report

pytestmark = pytest.mark.django_db

# Of transactions, and of what is read once in a process.
FREE = re.compile(r".*SAVEPOINT|.*django_content_type")


def test_the_matrix_is_a_table_of_its_own_labels_and_zones():
    matrix = RiskMatrix(
        likelihoods=["Sällan", "Ofta"], consequences=["Liten", "Stor"], green_to=1, yellow_to=3, grave_from=3
    )
    assert matrix.rows() == [
        ("Sällan", [(1, Zone.GREEN), (2, Zone.YELLOW)]),
        ("Ofta", [(2, Zone.YELLOW), (4, Zone.RED)]),
    ]


@pytest.mark.parametrize("name", ["assess", "close_simply"])
def test_the_form_shows_the_matrix_and_the_report(cast, client, name):
    deviation = report(cast)
    path = deviation.get_absolute_url() + {"assess": "bedom/"}.get(name, f"{name}/")
    client.force_login(cast.chef)
    page = client.get(path).content.decode()
    assert 'class="kv-zone red"' in page
    assert deviation.what_happened in page


def test_history_tells_a_loaded_row_by_its_own_person_and_day(cast):
    deviation = report(cast)
    past = timezone.now() - timedelta(days=90)
    Cause.objects.create(
        deviation=deviation,
        area=CauseArea.PROCEDURES,
        sentence="Att rutinen saknas.",
        created_by=cast.chef,
        created_at=past,
    )
    told = {one.sentence: one for one in case_history.timeline(cast.chef, deviation)}
    entry = told["angav orsaken: Procedurer, rutiner och riktlinjer"]
    assert (entry.actor, entry.at) == (str(cast.chef), past)


def test_history_of_a_case_tells_the_way_of_its_measures_without_raw_values(cast):
    deviation = assessed(report(cast), by=cast.chef)
    measures.change_status(plan(deviation, cast), "done", user=cast.ombud)
    told = case_history.timeline(cast.chef, deviation)
    assert "genomförde åtgärden: Ring upp vid byte av personal" in [one.sentence for one in told]
    names = {name for one in told for name, _, _ in one.changes}
    assert names.isdisjoint({"enheter den dagen", "formulärets nyckel", "riskmatris"})


def went_on(case, cast):
    """Merged into another, and taken out again."""
    actions.change_status(case, "merge", user=fresh(cast.chef), into=report(cast), comment="Lika.")
    return actions.change_status(case, "restore", user=fresh(cast.chef), comment="Nej.")


def one_more_of_each(case, cast):
    """Of each row that a case tells of in its history, but for its other part."""
    chef, row = fresh(cast.chef), Deviation.objects.get(pk=case.pk)
    entry = actions.add_entry(row, user=chef, kind="assessment", text="Listan lästes inte.")
    actions.correct_entry(entry, user=chef, kind="assessment", text="Listan lästes sent.")
    actions.add_cause(row, user=chef, area=CauseArea.PROCEDURES, sentence="Att rutinen saknas.")
    values = {"direction": "out", "party": "region", "party_name": "Regionen", "text": "Vad hände?"}
    sent = exchanges.begin(row, user=chef, values={**values, "answer_by": days(9)})
    exchanges.change_status(sent, "send", user=chef)
    measures.change_status(plan(row, cast, by=chef), "done", user=fresh(cast.ombud))
    actions.change_status(report(cast, by=cast.ombud), "merge", user=chef, into=row, comment="Samma.")
    known = {"withdrawn_at": timezone.now(), "withdrawn_by": chef, "answer_by": days(9)}
    prompt = SpreadPrompt.objects.create(deviation=row, question="Hos oss?", sent_by=chef, **known)
    answer = SpreadAnswer.objects.create(prompt=prompt, unit=cast.units.other)
    by = {"answered_at": timezone.now(), "answered_by": cast.ersattare}
    SpreadAnswer.objects.filter(pk=answer.pk).update(answer="no", **by)


@pytest.mark.parametrize("who", ["chef", "lexansvarig", "avdelningschef"])
def test_history_costs_the_same_for_one_and_three_of_each(cast, client_for, who):
    counts = []
    for number in (1, 3):
        case = report(cast)
        for _ in range(number):
            case = went_on(case, cast)
        actions.hand_over(case, person=cast.handlaggare, user=fresh(cast.chef))
        case = assessed(case, by=fresh(cast.chef), likelihood=4, consequence=4)
        actions.split(case, user=fresh(cast.chef), law=CaseLaw.HSL)
        for _ in range(number):
            one_more_of_each(case, cast)
        access.log_opening(cast.avdelningschef, case, reason="Granskar.")
        with CaptureQueriesContext(connection) as asked:
            page = client_for(who).get(f"{case.get_absolute_url()}historik/").text
        for words in ("rättade en anteckning", "delade händelsen", "frågade andra", "slog ihop avvikelse"):
            assert page.count(words) >= 1, words
        counts.append(len([one for one in asked if not FREE.match(one["sql"] or "SAVEPOINT")]))
    assert counts[0] == counts[1] <= 12


def test_a_version_shows_the_measure_that_changed_it_and_the_cases_it_held_for(cast):
    revision = make_in_force(cast).revisions.get()
    deviation = assessed(report(cast), by=cast.chef, routine=revision)
    measure = plan(deviation, cast, routine=revision)
    found = [use.url for use in panels.where_used(cast.chef, revision)]
    assert found == [measure.get_absolute_url(), deviation.get_absolute_url()]
    assert list(panels.where_used(cast.medarbetare, revision)) == []


def _shown(client, user, query):
    client.force_login(user)
    response = client.get(reverse("improvement:deviations") + query)
    return [row.record.pk for row in response.context["table"].page.object_list]


def test_suspicion_is_a_filter_only_for_those_who_read_the_case(cast, client):
    suspected = report(cast, is_suspected=True)
    assert _shown(client, cast.lexansvarig, "?urval=missforhallande") == [suspected.pk]
    assert _shown(client, cast.medarbetare, "?urval=missforhallande") == []


def test_what_has_no_unit_can_be_listed_alone(cast, client):
    unplaced = report(cast, unit=None)
    report(cast)
    assert _shown(client, cast.samordnare, "?urval=ofordelade") == [unplaced.pk]


def test_notices_name_their_kind_in_swedish(cast):
    report(cast)
    kinds = {one.kind_name for one in Notification.objects.filter(user=cast.chef)}
    assert kinds == {"Avvikelser"}
