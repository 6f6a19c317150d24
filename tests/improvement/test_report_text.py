"""What is written in the report: refused where it cannot be, kept letter by letter, kept from names."""

import pytest

from improvement.models import Deviation
from tests.factories import dated, days
from tests.improvement.test_report_page import NEW, refused, values

pytestmark = pytest.mark.django_db


WRONG = {
    "tomorrow": {"happened_on": 1},
    "six years ago": {"happened_on": -6 * 365 - 2},
    "year one": {"happened_on": "0001-01-01"},
    "year 9999": {"happened_on": "9999-12-31"},
    "no day": {"happened_on": "2026-02-30"},
    "day of words": {"happened_on": "i går"},
    "time": {"happened_at": "25:99"},
    "time of words": {"happened_at": "' ; DROP"},
    "harm": {"harm": "mycket"},
    "no harm": {"harm": None},
    "only spaces": {"what_happened": " \t\n\u00a0 "},
    "too long": {"what_happened": "å" * 10_001},
    "nul": {"what_happened": "före\x00efter"},
    "nul below": {"immediate_action": "före\x00efter"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_kept(cast, client_for, what):
    (name,) = WRONG[what]
    page = refused(client_for("medarbetare"), values(cast, **dated(WRONG[what])))
    assert f'href="#id_{name}' in page
    assert "Vi åkte dit." in page or name == "immediate_action"


def test_the_last_day_and_the_first_are_taken(cast, client_for):
    for day in (days(0), days(-5 * 365)):
        assert client_for("medarbetare").post(NEW, values(cast, happened_on=str(day))).status_code == 302


TEXTS = {
    "longest": "å" * 10_000,
    "emoji": "Det brann 🔥👩🏽‍🚒 i köket.",
    "right to left": "\u202eevil\u202c مرحبا",
    "script": '<script>alert(1)</script><img src=x onerror="alert(2)">',
    "template": "{{ settings.SECRET_KEY }}{% now 'Y' %}",
}


@pytest.mark.parametrize("what", TEXTS)
def test_text_is_kept_letter_by_letter_and_shown_as_text(cast, client_for, what):
    text = TEXTS[what]
    assert client_for("medarbetare").post(NEW, values(cast, what_happened=text)).status_code == 302
    case = Deviation.objects.get()
    assert case.what_happened == text
    client = client_for("chef")
    for path in (
        case.get_absolute_url(),
        f"{case.get_absolute_url()}historik/",
        "/avvikelser/",
        "/mitt-arbete/",
    ):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert client_for("medarbetare").get(case.get_absolute_url()).status_code == 200


PERSONAL = {
    "personnummer": ("Hon, 19121212-1212, fick ingen hjälp.", "19121212-1212"),
    "samordningsnummer": ("Han, 701063-2391, väntade.", "701063-2391"),
    "phone": ("Ring 070-123 45 67 för mer.", "070-123 45 67"),
    "e-mail": ("Skriv till anna@exempel.invalid om det.", "anna@exempel.invalid"),
    "name": ("Kvinnan som bor på Storgatan 5 väntade.", "bor på Storgatan 5"),
}


@pytest.mark.parametrize("name", ["what_happened", "immediate_action"])
@pytest.mark.parametrize("what", PERSONAL)
def test_what_points_out_a_person_is_marked_before_it_is_saved(cast, client_for, what, name):
    text, found = PERSONAL[what]
    page = refused(client_for("medarbetare"), values(cast, **{name: text}))
    assert f"<mark>{found}</mark>" in page
    assert text in page.partition("<textarea")[2]
    assert 'name="accept_marked"' in page
    assert 'name="mask"' in page


@pytest.mark.parametrize("what", PERSONAL)
def test_one_tap_masks_and_lets_the_person_read_before_sending(cast, client_for, what):
    text, found = PERSONAL[what]
    data = values(cast, what_happened=text)
    page = refused(client_for("medarbetare"), {**data, "mask": "1"})
    assert found not in page
    assert "Läs igenom texten och skicka" in page
    masked = page.partition('name="what_happened"')[2].partition(">")[2].partition("</textarea>")[0].strip()
    assert "[" in masked
    client_for("medarbetare").post(NEW, {**data, "what_happened": masked})
    assert Deviation.objects.get().what_happened == masked


def test_text_that_is_to_stand_is_saved_as_it_is(cast, client_for):
    text, _ = PERSONAL["phone"]
    client = client_for("medarbetare")
    assert client.post(NEW, values(cast, what_happened=text, accept_marked="on")).status_code == 302
    assert Deviation.objects.get().what_happened == text


def test_marked_text_is_escaped(cast, client_for):
    page = refused(client_for("medarbetare"), values(cast, what_happened="<b>x</b> 19121212-1212"))
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt; <mark>19121212-1212</mark>" in page
