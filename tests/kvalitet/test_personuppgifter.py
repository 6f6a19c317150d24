import html
import itertools
import re
import time

import pytest
from django.core.exceptions import ValidationError
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from kvalitet.personuppgifter import (
    Certainty,
    Finding,
    Kind,
    block,
    find,
    has_check_digit,
    mark,
    phones,
    warn,
    with_phone_links,
)

# Skatteverket's own test numbers, which belong to nobody; everything else is computed from them.
TEST_NUMBER, TEST_NUMBER_2 = "850709-9805", "121212-1212"
TEST_COORDINATION = "701063-2391"


def only(text: str) -> Finding:
    [finding] = find(text)
    return finding


def with_wrong_check_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("number", [TEST_NUMBER, TEST_NUMBER_2])
@pytest.mark.parametrize("separator", ["-", "+", " ", "", "\u2013", "\u2011", " - ", "\u00a0"])
@pytest.mark.parametrize("century", ["", "19", "20"])
def test_a_person_number_is_certain_however_it_is_written(number, separator, century):
    written = century + number.replace("-", separator)
    finding = only(f"Hen ({written}) ringde.")
    assert (finding.kind, finding.certainty) == (Kind.PERSON_NUMBER, Certainty.CERTAIN)
    assert finding.text == written


def test_a_date_written_with_dashes_counts():
    number = TEST_NUMBER
    assert only(f"19{number[:2]}-{number[2:4]}-{number[4:6]}-{number[-4:]}").certainty is Certainty.CERTAIN


def test_a_coordination_number_has_sixty_added_to_the_day():
    finding = only(f"samordn. {TEST_COORDINATION}")
    assert (finding.kind, finding.certainty) == (Kind.COORDINATION_NUMBER, Certainty.CERTAIN)


def test_a_wrong_check_digit_is_only_possible_and_needs_a_separator():
    wrong = with_wrong_check_digit(TEST_NUMBER)
    assert only(wrong).certainty is Certainty.POSSIBLE
    assert find(wrong.replace("-", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "organisationsnummer 556123-1234", "Dnr SN 2015/0132", "EÄV 2021/714", "1.1.-593-2017",
        "VON/2022:00276",
        "SOSFS 2011:9", "den 12-11-2026", "kl. 0800-1630", "850231-9801", "851309-9805", "tel 112 eller 1177",
        "12345678901234567890", "2026-11-22", "Processen kallas in- och utskrivning", "",
    ],
)  # fmt: skip
def test_other_numbers_and_words_are_left_alone(text):
    assert find(text) == []


def test_a_longer_run_of_digits_is_not_a_person_number():
    digits = TEST_NUMBER.replace("-", "")
    assert find(f"7{digits}") == []
    assert find(f"{digits}7") == []


def test_the_twenty_ninth_of_february_needs_a_leap_year():
    def made(date: str) -> str:
        return next(f"{date}-123{digit}" for digit in range(10) if has_check_digit(f"{date[-6:]}123{digit}"))

    assert only(made("000229")).certainty is Certainty.CERTAIN
    assert only(made("20000229")).certainty is Certainty.CERTAIN
    assert find(made("19000229")) == []
    assert find(made("990229")) == []


@pytest.mark.parametrize(
    "number",
    ["070-174 06 05", "0701740605", "+46 70 174 06 05", "+46701740605", "08-465 004 04", "0520-49 00 00",
     "0046 70-174 06 05", "+46 (0)8 465 004 04", "0771\u2013793 336"],
)  # fmt: skip
def test_a_telephone_number_is_found(number):
    assert (only(f"Ring {number}.").kind, only(f"Ring {number}.").text) == (Kind.PHONE, number)


@pytest.mark.parametrize("address", ["anna.berg@norrvik.invalid", "a+b@x.y.invalid", "åsa@norrvik.invalid"])
def test_an_email_address_is_found(address):
    assert (only(f"Skriv till <{address}>, tack").kind, only(address).text) == (Kind.EMAIL, address)


@pytest.mark.parametrize("text", ["Pojken kallas Kalle", "hon bor på Storgatan 3", "en man som heter Åke Ö"])
def test_a_name_after_its_cue_is_possible(text):
    assert (only(text).kind, only(text).certainty) == (Kind.NAME_CUE, Certainty.POSSIBLE)


def test_findings_come_in_order_and_never_overlap():
    found = find(f"a@b.invalid, {TEST_NUMBER}, 070-174 06 05 och {TEST_COORDINATION}")
    assert [one.kind for one in found] == [
        Kind.EMAIL,
        Kind.PERSON_NUMBER,
        Kind.PHONE,
        Kind.COORDINATION_NUMBER,
    ]
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))


