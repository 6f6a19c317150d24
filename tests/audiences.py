"""Who may open each address, and who is turned away how. An address that is not here fails a test.

Of the cast, those whom a door ``opens`` for get the page or are sent on, those it ``refuses`` get 403, and to
the rest the thing does not exist (404). Who is not logged in is asked to, unless the door is ``public``.
"""

from collections.abc import Callable
from typing import Any

from tests.audiences_improvement import IMPROVEMENT
from tests.audiences_learning import LEARNING
from tests.audiences_reading import READING
from tests.audiences_reports import REPORTS
from tests.doors import (
    CHIEFS,
    EDITORS,
    EVERYONE,
    LOGGED_IN,
    NOBODY,
    OWNER,
    STAFF,
    SYSTEM,
    Args,
    Case,
    Door,
    button,
    form,
    page,
    public,
    staff_only,
)
from tests.processes.factories import bpmn
from tests.samples import Samples

FRAME = [
    page("start", public()),
    button("choose_theme", public()),
    page("about", public()),
    page("accessibility", public()),
    page("search", public()),
    page("healthz", public()),
    page("metrics", Door(NOBODY, refuses=EVERYONE, public=True)),
    page("my_work", Door(LOGGED_IN)),
    page("notices", Door(LOGGED_IN)),
    button("notices_read", Door(LOGGED_IN)),
    page("job", Door(frozenset({"samordnare"})), lambda made: {"pk": made.job.pk}),
    button("job_cancel", Door(frozenset({"samordnare"})), lambda made: {"pk": made.job.pk}),
    button("job_retry", Door(frozenset({"samordnare"})), lambda made: {"pk": made.job.pk}),
]


def _home(made: Samples) -> dict[str, Any]:
    return {"slug": made.cast.units.home.slug}


def _ombud(made: Samples) -> dict[str, Any]:
    return {"pk": made.cast.ombud.pk}


HEALTH = frozenset({"admin", "processhandledare"})
APPOINTERS = SYSTEM | CHIEFS | OWNER | {"grannchef"}
UNIT_CHANGERS = Door(SYSTEM, refuses=LOGGED_IN - SYSTEM)

ORGANISATION = [
    form("organisation:login", public()),
    form("organisation:second_step", Door(LOGGED_IN)),
    form("organisation:recovery_step", Door(LOGGED_IN)),
    form("organisation:second_factor", Door(LOGGED_IN)),
    form("organisation:recovery_codes", Door(LOGGED_IN)),
    form("organisation:second_factor_remove", Door(LOGGED_IN)),
    button("organisation:unlock", Door(SYSTEM, refuses=LOGGED_IN - SYSTEM), _ombud),
    form("organisation:logins_end", Door(SYSTEM, refuses=LOGGED_IN - SYSTEM), _ombud),
    form(
        "organisation:second_factor_reset", Door(frozenset({"admin"}), refuses=LOGGED_IN - {"admin"}), _ombud
    ),
    form("organisation:confirm", Door(LOGGED_IN)),
    button("organisation:logout", Door(LOGGED_IN)),
    form("organisation:password_link", public()),
    page("organisation:password_link_sent", public()),
    form("organisation:password_set", public(), lambda made: {"uidb64": made.uid, "token": made.token}),
    page("organisation:account", Door(LOGGED_IN)),
    form("organisation:password_change", Door(LOGGED_IN)),
    button("organisation:login_end", Door(NOBODY), lambda made: {"handle": "finns-inte"}),
    page("organisation:system_health", Door(HEALTH, refuses=LOGGED_IN - HEALTH)),
    button("organisation:mail_again", Door(NOBODY, refuses=LOGGED_IN - HEALTH), lambda made: {"pk": 0}),
    form("organisation:absence_add", Door(LOGGED_IN - {"utan_roll"}, refuses=frozenset({"utan_roll"}))),
    form("organisation:absence_add_for", staff_only(SYSTEM | CHIEFS | {"ombud"}), _ombud),
    button(
        "organisation:absence_end",
        Door(SYSTEM | CHIEFS),
        lambda made: {"pk": made.absence.pk},
    ),
    page("organisation:index", public()),
    page("organisation:unit", public(), _home),
    form("organisation:unit_add", UNIT_CHANGERS),
    form("organisation:unit_change", UNIT_CHANGERS, _home),
    form("organisation:unit_move", UNIT_CHANGERS, _home),
    form("organisation:unit_close", UNIT_CHANGERS, _home),
    page("organisation:unit_rights", staff_only(SYSTEM | CHIEFS | OWNER), _home),
    page("organisation:unit_history", staff_only(SYSTEM | CHIEFS | OWNER), _home),
    page("organisation:roles", Door(STAFF)),
    form("organisation:role_add", Door(APPOINTERS, refuses=LOGGED_IN - APPOINTERS)),
    form(
        "organisation:role_end",
        staff_only(SYSTEM | CHIEFS | OWNER),
        lambda made: {"pk": made.assignment.pk},
    ),
    form("organisation:person_add", Door(SYSTEM, refuses=LOGGED_IN - SYSTEM)),
    page("organisation:person", Door(STAFF), _ombud),
    page("organisation:person_history", staff_only(SYSTEM), _ombud),
]


