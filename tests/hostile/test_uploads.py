"""Hostile RDF through the graph store, and hostile updates: parsed within limits, kept whole or not at all."""

from __future__ import annotations

import json

import pytest

from .conftest import MOST_MEMORY, in_time
from .harness import Canary, Server
from .wire import UPDATE, Response, ask, exchange, send

GRAPH = "/store?graph=urn:hostile"


def put(server: Server, body: bytes, media_type: str, *, path: str = GRAPH) -> Response:
    """Put a graph, with the right to."""
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {server.token}"}
    return send(server.address, "PUT", path, body, headers, seconds=30)


def update(server: Server, text: str) -> Response:
    """Send an update, with the right to."""
    headers = {"Content-Type": UPDATE, "Authorization": f"Bearer {server.token}"}
    return send(server.address, "POST", "/update", text.encode(), headers, seconds=30)


ENTITIES = "".join(f'<!ENTITY e{index + 1} "{f"&e{index};" * 10}">' for index in range(9))
RDFXML_HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">'
REFUSED = {400, 413, 415, 422, 507}
HOSTILE = {
    "JSON nested 20,000 deep": (b"[" * 20_000 + b"]" * 20_000, "application/ld+json", REFUSED),
    "JSON nested 20,000 deep, not closed": (b'{"a":' * 20_000, "application/ld+json", REFUSED),
    "JSON objects nested 20,000 deep": (
        b'{"urn:a":' * 20_000 + b"1" + b"}" * 20_000,
        "application/ld+json",
        REFUSED,
    ),
    "a remote context": (
        b'{"@context": "CANARYc", "@id": "urn:a", "name": "x"}',
        "application/ld+json",
        REFUSED,
    ),
    "a remote context in a list": (
        b'{"@context": [{}, "CANARYc"], "@id": "urn:a", "n": "x"}',
        "application/ld+json",
        REFUSED,
    ),
    "an imported context": (
        b'{"@context": {"@import": "CANARYc"}, "@id": "urn:a", "n": "x"}',
        "application/ld+json",
        REFUSED,
    ),
    "a context within a term": (
        b'{"@context": {"t": {"@id": "urn:t", "@context": "CANARYc"}}, "@id": "urn:a", "t": {"n": "x"}}',
        "application/ld+json",
        REFUSED,
    ),
    "a context of a file": (
        b'{"@context": "file:///etc/hostname", "n": "x"}',
        "application/ld+json",
        REFUSED,
    ),
    "entities that multiply": (
        f'<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{ENTITIES}]>{RDFXML_HEAD}<rdf:Description><e:p>&e9;</e:p>'
        "</rdf:Description></rdf:RDF>".encode(),
        "application/rdf+xml",
        REFUSED,
    ),
    "an entity of a file": (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>{RDFXML_HEAD}<rdf:Description><e:p>&x;</e:p>'
        "</rdf:Description></rdf:RDF>".encode(),
        "application/rdf+xml",
        REFUSED,
    ),
    "an entity of an address": (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "CANARYe">]>{RDFXML_HEAD}<rdf:Description><e:p>&x;</e:p>'
        "</rdf:Description></rdf:RDF>".encode(),
        "application/rdf+xml",
        REFUSED,
    ),
    "a DTD of an address": (
        f'<!DOCTYPE r SYSTEM "CANARYd">{RDFXML_HEAD}</rdf:RDF>'.encode(),
        "application/rdf+xml",
        REFUSED,
    ),
    "XML nested 50,000 deep": (
        (RDFXML_HEAD + "<e:a><e:b>" * 25_000).encode(),
        "application/rdf+xml",
        REFUSED,
    ),
    "Turtle nested 20,000 deep": (b"<urn:a> <urn:p> " + b"[ <urn:p> " * 20_000, "text/turtle", REFUSED),
    "Turtle nested and closed": (
        b"<urn:a> <urn:p> " + b"[ <urn:p> " * 20_000 + b"1" + b" ]" * 20_000 + b" .",
        "text/turtle",
        REFUSED | {201, 204},
    ),
    "lists nested 20,000 deep": (
        b"<urn:a> <urn:p> " + b"( " * 20_000 + b") " * 20_000 + b".",
        "text/turtle",
        REFUSED | {201, 204},
    ),
    "triple terms nested 20,000 deep": (
        b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:p> " * 20_000,
        "text/turtle",
        REFUSED,
    ),
    "N-Triples nested deep": (
        b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:p> " * 20_000,
        "application/n-triples",
        REFUSED,
    ),
    "a string that never ends": (b'<urn:a> <urn:p> """' + b"a" * 500_000, "text/turtle", REFUSED),
    "invalid UTF-8": (b'<urn:a> <urn:p> "\xff\xfe" .', "text/turtle", REFUSED),
    "overlong UTF-8": (b'<urn:a> <urn:p> "\xc0\xaf" .', "text/turtle", REFUSED),
    "a lone surrogate": (b'<urn:a> <urn:p> "\\uD800" .', "text/turtle", REFUSED),
    "UTF-16": ("<urn:a> <urn:p> 1 .".encode("utf-16"), "text/turtle", REFUSED),
    "NUL": (b"<urn:a> <urn:p\0> 1 .", "text/turtle", REFUSED),
    "JSON beyond all numbers": (
        b'{"@id":"urn:a","urn:p":' + b"9" * 100_000 + b"}",
        "application/ld+json",
        REFUSED | {201, 204},
    ),
    "JSON-LD that explodes": (
        json.dumps(
            {"@context": {f"a{i}": {"@id": f"urn:{i}", "@container": "@list"} for i in range(3000)}}
        ).encode(),
        "application/ld+json",
        REFUSED | {201, 204},
    ),
    "quads into a graph": (
        b"<urn:a> <urn:p> <urn:b> <urn:other> .",
        "application/n-quads",
        REFUSED | {201, 204},
    ),
    "no RDF": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "image/png", {415}),
    "multipart without an end": (
        b"--a\r\nContent-Disposition: form-data\r\n\r\n" * 1000,
        "multipart/form-data; boundary=a",
        REFUSED,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rdf_is_refused(dataset: Server, canary: Canary, name: str) -> None:
    body, media_type, statuses = HOSTILE[name]
    response = put(dataset, body.replace(b"CANARY", canary.url.encode()), media_type)
    assert response.status in statuses, response.body[:300]
    assert in_time(response.seconds)
    assert dataset.peak < MOST_MEMORY
    if response.status not in (201, 204):
        left = ask(dataset.address, "ASK { GRAPH <urn:hostile> { ?s ?p ?o } }")
        assert left.json()["boolean"] is False
    else:
        assert send(
            dataset.address, "DELETE", GRAPH, headers={"Authorization": f"Bearer {dataset.token}"}
        ).status in (200, 204)


def test_a_fault_at_the_end_leaves_nothing(dataset: Server) -> None:
    lines = "".join(f"<urn:x{index}> <urn:p> {index} .\n" for index in range(5000))
    response = put(dataset, f"{lines}<urn:broken".encode(), "text/turtle")
    assert (response.status, response.problem) == (400, "rdf-syntax")
    assert response.json()["line"] == 5001
    assert ask(dataset.address, "ASK { GRAPH <urn:hostile> { ?s ?p ?o } }").json()["boolean"] is False


@pytest.mark.parametrize(
    "path",
    [
        "/store",
        "/store?graph=",
        "/store?graph=a%20b",
        "/store?graph=urn:a&graph=urn:b",
        "/store?graph=urn:a&default",
        "/store?default&default=x",
        "/store?graph=%FF",
        "/store?graph=../../etc",
    ],
)
def test_odd_names_of_graphs(dataset: Server, path: str) -> None:
    response = put(dataset, b"<urn:a> <urn:p> 1 .", "text/turtle", path=path)
    assert response.status in (201, 204, 400, 405)
    if response.status in (201, 204):
        assert path in ("/store?graph=../../etc", "/store?graph=")


def test_an_upload_beyond_the_limit_is_refused(dataset: Server) -> None:
    headers = f"Authorization: Bearer {dataset.token}\r\nContent-Type: text/turtle\r\nContent-Length: 99999999999\r\n"
    data = f"PUT {GRAPH} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode()
    response = exchange(dataset.address, data)
    assert response.status == 413
    assert in_time(response.seconds, limit=0)


UPDATES = {
    "a cross product that inserts": "INSERT { GRAPH <urn:hostile> { ?a ?e ?i } } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a doubling of a string": "INSERT { GRAPH <urn:hostile> { <urn:a> <urn:p> ?x36 } } WHERE { BIND('ab' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{index},?x{index}) AS ?x{index + 1})" for index in range(36))
    + " }",
    "braces without end": "INSERT DATA " + "{" * 5000,
    "nesting in WHERE": "DELETE WHERE " + "{" * 3000 + "}" * 3000,
    "50,000 operations": "CLEAR GRAPH <urn:hostile> ; " * 30_000,
    "a path in a ring": "INSERT { GRAPH <urn:hostile> { ?a <urn:p> ?b } } WHERE { ?a (<urn:p>*)* ?b . ?c ?d ?e . ?f ?g ?h }",
    "SERVICE in WHERE": "DELETE { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "LOAD after others": "INSERT DATA { GRAPH <urn:hostile> { <urn:a> <urn:p> 1 } } ; LOAD <file:///etc/hostname>",
    "half of it wrong": "INSERT DATA { GRAPH <urn:hostile> { <urn:a> <urn:p> 1 } } ; INSERT DATA { nonsense",
    "a failing operation at the end": "INSERT DATA { GRAPH <urn:hostile> { <urn:a> <urn:p> 1 } } ; CREATE GRAPH <urn:hostile>",
}


@pytest.mark.parametrize("name", UPDATES)
def test_a_hostile_update_ends_and_leaves_nothing(dataset: Server, name: str) -> None:
    response = update(dataset, UPDATES[name])
    assert response.status in {200, 204, 400, 403, 409, 504, 507}, response.body[:300]
    assert in_time(response.seconds, limit=4)
    if response.status not in (200, 204):
        left = ask(dataset.address, "ASK { GRAPH <urn:hostile> { ?s ?p ?o } }")
        assert left.json()["boolean"] is False
    after = update(
        dataset, "INSERT DATA { GRAPH <urn:after> { <urn:a> <urn:p> 1 } } ; DROP GRAPH <urn:after>"
    )
    assert after.status in (200, 204)
    assert in_time(after.seconds, limit=1)
    assert update(dataset, "DROP SILENT GRAPH <urn:hostile>").status in (200, 204)
