"""Pages of things: what they say stands in the graph, each fact with its words, links for programs, few queries, all in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from werkzeug.http import parse_options_header

from tongzhou.graph.moved import Moved, Withdrawal
from tongzhou.graph.namespaces import ID
from tongzhou.graph.release import Release
from tongzhou.server.config import Config
from tongzhou.server.site import Site
from tongzhou.server.wsgi import Background

ORG = "org/china-federation-of-logistics-and-purchasing"
PAGES = [
    *(
        "ontology",
        ORG,
        "group/members-of-the-china-federation-of-logistics-and-purchasing",
        "place/wuhan",
        "place/china",
    ),
    *(
        "action/gifts-of-goods-by-petroleum-and-chemical-members",
        "person/wang-yong",
        "graph/inferred",
        "scheme/measure",
    ),
    *(
        "scheme/measure/cash",
        "scheme/associations-epidemic-response",
        "gap/addressee-of-the-proposal-of-a-purchasing-system",
    ),
]
MOST_QUERIES = 4
MOST_BYTES = 30_000
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[a-z]")


class Page(HTMLParser):
    """The elements of a page, and the texts in it that are in the language of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in ("meta", "link", "img", "input", "br"):
            foreign = ("lang" in attributes and tag != "html") or tag in ("script", "code")
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(foreign for _, foreign in self._open):
            self.texts.append(data)

    def links(self) -> set[tuple[str, str, str, str]]:
        """Return the typed links of the head."""
        return {
            (own["rel"], own["href"], own.get("type", ""), own.get("hreflang", ""))
            for tag, own in self.elements
            if tag == "link" and own["rel"] not in ("stylesheet", "icon")
        }


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """Return a browser's client."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_its_frame_and_keeps_its_budget(
    client: httpx.Client, language: str, path: str
) -> None:
    answer = client.get(f"/{language}/{path}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) <= MOST_BYTES
    page = Page(answer.text)
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert ("html", {"lang": "zh-Hans" if language == "zh" else "en"}) in page.elements
    other = "en" if language == "zh" else "zh"
    assert f"/{other}/{path}" in {own.get("href") for tag, own in page.elements if tag == "a"}
    ids = [own["id"] for _, own in page.elements if "id" in own]
    assert len(ids) == len(set(ids))
    if language == "en":
        assert [text for text in page.texts if HAN.search(text) and not LATIN.search(text)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_few_questions(live_server: str, path: str) -> None:
    host = {"Host": f"fresh-{PAGES.index(path)}.example", "Accept": "text/html"}  # kept pages ask none
    answer = httpx.get(f"{live_server}/zh/{path}", headers=host, trust_env=False, timeout=60)
    found = re.match(r'sparql;desc="(\d+)"', answer.headers["Server-Timing"])
    assert found is not None
    assert int(found[1]) <= MOST_QUERIES
    again = httpx.get(f"{live_server}/zh/{path}", headers=host, trust_env=False, timeout=60)
    assert again.headers["Server-Timing"].startswith('sparql;desc="0"')
    assert again.text == answer.text


def test_entity_tags_of_pages(client: httpx.Client) -> None:
    first = client.get(f"/zh/{ORG}")
    assert client.get(f"/zh/{ORG}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(f"/en/{ORG}").headers["ETag"] != first.headers["ETag"]
    assert first.headers["Vary"] == "Accept-Encoding"


def test_the_same_links_stand_in_header_and_head(client: httpx.Client) -> None:
    answer = client.get(f"/zh/{ORG}")
    header: set[tuple[str, str, str, str]] = set()
    for one in answer.headers["Link"].split(", "):
        target, _, rest = one.partition(";")
        own = parse_options_header(f"x;{rest}")[1]
        header.add((own["rel"], target.strip("<>"), own.get("type", ""), own.get("hreflang", "")))
    assert header == Page(answer.text).links()
    assert ("cite-as", ID + ORG, "", "") in header
    assert ("describedby", f"/data/{ORG}.ttl", "text/turtle", "") in header
    assert ("type", "https://schema.org/Organization", "", "") in header


def test_a_body_has_what_it_did_with_roles_places_and_words(client: httpx.Client) -> None:
    text = client.get(f"/zh/{ORG}").text
    assert "1 篇文章说它做了 3 件事" in text
    row = next(row for row in text.split("<tr>") if "免费运输的绿色通道</a></th>" in row)
    assert "/zh/group/members-of-the-china-federation-of-logistics-and-purchasing" in row
    assert '<a href="/zh/place/wuhan">武汉</a>' in row
    assert '/zh/article/associations-epidemic-response#char=2342,2380">中国物流与采购联合会动员会员' in row
    assert "采购管理体系的建议向谁提出" in text


def test_a_term_has_what_the_shapes_ask_and_an_example_with_its_words(client: httpx.Client) -> None:
    text = client.get("/en/ontology").text
    term = text.partition('id="Quantity"')[2].partition("</section>")[0]
    assert '<a href="/en/ontology#value">value</a>: exactly one, a decimal number</li>' in term
    assert "<q>A quantity belongs to exactly one fact; put it under the quantity of that fact.</q>" in term
    assert re.search(
        r'for example <a href="/en/\w+/[^"]+#q1">[^<]+</a> <q lang="zh-Hans"><a class="ev" href="', term
    )
    other = client.get("/zh/ontology").text.partition('id="agent"')[2].partition("</section>")[0]
    assert "只用于事件，须是组织或未具名群体</li>" in other
    assert '<li>对 <a href="/zh/ontology#Action">行动</a>：至少一个</li>' in other


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        ("text/html", "/en/ontology"),
        ("text/turtle", "/data/shapes.ttl"),
        ("application/ld+json, text/turtle;q=0.5", "/data/shapes.jsonld"),
        ("application/rdf+xml", "/data/shapes.rdf"),
    ],
)
def test_the_shapes_are_there_to_take(client: httpx.Client, accept: str, target: str) -> None:
    answer = client.get("/shapes", headers={"Accept": accept, "Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)
    found = client.get(target, headers={"Accept": accept})
    assert found.status_code == 200
    assert found.headers["Content-Type"].partition(";")[0] == accept.partition(",")[0]


def test_the_table_of_actions_is_there_as_csv_and_as_a_question(client: httpx.Client) -> None:
    text = client.get(f"/en/{ORG}").text
    table = re.search(r'<a href="([^"]+)" type="text/csv">CSV</a>', text)
    assert table is not None
    rows = client.get(unescape(table[1]), headers={"Accept": "text/csv"})
    assert rows.headers["Content-Type"].startswith("text/csv")
    shown = set(re.findall(r'<th scope="row"><a href="/en/(action/[^"]+)">', text))
    assert shown == set(re.findall(rf"{ID}(action/[a-z0-9-]+)", rows.text))
    question = client.get(f"/en/ask/actions-of-an-organisation?organisation={ORG}")
    assert f'href="/en/ask/actions-of-an-organisation?organisation={ORG}"' in text
    assert question.status_code == 200
    assert f'href="/en/neighbours?iri={ORG}"' in text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("zh/graph/inferred", "推理所得之图"),
        ("en/graph/ontology", "Graph of the ontology and the concept schemes"),
        (
            "zh/graph/article/associations-epidemic-response",
            "《行业协会商会积极参与疫情防控及复工复产》原文所述之图",
        ),
        ("en/graph/article/associations-epidemic-response/name", "Graph of what is read off names in “"),
    ],
)
def test_a_graph_is_named_by_its_basis_and_article(client: httpx.Client, path: str, name: str) -> None:
    assert f"<h1>{name}" in client.get(f"/{path}").text


def test_the_inferred_graph_leads_to_its_rules(client: httpx.Client) -> None:
    assert '<a href="/en/scheme/rule/prp-trp">A transitive property<' in client.get("/en/graph/inferred").text


def test_a_kind_that_is_inferred_can_be_explained(client: httpx.Client) -> None:
    text = client.get(f"/en/{ORG}").text
    why = re.search(r'<a class="note" href="(/en/explain[^"]+NationalAssociation)">', text)
    assert why is not None
    assert client.get(unescape(why[1])).status_code == 200


def test_a_part_has_its_anchor(client: httpx.Client) -> None:
    text = client.get("/zh/action/gifts-of-goods-by-petroleum-and-chemical-members").text
    assert re.search(
        r'<li id="q1"><a class="ev" href="/zh/article/[^"]+#char=\d+,\d+" lang="zh-Hans">320吨</a>', text
    )


def test_schema_org_is_in_the_page(client: httpx.Client) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/en/{ORG}").text)
    assert found is not None
    thing = json.loads(found[1])
    assert (thing["@type"], thing["@id"]) == ("Organization", ID + ORG)
    assert {"@language": "zh", "@value": "中国物流与采购联合会"} in thing["name"]


def test_former_names_lead_on_and_withdrawn_things_are_gone(release: Release) -> None:
    moved = Moved(
        {f"{ID}org/former": ID + ORG},
        {
            f"{ID}org/gone": Withdrawal(
                "2026-01-01-0123456789ab", {"zh": "重复。", "en": "It was there twice."}
            )
        },
    )
    with closing(Background(Config(), Site(release, moved=moved))) as background:
        client = background.app.test_client()
        for former, present in (
            ("/id/org/former", f"/id/{ORG}"),
            ("/en/org/former", f"/en/{ORG}"),
            ("/data/org/former.ttl", f"/data/{ORG}.ttl"),
        ):
            answer = client.get(former)
            assert (answer.status_code, answer.headers["Location"]) == (301, present)
        for path in ("/id/org/gone", "/en/org/gone", "/data/org/gone.nt"):
            answer = client.get(path, headers={"Accept-Language": "en"})
            assert answer.status_code == 410
            assert (
                "It was there twice. The last release with it: 2026-01-01-0123456789ab."
                in answer.get_json()["detail"]
            )


def test_an_ordinary_dataset_says_that_it_has_no_pages(tmp_path: Path) -> None:
    with closing(Background(Config(dataset=tmp_path / "data"), Site(None))) as background:
        client = background.app.test_client()
        assert client.get("/en/").status_code == 200
        for path in (f"/en/{ORG}", f"/id/{ORG}", f"/data/{ORG}.ttl", "/en/scheme/measure"):
            answer = client.get(path, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (404, "not-curated")
