"""Serialises the graph: byte-identical for identical input, whatever the order or the hash seed.

TriG, N-Quads and JSON-LD hold the named graphs; Turtle, N-Triples and RDF/XML the merge, each triple once. Sorted quads
are written by Oxigraph (rdflib's serialisers vary with the hash seed), JSON-LD in the terms of the project's own context.
Blank nodes keep the canonical labels that the compiler gave them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from urllib.parse import urljoin

import pyoxigraph as ox

from tongzhou.graph.errors import UnknownThingError
from tongzhou.graph.json_ld import write_graphs
from tongzhou.graph.namespaces import GRAPH, ID, PREFIXES, RDF, TZ, XSD

FORMATS: dict[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""Names of the formats, as the command line has them."""

DUMPS: dict[str, str] = {
    "tongzhou.ttl": "turtle",
    "tongzhou.trig": "trig",
    "tongzhou.nt": "ntriples",
    "tongzhou.nq": "nquads",
    "tongzhou.rdf": "rdfxml",
    "tongzhou.jsonld": "jsonld",
}
"""File names of a release's dumps, with their formats."""

MEDIA_TYPES: dict[str, str] = {
    ".ttl": "text/turtle",
    ".trig": "application/trig",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".gz": "application/gzip",
    "": "text/plain",
}
"""Registered media types of a release's files, by suffix; the dumps in the order in which pages list them."""

_TYPE = f"{RDF}type"
_EVIDENCE = f"{TZ}evidence"


def serialise(quads: Iterable[ox.Quad], format: str) -> bytes:
    """Write quads in a format of FORMATS."""
    rdf_format = FORMATS[format]
    unique = set(quads)
    if rdf_format == ox.RdfFormat.JSON_LD:
        return write_graphs(unique)
    if rdf_format.supports_datasets:
        ordered: list[ox.Quad] | list[ox.Triple] = sorted(unique, key=_quad_order)
    else:
        ordered = sorted({quad.triple for quad in unique}, key=_triple_order)
    data = ox.serialize(ordered, format=rdf_format, prefixes=_used_prefixes(unique)) or b""
    return _sort_prefixes(data) if format in ("turtle", "trig") else data


def export(dataset: ox.Dataset, format: str, *, graph: str | None = None, thing: str | None = None) -> bytes:
    """Write a dataset, one of its graphs, or one thing.

    `graph` is the IRI of a graph or what follows `…/graph/`; `thing` is the IRI of a thing or what follows `…/id/`. A thing is
    exported with its fragments (quantities, requests) and the passages that they cite.

    Raises UnknownThingError, naming near ones.
    """
    quads = list(dataset)
    if graph is not None:
        quads = _of_graph(quads, graph)
    if thing is not None:
        quads = _of_thing(quads, thing)
    return serialise(quads, format)


def _of_graph(quads: list[ox.Quad], graph: str) -> list[ox.Quad]:
    name = urljoin(GRAPH, graph)
    found = [
        quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value == name
    ]
    if not found:
        known = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        names = ", ".join(sorted(iri.removeprefix(GRAPH) for iri in known))
        raise UnknownThingError(f"there is no graph '{graph}'. There are: {names}.")
    return found


def _of_thing(quads: list[ox.Quad], thing: str) -> list[ox.Quad]:
    iri = urljoin(ID, thing)
    own = [quad for quad in quads if _is_of(quad.subject, iri)]
    if not own:
        subjects = {
            quad.subject.value.removeprefix(ID) for quad in quads if isinstance(quad.subject, ox.NamedNode)
        }
        near = difflib.get_close_matches(iri.removeprefix(ID), subjects, n=3, cutoff=0.5)
        hint = (
            f"Near: {', '.join(near)}." if near else "'tongzhou ask organisations' and 'actions' list things."
        )
        raise UnknownThingError(f"there is no thing '{thing}'. {hint}")
    passages = {quad.object for quad in own if quad.predicate.value == _EVIDENCE}
    cited = [quad for quad in quads if _passage_of(quad.subject) in passages]
    return [*own, *cited]


def _is_of(subject: object, iri: str) -> bool:
    """Tell whether a subject is a thing or one of its fragments, passages of an article aside."""
    if not isinstance(subject, ox.NamedNode):
        return False
    return subject.value == iri or (subject.value.startswith(f"{iri}#") and "#char=" not in subject.value)


def _passage_of(subject: object) -> ox.NamedNode | None:
    """Return the passage that a passage or its selector belongs to."""
    if not isinstance(subject, ox.NamedNode):
        return None
    return ox.NamedNode(subject.value.removesuffix("-quote").removesuffix("-position"))


def _quad_order(quad: ox.Quad) -> tuple[str, tuple[str, bool, str, str]]:
    return str(quad.graph_name), _triple_order(quad.triple)


def _triple_order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Order by subject, a passage before its selectors; types first."""
    predicate, subject = triple.predicate.value, triple.subject
    return (
        subject.value if isinstance(subject, ox.NamedNode) else str(subject),
        predicate != _TYPE,
        predicate,
        str(triple.object),
    )


def _used_prefixes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Return the prefixes that shorten some IRI of the quads."""
    iris: set[str] = set()
    for quad in quads:
        terms = [quad.subject, quad.object, quad.graph_name]
        iris.update(term.value for term in terms if isinstance(term, ox.NamedNode))
        iris.update(_written_type(term) for term in terms if isinstance(term, ox.Literal))
        if quad.predicate.value != _TYPE:
            iris.add(quad.predicate.value)
    return {
        prefix: base for prefix, base in sorted(PREFIXES.items()) if any(iri.startswith(base) for iri in iris)
    }


def _written_type(literal: ox.Literal) -> str:
    """Return the datatype that Turtle writes out: not that of plain and language-tagged strings."""
    plain = literal.language is not None or literal.datatype.value == f"{XSD}string"
    return "" if plain else literal.datatype.value


def _sort_prefixes(data: bytes) -> bytes:
    """Put the prefixes in the order of the alphabet and an empty line behind them."""
    lines = data.split(b"\n")
    height = next((index for index, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"\n".join([*sorted(lines[:height]), b"", *lines[height:]]) if height else data
