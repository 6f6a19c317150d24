"""Who may open the addresses of avvikelser and åtgärder; read by tests/audiences.py."""

from typing import Any

from improvement.models import DeadlineRule, DeviationCategory
from tests.doors import LOGGED_IN, STAFF, Args, Case, Door, button, form, page, public, staff_only
from tests.samples import Samples

NOT_STAFF = LOGGED_IN - STAFF
RECEIVERS = frozenset({"chef", "ersattare"})
# The case in hand: handed over to handlaggare, of the processägare's process, below the avdelningschef.
WHOLE = RECEIVERS | {"handlaggare"}
LISTS = WHOLE | {"avdelningschef", "samordnare", "processagare", "medarbetare"}
OPENERS = frozenset({"avdelningschef", "samordnare"})
# The suspected one: only the line and the lex Sarah-ansvarig know of it, and who reported it.
SECRET_WHOLE = RECEIVERS | {"lexansvarig"}
SECRET_LISTS = SECRET_WHOLE | {"avdelningschef", "medarbetare"}
# An avvikelse i samverkan about it, sent to a privat utförare.
ANSWERS = WHOLE | {"utforare"}
MEASURES = WHOLE | {"avdelningschef", "samordnare", "processagare", "ombud"}

# Who answers for the unit of the analysis and the granskning, and who may write of some unit.
SOURCE = frozenset({"chef", "ersattare", "avdelningschef", "samordnare", "processhandledare"})
WRITES = SOURCE | {"grannchef", "avtalsansvarig"}
DRAFT = frozenset({"samordnare", "processhandledare"})


def staff(opens: frozenset[str] = STAFF) -> Door:
    return Door(opens, refuses=LOGGED_IN - opens)


def of(opens: frozenset[str], known: frozenset[str] = LISTS) -> Door:
    """Refused to those who know that the case exists, hidden from the rest."""
    return Door(opens, refuses=known - opens)


def _case(of_which: str = "case", **more: Any) -> Args:
    def args(made: Samples) -> dict[str, Any]:
        found = getattr(made.improvement, of_which)
        return {"pk": found.pk, **{key: value(made) for key, value in more.items()}}

    return args


def _new(kind: str, of_which: str) -> Args:
    return _case(of_which, kind=lambda made: kind)


def _step(name: str, opens: frozenset[str], case: str = "case") -> Case:
    known = SECRET_LISTS if case == "suspected" else LISTS
    return form("improvement:transition", of(opens, known), _case(case, name=lambda made: name), name)


def _measure_step(name: str, opens: frozenset[str]) -> Case:
    args = _case("measure", name=lambda made: name)
    return form("improvement:measure_transition", of(opens, MEASURES), args, name)


def _rule(made: Samples) -> dict[str, Any]:
    return {"pk": DeadlineRule.objects.get(zone="red").pk}


def _category(made: Samples) -> dict[str, Any]:
    return {"pk": DeviationCategory.objects.get(code="FALL").pk}


SET_UP = frozenset({"processhandledare", "samordnare", "admin"})
OWN_PHRASE = Door(frozenset({"chef"}), refuses=NOT_STAFF)
# What all cases are measured by, and the quick ways to answer them.
PACE = [
    form("improvement:together", staff()),
    page("improvement:phrases", staff()),
    form("improvement:phrase_add", staff()),
    form("improvement:phrase_edit", OWN_PHRASE, _case("phrase")),
    button("improvement:phrase_remove", OWN_PHRASE, _case("phrase")),
    page("improvement:settings", staff(SET_UP)),
    page("improvement:settings_history", staff(SET_UP)),
    form("improvement:rule_add", staff(SET_UP)),
    form("improvement:rule_edit", staff(SET_UP), _rule),
    button("improvement:rule_remove", staff(SET_UP), _rule),
    form("improvement:category_add", staff(SET_UP)),
    form("improvement:category_edit", staff(SET_UP), _category),
    form("improvement:matrix_edit", staff(SET_UP)),
    form("improvement:repeat_edit", staff(SET_UP)),
    button("improvement:thank", of(WHOLE), _case()),
    button("improvement:inquire_instead", of(WHOLE), _case()),
    form("improvement:close_simply", of(WHOLE), _case()),
]

