"""The supervised workers: who answers what, for how long, and what happens to those that take too long.

Light workers take the queries. Where one works on a query for longer than a moment, another takes its place, so that
nobody waits behind it; it comes back when it has answered. A query that goes on is long: its worker gets the lowest
claim on the processors, and ends with it. Both are told by the processor's time, where the system tells that, for on a
busy machine short queries last long too. Over the most long queries the newest is shed; at its deadline a query is
ended by ending its worker, so that no query outlives it. All of this runs in one event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.problems import RequestError
from tongzhou.server.workers import sandbox
from tongzhou.server.workers.crew import Crew
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.launch import Launcher, Snapshot
from tongzhou.server.workers.link import Answer
from tongzhou.server.workers.member import Member

_SWEEP = 0.02  # seconds between looks at what runs
_MOMENT = 0.04  # seconds of a processor after which another worker takes the place of one that is at work
_LONG = 0.25  # seconds of a processor after which a query is long
_LATE = 4  # times as many seconds, of which a processor had other work, count as much


@dataclass(frozen=True)
class Limits:
    """Light workers; long, queued and per-client queries at once; seconds that a query may take."""

    workers: int
    most_running: int
    most_queued: int
    per_client: int
    deadline: float


@dataclass(eq=False)
class _Running:
    """A query that somebody waits for; `member` works on it, once it is its turn."""

    payload: bytes
    client: str
    seconds: float
    answer: asyncio.Future[Answer]
    arrived: float
    begun: float = 0.0
    clock: float | None = None
    member: Member | None = None
    lent: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many workers are idle and busy, how many queries are long and queued, and what came of all so far.

    `pids` are the numbers of the workers' processes.
    """

    idle: int
    busy: int
    long: int
    queued: int
    counts: Mapping[str, int]
    pids: tuple[int, ...]


