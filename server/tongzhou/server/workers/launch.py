"""How processes come to be: forked from a template, or spawned where there is no fork. Runs in the event loop."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tongzhou.server.workers.template_link import TemplateConnection

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

    async def until_unloaded(self) -> None:
        """Return once nothing is held in memory any more, for whatever reason."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


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
        template = TemplateConnection(handle.take_channel())
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

    async def until_unloaded(self) -> None:
        """Return once nothing is held in memory any more, for whatever reason."""
        if self._loaded:
            await asyncio.shield(self._loaded[1].lost)

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
