"""What has to be in place before a case goes on: reasons in Swedish, shown beside the blocked button."""

from collections.abc import Iterable
from typing import Any

from improvement import kin
from improvement.enums import ExchangeStatus, Harm

NO_CONSEQUENCE = "Följden för den enskilde är inte beskriven. Beskriv den före orsakerna."
NOT_INFORMED = "Ange om den enskilde är informerad."
NOT_DOCUMENTED = "Ange om händelsen är dokumenterad i akt eller journal."
NO_REASON = "Motivering till allvarligheten saknas. Fyll i bedömningen."
WAITS = "En avvikelse i samverkan väntar på svar. Lägg in svaret, eller lyft den till chefer."
STAYS = "Rapporten kan inte tas tillbaka. Lägg till i den i stället, om något är fel."


def concerns_somebody(deviation: Any) -> bool:
    """Whether somebody was harmed, could have been, or nobody knows: then it has to be told and noted."""
    return bool(deviation.harm != Harm.NO)


def has_consequence(user: Any, deviation: Any) -> Iterable[str]:
    """What it meant for the person stands first: causes in the system are looked for with it in mind."""
    if not deviation.consequence_text.strip():
        yield NO_CONSEQUENCE


def has_consequence_of_harm(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.harm == Harm.YES:
        yield from has_consequence(user, deviation)


def has_told(user: Any, deviation: Any) -> Iterable[str]:
    """Both are answered, with ja or with nej and why, where the event concerns somebody."""
    if not concerns_somebody(deviation):
        return
    if not deviation.informed:
        yield NOT_INFORMED
    if not deviation.documented:
        yield NOT_DOCUMENTED


def has_reason(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.zone and not deviation.assessment_reason.strip():
        yield NO_REASON


def holds_no_others(user: Any, deviation: Any) -> Iterable[str]:
    """No chains: what others are merged into, or what has another part, goes on itself."""
    if kin.merged_here(deviation):
        yield "Andra avvikelser är sammanslagna med den här. Slå ihop de andra med den i stället."
    if kin.other_part(deviation) is not None:
        yield "Händelsen handläggs i två delar. Slå ihop den andra avvikelsen med den här i stället."


def nobody_waits(user: Any, deviation: Any) -> Iterable[str]:
    """Nobody outside waits for our answer, nor we for theirs, but for what is lifted to those who decide."""
    if any(one.status == ExchangeStatus.SENT for one in kin.exchanges(deviation)):
        yield WAITS


def may_be_withdrawn(user: Any, deviation: Any) -> Iterable[str]:
    """Says nothing of why: what others suspect is not told to the reporter here."""
    is_more = kin.other_part(deviation) or kin.merged_here(deviation) or kin.exchanges(deviation)
    if deviation.suspicion != "none" or is_more:
        yield STAYS
