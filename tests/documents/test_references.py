"""Links in a text written here: what each reader sees of them, and where the other end tells of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import actions, references
from documents.models import TextReference
from documents.references import NOWHERE
from documents.writing import Written
from kvalitet.versions import RevisionStatus
from processes.models import Process
from tests.documents.factories import bring_to, make_draft, make_in_force
from tests.processes.factories import bpmn, make_process, publish
from tests.processes.factories import bring_to as bring_process_to
from tests.processes.factories import make_draft as make_process_draft

SECRET = "Rutin som är hemlig & intern"


def shown(body, user):
    return str(references.render(body, user=user))


def test_link_whose_end_the_reader_may_not_see_keeps_neither_address_nor_title(cast, client_for):
    hidden = make_in_force(cast, title=SECRET, visibility="unit")
    text = f"Se [{SECRET}](/dokument/{hidden.pk}/) och [den andra](/dokument/{hidden.pk}/)."
    document = make_in_force(cast, title="Öppen", content=Written(text), visibility="internal")
    page = client_for("grannmedarbetare").get(document.get_absolute_url()).text
    assert "hemlig" not in page
    assert f"/dokument/{hidden.pk}/" not in page
    assert page.count(NOWHERE) == 2
    assert "den andra" in page
    own = client_for("medarbetare").get(document.get_absolute_url()).text
    assert f'<a href="/dokument/{hidden.pk}/">' in own


def test_what_is_hidden_is_told_as_what_was_never_there(cast):
    hidden = make_in_force(cast, title="Hemlig", visibility="unit")
    one = shown(f"[x](/dokument/{hidden.pk}/)", cast.grannmedarbetare)
    assert one == shown("[x](/dokument/999999/)", cast.grannmedarbetare)


def test_link_to_what_no_longer_holds_says_so_and_leads_there(cast):
    document = make_in_force(cast)
    body = f"[rutinen](/dokument/{document.pk}/)"
    assert "gäller" not in shown(body, cast.medarbetare)
    actions.change_status(document.revisions.get(), "withdraw", user=cast.chef, comment="Behövs inte.")
    ended = shown(body, cast.medarbetare)
    assert "(gäller inte längre)" in ended
    assert f'href="/dokument/{document.pk}/"' in ended


def test_link_to_what_does_not_hold_yet_says_so(cast):
    draft = make_draft(cast)
    day = timezone.localdate() + timedelta(days=5)
    bring_to(draft, cast, RevisionStatus.APPROVED, valid_from=day)
    assert "(gäller inte än)" in shown(f"[x](/dokument/{draft.document_id}/)", cast.medarbetare)


def test_earlier_address_of_a_process_leads_to_its_new_one(cast):
    process = make_process(cast)
    publish(cast, process)
    body = f"[processen](/processer/{process.slug}/)"
    earlier = process.slug
    Process.objects.filter(pk=process.pk).update(slug="ny-adress")
    assert earlier not in shown(body, cast.medarbetare)
    assert 'href="/processer/ny-adress/"' in shown(body, cast.medarbetare)


def test_uses_are_told_both_ways(cast, client_for):
    process = make_process(cast)
    publish(cast, process)
    target = make_in_force(cast, title="Målet")
    text = f"[p](/processer/{process.slug}/) [d](/dokument/{target.pk}/) [d igen](/dokument/{target.pk}/)"
    document = make_in_force(cast, title="Källan", content=Written(text))
    for obj in (process, target):
        assert [one.label for one in references.where_used(cast.medarbetare, obj)] == ["Källan"]
    page = client_for("medarbetare").get(target.get_absolute_url()).text
    assert page.count("Länk i texten") == 1
    second = actions.new_revision(document, user=cast.ombud, content=Written("Inget."), change_note="Ny.")
    assert list(references.where_used(cast.medarbetare, target)), "the version in force still leads there"
    bring_to(second, cast, RevisionStatus.APPROVED)
    assert list(references.where_used(cast.medarbetare, target)) == []


def test_texts_that_lead_to_a_process_are_told_before_it_is_withdrawn_moved_or_shown_to_others(
    cast, client_for
):
    process = make_process(cast)
    version = publish(cast, process, map_bytes=bpmn(("a", "Ta emot"), ("b", "Bedöma")))
    step = Process.objects.get(element_id="b")
    make_in_force(cast, title="Om processen", content=Written(f"[p](/processer/{process.slug}/)"))
    make_in_force(cast, title="Om steget", content=Written(f"[s](/processer/{step.slug}/)"))
    make_draft(cast, title="Grannens utkast", content=Written(f"[p](/processer/{process.slug}/)"))
    pages = {
        "processagare": [f"{version.get_absolute_url()}withdraw/", f"{process.get_absolute_url()}uppgifter/"],
        "processhandledare": [f"{process.get_absolute_url()}flytta/"],
    }
    for who, urls in pages.items():
        for url in urls:
            page = client_for(who).get(url).text
            assert page.count("länk i texten, ligger kvar") == 2 + (who == "processhandledare"), url
            assert "Om processen" in page
            assert "Om steget" in page
    assert "Grannens utkast" not in client_for("processagare").get(pages["processagare"][0]).text


def test_text_that_leads_to_a_step_counts_when_it_disappears_and_cannot_be_moved(
    cast, client_for, django_assert_num_queries
):
    process = make_process(cast)
    publish(cast, process, map_bytes=bpmn(("a", "Ta emot"), ("b", "Bedöma")))
    step = Process.objects.get(element_id="b")
    make_in_force(cast, title="Källan", content=Written(f"[s](/processer/{step.slug}/)"))
    references.step_uses(cast.samordnare, [step.pk])  # reads who the reader is
    with django_assert_num_queries(1):
        found = references.step_uses(cast.samordnare, [step.pk, process.pk])
    assert {pk: [one.label for one in uses] for pk, uses in found.items()} == {step.pk: ["Källan"]}
    draft = make_process_draft(cast, process, map_bytes=bpmn(("a", "Ta emot"), ("c", "Besluta")))
    approved = bring_process_to(draft, cast, RevisionStatus.APPROVED)
    page = client_for("processhandledare").get(f"{approved.get_absolute_url()}publish/").text
    assert "Källan" in page
    assert "Flytta det som pekar på Bedöma" not in page


def test_use_in_a_draft_is_told_to_those_who_may_read_it(cast):
    target = make_in_force(cast)
    make_draft(cast, title="Utkastet", content=Written(f"[d](/dokument/{target.pk}/)"))
    assert list(references.where_used(cast.medarbetare, target)) == []
    assert [one.label for one in references.where_used(cast.ombud, target)] == ["Utkastet"]


def test_changed_text_leads_to_what_it_now_names(cast):
    one, other = make_in_force(cast, title="Ett"), make_in_force(cast, title="Två")
    draft = make_draft(cast, title="Tre", content=Written(f"[d](/dokument/{one.pk}/)"))
    actions.change_content(draft, user=cast.ombud, content=Written(f"[d](/dokument/{other.pk}/)"))
    assert [row.document for row in TextReference.objects.all()] == [other]
    actions.change_content(draft, user=cast.ombud, content="https://exempel.invalid/")
    assert not TextReference.objects.exists()


def test_reference_has_one_target_and_stands_once(cast):
    draft = make_draft(cast, content=Written("x"))
    other = make_in_force(cast, title="Annat")
    with pytest.raises(IntegrityError), transaction.atomic():
        TextReference.objects.create(revision=draft)
    TextReference.objects.create(revision=draft, document=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        TextReference.objects.create(revision=draft, document=other)


def test_links_of_a_text_cost_the_same_for_one_and_for_many(cast, django_assert_num_queries):
    documents = [make_in_force(cast, title=f"Rutin {number}") for number in range(3)]
    bodies = [" ".join(f"[x](/dokument/{one.pk}/)" for one in documents[:count]) for count in (1, 3)]
    for body in bodies:
        shown(body, cast.medarbetare)
        with django_assert_num_queries(1):
            shown(body, cast.medarbetare)
