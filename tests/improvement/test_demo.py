"""What the demo promises of avvikelser and åtgärder: shares, states, three threads, and nobody named."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from documents import demo as documents_demo
from improvement import repeats, work
from improvement.demo import load
from improvement.demo.life import LAST_STEP
from improvement.demo.places import PLACES, first_day, following, last_quarters, quarter_of
from improvement.demo.telling import Telling
from improvement.demo.waiting import WAITING
from improvement.demo.write import MARK
from improvement.enums import DeviationStatus, Effect, MeasureStatus, Strength, Suspicion
from improvement.exchanges import demo as exchanges_demo
from improvement.models import (
    Cause,
    Deviation,
    DeviationTransition,
    Exchange,
    InvestigationEntry,
    Measure,
    MeasureTransition,
)
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet import personuppgifter, texts
from kvalitet.models import AccessLog
from kvalitet.organisation import demo as organisation_demo
from kvalitet.organisation.models import Denial, RoleAssignment, Unit, User
from processes import demo as processes_demo

ROUTINE = "rutin-forhandsbedomning"
INTAKE, EAST = "mottagning-barn-och-unga", "hemtjanst-ost"


@pytest.fixture(scope="module")
def _norrvik(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """All of the demo but the documents: of those only the routine that a thread is about."""
    with django_db_blocker.unblock(), transaction.atomic():
        organisation_demo.load(str)
        processes_demo.load(str)
        _lay_routine()
        load(str)
        yield
        transaction.set_rollback(True)


def _lay_routine() -> None:
    entry, body = texts.read(documents_demo.FOLDER / f"{ROUTINE}.md")
    world = documents_demo.World(
        {one.email.split("@")[0]: one for one in User.objects.all()},
        {one.slug: one for one in Unit.objects.all()},
    )
    documents_demo._load_one(entry, body, world)


pytestmark = [pytest.mark.usefixtures("_norrvik"), pytest.mark.django_db]


def _cases(unit: str, code: str) -> Counter[tuple[int, int]]:
    rows = Deviation.objects.filter(unit__slug=unit, category__code=code)
    return Counter(quarter_of(day) for day in rows.values_list("reported_on", flat=True))


def _person(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.invalid")


def test_shares_are_those_of_the_story() -> None:
    groups = {one.unit: one.group for one in PLACES}
    found = Counter(
        groups[slug] for slug in Deviation.objects.exclude(unit=None).values_list("unit__slug", flat=True)
    )
    assert Deviation.objects.count() == 900
    for group, share in (("hemtjanst", 360), ("boende", 270), ("lss", 135), ("ifo", 135)):
        assert abs(found[group] - share) <= 9, group


def test_eight_units_have_five_each_quarter_and_one_has_been_silent() -> None:
    today = timezone.localdate()
    over = [one for one in last_quarters(today) if first_day(following(one)) <= today]
    found: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for slug, day in Deviation.objects.exclude(unit=None).values_list("unit__slug", "reported_on"):
        found[slug][quarter_of(day)] += 1
    units = {one.slug: one for one in Unit.objects.all()}
    steady = [
        slug
        for slug, counts in found.items()
        if all(counts[one] >= 5 for one in over if (units[slug].valid_from or today) <= first_day(one))
        and units[slug].valid_to is None
    ]
    assert len(steady) == 8
    silent = Deviation.objects.filter(unit__slug="servicebostad-linden")
    assert silent.exists()
    assert not silent.filter(reported_on__gt=today - timedelta(days=548)).exists()


def test_there_are_cases_in_every_state_and_measures_of_every_kind() -> None:
    today = timezone.localdate()
    assert set(Deviation.objects.values_list("status", flat=True)) == set(DeviationStatus.values)
    assert set(Deviation.objects.values_list("suspicion", flat=True)) == set(Suspicion.values)
    assert set(Measure.objects.values_list("status", flat=True)) == set(MeasureStatus.values)
    assert set(Measure.objects.values_list("strength", flat=True)) == set(Strength.values)
    assert set(Measure.objects.values_list("effect", flat=True)) == {"", *Effect.values}
    assert 220 <= Measure.objects.count() <= 330
    assert Measure.objects.overdue().exists()
    assert Measure.objects.filter(status=MeasureStatus.DONE, effect_on=today).count() >= 3
    assert Deviation.objects.filter(unit=None, status=DeviationStatus.REPORTED).exists()
    assert any(one.is_late for one in Deviation.objects.open())
    assert AccessLog.objects.exclude(reason="").exists()


def test_the_late_assessments_go_from_nine_to_two() -> None:
    case = Deviation.objects.get(
        what_happened__startswith="Förhandsbedömningen blev klar dag 19 i stället för"
    )
    (measure,) = case.all_measures()
    assert case.reported_on == date(2025, 7, 14)
    assert case.reported_by == _person("medarbetare")
    assert case.answered_at
    assert case.answered_at.date() <= case.answer_by
    assert case.causes.get().sentence.startswith("Att rutinen inte anger vem som bevakar listan vid frånvaro")
    assert case.routine
    assert measure.routine
    assert (case.routine.number, measure.routine.number) == (2, 3)
    assert measure.routine.approved_at > measure.created_at
    found = _cases(INTAKE, "RATT-3")
    assert (
        (found[2025, 3], found[2026, 1]) == (9, 2) == (measure.per_quarter_before, measure.per_quarter_after)
    )


def test_one_measure_answers_all_38_missed_visits() -> None:
    measure = Measure.objects.get(title__startswith="Samlad åtgärd")
    found = _cases(EAST, "UTF-1")
    assert (found[2026, 1], found[2026, 3]) == (38, 11)
    assert (measure.per_quarter_before, measure.per_quarter_after, measure.effect) == (38, 11, Effect.YES)
    answered = {measure.deviation_id, *measure.cases.values_list("deviation", flat=True)}
    first = Deviation.objects.filter(
        unit__slug=EAST, category__code="UTF-1", reported_on__range=(date(2026, 1, 1), date(2026, 3, 31))
    )
    assert answered == set(first.values_list("pk", flat=True))


def test_the_missed_dose_is_seen_by_mas_and_never_by_the_neighbour() -> None:
    case = Deviation.objects.get(what_happened__startswith="Kvällsdosen på delegation uteblev")
    assert (case.law, case.unit and case.unit.slug) == ("hsl", "ekbacken")
    for login, is_seen in (
        ("mas", True),
        ("amina.bergtuna", True),
        ("johannes.ringmur", False),
        ("chef", False),
    ):
        assert Deviation.objects.visible_to(_person(login)).filter(pk=case.pk).exists() is is_seen, login


def test_admin_sees_no_case() -> None:
    assert not Deviation.objects.visible_to(_person("admin")).exists()


def test_who_is_touched_sees_nothing() -> None:
    denials = Denial.objects.select_related("user")
    assert denials.exists()
    for one in denials:
        assert not Deviation.objects.visible_to(one.user).filter(pk=one.object_id).exists()


def test_the_steps_are_those_of_the_workflow_and_bear_the_stamps() -> None:
    for model, log, ways in (
        (Deviation, DeviationTransition, (DEVIATION, SUSPICION)),
        (Measure, MeasureTransition, (MEASURE,)),
    ):
        steps: dict[int, list[Any]] = defaultdict(list)
        for one in log.objects.order_by("at", "pk"):
            steps[one.obj_id].append(one)
        for row in model._default_manager.all():
            for way in ways:
                own = [one for one in steps[row.pk] if one.name in way.transitions]
                _check_way(way, row, own)


# What a case that is taken up again no longer bears.
CLEARS = {"reopen": ("investigated", "answered", "closed"), "restore": ("received", "answered", "closed")}


def _check_way(way: Any, row: Any, steps: list[Any]) -> None:
    # A suspicion may be there from the start: the reporter ticks it.
    now = way.initial if way.field == "status" else Suspicion.SUSPECTED if steps else row.suspicion
    for step in steps:
        arrow = way.transitions[step.name]
        assert (step.source, step.target) == (now, arrow.target), (row.pk, step.name)
        assert now in arrow.sources
        assert step.comment or not arrow.comment_required
        now = step.target
    assert getattr(row, way.field) == now
    for stamp in {one.stamp for one in way.transitions.values() if one.stamp}:
        made = [one for one in steps if way.transitions[one.name].stamp == stamp]
        if made and stamp in CLEARS.get(steps[-1].name, ()):
            assert getattr(row, f"{stamp}_at") is None
        elif made:
            assert getattr(row, f"{stamp}_at") == made[-1].at
            assert getattr(row, f"{stamp}_by_id") == made[-1].by_id


def test_what_blocks_a_button_was_never_missing() -> None:
    for row in Deviation.objects.filter(status__in=["acted", "closed"]).exclude(zone="green"):
        measures = list(row.all_measures())
        assert measures, row.pk
        assert all(one.status in ("done", "judged", "dropped") for one in measures), row.pk
        assert any(one.status != "dropped" and one.effect != Effect.NO for one in measures), row.pk
        assert row.causes.exclude(sentence="").exists()
        assert row.answer
        if row.status == DeviationStatus.CLOSED:
            assert all(one.status != MeasureStatus.DONE for one in measures), row.pk


def test_nothing_lies_ahead_and_people_report_from_their_own_unit() -> None:
    now = timezone.now()
    assert not DeviationTransition.objects.filter(at__gt=now).exists()
    assert not MeasureTransition.objects.filter(at__gt=now).exists()
    roles = defaultdict(list)
    for one in RoleAssignment.objects.select_related("unit"):
        roles[one.user_id].append(one)
    redirected = set(DeviationTransition.objects.filter(name="redirect").values_list("obj", flat=True))
    for row in Deviation.objects.exclude(unit=None).exclude(unit__kind="provider").exclude(pk__in=redirected):
        held = {one.unit_id for one in roles[row.reported_by_id] if one.is_on(row.reported_on)}
        assert row.unit_id in held, row.pk


def test_nobody_is_named_anywhere() -> None:
    names = {
        part for one in User.objects.filter(email__endswith="@demo.invalid") for part in one.name.split()
    }
    for model in (Deviation, Cause, InvestigationEntry, Measure, DeviationTransition, MeasureTransition):
        for row in model._default_manager.all():
            for field in model._meta.fields:
                text = getattr(row, field.name)
                if isinstance(text, str):
                    assert personuppgifter.find(text) == [], text
                    assert not names & set(text.replace(".", " ").replace(",", " ").split()), text


@pytest.mark.parametrize(
    "day", [date(2026, 11, 27), date(2026, 12, 31), date(2027, 1, 2), date(2027, 8, 20), date(2028, 3, 1)]
)
def test_the_story_holds_whenever_it_is_loaded(day: date) -> None:
    telling = Telling(day)
    telling.tell()
    last = [one for one in last_quarters(day) if first_day(following(one)) <= day][-1]
    found: Counter[str] = Counter(
        one.unit for one in telling.cases if quarter_of(one.reported_at.date()) == last
    )
    assert len(telling.cases) == 900
    assert sum(count >= 5 for count in found.values()) >= 8
    assert all(step.at <= telling.life.until for one in telling.cases for step in one.steps)
    assert any(plan.per_quarter == (38, 11) and len(plan.cases) == 38 for plan in telling.plans)
    assert any(plan.per_quarter == (9, 2) for plan in telling.plans)
    stands = {
        (
            one.unit,
            (day - one.reported_at.date()).days,
            one.area.code,
            one.steps[-1].name if one.steps else "",
        )
        for one in telling.cases
    }
    assert {(*one[:3], LAST_STEP[one[3]]) for one in WAITING} <= stands


def test_loading_again_adds_nothing() -> None:
    def state() -> list[int]:
        models = (Deviation, Measure, Cause, InvestigationEntry, DeviationTransition, Denial, AccessLog)
        return [model._default_manager.count() for model in models]

    before = state()
    load(str)
    assert state() == before
    assert Deviation.objects.filter(submission=MARK).count() == 1


def test_chef_has_a_living_morning() -> None:
    """Nothing lies forgotten since long, and of four alike the last proposes an inquiry."""
    chief, today = _person("chef"), timezone.localdate()
    found = [one for one in work.tasks(chief) if one.due]
    assert sum(one.due < today for one in found if one.due) in range(1, 6)
    assert all(one.due > today - timedelta(days=60) for one in found if one.due)
    waiting = Deviation.objects.received_by(chief).filter(status=DeviationStatus.RECEIVED)
    alike = [one for one in waiting.select_related("unit", "category") if repeats.found(chief, one)]
    assert "green" in [one.zone for one in alike]
    long_ago = today - timedelta(days=150)
    forgotten = Deviation.objects.filter(status__in=["received", "investigating"], reported_on__lt=long_ago)
    assert not forgotten.exists()
    assert not Measure.objects.overdue(long_ago).exists()


def test_the_provider_has_a_question_to_answer() -> None:
    exchanges_demo.load(str)
    assert Exchange.objects.waiting().visible_to(_person("utforare")).exists()


def test_a_question_to_others_has_led_to_a_measure() -> None:
    case = Deviation.objects.get(spread_answers__answer="yes")
    assert case.measures.count() == 1
    assert case.reported_at > case.spread_answers.get().answered_at
