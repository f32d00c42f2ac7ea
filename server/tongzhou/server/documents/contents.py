"""What a document holds: the quads about a thing, the labels of what they name, and a description of the document."""

from __future__ import annotations

from collections.abc import Iterable
from string import Template

import pyoxigraph as ox

from tongzhou.graph.meta import DATASET, LICENCE
from tongzhou.graph.namespaces import (
    BASE,
    DCTERMS,
    GRAPH,
    META_GRAPH,
    OA,
    ONTOLOGY_GRAPH,
    PREFIXES,
    RDF,
    RDFS,
    SCHEME,
    SKOS,
    TZ,
)

RESULTS = ox.QueryResultsFormat.TSV.media_type
"""The format that the queries of a document are answered in: read in half the time of JSON."""

_ONTOLOGY = TZ.removesuffix("#")
_FOAF = PREFIXES["foaf"]
_DCAT = PREFIXES["dcat"]

_OF_THING = Template(f"""PREFIX oa: <{OA}>
PREFIX skos: <{SKOS}>
PREFIX tz: <{TZ}>
SELECT ?g ?s ?p ?o WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{
    {{ VALUES ?s {{ $thing }} }}
    UNION {{ $thing tz:evidence ?s }}
    UNION {{ $thing tz:evidence/oa:hasSelector ?s }}
    UNION {{ $thing ?part ?s . FILTER(STRSTARTS(STR(?s), $below)) }}
    UNION {{ $thing ?part ?f . FILTER(STRSTARTS(STR(?f), $below)) ?f tz:evidence ?s }}
    UNION {{ $thing ?part ?f . FILTER(STRSTARTS(STR(?f), $below)) ?f tz:evidence/oa:hasSelector ?s }}
    UNION {{ ?s oa:hasSource $thing }}
    UNION {{ ?passage oa:hasSource $thing ; oa:hasSelector ?s }}
    UNION {{ ?s skos:inScheme $thing }}
  }} }}
  GRAPH ?g {{ ?s ?p ?o }}
}}""")
_OF_ONTOLOGY = f"""SELECT ?g ?s ?p ?o WHERE {{
  VALUES ?g {{ <{ONTOLOGY_GRAPH}> }}
  GRAPH ?g {{ ?s ?p ?o }}
  FILTER(isBlank(?s) || !STRSTARTS(STR(?s), "{SCHEME}"))
}}"""
_OF_GRAPH = Template("SELECT ?g ?s ?p ?o WHERE { VALUES ?g { $thing } GRAPH ?g { ?s ?p ?o } }")
_LABELS = Template(f"""SELECT ?g ?s (<{RDFS}label> AS ?p) ?o WHERE {{
  VALUES ?s {{ $things }}
  GRAPH ?g {{ ?s <{RDFS}label> ?o }}
}}""")


def query_of(iri: str) -> str:
    """Return the query for the quads that a document about an IRI of ours holds, labels of others aside."""
    if iri == _ONTOLOGY:
        return _OF_ONTOLOGY
    thing = str(ox.NamedNode(iri))
    if iri.startswith(GRAPH):
        return _OF_GRAPH.substitute(thing=thing)
    return _OF_THING.substitute(thing=thing, below=str(ox.Literal(f"{iri}#")))


def query_of_labels(iri: str, quads: Iterable[ox.Quad]) -> str | None:
    """Return the query for the labels of what the quads name and do not describe; None where nothing needs one."""
    if iri == _ONTOLOGY or iri.startswith(GRAPH):
        return None
    quads = list(quads)
    described = {quad.subject for quad in quads}
    named = {
        term for quad in quads for term in (quad.predicate, quad.object) if isinstance(term, ox.NamedNode)
    }
    things = sorted(str(term) for term in named - described if "#char=" not in term.value)
    return _LABELS.substitute(things=" ".join(things)) if things else None


def read_quads(results: bytes) -> list[ox.Quad]:
    """Return the quads that solutions of `?g ?s ?p ?o`, in RESULTS, bind."""
    solutions = ox.parse_query_results(results, format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    return [_quad(solution) for solution in solutions]


def describe_document(iri: str, quads: Iterable[ox.Quad], release: str) -> list[ox.Quad]:
    """Say of the document what it is about, of which release, where its facts come from and under which licence."""
    document = f"{BASE}data/{iri.removeprefix(BASE).removeprefix('id/')}"
    sources = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    articles = {
        name.removeprefix(f"{GRAPH}article/").partition("/")[0] for name in sources if "/article/" in name
    }
    statements: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (f"{RDF}type", ox.NamedNode(f"{_FOAF}Document")),
        (f"{_FOAF}primaryTopic", ox.NamedNode(iri)),
        (f"{DCTERMS}isPartOf", ox.NamedNode(DATASET)),
        (f"{DCTERMS}license", ox.NamedNode(LICENCE)),
        (f"{_DCAT}version", ox.Literal(release)),
        *((f"{DCTERMS}source", ox.NamedNode(f"{BASE}id/article/{slug}")) for slug in sorted(articles)),
    ]
    return [
        ox.Quad(ox.NamedNode(document), ox.NamedNode(predicate), value, ox.NamedNode(META_GRAPH))
        for predicate, value in statements
    ]


def _quad(solution: ox.QuerySolution) -> ox.Quad:
    graph, subject, predicate, value = (solution[index] for index in range(4))
    assert isinstance(graph, ox.NamedNode)
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    assert isinstance(predicate, ox.NamedNode)
    assert value is not None
    return ox.Quad(subject, predicate, value, graph)
