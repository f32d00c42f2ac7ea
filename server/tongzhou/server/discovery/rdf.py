"""RDF documents about the data: VoID, the only one that negotiates in place, and the catalogue, one address per format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import pyoxigraph as ox

from tongzhou.graph.dcat import DCAT_PREFIXES, describe_catalogue
from tongzhou.graph.release import Release, releases_of
from tongzhou.graph.results import TRIPLE_FORMATS, ResultFormat, serialise_answer
from tongzhou.graph.void import describe_void
from tongzhou.server.http import Reply, Request
from tongzhou.server.negotiation import HTML, choose_language, negotiate
from tongzhou.server.planning import holds, with_charset
from tongzhou.server.problems import RequestError
from tongzhou.server.replies import options_reply

READ_METHODS = ("GET", "HEAD", "OPTIONS")
SUFFIXES: Mapping[str, ResultFormat] = {
    suffix: next(form for form in TRIPLE_FORMATS if form.name == name)
    for suffix, name in ((".ttl", "turtle"), (".jsonld", "jsonld"), (".nt", "ntriples"), (".rdf", "rdfxml"))
}
"""Formats of a document of triples, the preferred one first."""


def void_reply(release: Release, request: Request) -> Reply:
    """Answer `/.well-known/void`: 200 in the format asked for, since crawlers miss redirects.

    Raises RequestError `not-acceptable`.
    """
    media_types = [form.media_type for form in SUFFIXES.values()]
    choice = negotiate(request.headers.get("accept"), media_types)
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=tuple(media_types))
    form = next(form for form in SUFFIXES.values() if form.media_type == choice)
    return _document(describe_void(release, root=request.root), form, request, {}, (("Vary", "Accept"),))


def catalogue_reply(release: Release, request: Request) -> Reply:
    """Answer `/catalog.<suffix>`. Raises RequestError `not-found` for another suffix."""
    form = SUFFIXES.get(PurePosixPath(request.path).suffix)
    if form is None:
        raise RequestError("not-found", {})
    releases = releases_of(release.path.parents[1])
    triples = describe_catalogue(releases, release, root=request.root)
    return _document(triples, form, request, DCAT_PREFIXES, ())


def see_catalogue(request: Request, *, page: str = "data", document: str = "catalog") -> Reply:
    """Answer the IRI of something that the catalogue describes: 303 to it, or to a page for browsers (RFC 9110 §15.4.4).

    `document` is another document that does so, in the same formats.

    Raises RequestError `not-acceptable`, and `method-not-allowed`.
    """
    refused = check_method(request)
    if refused:
        return refused
    offers = {HTML: "", **{form.media_type: suffix for suffix, form in SUFFIXES.items()}}
    choice = negotiate(request.headers.get("accept"), list(offers))
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=tuple(offers))
    language = choose_language(request.headers.get("accept-language"))
    target = f"/{language}/{page}" if choice == HTML else f"/{document}{offers[choice]}"
    return Reply(303, (("Location", target), ("Vary", "Accept, Accept-Language")))


def check_method(request: Request) -> Reply | None:
    """Return the answer to OPTIONS, None to go on. Raises RequestError `method-not-allowed`."""
    if request.method == "OPTIONS":
        return options_reply(READ_METHODS, shared=READ_METHODS)
    if request.method not in READ_METHODS:
        raise RequestError("method-not-allowed", {"found": ", ".join(READ_METHODS)})
    return None


def _document(
    triples: Iterable[ox.Triple],
    form: ResultFormat,
    request: Request,
    prefixes: Mapping[str, str],
    headers: tuple[tuple[str, str], ...],
) -> Reply:
    ordered = sorted(triples, key=str)
    body = serialise_answer(ordered, form, prefixes=prefixes)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = (*headers, ("ETag", etag), ("Cache-Control", "no-cache"))
    if holds(request.headers.get("if-none-match"), etag):
        return Reply(304, headers)
    return Reply(200, (("Content-Type", with_charset(form.media_type)), *headers), body)
