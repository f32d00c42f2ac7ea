"""How to cite a thing, and where a mistake is mended: on the pages of what is done, of organisations and of articles."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tongzhou.graph.namespaces import ID
from tongzhou.graph.release import Release

GRAPH = Path(__file__).resolve().parents[2] / "graph"
ACTION = "action/gifts-of-money-by-drinks-makers"
ARTICLE = "article/associations-epidemic-response"


@pytest.mark.parametrize(
    ("path", "cited"),
    [
        (ACTION, f"{ID}{ARTICLE}#char=1865,1885"),
        ("org/china-alcoholic-drinks-association", f"{ID}org/china-alcoholic-drinks-association"),
        (ARTICLE, f"{ID}{ARTICLE}"),
    ],
)
def test_a_page_says_how_to_cite_and_where_it_is_mended(
    live_server: str, release: Release, path: str, cited: str
) -> None:
    page = httpx.get(f"{live_server}/en/{path}", trust_env=False, timeout=60).text
    citation = re.search(r'<blockquote class="cite"[^>]*>(.*?)</blockquote>', page)
    assert citation is not None
    assert f"{cited} (Tongzhou, Release {release.name}, CC BY 4.0)" in citation[1]
    assert f'href="/data/releases/{release.name}/tongzhou.trig"' in page
    place = re.search(r"<code>graph/([^<]+)</code>, line (\d+)", page)
    assert place is not None
    lines = (GRAPH / place[1]).read_text(encoding="utf-8").split("\n")
    assert (
        path.rpartition("/")[2] in " ".join(lines[int(place[2]) - 2 : int(place[2]) + 2]) or path == ARTICLE
    )


def test_the_release_that_is_cited_can_be_fetched(live_server: str, release: Release) -> None:
    address = f"{live_server}/data/releases/{release.name}/tongzhou.trig"
    answer = httpx.head(address, trust_env=False, timeout=60)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
