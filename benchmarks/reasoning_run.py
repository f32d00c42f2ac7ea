"""One run of one reasoner over one file, in a process of its own, which measures itself.

    python -m benchmarks.reasoning_run tongzhou ontology-5k.ttl

Prints JSON: the seconds of processor time from opening the file to having counted the triples of the closure, the most memory in
MB, and the triples inferred. `changes` adds and deletes a hundred triples, and tells what that and a rebuild take.
"""

from __future__ import annotations

import importlib
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.reason import Closure, load_rules
from tongzhou.graph.reason.sparql import SparqlClosure
from tongzhou.graph.resources import ontology_dir

Found = dict[str, Any]
CHANGED = 100
MOST_BYTES = 5 * 2**30
"""A run that would take more memory fails, so that the machine does not."""
_ROUNDS = 5


def read(path: str) -> list[ox.Triple]:
    """Read a file of N-Triples, whatever its suffix."""
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)]


def tongzhou(path: str, *, records: bool = True) -> Found:
    """Close a file with the engine."""
    closure = Closure(load_rules([ontology_dir() / "rules"]), records=records)
    closure.add(read(path))
    return {"inferred": sum(1 for _ in closure.inferred())}


def tongzhou_without_records(path: str) -> Found:
    """Close a file with the engine, which can't prove anything then."""
    return tongzhou(path, records=False)


def sparql(path: str) -> Found:
    """Close a file with the second evaluator, in memory."""
    triples = read(path)
    closure = SparqlClosure(load_rules([ontology_dir() / "rules"]), triples)
    return {"inferred": len(set(closure) - set(triples))}


def owlrl(path: str) -> Found:
    """Close a file with owlrl."""
    from owlrl import DeductiveClosure, OWLRL_Semantics
    from rdflib import Graph

    graph = Graph()
    graph.parse(path, format="nt")
    asserted = len(graph)
    DeductiveClosure(OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return {"inferred": len(graph) - asserted}


def reasonable(path: str) -> Found:
    """Close a file with reasonable."""
    module: Any = importlib.import_module("reasonable")
    reasoner = module.PyReasoner()
    reasoner.load_file(path)
    asserted = len(reasoner.get_base_triples())
    return {"inferred": len(reasoner.reason()) - asserted}


def sparq(path: str) -> Found:
    """Close a file with sparq-rdf, which keeps the triples to itself."""
    module: Any = importlib.import_module("sparq")
    return {"inferred": module.Graph.load(path).reason("owl")}


def changes(path: str) -> Found:
    """Add and delete some triples, chosen by chance, and compare with making the closure anew."""
    triples = read(path)
    chance = random.Random(1)
    rules = load_rules([ontology_dir() / "rules"])
    rebuilt, added, deleted = list[float](), list[float](), list[float]()
    for _ in range(_ROUNDS):
        chosen = chance.sample(triples, CHANGED)
        left = set(chosen)
        closure = Closure(rules)
        rebuilt.append(_seconds(closure.add, [each for each in triples if each not in left]))
        added.append(_seconds(closure.add, chosen))
        deleted.append(_seconds(closure.remove, chosen))
    return {
        "rebuild": statistics.median(rebuilt),
        "add": statistics.median(added),
        "delete": statistics.median(deleted),
    }


def _seconds(change: Callable[[list[ox.Triple]], None], triples: list[ox.Triple]) -> float:
    start = time.process_time()
    change(triples)
    return time.process_time() - start


RUNS: dict[str, Callable[[str], Found]] = {
    "tongzhou": tongzhou,
    "tongzhou without records": tongzhou_without_records,
    "sparql": sparql,
    "owlrl": owlrl,
    "reasonable": reasonable,
    "sparq-rdf": sparq,
    "changes": changes,
}
MODULES = {"owlrl": "owlrl", "reasonable": "reasonable", "sparq-rdf": "sparq"}
"""What a run imports of others; that is not part of its time."""


def _most_memory_mb() -> float:
    """Return the most memory of this program; what getrusage tells is that of the process that started it, if that is more."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def main() -> None:
    """Run, and print what it took."""
    name, path = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    if name in MODULES:
        importlib.import_module(MODULES[name])
    start = time.process_time()
    found = RUNS[name](path)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "memory_mb": _most_memory_mb()} | found))


if __name__ == "__main__":
    main()
