"""Walks the ontology over the grammar of OWL 2 RL (OWL 2 Profiles §4.2) and names what the profile forbids.

Axioms are read from triples by the OWL 2 mapping to RDF graphs. RL tells three positions of a class expression apart: where
a subclass stands, where a superclass stands, and where an equivalent class stands; each allows other constructs. The axioms
without class expressions, and what OWL 2 DL asks on top, are in `profile_axioms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import RDF, RDFS
from tongzhou.graph.profile_axioms import data_ranges, declarations, property_axioms
from tongzhou.graph.profile_triples import Term, Triples, iri

_THING = ox.NamedNode(iri("Thing"))
_BOOLEANS = ("intersectionOf", "unionOf", "complementOf", "oneOf")
_CONSTRUCTS = (
    *("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf"),
    *("minCardinality", "maxCardinality", "cardinality"),
    *("minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality"),
    *_BOOLEANS,
)
_REMEDIES = {
    "a subclass": "There, use names, intersection, union, owl:oneOf, owl:someValuesFrom or owl:hasValue.",
    "a superclass": (
        "There, use names, intersection, complement, owl:allValuesFrom, owl:hasValue or at most 0 or 1."
    ),
    "an equivalent class": "There, use names, intersection or owl:hasValue.",
}


def check_profile(quads: Iterable[ox.Quad]) -> list[Fault]:
    """Return a fault for each construct of the ontology's quads that OWL 2 RL forbids, by term."""
    triples = Triples(quads)
    found = {*_ClassAxioms(triples).faults(), *property_axioms(triples)}
    found |= {*data_ranges(triples), *declarations(triples)}
    return sorted(found, key=str)


class _ClassAxioms:
    """The axioms that hold class expressions (§4.2.5) and the expressions in their positions (§4.2.3).

    Every method takes the expression and `on`: the terms that a fault hangs on, the first with a name before the others.
    """

    def __init__(self, triples: Triples) -> None:
        self._triples = triples
        self._seen: set[tuple[str, Term, tuple[Term, ...]]] = set()

    def faults(self) -> Iterator[Fault]:
        """Check every axiom that holds class expressions."""
        having = self._triples.having
        for low, high in having(f"{RDFS}subClassOf"):
            yield from self.subclass(low, (low, high))
            yield from self.superclass(high, (low, high))
        for pair in having("equivalentClass"):
            if not any(map(self._triples.is_data_range, pair)):
                for expression in pair:
                    yield from self.equivalent(expression, pair)
        for pair in having("disjointWith"):
            for expression in pair:
                yield from self.subclass(expression, pair)
        for axiom in self._triples.of_type("AllDisjointClasses"):
            for head in self._triples.values(axiom, "members"):
                members = tuple(self._triples.items(head))
                for member in members:
                    yield from self.subclass(member, (member, *members))
        yield from self._single_positions()
        yield from self._definitions()

    def _single_positions(self) -> Iterator[Fault]:
        """Check the axioms with one class expression, and the disjoint union, which RL lacks."""
        having = self._triples.having
        for subject, _ in having("disjointUnionOf"):
            yield self._triples.fault(
                subject, "owl:disjointUnionOf", "Write subclass and disjointness axioms."
            )
        for subject, head in having("hasKey"):
            yield from self.subclass(subject, (subject, *self._triples.items(head)))
        annotations = set(self._triples.of_type("AnnotationProperty"))
        for subject, value in having(f"{RDFS}domain", f"{RDFS}range"):
            if subject not in annotations and not self._triples.is_data_range(value):
                yield from self.superclass(value, (subject,))
        for subject, value in having(f"{RDF}type"):
            if isinstance(value, ox.BlankNode) or value == _THING:
                yield from self.superclass(value, (subject,))

    def _definitions(self) -> Iterator[Fault]:
        """Check `:A owl:unionOf (…)` and the like: on a class with a name, an equivalence by another spelling."""
        for name in _BOOLEANS:
            for subject, value in self._triples.having(name):
                if isinstance(subject, ox.NamedNode) and not self._triples.is_data_range(subject):
                    yield from self._equivalent_construct(name, value, (subject,))

    def subclass(self, expression: Term, on: tuple[Term, ...]) -> Iterator[Fault]:
        """Check an expression where a subclass stands (subClassExpression)."""
        for name, value in self._constructs(expression, "a subclass", on):
            if name in ("intersectionOf", "unionOf"):
                for member in self._triples.items(value):
                    yield from self.subclass(member, on)
            elif name == "someValuesFrom":
                if value != _THING and not self._triples.is_data_range(value):
                    yield from self.subclass(value, on)
            elif name not in ("", "oneOf", "hasValue"):
                yield self._misplaced(name, "a subclass", on)

    def superclass(self, expression: Term, on: tuple[Term, ...]) -> Iterator[Fault]:
        """Check an expression where a superclass stands (superClassExpression)."""
        for name, value in self._constructs(expression, "a superclass", on):
            if name == "intersectionOf":
                for member in self._triples.items(value):
                    yield from self.superclass(member, on)
            elif name == "complementOf":
                yield from self.subclass(value, on)
            elif name == "allValuesFrom":
                if not self._triples.is_data_range(value):
                    yield from self.superclass(value, on)
            elif name in ("maxCardinality", "maxQualifiedCardinality"):
                yield from self._at_most(expression, name, value, on)
            elif name not in ("", "hasValue"):
                yield self._misplaced(name, "a superclass", on)

    def equivalent(self, expression: Term, on: tuple[Term, ...]) -> Iterator[Fault]:
        """Check an expression where an equivalent class stands (equivClassExpression)."""
        for name, value in self._constructs(expression, "an equivalent class", on):
            yield from self._equivalent_construct(name, value, on)

    def _equivalent_construct(self, name: str, value: Term, on: tuple[Term, ...]) -> Iterator[Fault]:
        if name == "intersectionOf":
            for member in self._triples.items(value):
                yield from self.equivalent(member, on)
        elif name not in ("", "hasValue"):
            yield self._misplaced(name, "an equivalent class", on)

    def _at_most(self, expression: Term, name: str, count: Term, on: tuple[Term, ...]) -> Iterator[Fault]:
        if not isinstance(count, ox.Literal) or count.value not in {"0", "1"}:
            remedy = "Only 'at most 0' and 'at most 1' are in RL."
            yield self._triples.fault(on, f"owl:{name} other than 0 or 1", remedy)
        for filler in self._triples.values(expression, "onClass"):
            if filler != _THING:
                yield from self.subclass(filler, on)

    def _constructs(self, expression: Term, position: str, on: tuple[Term, ...]) -> list[tuple[str, Term]]:
        """Return the constructs of a class expression with their values; the construct of a class by its name is "".

        One that was met before in the same place has none, so that the walk ends where an expression holds itself.
        """
        if isinstance(expression, ox.NamedNode):
            return [("owl:Thing" if expression == _THING else "", expression)]
        if (position, expression, on) in self._seen:
            return []
        self._seen.add((position, expression, on))
        found = [(name, value) for name in _CONSTRUCTS for value in self._triples.values(expression, name)]
        return found or [("an unknown expression", expression)]

    def _misplaced(self, name: str, position: str, on: tuple[Term, ...]) -> Fault:
        construct = f"owl:{name}" if name in _CONSTRUCTS else name
        return self._triples.fault(on, f"{construct} where {position} stands", _REMEDIES[position])
