"""Kill a server while it is written to, and count what it had acknowledged and lost.

    uv run python -m benchmarks.kill_writes --kills 1000

Two servers (`tongzhou serve --dataset --writable`), each with four clients that write over HTTP: updates of two triples, and
graphs that are replaced. SIGKILL comes at moments drawn evenly from before a request is sent to after its acknowledgement:
seven times out of ten to the whole process group, which is then started again, else to the writer alone, whose server starts
another. After each kill everything is read back: a write that was acknowledged and is not there is lost, one of whose two
triples only one is there is a half; a write that was not acknowledged may be there or not. At the end all rounds are read once
more, and `tongzhou verify` reads the store. Prints a table, writes benchmarks/results/kill-writes.json, and returns 1 where
anything was lost or halved. Linux only. A kill is no power failure: that data are synced before each acknowledgement is shown
by a trace in tests/server/test_writing.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.kill_clients import CLIENTS, Attempt, Client, Pace, Server

RESULTS = Path(__file__).parent / "results"
SERVERS = 2
WRITER_ALONE = 0.3
"""Share of the kills that end the writer and not its server."""
ROWS = {
    "servers killed": "kills of the whole process group",
    "writers killed": "kills of the writer alone",
    "acknowledged": "writes acknowledged",
    "in flight": "writes in flight at a kill",
    "in flight, there": "  of these, there afterwards",
    "in flight, not there": "  of these, not there, or replaced since",
    "acknowledged after the kill": "  of these, acknowledged all the same",
    "refused": "writes answered by an error",
    "lost": "acknowledged and lost",
    "halves": "halves of a write",
}


@dataclass
class Rig:
    """A server with its clients, what was counted, and what went wrong."""

    server: Server
    chance: random.Random
    pace: Pace = field(default_factory=Pace)
    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    kept: dict[str, str] = field(default_factory=dict[str, str])
    """What the graph of each client held last."""
    acknowledged: set[str] = field(default_factory=set[str])
    """Names of all updates that were acknowledged."""
    turns: int = 0

    def run(self, kills: int) -> None:
        """Kill so often, and look at everything once more at the end."""
        self.server.start()
        for _ in range(kills):
            self.kill_once()
        self.check_all()
        self.server.stop()
        verify = [sys.executable, "-m", "tongzhou", "verify", str(self.server.dataset)]
        done = subprocess.run(verify, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.faults.append(f"tongzhou verify: {done.stdout}{done.stderr}")

    def kill_once(self) -> None:
        """Let the clients write, kill, and look at what is there."""
        self.turns += 1
        turn = self.turns
        stop = threading.Event()
        clients = [Client(self.server, self.pace, stop, number, turn) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        self.pace.wait(self.chance)
        alone = self.chance.random() < WRITER_ALONE
        killed = time.monotonic()
        if alone:
            self.counts["writers killed"] += self.server.kill_writer()
            time.sleep(self.chance.uniform(0, 0.2))  # so that some writes reach the next writer
        else:
            self.server.kill()
            self.counts["servers killed"] += 1
        stop.set()
        for client in clients:
            client.join()
        if not alone:
            self.server.start()
        self._check(turn, clients, killed)

    def _check(self, turn: int, clients: list[Client], killed: float) -> None:
        """Compare what is there with what the clients of a round were told."""
        pattern = f"?s <urn:turn:{turn}> ?o"
        rows = self.server.select(
            f"SELECT ?s {{ {{ {pattern} }} UNION {{ GRAPH <urn:both> {{ {pattern} }} }} }}"
        )
        there = Counter(row[0] for row in rows)
        graphs: dict[str, Counter[str]] = {}
        for graph, subject, _ in self.server.select("SELECT ?g ?s ?o { GRAPH ?g { ?s <urn:put> ?o } }"):
            graphs.setdefault(graph, Counter())[subject] += 1
        self._fault("halves", turn, [name for name, count in there.items() if count != 2])
        for client in clients:
            self._count(client, killed)
            updates = [attempt for attempt in client.attempts if not attempt.replaces]
            told = {attempt.name for attempt in updates if attempt.acknowledged}
            self.acknowledged |= told
            self._fault("lost", turn, sorted(told - set(there)))
            self._check_graph(turn, client, graphs.get(client.graph, Counter()))
            held = {*there, self.kept.get(client.graph, "")}
            for attempt in client.attempts:
                if self._was_in_flight(attempt, killed):
                    is_there = attempt.name in held or attempt.acknowledged
                    self.counts["in flight, there" if is_there else "in flight, not there"] += 1

    def _count(self, client: Client, killed: float) -> None:
        in_flight = [attempt for attempt in client.attempts if self._was_in_flight(attempt, killed)]
        self.counts["acknowledged"] += sum(attempt.acknowledged for attempt in client.attempts)
        self.counts["in flight"] += len(in_flight)
        self.counts["acknowledged after the kill"] += sum(attempt.acknowledged for attempt in in_flight)
        self.counts["refused"] += sum(status >= 300 for status in client.statuses)

    @staticmethod
    def _was_in_flight(attempt: Attempt, killed: float) -> bool:
        return attempt.begun < killed and (attempt.ended is None or attempt.ended > killed)

    def _check_graph(self, turn: int, client: Client, found: Counter[str]) -> None:
        """See that a graph is what its last acknowledged replacement made it, or one sent after that."""
        allowed = [self.kept.get(client.graph, "")]
        for attempt in client.attempts:
            if attempt.replaces:
                allowed = [attempt.name] if attempt.acknowledged else [*allowed, attempt.name]
        if len(found) > 1 or any(count != 2 for count in found.values()):
            self._fault("halves", turn, [f"{client.graph} holds {dict(found)}"])
        now = next(iter(found), "")
        if now not in allowed:
            self._fault("lost", turn, [f"{client.graph} holds {now or 'nothing'}, not one of {allowed}"])
        self.kept[client.graph] = now

    def check_all(self) -> None:
        """Read all rounds once more: what was there after its round could be lost by a later one."""
        pattern = "?s ?p ?o FILTER(STRSTARTS(STR(?p), 'urn:turn:'))"
        union = f"{{ {pattern} }} UNION {{ GRAPH <urn:both> {{ {pattern} }} }}"
        rows = self.server.select(f"SELECT ?s (COUNT(*) AS ?n) {{ {union} }} GROUP BY ?s")
        self._fault("halves", None, [name for name, count in rows if count != "2"])
        self._fault("lost", None, sorted(self.acknowledged - {name for name, _ in rows}))

    def _fault(self, what: str, turn: int | None, names: list[str]) -> None:
        self.counts[what] += len(names)
        when = "at the end" if turn is None else f"kill {turn}"
        self.faults += [f"{when}: {what}: {name}" for name in names]


def run(kills: int, folder: Path, seed: int) -> list[Rig]:
    """Kill so often in all, the servers working side by side; return what each of them counted."""
    rigs: list[Rig] = []
    for number in range(min(SERVERS, kills)):
        (folder / str(number)).mkdir()
        rigs.append(Rig(Server(folder / str(number)), random.Random(seed + number)))
    shares = [kills // len(rigs) + (number < kills % len(rigs)) for number in range(len(rigs))]
    with ThreadPoolExecutor(len(rigs)) as threads:
        for _ in threads.map(Rig.run, rigs, shares):
            pass
    return rigs


def report(rigs: list[Rig], seconds: float, seed: int) -> dict[str, object]:
    """Return the record of a run."""
    counts = sum((rig.counts for rig in rigs), Counter[str]())
    starts = [seconds for rig in rigs for seconds in rig.server.starts]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "seed": seed,
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "pyoxigraph": version("pyoxigraph"),
            "load": round(os.getloadavg()[0], 1),
        },
        "counts": {name: counts[name] for name in ROWS},
        "median_start_seconds": round(statistics.median(starts), 2),
        "faults": [fault for rig in rigs for fault in rig.faults],
    }


def main() -> int:
    """Run the kills; return 1 where one of them did harm."""
    arguments = argparse.ArgumentParser(description="Kill a server while it is written to.")
    arguments.add_argument("--kills", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--results", type=Path, default=RESULTS, help="folder of the record")
    options = arguments.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rigs = run(options.kills, Path(folder), options.seed)
    record = report(rigs, time.monotonic() - begun, options.seed)
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / "kill-writes.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    counts = sum((rig.counts for rig in rigs), Counter[str]())
    for name, words in ROWS.items():
        print(f"{words:40} {counts[name]:>8,}")
    print(*(fault for rig in rigs for fault in rig.faults), sep="\n", end="")
    harm = any(rig.faults for rig in rigs)
    print(f"{'HARM DONE' if harm else 'nothing lost, no halves'}; {record['seconds']} s")
    return int(harm)


if __name__ == "__main__":
    sys.exit(main())
