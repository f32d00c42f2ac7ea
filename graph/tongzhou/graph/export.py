"""Serialises the graph: byte-identical for identical input, whatever the order or the hash seed.

TriG, N-Quads and JSON-LD hold the named graphs; Turtle, N-Triples and RDF/XML the merge, each triple once. Sorted quads
are written by Oxigraph; JSON-LD is written with the project's own context and sorted keys.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from tongzhou.graph.namespaces import PREFIXES, RDF

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

_TYPE = f"{RDF}type"


def serialise(quads: Iterable[ox.Quad], format: str) -> bytes:
    """Write quads in a format of FORMATS."""
    rdf_format = FORMATS[format]
    if rdf_format.supports_datasets:
        return ox.serialize(sorted(set(quads), key=_order), format=rdf_format, prefixes=PREFIXES)
    triples = sorted({quad.triple for quad in quads}, key=_triple_order)
    return ox.serialize(triples, format=rdf_format, prefixes=PREFIXES)


def _order(quad: ox.Quad) -> tuple[str, tuple[str, bool, str, str]]:
    return str(quad.graph_name), _triple_order(quad.triple)


def _triple_order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _TYPE, predicate, str(triple.object)
