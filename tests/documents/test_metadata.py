"""What is said of a document: facts, the nämnd's own diarienummer, what it takes the place of."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from documents import actions
from documents.enums import DocumentType
from documents.models import Document
from kvalitet.models import Notification
from kvalitet.organisation import registry_numbers
from kvalitet.organisation.models import Unit
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.documents.test_pages import NEW, edit_values, form
from tests.factories import days


@pytest.mark.parametrize(
    ("pattern", "fitting", "misfit"),
    [
        ("SN ÅÅÅÅ/NNNN", "SN 2026/0007", "SN 2026/7"),
        ("VON/ÅÅÅÅ:NNNNN", "VON/2022:00276", "VOX/2022:00276"),
        ("VOF-ÅÅÅÅ-NNNN", "VOF-2026-0011", "VOF-26-0011"),
        ("1.1.-NNN-ÅÅÅÅ", "1.1.-593-2017", "1x1.-593-2017"),
        ("EÄV ÅÅÅÅ/NNN", "EÄV 2021/714", "EÄV ÅÅÅÅ/NNN"),
    ],
)
def test_patterns_of_real_boards(pattern, fitting, misfit):
    registry_numbers.validate_pattern(pattern)
    assert registry_numbers.fits(fitting, pattern)
    assert not registry_numbers.fits(misfit, pattern)
    assert registry_numbers.fits(registry_numbers.example(pattern), pattern)


def test_the_n_of_a_word_is_an_n():
    assert registry_numbers.example("SN ÅÅÅÅ/NNNN", date(2026, 3, 3)) == "SN 2026/0001"
    assert registry_numbers.example("SN ÅÅNNN", date(2026, 3, 3)) == "SN 26001"
    for pattern in ("SN", "ÅÅÅÅ", "SNÅÅ"):
        with pytest.raises(ValidationError, match="minst ett N"):
            registry_numbers.validate_pattern(pattern)


def test_the_nearest_pattern_above_holds_and_the_misfit_is_shown_how(cast, client_for):
    Unit.objects.filter(pk=cast.units.board.pk).update(dnr_pattern="SN ÅÅÅÅ/NNNN")
    link = {"url": "https://rutin.invalid/a"}
    told = client_for("ombud").post(NEW, form(cast, dnr="2026-1", **link)).text
    assert f"Skriv det som SN {days(0).year}/0001" in told
    assert client_for("ombud").post(NEW, form(cast, dnr="SN 2026/0001", **link)).status_code == 302
    Unit.objects.filter(pk=cast.units.department.pk).update(dnr_pattern="AVD-NN")
    document = make_in_force(cast, dnr="SN 2026/0001")
    url = f"/dokument/{document.pk}/andra/"
    values = edit_values(client_for("registrator").get(url))
    assert "AVD-01" in client_for("registrator").post(url, {**values, "dnr": "SN 2026/0002"}).text
    assert client_for("registrator").post(url, values).status_code == 302, "what stood before may stand"


def test_the_form_of_a_unit_takes_a_pattern(cast, client_for):
    url = reverse("organisation:unit_change", args=[cast.units.board.slug])
    values = edit_values(client_for("samordnare").get(url))
    assert "minst ett N" in client_for("samordnare").post(url, {**values, "dnr_pattern": "SN"}).text
    client_for("samordnare").post(url, {**values, "dnr_pattern": "SN ÅÅÅÅ/NNNN"})
    assert Unit.objects.get(pk=cast.units.board.pk).dnr_pattern == "SN ÅÅÅÅ/NNNN"


def test_what_is_left_open_follows_from_the_type(cast, client_for):
    for kind, months, kept in (("law", 12, "when_obsolete"), ("unit_routine", 24, "kept")):
        values = form(cast, type=kind, title=kind, review_months="", url=f"https://lag.invalid/{kind}")
        client_for("ombud").post(NEW, values)
        made = Document.objects.get(title=kind)
        assert (made.review_months, made.retention) == (months, kept)


def test_facts_are_shown_filtered_and_exported(cast, client_for):
    facts = {"target_group": "Nattpersonal", "law": "sol", "retention": "five_years", "keywords": "larm"}
    document = make_in_force(cast, visibility="public", **facts)
    make_in_force(cast, title="En annan", visibility="public")
    page = client_for("medarbetare").get(document.get_absolute_url()).text
    for words in ("Dokument nr", "Nattpersonal", "SoL", "Gallras 5 år"):
        assert words in page
    assert "Gallras" not in client_for("anonym").get(document.get_absolute_url()).text
    for query in ("lag=sol", "malgrupp=natt", "sokord=larm", "gallring=five_years", "ansvarig=elis"):
        rows = client_for("medarbetare").get(f"/dokument/?{query}").context["table"].rows
        assert "Rutin för larm" in {row.record.title for row in rows}
        assert query.startswith("ansvarig") or len(rows) == 1
    text = client_for("medarbetare").get("/dokument/?exportera=csv").content.decode()
    assert "Nattpersonal" in text
    assert "Elis Ombud" in text
    open_text = client_for("anonym").get("/dokument/?exportera=csv").content.decode()
    assert "Nattpersonal" in open_text
    assert "Elis" not in open_text


@pytest.fixture
def old(cast):
    return make_in_force_since(cast, days(-100), title="Gammal rutin")


def replacing(cast, old, **values):
    draft = make_draft(cast, title="Ny rutin", **values)
    actions.set_replaced(draft.document, replaced=old, user=cast.ombud)
    return bring_to(draft, cast, "in_review")


def test_both_happen_on_one_screen(cast, client_for, old):
    revision = replacing(cast, old)
    url = f"{revision.get_absolute_url()}approve/"
    shown = client_for("chef").get(url)
    assert "Upphäv Gammal rutin från samma dag" in shown.text
    values = {name: shown.context["form"][name].value() for name in ("valid_from", "next_review")}
    values |= {"valid_from": days(5).isoformat(), "ends_replaced": "on"}
    client_for("chef").post(url, values)
    assert old.revisions.in_force(days(4)).exists()
    assert not old.revisions.in_force(days(5)).exists()
    assert revision.document.revisions.in_force(days(5)).exists()
    record = old.revisions.get().transitions.get(name="withdraw")
    assert record.comment.startswith(f"Ersatt av dokument nr {revision.document_id}")
    client = client_for("medarbetare")
    assert "Ska ersättas av" in client.get(old.get_absolute_url()).text
    assert "Gammal rutin" in client.get(revision.document.get_absolute_url()).text


def test_a_coming_version_taken_back_says_that_what_it_ended_ends_all_the_same(cast, client_for, old):
    Document.objects.filter(pk=old.pk).update(responsible=cast.medarbetare)
    coming = actions.change_status(
        replacing(cast, old), "approve", user=cast.chef, ends_replaced=True, valid_from=days(5)
    )
    Notification.objects.all().delete()
    url = f"{coming.get_absolute_url()}withdraw/"
    page = client_for("chef").get(url).text
    assert "är upphävd och gäller till och med" in page
    assert f'<a href="{old.get_absolute_url()}">Gammal rutin</a>' in page
    client_for("chef").post(url, {"comment": "Vi ångrade oss."})
    assert not old.revisions.in_force(days(5)).exists()
    told = Notification.objects.get(user=cast.medarbetare)
    assert "det som skulle ersätta den är upphävt" in told.sentence
    assert "Gammal" not in told.sentence
    again = actions.new_revision(old, user=cast.ombud, content=checked("Samma text."), change_note="Kvar.")
    bring_to(again, cast, "approved", valid_from=days(2))
    assert old.revisions.in_force(days(6)).exists(), "the way on that the page tells of"


def test_a_version_that_has_begun_or_ended_nothing_says_nothing_of_it(cast, client_for, old):
    began = actions.change_status(replacing(cast, old), "approve", user=cast.chef, ends_replaced=True)
    assert "gäller till och med" not in client_for("chef").get(f"{began.get_absolute_url()}withdraw/").text


def test_left_unticked_it_holds_and_who_answers_for_it_is_told(cast, old):
    Document.objects.filter(pk=old.pk).update(responsible=cast.medarbetare)
    actions.change_status(replacing(cast, old), "approve", user=cast.chef)
    assert old.revisions.in_force().exists()
    assert Notification.objects.filter(user=cast.medarbetare, sentence__contains="ersätts").count() == 1


def test_who_may_not_end_the_other_is_told_who_does(cast, client_for, old):
    # As it stands when the type was changed after the decision.
    Document.objects.filter(pk=old.pk).update(type=DocumentType.OVERALL_ROUTINE)
    revision = replacing(cast, old)
    url = f"{revision.get_absolute_url()}approve/"
    shown = client_for("chef").get(url)
    assert "ends_replaced" not in shown.context["form"].fields
    assert "som styrgruppen upphäver" in shown.text
    with pytest.raises(Exception, match="får inte upphäva"):
        actions.change_status(revision, "approve", user=cast.chef, ends_replaced=True)
    revision.refresh_from_db()
    assert revision.status == "in_review", "all or nothing"


def test_replaced_is_searched_for_among_what_one_reads(cast, client_for, old):
    document = make_draft(cast, title="Ny rutin").document
    hidden = make_in_force(
        cast,
        title="Grannens rutin",
        visibility="unit",
        owner_unit=cast.units.neighbour,
        user=cast.grann_ombud,
        responsible=cast.grann_ombud,
        by=cast.grannchef,
    )
    url = f"/dokument/{document.pk}/ersatter/"
    found = client_for("ombud").get(f"{url}?q=rutin").text
    assert "Gammal rutin" in found
    assert "Grannens rutin" not in found
    assert client_for("ombud").post(url, {"document": hidden.pk}).status_code == 404
    client_for("ombud").post(url, {"document": old.pk})
    document.refresh_from_db()
    assert document.replaces == old
    assert (
        "ersätter redan"
        in client_for("ombud")
        .post(f"/dokument/{old.pk}/ersatter/", {"document": document.pk}, follow=True)
        .text
    )
    client_for("ombud").post(url, {"document": ""})
    document.refresh_from_db()
    assert document.replaces is None


def test_where_it_is_used_stands_before_every_change(cast, client_for, old):
    actions.set_replaced(make_in_force(cast, title="Ny rutin"), replaced=old, user=cast.ombud)
    for who, path in (("ombud", "andra/"), ("ombud", "ny-version/"), ("chef", "version/1.0/withdraw/")):
        page = client_for(who).get(f"/dokument/{old.pk}/{path}").text
        assert "Används i" in page
        assert "Ersätter det här dokumentet" in page
