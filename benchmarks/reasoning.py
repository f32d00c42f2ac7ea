"""Measure our reasoning beside owlrl, reasonable and, where it is installed, sparq-rdf, on the same graphs in the same run.

    uv run --with sparq-rdf python -m benchmarks.reasoning --rounds 3

Each run is a process of its own. Graphs: today's release as it is asserted, and made ones of 600 to 1M triples with every
construct of OWL 2 RL. `5k*` is `5k` without inverse functional properties, of which reasonable makes all subjects equal: what it
is compared on. Times are processor time, medians of the rounds; a run that takes longer than the limit is ended and has no
time. The record goes to benchmarks/results/. Linux only.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from benchmarks.ontologies import SIZES, made_graph
from benchmarks.reasoning_run import MODULES, RUNS
from benchmarks.reasoning_targets import verdicts

from tongzhou.graph.build import build, default_sources
from tongzhou.graph.namespaces import INFERRED_GRAPH, META_GRAPH
from tongzhou.graph.release import current_release

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[1]
TODAY = "today"
_INVERSE_FUNCTIONAL = "InverseFunctionalProperty"
_LARGE = 1_000_000
_ONLY_SMALL = {"owlrl": 5_000, "sparql": 100_000, "reasonable": 100_000}
"""The largest made graph that a reasoner is tried on; the limit of time or memory would end it on any larger."""

Results = dict[tuple[str, str], list[dict[str, Any]]]
"""What was found, by graph and reasoner: one item a round."""


def write_graphs(folder: Path, sizes: Iterable[str]) -> dict[str, Path]:
    """Write the graphs as N-Triples; the suffix is the one that reasonable takes."""
    graphs = {TODAY: folder / "today.ttl"}
    _write(graphs[TODAY], todays_triples(folder / "home"))
    for size in sizes:
        triples = list(made_graph(SIZES[size]))
        graphs[size] = folder / f"{size}.ttl"
        _write(graphs[size], triples)
        graphs[f"{size}*"] = folder / f"{size}-fair.ttl"
        _write(graphs[f"{size}*"], (each for each in triples if _INVERSE_FUNCTIONAL not in str(each.object)))
    return graphs


def todays_triples(home: Path) -> list[ox.Triple]:
    """Build the release of this checkout and return what it asserts."""
    build(default_sources(), home)
    release = current_release(home)
    assert release is not None
    made = {INFERRED_GRAPH, META_GRAPH}
    quads = ox.parse(path=release.path / "tongzhou.nq", format=ox.RdfFormat.N_QUADS)
    return list(
        dict.fromkeys(quad.triple for quad in quads if getattr(quad.graph_name, "value", None) not in made)
    )


def _write(path: Path, triples: Iterable[ox.Triple]) -> None:
    ox.serialize(triples, path, format=ox.RdfFormat.N_TRIPLES)


def run(name: str, path: Path, limit: float) -> dict[str, Any] | None:
    """Run a reasoner over a file; None where it is ended by the limit, which is in seconds, or fails."""
    command = [sys.executable, "-m", "benchmarks.reasoning_run", name, str(path)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        print(f"{name} failed: {done.stderr.decode()[-300:]}", flush=True)
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def runs(name: str, graph: str) -> bool:
    """Return whether a reasoner is tried on a graph."""
    size = SIZES.get(graph.rstrip("*"), 0)
    if name in MODULES and importlib.util.find_spec(MODULES[name]) is None:
        return False
    if graph.endswith("*"):  # whatever the size
        return name in ("tongzhou", "reasonable")
    if name == "changes":
        return size == SIZES["100k"]
    return size <= _ONLY_SMALL.get(name, _LARGE)


def measure(graphs: dict[str, Path], rounds: int, limit: float) -> Results:
    """Run all reasoners over all graphs, round by round; a million triples once, and what was ended by the limit."""
    results: Results = {}
    for number in range(rounds):
        for graph, path in graphs.items():
            for name in RUNS:
                is_large = SIZES.get(graph.rstrip("*"), 0) >= _LARGE
                ended = number and not results.get((graph, name))
                if not runs(name, graph) or ended or (number and is_large):
                    continue
                found = run(name, path, limit)
                if found is not None:
                    results.setdefault((graph, name), []).append(found)
                    print(f"round {number}: {graph}, {name}: {found}", flush=True)
    return results


def medians(results: Results) -> dict[tuple[str, str], dict[str, float]]:
    """Return the medians of the rounds, by graph and reasoner."""
    return {
        pair: {key: statistics.median(each[key] for each in found) for key in found[0]}
        for pair, found in results.items()
    }


def table(found: dict[tuple[str, str], dict[str, float]], graphs: Iterable[str]) -> list[str]:
    """Return the lines of the table: seconds, memory and triples inferred, by graph and reasoner."""
    names = [name for name in RUNS if name != "changes"]
    lines = [f"| CPU s / MB / inferred | {' | '.join(names)} |", f"|---|{'--:|' * len(names)}"]
    for graph in graphs:
        cells: list[str] = []
        for name in names:
            values = found.get((graph, name))
            cells.append(
                f"{values['seconds']:.2f} / {values['memory_mb']:,.0f} / {values['inferred']:,.0f}"
                if values
                else "–"
            )
        lines.append(f"| {graph} | {' | '.join(cells)} |")
    return lines


def main() -> int:
    """Measure, print and record; return 1 where a target is not met."""
    arguments = argparse.ArgumentParser(description="Measure our reasoning beside that of others.")
    arguments.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--limit", type=float, default=300, help="seconds after which a run is ended")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graphs = write_graphs(Path(folder), options.sizes)
        load = os.getloadavg()[0]
        results = measure(graphs, options.rounds, options.limit)
    found = medians(results)
    print("\n" + "\n".join(table(found, graphs)) + "\n")
    said = verdicts(found)
    print("\n".join(f"{'met' if is_met else 'NOT MET'}: {text}" for text, is_met in said))
    record = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(load, 1)},
        "versions": {name: _version(name) for name in ("pyoxigraph", "owlrl", "reasonable", "sparq-rdf")},
        "rounds": options.rounds,
        "results": [
            {"graph": graph, "reasoner": name, "rounds": each} for (graph, name), each in results.items()
        ],
        "targets": [{"target": text, "met": is_met} for text, is_met in said],
    }
    path = RESULTS / "reasoning.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nrecord: {path.relative_to(ROOT)}")
    return int(not all(is_met for _, is_met in said))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
