"""The supervised workers: who answers what, for how long, and what happens to those that take too long.

Light workers take the queries. One that works on a query for longer than a moment is long: it gets the lowest
claim on the processors, another light worker takes its place, and it ends with its query. At the most long
queries the newest is shed; at its deadline a query is ended by ending its worker. So nobody waits behind
somebody else's long query, and no query outlives its deadline. All of this runs in one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.launch import Handle, Snapshot
from tongzhou.server.workers.link import Answer, WorkerLink

_SWEEP = 0.02  # seconds between looks at what runs
_MOMENT = 0.04  # seconds after which a query is long
_NICE = 15
_RETRY = 0.2  # seconds
_ANSWERS_PER_WORKER = 20_000  # then a fresh one takes its place, so that no leak lasts
_LOG = logging.getLogger(__name__)
_CRASHES: Mapping[int, str] = {signal.SIGABRT: "out-of-memory", signal.SIGSEGV: "query-crashed"}


class Launcher(Protocol):
    """What starts processes: see launch.py and spawn.py."""

    async def launch(self, snapshot: Snapshot) -> Handle:
        """Start a worker over a snapshot."""
        ...

    async def load(self, snapshot: Snapshot) -> bool:
        """Hold a snapshot in memory, if it may be; return whether new workers have it from there."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


@dataclass(frozen=True)
class Limits:
    """Light workers; long, queued and per-client queries at once; seconds that a query may take."""

    workers: int
    most_running: int
    most_queued: int
    per_client: int
    deadline: float


@dataclass(eq=False)
class _Worker:
    """A process with its connection; `job` is what it works on."""

    handle: Handle
    generation: int
    link: WorkerLink = field(init=False)
    job: _Running | None = None
    long: bool = False
    dying: bool = False
    answers: int = 0


