"""The words behind a link as a document: in their context, with who says so, what is read from them, and how they are cited."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tongzhou.graph.namespaces import ID
from tongzhou.graph.reading import Block, Reading, Run, read_readings
from tongzhou.graph.release import READINGS, Release
from tongzhou.server.pages.evidence import around

ARTICLE = "article/associations-epidemic-response"
GIFT = f"{ARTICLE}#char=1865,1885"
WORDS = "中国酒业协会动员企业累计捐款约12亿元；"


@pytest.fixture(scope="module")
def site(live_server: str) -> Iterator[httpx.Client]:
    """A client of the release that is served."""
    headers = {"Accept": "application/json"}
    with httpx.Client(base_url=live_server, headers=headers, trust_env=False, timeout=60) as client:
        yield client


def ask(site: httpx.Client, iri: str, language: str = "zh") -> httpx.Response:
    return site.get(f"/{language}/evidence.json", params={"iri": iri})


def test_it_has_the_words_their_neighbours_and_who_says_so(site: httpx.Client, release: Release) -> None:
    found = ask(site, GIFT).json()
    assert found["quote"] == WORDS
    assert found["before"].endswith("中国电子商会号召会员企业累计捐款捐物约22亿元；")
    assert found["after"].startswith("中国证券投资基金业协会")
    assert found["page"] == f"/zh/{GIFT}"
    assert [one["label"] for one in found["sources"]] == ["民政部网站"]
    assert [one["label"] for one in found["authors"]] == ["王勇"]
    (fact,) = found["facts"]
    assert fact["page"] == "/zh/action/gifts-of-money-by-drinks-makers"
    assert (fact["basis"], fact["inferred"]) == ("stated", True)
    for part in (WORDS, ID + GIFT, release.name):
        assert part in found["citation"]
    assert found["mended"]["file"] == f"graph/articles/{ARTICLE.partition('/')[2]}/facts.yaml"
    assert found["mended"]["line"] > 1


def test_it_is_in_the_language_of_its_address_and_takes_the_identifier(site: httpx.Client) -> None:
    found = ask(site, ID + GIFT, "en").json()
    assert found["facts"][0]["label"] == "gifts of money by drinks makers"
    assert found["citation"].endswith(", CC BY 4.0)")
    assert "Tongzhou, Release" in found["citation"]


def test_an_amount_is_of_the_deed_that_it_is_a_part_of(site: httpx.Client) -> None:
    page = site.get("/zh/org/china-electronics-chamber-of-commerce", headers={"Accept": "text/html"}).text
    passage = page.partition(f'href="/zh/{ARTICLE}')[2].partition('"')[0]
    found = ask(site, ARTICLE + passage).json()
    assert found["quote"] == "约22亿元"
    assert [fact["label"] for fact in found["facts"]] == ["中国电子商会号召会员企业捐款捐物"]


def test_a_statement_has_a_speaker(site: httpx.Client) -> None:
    rows = site.get("/api/query/statements").json()["rows"]
    said = [ask(site, row["evidence"].removeprefix(ID)).json()["facts"] for row in rows]
    assert all(any(fact["speakers"] for fact in facts) for facts in said)


def test_no_more_of_the_text_is_told_than_may_be_shown(site: httpx.Client, release: Release) -> None:
    (reading,) = read_readings((release.path / READINGS).read_bytes())
    shown = [run.text for block in reading.blocks for run in block.runs]
    assert reading.rights == "quotes"
    rows = site.get("/api/query/evidence-of", params={"limit": "60"}).json()["rows"]
    for iri in {row["evidence"] for row in rows}:
        found = ask(site, iri).json()
        assert any(found["before"] in text for text in shown)
        assert any(found["after"] in text for text in shown)


def test_the_context_ends_with_the_block_and_with_what_is_shown() -> None:
    first = Run(0, "一。二三。四。", (0, 2, 5))
    alone = Run(10, "七。", (10,))
    reading = Reading("a", "urn:a", "quotes", 20, (Block(0, 7, None, (first,)), Block(8, 20, None, (alone,))))
    assert around(reading, (3, 4)) == ("一。二", "。四。")
    assert around(reading, (2, 5)) == ("一。", "四。")
    assert around(reading, (0, 2)) == ("", "二三。")
    assert around(reading, (5, 7)) == ("二三。", "")
    assert around(reading, (10, 12)) == ("", "")
    assert around(reading, (5, 12)) == ("二三。", "")
    assert around(reading, (15, 16)) == ("", "")


def test_an_unchanged_document_is_not_sent_again(site: httpx.Client) -> None:
    first = ask(site, GIFT)
    assert first.headers["content-encoding"]
    again = site.get(
        "/zh/evidence.json", params={"iri": GIFT}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("iri", "status", "kind"),
    [
        ("", 400, "bad-value"),
        ("action/gifts-of-money-by-drinks-makers", 400, "bad-value"),
        ("https://example.org/a#char=1,2", 400, "bad-value"),
        (f"{ARTICLE}#char=1,x", 400, "bad-value"),
        (f"{ARTICLE}#char=1,{'9' * 5000}", 400, "bad-value"),
        (f"{ARTICLE}#char=１,２", 400, "bad-value"),
        (f"{ARTICLE}#char=1,2", 404, "unknown-thing"),
        ("article/none#char=1,2", 404, "unknown-thing"),
        ('article/a">#char=1,2', 404, "unknown-thing"),
    ],
)
def test_what_is_no_passage_is_refused(site: httpx.Client, iri: str, status: int, kind: str) -> None:
    answer = ask(site, iri)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"].endswith(kind)


def test_the_script_is_small_and_pages_let_it_run(site: httpx.Client) -> None:
    script = site.get("/static/evidence.js", headers={"Accept-Encoding": "gzip"})
    assert int(script.headers["content-length"]) < 8_000
    assert script.headers["etag"]
    page = site.get("/zh/ask/cash-given-by-members", headers={"Accept": "text/html"})
    assert "script-src 'self'; connect-src 'self'" in page.headers["content-security-policy"]
    assert '<script src="/static/evidence.js" type="module">' in page.text
    missing = site.get("/zh/org/none", headers={"Accept": "text/html"})
    assert "<script" not in missing.text
