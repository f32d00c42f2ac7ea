"""A browser that is installed, driven by Playwright; none is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(Exception):
    """There is no Chromium; the message says where it was looked for."""


def find_chromium() -> str:
    """Return the path of $CHROMIUM or of the first Chromium on PATH. Raises NoBrowserError."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        where = (
            f"CHROMIUM names '{named}', which is no program"
            if named
            else f"none of {', '.join(NAMES)} is on PATH"
        )
        raise NoBrowserError(f"{where}. Install Chromium, or set CHROMIUM to the path of one.")
    return found


@contextmanager
def open_browser() -> Generator[Browser]:
    """Start a browser. Raises NoBrowserError."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_browser_or_skip() -> Generator[Browser]:
    """Start a browser for tests; without one they are skipped, and say why."""
    try:
        find_chromium()
    except NoBrowserError as error:
        pytest.skip(f"browser tests NOT RUN: {error}")
    with open_browser() as browser:
        yield browser
