"""loaddata_synthetic: counts, the same for the same seed, everything the triggers would have seen to."""

import hashlib
from random import Random
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Max, Min

from documents.models import Document, DocumentLink, Revision, RevisionTransition
from improvement.enums import DeviationStatus
from improvement.models import Cause, Deviation, DeviationTransition, Measure, MeasureTransition
from improvement.workflow import DEVIATION, MEASURE, SUSPICION
from kvalitet import bulk, registries, search
from kvalitet.organisation.models import RoleAssignment, Unit, User
from processes.models import Process, ProcessUnit

pytestmark = pytest.mark.django_db

AMOUNTS = {"users": 90, "processes": 100, "documents": 60, "deviations": 400}
LOADED = (
    *(Unit, User, RoleAssignment, Process, ProcessUnit, Document, Revision, RevisionTransition),
    *(DocumentLink, Deviation, DeviationTransition, Cause, Measure, MeasureTransition),
)
# Keys differ from load to load; what points by key is told by the place of what it points at.
NOT_CONTENT = ("id", "tree_id", "unit_path")


def _load(seed: int = 1) -> bulk.Load:
    run = bulk.Load(AMOUNTS, Random(seed))
    for add in registries.synthetic:
        add(run)
    return run


def _digest() -> str:
    told = hashlib.sha256()
    places: dict[Any, dict[Any, int]] = {}
    for model in LOADED:
        keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
        places[model] = {pk: place for place, pk in enumerate(keys)}
        fields = [one for one in model._meta.concrete_fields if one.attname not in NOT_CONTENT]
        for row in model._default_manager.order_by("pk").values_list(*[one.attname for one in fields]):
            told.update(
                repr(
                    [
                        places.get(one.related_model, {}).get(value, value)
                        for one, value in zip(fields, row, strict=True)
                    ]
                ).encode()
            )
    return told.hexdigest()


def _loaded_and_taken_back(seed: int) -> str:
    with transaction.atomic():
        _load(seed)
        found = _digest()
        transaction.set_rollback(True)
    return found


def test_an_empty_database_gets_what_was_asked_for() -> None:
    call_command("loaddata_synthetic", force=True, seed=3, **AMOUNTS)
    assert Process.objects.count() == AMOUNTS["processes"]
    assert Document.objects.count() == AMOUNTS["documents"]
    assert Deviation.objects.count() == AMOUNTS["deviations"]
    assert User.objects.filter(email__endswith="@syntet.invalid").count() == AMOUNTS["users"]
    assert Unit.objects.exists()
    assert set(Deviation.objects.values_list("status", flat=True)) == set(DeviationStatus.values)
    assert not Deviation.objects.filter(receive_by=None).exists()
    assert not Deviation.objects.filter(investigate_by=None).exists()


def test_loading_again_adds_as_much() -> None:
    _load()
    units = Unit.objects.count()
    _load()
    assert Unit.objects.count() == units
    for model, kind in ((Process, "processes"), (Document, "documents"), (Deviation, "deviations")):
        assert model._default_manager.count() == 2 * AMOUNTS[kind]


def test_the_same_seed_gives_the_same_content() -> None:
    User.objects.system()
    assert _loaded_and_taken_back(1) == _loaded_and_taken_back(1)
    assert _loaded_and_taken_back(1) != _loaded_and_taken_back(2)


