"""One browser for all tests of this folder, over the server that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import NoBrowserError, open_browser
from tests.browser.visitor import WIDE


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a browser; without one, the test is skipped and says why."""
    try:
        with open_browser() as browser:
            yield browser
    except NoBrowserError as error:
        pytest.skip(f"browser tests NOT RUN: {error}")


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
