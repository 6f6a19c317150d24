"""Introduktion: who gets a plan, from which day, who ticks what, and the certificate."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import actions
from documents.models import Introduction, IntroductionCertificate, IntroductionPackage, ReadReceipt
from documents.reading import asks as reading
from documents.reading import certificates, plans
from documents.reading import notices as reading_notices
from kvalitet import jobs, storage
from kvalitet.models import Job, Notification
from kvalitet.workflow import Blocked
from tests.documents.factories import make_in_force
from tests.documents.reading_factories import ask, begin, make_package, make_plan
from tests.documents.test_library import queries
from tests.factories import days


def items(plan):
    return plans.items_of(plan)


def test_those_new_in_the_role_get_a_plan_once_from_their_first_day(cast):
    make_package(cast)
    begin(cast, cast.utan_roll, ago=5)
    begin(cast, cast.namnd, ago=200)
    assert actions.make_plans(days(0)) == 1
    assert actions.make_plans(days(0)) == 0
    plan = Introduction.objects.get()
    assert (plan.user, plan.started_on, plan.unit) == (cast.utan_roll, days(-5), cast.units.home)
    assert plan.due("week_1") == days(1)


def test_package_not_in_use_and_other_units_make_no_plan(cast):
    package = make_package(cast)
    IntroductionPackage.objects.filter(pk=package.pk).update(is_active=False)
    begin(cast, cast.utan_roll)
    assert actions.make_plans(days(0)) == 0
    IntroductionPackage.objects.filter(pk=package.pk).update(is_active=True, unit=cast.units.neighbour)
    assert actions.make_plans(days(0)) == 0


def test_documents_of_the_plan_are_not_asked_apart_in_the_first_three_months(cast):
    document, other = make_in_force(cast), make_in_force(cast, title="Annan")
    ask(cast, document)
    ask(cast, other)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    asked = [row.document for row in reading.unread(cast.medarbetare)]
    assert asked == [other]
    person = reading.people(reading.round_of(document)).get(pk=cast.medarbetare.pk)
    assert person.spared_until == days(86)
    Introduction.objects.filter(pk=plan.pk).update(started_on=days(-100))
    assert document in [row.document for row in reading.unread(cast.medarbetare)]


def test_ticking_a_document_is_the_receipt_and_twice_is_once(cast, client_for):
    document = make_in_force(cast)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    item = next(one for one in items(plan) if one.document)
    url = f"{plan.get_absolute_url()}{item.pk}/klar/"
    for _ in range(2):
        assert client_for("medarbetare").post(url, {"version": item.holding}).status_code == 302
    assert ReadReceipt.objects.get().user == cast.medarbetare
    assert next(one for one in items(plan) if one.document).done_version == "1.0"


def test_document_confirmed_on_its_own_page_is_done_in_the_plan(cast):
    document = make_in_force(cast)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    actions.confirm(document, user=cast.medarbetare)
    assert next(one for one in items(plan) if one.document).done_at


def test_the_practical_is_ticked_by_the_mentor_and_reading_by_the_person(cast):
    document = make_in_force(cast)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    practical, read = sorted(plan.package.items.all(), key=lambda item: not item.text)
    for item, who in (
        (practical, "medarbetare"),
        (practical, "ombud"),
        (read, "handlaggare"),
        (read, "chef"),
    ):
        with pytest.raises(PermissionDenied):
            actions.tick(plan, item, user=cast[who])
    actions.tick(plan, practical, user=cast.handlaggare)
    actions.tick(plan, read, user=cast.medarbetare)
    assert all(one.done_at for one in items(plan))


def test_mentor_is_another_and_chosen_by_the_chef(cast, client_for):
    plan = make_plan(make_package(cast), cast.medarbetare, cast)
    url = f"{plan.get_absolute_url()}handledare/"
    assert "någon annan" in client_for("chef").post(url, {"mentor": cast.medarbetare.email}).text
    client_for("chef").post(url, {"mentor": cast.ombud.email})
    plan.refresh_from_db()
    assert plan.mentor == cast.ombud
    assert client_for("ombud").get(plan.get_absolute_url()).status_code == 200
    with pytest.raises(PermissionDenied):
        actions.choose_mentor(plan, user=cast.medarbetare, mentor=cast.chef)


def test_certificate_only_when_all_is_done_and_then_as_it_was(cast, client_for):
    document = make_in_force(cast)
    plan = make_plan(make_package(cast, document), cast.medarbetare, cast)
    with pytest.raises(Blocked, match="2 av 2"):
        actions.certify(plan, user=cast.chef)
    for item in items(plan):
        actions.tick(plan, item, user=cast.handlaggare if item.text else cast.medarbetare)
    client_for("medarbetare").post(f"{plan.get_absolute_url()}intyg/")
    certificate = IntroductionCertificate.objects.get()
    assert certificate.facts["name"] == "Tindra Medarbetare"
    assert sorted(one["version"] for one in certificate.facts["items_done"]) == ["", "1.0"]
    rows = IntroductionCertificate.objects.filter(pk=certificate.pk)
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        rows.update(facts={})
    jobs.run(Job.objects.get(kind=certificates.KIND).pk)
    certificate.refresh_from_db()
    with storage.open_stored(certificate.storage_key) as file:
        assert file.read(5) == b"%PDF-"
    answer = client_for("chef").get(f"{plan.get_absolute_url()}intyg/fil/")
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        rows.update(storage_key="x", sha256="y")


def test_item_taken_out_leaves_the_plan_unless_it_was_done(cast):
    plan = make_plan(make_package(cast), cast.medarbetare, cast)
    item = plan.package.items.get()
    actions.tick(plan, item, user=cast.handlaggare)
    actions.remove_item(item, user=cast.chef)
    assert len(items(plan)) == 1
    other = make_plan(plan.package, cast.ombud, cast)
    assert items(other) == []


def test_package_is_laid_up_in_forms_and_the_new_get_their_plan(cast, client_for):
    begin(cast, cast.utan_roll)
    document = make_in_force(cast)
    client = client_for("chef")
    data = {"title": "Nya", "role": "employee", "unit": cast.units.home.pk, "is_active": "on"}
    url = client.post("/dokument/introduktion/paket/nytt/", data).url
    assert Introduction.objects.get().user == cast.utan_roll
    assert "redan ett paket" in client.post("/dokument/introduktion/paket/nytt/", data).text
    item = {"stage": "day_1"}
    client.post(url, {**item, "document": "rutin för larm"})
    client.post(url, {**item, "text": "Få nycklar"})
    wrong = client.post(url, {**item, "document": document.title, "text": "Båda"})
    assert "Välj bara ett" in wrong.text
    assert "heter så" in client.post(url, {**item, "document": "Finns inte"}).text
    assert IntroductionPackage.objects.get().items.count() == 2


def test_chef_lays_up_packages_in_own_units_alone(cast, client_for):
    data = {"title": "Nya", "role": "employee", "unit": "", "is_active": "on"}
    assert client_for("chef").post("/dokument/introduktion/paket/nytt/", data).status_code == 200
    with pytest.raises(PermissionDenied):
        actions.save_package(
            IntroductionPackage(),
            user=cast.grannchef,
            values={**data, "unit": cast.units.home, "is_active": True},
        )
    assert not IntroductionPackage.objects.exists()


def test_plan_and_lists_keep_the_budget(cast, client_for):
    package = make_package(cast, make_in_force(cast))
    plan = make_plan(package, cast.medarbetare, cast)
    client = client_for("chef")
    urls = ["/dokument/introduktion/", "/dokument/introduktion/paket/", package.get_absolute_url()]
    urls.append(plan.get_absolute_url())
    ones = [queries(client, url) for url in urls]
    for number, who in enumerate(("ombud", "handlaggare")):
        package.items.create(stage="month_1", document=make_in_force(cast, title=f"Rutin {number}"))
        Introduction.objects.create(
            user=cast[who], package=package, unit=cast.units.home, started_on=days(-3), mentor=cast.chef
        )
    assert [queries(client, url) for url in urls] == ones
    assert max(ones) <= 12


def test_reminder_of_a_stage_goes_to_both_on_its_last_day(cast):
    plan = make_plan(make_package(cast), cast.medarbetare, cast, ago=0)
    reading_notices.remind(days(0))
    told = {row.user for row in Notification.objects.filter(kind="documents.introduction")}
    assert told == {cast.medarbetare, cast.handlaggare}
    reading_notices.remind(days(0))
    assert Notification.objects.filter(kind="documents.introduction").count() == 2, "once each"
    actions.tick(plan, plan.package.items.get(), user=cast.handlaggare)
    Notification.objects.all().delete()
    reading_notices.remind(days(7))
    assert not Notification.objects.exists()


def test_items_are_moved_by_buttons_within_their_stage(cast, client_for):
    package = make_package(cast, text="Få nycklar")
    client = client_for("chef")
    for text in ("Träffa gruppen", "Prova larmet"):
        client.post(package.get_absolute_url(), {"stage": "day_1", "text": text})
    package.items.create(stage="week_1", text="Gå bredvid")
    told = lambda: [one.text for one in package.items.filter(stage="day_1")]  # noqa: E731
    assert told() == ["Få nycklar", "Träffa gruppen", "Prova larmet"]
    last = package.items.get(text="Prova larmet")
    url = f"{package.get_absolute_url()}{last.pk}/ordna/"
    page = client.get(package.get_absolute_url()).text
    assert page.count("Flytta Prova larmet") == 1, "the last goes up alone"
    assert client.post(url, {"at": "upp"}).status_code == 302
    assert told() == ["Få nycklar", "Prova larmet", "Träffa gruppen"]
    for _ in range(3):
        client.post(url, {"at": "upp"})
    assert told() == ["Prova larmet", "Få nycklar", "Träffa gruppen"]
    client.post(url, {"at": "åt sidan"})
    assert client_for("medarbetare").post(url, {"at": "ned"}).status_code == 403
    assert told()[0] == "Prova larmet"
    plan = make_plan(package, cast.medarbetare, cast)
    assert [one.text for one in items(plan)] == [*told(), "Gå bredvid"]


def test_what_is_left_stands_in_mitt_arbete_of_both(cast, client_for):
    make_plan(make_package(cast, make_in_force(cast)), cast.medarbetare, cast)
    assert "Din introduktion: 1 kvar" in client_for("medarbetare").get("/mitt-arbete/").text
    assert (
        "Introduktionen för Tindra Medarbetare: 1 kvar" in client_for("handlaggare").get("/mitt-arbete/").text
    )
