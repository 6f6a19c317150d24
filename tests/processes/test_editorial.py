"""Redaktionell ändring: one person mends words in print; more than words goes the long way."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from kvalitet.models import Notification
from kvalitet.versions import RevisionStatus, Standing
from kvalitet.workflow import Blocked
from processes import actions, amendments
from processes.models import Process, ProcessRevision
from tests.cast import WHO, Cast, ClientFor
from tests.factories import days
from tests.processes.factories import bpmn, make_draft, make_process, publish

STEPS = (("a", "Ta emot anmälan"), ("b", "Utreda", (), "Två gör den.\nTidsgräns: 14 dagar"))
CHANGERS = {"samordnare", "processhandledare", "processagare"}


@pytest.fixture
def base(cast: Cast) -> ProcessRevision:
    process = make_process(cast)
    actions.set_units(process, [cast.units.home])
    publish(cast, process)
    return publish(cast, process, map_bytes=bpmn(*STEPS), mission="Barn får sydd i tid.")


@pytest.fixture
def mended(cast: Cast, base: ProcessRevision) -> ProcessRevision:
    draft = actions.start_revision(base.process, user=cast.processhandledare, is_minor=True)
    return actions.save_revision(
        draft, user=cast.processhandledare, values={"mission": "Barn får skydd i tid."}
    )


def amend(cast: Cast, draft: ProcessRevision, who: str = "processhandledare", **values: Any) -> Any:
    return actions.change_status(
        draft, "amend", user=cast[who], change_note="Stavningen är rättad.", **values
    )


def test_one_person_mends_words_and_it_holds_at_once(
    cast: Cast, client_for: ClientFor, base: ProcessRevision, mended: ProcessRevision
) -> None:
    assert (base.label, mended.label) == ("2", "2.1")
    client, place = client_for("processhandledare"), mended.get_absolute_url()
    page = client.get(f"{place}amend/").text
    assert re.search(r"Barn får *<del>[^<]*<span[^>]*> borttaget: </span> *sydd", page)
    assert re.search(r"<ins><span[^>]*> tillagt: </span> *skydd", page)
    answer = client.post(f"{place}amend/", {"change_note": "Stavningen är rättad."}, follow=True)
    assert "Gällande, version 2.1" in answer.text
    base.refresh_from_db()
    mended.refresh_from_db()
    assert (base.standing(), mended.standing()) == (Standing.REPLACED, Standing.IN_FORCE)
    assert mended.approved_by == mended.published_by == mended.author == cast.processhandledare
    told = Notification.objects.filter(user=cast.processagare, sentence__startswith="Redaktionell")
    assert told.count() == 1


@pytest.mark.parametrize("status", [RevisionStatus.DRAFT, "published"])
def test_who_may_mend(cast: Cast, base: ProcessRevision, mended: ProcessRevision, status: str) -> None:
    if status == "published":
        mended = amend(cast, mended)
    for who in (one for one in WHO if one != "anonym"):
        with transaction.atomic():
            if who in CHANGERS and status == RevisionStatus.DRAFT:
                assert amend(cast, mended, who).status == RevisionStatus.APPROVED
            else:
                with pytest.raises((PermissionDenied, Blocked)):
                    amend(cast, mended, who)
            transaction.set_rollback(True)


def test_a_version_that_mends_is_not_reviewed(cast: Cast, mended: ProcessRevision) -> None:
    with pytest.raises(PermissionDenied):
        actions.change_status(mended, "send", user=cast.processhandledare, change_note="Ändrat.")


def test_a_whole_version_never_goes_past_review(cast: Cast, base: ProcessRevision) -> None:
    draft = make_draft(cast, base.process, mission="Nytt.")
    with pytest.raises(PermissionDenied):
        amend(cast, draft, "processagare")


def test_words_of_steps_may_be_mended(cast: Cast, base: ProcessRevision, mended: ProcessRevision) -> None:
    renamed = bpmn(("a", "Ta emot orosanmälan"), STEPS[1])
    actions.import_map(mended, user=cast.processhandledare, data=renamed)
    amend(cast, mended)
    assert Process.objects.get(parent=base.process, element_id="a").title == "Ta emot orosanmälan"


@pytest.mark.parametrize(
    "steps",
    [
        (STEPS[0],),
        (*STEPS, ("c", "Besluta")),
        (STEPS[1], STEPS[0]),
        (STEPS[0], ("b", "Utreda", (), "Två gör den.\nTidsgräns: 21 dagar")),
        (STEPS[0], ("b", "Utreda", (), "Två gör den.")),
        (STEPS[0], ("b", "Utreda", [("b1", "Läsa")], "Två gör den.\nTidsgräns: 14 dagar")),
        (("x", "Ta emot anmälan"), STEPS[1]),
    ],
    ids=[
        "a step less",
        "a step more",
        "another order",
        "another limit",
        "no limit",
        "an inner step",
        "new id",
    ],
)
def test_more_than_words_is_refused_and_can_go_on_as_a_new_version(
    cast: Cast, client_for: ClientFor, mended: ProcessRevision, steps: Any
) -> None:
    actions.import_map(mended, user=cast.processhandledare, data=bpmn(*steps))
    with pytest.raises(Blocked, match="behöver granskas"):
        amend(cast, mended)
    client, place = client_for("processhandledare"), mended.get_absolute_url()
    assert "behöver granskas" in client.get(place).text
    assert "Publicera ändringen" not in client.get(f"{place}amend/").text
    assert client.post(f"{place}ny-version/").status_code == 302
    mended.refresh_from_db()
    assert (mended.label, mended.mission) == ("3", "Barn får skydd i tid.")
    actions.change_status(mended, "send", user=cast.processhandledare, change_note="Ändrade steg.")


def test_how_a_file_names_its_ways_is_no_change_of_work() -> None:
    one = bpmn(*STEPS)
    assert amendments.is_same_work(one, one.replace(b"Utreda", b"Utreda noga"))
    assert not amendments.is_same_work(one, one.replace(b"14 dagar", b"15 dagar"))


@pytest.mark.parametrize("note", ["", "  "])
def test_what_is_mended_is_said(
    cast: Cast, client_for: ClientFor, mended: ProcessRevision, note: str
) -> None:
    url = f"{mended.get_absolute_url()}amend/"
    assert client_for("processhandledare").post(url, {"change_note": note}).status_code == 200
    with pytest.raises(Blocked, match="vad som är ändrat"):
        actions.change_status(mended, "amend", user=cast.processhandledare, change_note=note)


def test_nothing_mended_is_nothing_to_publish(cast: Cast, base: ProcessRevision) -> None:
    draft = actions.start_revision(base.process, user=cast.processhandledare, is_minor=True)
    with pytest.raises(Blocked, match="Inget är ändrat"):
        amend(cast, draft)


def test_nobody_publishes_other_words_than_they_were_shown(
    cast: Cast, client_for: ClientFor, mended: ProcessRevision
) -> None:
    url = f"{mended.get_absolute_url()}amend/"
    client = client_for("processhandledare")
    seen = client.get(url).context["seen"]
    actions.save_revision(mended, user=cast.samordnare, values={"mission": "Något helt annat."})
    answer = client.post(url, {"change_note": "Stavning.", "seen": seen})
    assert "har ändrats sedan du öppnade sidan" in answer.text
    mended.refresh_from_db()
    assert mended.published_at is None


def test_words_are_mended_in_what_holds_only(cast: Cast) -> None:
    process = make_process(cast)
    with pytest.raises(Blocked, match="Ingen version"):
        actions.start_revision(process, user=cast.processhandledare, is_minor=True)
    publish(cast, process, day=days(5))
    with pytest.raises(Blocked, match="gäller inte än"):
        actions.start_revision(process, user=cast.processhandledare, is_minor=True)


def test_numbers_go_on_from_what_people_write(
    cast: Cast, base: ProcessRevision, mended: ProcessRevision
) -> None:
    amend(cast, mended)
    again = actions.start_revision(base.process, user=cast.samordnare, is_minor=True)
    assert again.label == "2.2"
    actions.change_status(again, "discard", user=cast.samordnare)
    assert actions.start_revision(base.process, user=cast.samordnare).label == "3"


def test_the_button_begins_one(cast: Cast, client_for: ClientFor, base: ProcessRevision) -> None:
    client = client_for("processagare")
    assert 'value="redaktionell"' in client.get(base.process.get_absolute_url()).text
    url = reverse("processes:revision_start", args=[base.process.slug])
    client.post(url, {"slag": "redaktionell"})
    assert base.process.revisions.open().get().label == "2.1"


def write(revision: ProcessRevision, assignment: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"UPDATE processes_processrevision SET {assignment} WHERE id = %s", [revision.pk])


DECIDED = "status = 'approved', approved_at = now(), approved_by_id = author_id"


def test_the_database_lets_no_whole_version_past_review(cast: Cast, base: ProcessRevision) -> None:
    draft = make_draft(cast, base.process, mission="Nytt.")
    for assignment in (
        DECIDED,
        DECIDED.replace("author_id", str(cast.ombud.pk)),
        f"{DECIDED}, minor = 1",  # of a number that nobody has decided on
        f"{DECIDED}, major = 9, minor = 1",
    ):
        with pytest.raises(DatabaseError):
            write(draft, assignment)


def test_the_database_reviews_no_mended_words(cast: Cast, mended: ProcessRevision) -> None:
    review = f"status = 'in_review', reviewer_id = {cast.ombud.pk}, review_due = current_date"
    with pytest.raises(DatabaseError, match="editorial_not_reviewed"):
        write(mended, review)


def test_a_number_is_given_once_and_stays(cast: Cast, base: ProcessRevision, mended: ProcessRevision) -> None:
    with pytest.raises(DatabaseError, match="label_once"):
        write(mended, "minor = 0")
    published = amend(cast, mended)
    for assignment in ("minor = 5", "major = 7", "mission = 'annat'", "change_note = 'annat'"):
        with pytest.raises(DatabaseError, match="Cannot update"):
            write(published, assignment)
