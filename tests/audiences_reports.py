"""Who may open the addresses of statistics and kvalitetsberättelser; read by tests/audiences.py."""

from typing import Any

from tests.doors import CHIEFS, LOGGED_IN, NOBODY, STAFF, Args, Case, Door, button, form, page, public
from tests.samples import Samples

COORDINATOR = frozenset({"samordnare"})
AT_STEERING_GROUP = COORDINATOR | {"styrgrupp"}
AT_BOARD = AT_STEERING_GROUP | {"namnd", "registrator"}
# The unit's own chef writes, the one above reads.
OWN_CHIEF = frozenset({"chef", "ersattare"})
UNIT_READERS = COORDINATOR | CHIEFS
READERS = {
    "draft": COORDINATOR,
    "of_unit": UNIT_READERS,
    "preparing": AT_STEERING_GROUP,
    "prepared": AT_BOARD,
    "decided": AT_BOARD,
}


def staff() -> Door:
    return Door(STAFF, refuses=LOGGED_IN - STAFF)


def of(name: str, opens: frozenset[str]) -> Door:
    """Refused to those who read the report, hidden from the rest."""
    return Door(opens, refuses=READERS[name] - opens)


def _report(report: str, **more: Any) -> Args:
    return lambda made: {"pk": getattr(made.reports, report).pk, **more}


def _read(url: str) -> list[Case]:
    """Open to all when the nämnd's is published; before that only to whom it is before."""
    cases = [page(url, public(READERS[name]), _report(name), name) for name in READERS]
    return [*cases, page(url, public(), _report("published"), "published")]


def _staff_tab(url: str) -> list[Case]:
    return [
        page(url, Door(COORDINATOR), _report("draft"), "draft"),
        page(url, staff(), _report("published"), "published"),
    ]


def _step(name: str, report: str, opens: frozenset[str]) -> Case:
    return button("reports:transition", of(report, opens), _report(report, name=name), name)


def _chapter(report: str, opens: frozenset[str]) -> Case:
    args = _report(report, key="sammanfattning")
    return form("reports:chapter_edit", of(report, opens), args, report)


def _new(made: Samples) -> dict[str, Any]:
    return {"enhet": made.cast.units.neighbour.slug, "ar": made.reports.draft.year}


REPORTS = [
    page("reports:index", public()),
    page("reports:statistics", staff()),
    page("reports:published_versions", staff()),
    page("reports:without_routine", staff()),
    page("reports:reports", public()),
    Case(
        "reports:create",
        lambda made: {},
        get=Door(COORDINATOR, refuses=LOGGED_IN - COORDINATOR),
        post=Door(COORDINATOR, refuses=LOGGED_IN - COORDINATOR),
        data=_new,
    ),
    *_read("reports:report"),
    *_read("reports:report_file"),
    *_staff_tab("reports:report_history"),
    *_staff_tab("reports:compare"),
    _chapter("draft", COORDINATOR),
    _chapter("of_unit", COORDINATOR | OWN_CHIEF),
    _chapter("prepared", NOBODY),
    button("reports:compile", of("draft", COORDINATOR), _report("draft"), "draft"),
    button("reports:compile", of("of_unit", COORDINATOR | OWN_CHIEF), _report("of_unit"), "of_unit"),
    form("reports:decide", of("prepared", frozenset({"registrator"})), _report("prepared")),
    _step("send", "of_unit", COORDINATOR),
    _step("prepare", "preparing", frozenset({"styrgrupp"})),
    _step("send_back", "preparing", frozenset({"styrgrupp"})),
    _step("remit", "prepared", frozenset({"registrator"})),
    _step("publish", "decided", COORDINATOR),
]
