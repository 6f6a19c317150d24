"""From what went wrong to what changed, and back: a report becomes a new routine, others are asked, and an
effect that did not come takes the case up again.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import STEP
from tests.browser.visit import wider_than_window
from tests.documents.test_cleaning import photo
from tests.factories import days

PHONE = 360
ROUTINE = "Rutin för digitala samtal"
WHAT = "Videosamtalet bröts och ingen ringde upp igen på två dagar."
DID = "Vi bokade ett möte på plats samma vecka."
SUMMARY = "Ett digitalt samtal bröts och följdes inte upp."
CONSEQUENCE = "Det dröjde två dagar innan någon frågade hur det var hemma."
CAUSE = "Att rutinen inte säger vem som ringer upp ökade sannolikheten för att ingen gjorde det."
WHYS = ("Ingen ringde upp.", "Alla trodde att någon annan gjorde det.", "Rutinen säger inte vem.")
CHANGES, PHONES = "Rutinen säger vem som ringer upp", "En telefon ligger i varje samtalsrum"
TEXT = "Den som höll i samtalet ringer upp inom fem minuter."
ANSWER = "Nu står det i rutinen vem som ringer upp, och det finns en telefon i varje rum."
QUESTION = "Vet alla vem som ringer upp när ett digitalt samtal bryts?"
THEIRS = "Vi har ingen sådan rutin."
NO_EFFECT = "Två samtal till har blivit utan uppringning."
CONFIDENTIAL = (WHAT, DID, CONSEQUENCE, CAUSE, WHYS[1])
MOVE = """
    WITH moved AS (UPDATE improvement_measure SET due = %s, effect_on = %s WHERE id = %s RETURNING id)
    UPDATE improvement_effectcheck SET due = %s WHERE measure_id = (SELECT id FROM moved) AND months = 3
    RETURNING id
"""


def _press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def _follow(page, name):
    page.locator("main").get_by_role("link", name=name).first.click()


def _save(page):
    """Press the main button of the form."""
    page.locator("main form.kv-form button.btn-primary").last.click()


def _says(page, *texts):
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def _is(page, status):
    expect(page.locator("main .kv-statuses")).to_contain_text(status)


def _path(page):
    return urlsplit(page.url).path


@pytest.fixture(scope="module")
def case(visit, site):
    """Reported from a step, on a phone without scripts, with a picture; gives its path."""
    options = {"width": PHONE, "java_script_enabled": False}
    phone = visit("medarbetare", f"/processer/{site.value(STEP)}/", **options)
    _follow(phone, "Rapportera härifrån")
    phone.get_by_label("Vad hände?").fill(WHAT)
    phone.get_by_label("Nej, men det kunde ha hänt").check()
    phone.get_by_label("Vad gjorde ni direkt?").fill(DID)
    picture = {"name": "skarm.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    phone.locator("main input[type=file]").set_input_files(picture)
    _press(phone, "Skicka rapporten")
    _says(phone, "Kvitto: rapport", "Du får svar senast", WHAT)
    return _path(phone)


@pytest.fixture(scope="module")
def investigated(visit, case):
    """Received and judged by the chef: the person first, then the causes."""
    chef = visit("chef", case)
    expect(chef.locator("main .kv-attachments img, main img[src*='bilaga']").first).to_be_visible()
    _press(chef, "Ta emot")
    chef.goto(f"{case}bedom/")
    chef.get_by_label("Kategori", exact=True).select_option(label="Tidsgräns överskriden")
    chef.locator("#id_law").select_option("sol")
    chef.locator("input[name=cell][value='2-2']").check()
    chef.locator("#id_assessment_reason").fill("Det kan hända igen i alla digitala samtal.")
    chef.locator("#id_summary").fill(SUMMARY)
    _save(chef)
    chef.goto(f"{case}foljd/")
    chef.locator("#id_consequence_text").fill(CONSEQUENCE)
    chef.locator("input[name=informed][value=yes]").check()
    chef.locator("#id_informed_on").fill(days(0).isoformat())
    chef.locator("input[name=documented][value=no]").check()
    chef.locator("#id_documented_reason").fill("Det påverkade inte insatsen.")
    _save(chef)
    _press(chef, "Börja utreda")
    chef.goto(f"{case}orsak/")
    for number, why in enumerate(WHYS, start=1):
        chef.locator(f"#id_why_{number}").fill(why)
    chef.locator("input[name=area][value=procedures]").check()
    chef.locator("#id_sentence").fill(CAUSE)
    _save(chef)
    _says(chef, CONSEQUENCE, CAUSE)
    return case


def _plan(chef, case, title, *, content, strength, responsible="", document=""):
    chef.goto(f"{case}atgard/")
    chef.locator("#id_title").fill(title)
    chef.locator("#id_expected").fill("Färre samtal som ingen följer upp.")
    for name, value in (("type", "corrective"), ("content", content), ("strength", strength)):
        chef.locator(f"#id_{name}").select_option(value)
    if responsible:
        chef.locator("#id_responsible").fill(responsible)
    if document:
        chef.locator("#id_document").fill(document)
    _save(chef)
    _follow(chef, title)
    return _path(chef)


@pytest.fixture(scope="module")
def planned(visit, investigated):
    """Two åtgärder: one of the chef's own, one that the ombud is asked to take."""
    chef = visit("chef")
    ours = _plan(chef, investigated, PHONES, content="other", strength="medium")
    routine = {"responsible": "ombud@demo.invalid", "document": ROUTINE}
    theirs = _plan(chef, investigated, CHANGES, content="changed_routine", strength="medium", **routine)
    _is(chef, "Väntar på svar")
    expect(chef.locator("main").get_by_role("link", name="Genomförd …")).to_have_count(0)
    chef.goto(investigated)
    _press(chef, "Gå vidare till åtgärder")
    return ours, theirs


