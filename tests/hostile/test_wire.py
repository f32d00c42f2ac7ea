"""HTTP as it should not be: smuggling shapes, odd targets, odd bodies, odd methods."""

from __future__ import annotations

import gzip
import io
import time
from urllib.parse import quote

import pytest

from .conftest import in_time
from .harness import Server
from .wire import CLOSED, FORM, QUERY, dial, exchange, read_response, send

REFUSED = {400, 501, 505, CLOSED}


def post(*lines: str, body: str = "") -> bytes:
    """Return a POST of a query with headers as they stand."""
    head = "\r\n".join(["POST /sparql HTTP/1.1", "Host: a", f"Content-Type: {QUERY}", *lines])
    return f"{head}\r\n\r\n{body}".encode("latin-1")


SMUGGLING = {
    "two Content-Length": post("Content-Length: 6", "Content-Length: 7", body="ASK {} "),
    "two in one Content-Length": post("Content-Length: 6, 7", body="ASK {} "),
    "Content-Length and chunked": post(
        "Content-Length: 6", "Transfer-Encoding: chunked", body="0\r\n\r\nGET /x"
    ),
    "chunked and Content-Length": post(
        "Transfer-Encoding: chunked", "Content-Length: 6", body="6\r\nASK {}\r\n0\r\n\r\n"
    ),
    "chunked, not last": post("Transfer-Encoding: chunked, identity", body="6\r\nASK {}\r\n0\r\n\r\n"),
    "an unknown coding": post("Transfer-Encoding: xchunked", body="6\r\nASK {}\r\n0\r\n\r\n"),
    "a blank before the colon": post("Transfer-Encoding : chunked", body="6\r\nASK {}\r\n0\r\n\r\n"),
    "a folded header": post("Transfer-Encoding:\r\n chunked", "Content-Length: 6", body="ASK {}"),
    "a negative length": post("Content-Length: -1", body="ASK {}"),
    "a length with a sign": post("Content-Length: +6", body="ASK {}"),
    "a length in hex": post("Content-Length: 0x6", body="ASK {}"),
    "a length beyond 64 bits": post("Content-Length: 99999999999999999999999", body="ASK {}"),
    "a chunk of a negative size": post("Transfer-Encoding: chunked", body="-6\r\nASK {}\r\n0\r\n\r\n"),
    "a chunk beyond 64 bits": post(
        "Transfer-Encoding: chunked", body="FFFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n"
    ),
    "a chunk without its end": post("Transfer-Encoding: chunked", body="6\r\nASK {}XX0\r\n\r\n"),
    "NUL in a header": post("X-A: a\0b", "Content-Length: 6", body="ASK {}"),
    "NUL in a header's name": post("X\0A: b", "Content-Length: 6", body="ASK {}"),
    "a bare CR in a header": post("X-A: a\rContent-Length: 3", "Content-Length: 6", body="ASK {}"),
    "no version": b"GET /sparql?query=ASK%7B%7D\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200 + b"\r\n\r\n",
    "a blank in the target": b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_what_two_servers_could_read_in_two_ways_is_refused(dataset: Server, name: str) -> None:
    response = exchange(dataset.address, SMUGGLING[name])
    assert response.status in REFUSED
    assert in_time(response.seconds, limit=0)


def test_a_refused_request_leaves_nothing_behind(dataset: Server) -> None:
    """What stands after the body of an ambiguous request isn't answered as a request of its own."""
    hidden = "GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n"
    data = post("Content-Length: 6", "Transfer-Encoding: chunked", body=f"0\r\n\r\n{hidden}")
    with dial(dataset.address) as connection:
        connection.sendall(data)
        assert read_response(connection).status in REFUSED
        connection.settimeout(5)
        try:
            rest = connection.recv(4096)
        except ConnectionError:
            rest = b""
        assert rest == b""


def test_pipelined_requests_are_answered_in_order(dataset: Server) -> None:
    texts = [f"SELECT ({number} AS ?x) {{}}" for number in range(20)]
    lines = (
        f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n" for text in texts
    )
    with dial(dataset.address) as connection:
        connection.sendall("".join(lines).encode())
        with connection.makefile("rb") as stream:
            seen = [read_piece(stream) for _ in texts]
    assert seen == [f"x\r\n{number}\r\n".encode() for number in range(20)]


def read_piece(stream: io.BufferedReader) -> bytes:
    """Read one answer with a Content-Length or chunks from a stream of several."""
    head: dict[bytes, bytes] = {}
    status = stream.readline()
    assert status.startswith(b"HTTP/1.1 200"), status
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        head[name.lower()] = value.strip()
    if b"content-length" in head:
        return bytes(stream.read(int(head[b"content-length"])))
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size + 2)[:-2]
    stream.readline()
    return body


