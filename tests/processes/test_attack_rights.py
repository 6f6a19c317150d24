"""Rights that reach too far: owners who have left, units of others, decisions on other text."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kvalitet.organisation import grants
from kvalitet.organisation.models import RoleAssignment
from kvalitet.search import drain_now, find
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import actions, permissions
from processes.enums import Visibility
from processes.models import Process
from processes.workflow import REVISION
from tests.cast import Cast, ClientFor
from tests.processes.factories import bring_to, make_draft, make_process, publish


@pytest.fixture
def process(cast: Cast) -> Process:
    made = make_process(cast)
    actions.change_settings(
        made,
        user=cast.processhandledare,
        visibility=Visibility.PUBLIC,
        owner=cast.processagare,
        units=[cast.units.home],
    )
    publish(cast, made)
    return Process.objects.get(pk=made.pk)


@pytest.mark.parametrize("left", ["utan_roll", "utforare"])
def test_an_owner_who_is_not_employed_owns_nothing(
    cast: Cast, client_for: ClientFor, process: Process, left: str
) -> None:
    Process.objects.filter(pk=process.pk).update(owner=cast[left])
    client = client_for(left)
    assert client.post(reverse("processes:revision_start", args=[process.slug])).status_code == 403
    assert client.get(reverse("processes:settings", args=[process.slug])).status_code == 403
    process.refresh_from_db()
    assert not permissions.may_approve(cast[left], process)
    assert not process.revisions.open().exists()


def settings(cast: Cast, *units: Any) -> dict[str, Any]:
    return {"owner": cast.processagare.pk, "visibility": "public", "units": [unit.pk for unit in units]}


def test_an_owner_does_not_place_the_process_in_others_units(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    """It would let the owner appoint ombud there, who write and read drafts in all that lies below."""
    url = reverse("processes:settings", args=[process.slug])
    answer = client_for("processagare").post(url, settings(cast, cast.units.home, cast.units.administration))
    assert "lägger till Prövoförvaltningen" in answer.text
    assert process.unit_links.count() == 1
    data = {"person": cast.grannmedarbetare.email, "role": "representative", "valid_from": "2026-01-01"}
    client_for("processagare").post(
        "/organisation/roller/ny/", {**data, "unit": cast.units.administration.pk}
    )
    assert not RoleAssignment.objects.filter(user=cast.grannmedarbetare, role="representative").exists()
    client_for("processhandledare").post(url, settings(cast, cast.units.home, cast.units.other))
    assert process.unit_links.count() == 2
    client_for("processagare").post(url, settings(cast, cast.units.home))
    assert process.unit_links.get(unit=cast.units.home).valid_to is None


def test_nothing_open_lies_under_what_is_internal(cast: Cast) -> None:
    above = make_process(cast, "Hemlig styrning", visibility=Visibility.INTERNAL)
    with pytest.raises(Blocked, match="bara för medarbetare"):
        make_process(cast, "Öppen del", parent=above, visibility=Visibility.PUBLIC)


def test_an_ombud_does_not_take_up_what_the_owner_has_approved(cast: Cast, process: Process) -> None:
    revision = bring_to(make_draft(cast, process), cast, RevisionStatus.APPROVED)
    for who in ("ombud", "chef", "avdelningschef"):
        with pytest.raises(PermissionDenied):
            actions.change_status(revision, "send_back", user=cast[who], comment="Nej.")
    actions.change_status(revision, "send_back", user=cast.processhandledare, comment="Ett fel.")


def test_nobody_approves_other_text_than_they_were_shown(
    cast: Cast, client_for: ClientFor, process: Process
) -> None:
    revision = bring_to(make_draft(cast, process, mission="Före."), cast, RevisionStatus.IN_REVIEW)
    seen = REVISION.seen(revision)
    url = reverse("processes:revision_transition", args=[process.slug, revision.number, "approve"])
    assert seen in client_for("processagare").get(revision.get_absolute_url()).text
    actions.save_revision(revision, user=cast.processhandledare, values={"mission": "Bytt i sista stund."})
    answer = client_for("processagare").post(url, {"seen": seen}, follow=True)
    assert "Innehållet har ändrats" in answer.text
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.IN_REVIEW
    client_for("processagare").post(url, {"seen": REVISION.seen(revision)})
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.APPROVED


def test_who_wrote_a_draft_and_has_left_does_not_find_it(cast: Cast, process: Process) -> None:
    make_draft(cast, process, mission="Förslag om zebrarådet.")
    drain_now()
    assert find(cast.processhandledare, "zebrarådet").hits
    RoleAssignment.objects.filter(user=cast.processhandledare).delete()
    grants.forget(cast.processhandledare)
    assert not find(cast.processhandledare, "zebrarådet").hits


@pytest.mark.parametrize("comment", ["\x00", "a\x00b"])
def test_nul_in_a_comment_is_left_out(
    cast: Cast, client_for: ClientFor, process: Process, comment: str
) -> None:
    revision = bring_to(make_draft(cast, process), cast, RevisionStatus.IN_REVIEW)
    url = reverse("processes:revision_transition", args=[process.slug, revision.number, "send_back"])
    assert client_for("processagare").post(url, {"comment": comment}).status_code in (200, 302)