IMPROVEMENT = [
    *PACE,
    page("improvement:deviations", staff()),
    form("improvement:report", staff()),
    page("improvement:goes_to", staff()),
    page("improvement:receipt", public(), lambda made: {"token": "utgången"}),
    page(
        "improvement:access_log",
        staff(
            frozenset({"chef", "ersattare", "avdelningschef", "grannchef", "avtalsansvarig", "lexansvarig"})
        ),
    ),
    page("improvement:deviation", Door(LISTS), _case(), "in hand"),
    page("improvement:deviation", Door(SECRET_LISTS), _case("suspected"), "suspected"),
    page(
        "improvement:deviation", Door(frozenset({"samordnare", "medarbetare"})), _case("unplaced"), "unplaced"
    ),
    page("improvement:deviation_history", of(WHOLE), _case()),
    form("improvement:open", of(WHOLE | OPENERS), _case(), "in hand"),
    form(
        "improvement:open",
        of(SECRET_WHOLE | {"avdelningschef"}, SECRET_LISTS),
        _case("suspected"),
        "suspected",
    ),
    page(
        "improvement:attachment",
        of(WHOLE | {"medarbetare"}),
        _case(number=lambda made: made.improvement.attachment.number),
    ),
    page(
        "improvement:entry_attachment",
        of(WHOLE, LISTS - {"medarbetare"}),
        _case(entry=lambda made: made.improvement.entry.pk, number=lambda made: 1),
    ),
    form("improvement:supplement", of(frozenset({"medarbetare"})), _case()),
    form("improvement:assess", of(WHOLE), _case()),
    form("improvement:entry_add", of(WHOLE), _case()),
    form("improvement:cause_add", of(WHOLE), _case()),
    form("improvement:consequence", of(WHOLE), _case()),
    form("improvement:split", of(WHOLE), _case()),
    form("improvement:entry_correct", of(WHOLE), _case(entry=lambda made: made.improvement.entry.pk)),
    form("improvement:take_over", of(frozenset({"avdelningschef"})), _case()),
    form("improvement:hand_back", of(frozenset({"handlaggare"})), _case()),
    button("improvement:cause_strike", of(WHOLE), _case(cause=lambda made: made.improvement.cause.pk)),
    form("improvement:measure_add", of(WHOLE), _case()),
    form("improvement:hand_over", of(RECEIVERS), _case()),
    button("improvement:take_back", of(RECEIVERS), _case(person=lambda made: made.cast.handlaggare.pk)),
    form("improvement:bar", of(WHOLE), _case()),
    button(
        "improvement:unbar",
        # The processägare works above the chef, who says nothing of the jäv of those above.
        of(frozenset({"lexansvarig"}), SECRET_LISTS),
        _case("suspected", person=lambda made: made.cast.processagare.pk),
    ),
    *(
        _step(name, WHOLE)
        for name in (
            "receive",
            "redirect",
            "investigate",
            "act",
            "finish",
            "redo",
            "close",
            "close_simply",
            "dismiss",
            "merge",
            "reopen",
            "restore",
        )
    ),
    _step("withdraw", frozenset({"medarbetare"})),
    _step("suspect", WHOLE),
    _step("return", frozenset({"lexansvarig"}), "suspected"),
    _step("inquire", frozenset({"lexansvarig"}), "suspected"),
    page(
        "improvement:process_overview",
        staff(frozenset({"processagare", "samordnare", "processhandledare", "styrgrupp"})),
        lambda made: {"slug": made.processes.public.slug},
    ),
    form("improvement:exchange_add", of(WHOLE), _case()),
    page("improvement:exchanges", Door(STAFF | {"utforare"}, refuses=NOT_STAFF - {"utforare"})),
    page("improvement:exchange", Door(ANSWERS), _case("exchange")),
    form("improvement:exchange_edit", of(WHOLE, ANSWERS), _case("exchange")),
    *(
        form(
            "improvement:exchange_transition",
            of(opens, ANSWERS),
            _case("exchange", name=lambda made, name=name: name),
            name,
        )
        for name, opens in (("send", WHOLE), ("answer", ANSWERS), ("escalate", WHOLE), ("drop", WHOLE))
    ),
    page("improvement:measures", staff()),
    page("improvement:measure", Door(MEASURES), _case("measure")),
    page("improvement:measure_history", Door(MEASURES), _case("measure")),
    form("improvement:measure_edit", of(WHOLE, MEASURES), _case("measure")),
    _measure_step("accept", frozenset({"ombud"})),
    _measure_step("send_back", frozenset({"ombud"})),
    _measure_step("judge_again", frozenset()),
    _measure_step("postpone_again", frozenset()),
    _measure_step("reopen", WHOLE),
    _measure_step("start", WHOLE | {"ombud"}),
    _measure_step("done", WHOLE | {"ombud"}),
    _measure_step("judge", WHOLE),
    _measure_step("postpone", WHOLE),
    _measure_step("drop", WHOLE),
    form("improvement:case_add", of(WHOLE, MEASURES), _case("measure")),
    form("improvement:measure_new", staff(SOURCE), _new("analys", "analysis"), "analysis"),
    form("improvement:measure_new", staff(SOURCE), _new("granskning", "review"), "review"),
    # Responsible is the ombud, who may not write in the process; those who write in it and lead the unit may.
    button("improvement:measure_draft", staff_only(DRAFT), _case("changing")),
    page("improvement:analyses", staff()),
    page("improvement:analysis", staff(), _case("analysis")),
    page("improvement:analysis_history", staff(), _case("analysis")),
    form("improvement:analysis_add", staff(WRITES)),
    form("improvement:analysis_edit", staff(SOURCE), _case("analysis")),
    page("improvement:reviews", staff()),
    page("improvement:review", staff(), _case("review")),
    page("improvement:review_history", staff(), _case("review")),
    form("improvement:review_add", staff(WRITES)),
    form("improvement:review_edit", staff(SOURCE), _case("review")),
    form("improvement:review_dnr", staff(SOURCE | {"registrator"}), _case("review")),
    form("improvement:review_answer", staff(SOURCE), _case("review")),
    form("improvement:shortcoming_add", staff(SOURCE), _case("review")),
    button(
        "improvement:shortcoming_remedy",
        staff(SOURCE),
        _case("review", shortcoming=lambda made: made.improvement.shortcoming.pk),
    ),
    form("improvement:review_document_add", staff(SOURCE), _case("review")),
    button(
        "improvement:review_document_remove",
        staff(SOURCE),
        _case("review", link=lambda made: made.improvement.review_link.pk),
    ),
    button(
        "improvement:case_remove",
        of(WHOLE, MEASURES),
        _case("measure", case=lambda made: made.improvement.link.pk),
    ),
]
