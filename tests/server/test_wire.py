"""Heads as they go over the wire."""

from __future__ import annotations

import pytest

from tongzhou.server.http import Reply
from tongzhou.server.wire import head_bytes, read_headers, way_to_encoded


def test_headers_of_one_name_are_joined() -> None:
    pairs = [(b"accept", b"text/csv"), (b"host", b"a"), (b"accept", b"\xe9;q=0.5")]
    assert read_headers(pairs) == {"accept": "text/csv, é;q=0.5", "host": "a"}


def test_a_head_is_a_status_line_and_headers_in_order() -> None:
    head = head_bytes(Reply(200, (("Vary", "Accept"), ("Content-Length", "0"))))
    assert head == b"HTTP/1.1 200 OK\r\nVary: Accept\r\nContent-Length: 0\r\n"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb"])
def test_no_header_ends_its_line(value: str) -> None:
    with pytest.raises(ValueError, match="end of a line"):
        head_bytes(Reply(200, (("Location", value),)))


def test_a_target_in_raw_bytes_is_shown_its_encoding() -> None:
    reply = way_to_encoded("GET /id/org/中%20a?q=é HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert reply == Reply(308, (("Location", "/id/org/%E4%B8%AD%20a?q=%C3%A9"),))


@pytest.mark.parametrize(
    "line",
    [
        "GET /id/org/a HTTP/1.1\r\n",
        "GET //evil.example/中 HTTP/1.1\r\n",
        "GET /\\evil.example/中 HTTP/1.1\r\n",
        "GET http://evil.example/中 HTTP/1.1\r\n",
        "GET /中 中 HTTP/1.1\r\n",
        "GET /中\rX: a HTTP/1.1\r\n",
        "GET /中 HTTP/9.9\r\n",
        "GET /中 HTTP/1.1",
        "中 /中 HTTP/1.1\r\n",
        f"GET /{'中' * 4000} HTTP/1.1\r\n",
    ],
)
def test_what_else_is_no_request_line_is_shown_nothing(line: str) -> None:
    assert way_to_encoded(line.encode()) is None
