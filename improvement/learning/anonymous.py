"""That nothing of a case's confidential text is carried over into what others read."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from improvement.models import Cause, Deviation, InvestigationEntry
from kvalitet import secrecy

RUN = 6
COPIED = (
    "Här står en mening ur ärendet: ”{words} …”. Ärendets text får inte spridas. Skriv om det i allmänna ord."
)


def texts_of(deviation: Deviation) -> Iterator[str]:
    """Everything confidential that is written in the case."""
    for name in secrecy.confidential_fields(Deviation):
        yield getattr(deviation, name)
    yield from InvestigationEntry.objects.filter(deviation=deviation).values_list("text", flat=True)
    yield from Cause.objects.filter(deviation=deviation).values_list("sentence", flat=True)


def copied(text: str, sources: Iterable[str]) -> str:
    """The first run of ``RUN`` words that ``text`` shares with one of ``sources``; empty for none."""
    known = {run for source in sources for run in _runs(source)}
    return next((" ".join(run) for run in _runs(text) if run in known), "")


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def refuse_copied(form: Any, names: Iterable[str], deviation: Deviation | None) -> None:
    """Put an error on each field of ``form`` that repeats the case."""
    if deviation is None:
        return
    sources = list(texts_of(deviation))
    for name in names:
        if words := copied(form.cleaned_data.get(name) or "", sources):
            form.add_error(name, COPIED.format(words=words))
