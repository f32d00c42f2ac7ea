"""One browser for all tests of this folder, over the server that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import open_browser_or_skip
from tests.browser.visitor import WIDE


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a browser; without one, the test is skipped and says why."""
    with open_browser_or_skip() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of a browser that runs no script."""
    with browser.new_context(java_script_enabled=False, viewport=WIDE, locale="zh-CN") as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Page]:
    """Return a page of a browser that runs scripts, for all tests of a module."""
    with browser.new_context(viewport=WIDE) as context:
        yield context.new_page()