def _process(name: str) -> Args:
    return lambda made: {"slug": getattr(made.processes, name).slug}


def _version(name: str, transition: str = "") -> Args:
    def args(made: Samples) -> dict[str, Any]:
        row = getattr(made.processes, name)
        named = {"name": transition} if transition else {}
        return {"slug": row.process.slug, "number": row.number, **named}

    return args


def _two_versions(name: str, other: str) -> Args:
    return lambda made: {**_version(name)(made), "other": getattr(made.processes, other).number}


class _Map:
    """A file that can be sent by one after another."""

    name = "karta.bpmn"

    def read(self) -> bytes:
        return bpmn(("a", "Ta emot"))


def _drawn(made: Samples) -> dict[str, Any]:
    return {"file": _Map(), "seen": made.processes.coming_draft.map_id or ""}


DRAFT_READERS = EDITORS | OWNER | CHIEFS | {"ombud"}
CHANGERS = EDITORS | OWNER
CREATORS = Door(EDITORS, refuses=LOGGED_IN - EDITORS)
OF_DRAFTS = Door(CHANGERS, refuses=DRAFT_READERS - CHANGERS)


def _read_as(tab: str) -> list[Case]:
    return [
        page(f"processes:{tab}", public(), _process("public"), "public"),
        page(f"processes:{tab}", public(STAFF), _process("internal"), "internal"),
        page(f"processes:{tab}", public(DRAFT_READERS), _process("coming"), "coming"),
    ]


def _print(name: str) -> Args:
    return lambda made: {"slug": getattr(made.processes, name).slug, "name": "process"}


def _exported_as(name: str) -> list[Case]:
    return [
        page(f"processes:{name}", Door(STAFF), _version("public_in_force"), "in force"),
        page(f"processes:{name}", Door(DRAFT_READERS), _version("public_draft"), "draft"),
    ]


def _transition(name: str, version: str, opens: frozenset[str]) -> Case:
    door = Door(opens, refuses=DRAFT_READERS - opens)
    return form("processes:revision_transition", door, _version(version, name), name)


