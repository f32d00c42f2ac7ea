"""A query as text with its dataset, and the one interface behind which all evaluation stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import pyoxigraph as ox

from tongzhou.graph.errors import QuerySyntaxError
from tongzhou.graph.scan import Token, locate, tokenise

QueryKind = Literal["select", "ask", "construct", "describe"]

Answer = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
"""SELECT gives solutions, ASK a boolean, CONSTRUCT and DESCRIBE triples."""

_KINDS: dict[str, QueryKind] = {
    "select": "select",
    "ask": "ask",
    "construct": "construct",
    "describe": "describe",
}


@dataclass(frozen=True)
class Query:
    """A SPARQL query with the dataset that its request names.

    `default_graphs` and `named_graphs` are the `default-graph-uri` and `named-graph-uri` of the SPARQL
    protocol: where one of them is not None, both together are the dataset, and FROM and FROM NAMED in the
    text are overridden. They choose among the graphs of the store and fetch nothing. `base` resolves relative
    IRIs; without it they are syntax errors.
    """

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None


class Evaluator(Protocol):
    """Whatever answers queries: a store in this process, workers, another SPARQL endpoint."""

    def evaluate(self, query: Query) -> Answer:
        """Answer a query.

        Raises QuerySyntaxError and QueryRefusedError, both with line and column where these are known.
        """
        ...


def query_kind(text: str, tokens: Iterable[Token] | None = None) -> QueryKind:
    r"""Tell what a query asks for by the first word after its prologue; `tokens` are those of the text, where known.

    Raises QuerySyntaxError where that is none of SELECT, ASK, CONSTRUCT, DESCRIBE.

    >>> query_kind("PREFIX select: <https://example.org/ask> # DESCRIBE\nAsk {}")
    'ask'
    """
    tokens = tokenise(text) if tokens is None else iter(tokens)
    for token in tokens:
        word = token.text.lower()
        if word == "base":
            _skip(tokens, 1)
        elif word == "prefix":
            _skip(tokens, 2)
        elif word == "version":
            _skip(tokens, 1)
        else:
            return _kind_of(text, token)
    line, column = locate(text, len(text))
    raise QuerySyntaxError(f"line {line}, column {column}: the text holds no query", line=line, column=column)


def _skip(tokens: Iterable[Token], count: int) -> None:
    for _, _ in zip(range(count), tokens, strict=False):
        pass


def _kind_of(text: str, token: Token) -> QueryKind:
    """Return the kind by the keyword that the word starts with: Oxigraph reads `SELECTDISTINCT` too."""
    for keyword, kind in _KINDS.items():
        if token.kind == "word" and token.text.lower().startswith(keyword):
            return kind
    line, column = locate(text, token.start)
    fault = f"SELECT, ASK, CONSTRUCT or DESCRIBE is expected, not `{token.text[:40]}`"
    raise QuerySyntaxError(f"line {line}, column {column}: {fault}", line=line, column=column)
