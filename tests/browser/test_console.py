"""The SPARQL console with its script: answers and errors stay in their box."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.test_access import sideways
from tests.browser.visitor import NARROW, WIDE
from tests.pages.test_console import needs_bundle

pytestmark = needs_bundle


@pytest.fixture
def console(browser: Browser) -> Iterator[Page]:
    """Return a page of a browser that has not been here before: the console keeps its tabs."""
    with browser.new_context(viewport=WIDE) as context:
        yield context.new_page()


def _run(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".tabPanel.active .yasqe_queryButton").click()


def _check_widths(page: Page) -> None:
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)
        assert sideways(page) <= 0, viewport


def test_a_wide_answer_scrolls_in_its_box(console: Page, live_server: str) -> None:
    _run(console, f"{live_server}/zh/sparql")
    results = console.locator(".tabPanel.active .yasr_results")
    expect(results.locator("tbody tr")).not_to_have_count(0)
    _check_widths(console)
    assert results.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")


def test_an_error_is_told_in_words(console: Page, live_server: str) -> None:
    _run(console, f"{live_server}/zh/sparql?{urlencode({'query': 'SELECT * {'})}")
    words = console.locator(".tabPanel.active .problem")
    expect(words).to_contain_text("查询不合 SPARQL 语法")
    expect(words).to_contain_text("第 1 行第 11 列")
    _check_widths(console)
    assert words.evaluate("box => box.scrollWidth <= box.clientWidth")
