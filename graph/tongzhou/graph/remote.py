"""Evaluation by another SPARQL 1.1 server, through the SPARQL protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, cast
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from tongzhou.graph.errors import QuerySyntaxError, RemoteError
from tongzhou.graph.query import Answer, Query, query_kind

_TIMEOUT = 60  # seconds
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
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
        fields = [("query", query.text)]
        fields += [("default-graph-uri", graph) for graph in query.default_graphs or ()]
        fields += [("named-graph-uri", graph) for graph in query.named_graphs or ()]
        headers = {"Accept": _RESULTS if is_table else _TRIPLES, "Accept-Language": "en"}
        request = Request(self.endpoint, urlencode(fields).encode(), headers)
        try:
            with urlopen(request, timeout=_TIMEOUT) as reply:
                data: bytes = reply.read()
        except HTTPError as error:
            problem = read_problem(error)
            if error.code == 400:
                message = f"{self.endpoint} refused the query: {problem.words}"
                raise QuerySyntaxError(message, line=problem.line, column=problem.column) from error
            raise RemoteError(
                f"{self.endpoint} does not answer it ({error.code}): {problem.words}"
            ) from error
        except (OSError, HTTPException) as error:
            message = (
                f"{self.endpoint} does not answer: {error}. Check the address, and that the server runs."
            )
            raise RemoteError(message) from error
        if is_table:
            return ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]


def read_problem(error: HTTPError) -> Problem:
    """Return the title and detail of a problem document, else the beginning of the body, or the words of the status."""
    with error:
        body = error.read()
    try:
        document: Any = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "title" not in document:
        return Problem(body.decode(errors="replace").strip()[:_SHOWN] or str(error.reason))
    problem = cast("dict[str, Any]", document)
    title, detail = (str(problem.get(name, "")) for name in ("title", "detail"))
    line, column = problem.get("line"), problem.get("column")
    place = f" (line {line}, column {column})" if line is not None and f"line {line}" not in detail else ""
    return Problem(f"{title}. {detail}{place}".strip(), line, column)
