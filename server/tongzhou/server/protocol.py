"""The SPARQL 1.1 protocol: from an HTTP request to a query or an update. Pure.

Source: https://www.w3.org/TR/sparql11-protocol/#protocol. What is ambiguous there (two `query`, bytes that
are not UTF-8, which a lenient decoder would replace) is refused, so that no filter and no engine can read it
differently.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox
from werkzeug.http import parse_options_header

from tongzhou.graph.query import Query
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS
from tongzhou.server.http import Request
from tongzhou.server.negotiation import HTML, negotiate
from tongzhou.server.problems import RequestError

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
DIRECT_UPDATE = "application/sparql-update"
QUERY_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
_DATASET = ("default-graph-uri", "named-graph-uri")
_USING = ("using-graph-uri", "using-named-graph-uri")
_FORMATS = {form.name: form.media_type for form in (*SOLUTION_FORMATS, *TRIPLE_FORMATS)}
_NAMES = tuple(name for form in (*SOLUTION_FORMATS, *TRIPLE_FORMATS) for name in form.media_types)
_MOST_FIELDS = 1000
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")

Fields = Sequence[tuple[str, str]]
"""Names and values of parameters, in order, decoded once."""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query, and the seconds within which its client wants it ended and the media type, where it says so."""

    query: Query
    timeout: float | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """An update with the dataset of its WHERE clauses (§2.2.3), None where the request names none."""

    text: str
    using: tuple[str, ...] | None = None
    using_named: tuple[str, ...] | None = None
    timeout: float | None = None


def read_query(request: Request) -> QueryRequest | None:
    """Return the query of a request, or None for a GET that asks nothing (it gets the endpoint's description).

    Besides GET, HEAD and the two kinds of POST, `QUERY` is taken with the query as its body
    (https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/). Raises RequestError.
    """
    fields = read_fields(request.query_string)
    if request.method in ("GET", "HEAD"):
        asks = any(name in ("query", "update", *_DATASET, *_USING) for name, _ in fields)
        return _make_query(fields, request) if asks else None
    if request.method not in ("POST", "QUERY"):
        raise RequestError("method-not-allowed", {"found": ", ".join(QUERY_METHODS)})
    expected = (FORM, DIRECT) if request.method == "POST" else (DIRECT,)
    return _make_query([*fields, *_read_body(request, "query", expected)], request)


def read_update(request: Request) -> UpdateRequest:
    """Return the update of a request. Raises RequestError."""
    if request.method != "POST":
        raise RequestError("method-not-allowed", {"found": "OPTIONS, POST"})
    fields = [
        *read_fields(request.query_string),
        *_read_body(request, "update", (FORM, DIRECT_UPDATE)),
    ]
    for name, _ in fields:
        if name == "query" or name in _DATASET:
            raise RequestError(
                "misplaced-parameter", {"parameter": name, "operation": "query", "path": "/sparql"}
            )
    text = _only(fields, "update")
    using, named = (_graphs(fields, name) for name in _USING)
    timeout = _read_timeout(fields)
    if not using and not named:
        return UpdateRequest(text, timeout=timeout)
    return UpdateRequest(text, using, named, timeout)


def read_fields(data: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query string or a form, decoded once. Raises RequestError."""
    text = _decode(data)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise RequestError("not-utf-8", {}) from error
    except ValueError as error:
        raise RequestError("too-many-parameters", {"most": str(_MOST_FIELDS)}) from error


def read_media_type(content_type: str | None, expected: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the media type of a body, in lower case, and its parameters.

    Raises RequestError `unsupported-media-type` where it is none of the expected ones, or not in UTF-8.
    """
    media_type, parameters = parse_options_header(content_type)
    media_type = media_type.strip().lower()
    charset = parameters.get("charset", "utf-8").lower()
    if media_type not in expected or charset not in ("utf-8", "utf8"):
        facts = {"found": content_type or "-", "expected": ", ".join(expected)}
        raise RequestError("unsupported-media-type", facts)
    return media_type, parameters


def refuse_coding(request: Request) -> None:
    """Raise RequestError `unsupported-coding` for a compressed body: its size could not be bounded."""
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise RequestError("unsupported-coding", {"found": coding})


def check_graph(parameter: str, iri: str) -> str:
    """Return the name of a graph. Raises RequestError `bad-graph-name` where it is no absolute IRI."""
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise RequestError("bad-graph-name", {"parameter": parameter, "found": iri}) from error


def _read_body(request: Request, operation: str, expected: Sequence[str]) -> list[tuple[str, str]]:
    """Return the fields of a form; the text of a direct request as a field named by its operation."""
    refuse_coding(request)
    media_type, _ = read_media_type(request.headers.get("content-type"), expected)
    return read_fields(request.body) if media_type == FORM else [(operation, _decode(request.body))]


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("not-utf-8", {}) from error


def _make_query(fields: Fields, request: Request) -> QueryRequest:
    for name, _ in fields:
        if name == "update" or name in _USING:
            raise RequestError(
                "misplaced-parameter", {"parameter": name, "operation": "update", "path": "/update"}
            )
    text = _only(fields, "query")
    default, named = (_graphs(fields, name) for name in _DATASET)
    query = Query(text, default_graphs=default, named_graphs=named) if default or named else Query(text)
    return QueryRequest(query, _read_timeout(fields), _read_format(fields, request.headers.get("accept")))


def _only(fields: Fields, operation: str) -> str:
    texts = [value for name, value in fields if name == operation]
    if len(texts) != 1:
        raise RequestError(f"{'repeated' if texts else 'missing'}-{operation}", {})
    return texts[0]


def _read_timeout(fields: Fields) -> float | None:
    values = [value for name, value in fields if name == "timeout"]
    if not values:
        return None
    if len(values) > 1:
        raise RequestError("repeated-parameter", {"parameter": "timeout"})
    seconds = float(values[0]) if _SECONDS.fullmatch(values[0]) else 0
    if not 0 < seconds < math.inf:
        raise RequestError("bad-timeout", {"found": values[0][:40]})
    return seconds


def _read_format(fields: Fields, accept: str | None) -> str | None:
    """Return the media type that `format` stands for: it is for links, which can't have an Accept header.

    Where the client accepts a format of results rather than a page, that holds and `format` is no matter: SPARQLWrapper
    sends Accept, and beside it `format` in the words of several servers.
    """
    values = [value for name, value in fields if name == "format"]
    if not values or negotiate(accept, (HTML, *_NAMES)) in _NAMES:
        return None
    if len(values) > 1:
        raise RequestError("repeated-parameter", {"parameter": "format"})
    if values[0] not in _FORMATS:
        raise RequestError(
            "bad-format", {"parameter": "format", "found": values[0][:40]}, offers=tuple(_FORMATS)
        )
    return _FORMATS[values[0]]


def _graphs(fields: Fields, parameter: str) -> tuple[str, ...]:
    return tuple(check_graph(parameter, value) for name, value in fields if name == parameter)
