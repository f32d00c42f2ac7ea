"""Finds short proofs: the cheapest way to each statement over all single steps that there are (Knuth 1977).

Records tell one derivation of each triple, the first that was found. Run backwards, the rules tell all; over these, the
fewest steps are found from what is asserted upwards, as by Dijkstra's algorithm. Proofs can't run in circles that way.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from tongzhou.graph.reason.conditions import MEMBER, Member, Pair, Record
from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.engine import Engine

MOST_TRIPLES = 2000
"""Of how many triples all derivations are looked for; of others the recorded one is taken."""
MOST_DERIVATIONS = 100
"""How many derivations of one triple are compared."""

Premises = tuple[Numbers, ...]
Inference = tuple[str, Premises]
"""A rule and its premises."""


class Search:
    """The cheapest inference of each triple that some goals may rest on. `banned` may not be used."""

    def __init__(self, engine: Engine, goals: Iterable[Numbers], *, banned: Numbers | None = None) -> None:
        """Explore what goals may rest on, then work out the costs."""
        self._engine = engine
        self._banned = banned
        self.costs: dict[Numbers, int] = {}
        self.best: dict[Numbers, Inference] = {}
        self._settle(self._explore(goals))

    def _explore(self, goals: Iterable[Numbers]) -> dict[Numbers, list[Inference]]:
        found: dict[Numbers, list[Inference]] = {}
        waiting = list(goals)
        while waiting:
            triple = waiting.pop()
            if triple in found or triple == self._banned:
                continue
            if self._engine.is_asserted(triple):
                found[triple] = []
                continue
            found[triple] = list(inferences(self._engine, triple, is_thorough=len(found) < MOST_TRIPLES))
            waiting += [premise for _, premises in found[triple] for premise in premises]
        return found

    def _settle(self, found: dict[Numbers, list[Inference]]) -> None:
        """Give each triple its cost, the cheapest first, when all premises of an inference have theirs."""
        users: dict[Numbers, list[tuple[Numbers, Inference]]] = defaultdict(list)
        missing: dict[tuple[Numbers, Inference], int] = {}
        heap: list[tuple[int, int, Numbers, Inference | None]] = []
        for order, (triple, ways) in enumerate(found.items()):
            if self._engine.is_asserted(triple):
                heap.append((0, order, triple, None))
            for way in ways:
                missing[triple, way] = len(set(way[1]))
                for premise in set(way[1]):
                    users[premise].append((triple, way))
        heapq.heapify(heap)
        count = len(found)
        while heap:
            cost, _, triple, cheapest = heapq.heappop(heap)
            if triple in self.costs:
                continue
            self.costs[triple] = cost
            if cheapest is not None:
                self.best[triple] = cheapest
            for user in users[triple]:
                missing[user] -= 1
                if not missing[user]:
                    count += 1
                    total = 1 + sum(self.costs[premise] for premise in dict.fromkeys(user[1][1]))
                    heapq.heappush(heap, (total, count, *user))

    def steps(self, goals: Iterable[Numbers]) -> dict[Numbers, Inference]:
        """Return the inferences that goals rest on, each after those that it uses."""
        ordered: dict[Numbers, Inference] = {}
        waiting = [(goal, False) for goal in reversed(list(goals))]
        while waiting:
            triple, is_ready = waiting.pop()
            way = self.best.get(triple)
            if way is None or triple in ordered:
                continue
            if is_ready:
                ordered[triple] = way
            else:
                waiting.append((triple, True))
                waiting += [(premise, False) for premise in reversed(way[1])]
        return ordered


def inferences(engine: Engine, triple: Numbers, *, is_thorough: bool = True) -> Iterator[Inference]:
    """Yield the inferences of a triple, the recorded one first, each once."""
    record = engine.store.records[triple]
    records = [record] if isinstance(record, tuple) else []
    if is_thorough:
        records += islice(engine.derivations(triple), MOST_DERIVATIONS)
    ways = (
        (engine.rule_of(each).id, ground(engine, each))
        for each in records
        if triple not in engine.premises(each)
    )
    yield from dict.fromkeys(ways)


def ground(engine: Engine, record: Record) -> Premises:
    """Return the premises of a record, with the cells of a list where it speaks of members."""
    found: dict[Numbers, None] = {}
    for condition, triples in engine.rule_of(record).parts(record):
        if isinstance(condition, Pair):
            (cells, _, one), (_, _, other) = triples
            found.update(dict.fromkeys(engine.lists.premises_of_pair(cells, one, other)))
            continue
        for triple in triples:
            if triple[1] != MEMBER:
                found[triple] = None
            elif isinstance(condition, Member):
                found.update(dict.fromkeys(engine.premises(engine.record_of(triple))))
            else:
                found.update(dict.fromkeys(engine.lists.premises_of_places(triple[0], triple[2])))
    return tuple(found)
