"""Documents on other pages: the search, steps, units, start, Mitt arbete, Om; and the turning of the day."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import actions, panels, tasks, work
from documents.demo.files import MADE_BY
from documents.enums import Visibility
from documents.models import Document, Revision
from documents.uploads import check
from kvalitet import search
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.factories import days
from tests.processes.factories import make_process, publish


def found(user, text):
    search.drain_now()
    return {(hit.object_id, hit.edition) for hit in search.find(user, text, kind="document").hits}


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_words_inside_the_file_are_found_by_those_who_may_read(cast):
    document = make_in_force(cast, content=checked("Trygghetslarmet besvaras i jouren."))
    assert found(cast.medarbetare, "jouren") == {(document.pk, "in_force")}
    assert found(AnonymousUser(), "jouren") == set()
    assert found(cast.utforare, "jouren") == set()


def test_document_for_providers_is_found_by_their_contacts(cast):
    document = make_in_force(cast, visibility=Visibility.PROVIDER, content=checked("Avropa larmen."))
    assert found(cast.utforare, "avropa") == {(document.pk, "in_force")}
    assert found(cast.utan_roll, "avropa") == set()


def test_draft_is_found_by_those_who_may_read_it_and_no_one_else(cast):
    document = make_in_force(cast, content=checked("Gammal text."))
    second = actions.new_revision(document, user=cast.ombud, content=checked("Kommer."), change_note="Ny.")
    Revision.objects.filter(pk=second.pk).update(text="Hemlighetsfull")
    assert found(cast.medarbetare, "hemlighetsfull") == set()
    for who in ("ombud", "chef", "ersattare", "samordnare"):
        assert found(cast[who], "hemlighetsfull") == {(document.pk, "draft")}


def test_withdrawn_document_is_no_longer_found(cast):
    document = make_in_force(cast, content=checked("Jourtelefonen."))
    assert found(cast.medarbetare, "jourtelefonen")
    actions.change_status(document.revisions.get(), "withdraw", user=cast.chef, comment="Gammal.")
    assert found(cast.medarbetare, "jourtelefonen") == set()


def test_version_that_begins_today_is_found_after_midnight(cast):
    revision = bring_to(
        make_draft(cast, content=checked("Nymodigt.")), cast, RevisionStatus.APPROVED, valid_from=days(1)
    )
    assert found(cast.medarbetare, "nymodigt") == set()
    with pytest.MonkeyPatch.context() as patch:
        tomorrow = days(1)
        patch.setattr(timezone, "localdate", lambda *args: tomorrow)
        tasks.turn_the_day()
        assert found(fresh(cast.medarbetare), "nymodigt") == {(revision.document_id, "in_force")}


def labels(user, process):
    return [one.label for one in panels.step_links(user, [process.pk]).get(process.pk, [])]


def test_step_shows_its_documents_with_one_question(cast):
    process = make_process(cast)
    for title, visibility in (("Öppen", "public"), ("Intern", "internal"), ("Enhetens", "unit")):
        document = make_in_force(cast, title=title, visibility=visibility)
        actions.link(document, process=process, user=cast.ombud)
    assert labels(cast.medarbetare, process) == ["Enhetens", "Intern", "Öppen"]
    assert labels(AnonymousUser(), process) == ["Logga in för att läsa", "Öppen"]
    assert labels(cast.utforare, process) == ["Öppen"]
    user = fresh(cast.ersattare)
    panels.step_links(user, [process.pk])
    with CaptureQueriesContext(connection) as caught:
        panels.step_links(user, [process.pk])
    assert len(caught) == 1


def test_unit_page_shows_what_is_in_force(cast, client_for):
    make_in_force(cast, title="Enhetens larmrutin")
    make_draft(cast, title="Halvfärdig")
    page = client_for("medarbetare").get(cast.units.home.get_absolute_url()).content.decode()
    assert "Enhetens larmrutin" in page
    assert "Halvfärdig" not in page


def test_governing_documents_stand_on_the_public_page(cast, client_for):
    make_in_force(
        cast, title="Rutin för kvalitetssäkring", visibility="public", user=cast.samordnare, is_governing=True
    )
    assert "Rutin för kvalitetssäkring" in client_for("anonym").get("/om/").content.decode()


def sentences(user, function=work.tasks):
    return [task.sentence for task in function(fresh(user))]


def test_work_goes_to_the_one_whose_turn_it_is(cast):
    revision = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    assert sentences(cast.chef) == ["Fastställ Rutin för larm, version 1.0"]
    assert sentences(cast.ersattare) == ["Fastställ Rutin för larm, version 1.0"]
    assert sentences(cast.avdelningschef) == []
    assert sentences(cast.ombud) == []
    assert sentences(cast.chef, work.week) == ["Fastställ Rutin för larm, version 1.0"]
    actions.change_status(revision, "send_back", user=cast.chef, comment="Telefon saknas.")
    assert sentences(cast.ombud) == ["Komplettera Rutin för larm, version 1.0"]
    assert sentences(cast.chef) == []


def test_signature_is_asked_for_when_the_one_who_decides_wrote(cast):
    bring_to(make_draft(cast, user=cast.chef), cast, RevisionStatus.IN_REVIEW)
    assert sentences(cast.chef) == []
    assert sentences(cast.ombud) == ["Granska Rutin för larm, version 1.0"]


def test_late_review_is_work_with_its_date(cast):
    document = make_in_force_since(cast, days(-400))
    Document.objects.filter(pk=document.pk).update(next_review=days(-3))
    (task,) = work.tasks(fresh(cast.ombud))
    assert (task.sentence, task.due) == ("Se över Rutin för larm", days(-3))
    assert sentences(cast.chef, work.week) == ["Se över Rutin för larm"]
    assert sentences(cast.medarbetare) == []


def test_news_are_what_was_decided_and_may_be_read(cast):
    since = timezone.now()
    make_in_force(cast, title="Ny rutin")
    make_in_force(cast, title="Enhetens egen", visibility="unit")
    news = lambda user: [task.sentence for task in work.news(fresh(user), since)]  # noqa: E731
    assert news(cast.grannmedarbetare) == ["Ny rutin, version 1.0"]
    assert news(cast.medarbetare) == ["Enhetens egen, version 1.0", "Ny rutin, version 1.0"]


def test_where_used_tells_both_ways(cast):
    document, process = make_in_force(cast), make_process(cast)
    actions.link(document, process=process, user=cast.ombud)
    assert [one.label for one in panels.where_used(cast.samordnare, document)] == [process.title]
    assert [one.label for one in panels.where_used(cast.samordnare, process)] == [document.title]


MARKDOWN = "## Syfte\n\nHjälp direkt.\n\n1. Ring\n2. Vänta\n\n| A | B |\n|---|---|\n| ett | två |\n"


@pytest.mark.parametrize("ending", MADE_BY)
def test_demo_file_is_taken_in_like_any_other(ending):
    import io

    made = check(io.BytesIO(MADE_BY[ending]("Rutin för prov", MARKDOWN)), f"rutin.{ending}")
    assert made.kind == ending


def test_ombud_begins_a_document_at_the_step_it_is_about(cast, client_for):
    process = make_process(cast)
    publish(cast, process)
    url, create = process.get_absolute_url(), f"/dokument/nytt/?process={process.slug}"
    assert create in client_for("ombud").get(url).text
    assert "Koppla ett dokument" not in client_for("ombud").get(url).text
    assert "Koppla ett dokument" in client_for("processhandledare").get(url).text
    assert create not in client_for("medarbetare").get(url).text
