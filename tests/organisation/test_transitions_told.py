"""A change of status stands once in *Historik*, told by its transition."""

from typing import Any

import pytest

from kvalitet import history
from kvalitet.history import timeline
from processes import actions
from tests.cast import Cast
from tests.processes.factories import make_draft, make_process

pytestmark = pytest.mark.django_db


def test_a_transition_is_told_once_with_its_comment(cast: Cast) -> None:
    draft: Any = make_draft(cast, make_process(cast, "Utreda"), mission="Utredningen ger svar.")
    for name, user, comment in (
        ("send", cast.processhandledare, ""),
        ("send_back", cast.samordnare, "Skriv vem som gör vad."),
    ):
        with history.acting_as(user, why=""):
            draft = actions.change_status(draft, name, user=user, comment=comment)
    newest, before, *_ = timeline(draft, reader=cast.samordnare)
    assert newest.actor == "Ylva Samordnare"
    assert newest.sentence == "lämnade tillbaka versionen för komplettering"
    assert newest.comment == "Skriv vem som gör vad."
    assert before.sentence == "skickade versionen för granskning"
    assert not any("läge" in one.sentence.lower() for one in timeline(draft))
