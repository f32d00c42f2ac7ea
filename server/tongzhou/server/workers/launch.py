"""How processes come to be: forked from a template, or spawned where there is no fork. Runs in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tongzhou.server.workers.template import LARGEST_MESSAGE

_FDS_PER_MESSAGE = 2
_NICE = 15
_GONE = "the template of workers has ended"
_END = 5.0  # seconds that a template may take to end
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Data that never changes: the folder of an Oxigraph store, and the name that entity tags are made from."""

    path: Path
    name: str


class Handle(Protocol):
    """A process that was started."""

    pid: int
    ended: asyncio.Future[int]
    """Its exit status, once it is known: the number of a signal is negative, as in `subprocess`."""

    def kill(self) -> None:
        """End it at once; nothing happens where it has ended."""
        ...

    def lower_priority(self) -> None:
        """Give it the lowest claim on the processors, where the system lets us."""
        ...

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Tie its channel to a protocol."""
        ...


class Launcher(Protocol):
    """What starts processes."""

    async def launch(self, snapshot: Snapshot) -> Handle:
        """Start a worker over a snapshot. Raises OSError where the system refuses."""
        ...

    async def launch_writer(self, folder: Path) -> Handle:
        """Start the writer of a dataset. Raises OSError where the system refuses."""
        ...

    async def load(self, snapshot: Snapshot) -> bool:
        """Hold a snapshot in memory, if it may be; return whether new workers have it from there."""
        ...

    def unload(self) -> None:
        """Let go of what is held in memory; workers that have it from there may finish."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


class ForkedHandle:
    """A child of a template, told apart by its pidfd."""

    def __init__(self, pid: int, pidfd: int, channel: socket.socket) -> None:
        """Keep what the template sent."""
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pidfd = pidfd
        self.channel = channel

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError, OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def lower_priority(self) -> None:
        """Give the process the lowest claim on the processors."""
        lower_priority(self.pid)

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Tie the channel to a protocol."""
        loop = asyncio.get_running_loop()
        self.channel.setblocking(False)
        await loop.create_connection(lambda: protocol, sock=self.channel)

    def tell_end(self, status: int) -> None:
        """Note the exit status and let go of the pidfd."""
        if not self.ended.done():
            self.ended.set_result(status)
            os.close(self._pidfd)


def lower_priority(pid: int) -> None:
    """Give a process the lowest claim on the processors; nothing happens where it has ended."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, pid, _NICE)


class TemplateConnection:
    """The server's end of a template."""

    def __init__(self, control: socket.socket) -> None:
        """Watch the socket."""
        self._control = control
        self._control.setblocking(False)
        self._orders: dict[int, asyncio.Future[ForkedHandle]] = {}
        self._children: dict[int, ForkedHandle] = {}
        self._number = 0
        self._retired = False
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.loaded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(control.fileno(), self._read)

    async def fork(self, order: dict[str, Any]) -> ForkedHandle:
        """Ask for a process. Raises OSError where the template is gone, or the system refuses."""
        if self.lost.done():
            raise ConnectionError(_GONE)
        self._number += 1
        self._control.send(json.dumps({**order, "id": self._number}).encode())
        forked: asyncio.Future[ForkedHandle] = asyncio.get_running_loop().create_future()
        self._orders[self._number] = forked
        return await forked

    def retire(self) -> None:
        """Let the template end once all that was forked from it has ended."""
        self._retired = True
        if not self._children and not self._orders:
            self.close()

    def close(self) -> None:
        """Let the template end, and with it whatever was forked from it."""
        if self.lost.done():
            return
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        self._lose()

    def _read(self) -> None:
        try:
            message, fds, _, _ = socket.recv_fds(self._control, LARGEST_MESSAGE, _FDS_PER_MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            message, fds = b"", []
        if not message:
            self.close()
            return
        self._take(json.loads(message), fds)

    def _take(self, told: dict[str, Any], fds: list[int]) -> None:
        if "forked" in told:
            self._take_child(told["pid"], self._orders.pop(told["forked"]), fds)
        elif "refused" in told:
            order = self._orders.pop(told["refused"])
            if not order.done():
                order.set_exception(OSError(told["reason"]))
        elif "ended" in told:
            child = self._children.pop(told["ended"], None)
            if child is not None:
                child.tell_end(told["status"])
            if self._retired:
                self.retire()
        elif not self.loaded.done():
            self.loaded.set_result("loaded" in told)

    def _take_child(self, pid: int, order: asyncio.Future[ForkedHandle], fds: list[int]) -> None:
        if len(fds) < _FDS_PER_MESSAGE:  # the process ends by itself: nobody holds its channel
            for descriptor in fds:
                os.close(descriptor)
            if not order.done():
                order.set_exception(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))
            return
        channel, pidfd = fds
        handle = ForkedHandle(pid, pidfd, socket.socket(fileno=channel))
        self._children[pid] = handle
        if order.done():
            handle.kill()
            handle.channel.close()
        else:
            order.set_result(handle)

    def _lose(self) -> None:
        self.lost.set_result(None)
        if not self.loaded.done():
            self.loaded.set_result(False)
        for child in self._children.values():
            child.kill()
            child.tell_end(-signal.SIGKILL)
        self._children.clear()
        for order in self._orders.values():
            if not order.done():
                order.set_exception(ConnectionError(_GONE))
        self._orders.clear()


