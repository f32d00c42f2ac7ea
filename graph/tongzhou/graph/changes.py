"""What a release changed against the one before it, in triples of the merge and in numbers for each graph.

The former release's N-Triples, without what was removed and with what was added, are the new one's. Blank nodes of the
ontology are labelled anew where it changed (RDFC-1.0), so that such a change takes some of its axioms out and in again.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.export import serialise

ADDED = "added.nt.gz"
REMOVED = "removed.nt.gz"


@dataclass(frozen=True)
class Changes:
    """Triples that came and went; `graphs` has both numbers for each graph that changed."""

    added: frozenset[ox.Triple]
    removed: frozenset[ox.Triple]
    graphs: Mapping[str, tuple[int, int]]

    def files(self) -> dict[str, bytes]:
        """Return the files of a release that hold the changes: sorted N-Triples, compressed, the same bytes each time."""
        return {ADDED: _compressed(self.added), REMOVED: _compressed(self.removed)}

    def summary(self) -> dict[str, object]:
        """Return the numbers, as the manifest has them."""
        graphs = {name: {"added": came, "removed": went} for name, (came, went) in self.graphs.items()}
        return {"added": len(self.added), "removed": len(self.removed), "graphs": graphs}


def changes_between(former: Iterable[ox.Quad], present: Iterable[ox.Quad]) -> Changes:
    """Compare the named graphs of two releases."""
    old, new = set(former), set(present)
    old_triples, new_triples = {quad.triple for quad in old}, {quad.triple for quad in new}
    came, went = _count_by_graph(new - old), _count_by_graph(old - new)
    return Changes(
        frozenset(new_triples - old_triples),
        frozenset(old_triples - new_triples),
        {name: (came[name], went[name]) for name in sorted({*came, *went})},
    )


def _count_by_graph(quads: Iterable[ox.Quad]) -> Counter[str]:
    return Counter(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode))


def _compressed(triples: Iterable[ox.Triple]) -> bytes:
    quads = (ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return gzip.compress(serialise(quads, "ntriples"), mtime=0)
