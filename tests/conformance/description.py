"""The three questions of SPARQL 1.1 about the service description.

The suite names no schema, so what a description must keep to is read from the specification's sections 3 and 4:
`service-description.ttl` has the domains and ranges as SHACL shapes, and no other term may stand in its namespace.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pyshacl
import rdflib
from rdflib import RDF, URIRef

from .client import Client

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SHAPES = Path(__file__).with_name("service-description.ttl")
FORMATS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
}
CLASSES = (
    "Service Language Function Aggregate EntailmentRegime EntailmentProfile GraphCollection Dataset Graph "
    "NamedGraph Feature"
)
PROPERTIES = (
    "endpoint feature defaultEntailmentRegime entailmentRegime defaultSupportedEntailmentProfile "
    "supportedEntailmentProfile extensionFunction extensionAggregate languageExtension supportedLanguage "
    "propertyFeature defaultDataset availableGraphs resultFormat inputFormat defaultGraph namedGraph name graph"
)
INSTANCES = (
    "SPARQL10Query SPARQL11Query SPARQL11Update DereferencesURIs UnionDefaultGraph RequiresDataset EmptyGraphs "
    "BasicFederatedQuery"
)
TERMS = frozenset(f"{CLASSES} {PROPERTIES} {INSTANCES}".split())


def examine(question: str, client: Client) -> str | None:
    """Ask the endpoint for its description and answer one of the three questions; None means yes."""
    answer = client.send("query", "GET", "", headers={"Accept": ", ".join(FORMATS)})
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
    if answer.status_code != 200 or media_type not in FORMATS:
        return f"GET on the endpoint gave {answer.status_code} and {media_type or 'no media type'}, no RDF"
    graph = rdflib.Graph()
    try:
        graph.parse(data=answer.content, format=FORMATS[media_type], publicID=client.target.query)
    except (SyntaxError, ValueError) as error:
        return f"the description is no {media_type}: {error}"
    if question == "returns-rdf":
        return None if len(graph) else "the description has no triples"
    if question == "has-endpoint-triple":
        found = sorted(str(iri) for iri in graph.objects(None, SD.endpoint))
        return None if client.target.query in found else f"sd:endpoint {found}, not {client.target.query}"
    if question == "conforms-to-schema":
        return conforms(graph)
    raise ValueError(f"service description: the test {question} is not known")


def conforms(graph: rdflib.Graph) -> str | None:
    """Say what in a service description is not as the specification has it, or None."""
    if not any(graph.subjects(RDF.type, SD.Service)):
        return "no sd:Service is described"
    used = {term for triple in graph for term in triple if isinstance(term, URIRef) and term in SD}
    unknown = sorted(str(term) for term in used if term.removeprefix(str(SD)) not in TERMS)
    if unknown:
        return f"no terms of the vocabulary: {', '.join(unknown)}"
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    fits, _, report = cast("tuple[bool, object, str]", pyshacl.validate(graph, shacl_graph=shapes))
    return None if fits else report
