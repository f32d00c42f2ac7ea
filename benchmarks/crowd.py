"""See what a crowd of hostile clients does to everybody else: ours and Oxigraph's server, each with a limit of 5 s.

    uv run --with oxigraph python -m benchmarks.crowd

Eight clients, each from an address of its own, send endless queries of four kinds, one after the other, while four connections
look up. Printed: when the hostile queries ended and how, and rate and latency of the lookups, before and under the crowd. The
record goes to benchmarks/results/. Linux only; needs wrk.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.data import SIZES, Shape, data_file
from benchmarks.load import LoadFailedError, Seen, WrkMissingError, send
from benchmarks.peers import NotRunError, Server, Start, oxigraph, tongzhou
from benchmarks.processes import drain
from benchmarks.ratios import TARGETS_HOLD_AT
from benchmarks.workloads import queries_of

RESULTS = Path(__file__).parent / "results"
LIMIT, CLIENTS, LIGHT = 5, 8, 4
LATEST = {"tongzhou": LIMIT + 0.3, "tongzhou-disk": LIMIT + 0.5}
"""Seconds within which every hostile query must have ended."""
MOST_P99_MS, LEAST_RATIO = 100.0, 20.0
_GIVEN_UP, _PIECE = 40, 2**16
_SETTLED, _CALM = 120.0, 1.0
"""Seconds at most to become idle, and of the calm.

