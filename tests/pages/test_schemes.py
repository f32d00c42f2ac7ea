"""Schemes as trees of their concepts, with what uses them; the way down to a concept on its own page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

SECTOR = "/zh/scheme/sector"


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """Return a browser's client."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        client.headers["accept"] = "text/html"
        yield client


def names_at(tree: str) -> list[tuple[int, str]]:
    """Return the concepts of a tree in its order, each with how deep it stands."""
    found: list[tuple[int, str]] = []
    depth = 0
    for opened, closed, name in re.findall(r'(<ul)|(</ul>)|<a href="/zh/scheme/[^"]+">([^<]+)</a>', tree):
        depth += bool(opened) - bool(closed)
        if name:
            found.append((depth, name))
    return found


def tree_of(html: str) -> str:
    return html.partition('<ul class="tree">')[2].partition("<p><a")[0]


def test_concepts_stand_below_broader_ones_by_code(client: httpx.Client) -> None:
    html = client.get(SECTOR).text
    assert "role=" not in tree_of(html)
    found = names_at(tree_of(html))
    assert (0, "制造业") in found
    at = found.index((1, "纺织业"))
    assert found[at + 1] == (2, "麻纺织业")
    assert max(found.index((0, "制造业")), 0) < at
    assert "<code>173</code>" in html
    assert "以麻类纤维纺织的行业。</span>" in html
    themes = client.get("/en/scheme/associations-epidemic-response").text
    codes = re.findall(r"<code>([\d.]+)</code>", tree_of(themes))
    assert codes[:4] == ["1", "1.1", "1.1.1", "1.1.2"]


def test_a_count_is_that_of_the_list_it_leads_to(client: httpx.Client) -> None:
    counts = re.findall(r'<a class="count" href="([^"]+)">(\d+)</a>', client.get(SECTOR).text)
    assert len(counts) > 20
    for address, count in counts[:3]:
        rows = client.get(unescape(address), headers={"Accept": "text/csv"}).text.split()
        assert len(rows) - 1 == int(count) > 0


def test_a_scheme_offers_the_questions_that_take_its_concepts(client: httpx.Client) -> None:
    html = client.get(SECTOR).text
    assert '<a href="/zh/ask/associations-by-industry">各行业的协会商会</a>' in html
    question = re.search(
        r'href="(/zh/ask/associations-by-industry\?[^"]+)"', client.get(f"{SECTOR}/textiles").text
    )
    assert question is not None
    answer = client.get(unescape(question[1]))
    assert answer.status_code == 200
    assert "中国麻纺织行业协会" in answer.text
    assert "中国酒业协会" not in answer.text


def test_a_concept_says_where_it_stands(client: httpx.Client) -> None:
    html = client.get("/en/scheme/resource/masks").text
    way = html.partition('<nav aria-label="Where the concept stands">')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</(?:a|strong)>", way) == [
        "kinds of resource",
        "goods",
        "medical supplies",
        "masks",
    ]
    assert "in scheme</a></dt>" not in html
    above = client.get("/en/scheme/resource/medical-supplies").text
    narrower = above.partition("<p>Narrower: ")[2].partition("</p>")[0]
    assert '<a href="/en/scheme/resource/masks">masks</a>' in narrower


def test_an_unknown_scheme_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/en/scheme/colours", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "unknown-thing")


def test_the_terms_lead_to_the_schemes(client: httpx.Client) -> None:
    listed = client.get("/en/ontology").text.partition('<h2 id="schemes">')[2]
    assert '<a href="/en/scheme/sector">sectors</a> <span class="count">73</span>' in listed