@dataclass(eq=False)
class _Running:
    """A query that somebody waits for."""

    payload: bytes
    client: str
    seconds: float
    turn: asyncio.Future[_Worker]
    arrived: float
    begun: float = 0.0
    left: bool = False


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many workers are idle and busy, how many queries are long and queued, and what came of all so far."""

    idle: int
    busy: int
    long: int
    queued: int
    counts: Mapping[str, int]


class Pool:
    """Workers over the current snapshot."""

    def __init__(self, launcher: Launcher, limits: Limits) -> None:
        """Nothing is started before `switch`."""
        self._launcher = launcher
        self._limits = limits
        self._snapshot: Snapshot | None = None
        self._generation = 0
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._starting = 0
        self._waiting: deque[_Running] = deque()
        self._per_client: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False

    async def switch(self, snapshot: Snapshot) -> None:
        """Answer from another snapshot: what begins now sees it, what runs ends on the one that it began on."""
        self._snapshot = snapshot
        self._renew()
        await self._start_worker()

    async def load(self) -> None:
        """Hold the snapshot in memory, if it may be, and fork from there."""
        if self._snapshot and await self._launcher.load(self._snapshot):
            self._renew()
            self._fill()

    def _renew(self) -> None:
        self._generation += 1
        for worker in self._idle:
            self._end(worker)
        self._idle.clear()

    @property
    def snapshot(self) -> Snapshot:
        """Return the snapshot that queries are answered from."""
        assert self._snapshot is not None
        return self._snapshot

    def state(self) -> PoolState:
        """Return what the pool is doing."""
        long = sum(worker.long for worker in self._busy)
        return PoolState(len(self._idle), len(self._busy), long, len(self._waiting), dict(self._counts))

    async def answer(self, job: Job, *, client: str, timeout: float | None = None) -> Answer:
        """Answer a query. Cancelling the call ends the query.

        Raises what the worker refused; RequestError `too-many-requests`, `busy`, `shed`, `deadline`,
        `out-of-memory`, `query-crashed`.
        """
        if self._per_client[client] >= self._limits.per_client:
            raise self._refuse("too-many-requests")
        if len(self._waiting) >= self._limits.most_queued:
            raise self._refuse("busy")
        self._per_client[client] += 1
        seconds = min(timeout or self._limits.deadline, self._limits.deadline)
        loop = asyncio.get_running_loop()
        running = _Running(job.to_json(), client, seconds, loop.create_future(), arrived=time.monotonic())
        try:
            worker = await self._turn(running)
        except BaseException:
            self._leave(running)
            raise
        try:
            answer = await worker.link.ask(running.payload)
        except asyncio.CancelledError:
            self._give_up(worker, running)
            raise
        if answer.stream is None:
            return answer
        return replace(answer, cancel=lambda: self._give_up(worker, running))

    async def _turn(self, running: _Running) -> _Worker:
        """Return a worker for the query, at once or when one is free."""
        if self._idle:
            worker = self._idle.pop()
            self._begin(worker, running)
            return worker
        self._waiting.append(running)
        self._fill()
        self._sweep_later()
        try:
            return await running.turn
        except asyncio.CancelledError:
            with contextlib.suppress(ValueError):
                self._waiting.remove(running)
            if running.turn.done() and not running.turn.cancelled():
                self._give_up(running.turn.result(), running)
            raise

    def _begin(self, worker: _Worker, running: _Running) -> None:
        running.begun = time.monotonic()
        worker.job = running
        self._busy.add(worker)
        self._sweep_later()

    def _leave(self, running: _Running) -> None:
        """Let the client ask again."""
        if running.left:
            return
        running.left = True
        self._per_client[running.client] -= 1
        if self._per_client[running.client] <= 0:
            del self._per_client[running.client]

    def _refuse(self, kind: str, **facts: str) -> RequestError:
        self._counts[kind] += 1
        return RequestError(kind, facts)

    def _fill(self) -> None:
        """Start light workers up to their number."""
        light = len(self._idle) + sum(not worker.long for worker in self._busy) + self._starting
        for _ in range(self._limits.workers - light):
            self._in_background(self._start_again())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start_again(self) -> None:
        """Start a worker; where the system refuses, try again a little later."""
        try:
            await self._start_worker()
        except OSError as error:
            _LOG.warning("a worker can't be started: %s", error)
            await asyncio.sleep(_RETRY)
            self._in_background(self._start_again())

    async def _start_worker(self) -> None:
        """Start one worker; `_on_ready` takes it in."""
        if self._closed:
            return
        self._starting += 1
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            handle = await self._launcher.launch(self.snapshot)
            worker = _Worker(handle, self._generation)
            worker.link = WorkerLink(
                on_ready=lambda _: self._on_ready(worker, ready),
                on_done=lambda _: self._on_done(worker),
                on_lost=lambda _: self._on_lost(worker, ready),
            )
            await handle.connect(worker.link)
            await ready
        finally:
            self._starting -= 1

    def _on_ready(self, worker: _Worker, ready: asyncio.Future[None]) -> None:
        ready.set_result(None)
        self._free(worker)

    def _free(self, worker: _Worker) -> None:
        """Give a worker the next query, or let it wait for one."""
        if worker.generation != self._generation or self._closed or worker.answers >= _ANSWERS_PER_WORKER:
            self._end(worker)
            self._fill()
            return
        while self._waiting:
            running = self._waiting.popleft()
            if not running.turn.done():
                self._begin(worker, running)
                running.turn.set_result(worker)
                return
        self._idle.append(worker)

    def _on_done(self, worker: _Worker) -> None:
        self._release(worker)
        worker.answers += 1
        self._counts["answered"] += 1
        if worker.long:
            self._end(worker)
            self._fill()
        else:
            self._free(worker)

    def _release(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        if worker.job:
            self._leave(worker.job)
            worker.job = None

    def _on_lost(self, worker: _Worker, ready: asyncio.Future[None]) -> None:
        """Find out why a worker ended that nobody ended."""
        if not ready.done():
            ready.set_exception(ConnectionError("a worker ended before it was ready"))
        if worker.dying:
            return
        worker.dying = True
        if worker in self._idle:
            self._idle.remove(worker)
        self._in_background(self._explain(worker))

    async def _explain(self, worker: _Worker) -> None:
        try:
            status = await asyncio.wait_for(asyncio.shield(worker.handle.ended), 2)
        except TimeoutError:
            status = signal.SIGKILL
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        worker.link.fail(self._refuse(_CRASHES.get(number, "worker-lost")))
        self._release(worker)
        self._fill()

    def _end(self, worker: _Worker) -> None:
        """End a worker; it leaves the count at once, although the system may take its time."""
        worker.dying = True
        worker.handle.kill()
        worker.link.close()

    def _stop(self, worker: _Worker, error: TongzhouError) -> None:
        """End a query by ending its worker."""
        self._end(worker)
        self._release(worker)
        worker.link.fail(error)
        self._fill()

    def _give_up(self, worker: _Worker, running: _Running) -> None:
        """End a query whose client has gone, if it still runs."""
        if worker.job is running:
            self._counts["abandoned"] += 1
            self._stop(worker, RequestError("client-gone", {}))

    def _sweep_later(self) -> None:
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(_SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Look at everything that runs or waits: end what is over its time, move aside what is long."""
        self._sweeping = None
        now = time.monotonic()
        for worker in list(self._busy):
            running = worker.job
            if running is None:
                continue
            if now - running.arrived >= running.seconds:
                self._stop(worker, self._refuse("deadline", seconds=f"{running.seconds:g}"))
            elif now - running.begun >= _MOMENT and not worker.long:
                self._make_long(worker)
        for running in [one for one in self._waiting if now - one.arrived >= one.seconds]:
            self._waiting.remove(running)
            if not running.turn.done():
                running.turn.set_exception(self._refuse("busy"))
        if self._busy or self._waiting:
            self._sweep_later()

    def _make_long(self, worker: _Worker) -> None:
        if sum(other.long for other in self._busy) >= self._limits.most_running:
            self._stop(worker, self._refuse("shed"))
            return
        worker.long = True
        with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, worker.handle.pid, _NICE)
        self._fill()

    async def close(self, *, grace: float = 0.0) -> None:
        """End all workers, those at work after `grace` seconds at the latest."""
        end = time.monotonic() + grace
        while (self._busy or self._waiting) and time.monotonic() < end:
            await asyncio.sleep(_SWEEP)
        self._closed = True
        for worker in [*self._idle, *self._busy]:
            self._end(worker)
        for task in self._tasks:
            task.cancel()
        self._launcher.close()
