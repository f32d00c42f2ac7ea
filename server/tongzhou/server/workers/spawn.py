"""Processes that are started afresh: where there is no fork, and where a switch asks for it. Runs in the event loop.

They begin in a tenth of a second, not in a thousandth, and read a checkpoint from the disk. Nothing here needs more than
what Python has on every system: their standard input and output are the channel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import cast

from tongzhou.server.workers import sandbox
from tongzhou.server.workers.launch import Handle, Snapshot


class _Pipes(asyncio.SubprocessProtocol):
    """Passes what comes out of a process to a protocol, and tells its end."""

    def __init__(self, protocol: asyncio.Protocol, ended: asyncio.Future[int]) -> None:
        self._protocol = protocol
        self._ended = ended
        self._transport: asyncio.SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:  # noqa: ARG002
        self._protocol.data_received(cast("bytes", data))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self._protocol.connection_lost(exc)

    def process_exited(self) -> None:
        assert self._transport is not None
        status = self._transport.get_returncode()
        if not self._ended.done():
            self._ended.set_result(1 if status is None else status)
        self._transport.close()


class _PipesTransport(asyncio.Transport):
    """The two pipes of a process as one transport."""

    def __init__(self, process: asyncio.SubprocessTransport) -> None:
        super().__init__()
        self._process = process
        self._input = cast("asyncio.WriteTransport", process.get_pipe_transport(0))
        self._output = cast("asyncio.ReadTransport", process.get_pipe_transport(1))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._input.write(data)

    def pause_reading(self) -> None:
        self._output.pause_reading()

    def resume_reading(self) -> None:
        self._output.resume_reading()

    def close(self) -> None:
        self._input.close()
        self._output.close()


class SpawnedHandle:
    """A process that `connect` starts."""

    def __init__(self, command: list[str]) -> None:
        """Keep the command."""
        self.pid = 0
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._command = command
        self._process: asyncio.SubprocessTransport | None = None

    def kill(self) -> None:
        """End the process at once."""
        if self.ended.done():
            return
        if self._process is None:
            self.ended.set_result(0)  # it has never begun
        elif sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(
                ProcessLookupError
            ):  # `Popen.kill` would take the exit status from the loop
                os.kill(self.pid, signal.SIGKILL)

    def lower_priority(self) -> None:
        """Give the process the lowest claim on the processors, where the system knows such a thing."""
        if not self.ended.done():
            sandbox.lower_priority(self.pid)

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Start the process and tie its channel to a protocol. Raises OSError where the system refuses."""
        loop = asyncio.get_running_loop()
        environment = dict(os.environ)
        sandbox.tune_allocator(environment)
        process, _ = await loop.subprocess_exec(
            lambda: _Pipes(protocol, self.ended),
            *self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            env=environment,
        )
        self._process = process
        self.pid = process.get_pid()
        protocol.connection_made(_PipesTransport(process))


class SpawnLauncher:
    """Spawns workers that open the checkpoint; nothing is held in memory."""

    def __init__(self, *, memory: int) -> None:
        """Keep how many bytes a worker may take above its start."""
        self._memory = memory

    async def launch(self, snapshot: Snapshot) -> Handle:
        """Start a worker over a snapshot."""
        return self._spawn("worker", snapshot.path, snapshot.name)

    async def launch_writer(self, folder: Path) -> Handle:
        """Start the writer of a dataset."""
        return self._spawn("writer", folder)

    async def load(self, snapshot: Snapshot) -> bool:  # noqa: ARG002
        """Hold nothing in memory."""
        return False

    def unload(self) -> None:
        """Do nothing: nothing is held in memory."""

    async def until_unloaded(self) -> None:
        """Return at once: nothing is held in memory."""

    def close(self) -> None:
        """Do nothing: who started a process ends it."""

    def _spawn(self, *what: str | Path) -> Handle:
        """Return a handle of `spawned.py` as a program."""
        program = [
            sys.executable,
            "-m",
            "tongzhou.server.workers.spawned",
            str(os.getpid()),
            str(self._memory),
        ]
        return SpawnedHandle([*program, *map(str, what)])
