"""What stands beside avvikelser, for the measures of their lists: analyses, granskningar, samverkan, förslag,
lärdomar and *Kan det hända hos oss?*, and the åtgärder that are born from them.

Written as they would be, with the triggers off, as in ``bench.fill``.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

SINCE = date(2024, 1, 1)
AT_ONCE = 2_000


def fill(count: int) -> None:
    """So many of each kind; nothing when they are there."""
    from improvement.models import Proposal

    if Proposal.objects.count() >= count:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        known = _known(count)
        for kind in (_analysis, _review, _proposal, _exchange, _prompt, _lesson):
            _write([kind(number, known) for number in range(count)])
        _tie(count, known)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _write(rows: list[Any]) -> list[Any]:
    return type(rows[0]).objects.bulk_create(rows, batch_size=AT_ONCE) if rows else []


def _known(count: int) -> dict[str, list[int]]:
    """What the rows choose from."""
    from improvement.models import Deviation
    from kvalitet.organisation.models import Unit, User
    from processes.models import Process

    def ids(rows: Any) -> list[int]:
        return list(rows.order_by("pk").values_list("pk", flat=True))

    asked = Deviation.objects.filter(status="closed", spread_prompts=None)
    return {
        "unit": ids(Unit.objects.filter(valid_to=None)),
        "user": ids(User.objects.filter(is_active=True)),
        "process": ids(Process.objects.filter(level__gt=0)),
        "case": ids(asked)[:count],
    }


def _at(number: int, known: dict[str, list[int]]) -> dict[str, Any]:
    """Place, person and day of a row."""
    day = SINCE + timedelta(days=number * 7 % 900)
    unit, user = (known[name][number % len(known[name])] for name in ("unit", "user"))
    return {"unit": unit, "user": user, "day": day, "at": timezone.now() - timedelta(hours=number)}


def _case(number: int, known: dict[str, list[int]]) -> int:
    return known["case"][number % len(known["case"])]


def _analysis(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import Analysis

    of = _at(number, known)
    return Analysis(
        title=f"Insatser som uteblev, {number}",
        unit_id=of["unit"],
        period_from=of["day"],
        period_to=of["day"] + timedelta(days=90),
        text="Det mesta beror på vem som är i tjänst.",
        created_by_id=of["user"],
    )


def _review(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import ExternalReview

    of = _at(number, known)
    return ExternalReview(
        kind="ivo",
        title=f"Tillsyn {number}",
        dnr=f"IVO {number}/2026",
        unit_id=of["unit"],
        decided_on=of["day"],
        answer_by=of["day"] + timedelta(days=60),
        created_by_id=of["user"],
    )


def _proposal(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import Proposal

    of = _at(number, known)
    return Proposal(
        submission=uuid.UUID(int=number),
        title=f"En gemensam lista, {number}",
        unit_id=of["unit"],
        process_id=known["process"][number % len(known["process"])],
        submitted_by_id=of["user"],
        submitted_at=of["at"],
        answer_by=of["day"],
        votes=number % 17,
    )


def _exchange(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import Exchange

    of = _at(number, known)
    return Exchange(
        deviation_id=_case(number, known),
        direction="out",
        party="region",
        party_name="Regionen",
        text="Hur gör ni?",
        answer_by=of["day"],
        status="sent",
        created_by_id=of["user"],
        created_at=of["at"],
        sent_at=of["at"],
        sent_by_id=of["user"],
    )


def _prompt(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import SpreadPrompt

    of = _at(number, known)
    case = known["case"][number] if number < len(known["case"]) else _case(number, known)
    return SpreadPrompt(
        deviation_id=case,
        process_id=known["process"][number % len(known["process"])],
        question="Kan det hända hos er?",
        answer_by=of["day"],
        sent_by_id=of["user"],
        sent_at=of["at"],
        withdrawn_at=None if number < len(known["case"]) else of["at"],
        withdrawn_by_id=None if number < len(known["case"]) else of["user"],
    )


def _lesson(number: int, known: dict[str, list[int]]) -> Any:
    from improvement.models import Lesson

    of = _at(number, known)
    return Lesson(
        kind="lesson",
        title=f"Pröva larmet, {number}",
        what_happened="Ett larm låg utom räckhåll.",
        what_changed="Larmet prövas vid varje besök.",
        unit_id=of["unit"],
        status="published",
        created_by_id=of["user"],
        created_at=of["at"],
        published_at=of["at"],
        published_by_id=of["user"],
    )


def _tie(count: int, known: dict[str, list[int]]) -> None:
    """Who is asked and has answered, which processes the lärdomar are of, and an åtgärd of every source."""
    from improvement import models

    made = {
        model: list(model.objects.order_by("-pk").values_list("pk", flat=True)[:count])
        for model in (models.SpreadPrompt, models.Lesson, *(_sources()))
    }
    answers, ties, measures = [], [], []
    for number in range(count):
        of = _at(number, known)
        for place in range(2):
            unit = known["unit"][(number + place) % len(known["unit"])]
            answers.append(models.SpreadAnswer(prompt_id=made[models.SpreadPrompt][number], unit_id=unit))
        process = known["process"][number % len(known["process"])]
        ties.append(models.LessonProcess(lesson_id=made[models.Lesson][number], process_id=process))
        for model, name in _sources().items():
            measures.append(_measure(of, **{f"{name}_id": made[model][number]}))
    for rows in (answers, ties, measures):
        _write(rows)


def _sources() -> dict[Any, str]:
    from improvement.models import Analysis, ExternalReview, Proposal

    return {Analysis: "analysis", ExternalReview: "review", Proposal: "proposal"}


def _measure(of: dict[str, Any], **source: int) -> Any:
    from improvement.models import Measure

    return Measure(
        title="Ring upp",
        type="improvement",
        content="technology",
        strength="medium",
        unit_id=of["unit"],
        responsible_id=of["user"],
        due=of["day"],
        effect_on=of["day"] + timedelta(days=90),
        created_by_id=of["user"],
        **source,
    )
