"""Evaluation by another SPARQL 1.1 server, through the SPARQL protocol (SPARQLWrapper)."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from http.client import HTTPException, responses
from typing import Any, cast
from urllib.error import HTTPError

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from tongzhou.graph.errors import QuerySyntaxError, RemoteError
from tongzhou.graph.query import Answer, Query, query_kind

_TIMEOUT = 60  # seconds
_SHOWN = 300  # characters of an error that is no problem document


@dataclass(frozen=True)
class Problem:
    """What a server says that is wrong (RFC 9457), with the place in the query where it tells one."""

    words: str
    line: int | None = None
    column: int | None = None


class RemoteEvaluator:
    """Answers queries from the SPARQL endpoint at a URL."""

    def __init__(self, endpoint: str) -> None:
        """Keep the endpoint; nothing is sent before the first query."""
        self.endpoint = endpoint

    def evaluate(self, query: Query) -> Answer:
        """Answer a query.

        Raises QuerySyntaxError where the server refuses the query (400), RemoteError where it does not answer it.
        """
        is_table = query_kind(query.text) in ("select", "ask")
        wrapper = SPARQLWrapper(self.endpoint, returnFormat=JSON if is_table else TURTLE)
        wrapper.setQuery(query.text)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(_TIMEOUT)
        wrapper.addCustomHttpHeader("Accept-Language", "en")
        for name, graphs in (
            ("default-graph-uri", query.default_graphs),
            ("named-graph-uri", query.named_graphs),
        ):
            for graph in graphs or ():
                wrapper.addParameter(name, graph)
        try:
            data: bytes = wrapper.query().response.read()
        except SPARQLWrapperException as error:
            raise self._refusal(_status_of(error), _body_of(error)) from error
        except HTTPError as error:
            with error:
                raise self._refusal(error.code, error.read()) from error
        except (OSError, HTTPException) as error:
            message = (
                f"{self.endpoint} does not answer: {error}. Check the address, and that the server runs."
            )
            raise RemoteError(message) from error
        if is_table:
            return ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]

    def _refusal(self, status: int, body: bytes) -> QuerySyntaxError | RemoteError:
        problem = read_problem(body)
        if status == 400:
            message = f"{self.endpoint} refused the query: {problem.words}"
            return QuerySyntaxError(message, line=problem.line, column=problem.column)
        return RemoteError(
            f"{self.endpoint} does not answer it ({status}): {problem.words or responses.get(status)}"
        )


def _status_of(error: SPARQLWrapperException) -> int:
    cause = error.__context__
    return cause.code if isinstance(cause, HTTPError) else 500


def _body_of(error: SPARQLWrapperException) -> bytes:
    """Return what the server said, of which SPARQLWrapper keeps the Python literal, at the end of its message."""
    literal = str(error).partition("Response:\n")[2]
    return cast("bytes", ast.literal_eval(literal)) if literal else b""


def read_problem(body: bytes) -> Problem:
    """Return the title and detail of a problem document, else the beginning of what the server said."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "title" not in document:
        return Problem(body.decode(errors="replace").strip()[:_SHOWN])
    problem = cast("dict[str, Any]", document)
    title, detail = (str(problem.get(name, "")) for name in ("title", "detail"))
    line, column = problem.get("line"), problem.get("column")
    place = f" (line {line}, column {column})" if line is not None and f"line {line}" not in detail else ""
    return Problem(f"{title}. {detail}{place}".strip(), line, column)
