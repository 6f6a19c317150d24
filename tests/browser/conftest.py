"""One browser and one site for all tests of this folder; every visit is watched for what must not happen."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from scripts.system_packages import BROWSERS
from tests.browser.demo_site import Site, running
from tests.browser.visit import Watch, chromium, settled

# Nothing here is slow on purpose; this is for a machine that does much else.
PATIENCE = 30_000  # milliseconds
PASSWORD = "demo"
ANONYMOUS = "anonym"
HERE = Path(__file__).parent

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def site(django_db_setup: None) -> Iterator[Site]:
    with running() as site:
        yield site


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """Closed before other tests go on: they would find themselves inside its event loop."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        for verb in ("click", "press"):
            patch.setattr(Locator, verb, settled(getattr(Locator, verb)))
        browser = playwright.chromium.launch(
            executable_path=chromium(BROWSERS),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            env={key: value for key, value in os.environ.items() if key != "DISPLAY"},
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sessions(site: Site, browser: Browser) -> Callable[[str], Any]:
    """``sessions("ombud")`` logs that one in by the page, once, and gives the cookies."""
    kept: dict[str, Any] = {ANONYMOUS: {"cookies": [], "origins": []}}

    def session(who: str) -> Any:
        if who not in kept:
            with browser.new_context() as context:
                page = context.new_page()
                page.goto(f"{site.url}/logga-in/")
                page.get_by_label("E-post").fill(f"{who}@demo.invalid")
                page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
                page.locator("main").get_by_role("button", name="Logga in").click()
                page.wait_for_url(f"{site.url}/")
                kept[who] = context.storage_state()
        return kept[who]

    return session


@pytest.fixture(scope="module")
def visit(site: Site, browser: Browser, sessions: Callable[[str], Any]) -> Iterator[Visit]:
    """``visit("ombud", "/dokument/")`` opens a page as that one. At the end of the module nothing of what is
    watched may have happened on any of them.
    """
    watch = Watch(site.url)
    contexts: list[BrowserContext] = []

    def open_page(who: str, path: str = "/", *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url,
            storage_state=sessions(who),
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            locale="sv-SE",
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.seen == []
