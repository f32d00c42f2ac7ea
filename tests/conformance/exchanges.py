"""Requests and what may be answered, as the manifests of the two HTTP protocols describe them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from .rdf import CNT, HT, MF, Description, Node

NAMED_STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
PREFIXES = ("/sparql/", "/gsp")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what may be answered.

    `service` is query, update or store; `target` is what follows that service's path. In `statuses`,
    `2` stands for 2xx. `media_type` is wanted in Content-Type, `graph` is what the body must say;
    `location` is the name under which later requests use the answer's Location.
    """

    service: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    form: str | None
    media_type: str | None
    graph: str | None
    location: str | None


def read_exchanges(graph: Description, test: Node, *, updates: bool) -> tuple[Exchange, ...]:
    """Read the requests of a test; `updates` says what requests are that do not say it themselves.

    Raises ValueError for a manifest of another form.
    """
    connection = graph.one(test, MF + "action")
    requests = list(graph.items(graph.one(connection, HT + "requests")))
    return tuple(
        _read(graph, request, updates=updates) for request in requests if not isinstance(request, ox.Literal)
    )


def _read(graph: Description, request: Node, *, updates: bool) -> Exchange:
    answer = graph.one(request, HT + "resp")
    path = graph.text(request, HT + "absolutePath")
    prefix = next((prefix for prefix in PREFIXES if path.startswith(prefix)), None)
    if prefix is None:
        raise ValueError(f"{path} does not begin with one of {PREFIXES}")
    headers = tuple(_headers(graph, request))
    wanted = dict(_headers(graph, answer))
    boolean = next(iter(graph.objects(answer, MF + "expectedBoolean")), None)
    return Exchange(
        service="store" if prefix == "/gsp" else _service(dict(headers), updates=updates),
        method=graph.text(request, HT + "methodName"),
        target=path.removeprefix(prefix),
        headers=headers,
        body=_body(graph, request),
        statuses=tuple(_statuses(graph, answer)),
        boolean=None if boolean is None else boolean.value in {"true", "1"},
        form=_optional(graph, answer, MF + "expectedFormat"),
        media_type=wanted.get("content-type", "").partition(";")[0] or None,
        graph=(body.decode() if (body := _body(graph, answer)) is not None else None),
        location=_optional(graph, answer, MF + "expectedLocation"),
    )


def _service(headers: dict[str, str], *, updates: bool) -> str:
    kinds = {"application/sparql-update": "update", "application/sparql-query": "query"}
    media_type = headers.get("content-type", "").partition(";")[0]
    return kinds.get(media_type, "update" if updates else "query")


def _headers(graph: Description, node: Node) -> Iterator[tuple[str, str]]:
    for headers in graph.objects(node, HT + "headers"):
        if isinstance(headers, ox.Literal):
            continue
        for header in graph.items(headers):
            if not isinstance(header, ox.Literal):
                name = graph.text(header, HT + "fieldName").lower()
                yield name, graph.text(header, HT + "fieldValue")


def _body(graph: Description, node: Node) -> bytes | None:
    if not graph.objects(node, HT + "body"):
        return None
    content = graph.one(node, HT + "body")
    return graph.text(content, CNT + "chars").encode(graph.text(content, CNT + "characterEncoding"))


def _statuses(graph: Description, answer: Node) -> Iterator[str]:
    for status in graph.objects(answer, MF + "expectedStatus"):
        name = status.value.rpartition("#")[2]
        yield NAMED_STATUS.get(name) or name.removeprefix("StatusCode").removesuffix("xx")


def _optional(graph: Description, node: Node, predicate: str) -> str | None:
    return graph.text(node, predicate) if graph.objects(node, predicate) else None
