"""The query path: a request to a job for the workers, their answer to a reply, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongzhou.graph.query import Query
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS, serialise_answer
from tongzhou.server.cache import Cache
from tongzhou.server.config import Config
from tongzhou.server.description import DESCRIPTION_PREFIXES, Facts, describe_service
from tongzhou.server.http import AnyReply, Reply, Request, StreamedReply
from tongzhou.server.negotiation import HTML
from tongzhou.server.overview import Overview, count_contents
from tongzhou.server.page_templates import first_query
from tongzhou.server.planning import choose_media_type, holds, with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import QUERY_METHODS, QueryRequest, read_query
from tongzhou.server.replies import options_reply
from tongzhou.server.result_table import ResultTable
from tongzhou.server.service_pages import frame_of, page_reply
from tongzhou.server.workers.job import Job
from tongzhou.server.workers.link import Answer
from tongzhou.server.workers.pool import Pool

_LARGEST_KEPT = 4 * 2**20
_TOO_MUCH = ("deadline", "shed", "out-of-memory", "answer-too-large")
_OWN = "(the server itself)"
"""The client that the server's own questions are counted for."""

Key = tuple[bytes | str | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that is kept: its headers with its length among them, its body, and its entity tag.

    `wire` is for the server to keep how the head of each status goes over the wire.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    wire: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def reply(self, if_none_match: str | None) -> Reply:
        """Return the answer, or 304 where the client has it."""
        if holds(if_none_match, self.etag):
            headers = tuple(item for item in self.headers if item[0] not in _OF_BODY)
            return Reply(304, headers, kept=True)
        return Reply(200, self.headers, self.body, kept=True)


_OF_BODY = ("Content-Type", "Content-Length", "Content-Encoding")
_PER_ENTRY = 1_500  # bytes that an entry takes beside its body and what was asked, as measured


class QueryEndpoint:
    """Answers `/sparql` from the pool, and from what it kept of former answers."""

    def __init__(self, pool: Pool, config: Config, facts: Facts) -> None:
        """Keep what answers are made from and bounded by."""
        self._pool = pool
        self._config = config
        self._facts = facts
        self._overview: tuple[str, asyncio.Future[Overview | None]] | None = None
        self.cache: Cache[Entry] = Cache(config.cache_bytes, _LARGEST_KEPT)
        self.hits = 0
        self.misses = 0

    def kept(self, key: Key) -> Entry | None:
        """Return an answer to the very same request over the present snapshot."""
        entry = self.cache.get((self._pool.snapshot.name, key))
        if entry is not None:
            self.hits += 1
        return entry

    def forget(self) -> None:
        """Let go of all that is kept: to be called after a switch of snapshots, for nobody finds it any more."""
        self.cache.clear()

    async def answer(self, request: Request) -> AnyReply:
        """Answer a request to the endpoint.

        Raises QuerySyntaxError, QueryRefusedError, and RequestError of the protocol and of the pool.
        """
        if request.method == "OPTIONS":
            return options_reply(QUERY_METHODS, shared=QUERY_METHODS)
        asked = read_query(request)
        if asked is None:
            return await self._describe(request)
        key = key_of(request)
        if (entry := self.kept(key)) is not None:
            return entry.reply(request.headers.get("if-none-match"))
        self.misses += 1  # here, not in `kept`: a server that looks there first asks twice
        answer = await self._pool.answer(
            self._job(asked, request), client=request.client, timeout=asked.timeout
        )
        if answer.head["type"].startswith(HTML):
            return await self._page(asked.query, answer, request)
        return await self._reply(answer, key)

    async def answer_graph(self, text: str, request: Request) -> AnyReply:
        """Answer a query of the server's own with the graph of a request's choice of format."""
        query = QueryRequest(Query(text))
        answer = await self._pool.answer(self._job(query, request, pages=False), client=request.client)
        return await self._reply(answer, None)

    async def ask(self, text: str, client: str = _OWN) -> list[list[str]]:
        """Return the values of a SELECT of the server's own, row by row; it counts for a client."""
        _, results = await self.select(text, client)
        return _values(json.loads(results))

    async def select(
        self, text: str, client: str = _OWN, accept: str = SOLUTION_FORMATS[0].media_type
    ) -> tuple[str, bytes]:
        """Return the name of a snapshot and, from it, the results of a SELECT of the server's own: as SPARQL's JSON."""
        job = Job(text, accept=accept, most_bytes=self._config.answer_bytes)
        answer = await self._pool.answer(job, client=client)
        return answer.head["snapshot"], await _whole_body(answer)

    async def construct(self, text: str, client: str = _OWN) -> bytes:
        """Return the triples of a CONSTRUCT of the server's own as N-Triples."""
        job = Job(text, accept="application/n-triples", most_bytes=self._config.answer_bytes)
        return await _whole_body(await self._pool.answer(job, client=client))

    @property
    def snapshot(self) -> str:
        """Return the name of the present snapshot."""
        return self._pool.snapshot.name

    async def overview(self) -> Overview | None:
        """Return what the present snapshot holds, counted once; None where it is too much to be counted."""
        name = self._pool.snapshot.name
        if self._overview is None or self._overview[0] != name or _failed(self._overview[1]):
            self._overview = (name, asyncio.ensure_future(self._count()))
        return await asyncio.shield(self._overview[1])

    async def _count(self) -> Overview | None:
        try:
            return await count_contents(self.ask, curated=self._facts.curated)
        except RequestError as error:
            if error.kind in _TOO_MUCH:
                return None
            raise

    def _job(self, asked: QueryRequest, request: Request, *, pages: bool = True) -> Job:
        query = asked.query
        return Job(
            query.text,
            query.default_graphs,
            query.named_graphs,
            base=f"{request.root}sparql",
            accept=asked.media_type or request.headers.get("accept"),
            accept_encoding=request.headers.get("accept-encoding"),
            if_none_match=request.headers.get("if-none-match"),
            most_rows=self._config.rows,
            most_bytes=self._config.answer_bytes,
            rows_on_page=self._config.rows_on_page if pages else None,
        )

    async def _reply(self, answer: Answer, key: Key | None) -> AnyReply:
        head = answer.head
        headers = _headers(head)
        if answer.stream is not None:
            assert answer.cancel is not None
            pieces = answer.stream
            if head["etag"] and key is not None:
                pieces = self._remember(pieces, key, head, headers)
            return StreamedReply(head["status"], headers, pieces, answer.cancel)
        if head["status"] == 200 and head["etag"] and key is not None:
            self._keep(key, head, headers, answer.body)
        return Reply(head["status"], headers, answer.body)

    async def _remember(
        self,
        pieces: AsyncIterator[bytes],
        key: Key,
        head: dict[str, Any],
        headers: tuple[tuple[str, str], ...],
    ) -> AsyncIterator[bytes]:
        """Pass an answer on, and keep it where it comes to its end and is not too large."""
        kept: list[bytes] = []
        size = 0
        async for piece in pieces:
            size += len(piece)
            if size <= _LARGEST_KEPT:
                kept.append(piece)
            yield piece
        if size <= _LARGEST_KEPT:
            self._keep(key, head, headers, b"".join(kept))

    def _keep(
        self, key: Key, head: dict[str, Any], headers: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        if head["snapshot"] != self.snapshot:
            return  # nobody would find it
        entry = Entry((*headers, ("Content-Length", str(len(body)))), body, head["etag"])
        asked = sum(map(len, filter(None, key)))
        self.cache.put((head["snapshot"], key), entry, len(body) + asked + _PER_ENTRY)

    async def _describe(self, request: Request) -> Reply:
        """Answer a request that asks nothing: a form for browsers, a service description for programs."""
        endpoint = f"{request.root}sparql"
        media_type = choose_media_type(request.headers.get("accept"), TRIPLE_FORMATS, pages=True)
        if media_type == HTML:
            return self._form(request, endpoint)
        headers = (
            ("Content-Type", with_charset(media_type)),
            ("Vary", "Accept"),
            ("Cache-Control", "no-cache"),
        )
        triples = describe_service(endpoint, await self.overview(), self._facts)
        form = next(form for form in TRIPLE_FORMATS if media_type in form.media_types)
        return Reply(200, headers, serialise_answer(triples, form, prefixes=DESCRIPTION_PREFIXES))

    def _form(self, request: Request, endpoint: str) -> Reply:
        frame = frame_of(request, self._release)
        return page_reply(
            "console.html",
            frame,
            cache="no-cache",
            query=first_query(frame.language, curated=self._facts.curated),
            default_graphs=(),
            named_graphs=(),
            endpoint=endpoint,
        )

    @property
    def _release(self) -> str | None:
        return self.snapshot if self._facts.curated else None

    async def _page(self, query: Query, answer: Answer, request: Request) -> Reply:
        table = ResultTable.from_json(await _whole_body(answer))
        return await asyncio.to_thread(
            lambda: page_reply(
                "results.html",
                frame_of(request, self._release),
                cache="no-store",
                query=query.text,
                default_graphs=query.default_graphs or (),
                named_graphs=query.named_graphs or (),
                table=table,
            )
        )


def key_of(request: Request) -> Key:
    """Return what the answer to a request depends on, beside the snapshot."""
    headers = request.headers
    of_body = () if request.method in ("GET", "HEAD") else (headers.get("content-type"), request.body)
    return (*kept_key(request.query_string, headers), *of_body)


def kept_key(query_string: bytes, headers: Mapping[str, str]) -> Key:
    """Return what the answer to a GET depends on; relative IRIs in a query start at the address of the service."""
    get = headers.get
    return (
        query_string,
        get("accept"),
        get("accept-encoding"),
        get("host"),
        get("x-forwarded-host"),
        get("x-forwarded-proto"),
    )


def _headers(head: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the headers that a worker's HEAD stands for."""
    headers = [("Vary", "Accept, Accept-Encoding")]
    if head["status"] != 304:
        headers.append(("Content-Type", head["type"]))
    if head.get("coding"):
        headers.append(("Content-Encoding", head["coding"]))
    if head["etag"]:
        headers += [("ETag", head["etag"]), ("Cache-Control", "no-cache")]
    else:
        headers.append(("Cache-Control", "no-store"))
    return tuple(headers)


async def _whole_body(answer: Answer) -> bytes:
    if answer.stream is None:
        return answer.body
    return b"".join([piece async for piece in answer.stream])


def _values(results: Any) -> list[list[str]]:
    names = results["head"]["vars"]
    return [[row[name]["value"] for name in names if name in row] for row in results["results"]["bindings"]]


def _failed(counting: asyncio.Future[Overview | None]) -> bool:
    return counting.done() and (counting.cancelled() or counting.exception() is not None)
