"""Analyses and external granskningar with their brister, and åtgärder of every source in every state."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from documents.models import Document
from improvement.actions.effects import months_after
from improvement.demo.story import Step, at
from improvement.demo.threads import EAST, INTAKE, OAK
from improvement.demo.write import KEYS, walk
from improvement.enums import (
    Awaited,
    Effect,
    MeasureContent,
    MeasureStatus,
    MeasureType,
    ReviewKind,
    Strength,
)
from improvement.learning.workflow import PROPOSAL
from improvement.models import (
    Analysis,
    EffectCheck,
    ExternalReview,
    Measure,
    MeasureTransition,
    Proposal,
    Remedy,
    ReviewDocument,
    Shortcoming,
)
from improvement.models.effect_check import ROUNDS
from improvement.models.pace import last_day
from improvement.workflow import MEASURE
from processes.models import Process

ANALYSES: tuple[dict[str, Any], ...] = (
    {
        "unit": EAST,
        "days": (210, 120),
        "title": "Uteblivna insatser i Hemtjänst Öst",
        "sources": "Avvikelser, synpunkter från brukarrådet och bemanningsstatistik.",
        "text": "De flesta uteblivna insatserna inträffar när en ersättare går in samma dag. Planeringen "
        "uppdateras, men den som kör får inte veta det. Ett gemensamt arbetssätt vid byte behövs.",
    },
    {
        "unit": OAK,
        "days": (120, 30),
        "title": "Läkemedel och fall på Ekbacken under hösten",
        "sources": "Avvikelser, egenkontroll av läkemedel och fallregistrering.",
        "text": "Fallen har blivit färre sedan larmmattorna kom. Uteblivna doser sker på kvällar med få "
        "delegeringar. Schemat behöver visa vem som har delegering på varje pass.",
    },
)
REVIEWS: tuple[dict[str, Any], ...] = (
    {
        "kind": ReviewKind.IVO,
        "unit": INTAKE,
        "ago": 12,
        "answer_in": 26,
        "title": "Tillsyn av förhandsbedömningar",
        "dnr": "IVO 3.5.1-01234",
        "summary": "Tillsynen gällde tidsgränsen för förhandsbedömning och om barnets inställning framgår.",
        "found": (
            "Barnets inställning framgår inte i var fjärde förhandsbedömning.",
            "Tidsgränsen passeras vid frånvaro.",
        ),
    },
    {
        "kind": ReviewKind.AUDIT,
        "unit": "ekonomiskt-bistand-mottagning",
        "ago": 195,
        "answer_in": -120,
        "title": "Granskning av kontroller i ekonomiskt bistånd",
        "dnr": "REV 2026-11",
        "summary": "Revisorerna ser att kontroller görs men att de inte dokumenteras på samma sätt.",
        "found": ("Månadens kontroller dokumenteras olika på enheterna.",),
        "answer": "Vi har en gemensam checklista. Den används sedan den första i månaden.",
    },
    {
        "kind": ReviewKind.CONTRACT,
        "unit": "trygga-hemmet",
        "ago": 20,
        "answer_in": 5,
        "title": "Avtalsuppföljning av Trygga hemmet",
        "dnr": "SDN 2026/0417",
        "summary": "Uppföljningen gällde kontinuitet, genomförandeplaner och kompetens.",
        "found": ("Genomförandeplaner upprättas inte inom femton dagar.",),
    },
)
MEASURES: tuple[dict[str, Any], ...] = (
    {
        "source": ("analysis", 0),
        "title": "Ett gemensamt arbetssätt vid byte samma dag",
        "content": MeasureContent.CHANGED_PROCESS,
        "strength": Strength.STRONG,
        "expected": "Uteblivna insatser per kvartal, från 11 till under 5",
        "planned": 40,
        "due": 30,
        "process": True,
    },
    {
        "source": ("analysis", 1),
        "title": "Schemat visar vem som har delegering",
        "content": MeasureContent.TECHNOLOGY,
        "strength": Strength.STRONG,
        "expected": "Uteblivna doser på kvällen, från 6 till under 2",
        "planned": 75,
        "due": -30,
        "cost": 48_000,
        "state": MeasureStatus.DONE,
    },
    {
        "source": ("review", 0),
        "shortcoming": 0,
        "title": "Rubrik för barnets inställning i mallen",
        "content": MeasureContent.TECHNOLOGY,
        "strength": Strength.STRONG,
        "expected": "Fler förhandsbedömningar där barnets inställning framgår, från 75 till 95 procent",
        "planned": 6,
        "due": 24,
    },
    {
        "source": ("review", 0),
        "shortcoming": 1,
        "title": "Rutinen säger vem som bevakar vid frånvaro",
        "content": MeasureContent.CHANGED_ROUTINE,
        "strength": Strength.MEDIUM,
        "expected": "Förhandsbedömningar efter dag 14, från 4 till 0 per kvartal",
        "planned": 5,
        "due": 20,
        "document": "Rutin för förhandsbedömning",
    },
    {
        "source": ("review", 1),
        "shortcoming": 0,
        "title": "Gemensam checklista för månadens kontroller",
        "content": MeasureContent.NEW_ROUTINE,
        "strength": Strength.MEDIUM,
        "expected": "Färre kontroller som saknar dokumentation",
        "planned": 190,
        "due": -130,
        "state": MeasureStatus.JUDGED,
    },
    {
        "source": ("review", 2),
        "shortcoming": 0,
        "title": "Utföraren redovisar planerna varje månad",
        "content": MeasureContent.AGREEMENT,
        "strength": Strength.MEDIUM,
        "expected": "Genomförandeplaner efter dag 15, från 9 till under 2",
        "planned": 12,
        "due": -2,
        "state": MeasureStatus.ONGOING,
    },
    {
        "source": ("proposal", 0),
        "title": "En väska med skyddsutrustning i varje bil",
        "content": MeasureContent.ENVIRONMENT,
        "strength": Strength.STRONG,
        "expected": "Färre besök som avbryts för att utrustning saknas",
        "planned": 14,
        "due": 16,
        "cost": 9_500,
    },
)


class SourceWriter:
    def __init__(self, telling: Any) -> None:
        self.today: date = telling.today
        self.world = telling.world
        self.lead = self.world.person("samordnare")
        self.found: dict[str, list[Any]] = {"analysis": [], "review": [], "proposal": []}
        self.shortcomings: dict[int, list[Shortcoming]] = {}

    def write(self) -> None:
        for told in ANALYSES:
            self._analysis(**told)
        for told in REVIEWS:
            self._review(told, by=self.world.manager(told["unit"], self.today))
        self._proposal()
        rows = [(self._measure(told), told) for told in MEASURES]
        walks = [(row, self._steps(row, told)) for row, told in rows]
        records = walk(walks, (MEASURE,), self.world.units)
        MeasureTransition.objects.bulk_create(MeasureTransition(**one) for one in records)
        rounds(self.today)

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _analysis(self, *, unit: str, days: tuple[int, int], **values: str) -> None:
        first, last = days
        made = Analysis.objects.create(
            unit=self.world.units[unit],
            period_from=self._ago(first),
            period_to=self._ago(last),
            created_by=self.world.manager(unit, self.today),
            created_at=at(self._ago(last - 20)),
            **values,
        )
        self.found["analysis"].append(made)

    def _review(self, told: dict[str, Any], *, by: Any) -> None:
        ago, answer = told["ago"], told.get("answer", "")
        answered = {"answered_at": at(self._ago(ago - 60)), "answered_by": by} if answer else {}
        made = ExternalReview.objects.create(
            **{name: told[name] for name in ("kind", "title", "dnr", "summary")},
            unit=self.world.units[told["unit"]],
            decided_on=self._ago(ago),
            answer_by=self.today + timedelta(days=told["answer_in"]),
            answer=answer,
            created_by=self.lead,
            created_at=at(self._ago(ago - 1)),
            **answered,
        )
        self.found["review"].append(made)
        values = {"review": made, "created_by": by, "created_at": at(self._ago(ago - 2))}
        if answer:
            values |= {"remedied_at": at(self._ago(ago - 61)), "remedied_by": by}
        self.shortcomings[made.pk] = [Shortcoming.objects.create(text=one, **values) for one in told["found"]]
        document = Document.objects.filter(title="Rutin för förhandsbedömning").first()
        if made.kind == ReviewKind.IVO and document is not None:
            ReviewDocument.objects.create(review=made, document=document, created_by=self.lead)

    def _proposal(self) -> None:
        sent = self._ago(21)
        made = Proposal.objects.create(
            submission=uuid.uuid5(KEYS, "väskan"),
            title="Ha en väska med skyddsutrustning i varje bil",
            text="Då slipper vi vända när något saknas hos den vi kommer till.",
            unit=self.world.units[EAST],
            submitted_by=self.world.staff(EAST, self.today)[0],
            submitted_at=at(sent),
            answer_by=last_day(Awaited.PROPOSAL, sent),
        )
        answer = {"answer": "Bra tanke. Vi packar väskor och ser om det räcker."}
        by = self.world.manager(EAST, self.today)
        PROPOSAL.change_status(made, "plan", user=by, values=answer, at=at(self._ago(14)))
        self.found["proposal"].append(made)

    def _measure(self, told: dict[str, Any]) -> Measure:
        field, number = told["source"]
        source = self.found[field][number]
        slug, planned = source.unit.slug, at(self._ago(told["planned"]))
        due = self.today + timedelta(days=told["due"])
        process = getattr(Process.objects.filter(title__icontains="hemtjänst").first(), "pk", None)
        by = self.world.manager(slug, self.today)
        row = Measure.objects.create(
            **{field: source},
            title=told["title"],
            type=MeasureType.PREVENTIVE,
            content=told["content"],
            strength=told["strength"],
            unit=source.unit,
            responsible=self.world.staff(slug, self.today)[-1],
            process_id=process if told.get("process") else None,
            document=Document.objects.filter(title=told.get("document", "")).first(),
            due=due,
            cost=told.get("cost"),
            expected=told["expected"],
            effect_on=months_after(due, ROUNDS[0]),
            created_by=by,
            created_at=planned,
        )
        if "shortcoming" in told:
            shortcoming = self.shortcomings[source.pk][told["shortcoming"]]
            Remedy.objects.create(measure=row, shortcoming=shortcoming, created_by=by, created_at=planned)
        return row

    def _steps(self, row: Measure, told: dict[str, Any]) -> list[Step]:
        state = told.get("state", MeasureStatus.PLANNED)
        if state == MeasureStatus.PLANNED:
            return []
        who, day = row.responsible, self._ago(told["planned"] - 2)
        taken = {"accepted_at": at(day), "accepted_by": who}
        steps = [Step("start", at(day, 10), who, values=taken)]
        if state != MeasureStatus.ONGOING:
            evidence = {"evidence": "Används på alla pass sedan den dagen."}
            steps.append(Step("done", at(row.due, 15), who, values=evidence))
        if state == MeasureStatus.JUDGED:
            told_effect = {
                "effect": Effect.PARTLY,
                "effect_text": "De flesta kontroller dokumenteras nu lika.",
            }
            judged = min(row.effect_on + timedelta(days=2), self._ago(1))
            steps.append(Step("judge", at(judged, 11), row.created_by, values=told_effect))
        return steps


def rounds(today: date) -> None:
    """The rounds of everything that is done: what was judged, and those that lie ahead."""
    rows: list[EffectCheck] = []
    for one in Measure.objects.filter(done_at__isnull=False, checks=None):
        done = timezone.localdate(one.done_at)
        first = EffectCheck(measure=one, months=ROUNDS[0], due=one.effect_on)
        if one.judged_at is not None:
            first.before, first.after = one.per_quarter_before, one.per_quarter_after
            first.effect, first.text = one.effect, one.effect_text
            first.judged_at, first.judged_by = one.judged_at, one.judged_by
        rows.append(first)
        later = [(months, months_after(done, months)) for months in ROUNDS[1:]]
        if one.effect != Effect.NO:
            ahead = [(months, day) for months, day in later if day > max(one.effect_on, today)]
            rows += [EffectCheck(measure=one, months=months, due=day) for months, day in ahead]
    EffectCheck.objects.bulk_create(rows)
