"""The VoID description of a release, as a server publishes it: the meta graph, and where the server has the data.

Source: https://www.w3.org/TR/void/.
"""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from tongzhou.graph.meta import DATASET
from tongzhou.graph.namespaces import META_GRAPH, PREFIXES, RDF
from tongzhou.graph.release import Release

_VOID = PREFIXES["void"]
_FOAF = PREFIXES["foaf"]
_IN_META = f" <{META_GRAPH}> .\n".encode()


def describe_void(release: Release, *, root: str) -> list[ox.Triple]:
    """Return the description; `root` is the address of the server, with a slash at its end.

    Raises OSError where the dump of the release can't be read.
    """
    document = f"{root}.well-known/void"
    links = (
        (document, f"{RDF}type", f"{_VOID}DatasetDescription"),
        (document, f"{_FOAF}primaryTopic", DATASET),
        (DATASET, f"{_VOID}sparqlEndpoint", f"{root}sparql"),
        (DATASET, f"{_FOAF}homepage", root),
        (DATASET, f"{_VOID}rootResource", f"{root}catalog"),
    )
    written = (ox.Triple(*map(ox.NamedNode, link)) for link in links)
    return [*meta_triples(release), *written]


@lru_cache(maxsize=2)
def meta_triples(release: Release) -> tuple[ox.Triple, ...]:
    """Return the triples of the meta graph, from the N-Quads dump: its lines are told by their end."""
    with (release.path / "tongzhou.nq").open("rb") as dump:
        lines = b"".join(line for line in dump if line.endswith(_IN_META))
    return tuple(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS))
