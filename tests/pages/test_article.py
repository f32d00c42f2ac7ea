"""The reader: the words of the article, as far as they may be shown, with the facts that they state beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from tongzhou.graph.namespaces import ID
from tongzhou.graph.reading import Block, Reading, Run, read_readings
from tongzhou.graph.release import READINGS, Release
from tongzhou.server.pages.stated import Stated

SLUG = "associations-epidemic-response"
GIFT = "中国酒业协会动员企业累计捐款约12亿元；"


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """A client of the release that is served."""
    with httpx.Client(base_url=live_server, headers={"Accept": "text/html"}) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    """The article in Chinese."""
    return client.get(f"/zh/article/{SLUG}").text


def words(page: str, passage: str) -> str:
    """Return the words of a passage of the page: the text up to where its span ends."""
    _, _, rest = page.partition(f'id="{passage}">')
    assert rest, f"{passage} is not on the page"
    text, depth, at = "", 1, 0
    for match in re.finditer(r"<(/?)span[^>]*>", rest):
        text += rest[at : match.start()]
        at = match.end()
        depth += -1 if match[1] else 1
        if not depth:
            return text
    raise AssertionError("the span has no end")


def test_the_list_leads_to_the_article(client: httpx.Client) -> None:
    found = client.get("/en/article/").text
    assert f'href="/en/article/{SLUG}"' in found
    assert "quoted sentences with their neighbours" in found


def test_every_passage_is_an_anchor_that_holds_its_words(page: str, release: Release) -> None:
    store = ox.Store.read_only(str(release.store_path))
    query = f"""PREFIX oa: <http://www.w3.org/ns/oa#> SELECT DISTINCT ?passage ?exact {{
      ?passage oa:hasSource <{ID}article/{SLUG}> ; oa:hasSelector/oa:exact ?exact }}"""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    rows = [(str(row["passage"])[1:-1], str(row["exact"].value)) for row in found]
    assert len(rows) > 300
    for passage, exact in rows:
        shown = words(page, passage.partition("#")[2])
        assert exact.startswith(shown), "a passage that crosses another is cut"
        assert shown


def test_every_sentence_is_an_anchor(page: str, release: Release) -> None:
    (reading,) = read_readings((release.path / READINGS).read_bytes())
    starts = [start for block in reading.blocks for run in block.runs for start in run.sentences]
    anchored = {int(start) for start in re.findall(r'id="char=(\d+),\d+"', page)}
    assert set(starts) <= anchored


def test_a_fact_stands_beside_its_words(page: str) -> None:
    paragraph = next(part for part in page.split("<section") if GIFT in re.sub(r"<[^>]+>", "", part))
    text = re.sub(r"<[^>]+>", " ", paragraph)
    assert "约12亿元" in text
    assert re.search(r"主体\s+中国酒业协会", text)
    assert re.search(r"动员对象|被动员方|动员", text)


def test_each_deed_has_one_number(page: str) -> None:
    numbers = [int(number) for number in re.findall(r'<li value="(\d+)"', page)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert f"共 {len(numbers)} 条事实" in page


def test_nobody_has_a_role_twice(page: str) -> None:
    for roles in re.findall(r'<ul class="roles">(.*?)</ul>', page, re.S):
        for role in roles.split("<li>"):
            names = re.findall(r'href="([^"]+)"', role)
            assert len(names) == len(set(names))


def test_a_topic_leaves_its_facts(client: httpx.Client, page: str) -> None:
    topic = re.findall(r'<option value="(https[^"]+)">', page)[0]
    part = client.get(f"/zh/article/{SLUG}", params={"topic": topic}).text
    assert 0 < part.count("<li value=") < page.count("<li value=")
    assert f'<option value="{topic}" selected>' in part


def test_bases_add_what_is_known_besides_the_text(client: httpx.Client, page: str) -> None:
    def shown(*bases: str) -> str:
        answer = client.get(f"/zh/article/{SLUG}", params={"basis": bases})
        assert len(answer.content) < 400_000
        return answer.text.partition("<template")[0].partition('<section class="paragraph')[2]

    named = shown("name")
    assert "<li value=" not in named, "what is stated is left out"
    assert 'class="basis name"' in named
    assert 'class="basis inferred"' not in named
    both = shown("stated", "inferred")
    assert both.count("<li value=") == page.count("<li value=")
    why = re.search(r'class="basis inferred">[^<]+</span> <a class="note" href="(/zh/explain[^"]+)"', both)
    assert why is not None
    assert client.get(why[1].replace("&amp;", "&")).status_code == 200


def test_all_bases_together_weigh_little(client: httpx.Client) -> None:
    query = {"basis": ["stated", "name", "background", "inferred"]}
    response = client.get(f"/en/article/{SLUG}", params=query, headers={"Accept-Encoding": "gzip"})
    assert int(response.headers["Content-Length"]) <= 30_000
    assert 'desc="4"' in response.headers.get("Server-Timing", 'desc="4"')


@pytest.mark.parametrize(
    ("query", "status"),
    [("theme=x", 400), ("basis=x", 400), ("uncovered=perhaps", 400), ("topic=https://example.org/x", 404)],
)
def test_a_filter_that_is_none_is_refused(client: httpx.Client, query: str, status: int) -> None:
    assert client.get(f"/zh/article/{SLUG}?{query}").status_code == status


def test_sections_lead_to_their_headings(page: str) -> None:
    outline = page.partition('<details class="outline">')[2].partition("</details>")[0]
    links = re.findall(r'<a href="#(char=\d+,\d+)">([\d.]+) ([^<]+)</a>', outline)
    assert [number for _, number, _ in links][:3] == ["1", "1.1", "1.2"]
    assert len(links) == 25
    for passage, _, name in links:
        assert len(set(name) & set(words(page, passage))) > 1


def test_sentences_without_a_fact_are_known(page: str) -> None:
    reading = Reading("a", "urn:a", "whole", 7, (Block(0, 7, None, (Run(0, "一。二三。四。", (0, 2, 5)),)),))
    assert Stated(quoted={(0, 2), (3, 4)}).uncovered(reading) == {(5, 7)}
    assert Stated(quoted={(1, 6)}).uncovered(reading) == set()
    assert "所示 87 句都有事实引用" in page
    assert 'name="uncovered"' not in page


def test_it_says_how_much_is_shown_and_offers_no_text_that_is_not_ours(
    client: httpx.Client, page: str
) -> None:
    assert re.search(r"全文 \d+ 字，此处显示 \d+ 字", page)
    assert ".txt" not in page
    assert client.get(f"/data/article/{SLUG}.txt").status_code == 404


def test_an_article_that_is_not_here_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/zh/article/association-epidemic-response", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["offers"]) == (404, [f"{ID}article/{SLUG}"])
    assert answer.json()["type"].endswith("/problem/unknown-thing")
    assert client.get("/zh/article/%3E").status_code == 404


def test_it_takes_at_most_four_queries_and_weighs_little(client: httpx.Client) -> None:
    response = client.get(f"/en/article/{SLUG}", headers={"Accept-Encoding": "gzip"})
    queries = (
        re.search(r'desc="(\d+)"', response.headers["Server-Timing"])
        if "Server-Timing" in response.headers
        else None
    )
    assert queries is None or int(queries[1]) <= 4
    assert int(response.headers["Content-Length"]) <= 30_000
