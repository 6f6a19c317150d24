"""What is looked for on every page that a browser test opens, whatever else the test is about."""

import shutil
from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.database import ROOT

# What is refused, missing or without connection says so in the console; the tests look at it themselves.
EXPECTED = (
    "Failed to load resource: the server responded with a status of 40",
    "Failed to load resource: the server responded with a status of 422",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
)
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (breach) =>
    console.error(`policy: ${breach.violatedDirective} ${breach.blockedURI} ${breach.sourceFile}`))
"""
# What of axe's rules the colours of a page decide; the rest finds the same in light and dark.
COLOURS = ["color-contrast", "link-in-text-block"]
WHOLE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ISSUES = """
async (runOnly) => {
    const found = await axe.run(document, {
        elementRef: true,
        resultTypes: ["violations"],
        runOnly,
    });
    // A map's box breaks its words over lines, which axe reads as other words; test_map.py compares them.
    const inMap = (one, node) => one.id === "label-content-name-mismatch" && node.element.closest("svg");
    return found.violations.flatMap((one) => one.nodes.filter((node) => !inMap(one, node)).map((node) =>
        `${one.id}: ${node.target.join(" ")} ${node.failureSummary.split("\\n").slice(1).join(" ").trim()}`));
}
"""
WIDER = """
() => {
    const room = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= room ? [] : [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > room + 1)
        .map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class") || ""}`).slice(0, 8);
}
"""


class Watch:
    """Collects errors in the console, breaches of the security policy, and requests that leave the site."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[str] = []

    def over(self, page: Page) -> None:
        page.add_init_script(VIOLATIONS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.seen.append(f"{page.url}: {error}"))
        page.on("request", self._left)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.seen.append(f"{message.location.get('url', '')}: {message.text}")

    def _left(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.seen.append(f"asked for {request.url}")


def settled(act: Callable[..., None]) -> Callable[..., None]:
    """What leads to a page also waits for its style sheets. Playwright waits only until the page has begun,
    and then what is not for this width or this moment is found too.
    """

    @wraps(act)
    def act_and_wait(locator: Locator, *args: Any, **options: Any) -> None:
        act(locator, *args, **options)
        locator.page.wait_for_load_state()

    return act_and_wait


def chromium(names: Iterable[str]) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    assert found, "Chromium is missing: run make setup"
    return found


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def accessibility_issues(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice on the page as it now looks."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    issues: list[str] = page.evaluate(ISSUES, COLOURS if colours_only else WHOLE)
    return issues


def wider_than_window(page: Page) -> list[Any]:
    """The elements that make the page itself scroll sideways, if it does."""
    found: list[Any] = page.evaluate(WIDER)
    return found
