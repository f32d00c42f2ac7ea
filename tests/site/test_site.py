"""The whole site over HTTP: links that answer, words that are translated, pages that cost little."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from tests.site.crawl import Crawl, crawl
from tests.site.kinds import KINDS, LANGUAGES, Kind
from tests.site.weights import weigh
from tests.site.words import foreign_words

ADDRESSES = [kind.address(language) for kind in KINDS for language in LANGUAGES if kind.status == 200]


@pytest.fixture(scope="module")
def listed(live_server: str) -> frozenset[str]:
    """Return the paths of the pages in the site map."""
    text = httpx.get(f"{live_server}/sitemap.xml", trust_env=False, timeout=60).text
    return frozenset(re.findall(rf"<loc>{re.escape(live_server)}([^<]+)</loc>", text))


@pytest.fixture(scope="module")
def crawled(live_server: str, listed: frozenset[str]) -> Crawl:
    """Return what the links of a page of each kind lead to, but for pages in the site map, of which each tenth is tried."""
    return asyncio.run(
        crawl(live_server, ADDRESSES, known=frozenset(sorted(listed)) - set(sorted(listed)[::10]))
    )


def test_no_link_is_broken(crawled: Crawl) -> None:
    assert crawled.broken == []
    assert len(crawled.pages) == len(ADDRESSES)
    assert len(crawled.tried) > 2 * len(ADDRESSES)


def test_all_words_are_translated(crawled: Crawl) -> None:
    found = {path: words for path, page in crawled.pages.items() if (words := foreign_words(page, path[1:3]))}
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_is_within_its_budget(live_server: str, kind: Kind, language: str) -> None:
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        weight = weigh(client, kind.address(language))
    assert not weight.is_over(kind.path), weight
