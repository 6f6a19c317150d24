"""The third main job from end to end: routines come in, are asked about, decided, read and replaced."""

import io
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.visit import wider_than_window
from tests.documents.files.samples import docx_file, pdf_file
from tests.factories import days

OF_PROCESS, OF_UNIT = "Rutin för nattliga samtal", "Rutin för väntrummets leksaker"
WORD_FILE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIRST, SECOND = "Leksakerna torkas av ibland.", "Den som stänger torkar av leksakerna."
NEWS, MORE_NEWS, FOR_US = "Leksakerna ska torkas av.", "Nu står det vem.", "Det står på stängningslistan."
COMMENT, THERE = "Skriv vem som torkar av leksakerna.", ("Elis Åbrinksjö", "Tindra Mosskog")
NEIGHBOUR = "SELECT id::text FROM organisation_unit WHERE slug = 'utredning-barn-0-12'"


def _press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def _follow(page, name):
    page.locator("main").get_by_role("link", name=name).first.click()


def _says(page, text, *, seconds=20):
    expect(page.locator("main")).to_contain_text(text, timeout=1000 * seconds)


def _word_file(name, *paragraphs):
    return {"name": name, "mimeType": WORD_FILE, "buffer": docx_file(*paragraphs)}


@pytest.fixture(scope="module")
def drafts(visit, site):
    """Ten files sent in at once by the ombud; gives the address of each draft by its title."""
    page = visit("ombud", "/dokument/flera/")
    page.get_by_label("Typ", exact=True).select_option("unit_routine")
    page.get_by_label("Enhet som äger dokumenten").select_option(index=1)
    _press(page, "Fortsätt och välj filer")
    with page.expect_file_chooser() as chooser:
        page.locator("#id_files").click()
    chooser.value.set_files(
        [
            {"name": "natt.pdf", "mimeType": "application/pdf", "buffer": pdf_file(OF_PROCESS)},
            _word_file("leksaker.docx", OF_UNIT, FIRST),
            *(_word_file(f"rum-{n}.docx", f"Rutin för rum {n}", f"Så städar vi rum {n}.") for n in range(8)),
        ]
    )
    _press(page, "Ladda upp")
    _says(page, "10 filer väntar", seconds=120)
    site.work()
    page.reload()
    night = page.get_by_role("group", name="natt.pdf")
    expect(night.get_by_label("Titel")).to_have_value(OF_PROCESS)
    night.get_by_label("Typ", exact=True).select_option("process_routine")
    night.get_by_label("Process").fill("barn-och-unga-aktualisera")
    _press(page, "Lägg in alla 10 filer enligt valen")
    site.work()
    page.reload()
    expect(page.locator("tbody").get_by_text("Nytt utkast")).to_have_count(10)
    links = page.locator("tbody").get_by_role("link").all()
    return {one.inner_text().split(", version")[0]: one.get_attribute("href") for one in links}


def _ask(page, draft, *, person="", units=()):
    """Send the draft on remiss."""
    page.goto(draft)
    _follow(page, "Skicka på remiss")
    page.get_by_label("Personer som ska svara").fill(person)
    page.get_by_label("Enheter som ska svara").select_option(list(units))
    page.get_by_label("Svara senast").fill(days(7).isoformat())
    page.locator("main form.kv-form button.btn-primary").click()
    _says(page, "Öppen för svar")


def _answer(page, remiss, choice, text=""):
    page.locator(f"main a[href='{remiss}']").first.click()
    page.get_by_label(choice).check()
    page.locator("#id_text").fill(text)
    _press(page, "Skicka svaret")
    _says(page, "ditt svar är sparat")


@pytest.fixture(scope="module")
def sent(visit, site, drafts):
    """Two drafts asked about, answered, the comment decided on, and sent for granskning."""
    ombud, ours, theirs = visit("ombud"), drafts[OF_UNIT], drafts[OF_PROCESS]
    _ask(ombud, ours, person="medarbetare@demo.invalid")
    _ask(ombud, theirs, units=[site.value(NEIGHBOUR)])
    _answer(visit("medarbetare", "/mitt-arbete/"), f"{ours}remiss/", "Ja, med synpunkter", COMMENT)
    _answer(visit("grannchef", "/mitt-arbete/"), f"{theirs}remiss/", "Nej, utan synpunkter")
    ombud.goto(f"{ours}remiss/")
    _follow(ombud, "Besluta")
    ombud.get_by_label("Införs", exact=True).check()
    _press(ombud, "Spara beslutet")
    for draft in (ours, theirs):
        ombud.goto(f"{draft}remiss/")
        _follow(ombud, "Stäng remissen")
        _press(ombud, "Stäng remissen")
        ombud.goto(draft)
        _press(ombud, "Skicka för granskning")
        _says(ombud, "Versionen är skickad för granskning.")
    return drafts


