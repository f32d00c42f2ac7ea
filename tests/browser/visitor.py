"""Somebody who visits the site: goes to a page, then gets on by clicks, which are counted."""

from __future__ import annotations

from urllib.parse import urljoin

import httpx
from playwright.sync_api import Locator, Page, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 800}
LIT = "e => getComputedStyle(e).backgroundColor !== getComputedStyle(document.body).backgroundColor"


class Visitor:
    """Clicks through the site at `root`."""

    def __init__(self, page: Page, root: str) -> None:
        """Begin with no clicks."""
        self.page = page
        self.root = root
        self.clicks = 0

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.root + path)

    def click(self, what: Locator) -> None:
        """Click once."""
        what.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def link(self, words: str) -> Locator:
        """Return the first link in the main part of the page that has these words."""
        return self.page.locator("main").get_by_role("link", name=words).first

    def fetch(self, path: str, **headers: str) -> httpx.Response:
        """Ask the server as a program does, at a path or an address."""
        return httpx.get(
            urljoin(self.root, path), headers=headers, trust_env=False, timeout=60, follow_redirects=True
        )

    def lit_words(self) -> str:
        """Return the words that the address of the page points to; '' where they are not highlighted and in sight."""
        target = self.page.locator(":target")
        if target.count() != 1 or not target.evaluate(LIT):
            return ""
        box = target.bounding_box()
        height = (self.page.viewport_size or WIDE)["height"]
        return target.inner_text() if box and 0 <= box["y"] < height else ""
