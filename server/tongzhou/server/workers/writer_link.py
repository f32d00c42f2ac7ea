"""The server's end of the writer: one question at a time, and what its end means. Runs in the event loop."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any, Protocol, cast

from tongzhou.graph.errors import DatasetInUseError, TongzhouError
from tongzhou.graph.primary import Outcome
from tongzhou.server.problems import RequestError
from tongzhou.server.workers.channel import Kind, pack_json, take_frame
from tongzhou.server.workers.launch import Handle, Snapshot
from tongzhou.server.workers.link import Transport
from tongzhou.server.workers.refusals import refusal_from_json

_PATIENCE = 3.0  # seconds in which a process that was killed lets go of the dataset
_RETRY = 0.05  # seconds
_UNKNOWN = 1  # an exit status that tells nothing


class WriterLauncher(Protocol):
    """What starts the writer: see launch.py and spawn.py."""

    async def launch_writer(self, folder: Path) -> Handle:
        """Start the writer of a dataset."""
        ...


class WriterLostError(Exception):
    """The writer has ended, or its store can't be used on: only opening the dataset again shows what was kept."""


class WriterLink(asyncio.Protocol):
    """The connection to a writer. Answers come in the order of the questions, so one future is enough."""

    def __init__(self, handle: Handle) -> None:
        """Keep the process; what it says first is awaited."""
        self.handle = handle
        self._transport: Transport | None = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[Kind, dict[str, Any]]]
        self._answer = asyncio.get_running_loop().create_future()
        self._closed = False

    @property
    def lost(self) -> bool:
        """Tell whether the writer has ended."""
        return self._closed or self.handle.ended.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Fail whoever waits for an answer."""
        self._closed = True
        if not self._answer.done():
            self._answer.set_exception(WriterLostError())
            self._answer.exception()  # nobody may be waiting

    def data_received(self, data: bytes) -> None:
        """Take frames in."""
        self._buffer += data
        while (frame := take_frame(self._buffer)) is not None:
            if not self._answer.done():
                self._answer.set_result((frame[0], json.loads(frame[1])))

    async def first_checkpoint(self) -> Snapshot:
        """Return the checkpoint that the writer made when it had opened the dataset.

        Raises what it says where it can't, WriterLostError where it ended.
        """
        kind, told = await self._answer
        if kind is not Kind.READY:
            raise refusal_from_json(told)
        return _snapshot(told)

    async def apply(self, frames: bytes) -> Outcome:
        """Have a write done; return its outcome. Raises what it is refused for, WriterLostError where the writer ended."""
        kind, told = await self._ask(frames)
        if kind is not Kind.HEAD:
            raise refusal_from_json(told)
        outcome: Outcome = told["outcome"]
        return outcome

    async def end_group(self, keep: str) -> Snapshot:
        """Have all that was applied made durable; return the checkpoint that holds it.

        `keep` is the oldest checkpoint that is still read. Raises DatasetError, WriterLostError.
        """
        kind, told = await self._ask(pack_json(Kind.END, {"keep": keep}))
        if kind is not Kind.END:
            raise refusal_from_json(told)
        return _snapshot(told)

    async def _ask(self, data: bytes) -> tuple[Kind, dict[str, Any]]:
        if self.lost:
            raise WriterLostError
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        return await self._answer

    async def end(self, seconds: float) -> int:
        """Let the writer close its store, or kill it after so many seconds; return its exit status."""
        if self._transport:
            self._transport.close()
        try:
            return await asyncio.wait_for(asyncio.shield(self.handle.ended), seconds)
        except TimeoutError:
            self.handle.kill()
        try:
            return await asyncio.wait_for(asyncio.shield(self.handle.ended), _PATIENCE)
        except TimeoutError:  # it hangs in the kernel, as with a disk that does not answer
            return _UNKNOWN


async def start_writer(launcher: WriterLauncher, folder: Path) -> tuple[WriterLink, Snapshot]:
    """Start the writer of a dataset; return its link and its first checkpoint.

    It is tried again for a while where the dataset is in use, for the writer of a server that was killed may still be
    ending, and where the process ends at once. Raises DatasetInUseError, DatasetError, ConnectionError.
    """
    end = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        link = WriterLink(await launcher.launch_writer(folder))
        try:
            await link.handle.connect(link)
            return link, await link.first_checkpoint()
        except (DatasetInUseError, WriterLostError) as error:
            await link.end(_PATIENCE)
            if asyncio.get_running_loop().time() <= end:
                pass
            elif isinstance(error, WriterLostError):
                raise ConnectionError("the writer ends before it is ready") from error
            else:
                raise
        except asyncio.CancelledError:
            link.handle.kill()
            raise
        await asyncio.sleep(_RETRY)


def explain_end(status: int) -> TongzhouError:
    """Return what the end of a writer, by its exit status, is to the write that it was at."""
    aborted = status == -signal.SIGABRT  # that is how Oxigraph ends where memory is refused
    return RequestError("write-out-of-memory" if aborted else "write-interrupted", {})


def _snapshot(told: dict[str, Any]) -> Snapshot:
    path = Path(told["checkpoint"])
    return Snapshot(path, path.name)
