"""Heads of requests and replies as they go over the wire. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from tongzhou.server.http import Reply

_REQUEST_LINE = re.compile(rb"[A-Z]+ (/(?!/)[^ \\\x00-\x1f\x7f]{0,10000}) HTTP/1\.[01]\r?\n")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def way_to_encoded(data: bytes) -> Reply | None:
    """Return the way (308) to the same target percent-encoded, for a request line that has bytes beyond ASCII in it.

    None for what begins with no such line. The parser refuses those bytes; a redirection is what RFC 9112 §3.2 asks for.
    """
    line = _REQUEST_LINE.match(data)
    if line is None or line[1].isascii():
        return None
    return Reply(308, (("Location", quote_from_bytes(line[1], safe=_ASCII)),))


def read_headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name; those of one name are joined, as RFC 9110 §5.3 has it."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def head_bytes(reply: Reply) -> bytes:
    """Return status line and headers as they go over the wire, without the empty line at their end.

    Raises ValueError where a header holds the end of a line.
    """
    lines = "".join([f"{name}: {value}\n" for name, value in reply.headers])
    if "\r" in lines or lines.count("\n") != len(reply.headers):
        raise ValueError("a header holds the end of a line")
    return STATUS_LINE[reply.status] + lines.replace("\n", "\r\n").encode("latin-1")
