"""uvicorn's HTTP protocol, hardened for strangers, and quick for what is kept.

What a stranger sends is bounded in size and time from the first byte on; a client that reads nothing is cut off; the
front learns at once when a client goes. A GET of the endpoint, the request that comes most, does not go through ASGI, and
where its answer is kept, it goes out without a task of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.config import Config as UvicornConfig
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from tongzhou.server.front import GONE, WHOLE, Front, Send
from tongzhou.server.http import Reply, Request
from tongzhou.server.query_endpoint import Entry, Key, kept_key
from tongzhou.server.replies import finish_whole, problem_of
from tongzhou.server.wire import head_bytes, read_headers, way_to_encoded

_LARGEST_TARGET = 32_768  # bytes
_LARGEST_HEAD = 65_536
_MOST_HEADERS = 200
_SLOWEST = 100_000  # bytes a second that earn a long request more time
_MOST_DISCARDED = 64 * 2**20  # bytes of a refused request that are read on, so that its client hears why
_STALLED = 30.0  # seconds after which a client that reads nothing is cut off
_QUICK_PATH = b"/sparql"
_ENDED = -1.0
_VERSIONS = ("1.0", "1.1")


@dataclass(frozen=True)
class Rules:
    """How long a client may take, how many there may be, and who answers.

    `kept` returns the answer to a GET of the endpoint by its key; `served` is told of each that went out. `front`
    answers the others.
    """

    request_seconds: float
    keep_alive: float
    connections: int
    largest_body: int
    kept: Callable[[Key], Entry | None]
    served: Callable[[Request, Reply], None]
    front: Front


class FrontProtocol(HttpToolsProtocol):
    """One connection. `sweep` is to be called about once a second."""

    def __init__(
        self,
        config: UvicornConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        rules: Rules,
    ) -> None:
        """Begin to wait for a request."""
        super().__init__(config, server_state, app_state, _loop)
        self._rules = rules
        self._patience = rules.request_seconds
        self._idle_since = self.loop.time()
        self._begun = _ENDED  # when the request that is coming in began
        self._received = 0  # bytes of it
        self._data = b""  # what came last
        self._in_head = True
        self._refusal = ""
        self._quick = False
        self._stalled_since = _ENDED
        self._gone: list[Callable[[], object]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Turn the client away where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._rules.connections:
            self._turn_away("too-many-connections")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever works for this client that it has gone."""
        super().connection_lost(exc)
        for call in list(self._gone):
            call()

    def data_received(self, data: bytes) -> None:
        """Take bytes in, as far as they are within bounds."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        if self._in_head and self._received > _LARGEST_HEAD + len(data):
            self._refusal = self._refusal or "header-too-large"
        if self._received > self._rules.largest_body + _MOST_DISCARDED:
            self.transport.abort()
            return
        if not self._refusal:
            self._data = data
            super().data_received(data)
        if self._refusal:
            self._turn_away(self._refusal)

    def on_message_begin(self) -> None:
        """Begin to count the time and the bytes of a request."""
        super().on_message_begin()
        self._begun = self.loop.time()
        self._received = 0
        self._in_head = True
        self._quick = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Offer the application what is ours."""
        whole = partial(self._send_whole, cycle)
        cycle.scope["extensions"] = cast("Any", {GONE: self._gone, WHOLE: whole})
        super()._start_asgi_task(cycle, app)

    def on_url(self, url: bytes) -> None:
        """Bound the target."""
        super().on_url(url)
        if len(self.url) > _LARGEST_TARGET:
            self._refusal = "uri-too-long"

    def on_header(self, name: bytes, value: bytes) -> None:
        """Bound the headers."""
        super().on_header(name, value)
        if len(self.headers) > _MOST_HEADERS or len(name) + len(value) > _LARGEST_HEAD:
            self._refusal = self._refusal or "header-too-large"

    def on_headers_complete(self) -> None:
        """Answer a GET of the endpoint here, else let the application answer."""
        self._in_head = False
        parser = self.parser
        assert parser is not None
        if parser.get_http_version() not in _VERSIONS:
            self._refusal = self._refusal or "bad-http"
        if self._refusal or self._answer_get():
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on, unless the request is refused or answered."""
        if not self._refusal and not self._quick:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop counting: the request is whole."""
        self._begun = _ENDED
        self._received = 0
        self._in_head = True
        if self._refusal or self._quick:
            return
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, as long as idle connections are kept: `sweep` looks after it."""
        if self.pipeline:
            super().on_response_complete()
        else:
            self.server_state.total_requests += 1
            self.flow.resume_reading()
        self._rest()

    def pause_writing(self) -> None:
        """Note since when the client reads nothing."""
        super().pause_writing()
        self._stalled_since = self.loop.time()

    def resume_writing(self) -> None:
        """Note that the client reads on."""
        super().resume_writing()
        self._stalled_since = _ENDED

    def sweep(self, now: float) -> None:
        """End the connection where its client has taken too long."""
        if self.transport.is_closing():
            if self._stalled_since != _ENDED and now - self._stalled_since > _STALLED:
                self.transport.abort()
        elif self._stalled_since != _ENDED:
            if now - self._stalled_since > _STALLED:
                self.transport.abort()
        elif self._begun != _ENDED:
            if now - self._begun > self._rules.request_seconds + self._received / _SLOWEST:
                self._turn_away("request-timeout", {"seconds": f"{self._rules.request_seconds:g}"})
        elif self._is_free() and now - self._idle_since > self._patience:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what is no HTTP; a target in raw UTF-8 is shown the way to itself, percent-encoded."""
        self._turn_away(self._refusal or "bad-http", reply=way_to_encoded(self._data))

    def _is_free(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def _rest(self) -> None:
        self._idle_since = self.loop.time()
        self._patience = self._rules.keep_alive

    def _answer_get(self) -> bool:
        """Answer a GET of the endpoint, unless another request has to be answered first."""
        path, _, query = self.url.partition(b"?")
        parser = self.parser
        assert parser is not None
        if path != _QUICK_PATH or parser.get_method() != b"GET":
            return False
        if not self._is_free() or self.pipeline or self.flow.write_paused:
            return False
        if not parser.should_keep_alive() or parser.should_upgrade():
            return False
        headers = read_headers(self.headers)
        entry = self._rules.kept(kept_key(query, headers))
        if entry is None:
            self._answer_fresh(query, headers)
        else:
            self._answer_kept(entry, query, headers)
        self._quick = True
        return True

    def _answer_kept(self, entry: Entry, query: bytes, headers: dict[str, str]) -> None:
        request = Request("GET", "/sparql", query, headers, client=self.client[0] if self.client else "")
        reply = entry.reply(headers.get("if-none-match"))
        head = entry.wire.get(reply.status)
        if head is None:
            head = entry.wire[reply.status] = head_bytes(finish_whole(reply, request))
        self.transport.writelines([head, self._dated(), reply.body])
        self.server_state.total_requests += 1
        self._rules.served(request, reply)
        self._rest()

    def _answer_fresh(self, query: bytes, headers: dict[str, str]) -> None:
        ends = (self.scheme or "http", self.server, self.client)
        request = self._rules.front.read_head("GET", "/sparql", query, headers, ends)
        self.scope["method"] = "GET"
        cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        self.cycle = cycle
        task = self.loop.create_task(self._answer(request, cycle))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        self._gone.append(task.cancel)
        task.add_done_callback(lambda _: self._gone.remove(task.cancel))

    async def _answer(self, request: Request, cycle: RequestResponseCycle) -> None:
        """Answer a request; where its answer breaks off, so does the connection."""
        send = cast("Send", cycle.send)
        try:
            await self._rules.front.answer(
                request, b"", partial(self._send_whole, cycle), send, time.monotonic()
            )
        except asyncio.CancelledError:
            return  # nobody is there to be answered
        finally:
            if not cycle.response_complete:
                self.transport.close()

    def _send_whole(self, cycle: RequestResponseCycle, reply: Reply) -> bool:
        """Send a reply in one piece, not in the two of ASGI; return False where it has to be sent in those."""
        if not cycle.keep_alive or cycle.disconnected or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        self.transport.writelines([head_bytes(reply), self._dated(), reply.body])
        cycle.message_event.set()
        self.on_response_complete()
        return True

    def _dated(self) -> bytes:
        lines = [name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers]
        return b"".join([*lines, b"\r\n"])

    def _turn_away(self, kind: str, facts: dict[str, str] | None = None, reply: Reply | None = None) -> None:
        """Close the connection, with a reply, else a problem, where no answer has begun."""
        if self.transport.is_closing():
            return
        if self._is_free() or not self.cycle.response_started:
            headers = read_headers(self.headers or [])
            request = Request("GET", "", b"", headers)
            reply = finish_whole(reply or problem_of(request, kind, facts), request)
            self.transport.write(head_bytes(reply) + b"Connection: close\r\n" + self._dated() + reply.body)
        self.transport.close()
