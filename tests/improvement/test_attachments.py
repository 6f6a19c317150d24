"""Pictures and files of a report: for its circle alone, once however often it is sent, and nothing half."""

import io
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from improvement import actions
from improvement.actions import attaching
from improvement.models import Attachment, Deviation, InvestigationEntry
from kvalitet import storage
from kvalitet.models import AccessLog
from kvalitet.search import drain_now
from tests.cast import ANONYMOUS, PEOPLE
from tests.documents.test_cleaning import SECRET, paper, photo
from tests.improvement.factories import assessed, report
from tests.improvement.files import KNOW, READ, address, case_with, fetch, later, sent, stored
from tests.improvement.test_report_page import NEW, WHAT, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


@pytest.mark.parametrize(("who", "reads"), [("mas", 1), ("chef", 2), ("handlaggare", 0), ("medarbetare", 1)])
def test_each_circle_of_an_event_in_two_parts_has_its_files_by_its_own_part(cast, client_for, who, reads):
    case = assessed(case_with(cast), by=cast.chef)
    part = actions.split(case, user=cast.chef, law="hsl")
    addresses = [reverse("improvement:attachment", args=[one.pk, 1]) for one in (case, part)]
    client = client_for(who)
    assert sum(fetch(client, one).status_code == 200 for one in addresses) == reads
    if who == "mas":
        assert addresses[1] in client.get(part.get_absolute_url()).text
        assert fetch(client, addresses[0]).status_code == 404


def test_a_photo_comes_with_the_report_without_what_it_told(cast, client_for, own_storage):
    client = client_for("medarbetare")
    page = client.post(NEW, values(cast, files=[sent(), sent(paper(), "avtal.pdf")]), follow=True)
    case = Deviation.objects.get()
    assert [one.name for one in case.attachments.all()] == ["Bild 1.jpg", "Fil 2.pdf"]
    assert "Bild 1.jpg" in page.text
    assert "Hemlig" not in page.text
    answer = fetch(client, address(case))
    assert SECRET not in answer.data
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert not picture.getexif()
    assert answer["Content-Disposition"] == 'attachment; filename="Bild 1.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert not any(SECRET in one.read_bytes() for one in stored(own_storage))


# Who adds to a case by which page, and who else reads what is added.
@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_a_file_is_read_in_the_circle_alone(cast, client_for, who):
    case = case_with(cast)
    answer = fetch(client_for(who), address(case))
    if who == ANONYMOUS:
        assert answer["Location"].startswith("/logga-in/")
    else:
        assert answer.status_code == (200 if who in READ else 403 if who in KNOW else 404)
    if who in KNOW:
        assert "Bilagorna läses bara av dem som handlägger" in answer.text


def test_jav_takes_the_files_too(cast, client_for):
    case = case_with(cast, is_manager_involved=True)
    for who, status in (("chef", 404), ("ersattare", 404), ("avdelningschef", 200), ("medarbetare", 200)):
        assert fetch(client_for(who), address(case)).status_code == status, who


def test_opening_a_file_is_logged_for_who_handles_and_not_for_who_sent_it(cast, client_for):
    case = case_with(cast)
    fetch(client_for("medarbetare"), address(case))
    assert not AccessLog.objects.exists()
    for _ in range(2):
        fetch(client_for("chef"), address(case))
    assert AccessLog.objects.get().user == cast.chef


def test_whoever_stated_a_reason_reads_the_files_that_day(cast, client_for):
    case = case_with(cast)
    client = client_for("avdelningschef")
    client.post(f"{case.get_absolute_url()}oppna/", {"reason": "Tillsyn."})
    assert fetch(client, address(case)).status_code == 200


@pytest.mark.parametrize("number", ["2", "0", "99999999999999999999", "-1", "../1", "1%00"])
def test_a_number_that_is_none_is_not_found(cast, client_for, number):
    case = case_with(cast)
    assert fetch(client_for("chef"), address(case, number)).status_code == 404


def test_a_file_of_another_case_is_not_reached_through_ones_own(cast, client_for):
    other, own = case_with(cast), report(cast, by=cast.medarbetare)
    assert fetch(client_for("medarbetare"), address(own)).status_code == 404
    assert client_for("medarbetare").post(address(other)).status_code == 405


def test_a_file_that_is_gone_is_not_found_and_says_nothing_more(cast, client_for, own_storage):
    case = case_with(cast)
    for one in stored(own_storage):
        one.unlink()
    assert fetch(client_for("chef"), address(case)).status_code == 404


