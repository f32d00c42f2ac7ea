"""How a query will be answered: its form, media type, content coding and entity tag. Pure; nothing is evaluated."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tongzhou.graph.normal import is_volatile, normalise
from tongzhou.graph.query import Query, QueryKind, query_kind
from tongzhou.graph.results import ResultFormat, formats_for
from tongzhou.graph.scan import refuse, tokens_of
from tongzhou.server.negotiation import HTML, choose_coding, negotiate
from tongzhou.server.problems import RequestError

_TEXT = ("text/", "application/n-triples", "application/n-quads", "application/trig")


@dataclass(frozen=True, slots=True)
class Plan:
    """The form of an answer; None is a page. `etag` is None for pages, and where the answer differs each time."""

    form: ResultFormat | None
    content_type: str
    coding: str | None
    etag: str | None


def plan_answer(
    query: Query, *, accept: str | None, accept_encoding: str | None, snapshot: str, pages: bool = False
) -> Plan:
    """Decide how to answer a query over a snapshot of the data; with `pages`, browsers get HTML.

    Raises QuerySyntaxError, QueryRefusedError, and RequestError `not-acceptable`.
    """
    refuse(query.text)
    kind = query_kind(query.text, tokens_of(query.text))
    choice = _choose(accept, accept_encoding, kind, pages)
    if choice.form is None or is_volatile(query.text):
        return Plan(choice.form, choice.content_type, choice.coding, None)
    tag = weak_tag(
        snapshot,
        normalise(query.text),
        query.default_graphs,
        query.named_graphs,
        query.base,
        choice.content_type,
        choice.coding,
    )
    return Plan(choice.form, choice.content_type, choice.coding, tag)


class _Choice(NamedTuple):
    """What a client accepts of what is offered. A page is coded by those who make it."""

    form: ResultFormat | None
    content_type: str
    coding: str | None


@lru_cache(maxsize=64)
def _choose(accept: str | None, accept_encoding: str | None, kind: QueryKind, pages: bool) -> _Choice:
    forms = formats_for(kind)
    media_type = choose_media_type(accept, forms, pages=pages)
    if media_type == HTML:
        return _Choice(None, with_charset(HTML), None)
    form = next(form for form in forms if media_type in form.media_types)
    return _Choice(form, with_charset(media_type), choose_coding(accept_encoding))


def choose_media_type(accept: str | None, forms: Sequence[ResultFormat], *, pages: bool = False) -> str:
    """Return the media type to answer in: registered types first, then HTML where pages are offered, then other names.

    Raises RequestError `not-acceptable`, which lists what is offered.
    """
    registered = [form.media_type for form in forms]
    html = [HTML] if pages else []
    others = [name for form in forms for name in form.media_types[1:]]
    choice = negotiate(accept, [*registered, *html, *others])
    if choice is None:
        raise RequestError("not-acceptable", {}, offers=(*registered, HTML))
    return choice


def with_charset(media_type: str) -> str:
    """Return the value of Content-Type: text formats of RDF and SPARQL say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def holds(if_none_match: str | None, etag: str) -> bool:
    """Tell whether an If-None-Match header holds the tag; weak comparison (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    opaque = etag.removeprefix("W/")
    return any(item.strip() in ("*", opaque, f"W/{opaque}") for item in if_none_match.split(","))


def weak_tag(*parts: object) -> str:
    """Return a weak entity tag: memory and disk may give the rows of an answer in another order (RFC 9110 §8.8.3)."""
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'
