"""The SPARQL 1.1 protocol: from the parts of an HTTP request to a query. Pure.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation. What is ambiguous there (two `query`, bytes
that are not UTF-8, which a lenient decoder would replace) is refused, so that no filter and no engine can
read it differently.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import pyoxigraph as ox

from tongzhou.graph.query import Query
from tongzhou.server.problems import RequestError

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_DATASET = ("default-graph-uri", "named-graph-uri")
_MOST_FIELDS = 1000


def read_query(*, method: str, query_string: bytes, content_type: str | None, body: bytes) -> Query | None:
    """Return the query of a request, or None for a GET that asks nothing (it gets the endpoint's description).

    Raises RequestError.
    """
    fields = _read_fields(query_string)
    if method != "POST":
        asks = any(name == "query" or name in _DATASET for name, _ in fields)
        return _make_query(fields) if asks else None
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type == FORM:
        return _make_query([*fields, *_read_fields(body)])
    if media_type == DIRECT:
        return _make_query([*fields, ("query", _decode(body))])
    raise RequestError("unsupported-media-type", {"found": media_type or "-"})


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("not-utf-8", {}) from error


def _read_fields(data: bytes) -> list[tuple[str, str]]:
    text = _decode(data)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise RequestError("not-utf-8", {}) from error
    except ValueError as error:
        raise RequestError("too-many-parameters", {"most": str(_MOST_FIELDS)}) from error


def _make_query(fields: list[tuple[str, str]]) -> Query:
    texts = [value for name, value in fields if name == "query"]
    if not texts:
        raise RequestError("missing-query", {})
    if len(texts) > 1:
        raise RequestError("repeated-query", {})
    default, named = (_graphs(fields, name) for name in _DATASET)
    if not default and not named:
        return Query(texts[0])
    return Query(texts[0], default_graphs=default, named_graphs=named)


def _graphs(fields: list[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    iris = tuple(value for name, value in fields if name == parameter)
    for iri in iris:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise RequestError("bad-graph-name", {"parameter": parameter, "found": iri}) from error
    return iris
