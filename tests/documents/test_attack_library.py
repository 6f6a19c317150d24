"""The document library attacked: titles told, notices to the jävig, numbers of persons beside the text."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents import actions, tasks
from documents.enums import Visibility
from documents.links import checking, finding
from documents.links.fetch import Answer
from documents.models import DocumentLink, Introduction, IntroductionCertificate, LinkCheck, PackageItem
from documents.reading import notices as reading_notices
from documents.reading import plans
from kvalitet import storage
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.models import Absence, RoleAssignment, User
from kvalitet.search import drain_now, find
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since, read
from tests.documents.reading_factories import ask, make_package, make_plan
from tests.documents.test_batch import begin, read_all, said, send, upload, work
from tests.factories import days
from tests.processes.factories import make_process

NUMBER = "19121212-1212"
HIDDEN = "Rutin som bara grannarna läser"


def hidden_from_home(cast):
    return make_in_force(
        cast,
        user=cast.samordnare,
        by=cast.grannchef,
        title=HIDDEN,
        owner_unit=cast.units.neighbour,
        visibility=Visibility.UNIT,
    )


def deny(person, document, cast):
    grants.deny(person, document, reason="Närstående", by=cast.samordnare)


def test_item_of_a_package_that_is_hidden_is_neither_removed_nor_named(cast, client_for):
    package = make_package(cast, hidden_from_home(cast))
    item = package.items.exclude(document=None).get()
    url = reverse("documents:package_item_remove", args=[package.pk, item.pk])
    client = client_for("chef")
    assert client.post(url, follow=True).status_code == 404
    assert HIDDEN not in client.get(package.get_absolute_url()).text
    item.refresh_from_db()
    assert item.removed_at is None


def test_the_new_one_is_not_told_the_title_of_what_became_hidden(cast, client_for):
    document = make_in_force(cast, title=HIDDEN)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    item = PackageItem.objects.get(document=document)
    actions.tick(plan, item, user=cast.medarbetare)
    deny(cast.medarbetare, document, cast)
    url = reverse("documents:introduction_tick", args=[plan.pk, item.pk])
    assert client_for("medarbetare").post(url, follow=True).status_code == 404


def test_certificate_is_closed_to_who_may_not_know_of_a_document_in_it(cast, client_for):
    document = make_in_force(cast, title=HIDDEN)
    plan = make_plan(make_package(cast, document, text=""), cast.medarbetare, cast)
    actions.tick(plan, PackageItem.objects.get(), user=cast.medarbetare)
    actions.certify(plan, user=cast.medarbetare)
    url = reverse("documents:introduction_certificate", args=[plan.pk])
    key = storage.key_of(storage.name_of_job(uuid.uuid4(), 1, "certificate"))
    IntroductionCertificate.objects.update(storage_key=key, sha256="0" * 64)
    deny(cast.chef, document, cast)
    assert "som du inte får läsa" in client_for("chef").get(url, follow=True).text
    assert "inte klart än" in client_for("medarbetare").get(url, follow=True).text, "the file is not there"


def test_the_plan_is_not_for_a_mentor_who_does_not_work_here(cast, client_for):
    plan = make_plan(make_package(cast), cast.medarbetare, cast)
    with pytest.raises(Blocked, match="arbetar inte här"):
        actions.choose_mentor(plan, user=cast.chef, mentor=cast.utforare)
    Introduction.objects.filter(pk=plan.pk).update(mentor=cast.utforare)
    assert client_for("utforare").get(plan.get_absolute_url()).status_code == 404
    assert not plans.visible_to(cast.utforare).exists()


def test_link_to_a_process_that_is_only_planned_is_not_named_by_its_number(cast, client_for):
    document = make_in_force(cast)
    planned = make_process(cast, "Hemlig omorganisation")
    made = actions.link(document, process=planned, user=cast.samordnare)
    url = reverse("documents:unlink", args=[document.pk, made.pk])
    assert "Hemlig omorganisation" in client_for("samordnare").get(url).text
    client = client_for("ombud")
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    assert DocumentLink.objects.exists()


def test_the_unit_page_does_not_count_what_the_reader_may_not_know_of(cast, client_for):
    document = make_in_force(cast)
    actions.put_on_list(document, unit=cast.units.home, user=cast.ombud)
    url = cast.units.home.get_absolute_url()
    before = client_for("chef").get(url).text
    deny(cast.chef, document, cast)
    after = client_for("chef").get(url).text
    assert "1 dokument på listan" in before
    assert "1 dokument på listan" not in after


def test_no_step_of_a_version_is_told_to_the_javig(cast):
    revision = make_draft(cast, responsible=cast.medarbetare)
    for one in (cast.ersattare, cast.medarbetare):
        deny(one, revision.document, cast)
    bring_to(revision, cast, RevisionStatus.WITHDRAWN)
    told = set(Notification.objects.values_list("user", flat=True))
    assert cast.chef.pk in told
    assert not told & {cast.ersattare.pk, cast.medarbetare.pk}


def test_of_what_is_replaced_the_javig_is_not_told(cast):
    old = make_in_force(cast, responsible=cast.medarbetare)
    deny(cast.medarbetare, old, cast)
    revision = make_draft(cast, title="Ny rutin")
    actions.set_replaced(revision.document, replaced=old, user=cast.ombud)
    Notification.objects.all().delete()
    bring_to(revision, cast, RevisionStatus.APPROVED)
    assert not Notification.objects.filter(user=cast.medarbetare).exists()


def test_reminder_to_read_and_a_dead_link_pass_over_a_javig_stand_in(cast):
    document = make_in_force(cast, content="https://x.invalid/", responsible=cast.chef)
    ask(cast, document, role="manager", days=1, valid_from=days(0))
    deny(cast.ersattare, document, cast)
    Notification.objects.all().delete()
    assert reading_notices.remind(days(0)) == 1
    finding.collect()
    row = LinkCheck.objects.get()
    for ago in (7, 0):
        answers = [(row.pk, Answer(is_alive=False, reason="Borta.", is_gone=True))]
        checking.keep(answers, timezone.now() - timedelta(days=ago))
    assert {one.user for one in Notification.objects.all()} == {cast.chef}
    assert set(Notification.objects.values_list("kind", flat=True)) == {"documents.receipt", "documents.link"}


@pytest.mark.parametrize("place", ["change_note", "file_name"])
def test_number_of_a_person_beside_the_text_stops_a_public_version(cast, place):
    name = f"{NUMBER}.txt" if place == "file_name" else "rutin.txt"
    note = f"Efter händelsen med {NUMBER}." if place == "change_note" else "Ny text."
    document = make_in_force(cast, visibility=Visibility.PUBLIC)
    draft = actions.new_revision(
        document, user=cast.ombud, content=checked("Ny text.", name), change_note=note
    )
    read(draft)
    with pytest.raises(Blocked, match="personnummer") as stopped:
        bring_to(draft, cast, RevisionStatus.APPROVED)
    assert NUMBER not in str(stopped.value)


def test_number_of_a_person_in_what_is_new_keeps_the_document_closed(cast, client_for):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    actions.change_status(revision, "approve", user=cast.chef, whats_new=f"Som för {NUMBER}.")
    with pytest.raises(ValidationError, match="personnummer"):
        actions.change_document(
            revision.document, user=cast.samordnare, values={"visibility": Visibility.PUBLIC}
        )
    url = reverse("documents:edit", args=[revision.document_id])
    page = client_for("samordnare").get(url).context["form"]
    data = {name: page[name].value() or "" for name in page.fields} | {
        "visibility": "public",
        "target_group": NUMBER,
    }
    answer = client_for("samordnare").post(url, data)
    assert "target_group" in answer.context["form"].errors


def test_batch_does_not_tell_of_what_became_hidden(cast, client_for):
    client = client_for("ombud")
    batch = begin(cast, client)
    send(client, batch, upload("Text ett.", "rutin-larm.txt"))
    client.post(batch.get_absolute_url(), said(batch, rutin_larm={"title": HIDDEN}))
    work(batch)
    assert HIDDEN in client.get(batch.get_absolute_url()).text
    deny(cast.ombud, batch.items.get().revision.document, cast)
    for query in ("", "?exportera=csv"):
        assert HIDDEN not in client.get(batch.get_absolute_url() + query).content.decode()


def test_batch_does_not_link_a_document_that_became_hidden(cast, client_for):
    document = make_in_force(cast, title=HIDDEN, content=checked("Samma ord i båda filerna."))
    process = make_process(cast)
    client = client_for("samordnare")
    batch = begin(cast, client, process=process.title)
    send(client, batch, upload("Samma ord i båda filerna.", "samma.txt"))
    read_all()
    client.post(batch.get_absolute_url(), said(batch))
    deny(cast.samordnare, document, cast)
    work(batch)
    item = batch.items.get()
    assert item.outcome == "refused"
    assert HIDDEN not in item.reason
    assert not DocumentLink.objects.exists()


@pytest.mark.parametrize("key", ["z" * 36, "", "5b874a13-0fe3-4bb1-956d-e7658b4fe57", "٣" * 36])
def test_odd_key_of_a_form_is_an_answer_and_no_fault(cast, client_for, key):
    document = make_in_force(cast)
    actions.put_on_list(document, unit=cast.units.home, user=cast.ombud)
    data = {"held_on": days(0), "documents": [document.pk], "people": [cast.medarbetare.pk], "form_key": key}
    answer = client_for("chef").post("/dokument/apt/mottagningen/genomgang/", data)
    assert answer.status_code == 200


def found_by(person, word="zebraskötsel"):
    return find(User.objects.get(pk=person.pk), word).total


def test_who_answered_for_a_document_and_has_left_does_not_find_its_words(cast):
    make_in_force(cast, title="Rutin för zebraskötsel", visibility=Visibility.UNIT)
    drain_now()
    assert found_by(cast.ombud)
    RoleAssignment.objects.filter(user=cast.ombud).delete()
    assert not found_by(cast.ombud)


def test_a_stand_in_finds_no_longer_than_the_absence_lasts(cast):
    about = {"title": "Rutin för zebraskötsel", "visibility": Visibility.UNIT, "responsible": cast.ombud}
    make_in_force_since(cast, days(-30), **about)
    drain_now()
    absence = {"user": cast.ombud, "substitute": cast.grannmedarbetare, "created_by": cast.ombud}
    made = Absence.objects.create(first_day=days(-3), last_day=days(0), **absence)
    tasks.turn_the_day()
    assert found_by(cast.grannmedarbetare)
    Absence.objects.filter(pk=made.pk).update(last_day=days(-1))
    tasks.turn_the_day()
    assert not found_by(cast.grannmedarbetare)