class ForkLauncher:
    """Forks workers from a template in memory where one has loaded, else from one that opens the checkpoint."""

    def __init__(self, *, memory: int, in_memory_quads: int) -> None:
        """Keep the limits: bytes that a worker may take above its start, and quads that are held in memory."""
        self._memory = memory
        self._in_memory_quads = in_memory_quads
        self._root: TemplateConnection | None = None
        self._loaded: tuple[str, TemplateConnection] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def launch(self, snapshot: Snapshot) -> Handle:
        """Start a worker over a snapshot."""
        order = {
            "kind": "worker",
            "path": str(snapshot.path),
            "snapshot": snapshot.name,
            "memory": self._memory,
        }
        if self._loaded and self._loaded[1].lost.done():
            _LOG.warning("the process with the data in memory has ended; workers read from the disk")
            self._loaded = None
        if self._loaded and self._loaded[0] == snapshot.name:
            return await self._loaded[1].fork(order)
        return await self._living_root().fork(order)

    async def launch_writer(self, folder: Path) -> Handle:
        """Start the writer of a dataset."""
        order = {"kind": "writer", "path": str(folder), "memory": self._memory}
        return await self._living_root().fork(order)

    async def load(self, snapshot: Snapshot) -> bool:
        """Hold a snapshot in memory; return whether workers are forked from there now."""
        if self._in_memory_quads == 0:
            return False
        order = {"kind": "template", "path": str(snapshot.path), "most_quads": self._in_memory_quads}
        handle = await self._living_root().fork(order)
        template = TemplateConnection(handle.channel)
        try:
            loaded = await template.loaded
        except asyncio.CancelledError:
            handle.kill()
            template.close()
            raise
        if not loaded:
            template.close()
            return False
        self.unload()
        self._loaded = (snapshot.name, template)
        return True

    def unload(self) -> None:
        """Let go of the template in memory; workers forked from it may finish."""
        if self._loaded:
            self._loaded[1].retire()
            self._loaded = None

    def close(self) -> None:
        """End all processes."""
        if self._loaded:
            self._loaded[1].close()
        if self._root:
            self._root.close()
        if self._process:
            self._end_process(self._process)

    def _living_root(self) -> TemplateConnection:
        """Return the template, started again where something ended it."""
        if self._root is None or self._root.lost.done():
            if self._process:
                self._process.kill()
                self._end_process(self._process)
            self._start_root()
        assert self._root is not None
        return self._root

    def _start_root(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tongzhou.server.workers.template", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self._root = TemplateConnection(ours)

    def _end_process(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for a template that was told to end."""
        try:
            process.wait(_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
