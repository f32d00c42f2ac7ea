"""What the endpoint says of itself: a SPARQL 1.1 Service Description with VoID statistics, limits and examples. Pure.

Sources: https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/, and
https://www.w3.org/TR/shacl-af/#SPARQLExecutable-type (`sh:SPARQLExecutable`) for the examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.entailment import REGIMES
from tongzhou.graph.namespaces import INFERRED_GRAPH, PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS
from tongzhou.server.overview import Overview

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = PREFIXES["void"]
DESCRIPTION_PREFIXES = {"sd": SD, "sh": SH, "formats": "http://www.w3.org/ns/formats/"}
"""Prefixes of a description, beside those of the data."""

_CASTS = (
    *("date", "time", "duration", "dayTimeDuration", "yearMonthDuration"),
    *("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
)
"""Constructors of Oxigraph beyond those that SPARQL 1.1 §17.5 asks for."""


@dataclass(frozen=True)
class Facts:
    """What is described beside the data: the release, where it is one, limits by name, and examples.

    `limits` are names, numbers and units (UN/CEFACT codes where there is one). `entailment` tells what was inferred, a
    key of REGIMES.
    """

    curated: bool
    writable: bool
    limits: tuple[tuple[str, float, str | None], ...]
    examples: Sequence[StoredQuery] = ()
    entailment: Callable[[], str] = lambda: "none"


def describe_service(endpoint: str, overview: Overview | None, facts: Facts) -> list[ox.Triple]:
    """Return the service description of an endpoint; without an overview it has no statistics and no named graphs."""
    return [
        *_service(endpoint, facts),
        *_dataset(endpoint, facts),
        *(_statistics(endpoint, overview, facts) if overview else ()),
        *_limits(endpoint, facts),
        *_examples(endpoint, facts),
    ]


def _service(endpoint: str, facts: Facts) -> Iterator[ox.Triple]:
    service = f"{endpoint}#service"
    yield _triple(service, f"{RDF}type", ox.NamedNode(f"{SD}Service"))
    yield _triple(service, f"{SD}endpoint", ox.NamedNode(endpoint))
    yield _triple(service, f"{SD}supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Query"))
    if facts.writable:
        yield _triple(service, f"{SD}supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Update"))
    for form in (*SOLUTION_FORMATS, *TRIPLE_FORMATS):
        yield _triple(service, f"{SD}resultFormat", ox.NamedNode(form.writer.iri))
    for name in _CASTS:
        yield _triple(service, f"{SD}extensionFunction", ox.NamedNode(f"{XSD}{name}"))
        yield _triple(f"{XSD}{name}", f"{RDF}type", ox.NamedNode(f"{SD}Function"))
    if facts.curated:
        yield _triple(service, f"{SD}feature", ox.NamedNode(f"{SD}UnionDefaultGraph"))
    for name, regime in _entailment(facts):
        yield _triple(service, f"{SD}default{name[0].upper()}{name[1:]}", ox.NamedNode(regime))
    yield _triple(service, f"{SD}defaultDataset", ox.NamedNode(f"{endpoint}#dataset"))


def _entailment(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the regime by which triples were inferred and, where there is one, the profile, by the properties' names."""
    names = ("entailmentRegime", "supportedEntailmentProfile")
    return zip(names, REGIMES[facts.entailment()], strict=False)


def _dataset(endpoint: str, facts: Facts) -> Iterator[ox.Triple]:
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default"
    yield _triple(dataset, f"{RDF}type", ox.NamedNode(f"{SD}Dataset"))
    yield _triple(dataset, f"{RDF}type", ox.NamedNode(f"{VOID}Dataset"))
    yield _triple(dataset, f"{VOID}sparqlEndpoint", ox.NamedNode(endpoint))
    if facts.curated:
        licence = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
        yield _triple(dataset, f"{PREFIXES['dcterms']}license", licence)
    yield _triple(dataset, f"{SD}defaultGraph", ox.NamedNode(default))
    yield _triple(default, f"{RDF}type", ox.NamedNode(f"{SD}Graph"))


def _statistics(endpoint: str, overview: Overview, facts: Facts) -> Iterator[ox.Triple]:
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default"
    statistics = {
        "triples": overview.triples,
        "distinctSubjects": overview.subjects,
        "properties": overview.properties,
        "classes": overview.classes,
    }
    for name, number in statistics.items():
        yield _triple(default, f"{VOID}{name}", _integer(number))
    for number, size in enumerate(overview.graphs, start=1):
        entry, graph = f"{endpoint}#named-{number}", f"{endpoint}#graph-{number}"
        yield _triple(dataset, f"{SD}namedGraph", ox.NamedNode(entry))
        yield _triple(entry, f"{RDF}type", ox.NamedNode(f"{SD}NamedGraph"))
        yield _triple(entry, f"{SD}name", ox.NamedNode(size.iri))
        yield _triple(entry, f"{SD}graph", ox.NamedNode(graph))
        yield _triple(graph, f"{RDF}type", ox.NamedNode(f"{SD}Graph"))
        yield _triple(graph, f"{VOID}triples", _integer(size.triples))
        if size.iri == INFERRED_GRAPH:
            for name, regime in _entailment(facts):
                yield _triple(entry, f"{SD}{name}", ox.NamedNode(regime))


def _limits(endpoint: str, facts: Facts) -> Iterator[ox.Triple]:
    for number, (name, value, unit) in enumerate(facts.limits, start=1):
        limit = f"{endpoint}#limit-{number}"
        yield _triple(f"{endpoint}#service", f"{SCHEMA}additionalProperty", ox.NamedNode(limit))
        yield _triple(limit, f"{RDF}type", ox.NamedNode(f"{SCHEMA}PropertyValue"))
        yield _triple(limit, f"{SCHEMA}name", ox.Literal(name, language="en"))
        number_type = ox.NamedNode(f"{XSD}decimal")
        yield _triple(limit, f"{SCHEMA}value", ox.Literal(f"{value:g}", datatype=number_type))
        if unit:
            yield _triple(limit, f"{SCHEMA}unitCode", ox.Literal(unit))


def _examples(endpoint: str, facts: Facts) -> Iterator[ox.Triple]:
    for query in facts.examples:
        example = f"{endpoint}#example-{query.name}"
        yield _triple(example, f"{RDF}type", ox.NamedNode(f"{SH}SPARQLExecutable"))
        yield _triple(example, f"{RDF}type", ox.NamedNode(f"{SH}SPARQLSelectExecutable"))
        yield _triple(example, f"{SH}select", ox.Literal(query.bind()))
        yield _triple(example, f"{SCHEMA}target", ox.NamedNode(endpoint))
        for language, label in query.label.items():
            yield _triple(example, f"{RDFS}label", ox.Literal(label, language=language))
        for language, about in query.about.items():
            yield _triple(example, f"{RDFS}comment", ox.Literal(about, language=language))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(f"{XSD}integer"))
