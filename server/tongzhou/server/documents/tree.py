"""A document as plain JSON: one tree that begins with the thing, for programs that know no RDF. It is JSON-LD all the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast

import pyoxigraph as ox
from pyld import jsonld

from tongzhou.graph.export import serialise


def tree_of(iri: str, quads: Iterable[ox.Quad]) -> bytes:
    """Return the quads, of whatever graph, as an object with its parts, passages and labels inside it."""
    merge = [
        ox.Quad(triple.subject, triple.predicate, triple.object) for triple in {quad.triple for quad in quads}
    ]
    document = json.loads(serialise(merge, "jsonld"))
    frame = {"@context": document["@context"], "@id": iri}
    options: Any = {"embed": "@once", "omitGraph": True, "omitDefault": True}
    tree = cast("dict[str, Any]", jsonld.frame(document, frame, options))
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()
