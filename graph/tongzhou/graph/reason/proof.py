"""Why something follows: statements, single steps, contradictions, and proofs as graphs of steps."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Statement(NamedTuple):
    """A triple of a proof. Unlike RDF, a literal may be its subject and a blank node its predicate: rules pass over such.

    Equal to another statement with the same terms.
    """

    subject: Term
    predicate: Term
    object: Term

    @classmethod
    def of(cls, triple: ox.Triple) -> Statement:
        """Return a triple as a statement."""
        return cls(triple.subject, triple.predicate, triple.object)

    @property
    def triple(self) -> ox.Triple | None:
        """Return the triple, or None where RDF does not allow it."""
        if isinstance(self.subject, ox.NamedNode | ox.BlankNode) and isinstance(self.predicate, ox.NamedNode):
            return ox.Triple(self.subject, self.predicate, self.object)
        return None

    def __str__(self) -> str:
        """Word the statement as a line of N-Triples, without its full stop."""
        return f"{self.subject} {self.predicate} {self.object}"


class Derivation(NamedTuple):
    """One step: a rule, and the premises in the order of its body. A list is there with the cells that make it."""

    rule: str
    premises: tuple[Statement, ...]


class Contradiction(NamedTuple):
    """What can't be true together, by which rule."""

    rule: str
    premises: tuple[Statement, ...]
