"""The server's end of one worker: hands it a job, and its answer to whoever waits. Runs in the event loop."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from tongzhou.graph.errors import TongzhouError
from tongzhou.server.workers.channel import Kind, pack, take_frame
from tongzhou.server.workers.refusals import refusal_from_json

_MOST_WAITING = 262_144  # bytes of an answer that wait for a slow client before its worker is held up


class AnswerBrokenError(TongzhouError, OSError):
    """An answer that had begun can't be finished: the transfer has to break."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker said: its HEAD, and the body, whole in `body` or piece by piece from `stream`.

    `cancel` ends the query of a stream that nobody reads on.
    """

    head: dict[str, Any]
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    cancel: Callable[[], None] | None = None


class Transport(Protocol):
    """What a link needs of a transport."""

    def write(self, data: bytes) -> None:
        """Send."""
        ...

    def pause_reading(self) -> None:
        """Let the worker wait."""
        ...

    def resume_reading(self) -> None:
        """Read on."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class _Reception:
    """One answer on its way in."""

    def __init__(self, transport: Transport, answer: asyncio.Future[Answer]) -> None:
        self.answer = answer
        self.answer.add_done_callback(_note_failure)
        self.head: dict[str, Any] | None = None
        self._transport: Transport | None = transport
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._paused = False
        self._streaming = False
        self._whole = False
        self._failure: TongzhouError | None = None
        self._more = asyncio.Event()

    def keep(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._waiting += len(piece)
        self._more.set()
        if self._waiting > _MOST_WAITING and not self._paused and self._transport:
            self._paused = True
            self._transport.pause_reading()

    def begin_stream(self) -> None:
        """Hand the answer out although it is not whole yet, once a piece of it is there."""
        if self._streaming or self._whole or not self._pieces or self.answer.done():
            return
        assert self.head is not None
        self._streaming = True
        self.answer.set_result(Answer(self.head, stream=self._stream()))

    def finish(self) -> None:
        self._whole = True
        self._release()
        if not self.answer.done():
            assert self.head is not None
            self.answer.set_result(Answer(self.head, b"".join(self._pieces)))
        self._more.set()

    def fail(self, error: TongzhouError) -> None:
        self._failure = error
        self._release()
        if not self.answer.done():
            self.answer.set_exception(error)
        self._more.set()

    def leave_transport(self) -> None:
        """Take note that nothing more comes."""
        self._transport = None

    def _release(self) -> None:
        """Stop holding up the worker."""
        if self._paused and self._transport:
            self._paused = False
            self._transport.resume_reading()

    async def _stream(self) -> AsyncIterator[bytes]:
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._waiting -= len(piece)
                if self._waiting < _MOST_WAITING // 2:
                    self._release()
                yield piece
            if self._failure:
                raise AnswerBrokenError(str(self._failure)) from self._failure
            if self._whole:
                return
            self._more.clear()
            await self._more.wait()


def _note_failure(answer: asyncio.Future[Answer]) -> None:
    """Count an error as seen: whoever asked may have gone in the same moment."""
    if not answer.cancelled():
        answer.exception()


class WorkerLink(asyncio.Protocol):
    """One connection. `on_ready`, `on_done` and `on_lost` tell the pool what becomes of the worker."""

    def __init__(
        self,
        *,
        on_ready: Callable[[], None],
        on_done: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Keep whom to tell."""
        self._on_ready = on_ready
        self._on_done = on_done
        self._on_lost = on_lost
        self._transport: Transport | None = None
        self._buffer = bytearray()
        self._reception: _Reception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell the pool, which finds out why."""
        self._transport = None
        if self._reception:
            self._reception.leave_transport()
        self._on_lost()

    def ask(self, payload: bytes, answer: asyncio.Future[Answer]) -> None:
        """Send a job; the future gets its answer, or an error."""
        assert self._transport is not None
        self._reception = _Reception(self._transport, answer)
        self._transport.write(pack(Kind.JOB, payload))

    def fail(self, error: TongzhouError) -> None:
        """End the answer with an error: its future gets it, or its stream breaks."""
        if self._reception:
            self._reception.fail(error)
            self._reception = None

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take frames in."""
        self._buffer += data
        while (frame := take_frame(self._buffer)) is not None:
            self._take(*frame)
        if self._reception:
            self._reception.begin_stream()

    def _take(self, kind: Kind, payload: bytes) -> None:
        reception = self._reception
        if kind is Kind.READY:
            self._on_ready()
        elif reception is None:
            return  # the rest of an answer that has failed
        elif kind is Kind.HEAD:
            reception.head = json.loads(payload)
        elif kind is Kind.DATA:
            reception.keep(payload)
        elif kind is Kind.END:
            self._reception = None
            reception.finish()
            self._on_done()
        else:
            self.fail(refusal_from_json(json.loads(payload)))
            self._on_done()
