"""Words that look like names, and all those that do not; and the words that are put in their place."""

import time

import pytest

from kvalitet import naming
from kvalitet.masking import Masker, Spoken
from kvalitet.personuppgifter import Certainty, Kind


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """What the organisation calls its own things lies in the database; here it has none."""
    monkeypatch.setattr(naming, "_known", {})


# What a report may say, with each word that should be asked about.
NAMED = {
    "Anna Berg föll i duschen.": ["Anna Berg"],
    "Annas larm hängde på fel sida.": ["Annas"],
    "Vi hittade Erik på golvet.": ["Erik"],
    "Medicinen gavs till Karl-Erik i stället.": ["Karl-Erik"],
    "Enligt Nils Holgersson var dörren olåst.": ["Nils Holgersson"],
    "Sjuksköterskan Karin Lund ringde inte.": ["Karin Lund"],
    "Mamman Fatima fick inget besked.": ["Fatima"],
    "Mötet med Qamar Warsame ställdes in.": ["Qamar Warsame"],
    "Andersson ville inte öppna.": ["Andersson"],
    "Anderssons dotter hittade henne.": ["Anderssons"],
    "Larmet gick hos Lindqvist två gånger.": ["Lindqvist"],
    "- Åsa fick fel dos.": ["Åsa"],
    "Det hände igen: Mohammed blev utan mat.": ["Mohammed"],
    "Tyra och Vera bytte rum.": ["Tyra", "Vera"],
    "Bo Ek saknade sin käpp.": ["Bo Ek"],
    "När Stig kom hem var det mörkt.": ["Stig"],
    "Jag, Ingrid, glömde signera.": ["Ingrid"],
    "Han heter Ludvig af Ström.": ["Ludvig af Ström"],
    "Boende Märta Öst vägrade.": ["Märta Öst"],
    "”Hämta Saga”, sa barnet.": ["Saga"],
    "Familjen Haddad Nasser väntade.": ["Haddad Nasser"],
    "Beslutet gällde Leila Karimi, inte grannen.": ["Leila Karimi"],
    "Utan Pers hjälp gick det inte.": ["Pers"],
    "Elsa\nfick ingen frukost.": ["Elsa"],
}
# What must be left alone, for one that asks too often is no longer read.
UNNAMED = [
    "Den enskilde föll på väg till toaletten.",
    "Per dag ska två tabletter ges.",
    "Bo kvar var inget alternativ.",
    "Hans kontaktperson var sjuk.",
    "Max två personer fick plats i hissen.",
    "Stig upp gick inte utan lyft.",
    "Dag två fick hon feber.",
    "Maj månads lista saknade signatur.",
    "Inga anteckningar fanns.",
    "Linda benet stod det i planen.",
    "Alvedon Forte gavs två gånger.",
    "Waran och Xarelto förväxlades.",
    "Vi ringde Region Stockholm och Försäkringskassan.",
    "Kallelsen från Västra Götaland kom för sent.",
    "Mötet hölls i Microsoft Teams.",
    "Anteckningen saknas i Treserva.",
    "Det kan vara en lex Sarah.",
    "Vi funderar på Lex Maria.",
    "Besöket på S:t Görans sjukhus blev av.",
    "Polisen och SOS Alarm kom direkt.",
    "Larmet gick på Storgatan och ingen svarade.",
    "Solgården hade ingen personal.",
    "Taxin kom till Björkhagsskolan i tid.",
    "Den enskilde A och brukare B bytte rum.",
    "Barnet sa att det var rädd. Vårdnadshavare 1 höll med.",
    "APT den 3 mars tog upp NPÖ och SIP.",
    "ANNAT: dörren stod öppen.",
    "Nattpersonalen såg inget. Morgonpersonalen hittade nyckeln.",
    "På måndag kommer IVO. Socialstyrelsen har frågat.",
    "Enligt SoL och LSS ska det dokumenteras.",
    "Rutinen heter Larm och nycklar.",
    "Hemtjänsten Norra ringde kl. 07.15.",
    "",
]


@pytest.mark.parametrize("text", NAMED)
def test_what_looks_like_a_name_is_found(text):
    found = [one for one in naming.find(text) if one.kind is Kind.NAME]
    assert [one.text for one in found] == NAMED[text]
    assert {one.certainty for one in found} == {Certainty.POSSIBLE}
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize("text", UNNAMED)
def test_other_words_in_capitals_are_left_alone(text):
    assert naming.find(text) == []


