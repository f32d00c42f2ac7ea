"""Closes N-Triples from standard input under OWL 2 RL with owlrl, and prints what was added as N-Triples.

A program of its own (`python -m tongzhou.graph.reason.owlrl_closure`): owlrl rebinds rdflib's datatypes for the whole process.
Triples whose subject is a literal are no RDF, and left out.
"""

from __future__ import annotations

import sys

from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import Graph, Literal


def main() -> None:
    """Read, close, and write the difference."""
    graph = Graph()
    graph.parse(data=sys.stdin.buffer.read(), format="nt")
    asserted = set(graph)
    closure = DeductiveClosure(
        OWLRL_Semantics,
        rdfs_closure=False,
        axiomatic_triples=False,
        datatype_axioms=False,
        improved_datatypes=False,
    )
    closure.expand(graph)
    added = Graph()
    for triple in set(graph) - asserted:
        if not isinstance(triple[0], Literal):
            added.add(triple)
    sys.stdout.buffer.write(added.serialize(format="nt", encoding="utf-8"))


if __name__ == "__main__":
    main()
