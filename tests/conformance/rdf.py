"""A small graph that is asked for one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pyoxigraph as ox

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"

Node: TypeAlias = ox.NamedNode | ox.BlankNode
Value: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal


class Description:
    """An RDF graph with the few look-ups that manifests and result sets need."""

    def __init__(self, triples: Iterator[ox.Quad]) -> None:
        """Keep what is given by subject and predicate, in the order of the document."""
        self._objects: dict[tuple[Node, str], list[Value]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                continue
            self._objects.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)

    @classmethod
    def parse(cls, document: bytes, base: str) -> Description:
        """Read Turtle. Raises SyntaxError."""
        return cls(ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri=base))

    def objects(self, subject: Node, predicate: str) -> list[Value]:
        """Return the objects, none where there are none."""
        return self._objects.get((subject, predicate), [])

    def all_of(self, predicate: str) -> list[Node]:
        """Return the objects of a predicate whatever the subject is."""
        found = [values for (_, name), values in self._objects.items() if name == predicate]
        return [value for values in found for value in values if not isinstance(value, ox.Literal)]

    def subjects(self, predicate: str) -> list[Node]:
        """Return what has a predicate."""
        return [subject for subject, name in self._objects if name == predicate]

    def one(self, subject: Node, predicate: str) -> Node:
        """Return the only object, a node. Raises ValueError where there are others or none."""
        values = self.objects(subject, predicate)
        if len(values) != 1 or isinstance(values[0], ox.Literal):
            raise ValueError(
                f"{subject} has {len(values)} of <{predicate}>, or a literal; one node is needed"
            )
        return values[0]

    def text(self, subject: Node, predicate: str) -> str:
        """Return the only object's text. Raises ValueError where there are others or none."""
        values = self.objects(subject, predicate)
        if len(values) != 1:
            raise ValueError(f"{subject} has {len(values)} of <{predicate}>; one is needed")
        return values[0].value

    def kind(self, subject: Node) -> str:
        """Return the local name of the kind of a test; SPARQL 1.1 puts `11` behind those of syntax."""
        kinds = [
            value.value.rpartition("#")[2].removesuffix("11") for value in self.objects(subject, RDF + "type")
        ]
        if len(kinds) != 1:
            raise ValueError(f"{subject} has the kinds {kinds}; one is needed")
        return kinds[0]

    def members(self, node: Node) -> list[ox.NamedNode]:
        """Return the IRIs of a list. Raises ValueError for a member that is none."""
        items = list(self.items(node))
        iris = [item for item in items if isinstance(item, ox.NamedNode)]
        if len(iris) != len(items):
            raise ValueError(f"{node} is a list of which only {len(iris)} of {len(items)} members are IRIs")
        return iris

    def items(self, node: Node) -> Iterator[Value]:
        """Give the members of a list."""
        while node.value != RDF + "nil":
            (first,) = self.objects(node, RDF + "first")
            yield first
            node = self.one(node, RDF + "rest")
