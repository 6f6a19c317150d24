"""The pages: what is uploaded, changed, linked and asked for, by those who may and those who may not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from documents import actions, extraction
from documents.enums import Visibility
from documents.files.extract import SCANNED
from documents.models import Document, DocumentLink, DocumentUserPermission, Favourite, Revision
from documents.permissions import Permission
from kvalitet import jobs
from kvalitet.models import Job
from kvalitet.versions import RevisionStatus
from processes.actions import set_units
from tests.documents.factories import TEXT, bring_to, checked, make_draft, make_in_force, upload
from tests.processes.factories import make_process, publish

NEW = "/dokument/nytt/"


def form(cast, **values):
    return {
        "title": "Rutin för nycklar",
        "type": "unit_routine",
        "owner_unit": cast.units.home.pk,
        "responsible": cast.ombud.email,
        "visibility": "internal",
        "review_months": "12",
        "keywords": "nyckel, lås",
        **values,
    }


def test_ombud_lays_in_a_routine_and_its_text_is_read_by_a_job(cast, client_for):
    response = client_for("ombud").post(NEW, form(cast, file=upload("Nyckeln hänger i skåpet.")))
    document = Document.objects.get(title="Rutin för nycklar")
    assert response.headers["Location"] == f"/dokument/{document.pk}/"
    revision = document.revisions.get()
    assert (revision.status, revision.author, revision.text_read_at) == ("draft", cast.ombud, None)
    job = Job.objects.get(kind=extraction.KIND)
    assert "Väntar" in client_for("ombud").get(document.get_absolute_url()).content.decode()
    jobs.run(job.pk)
    fresh = Revision.objects.defer(None).get(pk=revision.pk)
    assert fresh.text == "Nyckeln hänger i skåpet."
    assert Job.objects.get(pk=job.pk).result_url == document.get_absolute_url()


def test_job_whose_file_is_gone_says_what_to_do(cast):
    revision = make_draft(cast)
    job = extraction.enqueue(revision, user=cast.ombud)
    from kvalitet import storage

    storage.delete(revision.storage_key)
    jobs.run(job.pk)
    assert "Ladda upp filen igen" in Job.objects.get(pk=job.pk).error


def test_link_is_laid_in_instead_of_a_file(cast, client_for):
    client_for("ombud").post(NEW, form(cast, url="https://www.exempel.invalid/rutin"))
    assert Revision.objects.get().url == "https://www.exempel.invalid/rutin"
    assert not Job.objects.filter(kind=extraction.KIND).exists()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://www.ivo.se@ond.invalid/", "ftp://exempel.invalid/"]
)
def test_link_that_leads_elsewhere_is_refused(cast, client_for, url):
    client_for("ombud").post(NEW, form(cast, url=url))
    assert not Document.objects.exists()


def test_unit_one_does_not_write_for_is_no_choice(cast, client_for):
    client_for("ombud").post(NEW, form(cast, owner_unit=cast.units.neighbour.pk, file=upload()))
    assert not Document.objects.exists()


def test_public_title_with_a_persons_number_is_refused(cast, client_for):
    values = form(cast, visibility="public", title="Rutin för 121212-1212", file=upload())
    assert "personnummer" in client_for("ombud").post(NEW, values).content.decode()
    assert not Document.objects.exists()


def test_form_sent_twice_gives_one_document(cast, client_for):
    for content in ({"url": "https://rutin.invalid/nyckel"}, {"file": upload("Nyckeln.")}):
        values = form(cast, title=f"Rutin {len(content)} {next(iter(content))}", **content)
        assert client_for("ombud").post(NEW, values).status_code == 302
        if "file" in content:
            values |= {"file": upload("Nyckeln."), "accept_same": "on"}
        again = client_for("ombud").post(NEW, values)
        assert f"Du har redan lagt in {values['title']}" in again.text
        assert Document.objects.filter(title=values["title"]).count() == 1


def test_file_or_link_is_not_called_optional_when_one_is_needed(cast, client_for):
    page = client_for("ombud").get(NEW).text
    optional = "målgrupp, lagområde, sökord, översyn, gallring and diarienummer"
    assert page.count("(valfritt)") == 6, optional
    draft = make_draft(cast)
    page = client_for("ombud").get(f"{draft.get_absolute_url()}andra/").text
    assert "Ny fil <span" in page


def test_owner_of_a_process_chooses_among_the_units_that_work_in_it(cast, client_for):
    process = make_process(cast)
    set_units(process, [cast.units.home])
    page = client_for("processagare").get(f"{NEW}?process={process.slug}")
    units = [unit.name for unit in page.context["form"].fields["owner_unit"].queryset]
    assert units == [cast.units.home.name]
    link = {"url": "https://rutin.invalid/a", "responsible": cast.processagare.email}
    values = form(cast, owner_unit=cast.units.other.pk, **link)
    client_for("processagare").post(f"{NEW}?process={process.slug}", values)
    assert not Document.objects.exists()
    with pytest.raises(PermissionDenied):
        make_draft(cast, user=cast.processagare, process=process, owner_unit=cast.units.other)
    assert make_draft(cast, user=cast.processagare, process=process).author == cast.processagare


def test_owner_of_a_process_without_units_lays_in_for_the_own_unit(cast, client_for):
    process = make_process(cast)
    made = make_draft(cast, user=cast.processagare, process=process, owner_unit=cast.units.department)
    assert made.document.owner_unit == cast.units.department


def test_a_draft_is_thrown_away_only_after_a_question(cast, client_for):
    page = client_for("ombud").get(make_draft(cast).document.get_absolute_url()).text
    assert "Kasta utkastet …" in page
    assert "Utkastet kan inte öppnas igen" in page


def test_ordinary_employee_may_not_lay_in(cast, client_for):
    assert client_for("medarbetare").get(NEW).status_code == 403
    assert client_for("anonym").get(NEW).status_code == 302


def test_file_is_sent_so_that_nothing_in_it_runs(cast, client_for):
    document = make_in_force(cast, visibility=Visibility.PUBLIC)
    response = client_for("anonym").get(f"/dokument/{document.pk}/gallande/")
    assert b"".join(response.streaming_content).decode().startswith(TEXT)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_link_leads_to_its_own_address_only(cast, client_for):
    document = make_in_force(cast, content="https://exempel.invalid/x", visibility=Visibility.PUBLIC)
    response = client_for("anonym").get(f"/dokument/{document.pk}/gallande/?next=https://ond.invalid/")
    assert response.headers["Location"] == "https://exempel.invalid/x"


def test_fixed_address_follows_the_version_in_force(cast, client_for):
    document = make_in_force(cast, content="https://exempel.invalid/ett")
    second = actions.new_revision(
        document, user=cast.ombud, content="https://exempel.invalid/tva", change_note="Ny adress."
    )
    url = f"/dokument/{document.pk}/gallande/"
    assert client_for("medarbetare").get(url).headers["Location"].endswith("ett")
    bring_to(second, cast, RevisionStatus.APPROVED)
    assert client_for("medarbetare").get(url).headers["Location"].endswith("tva")


def edit_values(page):
    shown = page.context["form"]
    return {name: shown[name].value() if shown[name].value() is not None else "" for name in shown.fields}


def test_stale_save_shows_both_texts_and_loses_neither(cast, client_for):
    document = make_in_force(cast)
    url = f"/dokument/{document.pk}/andra/"
    mine = edit_values(client_for("ombud").get(url))
    theirs = edit_values(client_for("chef").get(url))
    client_for("chef").post(url, {**theirs, "title": "Chefens titel"})
    page = client_for("ombud").post(url, {**mine, "title": "Ombudets titel"}).content.decode()
    assert "Chefens titel" in page
    assert "Ombudets titel" in page
    document.refresh_from_db()
    assert document.title == "Chefens titel"


def test_changes_of_different_fields_both_stand(cast, client_for):
    document = make_in_force(cast)
    url = f"/dokument/{document.pk}/andra/"
    mine = edit_values(client_for("ombud").get(url))
    actions.change_document(document, user=cast.chef, values={"responsible": cast.chef})
    assert client_for("ombud").post(url, {**mine, "keywords": "larm"}).status_code == 302
    document.refresh_from_db()
    assert (document.responsible, document.keywords) == (cast.chef, "larm")


def test_registrator_changes_the_dnr_and_nothing_else(cast, client_for):
    document = make_in_force(cast)
    url = f"/dokument/{document.pk}/andra/"
    values = edit_values(client_for("registrator").get(url))
    assert "title" not in values
    client_for("registrator").post(url, {**values, "dnr": "SN 2026/1", "title": "Kapad"})
    document.refresh_from_db()
    assert (document.dnr, document.title) == ("SN 2026/1", "Rutin för larm")


def test_type_of_a_decided_document_is_left_to_the_coordinator(cast):
    document = make_in_force(cast)
    with pytest.raises(Exception, match="Typen avgör"):
        actions.change_document(document, user=cast.chef, values={"type": "checklist"})
    actions.change_document(document, user=cast.samordnare, values={"type": "checklist"})


def test_whole_way_through_the_pages(cast, client_for):
    document = make_draft(cast).document
    version = f"/dokument/{document.pk}/version/1.0/"
    client_for("ombud").post(f"{version}send/")
    assert "Fastställ" in client_for("chef").get("/dokument/granska/").content.decode()
    assert "Versionen är din egen" in client_for("ombud").get(version).content.decode()
    back = client_for("chef").post(f"{version}send_back/", {"comment": "Lägg till telefon."}, follow=True)
    assert "tillbaka för komplettering" in back.content.decode()
    client_for("ombud").post(f"{version}andra/", {"file": upload("Ny text."), "change_note": "Telefon."})
    client_for("ombud").post(f"{version}send/")
    assert client_for("chef").get(f"{version}approve/").status_code == 200
    client_for("chef").post(f"{version}approve/", {"valid_from": ""})
    assert document.revisions.get().status == "in_review"
    page = client_for("chef").get(f"{version}approve/").context["form"]
    filled_in = {"valid_from": page["valid_from"].value(), "next_review": page["next_review"].value()}
    client_for("chef").post(f"{version}approve/", filled_in)
    assert document.revisions.in_force().exists()
    assert "Ny version" in client_for("ombud").get(document.get_absolute_url()).content.decode()
    client_for("chef").post(f"{version}withdraw/", {"comment": "Behövs inte."})
    assert not document.revisions.in_force().exists()
    history = client_for("medarbetare").get(f"/dokument/{document.pk}/historik/").content.decode()
    assert "Jorid Chef fastställde version 1.0" in history
    assert "Lägg till telefon." in history


@pytest.mark.parametrize(
    ("visibility", "note", "is_told"),
    [("public", SCANNED, True), ("public", "", False), ("internal", SCANNED, False)],
)
def test_who_decides_is_told_when_an_open_file_was_not_searched(cast, client_for, visibility, note, is_told):
    revision = make_draft(cast, visibility=visibility)
    Revision.objects.filter(pk=revision.pk).update(text_note=note, text_read_at=timezone.now())
    bring_to(revision, cast, "in_review")
    page = client_for("chef").get(f"{revision.get_absolute_url()}approve/").text
    assert ("gick inte att söka igenom" in page) is is_told


def test_replaced_file_of_a_draft_is_taken_out_of_the_storage(cast, django_capture_on_commit_callbacks):
    from kvalitet import storage

    revision = make_draft(cast)
    earlier = revision.storage_key
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_content(revision, user=cast.ombud, content=checked("En annan text."))
    with pytest.raises(FileNotFoundError):
        storage.open_stored(earlier)


def test_failed_version_leaves_no_file_behind(cast, own_folder, settings, tmp_path):
    document = make_draft(cast).document
    before = len([one for one in tmp_path.rglob("*") if one.is_file()])
    with pytest.raises(Exception, match="redan en version"):
        actions.new_revision(document, user=cast.ombud, content=checked("Två."), change_note="Två.")
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == before


def test_linked_from_both_sides_and_taken_away(cast, client_for):
    document, process = make_in_force(cast), make_process(cast)
    publish(cast, process)
    found = client_for("ombud").get(f"/dokument/{document.pk}/koppla/?q=barn").content.decode()
    assert process.title in found
    client_for("ombud").post(f"/dokument/{document.pk}/koppla/", {"process": process.pk})
    link = DocumentLink.objects.get()
    assert link.is_home
    url = f"/dokument/{document.pk}/koppla/{link.pk}/ta-bort/"
    assert client_for("medarbetare").get(url).status_code == 403
    assert "Ta bort kopplingen till" in client_for("ombud").get(url).content.decode()
    client_for("ombud").post(url)
    assert not DocumentLink.objects.exists()
    assert (
        document.title
        in client_for("processagare").get(f"/dokument/koppla/{process.slug}/?q=larm").content.decode()
    )
    client_for("processagare").post(f"/dokument/koppla/{process.slug}/", {"document": document.pk})
    assert not DocumentLink.objects.get().is_home


@pytest.mark.parametrize("value", ["", "x", "-1", "0", "99999999999999999999", "1 OR 1=1"])
def test_ids_in_forms_that_are_not_the_readers_are_not_found(cast, client_for, value):
    document, process = make_in_force(cast), make_process(cast)
    assert client_for("ombud").post(f"/dokument/{document.pk}/koppla/", {"process": value}).status_code == 404
    url = f"/dokument/koppla/{process.slug}/"
    assert client_for("processagare").post(url, {"document": value}).status_code == 404


def test_ids_of_others_rows_are_not_found(cast, client_for):
    mine, theirs = (
        make_in_force(cast),
        make_in_force(
            cast,
            title="Annan",
            visibility="unit",
            owner_unit=cast.units.neighbour,
            user=cast.grann_ombud,
            responsible=cast.grann_ombud,
            by=cast.grannchef,
        ),
    )
    process = make_process(cast, visibility="internal")
    link = actions.link(theirs, process=process, user=cast.grann_ombud)
    actions.invite(theirs, person=cast.mas, permission=Permission.GUEST, user=cast.grann_ombud)
    row = DocumentUserPermission.objects.get()
    ombud = client_for("ombud")
    assert ombud.post(f"/dokument/koppla/{process.slug}/", {"document": theirs.pk}).status_code == 404
    assert ombud.post(f"/dokument/{mine.pk}/koppla/{link.pk}/ta-bort/").status_code == 404
    assert ombud.post(f"/dokument/{mine.pk}/bjud-in/{row.pk}/ta-bort/").status_code == 404
    assert ombud.post(f"/dokument/{theirs.pk}/favorit/").status_code == 404
    assert DocumentLink.objects.exists()
    assert DocumentUserPermission.objects.exists()


def test_favourite_is_kept_and_let_go(cast, client_for):
    document = make_in_force(cast)
    url = f"/dokument/{document.pk}/favorit/"
    client_for("medarbetare").post(url)
    assert Favourite.objects.get().user == cast.medarbetare
    assert document.title in client_for("medarbetare").get("/").content.decode()
    client_for("medarbetare").post(url)
    assert not Favourite.objects.exists()
    assert client_for("medarbetare").get(url).status_code == 405
