"""What the endpoint says of itself: counts for the home page, and a SPARQL 1.1 Service Description. Pure but for queries."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.namespaces import RDF, RDFS, TZ, XSD
from tongzhou.graph.query import Evaluator, Query
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"

_OF_CLASS = (
    "SELECT (COUNT(DISTINCT ?thing) AS ?count) {{ ?thing <{rdf}type>/<{rdfs}subClassOf>* <{tz}{name}> }}"
)
_TRIPLES = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


@dataclass(frozen=True)
class GraphSize:
    """A named graph and its number of triples."""

    iri: str
    triples: int


@dataclass(frozen=True)
class Overview:
    """What the graph holds, counted when the server starts: a release never changes."""

    organisations: int
    actions: int
    quantities: int
    triples: int
    graphs: tuple[GraphSize, ...]


def count_contents(evaluator: Evaluator) -> Overview:
    """Count organisations, actions, quantities and triples by asking the graph itself."""
    graphs = _rows(evaluator, _GRAPHS)
    return Overview(
        organisations=_count_of(evaluator, "Organisation"),
        actions=_count_of(evaluator, "Action"),
        quantities=_count_of(evaluator, "Quantity"),
        triples=int(_rows(evaluator, _TRIPLES)[0][0]),
        graphs=tuple(GraphSize(iri, int(count)) for iri, count in graphs),
    )


def describe_service(endpoint: str, overview: Overview) -> list[ox.Triple]:
    """Return the service description of an endpoint: language, formats, dataset and its graphs."""
    names = ("service", "dataset", "default")
    service, dataset, default = (ox.NamedNode(f"{endpoint}#{name}") for name in names)
    triples = [
        _triple(service, f"{RDF}type", ox.NamedNode(f"{SD}Service")),
        _triple(service, f"{SD}endpoint", ox.NamedNode(endpoint)),
        _triple(service, f"{SD}supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Query")),
        _triple(service, f"{SD}defaultDataset", dataset),
        _triple(dataset, f"{RDF}type", ox.NamedNode(f"{SD}Dataset")),
        _triple(dataset, f"{SD}defaultGraph", default),
        _triple(default, f"{RDF}type", ox.NamedNode(f"{SD}Graph")),
        _triple(default, f"{VOID}triples", _integer(overview.triples)),
    ]
    formats = [form.writer.iri for form in (*SOLUTION_FORMATS, *TRIPLE_FORMATS)]
    triples += [_triple(service, f"{SD}resultFormat", ox.NamedNode(iri)) for iri in formats]
    for number, size in enumerate(overview.graphs, start=1):
        entry, graph = (ox.NamedNode(f"{endpoint}#{name}-{number}") for name in ("named", "graph"))
        triples += [
            _triple(dataset, f"{SD}namedGraph", entry),
            _triple(entry, f"{RDF}type", ox.NamedNode(f"{SD}NamedGraph")),
            _triple(entry, f"{SD}name", ox.NamedNode(size.iri)),
            _triple(entry, f"{SD}graph", graph),
            _triple(graph, f"{RDF}type", ox.NamedNode(f"{SD}Graph")),
            _triple(graph, f"{VOID}triples", _integer(size.triples)),
        ]
    return triples


def _triple(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(f"{XSD}integer"))


def _count_of(evaluator: Evaluator, name: str) -> int:
    return int(_rows(evaluator, _OF_CLASS.format(rdf=RDF, rdfs=RDFS, tz=TZ, name=name))[0][0])


def _rows(evaluator: Evaluator, text: str) -> list[list[str]]:
    """Return the values of a SELECT that binds IRIs and literals only."""
    answer = evaluator.evaluate(Query(text))
    assert isinstance(answer, ox.QuerySolutions)
    return [
        [term.value for term in solution if isinstance(term, ox.NamedNode | ox.Literal)]
        for solution in answer
    ]
