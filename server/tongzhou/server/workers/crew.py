"""The workers as processes: how many stand ready, over which snapshot, and what became of each.

Light workers are kept at their number: one that is lost, dismissed, lent or set aside is replaced at once. Lent workers
come back, and those that are then too many go after a while without work. A worker over a former snapshot finishes its
query and is dismissed. All of this runs in one event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from tongzhou.server.workers.launch import Handle, Launcher, Snapshot
from tongzhou.server.workers.link import WorkerLink
from tongzhou.server.workers.member import Member, cause_of

_RETRY = 0.2  # seconds
_SURPLUS = 1.0  # seconds between looks at whether idle workers are too many
_CLOSE = 10.0  # seconds that it may take to end all
_ANSWERS_PER_WORKER = 20_000  # then a fresh one takes its place, so that no leak lasts
_LOG = logging.getLogger(__name__)


class Crew:
    """Keeps `size` light workers over the current snapshot.

    `on_free` is offered a worker that has nothing to do, and returns whether it took it; `on_done` hears that an
    answer has ended, and gives the worker back; `on_lost` hears of a worker that ended by itself, and the cause as
    a kind of problem.
    """

    def __init__(
        self,
        launcher: Launcher,
        size: int,
        *,
        on_free: Callable[[Member], bool],
        on_done: Callable[[Member], None],
        on_lost: Callable[[Member, str], None],
    ) -> None:
        """Nothing is started before `switch`."""
        self._launcher = launcher
        self._size = size
        self._on_free = on_free
        self._on_done = on_done
        self._on_lost = on_lost
        self._snapshot: Snapshot | None = None
        self._generation = 0
        self._light: set[Member] = set()
        self._lent: set[Member] = set()
        self._idle: list[Member] = []
        self._starting = 0
        self._handles: dict[Handle, Snapshot] = {}
        self._loads: list[Snapshot] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._trimming: asyncio.TimerHandle | None = None
        self._moving = asyncio.Lock()
        self._loading = asyncio.Lock()
        self._closed = False

    @property
    def snapshot(self) -> Snapshot:
        """Return the current snapshot."""
        assert self._snapshot is not None
        return self._snapshot

    @property
    def idle(self) -> int:
        """Return how many workers have nothing to do."""
        return len(self._idle)

    @property
    def pids(self) -> list[int]:
        """Return the numbers of all processes that have not ended."""
        return [handle.pid for handle in self._handles if handle.pid]

    @property
    def oldest(self) -> str:
        """Return the name of the oldest snapshot that a process has open, or loads; names of snapshots sort by age."""
        return min(snapshot.name for snapshot in (self.snapshot, *self._loads, *self._handles.values()))

    async def switch(self, snapshot: Snapshot) -> None:
        """Move to another snapshot; return when the first worker stands ready over it.

        Raises OSError where none does: then everything is as before.
        """
        async with self._moving:
            await self._move(snapshot)
            self._launcher.unload()

    async def load(self) -> bool:
        """Hold the snapshot in memory, if it may be, and move to workers that have it from there.

        Returns whether it is so; where the system refuses, workers go on reading from the disk.
        """
        async with self._loading:
            try:
                return await self._load(self.snapshot)
            except OSError as error:
                _LOG.warning("the data can't be held in memory: %s", error)
                return False

    async def _load(self, snapshot: Snapshot) -> bool:
        self._loads.append(snapshot)
        try:
            loaded = await self._launcher.load(snapshot)
        finally:
            self._loads.remove(snapshot)
        if not loaded:
            return False
        async with self._moving:
            if snapshot is not self._snapshot:  # the crew moved on meanwhile
                self._launcher.unload()
                return False
            await self._move(snapshot)
            return True

    async def _move(self, snapshot: Snapshot) -> None:
        member = await self._start(snapshot, self._generation + 1)
        self._generation += 1
        self._snapshot = snapshot
        self._light.add(member)
        former, self._idle = self._idle, []
        for idle in former:
            self.dismiss(idle)
        self._offer(member)
        self._fill()

    def take(self) -> Member | None:
        """Return a worker that has nothing to do, if there is one."""
        return self._idle.pop() if self._idle else None

    def give_back(self, member: Member) -> None:
        """Take a worker back that has answered."""
        member.answers += 1
        if member in self._lent:
            self._lent.discard(member)
            self._light.add(member)
            self._trim_later()
        if member.answers >= _ANSWERS_PER_WORKER:
            self.dismiss(member)
        else:
            self._offer(member)

    def lend(self, member: Member) -> None:
        """Let another worker take the place of one that is at work for longer than a moment; it comes back."""
        self._light.discard(member)
        self._lent.add(member)
        self._fill()

    def set_aside(self, member: Member) -> None:
        """Let a worker go on with the lowest claim on the processors; it does not come back."""
        self._light.discard(member)
        self._lent.discard(member)
        member.handle.lower_priority()
        self._fill()

    def dismiss(self, member: Member) -> None:
        """End a worker; it leaves the count at once, although the system may take its time."""
        self._forget(member)
        member.link.close()
        member.handle.kill()
        self._fill()

    async def close(self) -> None:
        """End all processes."""
        self._closed = True
        if self._trimming:
            self._trimming.cancel()
        for member in [*self._light, *self._lent]:
            self.dismiss(member)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for handle in self._handles:
            handle.kill()
        if self._handles:
            await asyncio.wait([handle.ended for handle in self._handles], timeout=_CLOSE)
        self._launcher.close()

    def _offer(self, member: Member) -> None:
        """Give a worker the next query, or let it wait for one."""
        if member.gone or member not in self._light or member.generation != self._generation:
            self.dismiss(member)
        elif not self._on_free(member):
            self._idle.append(member)

    def _forget(self, member: Member) -> None:
        member.gone = True
        self._light.discard(member)
        self._lent.discard(member)
        if member in self._idle:
            self._idle.remove(member)

    def _trim_later(self) -> None:
        if self._trimming is None and len(self._light) > self._size:
            self._trimming = asyncio.get_running_loop().call_later(_SURPLUS, self._trim)

    def _trim(self) -> None:
        """Dismiss idle workers over the number, those first that have been idle for longest."""
        self._trimming = None
        while self._idle and len(self._light) > self._size:
            self.dismiss(self._idle[0])
        self._trim_later()

    def _fill(self) -> None:
        """Start light workers up to their number."""
        if self._closed or self._snapshot is None:
            return
        for _ in range(self._size - len(self._light) - self._starting):
            self._starting += 1
            self._in_background(self._start_light())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start_light(self) -> None:
        """Start a worker and take it in; where the system refuses, try again a little later."""
        member = None
        try:
            while member is None:
                try:
                    member = await self._start(self.snapshot, self._generation)
                except OSError as error:
                    _LOG.warning("a worker can't be started: %s", error)
                    await asyncio.sleep(_RETRY)
        finally:
            self._starting -= 1
        self._light.add(member)
        self._offer(member)

    async def _start(self, snapshot: Snapshot, generation: int) -> Member:
        """Start a worker and wait until it is ready. Raises OSError where it can't be started."""
        handle = await self._launcher.launch(snapshot)
        self._handles[handle] = snapshot
        handle.ended.add_done_callback(lambda _: self._handles.pop(handle, None))
        member = Member(handle, generation)
        member.link = WorkerLink(
            on_ready=member.note_ready,
            on_done=lambda: self._on_done(member),
            on_lost=lambda: self._lose(member),
        )
        try:
            await member.start()
        except BaseException:
            member.gone = True
            member.ready.cancel()
            member.link.close()
            handle.kill()
            raise
        return member

    def _lose(self, member: Member) -> None:
        """Find out why a worker ended that nobody ended."""
        if not member.ready.done():
            member.ready.set_exception(ConnectionResetError())
        elif not member.gone:
            self._forget(member)
            self._fill()
            self._in_background(self._explain(member))

    async def _explain(self, member: Member) -> None:
        status = await member.exit_status()
        member.handle.kill()
        self._on_lost(member, cause_of(status))
