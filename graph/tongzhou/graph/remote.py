"""Evaluation by another SPARQL 1.1 server, through the SPARQL protocol (SPARQLWrapper)."""

from __future__ import annotations

from urllib.error import URLError

import pyoxigraph as ox
from SPARQLWrapper import JSON, N3, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from tongzhou.graph.errors import QuerySyntaxError, RemoteError
from tongzhou.graph.query import Answer, Query, query_kind

_TIMEOUT = 60  # seconds


class RemoteEvaluator:
    """Answers queries from the SPARQL endpoint at a URL."""

    def __init__(self, endpoint: str) -> None:
        """Keep the endpoint; nothing is sent before the first query."""
        self.endpoint = endpoint

    def evaluate(self, query: Query) -> Answer:
        """Answer a query.

        Raises QuerySyntaxError where the server refuses the query, RemoteError where it does not answer.
        """
        kind = query_kind(query.text)
        wrapper = SPARQLWrapper(self.endpoint)
        wrapper.setQuery(query.text)
        wrapper.setMethod(POST)
        wrapper.setTimeout(_TIMEOUT)
        wrapper.setReturnFormat(JSON if kind in ("select", "ask") else N3)
        for name, graphs in (
            ("default-graph-uri", query.default_graphs),
            ("named-graph-uri", query.named_graphs),
        ):
            for graph in graphs or ():
                wrapper.addParameter(name, graph)
        try:
            data: bytes = wrapper.query().response.read()
        except SPARQLWrapperException as error:
            raise QuerySyntaxError(f"{self.endpoint} refused the query: {error.args[0]}") from error
        except (URLError, OSError) as error:
            message = (
                f"{self.endpoint} does not answer: {error}. Check the address, and that the server runs."
            )
            raise RemoteError(message) from error
        if kind in ("select", "ask"):
            return ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]