def test_mark_shows_the_place_and_escapes_everything():
    text = f'<b onclick="x">{TEST_NUMBER}</b>\n&'
    marked = mark(text, find(text))
    assert marked == f"&lt;b onclick=&quot;x&quot;&gt;<mark>{TEST_NUMBER}</mark>&lt;/b&gt;\n&amp;"
    assert hasattr(marked, "__html__")


def test_mark_escapes_text_already_called_safe():
    text = mark_safe("<script>a@b.invalid")
    assert mark(text, find(text)) == "&lt;script&gt;<mark>a@b.invalid</mark>"


def test_warn_says_what_and_how_without_repeating_it():
    told = " ".join(warn(f"{TEST_NUMBER} och {TEST_NUMBER_2}"))
    assert told.count("personnummer") == 1
    assert "brukare A" in told
    assert TEST_NUMBER not in told
    assert warn("Brukaren ringde.") == []


@pytest.mark.parametrize("text", [TEST_NUMBER, TEST_COORDINATION, "070-174 06 05", "a@b.invalid"])
def test_block_stops_what_is_certain_in_public_text(text):
    with pytest.raises(ValidationError, match="visas för alla"):
        block(f"Kontakta {text}")


def test_block_lets_possible_findings_and_plain_text_through():
    block(with_wrong_check_digit(TEST_NUMBER))
    block("En man som heter Åke")
    block("Ansökan tas emot inom två dagar.")


def test_block_lets_a_units_contact_stand_when_told():
    block("Ring 0520-49 00 00 eller skriv till enheten@norrvik.invalid", is_contact_allowed=True)
    with pytest.raises(ValidationError):
        block(f"Ring 0520-49 00 00 om {TEST_NUMBER}", is_contact_allowed=True)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1-",
        "- ",
        "850709-",
        "0",
        "0-",
        "070 ",
        "a@",
        "a.",
        "@",
        "kallas ",
        "kallas A",
        "bor på A ",
        "+46",
        "19850709",
    ],
)
def test_a_megabyte_of_hostile_text_is_read_in_linear_time(piece):
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        find(text)
        return time.process_time() - start

    small, large = seconds(250_000), seconds(1_000_000)
    assert large < 12 * max(small, 0.02)


@given(st.text(st.sampled_from("0123456789-+ @.aÅ<>&\u2013\n")))
def test_mark_loses_no_character(text):
    marked = mark(text, find(text)).replace("<mark>", "").replace("</mark>", "")
    assert html.unescape(marked) == text


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("Ring 08-508 25 000.", "+46850825000"),
        ("(070-123 45 67)", "+46701234567"),
        ("0701234567: jour", "+46701234567"),
        ("tel +46 8 508 25 000, kl 08:00-16:30", "+46850825000"),
        ("+46(0)70-1234567", "+46701234567"),
        ("Ring 112 vid fara.", "112"),
        ("Larma SOS Alarm på 112!", "112"),
        ("Ring polisen, 114 14.", "11414"),
        ("Kontakta 1177 Vårdguiden", "1177"),
    ],
)
def test_a_telephone_number_can_be_tapped(text, dialled):
    [(start, end, number)] = phones(text)
    assert number == dialled
    assert f'<a href="tel:{dialled}">{text[start:end]}</a>' in with_phone_links(text)


@pytest.mark.parametrize(
    "text",
    [
        TEST_NUMBER, f"19{TEST_NUMBER}", TEST_NUMBER.replace("-", ""), "Dnr 2026/0123-4567890",
        "SN-08-50825000", "Se 0123-4567/2026", "112 personer", "Ring 112 personer", "SOSFS 1177",
        "via 1177.se", "kl. 0800-1630", "Bg 5050-1055", "2026-11-26", "Vi ringde. De var 112.", "",
    ],
)  # fmt: skip
def test_other_numbers_cannot_be_tapped(text):
    assert phones(text) == []
    assert "<a" not in with_phone_links(text)


def test_numbers_beside_each_other_are_each_a_link_and_the_rest_is_escaped():
    shown = with_phone_links("<b>Ring 08-508 25 000 eller 112</b>\nRing 0850 1177 & vänta")
    assert shown.count("<a ") == 3
    assert "&lt;b&gt;" in shown
    assert "\n" in shown
    assert "<b>" not in shown


@given(st.text(alphabet="0123456789 -+()ringtel./§\n<&", max_size=120))
def test_links_never_lose_or_change_the_text(text):
    shown = re.sub(r'</?a(?: href="tel:[+0-9]+")?>', "", with_phone_links(text))
    assert html.unescape(shown) == text
