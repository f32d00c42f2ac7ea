"""The service for threads: Flask's views ask it here, under whichever WSGI server they run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from tongzhou.server.http import AnyReply, Request, StreamedReply
from tongzhou.server.overview import Overview
from tongzhou.server.service import Service

T = TypeVar("T")


class Bridge:
    """Asks a service that runs in the event loop of another thread."""

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop) -> None:
        """Keep the service and its loop."""
        self._service = service
        self._loop = loop

    def handle(self, request: Request) -> AnyReply:
        """Answer a request, waiting for it."""
        return self._wait(self._service.handle(request))

    def overview(self) -> Overview:
        """Return what the present snapshot holds."""
        return self._wait(self._service.queries.overview())

    def pieces(self, reply: StreamedReply) -> Pieces:
        """Return the pieces of a reply, for a server that iterates."""
        return Pieces(reply, self._wait, lambda: self._loop.call_soon_threadsafe(reply.cancel))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class Pieces:
    """The body of a streamed reply. `close`, which WSGI servers call also after a client has gone, ends its query.

    A class and no generator: the `finally` of a generator that was never begun does not run.
    """

    def __init__(
        self,
        reply: StreamedReply,
        wait: Callable[[Coroutine[Any, Any, bytes | None]], bytes | None],
        cancel: Callable[[], object],
    ) -> None:
        """Keep what is read, how it is waited for, and how it is ended."""
        self._pieces = reply.pieces
        self._wait = wait
        self._cancel = cancel

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece. Raises AnswerBrokenError where the answer can't be finished."""
        piece = self._wait(self._next())
        if piece is None:
            raise StopIteration
        return piece

    def close(self) -> None:
        """End the query, if it still runs."""
        self._cancel()

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)