@pytest.fixture(scope="module")
def changed(visit, planned):
    """The ombud takes the åtgärd and writes the routine, the chef decides: then the åtgärd is done."""
    ours, theirs = planned
    ombud = visit("ombud", "/mitt-arbete/")
    ombud.locator(f"main a[href='{theirs}']").first.click()
    _press(ombud, "Jag tar den")
    # Somebody has begun a version already: the åtgärd opens that one.
    _says(ombud, "Version 3.0 är under arbete.")
    _press(ombud, "Öppna utkastet")
    _says(ombud, "Utkastet är öppet.")
    draft = ombud.url
    ombud.locator("main").get_by_role("link", name="Skriv", exact=True).click()
    ombud.locator("#id_body").fill(f"{ombud.locator('#id_body').input_value()}\n\n{TEXT}\n")
    _press(ombud, "Spara")
    _press(ombud, "Skicka för granskning")
    _says(ombud, "Versionen är skickad för granskning.")
    chef = visit("chef", theirs)
    _is(chef, "Planerad")
    chef.goto(draft)
    _follow(chef, "Fastställ")
    chef.get_by_label("Vad är nytt?").fill("Vem som ringer upp när samtalet bryts.")
    _press(chef, "Fastställ")
    _says(chef, "är fastställd och gäller från", TEXT)
    return ours, theirs


def test_the_measure_is_done_when_the_routine_holds(visit, changed):
    chef = visit("chef", changed[1])
    _is(chef, "Genomförd")
    _says(chef, f"{ROUTINE}, version 3.0")


@pytest.fixture(scope="module")
def answered(visit, investigated, changed):
    """The other åtgärd is done by hand, and the reporter gets an answer."""
    chef = visit("chef", changed[0])
    _follow(chef, "Genomförd …")
    chef.locator("#id_evidence").fill("Telefonerna ligger på plats.")
    chef.locator("#id_expected").fill("Färre samtal som ingen följer upp.")
    _save(chef)
    _is(chef, "Genomförd")
    chef.goto(f"{investigated}finish/")
    chef.locator("#id_answer").fill(ANSWER)
    _save(chef)
    _is(chef, "Åtgärdad")
    return investigated