def test_the_command_is_refused_outside_development(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        call_command("loaddata_synthetic", deviations=1)
    assert not Deviation.objects.exists()


def test_the_trees_are_whole() -> None:
    _load()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in (Unit, Process):
        before = list(model._default_manager.order_by("pk").values_list("pk", "lft", "rght", "level"))
        trees = model._default_manager.order_by("tree_id").values("tree_id")
        for tree in trees.annotate(nodes=Count("pk"), first=Min("lft"), last=Max("rght")):
            assert (tree["first"], tree["last"]) == (1, 2 * tree["nodes"])
        model._default_manager.rebuild()
        assert list(model._default_manager.order_by("pk").values_list("pk", "lft", "rght", "level")) == before


def test_a_forest_is_numbered_depth_first() -> None:
    edges = [(one.parent, one.tree, one.position, one.lft, one.rght) for one in bulk.forest([0, 1, 2, 1, 0])]
    assert edges == [
        (None, 0, 1, 1, 8),
        (0, 0, 1, 2, 5),
        (1, 0, 1, 3, 4),
        (0, 0, 2, 6, 7),
        (None, 1, 2, 1, 2),
    ]


def test_history_tells_of_birth_and_of_what_it_became() -> None:
    _load()
    for model in LOADED:
        events: Any = getattr(model, "pgh_event_model", None)
        if events is None:
            continue
        born = events.objects.filter(pgh_label="insert")
        rows = (
            model._default_manager.exclude(email__contains="system")
            if model is User
            else model._default_manager
        )
        assert born.values("pgh_obj_id").distinct().count() >= rows.count(), model
        if hasattr(model, "WORKFLOW"):
            first = {one.status for one in born}
            assert len(first) == 1, model
            for row in rows.all():
                assert events.objects.filter(pgh_obj_id=row.pk).latest("pgh_id").status == row.status


def test_the_search_is_told_of_every_object_and_finds_it() -> None:
    _load()
    dirty = _dirty()
    for model in (Unit, Process, Document, Deviation, Measure):
        kinds = {
            trigger.name.removeprefix("search_")
            for owner, trigger in pgtrigger.registered()
            if owner is model and trigger.name.startswith("search_")
        }
        wanted = {(kind, pk) for kind in kinds for pk in model._default_manager.values_list("pk", flat=True)}
        assert wanted <= dirty, model
    search.drain_now()
    assert not _dirty()


def _dirty() -> set[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, object_id FROM search_dirty")
        return set(cursor.fetchall())


def test_the_path_of_the_day_is_what_the_trigger_would_have_written() -> None:
    _load()
    for row in Deviation.objects.select_related("unit")[:40]:
        assert row.unit
        above = row.unit.get_ancestors(include_self=True).order_by("level")
        assert row.unit_path == list(above.values_list("pk", flat=True))


def test_steps_follow_the_workflow_and_bear_the_stamps() -> None:
    _load()
    for model, log, ways in (
        (Deviation, DeviationTransition, (DEVIATION, SUSPICION)),
        (Measure, MeasureTransition, (MEASURE,)),
    ):
        arrows = {name: one for way in ways for name, one in way.transitions.items()}
        for step in log.objects.select_related("obj").order_by("obj", "at"):
            assert step.source in arrows[step.name].sources
            assert step.target == arrows[step.name].target
            assert step.comment or not arrows[step.name].comment_required
        for row in model._default_manager.exclude(status=ways[0].initial):
            last = [one for one in row.transitions.order_by("at") if one.name in ways[0].transitions][-1]
            assert last.target == row.status


def test_no_trigger_is_left_off() -> None:
    _load()
    row = Deviation.objects.filter(status=DeviationStatus.CLOSED).earliest("pk")
    before = row._meta.model.pgh_event_model.objects.count()
    with pytest.raises(Exception, match=r"Invalid transition|Cannot update"), transaction.atomic():
        Deviation.objects.filter(pk=row.pk).update(status=DeviationStatus.REPORTED)
    Deviation.objects.filter(pk=row.pk).update(summary="Ändrad.")
    assert row._meta.model.pgh_event_model.objects.count() == before + 1
    row.pk, row.submission = None, "7f4d6a3c-0f2b-4f6e-9a53-2f1c6c1f0a11"
    with pytest.raises(Exception, match="Cannot insert"), transaction.atomic():
        row.save(force_insert=True)


def test_constraints_hold_while_it_loads() -> None:
    run = _load()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        run.insert(Cause, [{"deviation_id": -1, "area": "individual", "created_by_id": 1}])
    unit = Unit.objects.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        run.insert(Measure, [{**_measure(unit), "title": ""}])
    assert not Measure.objects.filter(due__gt=F("effect_on")).exists()


def _measure(unit: Unit) -> dict[str, Any]:
    case = Deviation.objects.earliest("pk")
    return {
        "deviation_id": case.pk,
        "title": "Något",
        "unit_id": unit.pk,
        "responsible_id": case.reported_by_id,
        "created_by_id": case.reported_by_id,
        "due": case.reported_on,
        "effect_on": case.reported_on,
    }


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        bulk.Load(AMOUNTS, Random(1)).insert(Cause, [{"nothing": 1}])
