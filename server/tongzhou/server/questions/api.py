"""`/api/query` and `/openapi.json`: requests to replies. What was written once is kept, by release and what was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tongzhou.graph.catalog import StoredQuery
from tongzhou.server.cache import Cache
from tongzhou.server.coding import encode
from tongzhou.server.http import Reply, Request
from tongzhou.server.negotiation import choose_coding
from tongzhou.server.planning import holds, weak_tag, with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.questions import rows
from tongzhou.server.questions.asked import MEDIA_TYPES, PATH, Asked, read_asked
from tongzhou.server.questions.csvw import csvw_metadata
from tongzhou.server.questions.stored import StoredAnswer, StoredQueries
from tongzhou.server.replies import options_reply

OPENAPI_PATH = "/openapi.json"
_METHODS = ("GET", "HEAD", "OPTIONS")
_KEPT_BYTES = 16 * 2**20
_LARGEST_KEPT = 2**20

DescribeApi = Callable[[StoredQueries, str], Awaitable[dict[str, Any]]]
"""Returns what `/openapi.json` holds, for the address of the service."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A body, the snapshot that it was made from, and whether there are rows after those in it."""

    body: bytes
    snapshot: str
    more: bool = False


class QuestionApi:
    """Answers `/api/query`, `/api/query/<name>` with and without a suffix, and `/openapi.json`."""

    def __init__(self, queries: StoredQueries, describe_api: DescribeApi) -> None:
        """Keep what answers are made from, and what describes the whole service."""
        self.queries = queries
        self._describe_api = describe_api
        self._kept: Cache[_Made] = Cache(_KEPT_BYTES, _LARGEST_KEPT)

    async def answer(self, request: Request) -> Reply:
        """Answer a request.

        Raises UnknownQueryError, BadValueError, UnknownParameterError, RequestError of the protocol and of the pool.
        """
        if request.method == "OPTIONS":
            return options_reply(_METHODS, shared=_METHODS)
        if request.method not in _METHODS:
            raise RequestError("method-not-allowed", {"found": ", ".join(_METHODS)})
        if request.path in (OPENAPI_PATH, PATH, f"{PATH}/"):
            describe = self._describe if request.path == OPENAPI_PATH else self._list
            tag, made = await self._make((request.path, request.root), partial(describe, request.root))
            return await _reply(request, made, tag, MEDIA_TYPES[".json"], [])
        asked = read_asked(request, self.queries.catalog)
        key = (asked.rest, asked.offset, asked.excel, asked.inferred)
        tag, made = await self._make(key, partial(self._ask, asked, request.client))
        links: list[str] = []
        if asked.suffix == ".csv":
            metadata = asked.address(".csv-metadata.json", offset=asked.offset)
            links.append(f'<{metadata}>; rel="describedby"; type="{MEDIA_TYPES[".csv-metadata.json"]}"')
        if made.more:
            links.append(f'<{asked.rest}>; rel="next"')
        return await _reply(request, made, tag, MEDIA_TYPES[asked.suffix], links)

    async def _make(self, key: object, make: Callable[[], Awaitable[_Made]]) -> tuple[str, _Made]:
        """Return what is kept under a key of the present snapshot, or make it, with its entity tag."""
        tag = weak_tag(self.queries.snapshot, key)
        made = self._kept.get(tag)
        if made is None:
            made = await make()
            tag = weak_tag(made.snapshot, key)
            self._kept.put(tag, made, len(made.body))
        return tag, made

    async def _ask(self, asked: Asked, client: str) -> _Made:
        answer = await self.queries.answer(
            asked.stored,
            asked.values,
            client=client,
            limit=asked.limit,
            offset=asked.offset,
            inferred=asked.inferred,
        )
        body = await asyncio.to_thread(_write, asked, answer)
        return _Made(body, answer.snapshot, answer.rows.more)

    async def _describe(self, root: str) -> _Made:
        snapshot = self.queries.snapshot
        return _Made(_to_json(await self._describe_api(self.queries, root)), snapshot)

    async def _list(self, root: str) -> _Made:
        snapshot = self.queries.snapshot
        questions = [_summary(stored, root) for stored in self.queries.catalog.values()]
        return _Made(_to_json({"questions": questions, "release": snapshot}), snapshot)


def _write(asked: Asked, answer: StoredAnswer) -> bytes:
    if asked.suffix == ".csv":
        return (rows.to_excel_csv if asked.excel else rows.to_csv)(answer.rows, rest=asked.rest)
    if asked.suffix == ".tsv":
        return rows.to_tsv(answer.rows, rest=asked.rest)
    if asked.suffix == ".csv-metadata.json":
        address = asked.address(".csv", offset=asked.offset)
        return csvw_metadata(asked.stored, answer.rows, address=address, release=answer.snapshot)
    return rows.to_json(answer.rows, release=answer.snapshot, query=answer.text)


def _summary(stored: StoredQuery, root: str) -> dict[str, Any]:
    """Return a stored query as the list has it."""
    parameters = [
        {"name": one.name, "type": one.type, "default": one.default} for one in stored.parameters.values()
    ]
    return {
        "name": stored.name,
        "label": stored.label,
        "about": stored.about,
        "tags": stored.tags,
        "parameters": parameters,
        "href": f"{root}{PATH[1:]}/{stored.name}",
    }


def _to_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


async def _reply(request: Request, made: _Made, tag: str, media_type: str, links: list[str]) -> Reply:
    """Return what was made in the coding that the client likes, or 304 where it has it."""
    headers = [("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", "Accept, Accept-Encoding")]
    if links:
        headers.append(("Link", ", ".join(links)))
    if holds(request.headers.get("if-none-match"), tag):
        return Reply(304, tuple(headers))
    coding = choose_coding(request.headers.get("accept-encoding"))
    if coding:
        headers.append(("Content-Encoding", coding))
    body = await asyncio.to_thread(encode, made.body, coding)
    return Reply(200, (*headers, ("Content-Type", with_charset(media_type))), body)
