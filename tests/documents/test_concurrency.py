"""Documents at the same moment: nothing twice, nothing lost, and nobody meets a fault."""

import io
import uuid
from threading import Event
from time import sleep

import pytest
from django.db import transaction

from documents import actions
from documents.actions import batches as batch_actions
from documents.enums import Basis
from documents.links import finding
from documents.models import (
    Document,
    GroupReading,
    LinkPlace,
    ReadReceipt,
    ReviewAnswer,
    ReviewConfirmation,
    ReviewRound,
    Revision,
    UploadItem,
)
from documents.reviews import earliest, last_of_month, months_after
from documents.writing import Written
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from tests.cast import make_cast
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, read, settings_of
from tests.documents.reading_factories import begin, hold
from tests.documents.test_batch import first_page
from tests.factories import days
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


def faults(results):
    return [one for one in results if isinstance(one, Exception)]


def test_own_receipt_and_meetings_at_once_are_one_receipt(cast):
    document = make_in_force(cast)
    for person in (cast.medarbetare, cast.ombud):
        begin(cast, person, unit=cast.units.neighbour)
    tasks = [lambda: actions.confirm(document, user=User.objects.get(pk=cast.medarbetare.pk))]
    tasks += [
        lambda: hold(cast, [document], [cast.medarbetare, cast.ombud]),
        lambda: hold(
            cast,
            [document],
            [cast.ombud, cast.medarbetare],
            unit=cast.units.neighbour,
            user=cast.grannchef,
        ),
    ]
    at_once(tasks * 2)
    assert ReadReceipt.objects.filter(user=cast.medarbetare).count() == 1
    assert ReadReceipt.objects.filter(user=cast.ombud).count() == 1
    assert GroupReading.objects.count() == 4


def test_receipt_waits_for_a_meeting_that_is_not_yet_written(cast):
    document, is_held = make_in_force(cast), Event()

    def record():
        with transaction.atomic():
            hold(cast, [document], [cast.medarbetare])
            is_held.set()
            sleep(0.3)

    def confirm():
        is_held.wait(5)
        return actions.confirm(document, user=User.objects.get(pk=cast.medarbetare.pk))

    _, receipt = at_once([record, confirm])
    assert receipt.meeting_id == GroupReading.objects.get().pk
    assert ReadReceipt.objects.count() == 1


def test_meeting_sent_twice_at_once_is_one_record(cast):
    document, key = make_in_force(cast), uuid.uuid4()
    made = at_once([lambda: hold(cast, [document], [cast.medarbetare], form_key=key)] * 4)
    assert len({one.pk for one in made}) == 1


def test_remiss_sent_and_answered_twice_at_once_is_one(cast):
    draft = make_draft(cast)
    asked = {
        "user": cast.ombud,
        "question": "Stämmer den?",
        "due": days(7),
        "people": [cast.grannmedarbetare],
    }
    started = at_once([lambda: actions.start_round(draft, **asked)] * 3)
    assert len(faults(started)) == 2
    remiss = ReviewRound.objects.get()
    answered = at_once(
        [
            lambda: actions.answer_round(
                remiss, user=User.objects.get(pk=cast.grannmedarbetare.pk), text="Bra."
            )
        ]
        * 3
    )
    assert not faults(answered)
    assert ReviewAnswer.objects.count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_decision_and_choice_of_what_is_replaced_do_not_wait_for_each_other(cast, turn):
    old = make_in_force(cast, title="Gammal")
    new = bring_to(make_draft(cast, title="Ny"), cast, RevisionStatus.IN_REVIEW)
    actions.set_replaced(new.document, replaced=old, user=cast.ombud)
    month = last_of_month(months_after(earliest(), 3))

    def decide():
        return actions.change_status(new, "approve", user=cast.chef, ends_replaced=True)

    def confirm():
        return actions.confirm_review([old, new.document], user=cast.chef, new_date=month, basis={})

    def choose():
        return actions.set_replaced(new.document, replaced=old, user=cast.ombud)

    results = at_once([decide, confirm, choose, decide])
    assert sum(isinstance(one, Revision) for one in results) == 1
    assert not Document.objects.in_force().filter(pk=old.pk).exists()


def test_mended_words_published_twice_at_once_hold_once(cast):
    document = make_in_force(cast)
    draft = actions.new_revision(
        document, user=cast.ombud, content=checked("Rättade ord."), change_note="Ord.", is_minor=True
    )
    read(draft)
    results = at_once([lambda: actions.change_status(draft, "amend", user=cast.ombud)] * 3)
    assert len(faults(results)) == 2
    assert Revision.objects.in_force().get().label == "1.1"


def test_still_valid_said_twice_at_once_is_said_once(cast):
    document, month = make_in_force(cast), last_of_month(months_after(earliest(), 5))
    at_once(
        [
            lambda: actions.confirm_review(
                [document], user=cast.chef, new_date=month, basis={document.pk: Basis.READ}
            )
        ]
        * 3
    )
    assert ReviewConfirmation.objects.count() == 1


def test_file_of_a_batch_made_by_two_workers_is_one_draft(cast):
    values = settings_of(cast)
    batch = batch_actions.begin(
        user=cast.ombud,
        values={name: values[name] for name in ("type", "owner_unit", "responsible", "visibility")},
        submission=uuid.UUID(first_page(cast)["submission"]),
    )
    item = batch_actions.add_file(batch, file=io.BytesIO(b"Text."), name="rutin.txt", user=cast.ombud)
    batch_actions.start(batch, user=cast.ombud)
    at_once([lambda: batch_actions.make(item, user=cast.ombud)] * 3)
    assert Revision.objects.count() == 1
    assert UploadItem.objects.get().outcome == "made"


def test_two_rounds_of_links_at_once_write_each_place_once(cast):
    for number in range(3):
        body = "\n".join(f"[länk](https://x{link}.invalid/{number})" for link in range(20))
        make_in_force(cast, title=f"Rutin {number}", content=Written(body))
    at_once([finding.collect] * 3)
    with transaction.atomic():
        assert LinkPlace.objects.count() == 60
