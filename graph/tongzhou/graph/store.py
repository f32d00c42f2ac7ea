"""Evaluation by Oxigraph over a store that is opened read-only."""

from __future__ import annotations

import bisect
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.errors import QuerySyntaxError, ReleaseError
from tongzhou.graph.query import Answer, Query, query_kind
from tongzhou.graph.scan import locate, refuse, tokenise

_POSITION = re.compile(r"error at (\d+):(\d+): expected(?: one of)? (.*)", re.DOTALL)
_SENTENCE = re.compile(r"[^,]*[A-Za-z]{2,} [a-z]{2,}[^,]*")
_GAP = " " * 32


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
    """Word Oxigraph's complaint by the token it stumbled over."""
    offset = _stumbling_block(query)
    reasons = _reasons(str(error))
    text = query.text
    line, column = locate(text, len(text.rstrip()) if offset is None else offset)
    if offset is not None:
        reasons.append(f"unexpected `{_token_at(text, offset)}`")
    message = f"line {line}, column {column}: {'; '.join(reasons) or 'the query ends too early'}"
    return QuerySyntaxError(message, line=line, column=column)


def _token_at(text: str, offset: int) -> str:
    token = next(token.text for token in tokenise(text) if token.start == offset)
    return token if len(token) <= 40 else f"{token[:39]}…"


def _reasons(complaint: str) -> list[str]:
    """Pick what a reader understands out of the list of everything that the parser expected."""
    match = _POSITION.match(complaint)
    expected = match.group(3) if match else ""
    return sorted({found.strip() for found in _SENTENCE.findall(re.sub(r"\[[^\]]*\]", "", expected))})


def _stumbling_block(query: Query) -> int | None:
    """Return the offset of the first token that no query could have there, or None for the end of the text.

    Oxigraph reports where its longest attempt ended, up to the length of a keyword behind the token that was
    tried. With the tokens set far apart, that place still lies before the next token.
    """
    tokens = list(tokenise(query.text))
    spread = "".join(_GAP + token.text for token in tokens) + _GAP
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(_GAP) + len(token.text))
    try:
        ox.Store().query(spread, base_iri=query.base)
    except SyntaxError as error:
        match = _POSITION.match(str(error))
        if match:
            place = _offset(spread, int(match.group(1)), int(match.group(2))) - len(_GAP)
            index = bisect.bisect_right(starts, place) - 1
            return tokens[index].start if 0 <= index < len(tokens) else None
    return None


def _offset(text: str, line: int, column: int) -> int:
    """Return the offset of a line and column that count from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1
