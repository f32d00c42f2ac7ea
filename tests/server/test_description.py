"""The service description over both kinds of data and both fronts: what it says is what the service does."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from tongzhou.graph.namespaces import INFERRED_GRAPH
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS
from tongzhou.server.description import Facts, describe_service
from tongzhou.server.overview import GraphSize, Overview

from .conftest import Tokens
from .web import Client

PREFIXES = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX schema: <https://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
VALUES = {
    "date": "2020-02-01",
    "time": "08:00:00",
    "duration": "P1DT2H",
    "dayTimeDuration": "PT2H",
    "yearMonthDuration": "P1Y2M",
    "gYear": "2020",
    "gYearMonth": "2020-02",
    "gMonth": "--02",
    "gMonthDay": "--02-01",
    "gDay": "---01",
}
"""For each cast that is described, a text that it takes."""
STATISTICS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
{ ?s ?p ?o }"""
CLASSES = "SELECT (COUNT(DISTINCT ?class) AS ?n) { ?s a ?class }"


def describe(client: Client) -> ox.Store:
    """Return the description as a store."""
    answer = client.get(
        "/sparql", headers={"Accept": "application/n-triples"}, base_url="http://here.example"
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.N_TRIPLES)
    return store


def select(store: ox.Store, pattern: str) -> list[list[str]]:
    """Return the values of the rows of a pattern; its variables in the order of their mention."""
    names = " ".join(dict.fromkeys(re.findall(r"\?\w+", pattern)))
    answer = store.query(f"{PREFIXES} SELECT {names} {{ {pattern} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return [[term.value for term in row] for row in answer]


def ask(client: Client, query: str) -> list[list[str]]:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 200, answer.text
    results = answer.get_json()
    return [
        [row[name]["value"] for name in results["head"]["vars"] if name in row]
        for row in results["results"]["bindings"]
    ]


class Describing:
    """What both kinds of data have in common; `client` is a fixture of the subclass."""

    def test_the_counts_are_those_that_queries_give(self, client: Client) -> None:
        store = describe(client)
        given = select(
            store,
            "?d sd:defaultGraph [ void:triples ?t ; void:distinctSubjects ?s ; void:properties ?p ; void:classes ?c ]",
        )
        assert [row[1:] for row in given] == [[*ask(client, STATISTICS)[0], *ask(client, CLASSES)[0]]]
        named = select(store, "[] sd:namedGraph [ sd:name ?name ; sd:graph [ void:triples ?triples ] ]")
        counted = ask(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        assert sorted(named) == sorted(counted)

    def test_every_function_works(self, client: Client) -> None:
        functions = [row[1] for row in select(describe(client), "?service sd:extensionFunction ?function")]
        assert {function.rpartition("#")[2] for function in functions} == set(VALUES)
        for function in functions:
            text = VALUES[function.rpartition("#")[2]]
            assert ask(client, f'SELECT (STR(<{function}>("{text}")) AS ?x) {{}}') == [[text]]

    def test_every_format_is_offered(self, client: Client) -> None:
        formats = {row[1] for row in select(describe(client), "?service sd:resultFormat ?format")}
        offered = {form.writer.iri: form for form in (*SOLUTION_FORMATS, *TRIPLE_FORMATS)}
        assert formats == set(offered)
        for form in offered.values():
            query = "ASK {}" if form in SOLUTION_FORMATS else "CONSTRUCT WHERE { ?s ?p ?o }"
            answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": form.media_type})
            assert (answer.status_code, answer.mimetype) == (200, form.media_type)

    def test_the_description_comes_in_every_format(self, client: Client) -> None:
        sizes = set[int]()
        for form in TRIPLE_FORMATS:
            answer = client.get(
                "/sparql", headers={"Accept": form.media_type}, base_url="http://here.example"
            )
            assert answer.mimetype == form.media_type
            assert isinstance(form.writer, ox.RdfFormat)
            sizes.add(len({quad.triple for quad in ox.parse(answer.data, format=form.writer)}))
        assert len(sizes) == 1
        assert client.get("/sparql", headers={"Accept": "text/csv"}).status_code == 406

    def test_the_limits_are_the_settings(self, client: Client) -> None:
        limits = {name: value for _, name, value in select(describe(client), LIMITS)}
        assert limits["seconds a query may take"] == "30"
        assert float(limits["bytes of a query"]) == 1_000_000

    def test_the_endpoint_has_the_address_that_was_asked(self, client: Client) -> None:
        rows = select(describe(client), "?service a sd:Service ; sd:endpoint ?endpoint")
        assert rows == [["http://here.example/sparql#service", "http://here.example/sparql"]]


LIMITS = "?service schema:additionalProperty [ schema:name ?name ; schema:value ?value ]"


class TestRelease(Describing):
    def test_what_is_curated(self, client: Client) -> None:
        store = describe(client)
        assert [row[1].rpartition("#")[2] for row in select(store, "?s sd:supportedLanguage ?l")] == [
            "SPARQL11Query"
        ]
        assert [row[1].rpartition("#")[2] for row in select(store, "?s sd:feature ?f")] == [
            "UnionDefaultGraph"
        ]
        assert select(store, "?s sd:defaultSupportedEntailmentProfile ?p")[0][1].endswith("owl-profile/RL")

    def test_examples_are_queries_that_are_answered(self, client: Client) -> None:
        examples = select(
            describe(client), "?example a sh:SPARQLExecutable ; sh:select ?text ; schema:target ?t"
        )
        assert len(examples) == 3
        for _, text, target in examples:
            assert target == "http://here.example/sparql"
            ask(client, text)


class TestDataset(Describing):
    @pytest.fixture
    def client(self, writer: Client, tokens: Tokens) -> Client:
        headers = tokens.header("write")
        for graph in ("default", "graph=urn:described"):
            answer = writer.put(
                f"/store?{graph}",
                data="<urn:a> a <urn:C> , <urn:D> .",
                content_type="text/turtle",
                headers=headers,
            )
            assert answer.status_code in (201, 204)
        return writer

    def test_what_is_ordinary(self, client: Client) -> None:
        store = describe(client)
        languages = {row[1].rpartition("#")[2] for row in select(store, "?s sd:supportedLanguage ?l")}
        assert languages == {"SPARQL11Query", "SPARQL11Update"}
        assert select(store, "?s sd:feature ?f") == []
        assert select(store, "?s sd:defaultEntailmentRegime ?r")[0][1].endswith("entailment/Simple")
        assert select(store, "?example a sh:SPARQLExecutable") == []

    def test_it_is_never_stale(self, client: Client, tokens: Tokens) -> None:
        def triples() -> int:
            return int(select(describe(client), "?d sd:defaultGraph [ void:triples ?t ]")[0][1])

        def update(text: str) -> None:
            direct = "application/sparql-update"
            answer = client.post("/update", data=text, content_type=direct, headers=tokens.header("write"))
            assert answer.status_code == 204

        before = triples()
        for number in range(1, 6):
            update(f"INSERT DATA {{ <urn:stale> <urn:p> {number} }}")
            assert triples() == before + number
        update("DELETE WHERE { <urn:stale> ?p ?o }")
        assert triples() == before


@pytest.mark.parametrize(
    ("entailment", "regime", "profiles"),
    [("none", "Simple", 0), ("rdfs", "RDFS", 0), ("rl", "OWL-RDF-Based", 1)],
)
def test_the_entailment_of_the_build_is_told(entailment: str, regime: str, profiles: int) -> None:
    facts = Facts(curated=True, writable=False, limits=(), entailment=lambda: entailment)
    overview = Overview((), 2, 1, 1, 1, (GraphSize(INFERRED_GRAPH, 1), GraphSize("urn:other", 1)))
    told = [(t.predicate.value, str(t.object)) for t in describe_service("urn:sparql", overview, facts)]
    regimes = [value for name, value in told if name.endswith("ntailmentRegime")]
    assert regimes == [f"<http://www.w3.org/ns/entailment/{regime}>"] * 2, (
        "of the service and of the inferred graph"
    )
    assert sum(name.endswith("upportedEntailmentProfile") for name, _ in told) == 2 * profiles
