"""The pages: what they say is what the graph holds, and nothing in them runs or comes from elsewhere."""

from __future__ import annotations

import html
import re
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import parse_stored_query
from tongzhou.graph.release import Release
from tongzhou.server.config import Config
from tongzhou.server.site import Site
from tongzhou.server.wsgi import Background

from .web import Client

HTML = {"Accept": "text/html"}
PRODUCT = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?s{n} ?p{n} ?o{n} .' for n in range(9))} }}"
STORED = """#+ summary: Who acts
#+ description: Agents.
#+ tags: [actors]
#+ label: {zh: 谁做了事, en: Who acted}
#+ about: {zh: 行动的主体, en: The agents of actions}
#+ evidence: []
PREFIX tz: <https://w3id.org/tongzhou/ontology#>
SELECT ?agent { ?action tz:agent ?agent }
"""


class _Page(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def links(self) -> list[str]:
        return [
            attributes["href"] for tag, attributes in self.elements if tag == "a" and "href" in attributes
        ]


def _loaded(tag: str, attributes: dict[str, str]) -> str:
    """Return the address that a `link` makes a browser fetch."""
    return attributes["href"] if tag == "link" and attributes["rel"] in ("stylesheet", "icon") else ""


def test_home_says_what_is_here(client: Client) -> None:
    page = client.get("/zh/").text
    counts = re.findall(r"<dt>(\S+)</dt><dd>(?:<a[^>]+>)?([\d,]+)", page)
    assert counts == [("组织", "2"), ("行动", "1"), ("数量", "1"), ("三元组", "13")]
    assert "https://w3id.org/tongzhou/graph/article" in page
    assert "CC BY 4.0" in page


def test_all_links_of_the_home_page_lead_somewhere(client: Client) -> None:
    links = [link for link in _Page(client.get("/zh/").text).links() if link.startswith("/")]
    assert "/data/tongzhou.ttl" in links
    for link in links:
        assert client.get(link, headers=HTML, buffered=True).status_code == 200


def test_examples_show_their_results(release: Release) -> None:
    try:
        example = parse_stored_query("who-acts", STORED, "who-acts.rq")
    except ValueError as error:
        pytest.fail(str(error))
    with closing(Background(Config(), Site(release, [example]))) as background:
        client = background.app.test_client()
        page = client.get("/zh/").text
        assert "谁做了事" in page
        assert "Who acted" in client.get("/en/").text
        link = next(link for link in _Page(page).links() if link.startswith("/sparql?"))
        assert parse_qs(urlsplit(link).query)["query"] == [example.bind()]
        assert "org/a" in client.get(link, headers=HTML).text
        assert '<a href="/zh/org/a">org/a</a>' in page, "its first rows"


@pytest.mark.parametrize(
    "path", ["/zh/", "/sparql", "/sparql?query=ASK{}", "/sparql?query=SELECT*{?s+?p+?o}"]
)
def test_pages_load_and_run_nothing_from_elsewhere(client: Client, path: str) -> None:
    page = _Page(client.get(path, headers=HTML).text)
    for tag, attributes in page.elements:
        assert tag not in ("iframe", "object", "embed", "style")
        assert tag != "script" or attributes["src"].startswith("/static/"), "none that is written in the page"
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        source = attributes.get("src", "") or _loaded(tag, attributes)
        assert not source or source.startswith("/")
        if source:
            assert client.get(source, buffered=True).status_code == 200
    assert {"lang": "zh-Hans"} in [own for tag, own in page.elements if tag == "html"]
    assert [tag for tag, _ in page.elements].count("h1") == 1


def test_results_are_escaped(client: Client) -> None:
    query = "SELECT ?label ('<script>alert(1)</script>' AS ?x) { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    page = client.get("/sparql", query_string={"query": query}, headers=HTML).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "乙&lt;b&gt;部&lt;/b&gt;" in page


def test_the_form_keeps_query_and_dataset(client: Client) -> None:
    query = "SELECT * {\n  ?s ?p '</textarea>' }"
    parameters = {"query": query, "default-graph-uri": "urn:a", "named-graph-uri": "urn:b"}
    page = client.get("/sparql", query_string=parameters, headers=HTML).text
    assert "&lt;/textarea&gt;" in page
    hidden = [attributes for _, attributes in _Page(page).elements if attributes.get("type") == "hidden"]
    assert [(item["name"], item["value"]) for item in hidden] == [
        ("default-graph-uri", "urn:a"),
        ("named-graph-uri", "urn:b"),
        ("lang", "zh"),
    ]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"query": "SELECT <b> {"}, 400),
        ({"query": "SELECT * { SERVICE <http://a.example/> { ?s ?p <b> } }"}, 400),
        ({"query": PRODUCT, "timeout": "0.2"}, 504),
    ],
)
def test_a_query_that_failed_is_kept_on_the_page_that_says_why(
    client: Client, fields: dict[str, str], status: int
) -> None:
    answer = client.get("/sparql", query_string=fields, headers={**HTML, "Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert f"\n{html.escape(fields['query'])}</textarea>" in answer.text
    assert ("Retry-After" in answer.headers) == (status == 504)
    document = client.get("/sparql", query_string=fields)
    assert (document.status_code, document.mimetype) == (status, "application/problem+json")


def test_a_page_says_that_it_shows_a_part(client: Client) -> None:
    page = client.get("/sparql?query=SELECT*{?s+?p+?o}", headers=HTML).text
    assert "<strong>13</strong>" in page
    assert "前 3 行" in page
    assert page.count("<tr>") == 4


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ASK {}", "是"),
        ("ASK { ?s ?s ?s }", "否"),
        ("SELECT * { ?s ?s ?s }", "没有符合的内容"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "前 3 行"),
        ("SELECT ?none (BNODE() AS ?b) (1.5 AS ?n) {}", "xsd:decimal"),
    ],
)
def test_every_kind_of_answer_has_a_page(client: Client, query: str, words: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers=HTML)
    assert response.status_code == 200
    assert words in response.text


