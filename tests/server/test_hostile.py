"""Hostile requests over the network: refused, nothing fetched, and the server lives."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from .conftest import Server


class Listener:
    """A socket on loopback that remembers whether anybody came."""

    def __init__(self) -> None:
        self.visits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            visitor, _ = self.socket.accept()
            with visitor:
                if visitor.recv(3) == b"end":
                    return
                self.visits += 1

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as last:
            last.sendall(b"end")
        self.thread.join(timeout=10)
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    canary = Listener()
    yield canary
    canary.close()


def send(
    server: Server, method: str, path: str, body: bytes | None = None, media_type: str = ""
) -> tuple[int, Any]:
    """Send a request as it stands; return status and the JSON of the answer."""
    address = urlsplit(server.url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.request(method, path, body, {"Content-Type": media_type} if media_type else {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content)


def ask(server: Server, query: str) -> tuple[int, Any]:
    """Send a query by POST."""
    return send(server, "POST", "/sparql", query.encode(), "application/sparql-query")


def assert_alive(server: Server) -> None:
    assert ask(server, "ASK {}") == (200, {"head": {}, "boolean": True})


SPELLINGS = [
    "SELECT * { SERVICE <C> { ?s ?p ?o } }",
    "SELECT * { service<C>{ ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <C> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<C>{ ?s ?p ?o } }",
    "SELECT * { SERVICE#x\n<C> { ?s ?p ?o } }",
    "PREFIX e: <C> SELECT * { SERVICE e:a { ?s ?p ?o } }",
    "PREFIX : <C> SELECT * { SERVICE:a { ?s ?p ?o } }",
    "PREFIX e: <C> SELECT * { SERVICEe:a { ?s ?p ?o } }",
    "BASE <C> SELECT * { SERVICE <a> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <C> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { {} UNION { SERVICE <C> { ?s ?p ?o } } } }",
    "SELECT * { VALUES ?g { <C> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { SERVICE <C\\u0073parql> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <C> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?x FILTER(1=1)SERVICE<C>{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?y)SERVICE<C>{ ?s ?p ?o } }",
    'SELECT * { FILTER(?a<?b#>"""\n) SERVICE <C> { ?s ?p ?o } #"""\n}',
    "SELECT * { FILTER(?a <<C#b>) SERVICE <C> { ?s ?p ?o } \n}",
    'SELECT * { FILTER("" IN ("""a" )) SERVICE <C> { ?s ?p ?o } } #\\q """)) }',
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_service_is_refused_and_nobody_is_asked(server: Server, listener: Listener, query: str) -> None:
    status, problem = ask(server, query.replace("C", f"http://127.0.0.1:{listener.port}/", query.count("<C")))
    assert status == 400
    assert problem["line"] >= 1
    assert listener.visits == 0
    assert_alive(server)


def test_the_listener_would_have_seen_it(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as visitor:
        visitor.sendall(b"GET")
        assert visitor.recv(1) == b""
    assert listener.visits == 1


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 3000 + "}" * 3000,
        "ASK { FILTER(" + "!" * 10_000 + "true) }",
        "ASK { FILTER(1 = " + "-(" * 3000 + "1" + ")" * 3000 + ") }",
        "ASK { ?s ?p " + "[ ?p " * 10_000 + "1" + "]" * 10_000 + " }",
        "ASK { ?s ?p " + "( " * 10_000 + ")" * 10_000 + " }",
        "ASK { ?s ?p " + "<<( ?a ?b " * 3000 + "1" + ")>>" * 3000 + " }",
        "ASK { ?s " + "^(" * 5000 + "<urn:p>" + ")" * 5000 + " ?o }",
        "ASK { FILTER(" + "IF(true,true," * 3000 + "true" + ")" * 3000 + ") }",
        "ASK " + "{ #}\n" * 3000,
    ],
)
def test_deep_nesting_does_not_end_the_process(server: Server, query: str) -> None:
    status, problem = ask(server, query)
    assert (status, problem["type"].rpartition("/")[2]) == (400, "query-refused-nesting")
    assert_alive(server)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p ?x FILTER(1 = ?x" + " * ?x" * 10_000 + ") }",
        "ASK { ?s ?p ?o " + "FILTER(?s) " * 5000 + "}",
        "ASK { ?s ?p ?o" + " MINUS {?s ?p ?o}" * 3000 + " }",
    ],
)
def test_long_chains_do_not_end_the_process(server: Server, query: str) -> None:
    status, _ = ask(server, query)
    assert status == 200
    assert_alive(server)


def test_from_fetches_nothing(server: Server, listener: Listener, tmp_path: Path) -> None:
    path = tmp_path / "secret.ttl"
    path.write_text("<urn:secret> <urn:p> 1 .", encoding="utf-8")
    for iri in (path.as_uri(), f"http://127.0.0.1:{listener.port}/x.ttl"):
        for query in (
            f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}",
            f"SELECT * FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        ):
            status, answer = ask(server, query)
            assert (status, answer["results"]["bindings"]) == (200, [])
        parameters = urlencode({"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": iri})
        status, answer = send(server, "GET", f"/sparql?{parameters}")
        assert (status, answer["results"]["bindings"]) == (200, [])
    assert listener.visits == 0


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DROP ALL",
        "LOAD <file:///etc/hostname>",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL ; ASK {}",
    ],
)
def test_nothing_can_be_written(server: Server, text: str) -> None:
    assert ask(server, text)[0] == 400
    form = "application/x-www-form-urlencoded"
    assert send(server, "POST", "/sparql", urlencode({"update": text}).encode(), form)[0] == 400
    assert send(server, "POST", "/sparql", text.encode(), "application/sparql-update")[0] == 415
    status, problem = send(server, "POST", "/update", text.encode(), "application/sparql-update")
    assert (status, problem["type"].rpartition("/")[2]) == (403, "read-only")
    status, problem = send(server, "PUT", "/store?default", b"<urn:a> <urn:b> 1 .", "text/turtle")
    assert (status, problem["type"].rpartition("/")[2]) == (403, "read-only")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("/sparql?query=%FF", 400),
        ("/sparql?query=ASK%00%7B%7D", 400),
        ("/sparql?query=" + "ASK%7B%7D" * 10_000, 414),
        ("/sparql?query=" + "ASK%7B%7D" * 3_000, 400),
        ("/data/..%2f..%2fcurrent", 404),
        ("/data/../../current", 404),
        ("/static/../app.py", 404),
        ("/%FF", 404),
    ],
)
def test_odd_addresses(server: Server, path: str, status: int) -> None:
    assert send(server, "GET", path)[0] == status
    assert_alive(server)


def test_an_injected_host_is_only_text(server: Server) -> None:
    address = urlsplit(server.url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    headers = {"Host": 'a"><script>alert(1)</script>', "Accept": "text/html"}
    connection.request("GET", "/zh/", headers=headers)
    response = connection.getresponse()
    assert "<script>" not in response.read().decode()  # our own has attributes
    connection.close()
    assert_alive(server)