def test_the_reporter_is_named_nowhere_to_colleagues(cast, client_for):
    """A manager reads the report, its files, history, notices, lists, exports and search without the name."""
    case = case_with(cast)
    drain_now()
    client, name = client_for("chef"), str(cast.medarbetare)
    for path in (
        case.get_absolute_url(),
        f"{case.get_absolute_url()}historik/",
        "/avvikelser/",
        "/avvikelser/?exportera=csv",
        "/mitt-arbete/",
        "/aviseringar/",
        f"/sok/?q={name}",
    ):
        answer = fetch(client, path)
        text = answer.data.decode()
        hits = text.partition('id="sok-antal"')[2] if "/sok/" in path else text
        assert name not in hits.replace(f"Inget hittades för {name}", ""), path


def test_sent_twice_with_its_files_is_one_case_with_each_once(cast, client_for, own_storage):
    client, data = client_for("medarbetare"), values(cast)
    for _ in range(2):
        assert client.post(NEW, {**data, "files": [sent(), sent(), sent(paper())]}).status_code == 302
    assert Deviation.objects.get().attachments.count() == 2
    assert len(stored(own_storage)) == 2


def test_a_form_that_comes_back_keeps_its_files_and_what_was_typed(cast, client_for, own_storage):
    client, data = client_for("medarbetare"), values(cast)
    page = client.post(NEW, {**data, "harm": "", "files": [sent()]})
    assert page.status_code == 200
    assert not Deviation.objects.exists()
    assert WHAT in page.text
    assert "Bild 1.jpg" in page.text
    assert client.post(NEW, {**data, "harm": ""}).text.count("Bild 1.jpg") == page.text.count("Bild 1.jpg")
    client.post(NEW, data)
    assert Deviation.objects.get().attachments.count() == 1
    assert len(stored(own_storage)) == 1


