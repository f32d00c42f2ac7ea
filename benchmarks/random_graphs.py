"""Make small random graphs of every construct of OWL 2 RL, in which anything may meet anything.

A graph is a number of pieces: an assertion, an axiom, a class expression, each over the same few individuals, classes and
properties. `random_graph` makes one by chance alone; the tests let hypothesis choose the pieces, which can shrink them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import count

import pyoxigraph as ox

from tongzhou.graph.namespaces import OWL, RDF, RDFS, TZ, XSD

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal
EXAMPLE = "http://example.org/"

_TYPE, _NIL = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{RDF}nil")
_INTEGERS = ("nonNegativeInteger", "integer", "int", "unsignedByte")
_LITERALS = [
    ox.Literal("a"),
    ox.Literal("b"),
    ox.Literal("a", language="en"),
    ox.Literal("1", datatype=ox.NamedNode(f"{XSD}integer")),
    ox.Literal("2", datatype=ox.NamedNode(f"{XSD}integer")),
    ox.Literal("two", datatype=ox.NamedNode(f"{XSD}integer")),
]


class Pieces:
    """Makes pieces of a graph from a source of chance. Things that come out often meet; strange ones are rare."""

    def __init__(self, chance: random.Random, *, things: int = 4, strange: float = 0.03) -> None:
        """Use so many individuals, classes and properties of each kind, and a share of strange arguments."""
        self.chance = chance
        self.things = things
        self.strange = strange
        self._labels = count()

    def make(self, kind: str) -> list[ox.Triple]:
        """Return the triples of a piece of one of KINDS."""
        return list(KINDS[kind](self))

    def individual(self) -> Node:
        """Return an individual, named or not."""
        return self._thing("i")

    def class_(self) -> Node:
        """Return a class, named or not; rarely Thing or Nothing."""
        if self._is_strange():
            return ox.NamedNode(OWL + self.chance.choice(["Thing", "Nothing"]))
        return self._thing("C")

    def property_(self) -> ox.NamedNode:
        """Return a property; rarely one of the language itself."""
        if self._is_strange():
            return ox.NamedNode(
                self.chance.choice(
                    [f"{RDF}type", f"{RDFS}subClassOf", f"{OWL}sameAs", f"{RDFS}subPropertyOf"]
                )
            )
        return ox.NamedNode(f"{EXAMPLE}p{self.chance.randrange(self.things)}")

    def property_node(self) -> Node:
        """Return a property where it is the subject or object; rarely a blank node."""
        return ox.BlankNode(f"p{self.chance.randrange(2)}") if self._is_strange() else self.property_()

    def literal(self) -> ox.Literal:
        """Return a literal."""
        return self.chance.choice(_LITERALS)

    def number(self) -> ox.Literal:
        """Return 0 or 1 in one of its spellings."""
        return ox.Literal(
            self.chance.choice(["0", "1", "1", "01"]),
            datatype=ox.NamedNode(XSD + self.chance.choice(_INTEGERS)),
        )

    def list_(self, members: Sequence[Term]) -> tuple[Node, list[ox.Triple]]:
        """Return the head and the triples of a list."""
        cells: list[Node] = [self.new() for _ in members]
        triples: list[ox.Triple] = []
        for cell, member, rest in zip(cells, members, [*cells[1:], _NIL], strict=True):
            triples += [triple(cell, f"{RDF}first", member), triple(cell, f"{RDF}rest", rest)]
        return (cells[0] if cells else _NIL), triples

    def new(self) -> ox.BlankNode:
        """Return a blank node that nothing else has."""
        return ox.BlankNode(f"n{next(self._labels)}")

    def some(self, make: Callable[[], Term], least: int = 1, most: int = 3) -> list[Term]:
        """Return some terms."""
        return [make() for _ in range(self.chance.randint(least, most))]

    def _thing(self, kind: str) -> Node:
        number = self.chance.randrange(self.things + 1)
        return ox.BlankNode(kind) if number == self.things else ox.NamedNode(f"{EXAMPLE}{kind}{number}")

    def _is_strange(self) -> bool:
        return self.chance.random() < self.strange


def triple(subject: Node, predicate: str, value: Term) -> ox.Triple:
    """Return a triple whose predicate is given by its IRI."""
    return ox.Triple(subject, ox.NamedNode(predicate), value)


Maker = Callable[[Pieces], Iterator[ox.Triple]]


def _relation(name: str, *ends: Callable[[Pieces], Term]) -> Maker:
    """Return what makes one triple of a property between two terms."""

    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        subject, value = (end(pieces) for end in ends)
        assert not isinstance(subject, ox.Literal)
        yield triple(subject, name, value)

    return make


def _is_a(kind: str, subject: Callable[[Pieces], Node]) -> Maker:
    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        yield ox.Triple(subject(pieces), _TYPE, ox.NamedNode(kind))

    return make


def _with_list(
    name: str, subject: Callable[[Pieces], Node], member: Callable[[Pieces], Term], *, most: int = 3
) -> Maker:
    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        head, triples = pieces.list_(pieces.some(lambda: member(pieces), 1, most))
        yield triple(subject(pieces), name, head)
        yield from triples

    return make


def _all(kind: str, names: Sequence[str], member: Callable[[Pieces], Term]) -> Maker:
    """Return what makes an axiom of all members of a list."""

    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        node = pieces.new()
        head, triples = pieces.list_(pieces.some(lambda: member(pieces), 2, 4))
        yield ox.Triple(node, _TYPE, ox.NamedNode(OWL + kind))
        yield triple(node, OWL + pieces.chance.choice(names), head)
        yield from triples

    return make


def _restriction(name: str, filler: Callable[[Pieces], Term], *, on_class: bool = False) -> Maker:
    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        node = pieces.class_()
        yield triple(node, f"{OWL}onProperty", pieces.property_node())
        yield triple(node, OWL + name, filler(pieces))
        if on_class:
            thing = pieces.chance.random() < 0.3
            yield triple(node, f"{OWL}onClass", ox.NamedNode(f"{OWL}Thing") if thing else pieces.class_())

    return make


def _assertion(pieces: Pieces) -> Iterator[ox.Triple]:
    yield ox.Triple(pieces.individual(), pieces.property_(), pieces.individual())


def _value(pieces: Pieces) -> Iterator[ox.Triple]:
    yield ox.Triple(pieces.individual(), pieces.property_(), pieces.literal())


def _negative(target: str, value: Callable[[Pieces], Term]) -> Maker:
    def make(pieces: Pieces) -> Iterator[ox.Triple]:
        node = pieces.new()
        yield triple(node, f"{OWL}sourceIndividual", pieces.individual())
        yield triple(node, f"{OWL}assertionProperty", pieces.property_node())
        yield triple(node, OWL + target, value(pieces))

    return make


def _moved_members(pieces: Pieces) -> Iterator[ox.Triple]:
    """Yield what the project's own rule asks for, now and then with another association."""
    action, association, members = pieces.individual(), pieces.individual(), pieces.individual()
    yield triple(action, f"{TZ}agent", association)
    yield triple(action, f"{TZ}mobilised", members)
    yield triple(members, f"{TZ}membersOf", pieces.chance.choice([association, pieces.individual()]))


