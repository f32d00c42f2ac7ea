"""A link to words opens them where it stands: by click or key, never by hovering; without an answer it is followed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.browser.axe import violations
from tests.browser.test_access import sideways
from tests.browser.visitor import NARROW, WIDE
from tests.browser.watch import watch

ANSWER = "ask/cash-given-by-members"
WORDS = "中国酒业协会动员企业累计捐款约12亿元；"
INSIDE = """() => {
  const box = document.querySelector(".evidence").getBoundingClientRect();
  return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}"""


@pytest.fixture
def reader(browser: Browser, live_server: str) -> Iterator[Page]:
    """Return a browser with scripts at an answer with evidence."""
    with browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{live_server}/zh/{ANSWER}")
        yield page


def link_of(page: Page) -> Locator:
    return page.locator("main a.ev", has_text=WORDS)


def shown(page: Page) -> Locator:
    return page.get_by_role("dialog", name="原文")


def test_a_click_opens_the_words_and_escape_leads_back(reader: Page, live_server: str) -> None:
    seen = watch(reader)
    link_of(reader).hover()
    reader.wait_for_timeout(100)
    expect(shown(reader)).to_have_count(0)
    link_of(reader).click()
    popover = shown(reader)
    expect(popover).to_be_focused()
    expect(popover.locator("mark")).to_have_text(WORDS)
    expect(popover).to_contain_text("中国证券投资基金业协会引导动员会员单位")
    expect(popover.get_by_role("link", name="民政部网站")).to_be_visible()
    expect(popover.locator(".basis")).to_have_text("原文写明")
    expect(popover).to_contain_text("facts.yaml 第")
    assert reader.url == f"{live_server}/zh/{ANSWER}"
    assert len([url for url in seen.asked if "evidence.json" in url]) == 1
    reader.keyboard.press("Escape")
    expect(shown(reader)).to_have_count(0)
    expect(link_of(reader)).to_be_focused()
    link_of(reader).click()
    expect(shown(reader)).to_be_visible()
    assert len([url for url in seen.asked if "evidence.json" in url]) == 1, "it is asked once"
    assert seen.complaints == []


def test_enter_opens_it_and_keys_reach_what_is_in_it(reader: Page) -> None:
    link_of(reader).focus()
    reader.keyboard.press("Enter")
    expect(shown(reader)).to_be_focused()
    stops: list[str] = []
    for _ in range(10):
        reader.keyboard.press("Tab")
        stops.append(reader.evaluate("document.activeElement.textContent"))
    assert {"复制引用", "在文章中打开", "关闭"} <= set(stops)
    shown(reader).get_by_role("button", name="关闭").press("Enter")
    expect(shown(reader)).to_have_count(0)
    expect(link_of(reader)).to_be_focused()


def test_the_citation_is_copied_and_the_article_opened(reader: Page, live_server: str) -> None:
    link_of(reader).click()
    shown(reader).get_by_role("button", name="复制引用").click()
    expect(shown(reader).locator("output")).to_have_text("已复制。")
    copied: str = reader.evaluate("navigator.clipboard.readText()")
    assert WORDS in copied
    assert "https://w3id.org/tongzhou/id/article/" in copied
    assert "发布 20" in copied
    shown(reader).get_by_role("link", name="在文章中打开").click()
    reader.wait_for_url(f"{live_server}/zh/article/**#char=1865,1885")


def test_what_is_inferred_says_why(reader: Page, live_server: str) -> None:
    reader.goto(f"{live_server}/zh/place/wuhan")
    reader.locator("a.ev[data-why]").first.click()
    shown(reader).get_by_role("link", name="何以见得", exact=True).click()
    expect(reader.locator(".proof").first).to_be_visible()


def test_other_ways_to_follow_a_link_are_left_alone(reader: Page) -> None:
    with reader.context.expect_page() as opened:
        link_of(reader).click(modifiers=["ControlOrMeta"])
    assert "#char=1865,1885" in opened.value.url
    with reader.context.expect_page() as opened:
        link_of(reader).click(button="middle")
    assert "#char=1865,1885" in opened.value.url
    expect(shown(reader)).to_have_count(0)


def test_without_an_answer_the_link_is_followed(reader: Page, live_server: str) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503)

    reader.route("**/evidence.json*", refuse)
    link_of(reader).click()
    reader.wait_for_url(f"{live_server}/zh/article/**#char=1865,1885")
    assert reader.locator(":target").inner_text() == WORDS


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE["width"], NARROW["width"]])
def test_it_keeps_the_rules(reader: Page, width: int, scheme: str) -> None:
    reader.set_viewport_size({"width": width, "height": 800})
    reader.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    link_of(reader).click()
    expect(shown(reader)).to_be_visible()
    assert sideways(reader) <= 0
    assert reader.evaluate(INSIDE)
    assert violations(reader) == []


def test_keys_lead_from_fact_to_fact_in_the_reader(reader: Page, live_server: str) -> None:
    reader.goto(f"{live_server}/zh/article/associations-epidemic-response")
    arrows = reader.locator(".reader aside .words")
    reader.keyboard.press("n")
    expect(reader.locator(":target")).to_have_count(0)
    arrows.nth(3).focus()
    reader.keyboard.press("n")
    expect(arrows.nth(4)).to_be_focused()
    assert reader.locator(":target").get_attribute("id") == (arrows.nth(4).get_attribute("href") or "")[1:]
    expect(reader.locator(":target")).to_be_in_viewport()
    reader.keyboard.press("p")
    reader.keyboard.press("p")
    expect(arrows.nth(2)).to_be_focused()
    assert violations(reader, "color-contrast", "label", "list") == []