def test_a_kept_file_may_be_taken_away_without_losing_the_text(cast, client_for, own_storage):
    client, data = client_for("medarbetare"), values(cast)
    client.post(NEW, {**data, "harm": "", "files": [sent(), sent(paper())]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda function, robust: function())
        page = client.post(NEW, {**data, "harm": "", "drop": "1"})
    assert WHAT in page.text
    assert "kv-errors" not in page.text
    assert "Bild 1.jpg" not in page.text
    assert "Fil 2.pdf" in page.text
    assert len(stored(own_storage)) == 1
    client.post(NEW, data)
    assert [one.name for one in Deviation.objects.get().attachments.all()] == ["Fil 2.pdf"]


def test_kept_files_are_their_senders_alone(cast, client_for):
    data = values(cast)
    client_for("medarbetare").post(NEW, {**data, "harm": "", "files": [sent()]})
    other = client_for("grannmedarbetare")
    assert "Bild 1.jpg" not in other.post(NEW, {**data, "harm": ""}).text
    other.post(NEW, {**data, "harm": "", "drop": "1"})
    assert Attachment.objects.count() == 1
    other.post(NEW, data)
    assert not Deviation.objects.get().attachments.exists()


def test_one_bad_file_is_told_and_the_good_ones_are_kept(cast, client_for):
    client, data = client_for("medarbetare"), values(cast)
    svg = sent(b"<svg><script>alert(1)</script></svg>", "bild.jpg")
    page = client.post(NEW, {**data, "files": [sent(), svg]})
    assert "Fil 2: Filen är av ett slag som inte tas emot" in page.text
    assert "Bild 1.jpg" in page.text
    assert not Deviation.objects.exists()


def test_empty_and_sixty_and_too_heavy_files_are_refused(cast, client_for, settings):
    client, data = client_for("medarbetare"), values(cast)
    assert "tom" in client.post(NEW, {**data, "files": [sent(b"")]}).text
    many = client.post(NEW, {**data, "files": [sent(b"x") for _ in range(60)]}).text
    assert "Du valde 60 filer. Högst 5 går att skicka." in many
    settings.UPLOAD_MAX_BYTES = 2000
    assert "för stora tillsammans" in client.post(NEW, {**data, "files": [sent(photo())]}).text
    assert not Attachment.objects.exists()


def test_the_sixth_file_is_refused_though_the_first_were_sent_before(cast, client_for):
    client, data = client_for("medarbetare"), values(cast)
    first = [sent(photo(size=(50 + number, 50))) for number in range(5)]
    client.post(NEW, {**data, "harm": "", "files": first})
    assert "högst 5 filer" in client.post(NEW, {**data, "files": [sent(paper())]}).text
    client.post(NEW, data)
    assert Deviation.objects.get().attachments.count() == 5


class Cut(io.BytesIO):
    """A connection that breaks when what came has been read."""

    def read(self, size=-1):
        block = super().read(size)
        if not block:
            raise OSError("connection reset")
        return block


@pytest.mark.parametrize(("is_noticed", "is_later"), [(True, False), (False, False), (True, True)])
def test_an_upload_that_is_cut_leaves_no_row_and_no_file(cast, client_for, own_storage, is_noticed, is_later):
    """The connection breaks in the middle of the photo: with an error, or as if it had ended there."""
    client = client_for("medarbetare")
    client.raise_request_exception = False
    whole = photo(size=(900, 900))
    page = f"{report(cast, by=cast.medarbetare).get_absolute_url()}tillagg/" if is_later else NEW
    body = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nLarmet var av.\r\n'
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + whole[: len(whole) // 2]
    )
    broken = {"wsgi.input": Cut(body), "CONTENT_LENGTH": str(len(whole) * 2)} if is_noticed else {}
    answer = client.generic("POST", page, body, content_type="multipart/form-data; boundary=x", **broken)
    assert answer.status_code >= 400 if is_noticed else answer.status_code == 200
    assert Deviation.objects.count() == is_later
    assert not InvestigationEntry.objects.exists()
    assert not Attachment.objects.exists()
    assert not stored(own_storage)


def test_a_full_storage_keeps_the_text_and_nothing_half(cast, client_for, own_storage, monkeypatch):
    def full(file, name=""):
        raise storage.StorageFull

    monkeypatch.setattr(storage, "put", full)
    page = client_for("medarbetare").post(NEW, values(cast, files=[sent()]))
    assert "lagringen är full" in page.text
    assert WHAT in page.text
    assert not Deviation.objects.exists()
    assert not stored(own_storage)


def test_a_report_that_fails_takes_its_files_with_it(cast, own_storage, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("improvement.notices.tell_reported", fail)
    with pytest.raises(RuntimeError):
        case_with(cast)
    assert not Attachment.objects.exists()
    assert not stored(own_storage)


def test_files_of_a_report_that_was_never_sent_go_after_a_day(cast, client_for, own_storage):
    client = client_for("medarbetare")
    client.post(NEW, values(cast, harm="", files=[sent()]))
    kept = case_with(cast)
    attaching.throw_old()
    assert Attachment.objects.count() == 2
    later = timezone.now() + timedelta(hours=25)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        patch.setattr(transaction, "on_commit", lambda function, robust: function())
        attaching.throw_old()
    assert Attachment.objects.get().deviation == kept
    assert len(stored(own_storage)) == 1


def test_a_file_of_a_report_is_frozen_and_belongs_to_it(cast):
    case, other = case_with(cast), report(cast, by=cast.medarbetare)
    rows = Attachment.objects.filter(deviation=case)
    note = actions.add_entry(other, user=cast.chef, kind="assessment", text="Larmet var av.")
    made = {
        "submission": uuid.uuid4(),
        "number": 1,
        "kind": "pdf",
        "storage_key": "x",
        "sha256": "x",
        "size": 1,
    }
    for change in (
        lambda: Attachment.objects.create(**made, added_by=cast.chef, deviation=case, entry=note),
        lambda: Attachment.objects.create(**made, added_by=cast.medarbetare, deviation=other, entry=note),
        lambda: Attachment.objects.create(**made, added_by=cast.chef, entry=note),
        lambda: rows.update(kind="pdf"),
        lambda: rows.update(deviation=None),
        lambda: rows.update(deviation=other),
        rows.delete,
        lambda: Attachment.objects.create(
            submission=uuid.uuid4(), number=1, deviation=other, kind="pdf", storage_key="x", sha256="x",
            size=1, added_by=cast.medarbetare,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("number", [0, 6])
def test_a_report_has_at_most_five(cast, number):
    with pytest.raises(IntegrityError):
        Attachment.objects.create(
            submission=uuid.uuid4(), number=number, kind="pdf", storage_key="x", sha256="x", size=1,
            added_by=cast.medarbetare,
        )  # fmt: skip


def test_the_page_of_a_case_asks_as_much_for_three_files_as_for_one(cast, client_for):
    one = case_with(cast)
    three = case_with(cast, photo(), photo(size=(60, 60)), paper())
    client, counts = client_for("chef"), []
    for case, files in ((one, [sent()]), (three, [sent(), sent(paper())])):
        client.post(*later(case, "anteckning", files=files))
    for case in (one, three):
        client.get(case.get_absolute_url())
    for case in (one, three):
        with CaptureQueriesContext(connection) as asked:
            client.get(case.get_absolute_url())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
