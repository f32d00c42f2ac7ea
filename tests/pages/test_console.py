"""The SPARQL console: the form without script, and the editor in a real browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.browser.chromium import open_browser_or_skip

from tongzhou.server.pages.console import POLICY

BUNDLE = Path(__file__).resolve().parents[2] / "server" / "tongzhou" / "server" / "static" / "bundle"
COUNT = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
needs_bundle = pytest.mark.skipif(
    not (BUNDLE / "console.js").is_file(), reason="the bundle was not built: run 'make bundle'"
)


def test_the_form_works_without_script(live_server: str) -> None:
    page = httpx.get(f"{live_server}/en/sparql?query={quote(COUNT)}", trust_env=False, timeout=60)
    assert page.status_code == 200
    assert 'action="/sparql" method="get"' in page.text
    assert COUNT in page.text
    for limit in ("30", "1,000,000", "268,435,456", "16"):
        assert limit in page.text
    answer = httpx.get(
        f"{live_server}/sparql?query={quote(COUNT)}",
        headers={"Accept": "text/html"},
        trust_env=False,
        timeout=60,
    )
    assert "<table>" in answer.text


@needs_bundle
def test_the_policy_lets_only_this_site_run(live_server: str) -> None:
    page = httpx.get(f"{live_server}/zh/sparql", trust_env=False, timeout=60)
    assert page.headers["content-security-policy"] == POLICY
    assert "'unsafe-inline'" not in POLICY.partition("style-src")[0]
    other = httpx.get(f"{live_server}/zh/ask/", trust_env=False, timeout=60)
    assert "unsafe-inline" not in other.headers["content-security-policy"]


@needs_bundle
def test_the_editor_asks_this_site_alone(live_server: str) -> None:
    with open_browser_or_skip() as browser:
        page = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server}/en/sparql?query={quote(COUNT)}")
        page.wait_for_selector(".yasqe_queryButton")
        assert not page.is_visible("form.query")
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr .dataTable td")
        cells = page.locator(".yasr .dataTable tbody td").all_inner_texts()
        csv = page.get_attribute("#console-csv", "href") or ""
        page.goto(f"{live_server}/zh/sparql?query={quote('ASK {}')}")
        page.wait_for_selector(".yasqe_queryButton:visible")
        kept = page.locator(".tabsList a[role=tab]").count()
    answer = httpx.get(csv, trust_env=False, timeout=60).text
    assert any(answer.split()[1] in cell.replace(",", "") for cell in cells)
    assert kept == 2  # a link opens a tab of its own, and those from before stay
    assert said == []
    assert all(url.startswith((f"{live_server}/", "data:")) for url in asked)
