"""The thirty ways in which public endpoints are known to fail, the part that queries do."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from .bombs import BOMBS
from .conftest import in_time
from .harness import Canary, Server, next_client
from .wire import UPDATE, ask, dial, get, write

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
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


def test_pitfall_01_service_reaches_nobody(either: Server, canary: Canary) -> None:
    response = get(either.address, f"SELECT * {{ SERVICE <{canary.url}> {{ ?s ?p ?o }} }}")
    assert (response.status, response.problem) == (400, "query-refused-service")
    assert response.json()["line"] == 1


@pytest.mark.parametrize("query", SPELLINGS)
def test_pitfall_02_no_spelling_gets_round(dataset: Server, canary: Canary, query: str) -> None:
    response = ask(dataset.address, query.replace("<C", f"<{canary.url}"))
    assert response.status == 400
    assert response.json()["line"] >= 1
    assert in_time(response.seconds, limit=0)


@pytest.mark.parametrize("query", SPELLINGS)
def test_pitfall_02_no_spelling_gets_into_an_update(dataset: Server, canary: Canary, query: str) -> None:
    where = query.partition("SELECT * ")
    update = f"{where[0]} INSERT {{ <urn:x> <urn:x> <urn:x> }} WHERE {where[2]}".replace(
        "<C", f"<{canary.url}"
    )
    assert write(dataset.address, "/update", update.encode(), UPDATE, token=dataset.token) == 400


def test_pitfall_02_the_word_in_a_string_is_allowed(either: Server) -> None:
    response = ask(either.address, 'SELECT ("SERVICE <x>" AS ?x) { } # SERVICE <y>', accept="text/csv")
    assert (response.status, response.body) == (200, b"x\r\nSERVICE <x>\r\n")


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_pitfalls_03_and_04_from_chooses_among_known_graphs(
    either: Server, canary: Canary, tmp_path: Path, scheme: str
) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<urn:secret> <urn:p> 1 .", encoding="utf-8")
    iri = secret.as_uri() if scheme == "file" else f"{canary.url}x.ttl"
    queries = [
        (f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}", ""),
        (f"SELECT * FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", ""),
        (f"SELECT * {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", ""),
        ("SELECT * { ?s ?p ?o }", f"&default-graph-uri={quote(iri, safe='')}"),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", f"&named-graph-uri={quote(iri, safe='')}"),
    ]
    for query, more in queries:
        response = get(either.address, query, more=more, accept="application/sparql-results+json")
        assert (response.status, response.json()["results"]["bindings"]) == (200, [])


def test_pitfall_05_dataset_parameters_are_kept(either: Server) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    response = get(either.address, query, more="&default-graph-uri=http%3A%2F%2Fnone%2F", accept="text/csv")
    assert (response.status, response.body) == (200, b"n\r\n0\r\n")


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 3000 + "}" * 3000,
        "ASK " + "{" * 3000,
        "ASK { FILTER(" + "!" * 10_000 + "true) }",
        "ASK { FILTER(1 = " + "-(" * 3000 + "1" + ")" * 3000 + ") }",
        "ASK { ?s ?p " + "[ ?p " * 10_000 + "1" + "]" * 10_000 + " }",
        "ASK { ?s ?p " + "( " * 10_000 + ")" * 10_000 + " }",
        "ASK { ?s ?p " + "<<( ?a ?b " * 3000 + "1" + ")>>" * 3000 + " }",
        "ASK { ?s " + "^(" * 5000 + "<urn:p>" + ")" * 5000 + " ?o }",
        "ASK { FILTER(" + "IF(true,true," * 3000 + "true" + ")" * 3000 + ") }",
        "ASK " + "{ #}\n" * 3000,
        "ASK { " + "OPTIONAL { ?a ?b ?c " * 3000 + "}" * 3000 + "}",
        "ASK { " + "?a ?b ?c {| ?d ?e " * 3000 + "|}" * 3000 + "}",
    ],
)
def test_pitfall_10_nesting_is_refused(either: Server, query: str) -> None:
    response = ask(either.address, query)
    assert (response.status, response.problem) == (400, "query-refused-nesting")
    assert in_time(response.seconds, limit=0)


def test_pitfall_11_one_query_stops_nobody(either: Server) -> None:
    body = CROSS.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    with dial(either.address) as connection:
        connection.sendall(head.encode() + body)
        slowest = max(next_client(either).seconds for _ in range(20))
    assert slowest < 0.5


def busy_time(server: Server) -> float:
    """Return the processor seconds that all processes of a server have taken so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == server.process.pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def idle_share(server: Server) -> float:
    """Return the processors that a server takes, over the next second."""
    before, start = busy_time(server), time.monotonic()
    time.sleep(1)
    return max(busy_time(server) - before, 0) / (time.monotonic() - start)


@pytest.mark.parametrize("query", [CROSS, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a LIMIT 1"])
def test_pitfall_12_work_ends_at_the_deadline(either: Server, query: str) -> None:
    response = ask(either.address, query)
    assert response.status in (504, 507)
    assert in_time(response.seconds)
    time.sleep(0.5)
    assert idle_share(either) < 0.2


def test_pitfall_12_work_ends_when_the_client_goes(either: Server) -> None:
    with dial(either.address) as connection:
        connection.sendall(f"GET /sparql?query={quote(CROSS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.3)
    time.sleep(1)
    assert idle_share(either) < 0.2


@pytest.mark.parametrize("name", ["doubling of a string", "GROUP_CONCAT over a cross product"])
def test_pitfall_13_memory_stays_bounded(either: Server, name: str) -> None:
    response = ask(either.address, BOMBS[name].query)
    assert response.status in BOMBS[name].statuses
    assert in_time(response.seconds)


def test_pitfall_14_regular_expressions_are_linear(either: Server) -> None:
    response = ask(either.address, f'ASK {{ FILTER(REGEX("{"a" * 40}!", "^(a+)+$")) }}')
    assert (response.status, response.json()["boolean"]) == (200, False)
    assert in_time(response.seconds, limit=0)


@pytest.mark.parametrize("name", ["VALUES times twelve", "paths in a ring", "a UNION of 2,000"])
def test_pitfall_15_processors_are_given_back(either: Server, name: str) -> None:
    response = ask(either.address, BOMBS[name].query)
    assert response.status in BOMBS[name].statuses
    assert in_time(response.seconds)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * {}", "text/turtle"),
        ("CONSTRUCT {} {}", "application/sparql-results+json"),
        ("ASK {}", "image/png"),
        (CROSS, "text/turtle"),
        ("DESCRIBE <urn:a>", "text/csv"),
    ],
)
def test_pitfall_16_the_format_is_settled_first(either: Server, query: str, accept: str) -> None:
    response = ask(either.address, query, accept=accept)
    assert (response.status, response.problem) == (406, "not-acceptable")
    assert response.json()["offers"]
    assert in_time(response.seconds, limit=0)


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]
)
def test_pitfall_17_a_failure_never_looks_whole(either: Server, accept: str) -> None:
    assert ask(either.address, CROSS, accept=accept, timeout=0.5).problem == "deadline"
    stream = ask(either.address, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", accept=accept)
    assert stream.status in (504, 507) or not stream.whole
    assert b"cancel" not in stream.body[-500:].lower()
    assert in_time(stream.seconds)
