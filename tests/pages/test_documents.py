"""Documents hold what the graph says of a thing, with labels, passages, source and licence, in registered types."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from tongzhou.graph.namespaces import DCTERMS, ID, OA, RDFS, TZ
from tongzhou.server.signposting import DOCUMENTS

ORG = "org/china-federation-of-logistics-and-purchasing"
ARTICLE = f"{ID}article/associations-epidemic-response"
CHARSET = {"ttl", "nt", "trig"}
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "json": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """Return a client that accepts no coding."""
    with httpx.Client(base_url=live_server, trust_env=False, timeout=60) as client:
        client.headers["accept-encoding"] = "identity"
        yield client


def _triples(answer: httpx.Response) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)}


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_each_format_says_the_same(client: httpx.Client, suffix: str) -> None:
    answer = client.get(f"/data/{ORG}.{suffix}")
    charset = "; charset=utf-8" if suffix in CHARSET else ""
    assert answer.headers["Content-Type"] == DOCUMENTS[suffix] + charset
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = {quad.triple for quad in ox.parse(answer.content, format=FORMATS[suffix])}
    whole = {
        quad.triple for quad in ox.parse(client.get(f"/data/{ORG}.nt").content, format=ox.RdfFormat.N_TRIPLES)
    }
    about = ox.NamedNode(ID + ORG)
    assert {triple for triple in found if triple.subject == about} == {t for t in whole if t.subject == about}
    assert found == whole or suffix == "json"


@pytest.mark.parametrize("path", [ORG, "scheme/measure/cash", "ontology"])
def test_json_ld_is_in_the_default_graph_and_trig_in_named_ones(client: httpx.Client, path: str) -> None:
    """A program that reads triples leaves named graphs out: rdflib's Graph and Jena's model do."""
    data = client.get(f"/data/{path}.jsonld").content
    assert {quad.graph_name for quad in ox.parse(data, format=FORMATS["jsonld"])} == {ox.DefaultGraph()}
    graphs = {
        quad.graph_name for quad in ox.parse(client.get(f"/data/{path}.trig").content, format=FORMATS["trig"])
    }
    assert any(isinstance(graph, ox.NamedNode) for graph in graphs)


def test_a_document_holds_labels_passages_source_and_licence(client: httpx.Client) -> None:
    triples = _triples(client.get(f"/data/{ORG}.ttl"))
    thing = ox.NamedNode(ID + ORG)
    named = {
        triple.object
        for triple in triples
        if triple.subject == thing and isinstance(triple.object, ox.NamedNode)
    }
    labelled = {triple.subject for triple in triples if triple.predicate.value == f"{RDFS}label"}
    ours = {
        term
        for term in named
        if term.value.startswith(TZ.partition("ontology")[0]) and "#char=" not in term.value
    }
    assert ours <= labelled
    assert ox.Literal("中国物流与采购联合会") in {
        t.object for t in triples if t.predicate.value == f"{OA}exact"
    }
    assert ox.NamedNode(ARTICLE) in {t.object for t in triples if t.predicate.value == f"{DCTERMS}source"}
    assert [t for t in triples if t.predicate.value == f"{DCTERMS}license"]


def test_a_passage_is_described_where_its_iri_leads(client: httpx.Client) -> None:
    triples = _triples(client.get("/data/article/associations-epidemic-response.ttl"))
    assert ox.NamedNode(f"{ARTICLE}#char=1540,1550") in {triple.subject for triple in triples}


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("scheme/measure", "scheme/measure/cash"),
        ("scheme/measure/cash", "scheme/measure/cash"),
        ("ontology", "ontology#agent"),
        ("graph/background", "id/place/wuhan"),
        (
            "action/gifts-of-goods-by-petroleum-and-chemical-members",
            "id/action/gifts-of-goods-by-petroleum-and-chemical-members#q1",
        ),
    ],
)
def test_what_has_a_document(client: httpx.Client, path: str, subject: str) -> None:
    subjects = {triple.subject for triple in _triples(client.get(f"/data/{path}.ttl"))}
    assert ox.NamedNode(f"https://w3id.org/tongzhou/{subject}") in subjects


def test_plain_json_begins_with_the_thing(client: httpx.Client) -> None:
    tree = json.loads(client.get(f"/data/{ORG}.json").content)
    assert tree["id"].endswith(ORG)
    assert tree["label"] == {
        "zh": "中国物流与采购联合会",
        "en": "China Federation of Logistics and Purchasing",
    }


def test_entity_tags(client: httpx.Client) -> None:
    answer = client.get(f"/data/{ORG}.ttl")
    etag = answer.headers["ETag"]
    assert etag.startswith('"')
    assert client.get(f"/data/{ORG}.ttl", headers={"If-None-Match": etag}).status_code == 304
    coded = client.get(f"/data/{ORG}.ttl", headers={"Accept-Encoding": "br"})
    assert (coded.headers["Content-Encoding"], coded.content) == ("br", answer.content)
    assert coded.headers["ETag"] != etag
    head = client.head(f"/data/{ORG}.ttl")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(
    "path", ["org/none.ttl", "org/x.pdf", "nonsense/x.ttl", "scheme/none.ttl", "graph/none.nt", "org/.ttl"]
)
def test_what_has_none(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/data/{path}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"{ORG}.xyz", ORG])
def test_a_suffix_that_is_none_is_told(client: httpx.Client, path: str) -> None:
    problem = client.get(f"/data/{path}").json()
    assert problem["type"].endswith("/problem/unknown-suffix")
    assert problem["offers"] == list(DOCUMENTS)
