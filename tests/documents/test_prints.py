"""Nearly the same text: found when it is near, not when it is far, short, or only the template is shared."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import actions, near, prints
from documents.models import Revision, TextPrint
from documents.writing import Written
from tests.documents.factories import bring_to, checked, make_draft, make_in_force

WORDS = [f"ord{number}" for number in range(3_000)]


def text_of(seed: int, count: int = 400) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def changed(text: str, share: float, seed: int = 1) -> str:
    """The text with a share of it replaced, in one piece."""
    words = text.split()
    end = int(len(words) * share)
    return " ".join(random.Random(50_000 + seed).choices(WORDS, k=end) + words[end:])


def likeness(one: str, other: str) -> float:
    first, second = prints.of(one), prints.of(other)
    return prints.likeness(first.signature, second.signature)


def test_likeness_is_close_to_the_share_of_equal_runs():
    text = text_of(1, 2_000)
    for share in (0.0, 0.05, 0.1, 0.3, 0.6):
        same = (1 - share) / (1 + share)
        assert abs(likeness(text, changed(text, share)) - same) < 0.13


def test_texts_of_the_same_language_and_other_content_have_nothing_in_common():
    assert likeness(text_of(1), text_of(2)) < 0.1


def test_case_spaces_and_punctuation_do_not_count():
    text = text_of(3)
    assert likeness(text, text.upper().replace(" ", ",\n ")) == 1


def test_short_text_has_no_print():
    assert prints.of("Ring larmcentralen genast.") is None
    assert prints.of("") is None


def test_near_texts_meet_in_a_band_and_far_ones_do_not():
    missed = met = 0
    for seed in range(60):
        text = text_of(seed)
        made = set(prints.of(text).bands)
        missed += not made & set(prints.of(changed(text, 0.08, seed + 1)).bands)
        met += bool(made & set(prints.of(text_of(seed + 1_000)).bands))
    assert (missed, met) == (0, 0)


def test_what_the_template_gives_is_not_counted():
    template, mine, theirs = text_of(1, 800), text_of(2, 120), text_of(3, 120)
    assert likeness(f"{template} {mine}", f"{template} {theirs}") > 0.7
    first = prints.of(f"{template} {mine}", without=template)
    second = prints.of(f"{template} {theirs}", without=template)
    assert prints.likeness(first.signature, second.signature) < 0.1
    assert prints.of(template, without=template) is None


pytest_db = pytest.mark.django_db


@pytest_db
def test_version_page_tells_where_nearly_the_same_text_is(cast, client_for):
    text = text_of(1)
    there = make_in_force(cast, title="Rutin som finns", content=checked(text))
    draft = make_draft(cast, title="Min rutin", content=checked(changed(text, 0.03), "min.txt"))
    page = client_for("ombud").get(draft.get_absolute_url()).content.decode()
    assert "Nästan samma text (ungefär 9" in page
    assert f'href="{there.get_absolute_url()}">Rutin som finns</a>' in page


@pytest_db
def test_nearly_the_same_text_in_a_document_one_may_not_open_is_not_told(cast, client_for):
    text = text_of(1)
    make_draft(
        cast,
        title="Grannens hemlighet",
        user=cast.grannchef,
        responsible=cast.grannchef,
        owner_unit=cast.units.neighbour,
        content=checked(text),
    )
    draft = make_draft(cast, title="Min rutin", content=checked(changed(text, 0.03), "min.txt"))
    page = client_for("ombud").get(draft.get_absolute_url()).content.decode()
    assert "Nästan samma text" not in page
    assert "Grannens hemlighet" not in page
    assert "Grannens hemlighet" in client_for("samordnare").get(draft.get_absolute_url()).content.decode()


@pytest_db
def test_own_earlier_version_and_what_no_longer_holds_are_not_told(cast):
    text = text_of(1)
    bring_to(make_draft(cast, title="Upphävd", content=checked(text)), cast, "withdrawn")
    draft = make_draft(cast, title="Min rutin", content=checked(changed(text, 0.03), "min.txt"))
    assert near.of_revision(cast.samordnare, draft) == []


@pytest_db
def test_text_from_a_shared_template_is_no_likeness(cast):
    template = make_in_force(cast, title="Mall", type="template", content=checked(text_of(9, 800)))
    mall = template.revisions.get()
    made = []
    for seed in (1, 2):
        content = checked(f"{text_of(9, 800)} {text_of(seed, 60)}", f"{seed}.txt")
        draft = make_draft(cast, title=f"Plan {seed}", content=content)
        Revision.objects.filter(pk=draft.pk).update(started_from=mall)
        draft = Revision.objects.defer(None).get(pk=draft.pk)
        near.keep(draft, draft.text)
        made.append(draft)
    assert near.of_revision(cast.ombud, made[0]) == []


@pytest_db
def test_print_that_is_missing_or_of_earlier_content_is_made_anew(cast):
    draft = make_draft(cast, content=checked(text_of(1)))
    TextPrint.objects.all().delete()
    assert near.fill() == 1
    TextPrint.objects.update(of="0" * 64)
    assert near.fill() == 1
    assert near.fill() == 0
    assert TextPrint.objects.get().of == draft.sha256


@pytest_db
def test_a_text_written_here_is_compared_as_soon_as_it_is_saved(cast, client_for):
    text = text_of(1)
    make_draft(cast, title="Grannens rutin", content=Written(text))
    draft = make_draft(cast, title="Min rutin", content=Written("Kort."))
    assert near.of_revision(cast.ombud, draft) == []
    actions.change_content(draft, user=cast.ombud, content=Written(changed(text, 0.03)))
    assert [one.document.title for one in near.of_revision(cast.ombud, draft)] == ["Grannens rutin"]
    assert "Nästan samma text" in client_for("ombud").get(draft.get_absolute_url()).text
    assert near.fill() == 0


@pytest_db
def test_page_asks_the_same_number_of_questions_for_one_and_three_likenesses(cast, client_for):
    text = text_of(1)
    draft = make_draft(cast, title="Min rutin", content=checked(changed(text, 0.03), "min.txt"))
    client = client_for("ombud")
    counts = []
    for number in (1, 2, 3):
        make_draft(cast, title=f"Rutin {number}", content=checked(f"{text} {number}"))
        client.get(draft.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            client.get(draft.get_absolute_url())
        counts.append(len(caught))
    assert counts[0] == counts[2] <= 12
