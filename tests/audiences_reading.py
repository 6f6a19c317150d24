"""Who may open the pages of reading: läskvittens, APT, introductions, a unit's stand on documents."""

from typing import Any

from tests.doors import CHIEFS, EDITORS, LOGGED_IN, OWNER, STAFF, Door, button, form, page, staff_only
from tests.samples import Samples

PLANNERS = CHIEFS | {"ombud", "handlaggare"}
APT_READERS = PLANNERS | EDITORS | {"medarbetare"}
HOLDERS = CHIEFS | {"handlaggare"}
JUDGES = CHIEFS | {"ombud"}
WRITERS = EDITORS | CHIEFS | OWNER | {"ombud"}
PACKAGERS = EDITORS | CHIEFS | {"grannchef"}
FOLLOWERS = CHIEFS | EDITORS
IN_PLAN = FOLLOWERS | {"medarbetare", "handlaggare"}


def _all_see(opens: frozenset[str]) -> Door:
    return Door(opens, refuses=LOGGED_IN - opens)


def _document(made: Samples) -> dict[str, Any]:
    return {"pk": made.documents.public.document_id}


def _requirement(made: Samples) -> dict[str, Any]:
    return {"pk": made.documents.public.document_id, "row_pk": made.reading.requirement.pk}


def _home(made: Samples) -> dict[str, Any]:
    return {"slug": made.cast.units.home.slug}


def _item(made: Samples) -> dict[str, Any]:
    return {**_home(made), "pk": made.reading.apt_item.pk}


def _record(made: Samples) -> dict[str, Any]:
    return {**_home(made), "pk": made.reading.held.pk}


def _stand(made: Samples) -> dict[str, Any]:
    return {**_home(made), "pk": made.documents.public.document_id}


def _package(made: Samples) -> dict[str, Any]:
    return {"pk": made.reading.package_item.package_id}


def _package_item(made: Samples) -> dict[str, Any]:
    return {**_package(made), "item_pk": made.reading.package_item.pk}


def _plan(made: Samples) -> dict[str, Any]:
    return {"pk": made.reading.introduction.pk}


def _plan_item(made: Samples) -> dict[str, Any]:
    return {**_plan(made), "item_pk": made.reading.package_item.pk}


OF_PACKAGE = Door(FOLLOWERS, refuses=LOGGED_IN - PACKAGERS)
READING = [
    button("documents:read", _all_see(STAFF), _document),
    page("documents:reading", _all_see(STAFF), _document),
    form("documents:requirement_add", _all_see(WRITERS), _document),
    button("documents:requirement_end", _all_see(WRITERS), _requirement),
    form(
        "documents:receipt_back",
        _all_see(FOLLOWERS | {"medarbetare"}),
        lambda made: {"pk": made.reading.receipt.pk},
    ),
    form("documents:apt_add", _all_see(PLANNERS | {"grannchef", "grann_ombud"}), _document),
    page("documents:apt", staff_only(APT_READERS), _home),
    page("documents:apt_show", staff_only(APT_READERS), _home),
    page("documents:apt_print", staff_only(APT_READERS), _home),
    form("documents:apt_hold", staff_only(HOLDERS), _home),
    page("documents:apt_record", staff_only(APT_READERS), _record),
    form("documents:apt_correct", staff_only(HOLDERS), _record),
    button("documents:apt_remove", staff_only(PLANNERS), _item),
    page("documents:unit_documents", Door(STAFF), _home),
    form("documents:statements", staff_only(JUDGES), _home),
    form("documents:statement", staff_only(JUDGES), _stand),
    page("documents:unit_news", staff_only(APT_READERS), _home),
    button("documents:unit_news_send", staff_only(PLANNERS), _home),
    page("documents:introductions", Door(STAFF)),
    page("documents:packages", _all_see(PACKAGERS)),
    form("documents:package_add", _all_see(PACKAGERS)),
    form("documents:package", OF_PACKAGE, _package),
    form("documents:package_edit", OF_PACKAGE, _package),
    button("documents:package_item_remove", OF_PACKAGE, _package_item),
    button("documents:package_item_shift", OF_PACKAGE, _package_item),
    page("documents:introduction", Door(IN_PLAN), _plan),
    button(
        "documents:introduction_tick",
        Door(IN_PLAN - {"medarbetare"}, refuses=frozenset({"medarbetare"})),
        _plan_item,
    ),
    form("documents:introduction_mentor", Door(FOLLOWERS, refuses=IN_PLAN - FOLLOWERS), _plan),
    button("documents:introduction_certify", Door(IN_PLAN), _plan),
    page("documents:introduction_certificate", Door(IN_PLAN), _plan),
]