@pytest.mark.parametrize("size", [200_000, 20_000_000])
def test_huge_headers_are_refused(dataset: Server, size: int) -> None:
    response = exchange(dataset.address, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * size + b"\r\n\r\n")
    assert response.status in (400, 413, 431, CLOSED)


def test_a_hundred_thousand_headers_are_refused(dataset: Server) -> None:
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
    response = exchange(dataset.address, b"GET / HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n")
    assert response.status in (400, 413, 431, CLOSED)


def test_chunks_beyond_the_limit_are_refused(dataset: Server) -> None:
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    response = exchange(dataset.address, post("Transfer-Encoding: chunked") + piece * 200, seconds=20)
    assert response.status in (413, CLOSED)
    assert in_time(response.seconds)


def test_many_small_chunks_are_one_body(dataset: Server) -> None:
    body = "ASK {} #" + "x" * 20_000
    pieces = "".join(f"1\r\n{char}\r\n" for char in body)
    response = exchange(
        dataset.address, post("Transfer-Encoding: chunked", "Connection: close", body=pieces + "0\r\n\r\n")
    )
    assert response.status == 200


def test_long_chunk_extensions_and_trailers_are_bounded(dataset: Server) -> None:
    extended = post("Transfer-Encoding: chunked", body="6;" + "x" * 5_000_000 + "\r\nASK {}\r\n0\r\n\r\n")
    trailed = post(
        "Transfer-Encoding: chunked", body="6\r\nASK {}\r\n0\r\nX: " + "x" * 5_000_000 + "\r\n\r\n"
    )
    for data in (extended, trailed):
        assert in_time(exchange(dataset.address, data).seconds)


def test_ten_thousand_parameters_are_refused(dataset: Server) -> None:
    fields = "&".join(f"a{number}=1" for number in range(10_000))
    by_form = send(
        dataset.address, "POST", "/sparql", f"query=ASK%7B%7D&{fields}".encode(), {"Content-Type": FORM}
    )
    assert (by_form.status, by_form.problem) == (400, "too-many-parameters")
    by_url = send(dataset.address, "GET", f"/sparql?query=ASK%7B%7D&{fields}")
    assert by_url.status in (400, 414, 431)
    assert in_time(by_form.seconds, limit=0)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-bomb"])
def test_coded_bodies_are_refused(dataset: Server, coding: str) -> None:
    """Nobody unpacks what a stranger packed: a kilobyte would be a megabyte."""
    body = gzip.compress(b"ASK {}" + b" " * 1_000_000)
    headers = {"Content-Type": QUERY, "Content-Encoding": coding}
    response = send(dataset.address, "POST", "/sparql", body, headers)
    assert response.status in (400, 415)


def test_expect_continue_is_kept(dataset: Server) -> None:
    with dial(dataset.address) as connection:
        connection.sendall(post("Content-Length: 6", "Expect: 100-continue", "Connection: close"))
        connection.settimeout(5)
        begun = connection.recv(4096)
        assert begun.startswith(b"HTTP/1.1 100")
        connection.sendall(b"ASK {}")
        assert read_response(connection).status == 200


def test_expect_continue_with_too_much_is_refused(dataset: Server) -> None:
    response = exchange(dataset.address, post("Content-Length: 99999999", "Expect: 100-continue"), seconds=8)
    assert response.status in (413, 417)
    assert in_time(response.seconds)


@pytest.mark.parametrize(
    "path", ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/update", "/store?default", "/none"]
)
def test_options_and_head_say_what_they_may(either: Server, path: str) -> None:
    options = send(either.address, "OPTIONS", path)
    assert options.status in (200, 204, 401, 404, 405)
    head = send(either.address, "HEAD", path)
    assert head.body == b""
    assert head.status == send(either.address, "GET", path).status


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "BREW", "get", "X" * 5000]
)
def test_unknown_methods_are_refused(dataset: Server, method: str) -> None:
    response = send(dataset.address, method, "/sparql?query=ASK%7B%7D", headers={"X-Secret": "told"})
    assert response.status in (400, 405, 501, CLOSED)
    assert b"told" not in response.body


def test_a_websocket_is_not_opened(dataset: Server) -> None:
    lines = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + "A" * 22 + "==",
    )
    data = "\r\n".join(["GET /sparql HTTP/1.1", "Host: a", *lines]).encode() + b"\r\n\r\n"
    start = time.monotonic()
    assert exchange(dataset.address, data).status != 101
    assert in_time(time.monotonic() - start, limit=1)
