"""Which processes and versions each of the cast may read."""

import pytest
from django.contrib.auth.models import AnonymousUser

from kvalitet.versions import RevisionStatus
from processes import actions
from processes.enums import Visibility
from processes.models import Process, ProcessRevision
from tests.cast import ANONYMOUS, WHO, Cast
from tests.processes.factories import bring_to, make_draft, make_process, publish

OUTSIDE = {"utforare", "utan_roll", ANONYMOUS}
DRAFTS = {"samordnare", "processhandledare", "processagare", "chef", "avdelningschef", "ersattare", "ombud"}


@pytest.fixture
def processes(cast: Cast) -> dict[str, Process]:
    """An open, an internal, a planned and an upphävd process, all used at home."""
    titles = {"public": "Öppen", "internal": "Intern", "planned": "Planerad", "retired": "Upphävd"}
    made = {name: make_process(cast, title) for name, title in titles.items()}
    for process in made.values():
        actions.set_units(process, [cast.units.home])
    Process.objects.filter(pk=made["internal"].pk).update(visibility=Visibility.INTERNAL)
    publish(cast, made["public"])
    publish(cast, made["internal"])
    make_draft(cast, made["planned"])
    revision = publish(cast, made["retired"])
    actions.change_status(revision, "withdraw", user=cast.samordnare, comment="Används inte.")
    return made


@pytest.mark.parametrize("who", WHO)
def test_who_sees_which_process(cast: Cast, processes: dict[str, Process], who: str) -> None:
    user = AnonymousUser() if who == ANONYMOUS else cast[who]
    seen = {name for name, one in processes.items() if one in Process.objects.visible_to(user)}
    wanted = {"public"} if who in OUTSIDE else {"public", "internal", "retired"}
    assert seen == wanted | ({"planned"} if who in DRAFTS else set())


@pytest.mark.parametrize("who", WHO)
def test_who_sees_which_version(cast: Cast, processes: dict[str, Process], who: str) -> None:
    user = AnonymousUser() if who == ANONYMOUS else cast[who]
    process = processes["public"]
    publish(cast, process, mission="Andra.")
    bring_to(make_draft(cast, process), cast, RevisionStatus.IN_REVIEW)
    seen = ProcessRevision.objects.visible_to(user).filter(process=process).values_list("number", flat=True)
    wanted = {2} if who in OUTSIDE else {1, 2, 3} if who in DRAFTS else {1, 2}
    assert set(seen) == wanted


def test_an_owner_reads_the_drafts_of_what_lies_under(cast: Cast) -> None:
    process = make_process(cast)
    child = make_process(cast, "Utreda", parent=process, owner=None)
    assert child in Process.objects.visible_to(cast.processagare)
    assert child not in Process.objects.visible_to(cast.grannchef)


def test_making_a_process_internal_hides_what_lies_under(cast: Cast) -> None:
    process = make_process(cast)
    child = make_process(cast, "Utreda", parent=process)
    publish(cast, process)
    publish(cast, child)
    actions.change_settings(
        process, user=cast.samordnare, visibility=Visibility.INTERNAL, owner=cast.processagare, units=[]
    )
    assert list(Process.objects.visible_to(AnonymousUser())) == []
