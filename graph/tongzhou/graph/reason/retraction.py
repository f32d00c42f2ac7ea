"""Takes triples back: delete what rests on them, then conclude anew what still follows.

What rests on a triple is found by running the rules on it while it is still there: a conclusion goes if its record is the
very firing that is found. Each triple that went is then asked, by the rules run backwards, for another derivation from
what is left; what that brings back, rules make more of.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongzhou.graph.reason.conditions import MEMBER
from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.engine import Engine


def retract(engine: Engine, triples: Iterable[Numbers]) -> None:
    """Take back asserted triples. The engine must keep records."""
    gone = _Support(engine).of(triples)
    _drop(engine, gone)
    _restore(engine, gone)


class _Support:
    """Finds what rests on triples."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dispatch = engine.dispatch("affected", hit=self._hit, hit_if_used=self._hit_if_used)
        self._gone: dict[Numbers, None] = {}
        self._waiting: list[Numbers] = []
        self._triple: Numbers = (0, 0, 0)

    def of(self, triples: Iterable[Numbers]) -> dict[Numbers, None]:
        """Return the triples that are no longer asserted, and what rests on them, each as a key."""
        engine = self._engine
        for triple in triples:
            engine.clashes.pop(("dt-not-type", frozenset({triple})), None)  # told of what is asserted only
            if triple in engine.also_asserted:
                engine.also_asserted.discard(triple)
            else:
                self._go(triple)
        while self._waiting:
            self._triple = s, p, o = self._waiting.pop()
            for function in self._dispatch.functions(self._triple):
                function(s, p, o)
            if p in engine.lists.cell_predicates:
                self._lose_members(s)
        return self._gone

    def _lose_members(self, cell: int) -> None:
        for head in self._engine.lists.note(cell):
            for member in self._engine.store.members.get(head, ()):
                self._go((head, MEMBER, member))

    def _go(self, triple: Numbers) -> None:
        if triple not in self._gone:
            self._gone[triple] = None
            self._waiting.append(triple)

    def _hit(self, triple: Numbers) -> None:
        """Let a conclusion go, unless it is asserted too: then only its record is lost."""
        if triple in self._engine.also_asserted:
            self._engine.also_asserted.discard(triple)
            self._engine.store.records[triple] = None
        else:
            self._go(triple)

    def _hit_if_used(self, triple: Numbers, rule: int) -> None:
        record = self._engine.store.records.get(triple)
        if isinstance(record, tuple) and record[0] == rule and self._triple in self._engine.premises(record):
            self._hit(triple)


def _drop(engine: Engine, gone: Iterable[Numbers]) -> None:
    """Take triples out, with the contradictions that they had a part in."""
    same_as = engine.program.fixed["SAME_AS"]
    parted: dict[int, None] = {}
    for triple in gone:
        engine.store.drop(triple)
        if triple[1] == same_as:
            parted.update({triple[0]: None, triple[2]: None})
    engine.same.part(parted)
    engine.forward.forget()
    engine.backward.forget()
    lost = set(gone)
    broken = [clash for clash in engine.clashes if not lost.isdisjoint(clash[1])]
    for clash in broken:
        del engine.clashes[clash]


def _restore(engine: Engine, gone: Iterable[Numbers]) -> None:
    """Conclude anew what still follows from what is left."""
    records, queue = engine.store.records, engine.queue
    engine.take_members()
    for triple in gone:
        if triple[1] != MEMBER and triple not in records:
            record = next(engine.derivations(triple), None)
            if record is not None:
                records[triple] = record
                queue.append(triple)
    engine.run()
