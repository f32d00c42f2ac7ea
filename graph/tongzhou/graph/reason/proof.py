"""Why something follows: statements, single steps, contradictions, and proofs as graphs of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Statement(NamedTuple):
    """A triple of a proof. Unlike RDF, it may have a literal as subject or a blank node as predicate: rules use such."""

    subject: Term
    predicate: Term
    object: Term

    @classmethod
    def of(cls, triple: ox.Triple) -> Statement:
        """Return a triple as a statement."""
        return cls(triple.subject, triple.predicate, triple.object)

    @property
    def triple(self) -> ox.Triple | None:
        """Return the triple, or None where it is no RDF."""
        if isinstance(self.subject, ox.NamedNode | ox.BlankNode) and isinstance(self.predicate, ox.NamedNode):
            return ox.Triple(self.subject, self.predicate, self.object)
        return None

    def __str__(self) -> str:
        """Word the statement as a line of N-Triples without its full stop."""
        return f"{self.subject} {self.predicate} {self.object}"


class Derivation(NamedTuple):
    """One step: a rule, and the premises in the order of its body. A list is there with the cells that make it."""

    rule: str
    premises: tuple[Statement, ...]


class Contradiction(NamedTuple):
    """What can't be true together, and the rule that says so."""

    rule: str
    premises: tuple[Statement, ...]


class Step(NamedTuple):
    """A step of a proof: a conclusion, None for a contradiction, by a rule from premises."""

    conclusion: Statement | None
    rule: str
    premises: tuple[Statement, ...]


@dataclass(frozen=True)
class Proof:
    """How a conclusion follows from what is asserted.

    `steps` has each inferred statement once, before the steps that use it; the last one has the conclusion. A proof of
    something asserted has no steps.
    """

    conclusion: Statement | None
    steps: tuple[Step, ...]

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self.steps)

    def step_to(self, statement: Statement | None) -> Step | None:
        """Return the step that concludes a statement; None for one that is asserted."""
        return next((step for step in self.steps if step.conclusion == statement), None)

    @property
    def leaves(self) -> tuple[Statement, ...]:
        """Return the asserted statements that the proof rests on, in the order of their first use."""
        if not self.steps:
            return () if self.conclusion is None else (self.conclusion,)
        concluded = {step.conclusion for step in self.steps}
        used = (premise for step in self.steps for premise in step.premises)
        return tuple(dict.fromkeys(premise for premise in used if premise not in concluded))

    def from_the_conclusion(self) -> Iterator[tuple[int, Step]]:
        """Yield the steps from the conclusion down, each once, with its depth: the order of a tree with lemmas."""
        by_conclusion = {step.conclusion: step for step in self.steps}
        waiting = [(0, by_conclusion[self.conclusion])] if self.steps else []
        seen: set[Statement | None] = set()
        while waiting:
            depth, step = waiting.pop()
            if step.conclusion not in seen:
                seen.add(step.conclusion)
                yield depth, step
                below = [by_conclusion[p] for p in step.premises if p in by_conclusion]
                waiting += [(depth + 1, each) for each in reversed(below)]
