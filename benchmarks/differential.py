"""Hold the engine against the second evaluator on thousands of random graphs, and against owlrl and reasonable on hundreds.

    nice uv run python -m benchmarks.differential --graphs 10000 --peers 300

Equal means: the same triples, trivial ones too, and the same contradictions from the same premises; for the peers: equal but
for what benchmarks/differences.py lists. Half of the graphs are closed under a part of the rules, so that a rule also has to do
what others do as well. Prints each difference, shrunk to the triples that it takes, and how often each rule fired. The record
goes to benchmarks/results/. The exit code is 1 where a difference is unexplained, or a rule fired too rarely.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.differences import OWLRL, REASONABLE, Comparison, Peer, Triples, evaluators_differ, without
from benchmarks.ontologies import made_graph
from benchmarks.random_graphs import random_graph

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.reason import Closure, Rules, load_rules
from tongzhou.graph.resources import ontology_dir

RESULTS = Path(__file__).parent / "results"
LEAST_FIRED = 100
PARTS = 12
MOST_BYTES = 4 * 2**30
"""Where a graph runs away, this run fails, and not the machine."""
LIMIT = 5_000
"""Most triples, and most contradictions, of a closure: where all things and properties become equal, there are millions."""
EQUALITY = ("eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o")
"""Rules that are never left out: the engine spares firings of one where another makes up for it."""


def graph_of(number: int, *, strange: float = 0.03) -> Triples:
    """Make the random graph of a number; every hundredth is a made one of 600 triples with contradictions."""
    if number % 100 == 99:
        return list(made_graph(600, number, same=0.3, clash=True))
    return random_graph(random.Random(number), strange=strange)


def shrink(triples: Triples, differ: Callable[[Triples], object]) -> Triples:
    """Leave triples away as long as the graph still differs."""
    index = 0
    while index < len(triples):
        less = triples[:index] + triples[index + 1 :]
        if differ(less):
            triples = less
        else:
            index += 1
    return triples


class Run:
    """What has been compared so far."""

    def __init__(self, rules: Rules) -> None:
        """Compare under all rules, and under parts of them."""
        self.rules = rules
        chance = random.Random(1)
        names = [rule.id for rule in rules if rule.id not in EQUALITY]
        self.parts = [without(rules, [name for name in names if chance.random() < 0.3]) for _ in range(PARTS)]
        self.fired: Counter[str] = Counter()
        self.graphs: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.unexplained: list[str] = []

    def hold_against_sparql(self, number: int) -> None:
        """Compare the two evaluators on the graph of a number."""
        triples = graph_of(number)
        rules = self.rules if number % 2 else self.parts[number // 2 % PARTS]

        def differ(some: Triples) -> list[str]:
            closure = Closure(rules, limit=LIMIT)
            closure.add(some)
            return list(evaluators_differ(closure, some))

        closure = Closure(rules, limit=LIMIT)
        try:
            closure.add(triples)
        except ReasoningError:
            self.failed["over the limit"] += 1
            return
        self.fired.update(closure.fired)
        self.graphs["sparql"] += 1
        if list(evaluators_differ(closure, triples)):
            self._tell(number, shrink(triples, differ), differ)

    def hold_against_peer(self, peer: Peer, number: int) -> None:
        """Compare a peer with the engine on the graph of a number."""
        triples = peer.give(graph_of(number, strange=0))
        comparison = Comparison(peer, self.rules)

        def differ(some: Triples) -> list[str]:
            return list(comparison.differences(some))

        try:
            is_different = differ(triples)
        except ReasoningError as error:
            self.failed[peer.name] += 1
            print(f"graph {number}: {str(error)[-200:]}", flush=True)
            return
        self.graphs[peer.name] += 1
        if is_different:
            self._tell(number, triples, differ)

    def _tell(self, number: int, triples: Triples, differ: Callable[[Triples], list[str]]) -> None:
        found = differ(triples)
        self.unexplained.append(f"graph {number}: {'; '.join(found[:3])}")
        print(f"graph {number}:", *(f"  {triple} ." for triple in triples), *found[:3], sep="\n", flush=True)

    def rare(self) -> list[str]:
        """Return the rules that fired too rarely to mean anything."""
        return [name for name, times in self.times().items() if times < LEAST_FIRED]

    def times(self) -> dict[str, int]:
        """Return how often each rule and each scan fired."""
        names = [*(rule.id for rule in self.rules), *(scan.id for scan in self.rules.scans)]
        return {name: self.fired[name] for name in names}

    def record(self) -> dict[str, Any]:
        """Return what goes into the record."""
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "graphs": dict(self.graphs),
            "not compared": dict(self.failed),
            "unexplained": self.unexplained,
            "fired": self.times(),
            "differences known": {
                peer.name: {
                    "withheld, since it": list(peer.withheld),
                    "rules without which it must be reached": dict(peer.gaps),
                    "noise": list(peer.noise),
                }
                for peer in (OWLRL, REASONABLE)
            },
        }


def main() -> int:
    """Compare, print and record."""
    arguments = argparse.ArgumentParser(
        description="Hold the engine against other evaluators on random graphs."
    )
    arguments.add_argument(
        "--graphs", type=int, default=10_000, help="that are compared with the second evaluator"
    )
    arguments.add_argument(
        "--peers", type=int, default=300, help="that are compared with owlrl, and with reasonable"
    )
    arguments.add_argument("--first", type=int, default=0, help="number of the first graph")
    options = arguments.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    run = Run(load_rules([ontology_dir() / "rules"]))
    start = time.process_time()
    numbers = count(options.first)
    while run.graphs["sparql"] < options.graphs:
        number = next(numbers)
        run.hold_against_sparql(number)
        if number % 1000 == 999:
            print(f"{number + 1} graphs, {len(run.unexplained)} differ", flush=True)
    for peer in (OWLRL, REASONABLE):
        numbers = count(options.first)
        while run.graphs[peer.name] < options.peers:
            run.hold_against_peer(peer, next(numbers))
        print(f"{peer.name}: {run.graphs[peer.name]} graphs, {run.failed[peer.name]} failed", flush=True)
    print("\n| rule | fired |\n|---|--:|")
    for name, times in run.times().items():
        print(f"| {name} | {times:,} |")
    rare = run.rare()
    print(
        f"\n{dict(run.graphs)} graphs, {len(run.unexplained)} unexplained; fired less than {LEAST_FIRED} times: {rare or 'none'}"
    )
    record = run.record() | {"cpu seconds": round(time.process_time() - start)}
    path = RESULTS / "reasoning-differential.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(bool(run.unexplained or rare))


if __name__ == "__main__":
    sys.exit(main())
