"""The queue of writes to a dataset, and the one process that does them. Runs in one event loop.

Writes are done in the order of their arrival, and acknowledged in groups: when the writer has made a group durable, and
what is asked from then on reads it. A write that is over its time ends the writer, for nothing else stops it; the writes
behind it were not sent yet, those before it are in the store's log and are acknowledged when the next writer has opened
it. A write whose end nobody saw is answered by an error that says so: it may be done or not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tongzhou.graph.errors import DatasetError, TongzhouError
from tongzhou.graph.primary import Outcome, Write
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.launch import Snapshot
from tongzhou.server.workers.writer_link import (
    WriterLauncher,
    WriterLink,
    WriterLostError,
    explain_end,
    start_writer,
)
from tongzhou.server.workers.writes import pack_write

_MOST_IN_GROUP = 256
_LONGEST_GROUP = 0.05  # seconds of writing, then those who wait for an acknowledgement come first
_RETRY = 1.0  # seconds between attempts to open a dataset that can't be opened
_SWITCHES = 20  # attempts to have a checkpoint read
_SWITCH_RETRY = 0.1  # seconds between them
_END = 5.0  # seconds in which a writer closes its store
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class WriteLimits:
    """Seconds that a write may take, counted from its arrival; how many writes, and bytes of them, may wait."""

    deadline: float = 30.0
    most_queued: int = 1_000
    most_queued_bytes: int = 268_435_456


@dataclass(eq=False)
class _Pending:
    """A write that somebody waits for. `outcome` is there once the writer has applied it."""

    frames: bytes
    seconds: float
    done: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    outcome: Outcome | None = None

    def fail(self, error: TongzhouError) -> None:
        if not self.done.done():
            self.done.set_exception(error)

    def acknowledge(self) -> None:
        if not self.done.done():
            assert self.outcome is not None
            self.done.set_result(self.outcome)


class Writer:
    """Takes writes to the dataset of a folder."""

    def __init__(
        self,
        launcher: WriterLauncher,
        folder: Path,
        limits: WriteLimits,
        *,
        on_checkpoint: Callable[[Snapshot], Awaitable[None]],
        oldest_read: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Nothing is started before `start`.

        `on_checkpoint` is awaited before the writes that a checkpoint holds are acknowledged. `oldest_read` tells the
        name of the oldest checkpoint that somebody reads, or None for the newest: those before it are removed.
        """
        self._launcher = launcher
        self._folder = folder
        self._limits = limits
        self._on_checkpoint = on_checkpoint
        self._oldest_read = oldest_read
        self._link: WriterLink | None = None
        self._newest = ""
        self._waiting: deque[_Pending] = deque()
        self._waiting_bytes = 0
        self._current: _Pending | None = None
        self._applied: list[_Pending] = []
        self._syncing = False
        self._wanted = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> Snapshot:
        """Start the writer and return the first checkpoint, which `on_checkpoint` is not called with.

        Raises DatasetInUseError, DatasetError, ConnectionError where no process can be started.
        """
        snapshot = await self._open()
        assert self._link is not None
        await self._link.end_group(snapshot.name)  # nobody reads checkpoints of a former server
        self._task = asyncio.get_running_loop().create_task(self._work())
        return snapshot

    async def write(self, write: Write, *, timeout: float | None = None) -> Outcome:
        """Do a write; it is durable, and read by whatever is asked next, when this returns.

        Raises what the write is refused for, DatasetError where the disk refuses, and RequestError: `busy` where it was
        not begun; `write-deadline`, `write-out-of-memory`, `write-interrupted` where it may be done or not. Cancelling
        the call takes back a write that was not begun.
        """
        frames = pack_write(write)
        if self._closing or self._is_full(len(frames)):
            raise RequestError("busy", {})
        pending = _Pending(frames, min(timeout or self._limits.deadline, self._limits.deadline))
        self._waiting.append(pending)
        self._waiting_bytes += len(frames)
        self._wanted.set()
        self._idle.clear()
        timer = asyncio.get_running_loop().call_later(pending.seconds, self._expire, pending)
        try:
            return await pending.done
        except asyncio.CancelledError:
            self._withdraw(pending)
            raise
        finally:
            timer.cancel()

    async def close(self, *, grace: float = 0.0) -> None:
        """Take no more writes, do those that wait within `grace` seconds, and let the writer close its store."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), grace)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._fail_waiting(RequestError("busy", {}))
        for pending in (self._current, *self._applied):
            if pending:
                pending.fail(RequestError("write-interrupted", {}))
        self._idle.set()
        if self._link:
            await self._link.end(_END)

    def _is_full(self, size: int) -> bool:
        bytes_too_many = self._waiting_bytes + size > self._limits.most_queued_bytes and bool(self._waiting)
        return bytes_too_many or len(self._waiting) >= self._limits.most_queued

    def _withdraw(self, pending: _Pending) -> bool:
        """Take a write out of the queue; return whether it was still there."""
        if pending not in self._waiting:
            return False
        self._waiting.remove(pending)
        self._waiting_bytes -= len(pending.frames)
        return True

    def _expire(self, pending: _Pending) -> None:
        """Answer a write that is over its time, and end the writer where it is at that write."""
        if self._withdraw(pending):
            pending.fail(RequestError("busy", {}))
            return
        pending.fail(RequestError("write-deadline", {"seconds": f"{pending.seconds:g}"}))
        if self._link and (pending is self._current or self._syncing):
            self._link.handle.kill()

    async def _open(self) -> Snapshot:
        self._link, snapshot = await start_writer(self._launcher, self._folder)
        self._newest = snapshot.name
        return snapshot

    async def _work(self) -> None:
        """Do what waits, group by group, for ever."""
        while True:
            await self._wanted.wait()
            if self._link is None:
                await self._open_again()
            if self._link is not None:
                try:
                    await self._do_group(self._link)
                except WriterLostError:
                    await self._recover(self._link)
            if not self._waiting:
                self._wanted.clear()
                self._idle.set()

    async def _do_group(self, link: WriterLink) -> None:
        """Have the writer do what waits, up to a bound, and sync it. Raises WriterLostError."""
        begun = time.monotonic()
        while self._waiting and len(self._applied) < _MOST_IN_GROUP:
            if link.lost:
                raise WriterLostError
            await self._apply(link, self._waiting.popleft())
            if time.monotonic() - begun > _LONGEST_GROUP:
                break
        if self._applied:
            await self._make_durable(link)

    async def _apply(self, link: WriterLink, pending: _Pending) -> None:
        """Have the writer apply a write. Raises WriterLostError where it has to be started again."""
        self._waiting_bytes -= len(pending.frames)
        self._current = pending
        try:
            pending.outcome = await link.apply(pending.frames)
            self._applied.append(pending)
        except TongzhouError as error:
            pending.fail(error)
            if isinstance(error, DatasetError):
                _LOG.warning("%s", error)
                raise WriterLostError from error
        self._current = None

    async def _make_durable(self, link: WriterLink) -> None:
        """Have the writer sync the group. Raises WriterLostError where what was kept is not known."""
        self._syncing = True
        try:
            snapshot = await link.end_group(self._oldest_read() or self._newest)
        except DatasetError as error:
            _LOG.warning("%s", error)
            raise WriterLostError from error
        finally:
            self._syncing = False
        await self._publish(snapshot)

    async def _publish(self, snapshot: Snapshot) -> None:
        """Have a checkpoint read, then acknowledge what it holds; where it can't be read, nobody is told 'done'."""
        self._newest = snapshot.name
        read = await self._have_read(snapshot)
        for pending in self._applied:
            if read:
                pending.acknowledge()
            else:
                pending.fail(RequestError("write-interrupted", {}))
        self._applied.clear()

    async def _have_read(self, snapshot: Snapshot) -> bool:
        for _ in range(_SWITCHES):
            try:
                await self._on_checkpoint(snapshot)
            except OSError as error:
                _LOG.warning("checkpoint %s is not read yet: %r", snapshot.name, error)
                await asyncio.sleep(_SWITCH_RETRY)
            else:
                return True
        return False

    async def _recover(self, lost: WriterLink) -> None:
        """Start the writer again, and acknowledge what the one before had applied."""
        self._link = None
        error = explain_end(await lost.end(_END))
        if self._current:
            self._current.fail(error)
            self._current = None
        _LOG.warning("the writer has ended and is started again")
        await self._open_again()

    async def _open_again(self) -> None:
        """Open the dataset again; where it can't be, all who wait are told."""
        try:
            await self._publish(await self._open())
        except (DatasetError, ConnectionError) as error:
            _LOG.warning("no writes for now: %s", error)
            full = error if isinstance(error, DatasetError) else None
            for pending in self._applied:
                pending.fail(full or RequestError("write-interrupted", {}))
            self._applied.clear()
            self._fail_waiting(full or RequestError("busy", {}))
            await asyncio.sleep(_RETRY)

    def _fail_waiting(self, error: TongzhouError) -> None:
        for pending in self._waiting:
            pending.fail(error)
        self._waiting.clear()
        self._waiting_bytes = 0
