"""The report form without network: nothing lost, nothing sent twice, nothing left for the next person."""

import pytest
from playwright.sync_api import expect

from tests.browser.visit import accessibility_issues

PHONE = 360
NEW = "/avvikelser/ny/"
WHAT = "Hissen stod still och två besök blev försenade."
LEFT = "() => Object.keys(localStorage).filter((key) => key.startsWith('kv-'))"
STORED = "() => localStorage.getItem('kv-unsent')"
READ = "SELECT document_id FROM documents_revision WHERE approved_at IS NOT NULL ORDER BY id LIMIT 1"
COUNT = "SELECT count(*) FROM improvement_deviation WHERE what_happened = %s"


def written(visit, text, who="medarbetare"):
    phone = visit(who, NEW, width=PHONE)
    phone.locator("#id_what_happened").fill(text)
    phone.locator("input[name=harm][value=no]").check()
    return phone


def send(phone):
    phone.get_by_role("button", name="Skicka rapporten").click()


def box(phone):
    return phone.locator("[data-kv-unsent]")


def test_without_network_the_text_stays_and_is_sent_once_when_it_is_back(visit, site):
    text = f"{WHAT} Ett."
    phone = written(visit, text)
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_contain_text("Inte skickat än. Det finns ingen täckning")
    expect(phone.locator("#id_what_happened")).to_have_value(text)
    assert accessibility_issues(phone) == []
    stored = phone.evaluate(STORED)
    assert stored
    assert "Hissen" not in stored
    phone.context.set_offline(False)
    expect(phone.locator("main")).to_contain_text("Rapporten är skickad")
    assert phone.evaluate(STORED) is None
    assert site.value(COUNT, text) == 1


def test_the_answer_that_was_lost_on_the_way_makes_no_second_case(visit, site):
    text = f"{WHAT} Två."
    phone = written(visit, text)

    def lose(route):
        route.fetch()
        route.abort("internetdisconnected")

    phone.route(f"**{NEW}", lose, times=1)
    send(phone)
    expect(box(phone)).to_be_visible()
    assert site.value(COUNT, text) == 1
    phone.get_by_role("button", name="Försök nu").click()
    expect(phone.locator("main")).to_contain_text("Rapporten var redan skickad")
    assert site.value(COUNT, text) == 1


def test_page_that_was_closed_goes_on_when_it_is_opened_again(visit, site):
    text = f"{WHAT} Tre."
    phone = written(visit, text)
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_be_visible()
    page = phone.context.new_page()
    phone.close()
    page.context.set_offline(False)
    page.goto(NEW)
    expect(page.locator("main")).to_contain_text("Rapporten är skickad")
    assert site.value(COUNT, text) == 1


def test_what_is_changed_meanwhile_is_not_sent_half_way(visit, site):
    text = f"{WHAT} Fyra."
    phone = written(visit, text)
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_be_visible()
    phone.locator("#id_what_happened").fill(f"{text} Och")
    expect(box(phone)).to_contain_text("Tryck på Skicka rapporten när du är klar")
    phone.context.set_offline(False)
    phone.wait_for_timeout(300)
    assert site.value(COUNT, f"{text} Och") == 0
    send(phone)
    expect(phone.locator("main")).to_contain_text("Rapporten är skickad")


@pytest.mark.parametrize("age", ["logout", "a day"])
def test_it_goes_when_one_logs_out_and_after_a_day(visit, age):
    phone = written(visit, f"{WHAT} Fem.")
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_be_visible()
    if age == "logout":
        phone.evaluate("() => document.addEventListener('submit', (event) => event.preventDefault())")
        phone.locator("details[data-kv-menu] summary", has_text="Min meny").click()
        phone.get_by_role("button", name="Logga ut").click()
    else:
        phone.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
        phone.context.set_offline(False)
        phone.evaluate(
            "() => { const one = JSON.parse(localStorage.getItem('kv-unsent'));"
            " localStorage.setItem('kv-unsent', JSON.stringify({...one, at: one.at - 25 * 3600 * 1000})); }"
        )
        phone.goto("/om/")
    assert phone.evaluate(STORED) is None


@pytest.mark.parametrize("kind", ["ordinary", "shared"])
def test_no_title_or_map_lies_in_the_browser_for_the_next_one(visit, site, kind):
    page = visit("anonym", "/logga-in/?next=/dokument/")
    page.evaluate("() => localStorage.setItem('kv-draw-1-1-a', JSON.stringify({xml: 'x', at: Date.now()}))")
    log_in(page, kind)
    page.goto(f"/dokument/{site.value(READ)}/")
    expect(page.locator("[data-kv-opened]")).to_be_attached()
    assert len(page.evaluate(LEFT)) == (2 if kind == "ordinary" else 0)
    page.locator("details[data-kv-menu] summary", has_text="Min meny").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("link", name="Logga in").first).to_be_visible()
    assert page.evaluate(LEFT) == []


def test_another_person_in_the_same_browser_gets_nothing(visit, sessions):
    phone = written(visit, f"{WHAT} Sex.")
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_be_visible()
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    phone.context.add_cookies(sessions("ombud")["cookies"])
    page = phone.context.new_page()
    phone.close()
    page.goto(NEW)
    expect(page.get_by_role("button", name="Skicka rapporten")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator("#id_what_happened")).to_have_value("")
    expect(box(page)).to_be_hidden()


def test_a_login_that_ran_out_meanwhile_leads_back_to_the_form(visit, site):
    text = f"{WHAT} Sju."
    phone = visit("anonym", "/logga-in/?next=/avvikelser/ny/", width=PHONE)
    log_in(phone, "own")
    phone.locator("#id_what_happened").fill(text)
    phone.locator("input[name=harm][value=no]").check()
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_be_visible()
    kept = [one for one in phone.context.cookies() if one["name"] != "sessionid"]
    phone.context.clear_cookies()
    phone.context.add_cookies(kept)
    phone.context.set_offline(False)
    expect(phone.locator("h1")).to_have_text("Logga in")
    expect(phone.locator("main")).to_contain_text("finns det du skrev kvar")
    log_in(phone, "own")
    expect(phone.locator("#id_what_happened")).to_have_value(text)
    expect(phone.locator("main")).to_contain_text("Läs igenom det och skicka igen")
    send(phone)
    expect(phone.locator("main")).to_contain_text("Rapporten är skickad")
    assert site.value(COUNT, text) == 1


def log_in(page, kind, who="medarbetare"):
    page.get_by_label("E-post").fill(f"{who}@demo.invalid")
    page.get_by_label("Lösenord", exact=True).fill("demo")
    page.locator(f"input[name=device][value={kind}]").check()
    page.locator("main").get_by_role("button", name="Logga in").click()
    page.wait_for_url(lambda url: "/logga-in/" not in url)


def test_on_a_shared_device_nothing_is_kept_and_one_is_logged_out_after_sending(visit, site):
    text = f"{WHAT} Åtta."
    phone = visit("anonym", "/logga-in/?next=/avvikelser/ny/", width=PHONE)
    assert accessibility_issues(phone) == []
    log_in(phone, "shared")
    phone.locator("#id_what_happened").fill(text)
    phone.locator("input[name=harm][value=no]").check()
    phone.context.set_offline(True)
    send(phone)
    expect(box(phone)).to_contain_text("Låt sidan vara öppen")
    assert phone.evaluate(STORED) is None
    phone.context.set_offline(False)
    expect(phone.locator("main")).to_contain_text("Du är utloggad")
    expect(phone.locator("main")).to_contain_text("Svar senast")
    assert accessibility_issues(phone) == []
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Logga in")
    assert site.value(COUNT, text) == 1
