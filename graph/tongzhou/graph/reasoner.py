"""The step of a build that infers: it goes on from the closure that the last build kept, and locates contradictions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.entailment import Entailment, entailment_of_closure
from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.explanation import Places, locate
from tongzhou.graph.reason import Closure, ContradictionError, Rules, inferred_quads, load_rules
from tongzhou.graph.steps import Steps


class Reasoner:
    """Infers, going on from the closure that the last build kept where it was made by the same rules."""

    def __init__(
        self, steps: Steps, rules: Path, entailment: str, dataset: ox.Dataset, located: Callable[[], Places]
    ) -> None:
        """Keep the folder of the rules, the choice of them, what is asserted, and who tells where it stands."""
        self._steps = steps
        self._folder = rules
        self._entailment = entailment
        self._dataset = dataset
        self._located = located

    def infer(self) -> ox.Dataset:
        """Return the inferred graph.

        Raises SourceError, ReasoningError, and ContradictionError with the file and line of each contradiction.
        """
        try:
            return inferred_quads(self._closure)
        except ContradictionError as error:
            raise locate(error, self._closure, self._dataset, self._located()) from error

    def entailment(self, inferred: ox.Dataset) -> Entailment:
        """Return by which rules the inferred graph follows."""
        return entailment_of_closure(self._entailment, self._closure, (quad.triple for quad in inferred))

    def dump(self) -> bytes:
        """Return the closure, for the next build and for proofs."""
        return self._closure.dump()

    @cached_property
    def _closure(self) -> Closure:
        closure = self._former(load_rules([self._folder]).regime(self._entailment))
        closure.assert_only(quad.triple for quad in self._dataset)
        return closure

    def _former(self, rules: Rules) -> Closure:
        kept = self._steps.former_file("closure")
        try:
            return Closure(rules) if kept is None else Closure.load(kept, rules)
        except ReasoningError:  # of other rules, or spoilt
            return Closure(rules)
