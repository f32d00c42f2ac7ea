"""The SHACL shapes as files of a release: as they were written, and in the other formats of RDF."""

from __future__ import annotations

import pyoxigraph as ox

from tongzhou.graph.namespaces import PREFIXES

SHAPES: dict[str, ox.RdfFormat] = {
    "shapes.ttl": ox.RdfFormat.TURTLE,
    "shapes.jsonld": ox.RdfFormat.JSON_LD,
    "shapes.nt": ox.RdfFormat.N_TRIPLES,
    "shapes.rdf": ox.RdfFormat.RDF_XML,
}
"""The names of the files, with their formats."""


def shape_file(turtle: bytes, name: str) -> bytes:
    """Return one of the files of shapes that are written in Turtle, the same bytes for the same shapes."""
    format = SHAPES[name]
    if format == ox.RdfFormat.TURTLE:
        return turtle
    dataset = ox.Dataset(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    triples = sorted((quad.triple for quad in dataset), key=str)
    return ox.serialize(triples, format=format, prefixes=PREFIXES) or b""
