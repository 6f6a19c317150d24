"""Cases alike: the same unit and category within so many days. From a number on, an inquiry is proposed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement.models import Deviation, DeviationCategory, RepeatRule
from kvalitet.rows import decoded
from kvalitet.workflow import Blocked

ORDINALS = ("", "", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde")
WRITE_WHY = "Börja utreda i stället, eller skriv varför enkel hantering räcker."


@dataclass(frozen=True)
class Repeat:
    """How many alike there are with this one, and the address of the list of them."""

    number: int
    within_days: int
    url: str

    @property
    def sentence(self) -> str:
        which = ORDINALS[self.number] if self.number < len(ORDINALS) else f"{self.number}:e"
        return f"Det här är den {which} av samma slag på enheten på {self.within_days} dagar."


def refuse(user: Any, deviation: Deviation) -> None:
    """Blocked where an inquiry is proposed and nobody has said why a simple answer is enough."""
    repeat = found(user, deviation)
    if repeat:
        raise Blocked([f"{repeat.sentence} {WRITE_WHY}"])


def found(user: Any, deviation: Deviation, category: DeviationCategory | None = None) -> Repeat | None:
    """The cases alike when they are as many as propose an inquiry; those ``user`` is jävig in do not count.

    ``category`` is what it is about to get. One query, two when the case was not read for its page.
    """
    category = category or deviation.category
    if category is None or deviation.unit is None:
        return None
    least, within_days = _rule(deviation)
    since = timezone.localdate() - timedelta(days=within_days)
    alike = Deviation.objects.not_denied(user).filter(
        Q(category=category.pk) | Q(category__parent=category.pk),
        unit_path__contains=[deviation.unit_id],
        reported_on__gte=since,
    )
    number = 1 + alike.counted().exclude(pk=deviation.pk).count()
    if number < least:
        return None
    query = {
        "enhet": deviation.unit.slug,
        "kategori": category.code,
        "rapporterad_after": since.isoformat(),
        "raknas": "ja",
    }
    return Repeat(number, within_days, f"{reverse('improvement:deviations')}?{urlencode(query)}")


def _rule(deviation: Deviation) -> tuple[int, int]:
    """How many, and within how many days."""
    told = getattr(deviation, "repeat_rule", None)
    if told is None:
        rule = RepeatRule.objects.get()
        return rule.number, rule.within_days
    number, within_days = decoded(told)
    return number, within_days