def test_what_the_organisation_calls_its_own_things_is_no_name(monkeypatch):
    text = "Vi ringde Sofia hemtjänst och Hjorten Öst. Sofia svarade inte."
    assert [one.text for one in naming.find(text)] == ["Sofia", "Hjorten Öst", "Sofia"]
    known = {"units": lambda words: ["Sofia hemtjänst", "Hjorten Öst"]}
    monkeypatch.setattr(naming, "_known", known)
    assert [(one.text, one.start) for one in naming.find(text)] == [("Sofia", text.rindex("Sofia"))]


def test_nothing_is_asked_of_the_organisation_when_nothing_looks_like_a_name(monkeypatch):
    def never(words):
        raise AssertionError

    monkeypatch.setattr(naming, "_known", {"units": never})
    assert naming.find("Dörren var olåst.") == []


def test_time_grows_with_the_length():
    def seconds(times):
        started = time.perf_counter()
        naming.find("Anna Berg och Qamar Warsame. Ab cd. " * times)
        return time.perf_counter() - started

    seconds(10)
    assert seconds(2000) < 40 * max(seconds(200), 0.005)


MASKED = [
    (
        Spoken.PERSON,
        "Anna Berg föll. Annas larm och Eriks dörr.",
        "Den enskilde A föll. Den enskilde A:s larm och den enskilde B:s dörr.",
    ),
    (
        Spoken.PERSON,
        "Vi såg Anna. Sedan kom Anna Berg.",
        "Vi såg den enskilde A. Sedan kom den enskilde A.",
    ),
    (
        Spoken.PERSON,
        "Den enskilde A sov. Vi väckte Tyra.",
        "Den enskilde A sov. Vi väckte den enskilde B.",
    ),
    (
        Spoken.PERSON,
        "Brukare B och Tyra och Vera.",
        "Brukare B och den enskilde A och den enskilde C.",
    ),
    (
        Spoken.CHILD,
        "Lisa grät. Mamman Karin och pappan Ahmed kom. Karins bil.",
        "Barnet grät. Vårdnadshavare 1 och vårdnadshavare 2 kom. Vårdnadshavare 1:s bil.",
    ),
    (
        Spoken.CHILD,
        "Vi hämtade Lisa och Elis. Lisas väska.",
        "Vi hämtade barnet och barn 2. Barnets väska.",
    ),
    (
        Spoken.PATIENT,
        "Till Stig gavs Veras dos.",
        "Till patienten gavs patient 2:s dos.",
    ),
    (
        Spoken.PATIENT,
        "Sjuksköterskan Karin Lund kom.",
        "Sjuksköterskan kom.",
    ),
    (
        Spoken.PERSON,
        "Kollegan Evas nyckel och hustrun Elsa.",
        "Kollegans nyckel och hustrun.",
    ),
    (
        Spoken.PERSON,
        "Ring Anna, 070-123 45 67.",
        "Ring den enskilde A, [telefonnummer].",
    ),
    (
        Spoken.PERSON,
        "Hon bor på Storgatan 5.",
        "Hon [namn eller adress].",
    ),
    (
        Spoken.PERSON,
        "Han heter Åke.",
        "Han heter den enskilde A.",
    ),
]


@pytest.mark.parametrize(("spoken", "text", "masked"), MASKED)
def test_each_name_gets_its_word_by_the_law(spoken, text, masked):
    assert Masker(spoken, [text]).mask(text) == masked


def test_a_name_has_the_same_word_in_every_field():
    texts = ["Vi såg Anna och Tyra.", "Tyra fick hjälp."]
    masker = Masker(Spoken.PERSON, texts)
    assert [masker.mask(one) for one in texts] == [
        "Vi såg den enskilde A och den enskilde B.",
        "Den enskilde B fick hjälp.",
    ]


def test_one_alone_may_be_masked():
    assert Masker(Spoken.PERSON).mask("Anna såg Tyra.", only="Tyra") == "Anna såg den enskilde A."


@pytest.mark.parametrize("masked", [masked for _, _, masked in MASKED if "[" not in masked])
def test_what_was_masked_is_not_asked_about_again(masked):
    assert naming.find(masked) == []
