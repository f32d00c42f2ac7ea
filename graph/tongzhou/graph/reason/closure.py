"""A closure: asserted triples, and what rules make of them, kept up as triples come and go."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from tongzhou.graph.reason.conditions import MEMBER, Record
from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.engine import Engine
from tongzhou.graph.reason.program import program_of
from tongzhou.graph.reason.proof import Contradiction, Derivation, Statement
from tongzhou.graph.reason.retraction import retract
from tongzhou.graph.reason.rules import Rules
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
        self._engine = self._new_engine()

    def _new_engine(self) -> Engine:
        program = program_of(self.rules, records=self._records)
        return Engine(program, (scan.id for scan in self.rules.scans), limit=self._limit)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Assert triples, and conclude what follows from them. Raises ReasoningError over the limit."""
        with _no_collection():
            self._engine.take(self._engine.dictionary.encode(triples))

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """Take triples back, with what follows from nothing else. Triples that are not asserted are passed over."""
        engine = self._engine
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
                self._engine = self._new_engine()
                self.add(kept)

    def _find(self, statement: Statement) -> Numbers | None:
        return self._engine.dictionary.find(statement)

    # -- What there is ---------------------------------------------------------------------------------------------------

    def __contains__(self, triple: ox.Triple | Statement) -> bool:
        """Tell whether a triple is asserted or inferred."""
        return self._find(_statement(triple)) in self._engine.store.records

    def __len__(self) -> int:
        """Return how many triples are asserted or inferred, with those that RDF does not allow."""
        return sum(1 for _ in self._engine.store)

    def is_asserted(self, triple: ox.Triple | Statement) -> bool:
        """Tell whether a triple is asserted."""
        found = self._find(_statement(triple))
        return found is not None and self._engine.is_asserted(found)

    def asserted(self) -> Iterator[ox.Triple]:
        """Yield what is asserted."""
        engine = self._engine
        return engine.dictionary.decode(triple for triple in engine.store if engine.is_asserted(triple))

    def inferred(self, *, trivial: bool = False) -> Iterator[ox.Triple]:
        """Yield what is inferred and not asserted, in the order of inference.

        What is no RDF (a literal as subject, a blank node as predicate) never shows. Trivial ones show on demand: what
        `trivial.Triviality` lists.
        """
        engine = self._engine
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
            Contradiction(rule, self._statements(premises))
            for (rule, _), premises in self._engine.clashes.items()
        )
        return tuple(sorted(found, key=lambda each: (each.rule, [str(premise) for premise in each.premises])))

    @property
    def fired(self) -> Mapping[str, int]:
        """Return how many triples, or contradictions, each rule is the recorded reason of."""
        engine = self._engine
        counts = Counter(rule for rule, _ in engine.clashes)
        for triple in engine.store:
            record = engine.store.records[triple]
            if isinstance(record, tuple):
                counts[engine.program.rules[record[0]].id] += 1
        return counts

    def derivation(self, triple: ox.Triple | Statement) -> Derivation | None:
        """Return the recorded step to an inferred triple; None for what is asserted or not there."""
        found = self._find(_statement(triple))
        if found is None or self._engine.is_asserted(found):
            return None
        record = self._engine.store.records.get(found)
        return self._derivation(record) if isinstance(record, tuple) else None

    def derivations(self, triple: ox.Triple | Statement) -> Iterator[Derivation]:
        """Yield each step from what is there to a triple, found by running the rules backwards."""
        found = self._find(_statement(triple))
        if found in self._engine.store.records and found is not None:
            seen: set[Derivation] = set()
            for record in self._engine.derivations(found):
                derivation = self._derivation(record)
                if derivation not in seen:
                    seen.add(derivation)
                    yield derivation

    def _derivation(self, record: Record) -> Derivation:
        engine = self._engine
        return Derivation(engine.program.rules[record[0]].id, self._statements(engine.premises(record)))

    def _statements(self, premises: Iterable[Numbers]) -> tuple[Statement, ...]:
        """Return premises as statements; the membership of a list as the cells that make it."""
        flat: dict[Numbers, None] = {}
        for premise in premises:
            record = self._engine.store.records.get(premise)
            if premise[1] == MEMBER and isinstance(record, tuple):
                flat.update(dict.fromkeys(self._engine.premises(record)))
            else:
                flat[premise] = None
        term = self._engine.dictionary.term
        return tuple(Statement(term(s), term(p), term(o)) for s, p, o in flat)


def _statement(triple: ox.Triple | Statement) -> Statement:
    return Statement.of(triple) if isinstance(triple, ox.Triple) else triple


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking millions of tuples that hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
