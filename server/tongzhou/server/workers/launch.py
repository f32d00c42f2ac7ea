"""How processes come to be: forked from a template, or spawned where there is no fork. Runs in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Data that never changes: the folder of an Oxigraph store, and the name that entity tags are made from."""

    path: Path
    name: str


class Handle(Protocol):
    """A process that was started."""

    pid: int
    ended: asyncio.Future[int]
    """Its wait status, once it is known."""

    def kill(self) -> None:
        """End it at once; nothing happens where it has ended."""
        ...

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Tie its channel to a protocol."""
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

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Tie the channel to a protocol."""
        loop = asyncio.get_running_loop()
        self.channel.setblocking(False)
        await loop.create_connection(lambda: protocol, sock=self.channel)

    def tell_end(self, status: int) -> None:
        """Note the wait status and let go of the pidfd."""
        if not self.ended.done():
            self.ended.set_result(status)
            os.close(self._pidfd)


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
        """Ask for a process. Raises ConnectionError where the template is gone."""
        if self.lost.done():
            raise ConnectionError("the template of workers has ended")
        self._number += 1
        self._orders[self._number] = asyncio.get_running_loop().create_future()
        self._control.send(json.dumps({**order, "id": self._number}).encode())
        return await self._orders[self._number]

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
            handle = ForkedHandle(told["pid"], fds[1], socket.socket(fileno=fds[0]))
            self._children[handle.pid] = handle
            order = self._orders.pop(told["forked"])
            if order.cancelled():
                handle.kill()
                handle.channel.close()
            else:
                order.set_result(handle)
        elif "ended" in told:
            child = self._children.pop(told["ended"], None)
            if child is not None:
                child.tell_end(told["status"])
            if self._retired:
                self.retire()
        elif not self.loaded.done():
            self.loaded.set_result("loaded" in told)

    def _lose(self) -> None:
        self.lost.set_result(None)
        if not self.loaded.done():
            self.loaded.set_result(False)
        for child in self._children.values():
            child.kill()
            child.tell_end(signal.SIGKILL)
        self._children.clear()
        for order in self._orders.values():
            if not order.done():
                order.set_exception(ConnectionError("the template of workers has ended"))
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

    async def start(self) -> None:
        """Start the template."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tongzhou.server.workers.template", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self._root = TemplateConnection(ours)

    async def launch(self, snapshot: Snapshot) -> Handle:
        """Start a worker over a snapshot."""
        order = {
            "kind": "worker",
            "path": str(snapshot.path),
            "snapshot": snapshot.name,
            "memory": self._memory,
        }
        if self._loaded and self._loaded[0] == snapshot.name and not self._loaded[1].lost.done():
            return await self._loaded[1].fork(order)
        return await (await self._living_root()).fork(order)

    async def launch_writer(self, folder: Path) -> Handle:
        """Start the writer of a dataset."""
        order = {"kind": "writer", "path": str(folder), "memory": self._memory}
        return await (await self._living_root()).fork(order)

    async def load(self, snapshot: Snapshot) -> bool:
        """Hold a snapshot in memory; return whether workers are forked from there now."""
        if self._in_memory_quads == 0:
            return False
        order = {"kind": "template", "path": str(snapshot.path), "most_quads": self._in_memory_quads}
        handle = await (await self._living_root()).fork(order)
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
            self._process.wait()

    async def _living_root(self) -> TemplateConnection:
        """Return the template, started again where something ended it."""
        if self._root is None or self._root.lost.done():
            if self._process:
                self._process.kill()
                self._process.wait()
            await self.start()
        assert self._root is not None
        return self._root
