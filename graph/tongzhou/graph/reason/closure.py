"""A closure: asserted triples, and what rules make of them, kept up as triples come and go."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.engine import Engine
from tongzhou.graph.reason.program import program_of
from tongzhou.graph.reason.proof import Contradiction, Derivation, Proof, Statement, Step
from tongzhou.graph.reason.proving import Inference, Search, ground, inferences
from tongzhou.graph.reason.retraction import retract
from tongzhou.graph.reason.rules import Rules
from tongzhou.graph.reason.state import dump_engine, load_engine
from tongzhou.graph.reason.trivial import Triviality

DEFAULT_LIMIT = 20_000_000
"""How many triples, and how many contradictions, a closure may hold: what some gigabytes of memory take."""


class Closure:
    """What follows from triples under rules.

    `add` and `remove` change what is asserted; all else follows them. `records` keeps for each inferred triple a rule
    and premises from which it follows; without them there are no derivations, and `remove` starts anew. A closure that
    would hold more than `limit` triples raises ReasoningError, and is of no use after that.
    """

    def __init__(self, rules: Rules, *, records: bool = True, limit: int = DEFAULT_LIMIT) -> None:
        """Begin with no triples."""
        self.rules = rules
        self._records = records
        self._limit = limit
        self.engine = self._new_engine()
        """The triples by numbers."""

    def _new_engine(self) -> Engine:
        program = program_of(self.rules, records=self._records)
        return Engine(program, (scan.id for scan in self.rules.scans), limit=self._limit)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Assert triples, and conclude what follows from them. Raises ReasoningError over the limit."""
        with _no_collection():
            self.engine.take(self.engine.dictionary.encode(triples))

    def assert_only(self, triples: Iterable[ox.Triple]) -> None:
        """Add and remove what makes these triples, in whatever order, and no others the asserted ones."""
        engine = self.engine
        wanted = set(engine.dictionary.encode_sorted(triples))
        before = {triple for triple in engine.store if engine.is_asserted(triple)}
        self.remove(list(engine.dictionary.decode(sorted(before - wanted))))
        self.add(list(engine.dictionary.decode(sorted(wanted - before))))

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """Take triples back, with what follows from nothing else. Triples that are not asserted are passed over."""
        engine = self.engine
        found = [self._find(Statement.of(triple)) for triple in triples]
        gone = dict.fromkeys(t for t in found if t is not None and engine.is_asserted(t))
        with _no_collection():
            if self._records:
                retract(engine, gone)
            else:
                kept = list(
                    engine.dictionary.decode(
                        t for t in engine.store if engine.is_asserted(t) and t not in gone
                    )
                )
                self.engine = self._new_engine()
                self.add(kept)

    def _find(self, statement: Statement) -> Numbers | None:
        return self.engine.dictionary.find(statement)

    def dump(self) -> bytes:
        """Return the whole state, for `load`."""
        return dump_engine(self.engine, self.rules)

    @classmethod
    def load(cls, data: bytes, rules: Rules, *, limit: int = DEFAULT_LIMIT) -> Closure:
        """Return the closure that was dumped. Raises ReasoningError where the state is spoilt or of other rules."""
        closure = cls(rules, limit=limit)
        with _no_collection():
            load_engine(closure.engine, rules, data)
        return closure

    # -- What there is ---------------------------------------------------------------------------------------------------

    def __contains__(self, triple: ox.Triple | Statement) -> bool:
        """Tell whether a triple is asserted or inferred."""
        return self._find(_statement(triple)) in self.engine.store.records

    def __len__(self) -> int:
        """Return how many triples are asserted or inferred, with those that RDF does not allow."""
        return sum(1 for _ in self.engine.store)

    def is_asserted(self, triple: ox.Triple | Statement) -> bool:
        """Tell whether a triple is asserted."""
        found = self._find(_statement(triple))
        return found is not None and self.engine.is_asserted(found)

    def asserted(self) -> Iterator[ox.Triple]:
        """Yield what is asserted."""
        engine = self.engine
        return engine.dictionary.decode(triple for triple in engine.store if engine.is_asserted(triple))

    def inferred(self, *, trivial: bool = False) -> Iterator[ox.Triple]:
        """Yield what is inferred and not asserted, in the order of inference.

        What is no RDF (a literal as subject, a blank node as predicate) never shows. Trivial ones show on demand: what
        `trivial.Triviality` lists.
        """
        engine = self.engine
        dictionary = engine.dictionary
        is_trivial = Triviality(dictionary).is_trivial
        return dictionary.decode(
            triple
            for triple in engine.store
            if not engine.is_asserted(triple)
            and not dictionary.is_literal(triple[0])
            and dictionary.is_iri(triple[1])
            and (trivial or not is_trivial(triple))
        )

    # -- Why -------------------------------------------------------------------------------------------------------------

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return the contradictions, sorted by rule and premises."""
        found = (
            Contradiction(
                rule,
                tuple(map(self._statement, premises if record is None else ground(self.engine, record))),
            )
            for (rule, premises), record in self.engine.clashes.items()
        )
        return tuple(sorted(found, key=lambda each: (each.rule, [str(premise) for premise in each.premises])))

    @property
    def fired(self) -> Mapping[str, int]:
        """Return how many triples, or contradictions, each rule is the recorded reason of."""
        engine = self.engine
        counts = Counter(rule for rule, _ in engine.clashes)
        for triple in engine.store:
            record = engine.store.records[triple]
            if isinstance(record, tuple):
                counts[engine.rule_of(record).id] += 1
        return counts

    def derivation(self, triple: ox.Triple | Statement) -> Derivation | None:
        """Return the recorded step to an inferred triple; None for what is asserted or not there."""
        found = self._find(_statement(triple))
        if found is None or self.engine.is_asserted(found) or found not in self.engine.store.records:
            return None
        return next(map(self._derivation, inferences(self.engine, found, is_thorough=False)), None)

    def derivations(self, triple: ox.Triple | Statement) -> Iterator[Derivation]:
        """Yield each single step to a triple from others that are there, found by running the rules backwards."""
        found = self._find(_statement(triple))
        if found is not None and found in self.engine.store.records:
            yield from map(self._derivation, inferences(self.engine, found))

    def proof(self, triple: ox.Triple | Statement) -> Proof | None:
        """Return a proof of a triple with as few steps as can be found; None where it is not there."""
        statement = _statement(triple)
        found = self._find(statement)
        if found is None or found not in self.engine.store.records:
            return None
        steps = Search(self.engine, [found]).steps([found])
        return Proof(statement, self._steps(steps))

    def proofs(self, triple: ox.Triple | Statement) -> Iterator[Proof]:
        """Yield a proof for each single step to a triple that can end one, the shortest first."""
        statement = _statement(triple)
        found = self._find(statement)
        if found is None or found not in self.engine.store.records:
            return
        ways = list(inferences(self.engine, found))
        search = Search(self.engine, (premise for _, premises in ways for premise in premises), banned=found)
        proofs = [
            Proof(statement, self._steps({**search.steps(premises), found: (rule, premises)}))
            for rule, premises in ways
            if search.costs.keys() >= set(premises)
        ]
        yield from sorted(proofs, key=len)

    def refutation(self, contradiction: Contradiction) -> Proof:
        """Return how a contradiction of this closure follows, with as few steps as can be found."""
        found = [self._find(premise) for premise in contradiction.premises]
        goals = [triple for triple in found if triple is not None]
        steps = self._steps(Search(self.engine, goals).steps(goals))
        return Proof(None, (*steps, Step(None, contradiction.rule, contradiction.premises)))

    def _steps(self, steps: Mapping[Numbers, Inference]) -> tuple[Step, ...]:
        return tuple(
            Step(self._statement(triple), rule, tuple(map(self._statement, premises)))
            for triple, (rule, premises) in steps.items()
        )

    def _derivation(self, inference: Inference) -> Derivation:
        return Derivation(inference[0], tuple(map(self._statement, inference[1])))

    def _statement(self, triple: Numbers) -> Statement:
        s, p, o = map(self.engine.dictionary.term, triple)
        return Statement(s, p, o)


def _statement(triple: ox.Triple | Statement) -> Statement:
    return Statement.of(triple) if isinstance(triple, ox.Triple) else triple


@contextmanager
def _no_collection() -> Generator[None]:
    """Keep the garbage collector from walking millions of tuples that hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
