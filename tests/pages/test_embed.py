"""Cards for pages of others: found from the page, told of by oEmbed, and alone in what may be framed."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from tongzhou.graph.namespaces import ID

ACTION = "action/gifts-of-money-by-drinks-makers"
ARTICLE = "article/associations-epidemic-response"
GIFT = "中国酒业协会动员企业累计捐款约12亿元；"


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    """A client of the release that is served."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        yield client


def tell(site: httpx.Client, url: str, **parameters: str) -> httpx.Response:
    """Ask for the document about a page of this site, or any address."""
    here = str(site.base_url).rstrip("/")
    url = here + url if url.startswith("/") else url
    return site.get("/oembed", params={"url": url, **parameters}, headers={"Accept": "application/json"})


@pytest.mark.parametrize("path", [ACTION, ARTICLE])
def test_a_page_leads_to_its_card(site: httpx.Client, path: str) -> None:
    page = site.get(f"/en/{path}", headers={"Accept": "text/html"})
    link = next(own for _, own in Elements(page.text).found if own.get("type") == "application/json+oembed")
    assert f'<{link["href"]}>; rel="alternate"; type="application/json+oembed"' in page.headers["link"]
    told = site.get(link["href"]).json()
    assert (told["version"], told["type"], told["provider_url"]) == ("1.0", "rich", f"{site.base_url}/")
    frame, fallback = Elements(told["html"]).found
    assert frame[1]["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert (frame[1]["width"], frame[1]["height"]) == (str(told["width"]), str(told["height"]))
    assert fallback == ("a", {"href": f"{site.base_url}/en/{path}"})
    card = site.get(frame[1]["src"], headers={"Accept": "text/html"})
    assert card.status_code == 200
    assert "frame-ancestors *" in card.headers["content-security-policy"]
    assert "script-src" not in card.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_a_card_has_the_words_and_the_identifier(site: httpx.Client) -> None:
    card = site.get(f"/zh/embed/{ACTION}").text
    assert f'href="/zh/{ARTICLE}#char=1865,1885" target="_blank" rel="noopener">{GIFT}</a>' in card
    assert f"{ID}{ACTION}" in card
    passage = site.get(f"/zh/embed/{ARTICLE}?char=1865,1885").text
    assert GIFT in passage
    assert f"{ID}{ARTICLE}#char=1865,1885" in passage


def test_a_passage_and_an_identifier_are_told_of(site: httpx.Client) -> None:
    told = tell(site, f"/en/{ARTICLE}#char=1865,1885", maxwidth="320", maxheight="100").json()
    assert "/en/embed/article/associations-epidemic-response?char=1865,1885" in told["html"]
    assert (told["width"], told["height"]) == (320, 200)
    assert "/zh/embed/action/" in tell(site, f"{ID}{ACTION}").json()["html"]


@pytest.mark.parametrize(
    ("url", "parameters", "status", "kind"),
    [
        ("", {}, 400, "bad-value"),
        ("https://example.org/zh/action/x", {}, 400, "bad-value"),
        ("/zh/ask/", {}, 400, "bad-value"),
        ("/zh/org/china-meat-association", {}, 400, "bad-value"),
        ("/zh/action/none", {}, 404, "unknown-thing"),
        (f"/zh/{ARTICLE}#char=1,2", {}, 404, "unknown-thing"),
        (f"/zh/{ARTICLE}#char=1,x>", {}, 404, "unknown-thing"),
        (f"/zh/{ARTICLE}#char=1,{'9' * 5000}", {}, 404, "unknown-thing"),
        (f"/zh/{ACTION}", {"maxwidth": "wide"}, 400, "bad-count"),
        (f"/zh/{ACTION}", {"format": "xml"}, 501, "oembed-json-only"),
    ],
)
def test_what_has_no_card_is_refused(
    site: httpx.Client, url: str, parameters: dict[str, str], status: int, kind: str
) -> None:
    answer = tell(site, url, **parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"].endswith(kind)


def test_what_has_no_card_has_no_embed_page(site: httpx.Client) -> None:
    for path in ("org/china-meat-association", "action/none", f"{ARTICLE}?char=1,2", f"{ARTICLE}?char=%3E"):
        assert site.get(f"/zh/embed/{path}").status_code == 404
