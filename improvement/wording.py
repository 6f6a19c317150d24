"""By which words the one that an event is about is spoken of: by the law, and by what the unit does."""

import re
from typing import Any

from improvement.enums import CaseLaw
from kvalitet.masking import Spoken

# Units carry their law, and none that it is about children: they say so in their names.
CHILDREN = re.compile(r"\b(?:barn|unga|ungdom|familj|bbic|hvb)|barnet", re.IGNORECASE)


def spoken_of(unit: Any, law: str = "") -> Spoken:
    """*Patienten* in care, *barnet* where a unit works with children, else *den enskilde*."""
    if (law or getattr(unit, "law", "")) == CaseLaw.HSL:
        return Spoken.PATIENT
    return Spoken.CHILD if unit is not None and CHILDREN.search(unit.name) else Spoken.PERSON
