"""Styrdokument som gäller oss and Nytt för er enhet: which documents, what is said of them, what is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import actions
from documents.models import Document, UnitStatement
from documents.reading import stands
from kvalitet.models import Notification
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes.models import ProcessUnit
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since
from tests.documents.reading_factories import ask
from tests.documents.test_library import queries
from tests.factories import days
from tests.processes.factories import make_process

URL = "/dokument/enhet/mottagningen/"


def found(cast, who="chef"):
    return {one.title for one in stands.unjudged(cast[who], cast.units.home.pk)}


def test_what_may_concern_a_unit(cast):
    make_in_force(cast, title="Enhetens")
    _other(cast, "Avdelningens", unit=cast.units.department)
    _other(cast, "Någon annans")
    asked = _other(cast, "Begärd")
    ask(cast, asked)
    law = _other(cast, "Lagområdets")
    Document.objects.filter(pk=law.pk).update(law="sol")
    linked = _other(cast, "Processens")
    process = make_process(cast, title="Barn")
    ProcessUnit.objects.create(process=process, unit=cast.units.home, valid_from=days(-9))
    actions.link(linked, process=process, user=cast.samordnare)
    make_draft(cast, title="Utkast")
    assert found(cast) == {"Enhetens", "Avdelningens", "Begärd", "Lagområdets", "Processens"}


def _other(cast, title, unit=None):
    """A document of another unit, in another department."""
    document = make_in_force(cast, title=title)
    Document.objects.filter(pk=document.pk).update(owner_unit=unit or cast.units.other)
    return document


def test_many_are_judged_at_once_and_the_rest_waits(cast, client_for):
    one, two, three = (make_in_force(cast, title=f"Rutin {number}") for number in range(3))
    client = client_for("ombud")
    data = {
        f"d{one.pk}-applies": "ja",
        f"d{one.pk}-has_seen": "on",
        f"d{two.pk}-applies": "nej",
        f"d{two.pk}-reason": "",
    }
    answer = client.post(f"{URL}ta-stallning/", data)
    assert "Skriv varför dokumentet inte gäller" in answer.text
    assert UnitStatement.objects.get().document == one
    client.post(
        f"{URL}ta-stallning/", {f"d{two.pk}-applies": "nej", f"d{two.pk}-reason": "Vi har inga larm."}
    )
    assert found(cast) == {three.title}
    text = client_for("medarbetare").get(URL).text
    assert "Vi har inga larm." in text
    assert "Att ta ställning till" in text
    assert "Version 1" in text


def test_new_version_is_told_as_not_yet_seen(cast, client_for):
    document = make_in_force_since(cast, days(-9))
    actions.take_stand(cast.units.home, document, user=cast.chef, applies=True, has_seen=True)
    draft = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    bring_to(draft, cast, RevisionStatus.APPROVED)
    client = client_for("chef")
    assert "Ny version sedan" in client.get(URL).text
    client.post(f"{URL}{document.pk}/", {"applies": "ja", "has_seen": "on"})
    assert UnitStatement.objects.get().seen_revision.number == 2
    assert "Ny version sedan" not in client.get(URL).text


def test_only_chef_and_ombud_of_the_unit_judge(cast):
    document = make_in_force(cast)
    for who in ("medarbetare", "grannchef", "samordnare", "handlaggare"):
        with pytest.raises(PermissionDenied):
            actions.take_stand(cast.units.home, document, user=cast[who], applies=True)
    with pytest.raises(Blocked):
        actions.take_stand(cast.units.home, document, user=cast.chef, applies=False)
    actions.take_stand(cast.units.home, document, user=cast.ersattare, applies=True)


def test_database_refuses_no_without_a_reason_and_two_stands(cast):
    document = make_in_force(cast)
    row = {
        "unit": cast.units.home,
        "document": document,
        "decided_at": timezone.now(),
        "decided_by": cast.chef,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitStatement.objects.create(**row, applies=False)
    UnitStatement.objects.create(**row, applies=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitStatement.objects.create(**row, applies=True)


def test_what_waits_is_one_line_with_a_count_in_the_chefs_work(cast, client_for):
    for number in range(3):
        make_in_force(cast, title=f"Rutin {number}")
    text = client_for("chef").get("/mitt-arbete/").text
    assert text.count("Ta ställning till 3 dokument som kan gälla Mottagningen") >= 1
    assert "Ta ställning till" not in client_for("medarbetare").get("/mitt-arbete/").text


def test_list_exports_filters_and_keeps_the_budget(cast, client_for):
    document = make_in_force(cast)
    client = client_for("chef")
    urls = [URL, f"{URL}ta-stallning/", f"{URL}nytt/"]
    ones = [queries(client, url) for url in urls]
    for number in range(2):
        make_in_force(cast, title=f"Rutin {number}")
    assert [queries(client, url) for url in urls] == ones
    assert max(ones) <= 12
    actions.take_stand(cast.units.home, document, user=cast.chef, applies=True)
    for kind in ("csv", "xlsx"):
        assert client.get(f"{URL}?exportera={kind}").status_code == 200
    assert "Gäller" in client.get(f"{URL}?exportera=csv").content.decode()
    rows = {
        state: {row.record.title for row in client.get(f"{URL}?lage={state}").context["table"].rows}
        for state in ("ny", "ja", "nej", "ej")
    }
    assert rows == {
        "ny": {"Rutin 0", "Rutin 1"},
        "ja": {document.title},
        "nej": set(),
        "ej": {document.title},
    }


def test_news_are_of_late_and_what_everybody_in_the_unit_may_read(cast, client_for):
    make_in_force_since(cast, days(-60), title="Äldre")
    make_in_force(cast, title="Färsk")
    make_in_force(cast, title="Bara våra", visibility="unit")
    hidden = make_in_force(cast, title="Avdelningens eget", visibility="unit")
    Document.objects.filter(pk=hidden.pk).update(owner_unit=cast.units.department)
    text = client_for("avdelningschef").get(f"{URL}nytt/").text
    assert "Färsk" in text
    assert "Bara våra" in text
    assert "Avdelningens eget" not in text
    assert "Äldre" not in text
    assert "mailto:?subject=Nytt%20f%C3%B6r%20Mottagningen" in text
    assert "Äldre" in client_for("ombud").get(f"{URL}nytt/?dagar=90").text


def test_notice_of_news_goes_to_colleagues_without_titles(cast, client_for):
    make_in_force(cast, title="Hemlig rubrik")
    client_for("ombud").post(f"{URL}nytt/skicka/")
    rows = Notification.objects.filter(kind="documents.news")
    assert {row.user for row in rows} >= {cast.medarbetare, cast.chef}
    assert cast.ombud not in {row.user for row in rows}
    assert not any("Hemlig" in row.sentence for row in rows)


def test_notice_of_news_pressed_twice_is_one_until_something_new_is_decided(cast, client_for):
    make_in_force(cast, title="Rutin ett")
    url, rows = f"{URL}nytt/skicka/", Notification.objects.filter(kind="documents.news")
    client_for("ombud").post(url)
    told = rows.count()
    for who in ("ombud", "chef"):
        answer = client_for(who).post(url, follow=True)
        assert "redan aviserade i dag" in answer.text
    assert rows.count() == told
    rows.update(created_at=timezone.now() - timedelta(days=1))
    client_for("ombud").post(url)
    assert rows.count() == 2 * told, "another day"
    make_in_force(cast, title="Rutin två")
    client_for("ombud").post(url)
    assert rows.count() == 3 * told