def test_the_reporter_reads_what_was_changed_and_no_more(visit, answered):
    phone = visit("medarbetare", "/aviseringar/", width=PHONE)
    phone.locator(f"main a[href='{answered}']").first.click()
    _says(phone, ANSWER, WHAT)
    for text in (CAUSE, CONSEQUENCE, SUMMARY):
        expect(phone.locator("main")).not_to_contain_text(text)
    assert wider_than_window(phone) == []


@pytest.fixture(scope="module")
def prompt(visit, answered):
    """The chef asks the other units of the process; gives the path of the question."""
    chef = visit("chef", answered)
    _follow(chef, "Fråga andra enheter")
    chef.locator("#id_question").fill(QUESTION)
    _press(chef, "Skicka frågan")
    _says(chef, "Frågan är skickad till")
    return _path(chef)


def test_another_unit_answers_without_seeing_the_case(visit, answered, prompt):
    neighbour = visit("grannchef", "/mitt-arbete/")
    neighbour.locator(f"main a[href='{prompt}']").first.click()
    _says(neighbour, QUESTION)
    neighbour.locator("main textarea[name=comment]").first.fill(THEIRS)
    _press(neighbour, "Ja")
    _says(neighbour, THEIRS, "Rapportera risk")
    for text in (*CONFIDENTIAL, SUMMARY, ANSWER):
        expect(neighbour.locator("main")).not_to_contain_text(text)
    coordinator = visit("samordnare", prompt)
    _says(coordinator, THEIRS, "Nadja Rönnskär")


@pytest.mark.parametrize("who", ["grannchef", "jonna.vretmark", "mas", "admin", "styrgrupp"])
def test_to_others_the_case_does_not_exist(visit, answered, who):
    assert visit(who).goto(answered).status == 404


@pytest.mark.parametrize("who", ["samordnare", "avdelningschef", "processagare"])
def test_those_with_an_overview_see_the_summary_without_the_text(visit, answered, who):
    page = visit(who, answered)
    _says(page, "Du ser sammanfattningen", SUMMARY)
    for text in CONFIDENTIAL:
        expect(page.locator("main")).not_to_contain_text(text)
    expect(page.locator("main")).not_to_contain_text("Tindra Mosskog")
    expect(page.locator("main img")).to_have_count(0)


@pytest.mark.parametrize("who", ["grannchef", "jonna.vretmark", "samordnare", "avdelningschef"])
def test_the_text_is_in_no_search_of_others(visit, site, answered, who):
    site.work()
    page = visit(who, "/sok/?q=videosamtalet")
    expect(page.locator("main").get_by_text(WHAT)).to_have_count(0)
    expect(page.locator(f"main a[href='{answered}']")).to_have_count(0)


def test_an_effect_that_did_not_come_takes_the_case_up_again(visit, site, answered, changed, prompt):
    measure = changed[1]
    number = int(measure.strip("/").rpartition("/")[2])
    chef = visit("chef", measure)
    _says(chef, "Effekten bedöms tidigast")
    # Three months have passed.
    assert site.value(MOVE, days(-1), days(0), number, days(0))
    chef.goto("/mitt-arbete/")
    chef.locator(f"main a[href^='{measure}']").first.click()
    chef.goto(f"{measure}judge/")
    chef.locator("input[name=effect][value=no]").check()
    chef.locator("#id_effect_text").fill(NO_EFFECT)
    _save(chef)
    _is(chef, "Effekt: nej")
    chef.goto(answered)
    _is(chef, "Åtgärdas")
    chef.goto(f"{answered}historik/")
    _says(chef, "tog upp åtgärderna igen")