@pytest.mark.parametrize("query", [None, "ASK {}", "SELECT * { ?s ?p ?o }", "SELECT * {"])
def test_a_page_of_the_endpoint_is_in_one_language(client: Client, query: str | None) -> None:
    fields = {"query": query} if query else {}
    tags = {"zh": "zh-Hans", "en": "en"}
    english = {**HTML, "Accept-Language": "en"}
    for headers, lang, language in (
        (HTML, None, "zh"),
        (english, None, "en"),
        (english, "zh", "zh"),
        (HTML, "en", "en"),
        (english, "de", "en"),
    ):
        asked = {**fields, "lang": lang} if lang else fields
        answer = client.get("/sparql", query_string=asked, headers=headers)
        assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert answer.headers["Content-Language"].startswith(language)
        page = _Page(answer.text)
        assert {"lang": tags[language]} in [own for tag, own in page.elements if tag == "html"]
        assert ("查询" in answer.text) == (language == "zh")
        assert ("Run" in answer.text) == (language == "en")
        other = "en" if language == "zh" else "zh"
        (link,) = [link for link in page.links() if parse_qs(urlsplit(link).query).get("lang") == [other]]
        assert parse_qs(urlsplit(link).query).get("query") == ([query] if query else None)


def test_answers_for_programs_know_no_language(client: Client) -> None:
    for accept in ("application/sparql-results+json", "text/csv"):
        plain = client.get("/sparql?query=SELECT*{?s+?p+?o}", headers={"Accept": accept})
        other = client.get("/sparql?query=SELECT*{?s+?p+?o}&lang=en", headers={"Accept": accept})
        assert (other.data, other.headers["ETag"]) == (plain.data, plain.headers["ETag"])
    problem = client.get("/sparql?query=SELECT*{&lang=en")
    assert problem.headers["Content-Language"] == "zh"


def test_a_thing_is_shown_by_its_name(client: Client) -> None:
    query = """SELECT ?who ?whoName ?none ?noneName {
      ?who a <https://w3id.org/tongzhou/ontology#Association> ; <http://www.w3.org/2000/01/rdf-schema#label> ?whoName
      BIND(?who AS ?none) FILTER(LANG(?whoName) = "zh") }"""
    page = client.get("/sparql", query_string={"query": query}, headers=HTML).text
    assert re.findall(r'<th scope="col">(\w+)</th>', page) == ["who", "none"]
    assert re.findall(r'<td[^>]*><a href="/sparql[^"]+">(.*?)</a></td>', page) == ["甲协会", "org/a"]


def test_terms_link_to_their_description(client: Client) -> None:
    page = client.get("/sparql?query=DESCRIBE+<https://w3id.org/tongzhou/id/org/a>", headers=HTML).text
    link = next(link for link in _Page(page).links() if "DESCRIBE" in link)
    assert client.get(link, headers=HTML).status_code == 200


@pytest.mark.parametrize("name", ["ttl", "trig", "nt", "nq", "rdf", "jsonld"])
def test_dumps_are_the_files_of_the_release(client: Client, release: Release, name: str) -> None:
    response = client.get(f"/data/tongzhou.{name}", buffered=True)
    assert response.data == (release.path / f"tongzhou.{name}").read_bytes()
    media_type = ox.RdfFormat.from_extension(name)
    assert media_type is not None
    assert response.mimetype == media_type.media_type


@pytest.mark.parametrize(
    "name", ["manifest.json", "store", "../current", "..%2Fcurrent", "none.ttl", "store/CURRENT"]
)
def test_nothing_else_of_the_release_is_served(client: Client, name: str) -> None:
    assert client.get(f"/data/{name}").status_code == 404
