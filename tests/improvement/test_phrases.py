"""Own standard phrases: nobody else's exist, and writing one into an answer loses nothing typed."""

import pytest

from improvement.enums import PhraseUse
from improvement.models import Deviation, StandardPhrase
from tests.improvement.factories import bring_to, report

PHRASE = "Tack, vi har bytt lampan."


def phrase(owner, use=PhraseUse.ANSWER, text=PHRASE):
    return StandardPhrase.objects.create(owner=owner, use=use, text=text)


def test_phrase_is_added_changed_and_removed(cast, client_for):
    client = client_for("chef")
    assert "Inga fraser än" in client.get("/avvikelser/fraser/").text
    client.post("/avvikelser/fraser/ny/", {"text": PHRASE, "use": "answer"})
    one = StandardPhrase.objects.get(owner=cast.chef)
    client.post(f"/avvikelser/fraser/{one.pk}/", {"text": "Tack!", "use": "reason"})
    page = client.get("/avvikelser/fraser/")
    assert "Tack!" in page.text
    assert "inte är en avvikelse" in page.text
    client.post(f"/avvikelser/fraser/{one.pk}/ta-bort/")
    assert not StandardPhrase.objects.exists()


def test_others_phrases_do_not_exist(cast, client_for):
    one = phrase(cast.chef)
    client = client_for("avdelningschef")
    assert PHRASE not in client.get("/avvikelser/fraser/").text
    assert client.get(f"/avvikelser/fraser/{one.pk}/").status_code == 404
    assert client.post(f"/avvikelser/fraser/{one.pk}/ta-bort/").status_code == 404
    assert StandardPhrase.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("text", ["Ring Anna på 070-123 45 67.", "Det gäller 19811228-9874.", ""])
def test_person_in_a_phrase_is_stopped_and_kept_on_the_page(cast, client_for, text):
    page = client_for("chef").post("/avvikelser/fraser/ny/", {"text": text, "use": "answer"})
    assert page.status_code == 200
    assert text in page.text
    assert not StandardPhrase.objects.exists()


def test_the_same_phrase_twice_is_told(cast, client_for):
    phrase(cast.chef)
    page = client_for("chef").post("/avvikelser/fraser/ny/", {"text": PHRASE, "use": "answer"})
    assert "Du har redan den frasen" in page.text


def insert(client, url, pk, **typed):
    return client.post(url, {"infoga": "1", "phrase": pk, **typed})


def test_infoga_writes_it_after_what_is_typed_and_keeps_the_rest(cast, client_for):
    one, case = phrase(cast.chef), report(cast)
    url = f"/avvikelser/{case.pk}/close_simply/"
    page = insert(client_for("chef"), url, one.pk, answer="Hej!", summary="Lampan var trasig", law="sol")
    assert f"Hej!\n{PHRASE}" in page.text
    assert "Lampan var trasig" in page.text
    assert "kv-errors" not in page.text
    assert "Rätta" not in page.text
    assert Deviation.objects.get(pk=case.pk).answer == ""


def test_infoga_without_a_choice_says_so_and_sends_nothing(cast, client_for):
    phrase(cast.chef)
    case = bring_to(report(cast), cast, "received")
    page = insert(client_for("chef"), f"/avvikelser/{case.pk}/dismiss/", "", comment="Hör hemma hos IT")
    assert page.status_code in (200, 302)
    other = report(cast)
    page = insert(client_for("chef"), f"/avvikelser/{other.pk}/close_simply/", "", answer="Hej")
    assert "Välj en fras först" in page.text
    assert "Hej" in page.text


def test_others_phrase_cannot_be_written_in(cast, client_for):
    theirs, case = phrase(cast.avdelningschef, text="Hemligt tack."), report(cast)
    phrase(cast.chef)
    page = insert(client_for("chef"), f"/avvikelser/{case.pk}/close_simply/", theirs.pk, answer="Hej")
    assert "Hemligt tack." not in page.text


def test_phrases_are_offered_where_they_are_meant(cast, client_for):
    phrase(cast.chef, PhraseUse.REASON, "Det är en fråga för IT.")
    phrase(cast.chef)
    client, case = client_for("chef"), report(cast)
    simple = client.get(f"/avvikelser/{case.pk}/close_simply/").text
    dismiss = client.get(f"/avvikelser/{case.pk}/dismiss/").text
    together = client.get(f"/avvikelser/tillsammans/?val={case.pk}").text
    assert PHRASE in simple
    assert PHRASE in together
    assert "fråga för IT" not in simple
    assert "fråga för IT" in dismiss
    assert PHRASE not in dismiss
    finish = client.get(f"/avvikelser/{bring_to(case, cast, 'acting').pk}/finish/").text
    assert PHRASE in finish


def test_answer_with_a_phrase_is_sent_like_any_other(cast, client_for):
    one = phrase(cast.chef, PhraseUse.REASON, "Det är en fråga för IT.")
    case = report(cast)
    typed = {"phrase": one.pk, "comment": "Det är en fråga för IT."}
    client_for("chef").post(f"/avvikelser/{case.pk}/dismiss/", typed)
    assert Deviation.objects.get(pk=case.pk).answer == "Det är en fråga för IT."
