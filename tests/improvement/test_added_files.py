"""Files added to a case later, in supplements and notes, and those of cases that go on in another."""

import pytest
from django.db import transaction

from improvement import actions
from improvement.models import Attachment
from tests.cast import PEOPLE
from tests.documents.test_cleaning import SECRET, paper
from tests.improvement.factories import assessed, report
from tests.improvement.files import KNOW, READ, case_with, fetch, later, sent, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

LATER = {"tillagg": ("medarbetare", {"medarbetare"}), "anteckning": ("chef", set())}


@pytest.mark.parametrize("path", LATER)
def test_a_file_added_later_comes_once_and_is_read_in_the_circle_of_its_text(
    cast, client_for, own_storage, path
):
    case, (author, reporters) = report(cast, by=cast.medarbetare), LATER[path]
    client = client_for(author)
    page, typed = later(case, path)
    for _ in range(2):
        assert client.post(page, {**typed, "files": [sent(), sent(paper())]}).status_code == 302
    assert case.entries.count() == 1
    assert len(stored(own_storage)) == 2
    assert not any(SECRET in one.read_bytes() for one in stored(own_storage))
    where = case.entries.get().attachments.first().get_absolute_url()
    assert where in client.get(case.get_absolute_url()).text
    assert where in client_for("chef").get(case.get_absolute_url()).text
    told = client_for("chef").get(f"{case.get_absolute_url()}historik/").text
    assert [told.count(f"bifogade en {kind}") for kind in ("bild", "pdf")] == [1, 1]
    assert str(cast.medarbetare) not in told
    for who in PEOPLE:
        reads = who in READ - {"medarbetare"} | reporters
        expected = 200 if reads else 403 if who in KNOW else 404
        assert fetch(client_for(who), where).status_code == expected, who


@pytest.mark.parametrize("path", LATER)
def test_what_is_added_comes_back_with_its_files_and_text(cast, client_for, own_storage, path):
    case, client = report(cast, by=cast.medarbetare), client_for(LATER[path][0])
    page, typed = later(case, path)
    text = client.post(page, {**typed, "text": "", "files": [sent(), sent(paper())]}).text
    assert "Bild 1.jpg" in text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda function, robust: function())
        text = client.post(page, {**typed, "drop": "1"}).text
    assert "Larmet var av." in text
    assert "Bild 1.jpg" not in text
    assert "kv-errors" not in text
    assert not case.entries.exists()
    other = report(cast, by=cast.medarbetare)
    client.post(later(other, path)[0], typed)
    assert not other.entries.get().attachments.exists()
    client.post(page, typed)
    assert [one.name for one in case.entries.get().attachments.all()] == ["Fil 2.pdf"]
    assert len(stored(own_storage)) == 1


@pytest.mark.parametrize("is_parted_first", [True, False])
def test_each_part_of_an_event_has_files_of_its_own_of_what_was_added(
    cast, client_for, own_storage, is_parted_first
):
    case = assessed(report(cast, by=cast.medarbetare), by=cast.chef)
    part = actions.split(case, user=cast.chef, law="hsl") if is_parted_first else None
    page, typed = later(case, "tillagg", files=[sent()])
    reporter = client_for("medarbetare")
    reporter.post(page, typed)
    part = part or actions.split(case, user=cast.chef, law="hsl")
    first, second = (one.entries.get().attachments.get() for one in (case, part))
    assert len(stored(own_storage)) == 2
    assert first.storage_key != second.storage_key
    shown = second.get_absolute_url()
    assert shown in client_for("mas").get(part.get_absolute_url()).text
    assert fetch(client_for("mas"), shown).status_code == 200
    assert fetch(client_for("mas"), first.get_absolute_url()).status_code == 404
    # The reporter has one report, and reads both by it.
    assert fetch(reporter, second.address_in(case.pk)).status_code == 200
    assert fetch(reporter, shown).status_code == 404


def test_the_reporter_reads_what_went_to_the_part_that_is_still_open(cast, client_for):
    case = assessed(report(cast, by=cast.medarbetare), by=cast.chef)
    part = actions.split(case, user=cast.chef, law="hsl")
    actions.change_status(case, "receive", user=cast.chef)
    actions.change_status(case, "dismiss", user=cast.chef, comment="En felanmälan.")
    reporter = client_for("medarbetare")
    reporter.post(*later(case, "tillagg", files=[sent()]))
    one = Attachment.objects.get()
    assert one.deviation == part
    assert one.address_in(case.pk) in reporter.get(case.get_absolute_url()).text
    assert fetch(reporter, one.address_in(case.pk)).status_code == 200
    assert "/bilaga/" not in client_for("chef").get(case.get_absolute_url()).text


def test_the_case_that_goes_on_shows_the_files_of_those_merged_into_it(cast, client_for):
    gone, case = case_with(cast), assessed(report(cast, by=cast.medarbetare), by=cast.chef)
    client_for("chef").post(*later(gone, "anteckning", files=[sent(paper())]))
    actions.change_status(gone, "merge", user=cast.chef, into=case)
    of_report, of_note = (one.get_absolute_url() for one in Attachment.objects.order_by("pk"))
    for who, count in (("chef", 1), ("medarbetare", 0)):
        text = client_for(who).get(case.get_absolute_url()).text
        assert text.count(f'href="{of_report}"') == count, who
        assert text.count(f'href="{of_note}"') == count, who
    assert fetch(client_for("chef"), of_report).status_code == 200
    actions.bar(gone, user=cast.lexansvarig, person=cast.ersattare, reason="Nära.")
    barred = client_for("ersattare")
    assert "/bilaga/" not in barred.get(case.get_absolute_url()).text
    assert [fetch(barred, one).status_code for one in (of_report, of_note)] == [404, 404]
