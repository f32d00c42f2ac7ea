"""The write paths: SPARQL updates, and the graph store, which is read here too."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Protocol

import pyoxigraph as ox

from tongzhou.graph.primary import DeleteGraph, Outcome, PostGraph, PutGraph, Update, Write
from tongzhou.server.graph_store import METHODS, GraphStoreRequest, read_graph_store
from tongzhou.server.http import AnyReply, Reply, Request
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import read_update
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.replies import options_reply
from tongzhou.server.tokens import TokenFile

_UPDATE_METHODS = ("OPTIONS", "POST")
_READING = ("GET", "HEAD", "OPTIONS")


class WriteQueue(Protocol):
    """Takes writes; each is durable, and read by whatever is asked next, before the call returns."""

    async def write(self, write: Write, *, timeout: float | None = None) -> Outcome:
        """Do a write."""
        ...


class WriteEndpoint:
    """Answers `/update` and `/store`. Without a queue of writes the service is read-only."""

    def __init__(
        self,
        queries: QueryEndpoint,
        queue: WriteQueue | None,
        tokens: TokenFile,
        count_write: Callable[[], None],
    ) -> None:
        """Keep what reads, what writes, who may write, and who counts the writes."""
        self._queries = queries
        self._queue = queue
        self._tokens = tokens
        self._count_write = count_write

    async def update(self, request: Request) -> AnyReply:
        """Answer a request to `/update`. Raises RequestError, and what the update is refused for."""
        if request.method == "OPTIONS":
            return options_reply(_UPDATE_METHODS)
        if request.method != "POST":
            raise RequestError("method-not-allowed", {"found": ", ".join(_UPDATE_METHODS)})
        queue = self._queue_for(request)
        asked = read_update(request)
        update = Update(asked.text, asked.using, asked.using_named, base=f"{request.root}update")
        await queue.write(update, timeout=asked.timeout)
        self._count_write()
        return Reply(204, ())

    async def store(self, request: Request) -> AnyReply:
        """Answer a request to `/store` or to a graph below it. Raises RequestError, and what an upload is refused for."""
        if request.method == "OPTIONS":
            return options_reply(METHODS, shared=_READING)
        store_url = f"{request.root}store"
        if request.method in ("GET", "HEAD"):
            return await self._read(read_graph_store(request, store_url), request)
        if request.method not in METHODS:
            raise RequestError("method-not-allowed", {"found": ", ".join(METHODS)})
        queue = self._queue_for(request)
        wanted = read_graph_store(request, store_url)
        graph = f"{store_url}/{uuid.uuid4()}" if wanted.new else wanted.graph
        outcome = await queue.write(_write_of(wanted, graph, store_url))
        if outcome == "missing":
            raise RequestError("no-such-graph", {"graph": graph or ""})
        self._count_write()
        if outcome == "created":
            return Reply(201, (("Location", graph or ""),) if wanted.new else ())
        return Reply(204, ())

    def _queue_for(self, request: Request) -> WriteQueue:
        """Return the queue where the client may write. Raises RequestError."""
        if self._queue is None:
            raise RequestError("read-only", {})
        self._tokens.check(request.headers.get("authorization"), "write")
        origin = request.headers.get("origin")
        foreign = origin is not None and origin.rstrip("/") != request.root.rstrip("/")
        if foreign or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            raise RequestError("cross-site-form", {})
        return self._queue

    async def _read(self, wanted: GraphStoreRequest, request: Request) -> AnyReply:
        if wanted.graph is None:
            return await self._queries.answer_graph("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", request)
        name = ox.NamedNode(wanted.graph)
        known = await self._queries.ask(
            f"SELECT ?g {{ VALUES ?g {{ {name} }} GRAPH ?g {{}} }}", request.client
        )
        if not known:
            raise RequestError("no-such-graph", {"graph": wanted.graph})
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}"
        return await self._queries.answer_graph(text, request)


def _write_of(wanted: GraphStoreRequest, graph: str | None, store_url: str) -> Write:
    base = graph or store_url
    match wanted.method:
        case "PUT":
            return PutGraph(graph, wanted.parts, base)
        case "POST":
            return PostGraph(graph, wanted.parts, base)
        case _:
            return DeleteGraph(graph)
