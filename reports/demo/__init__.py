"""Norrvik's kvalitetsberättelser: last year's, decided and published, and this year's draft.

The texts lie beside this file. The figures are counted from whatever the demo holds when it is loaded.
"""

import io
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kvalitet import history, storage, texts
from kvalitet.organisation.models import Unit, User
from reports import actions, compiling, printing, statistics
from reports.enums import ReportStatus
from reports.models import QualityReport, ReportFile, Snapshot
from reports.models.snapshot import checksum

FOLDER = Path(__file__).parent
NAMESPACE = uuid.UUID("6f1d1f0e-3c52-4d0c-9a55-0d8a5d9c7f10")
COORDINATOR, STEERING_GROUP, REGISTRAR = "samordnare", "styrgrupp", "registrator"


def load(say: Callable[[str], Any]) -> None:
    """Lay up what is missing; a report whose unit and year are there is left as it is."""
    people = {one.email.split("@")[0]: one for one in User.objects.filter(email__endswith="@demo.invalid")}
    units = {one.slug: one for one in Unit.objects.all()}
    made = 0
    for path in sorted(FOLDER.glob("*.md")):
        facts, body = texts.read(path)
        unit = units.get(facts["unit"])
        if unit is None or QualityReport.objects.filter(unit=unit, year=facts["year"]).exists():
            continue
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehåll"):
            _load_one(facts, body, unit, people)
        made += 1
    say(f"Kvalitetsberättelser: {made} nya, {QualityReport.objects.count()} i allt")


def _load_one(facts: Mapping[str, Any], body: str, unit: Unit, people: Mapping[str, User]) -> None:
    user = people[COORDINATOR]
    begun, written = _at(facts["begun"]), sections(body)
    report = actions.begin(
        unit=unit, year=facts["year"], user=user, dnr=facts["dnr"], at=begun, written=written
    )
    _freeze(report, facts, user)
    if "published" in facts:
        _decide(report, facts, people)
        _print(report, facts, people[REGISTRAR])
        _step(report, "publish", user, at=facts["published"], stamp="published")


def sections(body: str) -> dict[str, str]:
    """The text of each chapter, which begins with a line ``# key``."""
    parts = re.split(r"^# ([a-z-]+)\n", body, flags=re.MULTILINE)
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2], strict=True)}


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 20)))


def _job(facts: Mapping[str, Any]) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{facts['unit']} {facts['year']}")


def _freeze(report: QualityReport, facts: Mapping[str, Any], user: User) -> None:
    figures = statistics.gather(report.unit, report.year).as_json()
    report.snapshot = Snapshot.objects.create(
        report=report,
        figures=figures,
        sha256=checksum(figures),
        gathered_at=_at(facts["gathered"]),
        gathered_by=user,
        job=_job(facts),
    )
    report.save(update_fields=["snapshot"])


def _decide(report: QualityReport, facts: Mapping[str, Any], people: Mapping[str, User]) -> None:
    _step(report, "send", people[COORDINATOR], at=facts["sent"], stamp="sent")
    _step(report, "prepare", people[STEERING_GROUP], at=facts["prepared"], stamp="prepared")
    decision = {"decision": facts["decision"], "decided_on": facts["decided_on"]}
    _step(report, "decide", people[REGISTRAR], at=facts["entered"], stamp="decided", **decision)


def _step(report: QualityReport, name: str, user: User, *, at: date, stamp: str, **values: Any) -> None:
    """A step on its day, without its notices: they would tell of last year as of news."""
    transition = QualityReport.WORKFLOW.transitions[name]
    source, report.status = report.status, ReportStatus(transition.target)
    for field, value in {f"{stamp}_at": _at(at), f"{stamp}_by": user, **values}.items():
        setattr(report, field, value)
    report.save()
    report.transitions.create(name=name, source=source, target=report.status, at=_at(at), by=user)


def _print(report: QualityReport, facts: Mapping[str, Any], user: User) -> None:
    """The PDF with the decision, stored under the names that a job would have given."""
    if report.snapshot is None:
        raise ValueError("A report is printed from its figures")
    made: dict[str, Any] = {}
    for part in compiling.PARTS:
        content = printing.pdf_of(report, report.snapshot, is_uncut=part == "uncut")
        stored = storage.put(io.BytesIO(content), name=storage.name_of_job(_job(facts), 1, part))
        made |= {f"{part}_key": stored.key, f"{part}_sha256": stored.sha256, f"{part}_size": stored.size}
    ReportFile.objects.create(
        report=report,
        snapshot=report.snapshot,
        content_sha256=report.content_sha256(),
        job=_job(facts),
        created_at=_at(facts["entered"]) + timedelta(minutes=2),
        created_by=user,
        **made,
    )
