"""Static files: compressed as the client likes, and known again in any coding."""

from __future__ import annotations

import zlib

import brotli
import pytest

from .web import Client

STYLE = "/static/style.css"


def test_a_style_sheet_comes_compressed(client: Client) -> None:
    plain = client.get(STYLE, buffered=True)
    assert "Content-Encoding" not in plain.headers
    coded = client.get(STYLE, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert coded.headers["Content-Encoding"] == "br"
    assert brotli.decompress(coded.data) == plain.data
    assert coded.headers["Vary"] == "Accept-Encoding"
    assert coded.headers["Content-Length"] == str(len(coded.data))
    assert len(coded.data) < len(plain.data) / 2
    gzipped = client.get(STYLE, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert zlib.decompress(gzipped.data, wbits=31) == plain.data


@pytest.mark.parametrize("coding", ["br", "identity"])
def test_what_the_client_has_is_not_sent_again(client: Client, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    first = client.get(STYLE, headers=headers, buffered=True)
    again = client.get(STYLE, headers={**headers, "If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_the_answer_to_head_has_no_body(client: Client) -> None:
    head = client.head(STYLE, headers={"Accept-Encoding": "br"}, buffered=True)
    assert (head.status_code, head.data) == (200, b"")