PROCESSES = [
    page("processes:map", public()),
    page("processes:drafts", Door(LOGGED_IN)),
    page("processes:assurance_list", Door(STAFF, refuses=LOGGED_IN - STAFF)),
    page("processes:assurance", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public"), "public"),
    page("processes:assurance", Door(DRAFT_READERS), _process("coming"), "coming"),
    page("processes:standing", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public"), "public"),
    page("processes:standing", Door(DRAFT_READERS), _process("coming"), "coming"),
    form("processes:create", CREATORS),
    form("processes:import", CREATORS),
    form("processes:import_many", CREATORS),
    page("processes:imported", Door(EDITORS), lambda made: {"pk": made.map_import.pk}),
    *_read_as("process"),
    *_read_as("drawing"),
    *_read_as("text"),
    *_read_as("who"),
    page("processes:process", public(), _process("step"), "step"),
    page("processes:history", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public")),
    page("processes:versions", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public")),
    page("processes:compare_choose", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public")),
    page("processes:compare", Door(DRAFT_READERS), _two_versions("public_in_force", "public_draft"), "draft"),
    page("processes:compare", Door(STAFF), _two_versions("public_in_force", "public_in_force"), "in force"),
    form("processes:print", Door(STAFF, refuses=LOGGED_IN - STAFF), _process("public"), "public"),
    form("processes:print", Door(STAFF), _process("internal"), "internal"),
    form("processes:print", Door(DRAFT_READERS), _process("coming"), "coming"),
    page("processes:print_file", Door(STAFF, refuses=LOGGED_IN - STAFF), _print("public"), "public"),
    page("processes:print_file", Door(STAFF), _print("internal"), "internal"),
    form("processes:settings", Door(CHANGERS, refuses=LOGGED_IN - CHANGERS), _process("public"), "public"),
    form("processes:settings", OF_DRAFTS, _process("coming"), "coming"),
    form("processes:move", CREATORS, _process("public"), "public"),
    form("processes:move", Door(EDITORS, refuses=DRAFT_READERS - EDITORS), _process("coming"), "coming"),
    button("processes:shift", CREATORS, _process("public")),
    form("processes:address", CREATORS, _process("public")),
    button("processes:revision_start", Door(CHANGERS, refuses=LOGGED_IN - CHANGERS), _process("public")),
    page("processes:revision", Door(STAFF), _version("public_in_force"), "in force"),
    page("processes:revision", Door(DRAFT_READERS), _version("public_draft"), "draft"),
    page("processes:map_file", Door(STAFF), _version("public_in_force"), "in force"),
    page("processes:map_file", Door(DRAFT_READERS), _version("public_draft"), "draft"),
    *_exported_as("map_svg"),
    *_exported_as("map_png"),
    form("processes:revision_edit", OF_DRAFTS, _version("coming_draft"), "draft"),
    form("processes:revision_edit", Door(NOBODY, refuses=STAFF), _version("public_in_force"), "in force"),
    form("processes:revision_map", OF_DRAFTS, _version("coming_draft")),
    form("processes:revision_steps", OF_DRAFTS, _version("coming_draft")),
    form("processes:revision_workshop", OF_DRAFTS, _version("coming_draft")),
    Case(
        "processes:draw", _version("coming_draft"), get=OF_DRAFTS, post=OF_DRAFTS, what="draft", data=_drawn
    ),
    form("processes:draw", Door(NOBODY, refuses=STAFF), _version("public_in_force"), "in force"),
    page("processes:draw_map", OF_DRAFTS, _version("coming_draft")),
    page("processes:draw_processes", OF_DRAFTS, _version("coming_draft")),
    button("processes:revision_comment", Door(DRAFT_READERS), _version("coming_draft")),
    _transition("send", "coming_draft", CHANGERS),
    _transition("sign", "coming_draft", DRAFT_READERS),
    _transition("hand_over", "coming_draft", CHANGERS),
    _transition("amend", "editorial", CHANGERS),
    button("processes:revision_whole", OF_DRAFTS, _version("editorial")),
    _transition("approve", "coming_draft", OWNER),
    _transition("send_back", "coming_draft", DRAFT_READERS),
    _transition("discard", "coming_draft", CHANGERS),
    _transition("publish", "approved", EDITORS),
    form(
        "processes:revision_transition",
        Door(CHANGERS, refuses=STAFF - CHANGERS),
        _version("public_in_force", "withdraw"),
        "withdraw",
    ),
]


def _document(name: str) -> Args:
    return lambda made: {"pk": getattr(made.documents, name).document_id}


def _edition(name: str, transition: str = "") -> Args:
    def args(made: Samples) -> dict[str, Any]:
        row = getattr(made.documents, name)
        named = {"name": transition} if transition else {}
        return {"pk": row.document_id, "number": (row.number, row.minor), **named}

    return args


def _pair(name: str) -> Args:
    return lambda made: {**(found := _edition(name)(made)), "other": found["number"]}


def _answer(made: Samples) -> dict[str, Any]:
    return {**_edition("asked")(made), "answer_pk": made.documents.answer.pk}


WRITERS = EDITORS | CHIEFS | {"ombud"}
# Named on a remiss; sees that draft and nothing else of the document.
ASKED = frozenset({"grannmedarbetare"})
WRITERS_SOMEWHERE = WRITERS | {"grannchef", "grann_ombud", "lexansvarig"}
# The document belongs to a process, whose owner writes on it too.
HOME_WRITERS = WRITERS | OWNER
# MAS answers for hälso- och sjukvården, and the unit works under another law.
ELSEWHERE = {"grannchef", "grann_ombud", "avtalsansvarig", "mas"}
READERS = {
    "public": EVERYONE,
    "provider": STAFF | {"utforare"},
    "internal": STAFF,
    "unit": STAFF - ELSEWHERE,  # grannmedarbetare is invited
    "draft": WRITERS,
    "written": WRITERS,
    "in_review": WRITERS,
}


def _all_see(opens: frozenset[str]) -> Door:
    """On a public document: nobody is told that it does not exist."""
    return Door(opens, refuses=LOGGED_IN - opens)


def _of_work(opens: frozenset[str]) -> Door:
    return Door(opens, refuses=WRITERS - opens)


def _read(url: str, args: Callable[[str], Args], *, has_file: bool = False) -> list[Case]:
    none_yet = {"draft": NOBODY, "written": NOBODY, "in_review": NOBODY} if has_file else {}
    return [page(url, public({**READERS, **none_yet}[name]), args(name), name) for name in READERS]


def _kept(name: str) -> Args:
    return lambda made: {"pk": made.kept[name].document_id, "number": (1, 0)}


def _read_kept(url: str) -> list[Case]:
    """Versions with a copy of what was decided; to those who may not read the version there is none."""
    return [
        page(f"documents:{url}", public(READERS[name]), _kept(name), name) for name in ("public", "internal")
    ]


def _batch(made: Samples) -> dict[str, Any]:
    return {"pk": made.upload_batch.pk}


DOCUMENTS = [
    page("documents:library", public()),
    form("documents:create", _all_see(WRITERS_SOMEWHERE)),
    page("documents:mine", Door(LOGGED_IN)),
    page("documents:recent", public()),
    page("documents:link_finder", _all_see(STAFF)),
    form("documents:batch_new", _all_see(WRITERS_SOMEWHERE)),
    page("documents:batch_sheet", _all_see(WRITERS_SOMEWHERE)),
    form("documents:batch", Door(frozenset({"ombud"})), _batch),
    button("documents:batch_files", Door(frozenset({"ombud"})), _batch),
    form("documents:batch_throw", Door(frozenset({"ombud"})), _batch),
    page("documents:links", _all_see(WRITERS_SOMEWHERE)),
    button("documents:links_check", _all_see(WRITERS_SOMEWHERE)),
    page("documents:review_list", _all_see(STAFF)),
    Case(
        "documents:link_from_process",
        _process("step"),
        get=_all_see(CHANGERS),
        post=_all_see(HOME_WRITERS),
        data=lambda made: {"document": made.documents.public.document_id},
    ),
    *_read("documents:document", _document),
    *_read("documents:in_force", _document, has_file=True),
    *_read("documents:revision", _edition),
    *_read("documents:revision_file", _edition),
    *_read_kept("frozen_file"),
    page("documents:strip_file", public(READERS["internal"]), _kept("internal"), "internal"),
    *[page("documents:holds", public(), _edition(name), name) for name in ("public", "internal", "unit")],
    page("documents:holds", public(NOBODY), _edition("draft"), "draft"),
    button("documents:freeze", _all_see(STAFF), _kept("public"), "public"),
    button("documents:freeze", Door(STAFF), _kept("internal"), "internal"),
    page("documents:history", _all_see(STAFF), _document("public")),
    page("documents:compare_choose", _all_see(STAFF), _document("public")),
    page("documents:compare", Door(READERS["internal"]), _pair("internal"), "internal"),
    page("documents:compare", Door(READERS["unit"]), _pair("unit"), "unit"),
    page("documents:compare", Door(READERS["draft"]), _pair("written"), "written"),
    form("documents:edit", _all_see(HOME_WRITERS | {"registrator"}), _document("public")),
    form("documents:revision_new", _all_see(HOME_WRITERS), _document("public")),
    button("documents:favourite", Door(LOGGED_IN), _document("public")),
    Case(
        "documents:link",
        _document("public"),
        get=_all_see(HOME_WRITERS),
        post=_all_see(HOME_WRITERS),
        data=lambda made: {"process": made.processes.step.pk},
    ),
    form(
        "documents:unlink",
        _all_see(HOME_WRITERS),
        lambda made: {"pk": made.documents.public.document_id, "link_pk": made.documents.link.pk},
    ),
    form("documents:invite", _all_see(HOME_WRITERS), _document("public")),
    button(
        "documents:uninvite",
        Door(WRITERS, refuses=READERS["unit"] - WRITERS),
        lambda made: {"pk": made.documents.unit.document_id, "row_pk": made.documents.invitation.pk},
    ),
    page("documents:reviews", _all_see(STAFF)),
    form("documents:reviews_confirm", _all_see(STAFF)),
    form("documents:replaces", _all_see(HOME_WRITERS), _document("public")),
    form("documents:revision_amend", Door(WRITERS, refuses=NOBODY), _edition("editorial")),
    button("documents:revision_whole", Door(WRITERS), _edition("editorial")),
    form("documents:remiss_start", _of_work(WRITERS), _edition("draft")),
    page("documents:remiss", Door(WRITERS | ASKED), _edition("asked")),
    button("documents:remiss_answer", Door(ASKED, refuses=WRITERS), _edition("asked")),
    page("documents:remiss_answers", Door(WRITERS, refuses=ASKED), _edition("asked")),
    form("documents:remiss_change", Door(WRITERS, refuses=ASKED), _edition("asked")),
    form("documents:remiss_close", Door(WRITERS, refuses=ASKED), _edition("asked")),
    form("documents:remiss_decide", Door(WRITERS, refuses=ASKED), _answer),
    page("documents:revision", Door(WRITERS | ASKED, public=True), _edition("asked"), "asked"),
    page("documents:document", Door(WRITERS, public=True), _document("asked"), "asked"),
    form("documents:revision_edit", _of_work(WRITERS), _edition("draft")),
    form("documents:revision_write", _of_work(WRITERS), _edition("written")),
    form("documents:revision_approve", _of_work(CHIEFS), _edition("in_review")),
    form("documents:revision_withdraw", _all_see(CHIEFS), _edition("public")),
    button("documents:revision_transition", Door(WRITERS), _edition("draft", "send"), "send"),
    button("documents:revision_transition", Door(WRITERS), _edition("draft", "discard"), "discard"),
    button("documents:revision_transition", Door(WRITERS), _edition("in_review", "sign"), "sign"),
    button("documents:revision_transition", Door(WRITERS), _edition("in_review", "send_back"), "send_back"),
]

CASES = [*FRAME, *ORGANISATION, *PROCESSES, *DOCUMENTS, *READING, *IMPROVEMENT, *LEARNING, *REPORTS]

# Django's admin answers for its own addresses: only those whom AdminSite.has_permission lets in.
GROUPS = {"admin": frozenset({"admin"})}
