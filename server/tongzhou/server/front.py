"""The ASGI front: the paths of the service are answered in the event loop, all others by Flask in its threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes

from tongzhou.server.addresses import client_of, is_trusted, root_of
from tongzhou.server.config import Config
from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.records import Recorder
from tongzhou.server.replies import finish, problem_of
from tongzhou.server.service import Service
from tongzhou.server.wire import read_headers
from tongzhou.server.workers.link import AnswerBrokenError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
SendWhole = Callable[[Reply], bool]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Ends = tuple[str, tuple[str, int | None] | None, tuple[str, int] | None]
"""The scheme of a connection, and the addresses of its server and its client, as ASGI has them."""

GONE = "tongzhou.gone"
"""The key of `scope["extensions"]` under which a server lists what to call once the client has gone."""


WHOLE = "tongzhou.whole"
"""The key under which a server offers to send a whole reply at once: it is called with it, and returns whether it did."""


class ClientGoneError(Exception):
    """The client went before its request was whole."""


class Front:
    """An ASGI application."""

    def __init__(self, service: Service, pages: App, config: Config, recorder: Recorder) -> None:
        """Keep what answers, and the application for all other paths."""
        self._service = service
        self._pages = pages
        self._config = config
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = self.read_head(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"],
            read_headers(scope["headers"]),
            (scope["scheme"], scope["server"], scope["client"]),
        )
        begun = time.monotonic()
        if not self._service.answers(request.path):
            await self._answer_page(scope, receive, send, request, begun)
            return
        extensions = scope.get("extensions", {})
        gone = extensions.get(GONE, [])
        task = asyncio.current_task()
        assert task is not None
        gone.append(task.cancel)
        try:
            body = await _read_body(request, receive, self._config.body_limit(request.path))
            await self.answer(request, body, extensions.get(WHOLE, _refuse), send, begun)
        except (ClientGoneError, asyncio.CancelledError):
            return  # nobody is there to be answered
        finally:
            gone.remove(task.cancel)

    async def answer(
        self, head: Request, body: bytes | None, send_whole: SendWhole, send: Send, begun: float
    ) -> None:
        """Answer a request to the service; `body` is None where it is too large."""
        if body is None:
            reply = finish(problem_of(head, "request-too-large"), head)
        else:
            head = head if not body else replace(head, body=body)
            reply = await self._service.handle(head)
        sent, whole = 0, False
        try:
            sent, whole = await _send(reply, send_whole, send)
        finally:
            self._recorder.record(head, reply, seconds=time.monotonic() - begun, sent=sent, whole=whole)

    async def _answer_page(
        self, scope: Scope, receive: Receive, send: Send, head: Request, begun: float
    ) -> None:
        scope["query_string"] = quote_from_bytes(scope["query_string"], safe=_ASCII).encode()
        status = sent = 0

        async def count(message: Mapping[str, Any]) -> None:
            nonlocal status, sent
            status = message.get("status", status)
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._pages(scope, receive, count)
        finally:
            self._recorder.record_page(head, status=status, seconds=time.monotonic() - begun, sent=sent)

    def read_head(
        self, method: str, path: str, query_string: bytes, headers: Mapping[str, str], ends: Ends
    ) -> Request:
        """Return a request as far as its head tells: who asks, and by which address of the service."""
        scheme, server, client = ends
        peer = client[0] if client else ""
        trusted = self._config.trusted_proxies
        return Request(
            method=method,
            path=path,
            query_string=query_string,
            headers=headers,
            client=client_of(peer, headers, trusted),
            root=root_of(scheme, _host_and_port(server), headers, proxied=is_trusted(peer, trusted)),
        )


def _host_and_port(server: tuple[str, int | None] | None) -> str:
    host, port = server or ("localhost", None)
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


_ASCII = "".join(map(chr, range(0x21, 0x7F)))


async def _read_body(head: Request, receive: Receive, most: int) -> bytes | None:
    """Return the body, or None where it is, or claims to be, larger than `most` bytes. Raises ClientGoneError."""
    length = head.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > most:
        return None
    if not length and "transfer-encoding" not in head.headers:
        return b""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            return None
    return bytes(body)


def _refuse(_: Reply) -> bool:
    return False


async def _send(reply: AnyReply, send_whole: SendWhole, send: Send) -> tuple[int, bool]:
    """Send a reply; return the bytes of its body, and whether they are all of it.

    An answer that breaks is left unfinished: the server then closes the connection in mid-transfer.
    """
    if isinstance(reply, Reply) and send_whole(reply):
        return len(reply.body), True
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    start = {"type": "http.response.start", "status": reply.status, "headers": headers}
    if not isinstance(reply, StreamedReply):
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})
        return len(reply.body), True
    sent = 0
    try:
        await send(start)
        async for piece in reply.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            sent += len(piece)
        await send({"type": "http.response.body", "body": b""})
    except AnswerBrokenError:
        return sent, False
    finally:
        reply.cancel()
    return sent, True