class Pool:
    """Workers over the current snapshot."""

    def __init__(self, launcher: Launcher, limits: Limits) -> None:
        """Nothing is started before `switch`."""
        self._limits = limits
        self._crew = Crew(
            launcher, limits.workers, on_free=self._on_free, on_done=self._on_done, on_lost=self._on_lost
        )
        self._busy: dict[Member, _Running] = {}
        self._waiting: deque[_Running] = deque()
        self._per_client: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._sweeping: asyncio.TimerHandle | None = None
        self._closing = False

    async def switch(self, snapshot: Snapshot) -> None:
        """Answer from another snapshot: what begins from the return on sees it, what runs ends on its own.

        Raises OSError where no worker can be started over it: the former one stays.
        """
        await self._crew.switch(snapshot)

    async def load(self) -> bool:
        """Hold the snapshot in memory, if it may be, and fork from there; return whether it is so."""
        return await self._crew.load()

    @property
    def snapshot(self) -> Snapshot:
        """Return the snapshot that queries are answered from."""
        return self._crew.snapshot

    @property
    def oldest_snapshot(self) -> str:
        """Return the name of the oldest snapshot that a query may still be answered from."""
        return self._crew.oldest

    def state(self) -> PoolState:
        """Return what the pool is doing."""
        return PoolState(
            idle=self._crew.idle,
            busy=len(self._busy),
            long=self._count_long(),
            queued=len(self._waiting),
            counts=dict(self._counts),
            pids=tuple(self._crew.pids),
        )

    async def answer(self, job: Job, *, client: str, timeout: float | None = None) -> Answer:
        """Answer a query. Cancelling the call ends the query.

        Raises what the worker refused; RequestError `too-many-requests`, `busy`, `shed`, `deadline`,
        `out-of-memory`, `query-crashed`, `internal-error`, `worker-lost`.
        """
        if self._per_client[client] >= self._limits.per_client:
            raise self._refuse("too-many-requests")
        if self._closing or len(self._waiting) >= self._limits.most_queued:
            raise self._refuse("busy")
        seconds = self._limits.deadline if timeout is None else min(timeout, self._limits.deadline)
        running = _Running(
            job.to_bytes(), client, seconds, asyncio.get_running_loop().create_future(), time.monotonic()
        )
        self._per_client[client] += 1
        member = self._crew.take()
        if member:
            self._begin(member, running)
        else:
            self._waiting.append(running)
        self._sweep_later()
        try:
            answer = await running.answer
        except asyncio.CancelledError:
            self._give_up(running)
            raise
        if answer.stream is None:
            return answer
        return replace(answer, cancel=partial(self._give_up, running))

    async def close(self, *, grace: float = 0.0) -> None:
        """Refuse what is new, and end all workers, those at work after `grace` seconds at the latest."""
        self._closing = True
        end = time.monotonic() + grace
        while (self._busy or self._waiting) and time.monotonic() < end:
            await asyncio.sleep(_SWEEP)
        for running in list(self._waiting):
            self._send_away(running)
        for member in list(self._busy):
            self._stop(member, self._refuse("worker-lost"))
        if self._sweeping:
            self._sweeping.cancel()
        await self._crew.close()

    def _begin(self, member: Member, running: _Running) -> None:
        running.begun = time.monotonic()
        running.member = member
        self._busy[member] = running
        member.link.ask(running.payload, running.answer)

    def _on_free(self, member: Member) -> bool:
        """Begin the query that has waited longest, if one waits."""
        if not self._waiting:
            return False
        self._begin(member, self._waiting.popleft())
        return True

    def _on_done(self, member: Member) -> None:
        self._release(member)
        self._counts["answered"] += 1
        self._crew.give_back(member)

    def _on_lost(self, member: Member, kind: str) -> None:
        if member in self._busy:
            self._release(member)
            member.link.fail(self._refuse(kind))

    def _release(self, member: Member) -> None:
        self._leave(self._busy.pop(member))

    def _leave(self, running: _Running) -> None:
        """Let the client ask again."""
        self._per_client[running.client] -= 1
        if self._per_client[running.client] == 0:
            del self._per_client[running.client]

    def _refuse(self, kind: str, **facts: str) -> RequestError:
        self._counts[kind] += 1
        return RequestError(kind, facts)

    def _stop(self, member: Member, error: TongzhouError) -> None:
        """End a query by ending its worker."""
        self._release(member)
        member.link.fail(error)
        self._crew.dismiss(member)

    def _send_away(self, running: _Running) -> None:
        """Refuse a query that has waited."""
        self._waiting.remove(running)
        self._leave(running)
        if not running.answer.done():
            running.answer.set_exception(self._refuse("busy"))

    def _give_up(self, running: _Running) -> None:
        """End a query whose client has gone, if it still runs or waits."""
        if running.member and self._busy.get(running.member) is running:
            self._counts["abandoned"] += 1
            self._stop(running.member, RequestError("client-gone", {}))
        elif running in self._waiting:
            self._counts["abandoned"] += 1
            self._waiting.remove(running)
            self._leave(running)

    def _sweep_later(self) -> None:
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(_SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Look at everything that runs or waits: end what is over its time, move aside what is long."""
        self._sweeping = None
        now = time.monotonic()
        for member, running in list(self._busy.items()):
            if now - running.arrived >= running.seconds:
                self._stop(member, self._refuse("deadline", seconds=f"{running.seconds:g}"))
            elif not running.long:
                self._look_at(member, running, now - running.begun)
        for running in [one for one in self._waiting if now - one.arrived >= one.seconds]:
            self._send_away(running)
        if self._busy or self._waiting:
            self._sweep_later()

    def _look_at(self, member: Member, running: _Running, seconds: float) -> None:
        """See whether a query has taken more than a moment, or is long."""
        spent = max(_spent(member, running, seconds), seconds / _LATE)
        if spent >= _LONG:
            self._make_long(member, running)
        elif spent >= _MOMENT and not running.lent:
            self._lend(member, running)

    def _lend(self, member: Member, running: _Running) -> None:
        """Have another worker take the place of one that is at work, unless there are far too many already."""
        if sum(other.lent for other in self._busy.values()) < 2 * self._limits.most_running:
            running.lent = True
            self._crew.lend(member)

    def _make_long(self, member: Member, running: _Running) -> None:
        if self._count_long() >= self._limits.most_running:
            self._stop(member, self._refuse("shed"))
            return
        running.long = True
        self._crew.set_aside(member)

    def _count_long(self) -> int:
        return sum(running.long for running in self._busy.values())


def _spent(member: Member, running: _Running, seconds: float) -> float:
    """Return the processor's time that a query has taken since the first look at it, else all its seconds."""
    clock = sandbox.processor_seconds(member.handle.pid)
    if clock is None:
        return seconds
    if running.clock is None:
        running.clock = clock
    return clock - running.clock
