"""Evaluation by Oxigraph over a store that is opened read-only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.complaints import explain
from tongzhou.graph.errors import QuerySyntaxError, ReleaseError
from tongzhou.graph.query import Answer, Query, query_kind
from tongzhou.graph.scan import refuse


class StoreEvaluator:
    """Answers queries from one Oxigraph store in this process. Threads may share it."""

    def __init__(self, store: ox.Store) -> None:
        """Keep the store; nothing here writes to it."""
        self._store = store

    @classmethod
    def open(cls, path: Path) -> StoreEvaluator:
        """Open the store of a release, read-only.

        Raises ReleaseError where there is no store in that folder.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except OSError as error:
            message = f"{path}: the store can't be opened ({error}). Run `tongzhou build`"
            raise ReleaseError(message) from error

    def evaluate(self, query: Query) -> Answer:
        """Answer a query.

        Raises QueryRefusedError for SERVICE and deep nesting, QuerySyntaxError for what is no SPARQL query.
        FROM and the dataset of the request only choose among the graphs of the store.
        """
        refuse(query.text)
        query_kind(query.text)
        return self.evaluate_scanned(query)

    def evaluate_scanned(self, query: Query) -> Answer:
        """Answer a query whose text has passed `refuse` and `query_kind`. Raises QuerySyntaxError."""
        try:
            return _run(self._store, query)
        except SyntaxError as error:
            raise _explain(query, error) from error


def _run(store: ox.Store, query: Query) -> Answer:
    if query.default_graphs is None and query.named_graphs is None:
        return store.query(query.text, base_iri=query.base)
    return store.query(
        query.text,
        base_iri=query.base,
        default_graph=_graphs(query.default_graphs),
        named_graphs=_graphs(query.named_graphs),
    )


def _graphs(iris: tuple[str, ...] | None) -> list[Any]:
    """Return graph names in the list type that each argument of Oxigraph wants (lists are invariant)."""
    return [ox.NamedNode(iri) for iri in iris or ()]


def _explain(query: Query, error: SyntaxError) -> QuerySyntaxError:
    def parse(text: str) -> object:
        return ox.Store().query(text, base_iri=query.base)

    message, line, column = explain(query.text, error, parse, kind="query")
    return QuerySyntaxError(message, line=line, column=column)
