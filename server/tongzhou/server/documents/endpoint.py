"""Answers requests for documents: made once for a release, kept, with strong entity tags. Runs in one event loop."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.export import serialise
from tongzhou.graph.json_ld import write_tree
from tongzhou.graph.namespaces import ID, SCHEME, shorten
from tongzhou.graph.results import read_rows
from tongzhou.server import links
from tongzhou.server.cache import Cache
from tongzhou.server.coding import encode
from tongzhou.server.documents.contents import (
    RESULTS,
    describe_document,
    query_of,
    query_of_labels,
    read_quads,
)
from tongzhou.server.http import Reply, Request
from tongzhou.server.negotiation import choose_coding, choose_language
from tongzhou.server.planning import holds, with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.query_endpoint import QueryEndpoint
from tongzhou.server.replies import options_reply
from tongzhou.server.signposting import DOCUMENTS, header_of, links_of_document
from tongzhou.server.site import Site
from tongzhou.server.whereabouts import check_moved, choose_near, query_of_near

_METHODS = ("GET", "HEAD", "OPTIONS")
_FORMATS = {
    "ttl": "turtle",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "trig": "trig",
    "json": "jsonld",
}
_MOST_BYTES = 32 * 2**20
_LARGEST = 3 * 2**20
_SHOWN = 80  # characters of what a client asked for


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    digest: str


class Documents:
    """Answers `/data/<type>/<slug>.<suffix>`."""

    def __init__(self, queries: QueryEndpoint, site: Site) -> None:
        """Keep who answers queries, and what is served."""
        self._queries = queries
        self._site = site
        self._cache: Cache[_Document] = Cache(_MOST_BYTES, _LARGEST)

    def answers(self, path: str) -> bool:
        """Tell whether a path, still percent-encoded, is that of a document."""
        return _read(path) is not None

    async def answer(self, request: Request) -> Reply:
        """Answer a request for a document.

        Raises RequestError `unknown-thing`, `unknown-suffix`, `gone`, `not-curated`, `method-not-allowed`, and what the pool
        raises.
        """
        asked = _read(request.path)
        if asked is None:
            raise RequestError("not-found", {})
        if self._site.release is None:
            raise RequestError("not-curated", {})
        if request.method == "OPTIONS":
            return options_reply(_METHODS, shared=_METHODS)
        if request.method not in _METHODS:
            raise RequestError("method-not-allowed", {"found": ", ".join(_METHODS)})
        iri, suffix = asked
        if suffix not in DOCUMENTS:
            facts = {"found": suffix[:_SHOWN], "known": ", ".join(DOCUMENTS)}
            raise RequestError("unknown-suffix", facts, offers=DOCUMENTS)
        present = check_moved(self._site.moved, iri, choose_language(request.headers.get("accept-language")))
        if present:
            return Reply(301, (("Location", links.document_of(present, suffix) or "/"),))
        coding = choose_coding(request.headers.get("accept-encoding"))
        document = await self._document(iri, suffix, coding, request.client)
        return _reply(document, iri, suffix, coding, request.headers.get("if-none-match"))

    async def _document(self, iri: str, suffix: str, coding: str | None, client: str) -> _Document:
        snapshot = self._queries.snapshot
        key = (snapshot, iri, suffix, coding)
        document = self._cache.get(key)
        if document is None:
            quads = await self._quads(iri, client)
            document = await asyncio.to_thread(_make, iri, suffix, coding, quads, snapshot)
            self._cache.put(key, document, len(document.body) + 600)
        return document

    async def _quads(self, iri: str, client: str) -> list[ox.Quad]:
        """Return what the document holds, in two queries. Raises RequestError `unknown-thing`."""
        own = await self._select(query_of(iri), client)
        if not own:
            raise await self._unknown(iri, client)
        labels = query_of_labels(iri, own)
        return [*own, *(await self._select(labels, client) if labels else ())]

    async def _unknown(self, iri: str, client: str) -> RequestError:
        """Return the refusal of what has no document, with what may be meant."""
        _, results = await self._queries.select(query_of_near(iri), client)
        near = await asyncio.to_thread(lambda: choose_near(iri, read_rows(results)))
        return RequestError("unknown-thing", {"name": shorten(iri)[:_SHOWN]}, offers=near)

    async def _select(self, text: str, client: str) -> list[ox.Quad]:
        _, results = await self._queries.select(text, client, RESULTS)
        return await asyncio.to_thread(read_quads, results)


def _read(path: str) -> tuple[str, str] | None:
    """Return the IRI and the suffix, which may be none of ours, that a path of a document names."""
    name, dot, suffix = links.decode(path).removeprefix("/data/").rpartition(".")
    iri = links.iri_of_page(name if dot else suffix)
    return (iri, suffix if dot else "") if iri else None


def _make(iri: str, suffix: str, coding: str | None, quads: list[ox.Quad], release: str) -> _Document:
    whole = [*quads, *describe_document(iri, quads, release)]
    if suffix == "json" and _is_tree(iri):
        body = write_tree(iri, {quad.triple for quad in whole})
    elif suffix == "trig":
        body = serialise(whole, _FORMATS[suffix])
    else:  # in the default graph, where a program that reads triples looks
        body = serialise([ox.Quad(*quad.triple) for quad in whole], _FORMATS[suffix])
    return _Document(encode(body, coding), hashlib.blake2b(body, digest_size=12).hexdigest())


def _is_tree(iri: str) -> bool:
    """Tell whether a document is about one thing or concept: a scheme, a graph and the ontology are about many."""
    return iri.startswith(ID) or (iri.startswith(SCHEME) and "/" in iri.removeprefix(SCHEME))


def _reply(
    document: _Document, iri: str, suffix: str, coding: str | None, if_none_match: str | None
) -> Reply:
    etag = f'"{document.digest}{f"-{coding}" if coding else ""}"'
    headers = (
        ("ETag", etag),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
        ("Link", header_of(links_of_document(iri, suffix))),
    )
    if holds(if_none_match, etag):
        return Reply(304, headers)
    about = (("Content-Type", with_charset(DOCUMENTS[suffix])), ("Content-Disposition", "inline"))
    coded = (("Content-Encoding", coding),) if coding else ()
    return Reply(200, (*about, *coded, *headers), document.body)
