"""A request and a reply as plain values, the same under every server. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent.

    `path` and `query_string` are as sent, still percent-encoded. The names of `headers` are in lower case,
    their values decoded as latin-1. `client` is the address that counts for its limits, `root` the address
    of the service with a slash at its end (`http://host:port/`).
    """

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    body: bytes = b""
    client: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the client gets: status, headers in order, and the whole body; `kept` where it was made for somebody before."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class StreamedReply:
    """A reply whose body comes piece by piece; where the iterator raises, the transfer has to break.

    `cancel` is to be called where nobody reads on.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    pieces: AsyncIterator[bytes]
    cancel: Callable[[], None]


AnyReply = Reply | StreamedReply
