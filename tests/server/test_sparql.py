"""The endpoint under WSGI and under `tongzhou serve`: formats, statuses, headers, dataset."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS

from .web import Client

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
ARTICLE = "https://w3id.org/tongzhou/graph/article"
CHARSET = {"text/turtle", "text/csv", "text/tab-separated-values", "text/html", "text/xml", "text/plain"} | {
    "application/n-triples",
    "application/n-quads",
    "application/trig",
}


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_three_ways_to_ask_agree(client: Client, path: str) -> None:
    answers = [
        client.get(path, query_string={"query": COUNT}),
        client.post(path, data={"query": COUNT}),
        client.post(path, data=COUNT, content_type="application/sparql-query"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.data for answer in answers} == {answers[0].data}
    assert json.loads(answers[0].data)["results"]["bindings"][0]["n"]["value"] == "13"


@pytest.mark.parametrize(
    "query", [COUNT, "ASK {}", CONSTRUCT, "DESCRIBE <https://w3id.org/tongzhou/id/org/a>"]
)
def test_every_format_under_each_of_its_names(client: Client, query: str) -> None:
    forms = SOLUTION_FORMATS if query in (COUNT, "ASK {}") else TRIPLE_FORMATS
    for form in forms:
        for name in form.media_types:
            response = client.get("/sparql", query_string={"query": query}, headers={"Accept": name})
            assert response.status_code == 200
            assert response.content_type == (f"{name}; charset=utf-8" if name in CHARSET else name)
            assert "Accept" in response.headers["Vary"]
            assert response.data


def test_formats_are_what_they_say(client: Client) -> None:
    def ask(query: str, accept: str) -> bytes:
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        return bytes(response.data)

    assert json.loads(ask("ASK {}", "application/sparql-results+json")) == {"head": {}, "boolean": True}
    root = ElementTree.fromstring(ask(COUNT, "application/sparql-results+xml"))
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    assert ask(COUNT, "text/csv") == b"n\r\n13\r\n"
    assert ask(COUNT, "text/tab-separated-values") == b"?n\n13\n"
    for form in TRIPLE_FORMATS:
        assert isinstance(form.writer, ox.RdfFormat)
        assert (
            len({quad.triple for quad in ox.parse(ask(CONSTRUCT, form.media_type), format=form.writer)}) == 13
        )


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (COUNT, None, "application/sparql-results+json"),
        (COUNT, "*/*", "application/sparql-results+json"),
        (CONSTRUCT, None, "text/turtle; charset=utf-8"),
        (
            COUNT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html; charset=utf-8",
        ),
        (COUNT, "application/xml;q=0.9, text/csv;q=0.5", "application/xml"),
        (CONSTRUCT, 'application/ld+json;profile="x"', "application/ld+json"),
    ],
)
def test_negotiation(client: Client, query: str, accept: str | None, media_type: str) -> None:
    headers = {"Accept": accept} if accept else {}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)
    assert response.content_type == media_type


def test_a_link_names_its_format(client: Client) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}
    answer = client.get("/sparql", query_string={"query": COUNT, "format": "csv"}, headers=browser)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/csv", b"n\r\n13\r\n")
    graph = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "csv"}, headers=browser)
    assert graph.status_code == 406


@pytest.mark.parametrize(
    ("query", "accept"), [(COUNT, "text/turtle"), ("ASK {}", "text/turtle"), (CONSTRUCT, "text/csv")]
)
def test_nothing_runs_where_no_format_fits(client: Client, query: str, accept: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == 406
    assert "text/html" in response.get_json()["offers"]


def test_a_query_without_end_is_refused_at_once_where_no_format_fits(client: Client) -> None:
    """Had it run, the answer would be that of the deadline."""
    asked = {"query": ENDLESS, "timeout": "0.5"}
    statuses = [
        client.get("/sparql", query_string=asked, headers={"Accept": accept}).status_code
        for accept in ("text/csv", "text/turtle")
    ]
    assert statuses == [504, 406]


def test_dataset_of_the_request(client: Client) -> None:
    def count(query: str, **parameters: str) -> str:
        answer = client.get(
            "/sparql", query_string={"query": query, **parameters}, headers={"Accept": "text/csv"}
        )
        return answer.text.split()[1]

    assert count(COUNT) == "13"
    assert count(COUNT, **{"default-graph-uri": ARTICLE}) == "11"
    assert count(COUNT, **{"default-graph-uri": "http://none/"}) == "0"
    assert count(COUNT.replace("{", f"FROM <{ARTICLE}> {{", 1)) == "11"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(named) == "13"
    assert count(named, **{"named-graph-uri": ARTICLE}) == "11"
    assert count(named, **{"default-graph-uri": ARTICLE}) == "0"


def test_head_is_get_without_the_body(client: Client) -> None:
    get = client.get("/sparql", query_string={"query": COUNT})
    head = client.head("/sparql", query_string={"query": COUNT})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_options_answers_a_preflight(client: Client, path: str) -> None:
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    response = client.options(path, headers=headers)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/zh/", 200), ("/sparql?query=ASK{}", 200), ("/sparql?query=x", 400), ("/none", 404)],
)
def test_headers_of_every_answer(client: Client, path: str, status: int) -> None:
    response = client.get(path, headers={"Origin": "https://evil.example", "Cookie": "a=b"})
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    scripts = [rule for rule in policy if "script" in rule]
    assert scripts == (["script-src 'self'"] if path == "/zh/" else [])


def test_service_description(client: Client) -> None:
    response = client.get(
        "/sparql", headers={"Accept": "application/n-triples"}, base_url="http://here.example"
    )
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.N_TRIPLES)
    answer = store.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#> "
        "SELECT ?name ?triples { <http://here.example/sparql#service> a sd:Service ; "
        "sd:endpoint <http://here.example/sparql> ; sd:supportedLanguage sd:SPARQL11Query ; "
        "sd:resultFormat <http://www.w3.org/ns/formats/Turtle>, <http://www.w3.org/ns/formats/SPARQL_Results_JSON> ; "
        "sd:defaultDataset [ sd:namedGraph [ sd:name ?name ; sd:graph [ void:triples ?triples ] ] ] } ORDER BY ?name"
    )
    assert isinstance(answer, ox.QuerySolutions)
    assert [[term.value for term in row] for row in answer] == [
        [ARTICLE, "11"],
        ["https://w3id.org/tongzhou/graph/ontology", "2"],
    ]
