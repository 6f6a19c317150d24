"""*Kan det hända hos oss?* of a process in figures: how many units answered what, and what came of it.

The samordnare is told exact numbers, others few as "färre än 5": who has answered what is not theirs to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q

from improvement.enums import SpreadReply
from improvement.learning import presentation, rights
from improvement.models import Deviation, Measure, SpreadPrompt
from kvalitet.lookups import counted
from kvalitet.organisation import grants
from kvalitet.small_counts import hidden_places, told

SHOWN = 20
WITHHELD = "visas inte"
HEADINGS = (*(one.label for one in SpreadReply), "Obesvarat")


@dataclass(frozen=True)
class AskedRow:
    """One question: ``replies`` in the order of ``HEADINGS``, empty when none of them may be told, and the
    åtgärder born from risks that were reported after a yes. ``url`` is for those who see every answer.
    """

    question: str
    sent_at: datetime
    replies: list[tuple[str, str]]
    measures: str
    url: str = ""


def of_process(user: Any, below: dict[str, int]) -> list[AskedRow]:
    """The latest of the processes ``below``; one query."""
    is_exact = rights.sees_spread(user)
    rows = SpreadPrompt.objects.standing().filter(**below)
    if denied := grants.denied_ids(user, Deviation):
        rows = rows.exclude(deviation__in=denied)
    return [_row(one, is_exact=is_exact) for one in _with_measures(presentation.counted(rows))[:SHOWN]]


def _with_measures(prompts: Any) -> Any:
    """With how many åtgärder answer what the units reported of themselves."""
    of_risk = Q(deviation__spread_answers__prompt=OuterRef("pk"))
    of_risk |= Q(cases__deviation__spread_answers__prompt=OuterRef("pk"))
    return prompts.annotate(born=counted(Measure.objects.filter(of_risk), distinct=True))


def _row(prompt: Any, *, is_exact: bool) -> AskedRow:
    counts = [getattr(prompt, f"answered_{one.value}") for one in SpreadReply] + [prompt.unanswered]
    is_withheld = not is_exact and hidden_places(counts) is None
    return AskedRow(
        prompt.question,
        prompt.sent_at,
        [] if is_withheld else list(zip(HEADINGS, in_words(counts, is_exact=is_exact), strict=True)),
        in_words([prompt.born], is_exact=is_exact)[0],
        prompt.get_absolute_url() if is_exact else "",
    )


def in_words(counts: Sequence[int], *, is_exact: bool) -> list[str]:
    """To others than those who see what is counted without few, and without what would give few away beside
    the total.
    """
    if is_exact:
        return [str(count) if count else "inga" for count in counts]
    places = hidden_places(counts)
    withheld = set(range(len(counts))) if places is None else places[1]
    return [WITHHELD if at in withheld and count else told(count) for at, count in enumerate(counts)]
