"""Serve under mixed good and hostile load for minutes, and see whether memory, processes and files stay flat.

    uv run python -m benchmarks.soak --minutes 10

Starts `tongzhou serve` over a small writable dataset. Good clients look up, count, fetch what is cached, write and read
their write back; hostile ones send query bombs, broken HTTP, uploads that nest, and go away in mid-answer. Each second the
processes of the server are sampled from /proc: proportional memory (PSS), processes, zombies, open file descriptors. The verdict
is 'flat' where, after the first fifth of the time, the trend (Theil-Sen slope times the time left) of each stays within its
allowance, no zombie outlives three samples, and all answers to good clients were right. The record, with all samples, is
written as JSON into benchmarks/results/. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.soak_clients import DEADLINE, Service, Tally, be_good, be_hostile, start_service

SETTLING = 4.0
"""Seconds until a server has all its processes, and the data in memory."""

RESULTS = Path(__file__).parent / "results"
ALLOWED = {
    "server_mb": (0.10, 10.0),
    "tree_mb": (0.15, 60.0),
    "processes": (0.0, 2.0),
    "descriptors": (0.0, 10.0),
}
"""How much each figure may grow: a share of its median, or this much, whichever is more."""


@dataclass(frozen=True)
class Sample:
    """The server at one moment, and what good clients saw since the last one."""

    second: float
    server_mb: float
    tree_mb: float
    processes: int
    zombies: tuple[int, ...]
    descriptors: int
    answers: int
    p50_ms: float
    p99_ms: float


def pss_of(pid: int) -> float:
    """Return the proportional memory of a process in MB; 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def processes_of(session: int) -> dict[int, str]:
    """Return the states of the processes of a session, by their ids."""
    states: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                states[int(path.parent.name)] = fields[0]
    return states


def take_sample(server: int, start: float, tally: Tally) -> Sample:
    """Look at the server's processes and empty the list of latencies."""
    states = processes_of(server)
    latencies, tally.latencies = sorted(tally.latencies), []
    descriptors = 0
    for pid in states:
        with contextlib.suppress(OSError):
            descriptors += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Sample(
        second=round(time.monotonic() - start, 1),
        server_mb=round(pss_of(server), 2),
        tree_mb=round(sum(map(pss_of, states)), 2),
        processes=len(states),
        zombies=tuple(pid for pid, state in states.items() if state == "Z"),
        descriptors=descriptors,
        answers=len(latencies),
        p50_ms=_quantile(latencies, 0.5),
        p99_ms=_quantile(latencies, 0.99),
    )


def _quantile(latencies: Sequence[float], share: float) -> float:
    """Return a quantile in milliseconds of sorted seconds; 0 where there are none."""
    return round(1000 * latencies[int(share * (len(latencies) - 1))], 2) if latencies else 0.0


def trend(values: Sequence[float]) -> float:
    """Return by how much the values grow from first to last: the median of the slopes of all pairs, times the length."""
    thin = values[:: max(1, len(values) // 300)]
    slopes = [(b - a) / (j - i) for (i, a), (j, b) in itertools.combinations(enumerate(thin), 2)]
    return statistics.median(slopes) * (len(thin) - 1) if slopes else 0.0


def judge(samples: Sequence[Sample], tally: Tally) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Return the trends after warm-up, and what isn't flat."""
    steady = samples[len(samples) // 5 :]
    figures: dict[str, dict[str, float]] = {}
    faults = [f"{len(tally.wrong)} wrong answers, such as {tally.wrong[0]}"] if tally.wrong else []
    for name, (share, least) in ALLOWED.items():
        values = [float(getattr(sample, name)) for sample in steady]
        median, growth = statistics.median(values), trend(values)
        allowed = max(share * median, least)
        figures[name] = {
            "median": round(median, 2),
            "most": max(values),
            "growth": round(growth, 2),
            "allowed": round(allowed, 2),
        }
        if growth > allowed:
            faults.append(f"{name} grew by {growth:.1f}")
    for window in zip(samples, samples[1:], samples[2:], samples[3:], strict=False):
        lasting = set(window[0].zombies).intersection(*(sample.zombies for sample in window[1:]))
        faults += [f"zombie {pid} stayed" for pid in sorted(lasting)]
    return figures, faults


def soak(service: Service, seconds: float) -> tuple[list[Sample], list[Sample], Tally]:
    """Put load on the server; return the samples under load, those at rest before and after, and what clients saw."""
    time.sleep(SETTLING)
    tally, start = Tally(), time.monotonic()
    server = service.process.pid
    rest = [take_sample(server, start, tally)]
    work: list[Callable[[Service, Tally, int], None]] = [be_good, be_good, be_hostile, be_hostile, be_hostile]
    threads = [threading.Thread(target=run, args=(service, tally, index)) for index, run in enumerate(work)]
    for thread in threads:
        thread.start()
    samples: list[Sample] = []
    try:
        while time.monotonic() - start < seconds and service.process.poll() is None:
            time.sleep(1)
            samples.append(take_sample(server, start, tally))
    finally:
        tally.stop.set()
        for thread in threads:
            thread.join(timeout=30)
    time.sleep(DEADLINE + 1)
    rest.append(take_sample(server, start, tally))
    return samples, rest, tally


def report(samples: list[Sample], rest: list[Sample], tally: Tally) -> dict[str, object]:
    """Return the record of a run."""
    figures, faults = judge(samples, tally)
    answers = sum(sample.answers for sample in samples)
    if (
        rest[1].descriptors > rest[0].descriptors + 10
        or rest[1].processes > rest[0].processes + 3
        or rest[1].zombies
    ):
        faults.append("after the load more is left than was before it")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": samples[-1].second,
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 1),
        },
        "verdict": "flat" if not faults else "not flat",
        "faults": faults,
        "figures": figures,
        "good": {
            "answers": answers,
            "wrong": len(tally.wrong),
            "p50_ms": statistics.median(sample.p50_ms for sample in samples),
            "p99_ms": statistics.median(sample.p99_ms for sample in samples),
            "worst_p99_ms": max(sample.p99_ms for sample in samples),
        },
        "statuses": dict(sorted(tally.statuses.items())),
        "rest": [asdict(sample) for sample in rest],
        "samples": [asdict(sample) for sample in samples],
    }


def main() -> int:
    """Run the soak; return 1 where something isn't flat."""
    arguments = argparse.ArgumentParser(
        description="Serve under mixed load and watch memory, processes and files."
    )
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--results", type=Path, default=RESULTS, help="folder of the record")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service = start_service(Path(folder))
        try:
            record = report(*soak(service, options.minutes * 60))
            record["said"] = service.said()
        finally:
            service.process.terminate()
            try:
                service.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"soak-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for name in ("seconds", "figures", "good", "statuses", "faults", "verdict", "said"):
        print(f"{name}: {json.dumps(record[name])}")
    return int(record["verdict"] != "flat")


if __name__ == "__main__":
    sys.exit(main())
