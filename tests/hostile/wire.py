"""HTTP as an attacker speaks it: any bytes, from any address of the loopback net, at any pace."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Address = tuple[str, int]
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
STRANGER = "127.0.0.2"
"""Where attacks come from. The next client has another address, so that caps per client don't hit it."""
CLOSED = 0
"""The status of a connection that the server closed without a word."""


@dataclass(frozen=True)
class Response:
    """An answer: `whole` is False where the transfer broke; `seconds` is the time until its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool
    seconds: float

    def json(self) -> Any:
        """Return the body, which is JSON."""
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """Return the kind of the problem, the last part of its `type`."""
        assert self.headers["content-type"].startswith("application/problem+json"), self
        return str(self.json()["type"]).rpartition("/")[2]


def dial(address: Address, *, source: str = STRANGER, seconds: float = 10) -> socket.socket:
    """Connect from an address of the loopback net."""
    return socket.create_connection(address, timeout=seconds, source_address=(source, 0))


def read_response(connection: socket.socket, *, method: str = "GET", since: float | None = None) -> Response:
    """Read one answer. A connection that is closed without one gives status CLOSED."""
    start = time.monotonic() if since is None else since
    with contextlib.closing(http.client.HTTPResponse(connection, method=method)) as answer:
        try:
            answer.begin()
        except (http.client.RemoteDisconnected, http.client.BadStatusLine, ConnectionError):
            return Response(CLOSED, {}, b"", whole=False, seconds=time.monotonic() - start)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        try:
            body, whole = answer.read(), True
        except http.client.IncompleteRead as error:
            body, whole = error.partial, False
        except ConnectionError:
            body, whole = b"", False
        return Response(answer.status, headers, body, whole, time.monotonic() - start)


def exchange(address: Address, data: bytes, *, method: str = "GET", seconds: float = 10) -> Response:
    """Send bytes as they stand and read one answer."""
    start = time.monotonic()
    with dial(address, seconds=seconds) as connection:
        with contextlib.suppress(
            ConnectionError
        ):  # refused before its end; the answer may be there all the same
            connection.sendall(data)
        return read_response(connection, method=method, since=start)


def send(
    address: Address,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    source: str = STRANGER,
    seconds: float = 30,
) -> Response:
    """Send a well-formed request; the path is sent as it stands."""
    lines = {"Host": f"{address[0]}:{address[1]}", "Connection": "close", **(headers or {})}
    if body is not None:
        lines.setdefault("Content-Length", str(len(body)))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    start = time.monotonic()
    with dial(address, source=source, seconds=seconds) as connection:
        with contextlib.suppress(ConnectionError):  # refused before its end
            connection.sendall(head.encode("latin-1") + b"\r\n" + (body or b""))
        return read_response(connection, method=method, since=start)


def ask(address: Address, query: str, *, accept: str = "", timeout: float | None = None) -> Response:
    """Send a query by POST, as a stranger."""
    headers = {"Content-Type": QUERY} | ({"Accept": accept} if accept else {})
    path = "/sparql" if timeout is None else f"/sparql?timeout={timeout:g}"
    return send(address, "POST", path, query.encode(), headers)


def get(address: Address, query: str, *, more: str = "", accept: str = "") -> Response:
    """Send a query by GET, as a stranger; `more` is added to the query string."""
    headers = {"Accept": accept} if accept else {}
    return send(address, "GET", f"/sparql?query={quote(query, safe='')}{more}", headers=headers)


def write(
    address: Address, path: str, body: bytes, media_type: str, *, token: str | None, **more: str
) -> int:
    """Post a write; return the status of the answer. `more` are headers."""
    headers = {"Content-Type": media_type, **more} | ({"Authorization": f"Bearer {token}"} if token else {})
    return send(address, "POST", path, body, headers).status
