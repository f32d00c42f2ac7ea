"""Heads as they go over the wire."""

from __future__ import annotations

import pytest

from tongzhou.server.http import Reply
from tongzhou.server.wire import head_bytes, read_headers


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
