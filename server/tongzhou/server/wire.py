"""Heads of requests and replies as they go over the wire. Pure."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from tongzhou.server.http import Reply


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
