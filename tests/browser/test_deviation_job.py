"""The second main job from end to end: what went wrong at a step comes back to the reporter as a change."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import STEP

WHAT = "Förhandsbedömningen blev klar dag 19 i stället för dag 14."
CAUSE = "Att rutinen inte anger vem som bevakar listan ökade sannolikheten för att tiden passerades."
MEASURE = "Rutinen anger vem som bevakar listan"
ANSWER = "Nu står det i rutinen vem som bevakar listan vid frånvaro."
PHONE = 360


def _send(page, name=None):
    """Press the main button of the form, or the one with that name anywhere on the page."""
    if name:
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    else:
        page.locator("main form.kv-form button.btn-primary").click()


def _report(page):
    """What everybody fills in; the unit is known from before."""
    page.get_by_label("Vad hände?").fill(WHAT)
    page.get_by_label("Nej, men det kunde ha hänt").check()
    page.get_by_label("Vad gjorde ni direkt?").fill("Vi tog upp listan på morgonmötet.")


@pytest.fixture(scope="module")
def case(visit, site):
    """Reported from a step by a medarbetare on a phone; gives the address of the case."""
    phone = visit("medarbetare", f"/processer/{site.value(STEP)}/", width=PHONE)
    phone.get_by_role("link", name="Rapportera härifrån").click()
    _report(phone)
    expect(phone.locator("#gar-till")).to_contain_text("Går till:")
    receiver = phone.locator("#gar-till").inner_text().removeprefix("Går till:").strip(" .")
    _send(phone, "Skicka rapporten")
    expect(phone.locator("main")).to_contain_text("Rapporten är skickad")
    expect(phone.locator("main")).to_contain_text(receiver)
    return phone.url


@pytest.fixture(scope="module")
def answered(visit, case):
    """Received, assessed, investigated, measured and answered by the chef."""
    chef = visit("chef", case)
    _send(chef, "Ta emot")
    chef.goto(f"{case}bedom/")
    chef.get_by_label("Kategori", exact=True).select_option(label="Tidsgräns överskriden")
    chef.locator("#id_law").select_option("sol")
    chef.locator("input[name=cell][value='2-2']").check()
    chef.locator("#id_assessment_reason").fill("Det händer när den som bevakar listan är borta.")
    chef.locator("#id_summary").fill("En förhandsbedömning blev klar för sent.")
    _send(chef)
    chef.goto(f"{case}foljd/")
    chef.locator("#id_consequence_text").fill("Familjen fick vänta fem dagar längre på besked.")
    for name in ("informed", "documented"):
        chef.locator(f"input[name={name}][value=yes]").check()
        chef.locator(f"#id_{name}_on").fill(date.today().isoformat())  # noqa: DTZ011 as the browser has it
    _send(chef)
    _send(chef, "Börja utreda")
    chef.goto(f"{case}orsak/")
    chef.locator("input[name=area][value=procedures]").check()
    chef.locator("#id_sentence").fill(CAUSE)
    _send(chef)
    _plan(chef, case)
    chef.goto(case)
    _send(chef, "Gå vidare till åtgärder")
    chef.locator("main").get_by_role("link", name=MEASURE).first.click()
    measure = chef.url
    chef.locator("main").get_by_role("link", name="Genomförd …").click()
    chef.locator("#id_evidence").fill("Rutinen hänger på tavlan.")
    chef.locator("#id_expected").fill("Färre sena bedömningar.")
    _send(chef)
    chef.goto(f"{case}finish/")
    chef.locator("#id_answer").fill(ANSWER)
    _send(chef)
    expect(chef.locator("main")).to_contain_text(ANSWER)
    return measure


def _plan(chef, case):
    """An åtgärd that is due today, and whose effect is judged today."""
    chef.goto(f"{case}atgard/")
    chef.locator("#id_title").fill(MEASURE)
    for name, value in (("type", "corrective"), ("content", "changed_routine"), ("strength", "medium")):
        chef.locator(f"#id_{name}").select_option(value)
    for name in ("due", "effect_on"):
        chef.locator(f"#id_{name}").fill(date.today().isoformat())  # noqa: DTZ011 as the browser has it
    _send(chef)


def test_the_reporter_reads_what_was_changed(visit, case, answered):
    phone = visit("medarbetare", "/aviseringar/", width=PHONE)
    phone.locator(f"main a[href='{urlsplit(case).path}']").first.click()
    expect(phone.locator("main")).to_contain_text(ANSWER)
    expect(phone.locator("main")).not_to_contain_text(CAUSE)


def test_the_effect_closes_the_case(visit, case, answered):
    chef = visit("chef", f"{answered}judge/")
    chef.locator("input[name=effect][value=yes]").check()
    chef.locator("#id_effect_text").fill("Inga fler sena bedömningar.")
    _send(chef)
    chef.goto(case)
    _send(chef, "Avsluta")
    expect(chef.locator("main .kv-statuses")).to_contain_text("Avslutad")


@pytest.mark.parametrize("who", ["grannchef", "mas", "admin"])
def test_to_others_the_case_does_not_exist(visit, case, who):
    assert visit(who, "/").goto(case).status == 404


def test_a_report_is_made_and_read_without_javascript(visit):
    phone = visit("medarbetare", "/avvikelser/ny/", width=PHONE, java_script_enabled=False)
    _report(phone)
    _send(phone, "Visa vem den går till")
    expect(phone.locator("#gar-till")).to_contain_text("Går till:")
    _send(phone, "Skicka rapporten")
    expect(phone.locator("main")).to_contain_text("Rapporten är skickad")
    expect(phone.locator("main")).to_contain_text(WHAT)