def _decide(page, title, news):
    """Fastställ from what waits for granskning; gives the path of the document."""
    page.goto("/dokument/granska/")
    _follow(page, title)
    _follow(page, "Fastställ")
    page.get_by_label("Vad är nytt?").fill(news)
    page.get_by_label("Nästa översyn").select_option(index=11)
    _press(page, "Fastställ")
    _says(page, "är fastställd och gäller från")
    return urlsplit(page.url).path


@pytest.fixture(scope="module")
def replaced(visit, site, sent):
    """Decided by the chef, who asks the unit; read by a medarbetare on a phone; then there is a second."""
    chef = visit("chef")
    path = _decide(chef, OF_UNIT, NEWS)
    _follow(chef, "Begär läskvittens")
    _press(chef, "Begär läskvittens")
    site.work()
    phone = visit("medarbetare", "/mitt-arbete/", width=360, java_script_enabled=False)
    _asked(phone).get_by_role("link").click()
    _says(phone, FIRST)
    assert wider_than_window(phone) == []
    _press(phone, "Jag har läst")
    _says(phone, "Du har kvitterat version 1.0")
    ombud = visit("ombud", f"{path}ny-version/")
    ombud.locator("main input[type=file]").set_input_files(_word_file("leksaker-2.docx", OF_UNIT, SECOND))
    ombud.get_by_label("Vad är ändrat?").fill("Vem som torkar av.")
    _press(ombud, "Spara som utkast")
    _press(ombud, "Skicka för granskning")
    _decide(chef, OF_UNIT, MORE_NEWS)
    site.work()
    return path


def _asked(page):
    """The line of *Mitt arbete* that asks to read the unit's document."""
    return page.locator("main li", has_text=f"Läs och kvittera {OF_UNIT}")


def test_the_paper_says_how_to_see_whether_it_holds(visit, site, sent):
    path = _decide(visit("processagare"), OF_PROCESS, "Vem som ringer upp.")
    site.work()
    reader = visit("medarbetare", path)
    paper = reader.get_by_role("link", name="Skriv ut med försättsremsa").get_attribute("href")
    text = PdfReader(io.BytesIO(reader.request.get(paper).body())).pages[0].extract_text()
    assert "Skanna för att se om den fortfarande gäller" in " ".join(text.split())
    anyone = visit("anonym", f"{path}galler/1.0/")
    _says(anyone, "Version 1.0 gäller i dag.")
    expect(anyone.locator("main")).not_to_contain_text(OF_PROCESS)


def test_who_answered_reads_what_became_of_it(visit, sent):
    page = visit("medarbetare", f"{sent[OF_UNIT]}remiss/")
    _says(page, COMMENT)
    expect(page.locator("main .kv-status", has_text="Införs")).to_be_visible()


def test_the_old_version_says_so_and_the_new_is_to_be_read(visit, replaced):
    page = visit("medarbetare", f"{replaced}version/1.0/", width=360)
    expect(page.locator(".kv-retired")).to_contain_text("Ersatt – gäller inte.")
    page.get_by_role("link", name="Läs version 2.0, som gäller i dag.").click()
    _says(page, SECOND)
    expect(_asked(visit("medarbetare", "/mitt-arbete/"))).to_contain_text("version 2.0")
    anyone = visit("anonym", f"{replaced}galler/1.0/")
    _says(anyone, "Version 1.0 gäller inte längre.")


def test_those_who_read_together_have_read(visit, replaced):
    chef = visit("chef", replaced)
    _follow(chef, "Ta upp på APT")
    chef.get_by_label("Vad ändras för oss?").fill(FOR_US)
    _press(chef, "Lägg på listan")
    _follow(chef, "Visa på skärm")
    while not chef.get_by_role("heading", name=OF_UNIT).count():
        chef.get_by_role("link", name="Nästa").click()
    _says(chef, MORE_NEWS)
    _says(chef, FOR_US)
    chef.goto("/dokument/apt/mottagning-barn-och-unga/genomgang/")
    for one in THERE:
        chef.get_by_label(one).check()
    _press(chef, "Registrera")
    _says(chef, "De som var med har kvitterat")
    chef.goto(f"{replaced}lasning/")
    for one in THERE:
        expect(chef.locator("tbody tr", has_text=one)).to_contain_text("Läst på APT")
    expect(chef.locator("tbody tr", has_text="Har inte läst").first).to_be_visible()
    expect(_asked(visit("medarbetare", "/mitt-arbete/"))).to_have_count(0)