_INDIVIDUAL, _CLASS, _PROPERTY = Pieces.individual, Pieces.class_, Pieces.property_node
_MEMBERS = ("members",)

KINDS: dict[str, Maker] = {
    "type": _relation(f"{RDF}type", _INDIVIDUAL, _CLASS),
    "assertion": _assertion,
    "value": _value,
    "sameAs": _relation(f"{OWL}sameAs", _INDIVIDUAL, _INDIVIDUAL),
    "differentFrom": _relation(f"{OWL}differentFrom", _INDIVIDUAL, _INDIVIDUAL),
    "AllDifferent": _all("AllDifferent", ("members", "distinctMembers"), _INDIVIDUAL),
    "subPropertyOf": _relation(f"{RDFS}subPropertyOf", _PROPERTY, _PROPERTY),
    "equivalentProperty": _relation(f"{OWL}equivalentProperty", _PROPERTY, _PROPERTY),
    "inverseOf": _relation(f"{OWL}inverseOf", _PROPERTY, _PROPERTY),
    "propertyDisjointWith": _relation(f"{OWL}propertyDisjointWith", _PROPERTY, _PROPERTY),
    "domain": _relation(f"{RDFS}domain", _PROPERTY, _CLASS),
    "range": _relation(f"{RDFS}range", _PROPERTY, _CLASS),
    **{
        kind: _is_a(OWL + kind, _PROPERTY)
        for kind in (
            *("FunctionalProperty", "InverseFunctionalProperty", "SymmetricProperty", "AsymmetricProperty"),
            *("IrreflexiveProperty", "TransitiveProperty", "ObjectProperty", "DatatypeProperty"),
        )
    },
    "propertyChainAxiom": _with_list(f"{OWL}propertyChainAxiom", _PROPERTY, _PROPERTY),
    "hasKey": _with_list(f"{OWL}hasKey", _CLASS, _PROPERTY, most=2),
    "AllDisjointProperties": _all("AllDisjointProperties", _MEMBERS, _PROPERTY),
    "negative": _negative("targetIndividual", _INDIVIDUAL),
    "negativeValue": _negative("targetValue", Pieces.literal),
    "Class": _is_a(f"{OWL}Class", _CLASS),
    "subClassOf": _relation(f"{RDFS}subClassOf", _CLASS, _CLASS),
    "equivalentClass": _relation(f"{OWL}equivalentClass", _CLASS, _CLASS),
    "disjointWith": _relation(f"{OWL}disjointWith", _CLASS, _CLASS),
    "complementOf": _relation(f"{OWL}complementOf", _CLASS, _CLASS),
    "AllDisjointClasses": _all("AllDisjointClasses", _MEMBERS, _CLASS),
    "intersectionOf": _with_list(f"{OWL}intersectionOf", _CLASS, _CLASS),
    "unionOf": _with_list(f"{OWL}unionOf", _CLASS, _CLASS),
    "oneOf": _with_list(f"{OWL}oneOf", _CLASS, _INDIVIDUAL),
    "someValuesFrom": _restriction("someValuesFrom", _CLASS),
    "allValuesFrom": _restriction("allValuesFrom", _CLASS),
    "hasValue": _restriction("hasValue", _INDIVIDUAL),
    "hasLiteral": _restriction("hasValue", Pieces.literal),
    "maxCardinality": _restriction("maxCardinality", Pieces.number),
    "maxQualifiedCardinality": _restriction("maxQualifiedCardinality", Pieces.number, on_class=True),
    "own-members": _moved_members,
}
"""What makes each kind of piece."""

FREQUENT = ("type", "assertion", "assertion", "value")
"""Kinds that a graph has more often than the others."""


def random_graph(chance: random.Random, *, pieces: int = 30, strange: float = 0.03) -> list[ox.Triple]:
    """Make a graph of some of KINDS: not of all, for where all meet, everything is equal to everything soon."""
    kinds = chance.sample(list(KINDS), chance.randint(4, 16))
    made = Pieces(chance, things=chance.randint(3, 6), strange=strange)
    drawn = [chance.choice(kinds if chance.random() < 0.6 else FREQUENT) for _ in range(pieces)]
    return list(dict.fromkeys(triple for kind in drawn for triple in made.make(kind)))
