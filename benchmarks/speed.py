"""Compare our speed with that of Oxigraph's server, rdflib-endpoint and Jena Fuseki on the same data, in paired rounds.

    uv run --with oxigraph python -m benchmarks.speed --size 100k --rounds 5

All servers run at the same time, and one at a time is put under load by 8 connections. First their answers are compared:
where they differ, nothing is measured and the exit code is 1. Then, after a round that only warms up, each round
measures each workload on each server, one after the other, so that noise of the machine hits all alike; a ratio is the median
of those of the rounds, with the least and the most. Peers that are not to be had are 'not run' (see peers.py). The record
goes to benchmarks/results/. Linux only; needs wrk.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import bulk_load
from benchmarks.answers import compare
from benchmarks.data import SIZES, Shape, data_file
from benchmarks.load import CONNECTIONS, Load, LoadFailedError, WrkMissingError, put_load
from benchmarks.peers import SERVERS, NotRunError, Server
from benchmarks.processes import busy_memory_mb, drain, memory_mb
from benchmarks.ratios import PEERS, TARGETS_HOLD_AT, median_rate, runs, table
from benchmarks.workloads import WORKLOADS, Query, Workload, queries_of

RESULTS = Path(__file__).parent / "results"
_ENOUGH = 40
_LONGEST = 30.0
_FIRST = 1000
_SETTLED = 120.0


class Bench:
    """Servers under comparison, and what was measured of them so far."""

    def __init__(self, servers: Sequence[Server], queries: dict[str, Query], seconds: float) -> None:
        """Measure each run for some seconds, longer where a server is too slow for that."""
        self.servers = servers
        self.queries = queries
        self.seconds = seconds
        self.loads: dict[tuple[str, str], list[Load]] = {}
        self._lengths: dict[tuple[str, str], float] = {}
        self._numbers = dict.fromkeys(queries, _FIRST)

    def warm_up(self) -> None:
        """Run everything once, and see how long each run must be for its rate to mean something."""
        self.round(0)
        for pair, (load,) in self.loads.items():
            self._lengths[pair] = min(
                _LONGEST, max(self.seconds, _ENOUGH / load.rps if load.rps else _LONGEST)
            )
        self.loads.clear()

    def round(self, number: int) -> None:
        """Measure each workload on each server; who comes first changes from round to round."""
        turn = number % len(self.servers)
        for workload in WORKLOADS:
            for server in [*self.servers[turn:], *self.servers[:turn]]:
                if runs(workload.name, server.name):
                    load = self._measure(workload, server)
                    self.loads.setdefault((workload.name, server.name), []).append(load)
                    if load.refused or load.broken or not load.drained:
                        print(f"round {number}, {workload.name}, {server.name}: {load}", flush=True)

    def _measure(self, workload: Workload, server: Server) -> Load:
        if workload.after_distinct:
            self._send("lookup", server, self.seconds)
        seconds = self._lengths.get((workload.name, server.name), self.seconds)
        if workload.fresh:
            return self._send(workload.query, server, seconds)
        return put_load(server, self.queries[workload.query], seconds, first=None)

    def _send(self, name: str, server: Server, seconds: float) -> Load:
        """Send fresh queries, none of which any server has seen."""
        load = put_load(server, self.queries[name], seconds, first=self._numbers[name])
        self._numbers[name] += load.requests + 2 * CONNECTIONS
        return load

    def busy_memory(self, server: Server) -> list[float]:
        """Return the memory in MB of each process that works on fresh aggregates."""
        with ThreadPoolExecutor() as pool:
            running = pool.submit(self._send, "aggregate", server, 4.0)
            time.sleep(1)
            memory = busy_memory_mb(server.session, 2.0)
            running.result()
        return memory


def start_servers(names: Sequence[str], data: Path, stack: contextlib.ExitStack) -> list[Server]:
    """Start the servers; say which are not run."""
    servers: list[Server] = []
    for name in names:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            servers.append(stack.enter_context(SERVERS[name](data, folder)))
        except NotRunError as error:
            print(f"{name}: not run: {error}", flush=True)
    return servers


def print_costs(bench: Bench, memory: dict[str, tuple[float, list[float]]]) -> None:
    """Print rates and CPU time of every server, and its memory."""
    names = [server.name for server in bench.servers]
    print(f"\n| rps; CPU ms a request | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for workload in WORKLOADS:
        cells: list[str] = []
        for name in names:
            loads = bench.loads.get((workload.name, name), [])
            cpu = f"; {statistics.median(load.cpu_ms for load in loads):.3g}" if loads else ""
            cells.append(f"{median_rate([load.rps for load in loads])}{cpu}")
        print(f"| {workload.name} | {' | '.join(cells)} |")
    print(
        "\n| memory (PSS), MB | all processes at rest | each busy process, fresh aggregates |\n|---|--:|---|"
    )
    for name, (rest, busy) in memory.items():
        print(f"| {name} | {rest:.0f} | {', '.join(f'{part:.0f}' for part in busy)} |")


def compare_speed(size: str, names: Sequence[str], rounds: int, seconds: float) -> tuple[dict[str, Any], int]:
    """Compare the servers; return the record and the exit code."""
    with contextlib.ExitStack() as stack:
        servers = start_servers(names, data_file(size), stack)
        shape = Shape.of(size)
        queries = queries_of(shape)
        faults = compare(servers, queries)
        for fault in faults:
            print(f"answers differ: {fault}")
        if faults:
            return {}, 1
        print(
            f"{size}: {shape.quads} triples; answers of {', '.join(s.name for s in servers)} agree",
            flush=True,
        )
        for server in servers:
            drain(server.session, _SETTLED)
        rest = {server.name: memory_mb(server.session) for server in servers}
        bench = Bench(servers, queries, seconds)
        bench.warm_up()
        for number in range(1, rounds + 1):
            bench.round(number)
            print(f"round {number} of {rounds} measured", flush=True)
        memory = {server.name: (rest[server.name], bench.busy_memory(server)) for server in servers}
    peers = [peer for peer in PEERS if peer in rest]
    print(f"\nTargets hold at {TARGETS_HOLD_AT}.\n", *table(rates_of(bench), peers), sep="\n")
    print_costs(bench, memory)
    loads = [
        {"workload": workload, "server": server, "rounds": [asdict(load) for load in loads]}
        for (workload, server), loads in bench.loads.items()
    ]
    return {"quads": shape.quads, "memory_mb": memory, "loads": loads}, 0


def rates_of(bench: Bench) -> dict[tuple[str, str], list[float | None]]:
    """Return the rates by workload and server; None for a run with errors."""
    return {
        pair: [None if load.refused or load.broken else load.rps for load in loads]
        for pair, loads in bench.loads.items()
    }


def compare_loads(size: str, rounds: int) -> dict[str, Any]:
    """Compare the CPU time of bulk loads and print it."""
    with tempfile.NamedTemporaryFile(suffix=".nt") as empty:
        try:
            loads = bulk_load.measure(data_file(size), rounds)
            starts = bulk_load.measure(Path(empty.name), rounds)
        except NotRunError as error:
            print(f"bulk load: not run: {error}")
            return {}
    print(f"\n{bulk_load.tell(loads, starts)}", flush=True)
    return {"seconds": loads, "seconds_of_an_empty_file": starts}


def main() -> int:
    """Compare, print, and write the record; return 1 where answers differ, 2 where a server ended."""
    arguments = argparse.ArgumentParser(description="Compare our speed with that of others.")
    arguments.add_argument("--size", choices=SIZES, default=TARGETS_HOLD_AT)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=2, help="of each run; slow servers get more")
    arguments.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    arguments.add_argument("--results", type=Path, default=RESULTS, help="folder of the record")
    options = arguments.parse_args()
    names = ["tongzhou", "tongzhou-disk", *options.peers]
    loads = compare_loads(options.size, options.rounds)
    try:
        record, code = compare_speed(options.size, names, options.rounds, options.seconds)
    except WrkMissingError as error:
        print(f"speed: not run: {error}")
        return 0
    except LoadFailedError as error:
        print(f"speed: stopped: {error}")
        return 2
    if code == 0:
        head = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "size": options.size,
            "machine": machine(),
        }
        options.results.mkdir(parents=True, exist_ok=True)
        path = options.results / f"speed-{options.size}.json"
        path.write_text(json.dumps({**head, "bulk_load": loads, **record}, indent=1) + "\n", encoding="utf-8")
        print(f"\n{path}")
    return code


def machine() -> dict[str, Any]:
    """Return what the measurements were made on."""
    versions = {name: importlib.metadata.version(name) for name in ("pyoxigraph", "uvicorn", "uvloop")}
    load = round(os.getloadavg()[0], 1)
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": load, **versions}


if __name__ == "__main__":
    sys.exit(main())
