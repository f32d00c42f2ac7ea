"""The service for threads: Flask's views ask it here, under whichever WSGI server they run, and it is noted what they got."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import pyoxigraph as ox

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.parameters import Parameter
from tongzhou.graph.results import Row, read_rows
from tongzhou.server.http import Reply, Request, StreamedReply
from tongzhou.server.overview import Overview
from tongzhou.server.questions.stored import Choice, StoredAnswer
from tongzhou.server.records import Recorder
from tongzhou.server.service import Service

T = TypeVar("T")


class Bridge:
    """Asks a service that runs in the event loop of another thread."""

    def __init__(self, service: Service, loop: asyncio.AbstractEventLoop, recorder: Recorder) -> None:
        """Keep the service, its loop, and who notes the requests."""
        self._service = service
        self._loop = loop
        self._recorder = recorder

    def handle(self, request: Request) -> Reply | Pieces:
        """Answer a request, waiting for it."""
        begun = time.monotonic()
        reply = self._wait(self._service.handle(request))

        def record(sent: int, whole: bool) -> None:
            self._recorder.record(request, reply, seconds=time.monotonic() - begun, sent=sent, whole=whole)

        if isinstance(reply, StreamedReply):
            cancel = partial(self._loop.call_soon_threadsafe, reply.cancel)
            return Pieces(reply, self._wait, cancel, record)
        record(len(reply.body), whole=True)
        return reply

    def select(self, text: str, *, client: str) -> list[Row]:
        """Return the rows of a SELECT, run by the workers within all their limits; it counts for a client.

        Raises QuerySyntaxError, QueryRefusedError, and RequestError of the pool, such as `deadline`.
        """
        _, results = self._wait(self._service.queries.select(text, client))
        return read_rows(results)

    def construct(self, text: str, *, client: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT, run as `select` is, each once."""
        data = self._wait(self._service.queries.construct(text, client))
        return list(dict.fromkeys(quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)))

    def ask_stored(
        self,
        stored: StoredQuery,
        values: Mapping[str, str],
        *,
        client: str,
        limit: int,
        offset: int = 0,
        inferred: bool = True,
    ) -> StoredAnswer:
        """Return the rows of a stored query. Raises what `StoredQueries.answer` raises."""
        asked = self._service.questions.answer(
            stored, values, client=client, limit=limit, offset=offset, inferred=inferred
        )
        return self._wait(asked)

    def loosened(
        self, stored: StoredQuery, values: Mapping[str, str], *, client: str, inferred: bool = True
    ) -> dict[str, int]:
        """Return how many rows there were without one of the values. Raises what `StoredQueries.answer` raises."""
        return self._wait(self._service.questions.loosened(stored, values, client=client, inferred=inferred))

    def choices(self, parameter: Parameter, language: str) -> tuple[Choice, ...]:
        """Return the values that a parameter of a stored query takes, with labels; nothing where any may do."""
        return self._wait(self._service.questions.choices(parameter, language))

    def overview(self) -> Overview | None:
        """Return what the present snapshot holds; None where it is too much to be counted."""
        return self._wait(self._service.queries.overview())

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
        record: Callable[[int, bool], None],
    ) -> None:
        """Keep what is read, how it is waited for, how it is ended, and who is told of the end."""
        self.status = reply.status
        self.headers = reply.headers
        self._pieces = reply.pieces
        self._wait = wait
        self._cancel = cancel
        self._record: Callable[[int, bool], None] | None = record
        self._sent = 0

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece. Raises AnswerBrokenError where the answer can't be finished."""
        piece = self._wait(self._next())
        if piece is None:
            self._end(whole=True)
            raise StopIteration
        self._sent += len(piece)
        return piece

    def close(self) -> None:
        """End the query, if it still runs."""
        self._cancel()
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        record, self._record = self._record, None
        if record:
            record(self._sent, whole)

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)
