"""What the front alone does: bounds on heads, connections and time, answers in order, transfers that break."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import Server, start_server, stop_server
from .web import HttpClient

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(20)) + " }"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CONNECTIONS = 20


@pytest.fixture(scope="module")
def strict(home: Path) -> Iterator[Server]:
    """Return a server with narrow limits."""
    limits = (
        "--deadline",
        "1.5",
        "--connections",
        str(CONNECTIONS),
        "--request-seconds",
        "2",
        "--keep-alive",
        "2",
    )
    running = start_server(
        "--home", str(home), *limits, "--answer-bytes", "1000000", "--request-bytes", "10000"
    )
    yield running
    assert stop_server(running)[0] == 0


def dial(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=20)


def read_answer(connection: socket.socket) -> tuple[int, Any]:
    """Read one answer; return its status and the JSON of its body."""
    with contextlib.closing(http.client.HTTPResponse(connection)) as answer:
        answer.begin()
        return answer.status, json.loads(answer.read())


def exchange(server: Server, data: bytes) -> tuple[int, str]:
    """Send bytes as they stand; return the status and the kind of the problem that answers them."""
    with dial(server) as connection:
        with contextlib.suppress(ConnectionError):  # refused before its end
            connection.sendall(data)
        status, problem = read_answer(connection)
        assert connection.recv(1) == b""  # closed
        return status, problem["type"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        (b"HELO\r\n\r\n", 400, "bad-http"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400, "bad-http"),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "bad-http"),
        (b"GET /sparql?query=" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri-too-long"),
        (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 140_000 + b"\r\n\r\n", 431, "header-too-large"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 201 + b"\r\n", 431, "header-too-large"),
    ],
)
def test_what_is_refused_before_it_is_read(strict: Server, data: bytes, status: int, kind: str) -> None:
    assert exchange(strict, data) == (status, kind)


def test_a_query_below_the_limit_of_addresses_is_answered(strict: Server) -> None:
    with HttpClient(strict.url) as client:
        assert client.get("/sparql?query=ASK{}" + "%20" * 10_000).status_code == 200


def test_one_connection_more_is_told_so(strict: Server) -> None:
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(dial(strict)) for _ in range(CONNECTIONS)]
        time.sleep(0.3)
        with dial(strict) as one_more:
            answer = http.client.HTTPResponse(one_more)
            answer.begin()
            assert answer.status == 503
            assert answer.getheader("Retry-After") == "5"
            assert json.loads(answer.read())["type"].endswith("/problem/too-many-connections")
            answer.close()
        for connection in idle:
            connection.close()
    time.sleep(0.3)
    with HttpClient(strict.url) as client:
        assert client.get("/-/healthz").status_code == 200


def test_a_request_has_to_come_in_time(strict: Server) -> None:
    begun = time.monotonic()
    with dial(strict) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nASK")
        status, problem = read_answer(connection)
    assert (status, problem["type"].rpartition("/")[2]) == (408, "request-timeout")
    assert 1.5 < time.monotonic() - begun < 8
    with dial(strict) as connection:
        assert connection.recv(1) == b""  # one that says nothing is closed


def test_nobody_gets_more_time_than_the_server_gives(strict: Server) -> None:
    with HttpClient(strict.url) as client:
        for timeout in ("100", "1.5", "1000000000"):
            begun = time.monotonic()
            answer = client.post("/sparql", data={"query": ENDLESS, "timeout": timeout})
            assert answer.status_code == 504
            assert "1.5" in answer.json["detail"]
            assert 1.5 <= time.monotonic() - begun < 5


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_are_bounded(strict: Server, chunked: bool) -> None:
    size = 10_001
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    )
    if chunked:
        data = (
            head + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % size + b"#" * size + b"\r\n0\r\n\r\n"
        )
    else:
        data = head + b"Content-Length: %d\r\n\r\n" % size + b"#" * size
    assert exchange(strict, data) == (413, "request-too-large")


def test_an_answer_over_its_cap_breaks_and_never_looks_whole(strict: Server) -> None:
    address = urlsplit(strict.url)
    for accept in ("text/csv", "application/sparql-results+json"):
        connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=30)
        body = CROSS.encode()
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        connection.request("POST", "/sparql", body, headers)
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()


def test_pipelined_requests_are_answered_in_order(strict: Server) -> None:
    queries = [b"ASK%7B%7D", b"SELECT(1%20AS%20?x)%7B%7D", b"ASK%7B%7D", b"bad", b"ASK%7B%7D"]
    with dial(strict) as connection:
        connection.sendall(
            b"".join(b"GET /sparql?query=%s HTTP/1.1\r\nHost: a\r\n\r\n" % query for query in queries)
        )
        statuses = list[int]()
        with connection.makefile("rb") as stream:
            for _ in queries:
                statuses.append(int(stream.readline().split()[1]))
                length = 0
                while (line := stream.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                assert len(stream.read(length)) == length
    assert statuses == [200, 200, 200, 400, 200]


def test_a_kept_answer_is_closed_after_where_the_client_says_so(strict: Server) -> None:
    request = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    for _ in range(3):
        with dial(strict) as connection:
            connection.sendall(request)
            assert read_answer(connection) == (200, {"head": {}, "boolean": True})
            assert connection.recv(1) == b""
