"""The app returns after three, six and twelve months; a *nej* opens what was closed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import DatabaseError

from improvement import actions, notices
from improvement.actions import effects, measures
from improvement.enums import Effect
from improvement.models import Deviation, EffectCheck, Measure, MeasureCase
from kvalitet.models import Notification
from kvalitet.workflow import Blocked
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import analysis, assessed, bring_to, described, judged, plan, report

pytestmark = pytest.mark.django_db
JUDGED = {"effect": Effect.NO, "effect_text": "Lika många igen."}


def come(measure, day=None):
    """The next round is due today."""
    check = measure.checks.open().first()
    EffectCheck.objects.filter(pk=check.pk).update(due=day or days(0))
    return Measure.objects.get(pk=measure.pk)


def closed(cast):
    case = bring_to(report(cast), cast, "closed")
    return case, case.measures.get()


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_months_end_where_the_month_ends(day, months, after):
    assert effects.months_after(day, months) == after


def test_three_rounds_are_made_when_it_is_done(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    measures.change_status(measure, "done", user=cast.ombud)
    rounds = list(measure.checks.values_list("months", "due"))
    today = days(0)
    assert rounds == [
        (3, days(100)),
        (6, effects.months_after(today, 6)),
        (12, effects.months_after(today, 12)),
    ]


def test_round_that_a_late_first_day_has_passed_is_not_asked(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast, effect_on=days(300))
    measures.change_status(measure, "done", user=cast.ombud)
    assert list(measure.checks.values_list("months", flat=True)) == [3, 12]


def test_no_after_six_months_opens_a_closed_case(cast):
    case, measure = closed(cast)
    with pytest.raises(Blocked, match="igen tidigast"):
        measures.change_status(measure, "judge_again", user=cast.chef, **JUDGED)
    measure = come(measure)
    measures.change_status(
        measure, "judge_again", user=cast.chef, process_before=9, process_after=8, **JUDGED
    )
    case = Deviation.objects.get(pk=case.pk)
    assert (case.status, case.closed_at, case.closed_by) == ("acting", None, None)
    kept = list(measure.checks.order_by("months").values_list("months", "effect", "process_before"))
    assert kept == [(3, "yes", None), (6, "no", 9)], "the first judgement stands, and twelve is not asked"
    assert Notification.objects.filter(
        sentence__contains="Effekten uteblev", url__contains=str(case.pk)
    ).exists()


def test_reopened_measure_is_done_and_judged_anew(cast):
    case, measure = closed(cast)
    measures.change_status(come(measure), "judge_again", user=cast.chef, **JUDGED)
    with pytest.raises(Blocked, match="ny dag"):
        measures.change_status(measure, "reopen", user=cast.chef, comment="Igen.", due=days(-1))
    again = measures.change_status(measure, "reopen", user=cast.chef, comment="Igen.", due=days(10))
    assert (again.status, again.effect, again.done_at, again.due) == ("ongoing", "", None, days(10))
    measures.change_status(again, "done", user=cast.ombud)
    assert list(measure.checks.open().values_list("months", flat=True)) == [3, 6, 12]
    actions.change_status(Deviation.objects.get(pk=case.pk), "finish", user=cast.chef, answer="Nu så.")


@pytest.mark.parametrize("effect", [Effect.YES, Effect.PARTLY])
def test_measure_taken_up_again_takes_its_closed_cases_with_it(cast, client_for, effect):
    """A closed case has the effect of all its åtgärder judged: those that it answers in other units too."""
    case = bring_to(report(cast), cast, "acted")
    other = bring_to(
        report(cast, by=cast.grannmedarbetare, unit="neighbour"), cast, "closed", by=cast.grannchef
    )
    measure = judged(case.measures.get(), by=cast.chef, effect=effect)
    MeasureCase.objects.create(measure=measure, deviation=other, created_by=cast.chef)
    actions.change_status(Deviation.objects.get(pk=case.pk), "close", user=cast.chef)
    url = f"{measure.get_absolute_url()}reopen/"
    assert "också de som är avslutade" in client_for("chef").get(url).text
    client_for("chef").post(url, {"comment": "Det räckte inte.", "due": days(10)})
    for one in (case, other):
        found = Deviation.objects.get(pk=one.pk)
        assert (found.status, found.closed_at) == ("acting", None)
        assert found.transitions.get(name="redo").comment == f"Åtgärd {measure.pk} är upptagen igen."
    told = Notification.objects.get(user=cast.grannchef, sentence__startswith="Åtgärda igen")
    assert told.url == other.get_absolute_url()
    measures.change_status(Measure.objects.get(pk=measure.pk), "done", user=cast.ombud)
    actions.change_status(Deviation.objects.get(pk=case.pk), "finish", user=cast.chef, answer="Nu så.")
    with pytest.raises(Blocked, match="Effekten är inte bedömd"):
        actions.change_status(Deviation.objects.get(pk=case.pk), "close", user=cast.chef)


def test_case_with_an_unjudged_measure_is_not_closed_simply(cast):
    case = assessed(report(cast), by=cast.chef, likelihood=1, consequence=1)
    measure = plan(described(case, by=cast.chef), cast)
    values = {"user": cast.chef, "answer": "Tack.", "area": "procedures"}
    with pytest.raises(Blocked, match="inte genomförd än"):
        actions.change_status(Deviation.objects.get(pk=case.pk), "close_simply", **values)
    judged(measure, by=cast.chef)
    closed = actions.change_status(Deviation.objects.get(pk=case.pk), "close_simply", **values)
    assert closed.status == "closed"


def test_yes_after_six_months_leaves_the_case_closed(cast):
    case, measure = closed(cast)
    told = {"effect": Effect.YES, "effect_text": "Håller i sig."}
    measures.change_status(come(measure), "judge_again", user=cast.chef, **told)
    assert Deviation.objects.get(pk=case.pk).status == "closed"
    assert measure.checks.open().get().months == 12


def test_too_early_moves_the_round_alone(cast):
    _, measure = closed(cast)
    measure = come(measure)
    with pytest.raises(Blocked, match="senare dag"):
        measures.change_status(measure, "postpone_again", user=cast.chef, comment="Än.", effect_on=days(0))
    measures.change_status(measure, "postpone_again", user=cast.chef, comment="Än.", effect_on=days(30))
    assert measure.checks.open().first().due == days(30)
    assert Measure.objects.get(pk=measure.pk).effect == "yes"


def test_judged_late_is_judged_for_what_has_passed(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    measure = measures.change_status(measure, "done", user=cast.ombud)
    EffectCheck.objects.filter(months__in=[3, 6]).update(due=days(-1))
    judged(measure, by=cast.chef)
    assert list(measure.checks.order_by("months").values_list("months", flat=True)) == [3, 12]


def test_nobody_else_judges_again(cast):
    _, measure = closed(cast)
    measure = come(measure)
    for who in ("ombud", "medarbetare", "grannchef", "samordnare"):
        with pytest.raises(PermissionDenied):
            measures.change_status(measure, "judge_again", user=cast[who], **JUDGED)


def test_judgement_cannot_be_rewritten(cast):
    _, measure = closed(cast)
    first = measure.checks.judged().get()
    for change in (first.delete, lambda: EffectCheck.objects.filter(pk=first.pk).update(text="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_round_stands_in_work_and_is_reminded(cast, client_for):
    case, measure = closed(cast)
    assert "Bedöm effekten" not in client_for("chef").get("/mitt-arbete/").text
    come(measure)
    assert "Bedöm effekten" in client_for("chef").get("/mitt-arbete/").text
    assert "Bedöm effekten" not in client_for("ombud").get("/mitt-arbete/").text
    Notification.objects.all().delete()
    notices.remind(days(0))
    assert Notification.objects.filter(user=cast.chef, sentence__startswith="Bedöm effekten i dag").exists()
    assert Measure.objects.to_judge().get() == measure
    assert not Measure.objects.to_judge(days(0) - timedelta(days=1)).exists()
    assert case.status == "closed"


def test_measure_without_case_is_judged_the_same(cast, client_for):
    measure = plan(analysis(cast), cast, by=cast.chef)
    measures.change_status(measure, "done", user=cast.ombud)
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    assert "Bedöm effekten" in client_for("chef").get("/mitt-arbete/").text
    url = measure.get_absolute_url()
    client_for("chef").post(f"{url}judge/", {"effect": "partly", "effect_text": "Lite bättre."})
    assert Measure.objects.get().effect == "partly"
    page = client_for("medarbetare").get(url).text
    assert "Efter 3 månader" in page
    assert "Lite bättre." in page


def test_first_no_is_shown_in_the_page_with_small_numbers_said(cast, client_for):
    case, measure = closed(cast)
    page = client_for("chef").get(measure.get_absolute_url()).text
    assert "Efter 6 månader" in page
    assert "Frågan kommer" in page
    assert fresh(cast.chef) == cast.chef
    assert case.pk
