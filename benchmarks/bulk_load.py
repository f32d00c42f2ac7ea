"""Processor time of `tongzhou load` beside `oxigraph load`: the same file into a new folder, one after the other."""

from __future__ import annotations

import resource
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers import TONGZHOU, NotRunError, oxigraph_binary
from benchmarks.ratios import MOST_LOAD, paired

Times = Mapping[str, list[float]]
"""CPU seconds by program, one of each round."""


def measure(data: Path, rounds: int) -> Times:
    """Load a file with both programs, round by round. Raises NotRunError where there is no Oxigraph, or a load fails."""
    binary = oxigraph_binary()
    times: dict[str, list[float]] = {"tongzhou": [], "oxigraph": []}
    for number in range(rounds):
        for name in sorted(times, reverse=number % 2 == 1):
            with tempfile.TemporaryDirectory() as folder:
                store = f"{folder}/store"
                ours = [*TONGZHOU, "load", store, str(data)]
                theirs = [binary, "load", "--location", store, "--file", str(data)]
                times[name].append(cpu_of(ours if name == "tongzhou" else theirs))
    return times


def cpu_of(command: list[str]) -> float:
    """Run a command and return the CPU seconds that it took. Raises NotRunError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise NotRunError(f"{' '.join(command[:4])} … failed: {done.stderr.strip()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def tell(loads: Times, starts: Times) -> str:
    """Return a line: the ratio, whether it is low enough, and what of it is the start of the programs."""
    ratio = paired(loads["tongzhou"], loads["oxigraph"])
    assert ratio is not None
    reached = "met" if ratio.median <= MOST_LOAD else "not met"
    seconds = {name: (min(loads[name]), min(starts[name])) for name in loads}
    parts = [f"{name} {load:.2f} s, an empty file {start:.2f} s" for name, (load, start) in seconds.items()]
    return f"bulk load, CPU time: {ratio} × `oxigraph load` (≤ {MOST_LOAD}: {reached}); least: {'; '.join(parts)}"