With its limit set, Oxigraph keeps a thread for each query until then, and aborts of too many: so the calm is short.
"""
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
KINDS = {
    "count": f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
    "sort": f"SELECT * {{ {_CROSS} }} ORDER BY ?i LIMIT 1",
    "stream": f"SELECT * {{ {_CROSS} }}",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:none>|^!<urn:none>)* ?b . ?c (!<urn:none>|^!<urn:none>)* ?d }",
}
"""Queries that work, fill memory, write, or search, all without end."""
STARTS: dict[str, Start] = {
    "tongzhou": partial(tongzhou, "tongzhou", ("--deadline", str(LIMIT))),
    "tongzhou-disk": partial(tongzhou, "tongzhou-disk", ("--deadline", str(LIMIT), "--in-memory-quads", "0")),
    "oxigraph": partial(oxigraph, "oxigraph", ("--timeout-s", str(LIMIT))),
}


@dataclass(frozen=True)
class End:
    """How a hostile query ended: a status, or why there was none, after some seconds."""

    kind: str
    how: str
    seconds: float


@dataclass
class Crowd:
    """The hostile clients."""

    server: Server
    ends: list[End] = field(default_factory=list[End])
    stop: threading.Event = field(default_factory=threading.Event)

    def attack(self, number: int) -> None:
        """Send endless queries, one after the other, until told to stop."""
        kinds = list(KINDS)
        turn = number
        while not self.stop.is_set():
            kind = kinds[turn % len(kinds)]
            start = time.monotonic()
            how = self._send(KINDS[kind], f"127.0.0.{11 + number}")
            self.ends.append(End(kind, how, time.monotonic() - start))
            turn += 1
            if how != "504":
                self.stop.wait(0.2)

    def _send(self, query: str, client: str) -> str:
        host, end = urlsplit(self.server.root), time.monotonic() + _GIVEN_UP
        connection = http.client.HTTPConnection(
            host.hostname or "", host.port, timeout=_GIVEN_UP, source_address=(client, 0)
        )
        with contextlib.closing(connection):
            try:
                connection.request("GET", f"{self.server.endpoint}?query={quote(query, safe='')}")
                answer = connection.getresponse()
                while answer.read(_PIECE):
                    if time.monotonic() > end:
                        return "given up"
            except TimeoutError:
                return "given up"
            except (OSError, http.client.HTTPException):
                return "broken"
            return str(answer.status)


@dataclass(frozen=True)
class Outcome:
    """What a server did: lookups before and under the crowd, and the ends of the hostile queries."""

    calm: Seen
    crowded: Seen
    ends: Sequence[End]

    @property
    def latest(self) -> float:
        """Seconds after which the last hostile query had ended."""
        return max(end.seconds for end in self.ends)


def measure(server: Server, size: str, seconds: float) -> Outcome:
    """Look up, then look up under the crowd. Raises WrkMissingError, LoadFailedError."""
    lookup = queries_of(Shape.of(size))["lookup"]
    drain(server.session, _SETTLED)
    calm = send(server, lookup, _CALM, first=0, connections=LIGHT)
    time.sleep(LIMIT + 1)
    crowd = Crowd(server)
    threads = [threading.Thread(target=crowd.attack, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        crowded = send(server, lookup, seconds, first=calm.requests + 100, connections=LIGHT)
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()
    return Outcome(calm, crowded, crowd.ends)


def print_table(outcomes: Mapping[str, Outcome]) -> None:
    """Print a line for each server."""
    print(
        "\n| server | hostile queries: ended, how | past the limit, s: median, most | lookups/s: calm, crowded |",
        end="",
    )
    print(" p50, p99, most, ms | failed |\n|---|---|---|---|---|--:|")
    for name, outcome in outcomes.items():
        hows = Counter(end.how for end in outcome.ends)
        past = [end.seconds - LIMIT for end in outcome.ends]
        calm, crowded = outcome.calm, outcome.crowded
        cells = [
            name,
            f"{len(past)}: {', '.join(f'{count} × {how}' for how, count in hows.most_common())}",
            f"{statistics.median(past):.2f}, {max(past):.2f}",
            f"{calm.rps:.0f}, {crowded.rps:.0f}",
            f"{crowded.p50_ms:.1f}, {crowded.p99_ms:.1f}, {crowded.most_ms:.0f}",
            str(crowded.refused + crowded.broken),
        ]
        print(f"| {' | '.join(cells)} |")
    for line in verdicts(outcomes):
        print(line)


def verdicts(outcomes: Mapping[str, Outcome]) -> list[str]:
    """Return what was to be reached, and whether it was."""
    theirs = outcomes.get("oxigraph")
    lines: list[str] = []
    for name, most in LATEST.items():
        if name not in outcomes:
            continue
        outcome = outcomes[name]
        p99 = outcome.crowded.p99_ms
        lines.append(
            f"{name}: all ended within {most:g} s: {_met(outcome.latest <= most)} ({outcome.latest:.2f} s)"
        )
        lines.append(f"{name}: light p99 < {MOST_P99_MS:g} ms: {_met(p99 < MOST_P99_MS)} ({p99:.1f} ms)")
        if theirs and theirs.crowded.rps:
            ratio = outcome.crowded.rps / theirs.crowded.rps
            reached = _met(ratio >= LEAST_RATIO)
            lines.append(f"{name}: light rate ≥ {LEAST_RATIO:g} × Oxigraph's: {reached} ({ratio:.3g} ×)")
    return lines


def _met(reached: bool) -> str:
    return "met" if reached else "not met"


def main() -> int:
    """Measure each server alone; print and record."""
    arguments = argparse.ArgumentParser(description="Measure servers under a hostile crowd.")
    arguments.add_argument("--size", choices=SIZES, default=TARGETS_HOLD_AT)
    arguments.add_argument("--seconds", type=float, default=30)
    arguments.add_argument("--servers", nargs="+", choices=STARTS, default=list(STARTS))
    arguments.add_argument("--results", type=Path, default=RESULTS, help="folder of the record")
    options = arguments.parse_args()
    outcomes: dict[str, Outcome] = {}
    for name in options.servers:
        with tempfile.TemporaryDirectory() as folder:
            try:
                with STARTS[name](data_file(options.size), Path(folder)) as server:
                    outcomes[name] = measure(server, options.size, options.seconds)
            except NotRunError as error:
                print(f"{name}: not run: {error}")
            except LoadFailedError as error:
                print(f"{name}: not measured: {error}")
            except WrkMissingError as error:
                print(f"crowd: not run: {error}")
                return 0
    print_table(outcomes)
    record: dict[str, Any] = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "size": options.size}
    record |= {"verdicts": verdicts(outcomes), "outcomes": {n: asdict(o) for n, o in outcomes.items()}}
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"crowd-{options.size}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
