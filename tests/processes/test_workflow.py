"""Every transition from every status as every role: done, blocked with a reason, or refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from kvalitet.versions import RevisionStatus, Standing
from kvalitet.workflow import Blocked
from processes import actions
from processes.models import ProcessRevision
from processes.workflow import REVISION
from tests.cast import ANONYMOUS, WHO, Cast
from tests.factories import days
from tests.processes.factories import bring_to, make_draft, make_process, publish

DRAFT, IN_REVIEW, APPROVED, WITHDRAWN = RevisionStatus
PUBLISHED = "published"
EDITORS = {"samordnare", "processhandledare"}
OWNER = {"processagare"}
ON_THE_UNIT = {"chef", "avdelningschef", "ersattare", "ombud"}
# Transition -> from where it can be made, and by whom.
TABLE = {
    "send": ({DRAFT}, EDITORS | OWNER),
    "sign": ({IN_REVIEW}, EDITORS | OWNER | ON_THE_UNIT),
    "hand_over": ({IN_REVIEW}, EDITORS | OWNER),
    "approve": ({IN_REVIEW}, OWNER),
    # Of a redaktionell ändring only: see test_editorial.
    "amend": ({DRAFT}, set()),
    "send_back": ({IN_REVIEW, APPROVED}, EDITORS | OWNER | ON_THE_UNIT),
    "publish": ({APPROVED}, EDITORS),
    "discard": ({DRAFT, IN_REVIEW, APPROVED}, EDITORS | OWNER),
    "withdraw": ({PUBLISHED}, EDITORS | OWNER),
}
# Transitions that only exist before publication, or only after it: else they are nobody's.
ONLY_BEFORE, ONLY_AFTER = {"send_back", "publish", "discard"}, {"withdraw"}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(cast: Cast, revision: ProcessRevision, name: str, who: str) -> str:
    user = AnonymousUser() if who == ANONYMOUS else cast[who]
    try:
        with undone():
            reviewer = {"reviewer": cast.samordnare} if name in ("send", "hand_over") else {}
            actions.change_status(revision, name, user=user, comment="Därför.", **reviewer)
    except PermissionDenied:
        return "refused"
    except Blocked:
        return "blocked"
    return "done"


def expected(status: str, name: str, who: str) -> str:
    sources, people = TABLE[name]
    if (status, name) == (APPROVED, "send_back"):
        people = people - ON_THE_UNIT
    exists = not (status == PUBLISHED and name in ONLY_BEFORE) and not (
        status != PUBLISHED and name in ONLY_AFTER
    )
    if status == PUBLISHED and name == "publish" and who in people:
        return "blocked"
    if who not in people or not exists:
        return "refused"
    if status not in sources or (name == "sign" and who == "processhandledare"):
        return "blocked"
    return "done"


def test_the_table_of_this_test_has_every_transition() -> None:
    assert set(TABLE) == set(REVISION.transitions)


@pytest.mark.parametrize("status", [DRAFT, IN_REVIEW, APPROVED, PUBLISHED, WITHDRAWN])
def test_who_may_do_what_when(cast: Cast, status: str) -> None:
    process = make_process(cast)
    actions.set_units(process, [cast.units.home])
    revision = bring_to(make_draft(cast, process), cast, status)
    found = {(name, who): outcome(cast, revision, name, who) for name in TABLE for who in WHO}
    wanted = {(name, who): expected(status, name, who) for name in TABLE for who in WHO}
    assert {key: one for key, one in found.items() if one != wanted[key]} == {}


def test_the_writer_may_decide_only_what_another_has_signed(cast: Cast) -> None:
    process = make_process(cast)
    revision = actions.start_revision(process, user=cast.processagare)
    actions.save_revision(revision, user=cast.processagare, values={"mission": "Mitt eget."})
    actions.change_status(revision, "send", user=cast.processagare, reviewer=cast.samordnare)
    with pytest.raises(Blocked, match="granskad"):
        actions.change_status(revision, "approve", user=cast.processagare)
    actions.change_status(revision, "sign", user=cast.samordnare)
    actions.save_revision(revision, user=cast.processagare, values={"mission": "Ändrat efter granskningen."})
    with pytest.raises(Blocked, match="granskad"):
        actions.change_status(revision, "approve", user=cast.processagare)
    actions.change_status(revision, "sign", user=cast.samordnare)
    approved = actions.change_status(revision, "approve", user=cast.processagare)
    assert approved.status == APPROVED


def test_whoever_rewrites_a_draft_becomes_its_author(cast: Cast) -> None:
    revision = bring_to(make_draft(cast), cast, IN_REVIEW)
    actions.save_revision(revision, user=cast.processagare, values={"mission": "Omskrivet av ägaren."})
    with pytest.raises(Blocked, match="din egen"):
        actions.change_status(revision, "approve", user=cast.processagare)


def test_the_stand_in_of_an_absent_owner_decides_in_their_name(cast: Cast) -> None:
    process = make_process(cast, owner=cast.chef)
    revision = bring_to(make_draft(cast, process), cast, IN_REVIEW)
    actions.change_status(revision, "approve", user=cast.ersattare)
    record = revision.transitions.get(name="approve")
    assert (record.by, record.on_behalf_of) == (cast.ersattare, cast.chef)


def test_sending_back_needs_a_reason_and_takes_the_decision_away(cast: Cast) -> None:
    revision = bring_to(make_draft(cast), cast, APPROVED)
    with pytest.raises(Blocked, match="kommentar"):
        actions.change_status(revision, "send_back", user=cast.samordnare)
    back = actions.change_status(revision, "send_back", user=cast.samordnare, comment="Målet saknas.")
    assert (back.status, back.approved_by) == (DRAFT, None)


def test_an_empty_version_is_not_sent(cast: Cast) -> None:
    revision = actions.start_revision(make_process(cast), user=cast.processhandledare)
    with pytest.raises(Blocked, match="tom"):
        actions.change_status(revision, "send", user=cast.processhandledare)


def test_the_same_version_is_coming_in_force_and_replaced_as_days_go(cast: Cast) -> None:
    process = make_process(cast)
    first = publish(cast, process)
    second = publish(cast, process, day=days(5), mission="Nytt från på fredag.")
    first.refresh_from_db()
    assert [first.standing(days(n)) for n in (0, 4, 5)] == [
        Standing.IN_FORCE,
        Standing.IN_FORCE,
        Standing.REPLACED,
    ]
    assert [second.standing(days(n)) for n in (0, 5)] == [Standing.COMING, Standing.IN_FORCE]


def test_two_versions_may_be_published_the_same_day_and_the_last_one_holds(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process)
    second = publish(cast, process, mission="Rättat samma dag.")
    assert process.revisions.in_force().get() == second


def test_a_version_cannot_begin_before_one_that_is_already_coming(cast: Cast) -> None:
    process = make_process(cast)
    publish(cast, process, day=days(5))
    with pytest.raises(Blocked, match="Välj en senare dag"):
        publish(cast, process, mission="För tidigt.")


def test_one_version_at_a_time_is_under_work(cast: Cast) -> None:
    revision = make_draft(cast)
    with pytest.raises(Blocked, match="redan en version under arbete"):
        actions.start_revision(revision.process, user=cast.processagare)
