"""Avvikelser i samverkan of the demo: one a provider is asked, one late from the region, one answered."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from improvement import awaited, notices
from improvement.actions import exchanges
from improvement.enums import DeviationStatus, Direction, Party
from improvement.models import Deviation, Exchange
from kvalitet.history import acting_as
from kvalitet.organisation.models import Unit

IN_HAND = (DeviationStatus.RECEIVED, DeviationStatus.INVESTIGATING, DeviationStatus.ACTING)
ASKED = (
    "Ett kvällsbesök blev inte av en dag i förra veckan. Vi behöver veta hur ni tar över ett pass när någon "
    "blir sjuk, och vad ni har ändrat sedan dess."
)
TO_REGION = (
    "Vid två utskrivningar i höst kom planen först efter hemgången. Vi vill veta hur informationen lämnas på "
    "fredagar och vem vi ringer när den saknas."
)
ANSWER = "Planen skickas nu senast klockan tolv dagen före hemgång. Avdelningen har en ansvarig varje dag."


def load(tell: Any) -> None:
    """Nothing when they are there."""
    if Exchange.objects.exists():
        return
    provider = Unit.objects.filter(slug="trygga-hemmet").first()
    _lay("trygga-hemmet", Party.PROVIDER, "Trygga hemmet AB", ASKED, 9, provider=provider)
    _lay("ekbacken", Party.REGION, "Regionen, medicinavdelningen", TO_REGION, -8)
    answered = _lay("hemtjanst-vast", Party.REGION, "Regionen, medicinavdelningen", TO_REGION, 12)
    if answered is not None:
        _do(answered, "answer", answer=ANSWER)
    _lay("mottagning-barn-och-unga", Party.SCHOOL, "Björkskolan", ASKED_BY_SCHOOL, 5, direction=Direction.IN)
    awaited.send(timezone.localdate())
    tell(f"Avvikelser i samverkan: {Exchange.objects.count()}")


ASKED_BY_SCHOOL = (
    "Skolan fick inget besked om att en orosanmälan var mottagen. Hur återkopplar ni till den som anmäler?"
)


def _lay(
    unit: str, party: str, name: str, text: str, days: int, *, direction: str = Direction.OUT, **values: Any
) -> Exchange | None:
    cases = Deviation.objects.open().filter(unit__slug=unit, suspicion="none").order_by("-pk")
    # One that has just come in where none is in hand that day.
    case = cases.filter(status__in=IN_HAND).first() or cases.first()
    if case is None:
        return None
    by = notices.receivers(case)[0]
    day = timezone.localdate() + timedelta(days=days)
    written = {"direction": direction, "party": party, "party_name": name, "text": text, "answer_by": day}
    with acting_as(by, why="Demoinnehåll"):
        made = exchanges.begin(case, user=by, values={**written, **values})
        return made if direction == Direction.IN else _do(made, "send")


def _do(exchange: Exchange, name: str, **values: Any) -> Exchange:
    by = exchange.created_by
    with acting_as(by, why="Demoinnehåll"):
        return exchanges.change_status(exchange, name, user=by, **values)
