"""Everybody can read the pages: rules of axe, keys, zoom, dark, forced colours, paper; and nothing else happens on them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.browser.axe import violations
from tests.browser.visitor import NARROW, WIDE
from tests.browser.watch import watch
from tests.site.kinds import ARTICLE, KINDS, LANGUAGES, Kind

ZOOMED = 640  # what a window of 1280 px has at 200 %
MOST_STOPS = 20
THIN_OUT = """() => {
  for (const parent of document.querySelectorAll("main, main :not(#console, #console *)"))
    [...parent.children].slice(16).forEach(child => child.remove());
}"""
"""Leaves sixteen of what a page repeats: the others are like them, and axe takes a second for a thousand elements."""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    text: one.textContent.trim() || one.name || one.id,
    href: one.getAttribute("href"),
    inMain: !!one.closest("main"),
    isSeen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isRinged: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def sideways(page: Page) -> int:
    """Return how many pixels of the page lie beside the window."""
    overhang: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return overhang


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_keeps_the_rules(scripted: Page, live_server: str, kind: Kind, language: str) -> None:
    seen = watch(scripted)
    scripted.set_viewport_size(WIDE)
    scripted.emulate_media(color_scheme="light")
    response = scripted.goto(live_server + kind.address(language))
    assert response is not None
    assert response.status == kind.status
    for width in (ZOOMED, NARROW["width"]):
        scripted.set_viewport_size({"width": width, "height": 800})
        assert sideways(scripted) <= 0, width
    scripted.evaluate(THIN_OUT)
    assert violations(scripted) == []
    scripted.set_viewport_size(WIDE)
    assert violations(scripted) == []
    if language == "zh":
        scripted.emulate_media(color_scheme="dark")
        assert violations(scripted, "color-contrast") == []
    assert seen.complaints == []
    assert seen.elsewhere(live_server) == []


@pytest.mark.parametrize("path", ["", ARTICLE, "ask/cash-given-by-members", "browse", "sparql"])
def test_keys_reach_the_main_part_soon_and_show_where_they_are(
    page: Page, live_server: str, path: str
) -> None:
    page.goto(f"{live_server}/en/{path}")
    stops = 0
    for _ in range(MOST_STOPS + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["isSeen"], focused
        assert focused["isRinged"], focused
        if stops == 0:
            assert focused["href"] == "#content", "the first stop skips to the main part"
        if focused["inMain"]:
            break
        stops += 1
    assert 1 <= stops <= MOST_STOPS


def test_the_first_stop_skips_the_header(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/zh/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["inMain"]


def test_forced_colours_keep_what_is_told_by_lines(page: Page, live_server: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{live_server}/zh/org/china-federation-of-logistics-and-purchasing")
    lines = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".basis")].map(e => [e.className,
        getComputedStyle(e).borderBottomStyle + " " + getComputedStyle(e).textDecorationStyle]))"""
    )
    assert len(set(lines.values())) == len(lines) > 2
    page.goto(f"{live_server}/zh/ask/cash-given-by-members")
    fill, ink = page.evaluate(
        "() => [getComputedStyle(document.querySelector('.bar')).fill, getComputedStyle(document.body).color]"
    )
    assert fill == ink


def test_less_motion_and_dark_are_heeded(page: Page, live_server: str) -> None:
    papers: set[str] = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{live_server}/en/")
        papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(papers) == 2
    assert not page.evaluate("document.getAnimations().length")


@pytest.mark.parametrize(
    "path", ["org/china-federation-of-logistics-and-purchasing", "ask/cash-given-by-members"]
)
def test_paper_has_the_addresses_of_the_evidence(page: Page, live_server: str, path: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{live_server}/en/{path}")
    printed = page.evaluate(
        """() => [...document.querySelectorAll("main a.ev")].map(
        e => [getComputedStyle(e, "::after").content, e.getAttribute("href")])"""
    )
    assert printed
    assert all(href in content for content, href in printed)
    assert live_server in page.locator("footer").inner_text()
    assert not page.locator("header nav").is_visible()
    assert all(
        page.evaluate(
            "[...document.querySelectorAll('details > :not(summary)')].map(e => e.checkVisibility())"
        )
    )
