"""Cases alike: the same unit and category within so many days. From a number on, an inquiry is proposed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement.enums import DeviationStatus
from improvement.models import Deviation, DeviationCategory, RepeatRule

# What turned out not to be one, or is counted in another.
NOT_COUNTED = (DeviationStatus.NOT_DEVIATION, DeviationStatus.MERGED, DeviationStatus.WITHDRAWN)
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


def found(user: Any, deviation: Deviation, category: DeviationCategory | None = None) -> Repeat | None:
    """The cases alike when they are as many as propose an inquiry; those ``user`` is jävig in do not count.

    ``category`` is what it is about to get. Two queries.
    """
    category = category or deviation.category
    if category is None or deviation.unit is None:
        return None
    rule = RepeatRule.objects.get()
    since = timezone.localdate() - timedelta(days=rule.within_days)
    alike = Deviation.objects.not_denied(user).filter(
        Q(category=category.pk) | Q(category__parent=category.pk),
        unit_path__contains=[deviation.unit_id],
        reported_on__gte=since,
    )
    number = 1 + alike.exclude(pk=deviation.pk).exclude(status__in=NOT_COUNTED).count()
    if number < rule.number:
        return None
    query = {
        "enhet": deviation.unit.slug,
        "kategori": category.code,
        "rapporterad_after": since.isoformat(),
        "raknas": "true",
    }
    return Repeat(number, rule.within_days, f"{reverse('improvement:deviations')}?{urlencode(query)}")
