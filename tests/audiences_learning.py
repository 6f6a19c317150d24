"""Who may open the addresses of what is learnt: spread, lärdomar, förslag; read by tests/audiences.py."""

from typing import Any

from tests.audiences_improvement import RECEIVERS, of, staff
from tests.doors import STAFF, Args, Case, Door, button, form, page
from tests.samples import Samples

PUBLISHERS = frozenset({"samordnare", "processhandledare"})
# The closed case: of the home unit and the processägare's process, reported by medarbetare.
CASE_LISTS = RECEIVERS | {"avdelningschef", "samordnare", "processagare", "medarbetare"}
ASKERS = RECEIVERS | {"samordnare"}
ASKED = frozenset({"grannchef", "avdelningschef"})
WROTE = RECEIVERS | PUBLISHERS
PLANNERS = RECEIVERS | {"avdelningschef", "ombud", "handlaggare"}
SOMEWHERE = PLANNERS | {"grannchef", "grann_ombud"}
APT_READERS = PLANNERS | PUBLISHERS | {"medarbetare"}
VOTERS = STAFF - {"medarbetare"}


def _of(row: str, /, **more: Any) -> Args:
    def args(made: Samples) -> dict[str, Any]:
        learning = made.improvement.learning
        return {"pk": getattr(learning, row).pk, **{key: value(learning) for key, value in more.items()}}

    return args


def _lesson_step(name: str, opens: frozenset[str]) -> Case:
    return form("improvement:lesson_transition", of(opens, WROTE), _of("sent", name=lambda made: name), name)


def _proposal_step(name: str, opens: frozenset[str]) -> Case:
    args = _of("proposal", name=lambda made: name)
    return form("improvement:proposal_transition", of(opens, STAFF), args, name)


LEARNING = [
    page("improvement:spread", staff()),
    page("improvement:spread_prompt", Door(ASKERS | ASKED), _of("prompt")),
    page("improvement:spread_history", of(ASKERS, ASKERS | ASKED), _of("prompt")),
    form("improvement:spread_withdraw", of(RECEIVERS, ASKERS | ASKED), _of("prompt")),
    form(
        "improvement:spread_answer",
        of(frozenset({"grannchef"}), ASKERS | ASKED),
        _of("prompt", answer=lambda made: made.answer.pk),
    ),
    form("improvement:spread_ask", of(RECEIVERS, CASE_LISTS), _of("closed")),
    form("improvement:case_apt", of(RECEIVERS, CASE_LISTS), _of("closed")),
    page("improvement:lessons", staff()),
    form("improvement:lesson_new", staff(WROTE | {"avdelningschef", "grannchef"})),
    page("improvement:lesson", Door(STAFF), _of("lesson"), "published"),
    page("improvement:lesson", Door(WROTE), _of("sent"), "sent"),
    page("improvement:lesson_history", of(WROTE, STAFF), _of("lesson")),
    form("improvement:lesson_edit", of(PUBLISHERS, WROTE), _of("sent")),
    form("improvement:lesson_apt", of(SOMEWHERE, STAFF), _of("lesson")),
    _lesson_step("send", WROTE),
    _lesson_step("publish", PUBLISHERS),
    _lesson_step("send_back", PUBLISHERS),
    _lesson_step("withdraw", WROTE),
    _lesson_step("redraft", WROTE),
    button("improvement:agenda_remove", of(PLANNERS, APT_READERS), _of("item")),
    page("improvement:proposals", staff()),
    form("improvement:propose", staff()),
    page("improvement:proposal", Door(STAFF), _of("proposal")),
    page("improvement:proposal_history", Door(STAFF), _of("proposal")),
    button("improvement:proposal_vote", of(VOTERS, STAFF), _of("proposal")),
    form("improvement:proposal_measure_add", of(RECEIVERS, STAFF), _of("proposal")),
    *(_proposal_step(name, RECEIVERS) for name in ("consider", "carry_out", "decline", "redirect", "reopen")),
    _proposal_step("withdraw", frozenset({"medarbetare"})),
]
