"""What the processes of a server take: processor time and memory, from /proc. Linux only."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from benchmarks.soak import processes_of, pss_of

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE = 0.05
"""Share of a processor below which a server counts as idle."""


def cpu_by_process(session: int) -> dict[int, float]:
    """Return the seconds of processor time by process of a session, those of its ended children included."""
    seconds: dict[int, float] = {}
    for pid in processes_of(session):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            seconds[pid] = sum(map(int, fields[11:15])) / _TICKS
    return seconds


def cpu_seconds(session: int) -> float:
    """Return the seconds of processor time that a session has taken."""
    return sum(cpu_by_process(session).values())


def memory_mb(session: int) -> float:
    """Return the proportional memory of all processes of a session, in MB."""
    return sum(map(pss_of, processes_of(session)))


def busy_memory_mb(session: int, seconds: float) -> list[float]:
    """Return the proportional memory in MB of each process that works during the next seconds, largest first."""
    before = cpu_by_process(session)
    time.sleep(seconds)
    after = cpu_by_process(session)
    busy = [pid for pid, cpu in after.items() if cpu - before.get(pid, 0.0) > _IDLE * seconds]
    return sorted(map(pss_of, busy), reverse=True)


def drain(session: int, most: float) -> bool:
    """Wait until a session is idle, as servers go on with queries whose clients are gone; return whether it became so."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        before = cpu_seconds(session)
        time.sleep(0.25)
        if cpu_seconds(session) - before < _IDLE * 0.25:
            return True
    return False
