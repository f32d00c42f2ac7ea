"""Compare the answers of servers: a faster server that answers otherwise has won nothing."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from benchmarks.data import XSD
from benchmarks.peers import Server
from benchmarks.workloads import RESULTS, WORKLOADS, Query

_TIMEOUT = 300
_SAMPLES = 3
_NUMBERS = {f"{XSD}decimal", f"{XSD}integer"}

Answer = Counter[str]
"""Rows, or triples, and how often each stands in an answer: their order is nobody's business."""


class WrongAnswerError(Exception):
    """A server answered with an error, or with what no answer looks like."""


def ask(server: Server, query: Query, number: int) -> Answer:
    """Send a numbered query and read the answer. Raises WrongAnswerError."""
    request = urllib.request.Request(
        server.root + query.path(server.endpoint, number), headers={"Accept": query.accept}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT) as response:
            body: bytes = response.read()
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(300).decode(errors="replace")
        raise WrongAnswerError(f"{server.name} answered {error.code}: {said}") from error
    except (OSError, http.client.HTTPException) as error:
        raise WrongAnswerError(f"{server.name} did not answer to the end: {error!r}") from error
    try:
        return canonical(body, query.accept)
    except (ValueError, KeyError, SyntaxError) as error:
        raise WrongAnswerError(f"{server.name} sent what is no {query.accept}: {error}") from error


def canonical(body: bytes, media_type: str) -> Answer:
    """Return what an answer says, however it is written. Raises ValueError, KeyError or SyntaxError."""
    if media_type != RESULTS:
        return Counter({str(triple) for triple in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)})
    rows: list[dict[str, dict[str, str]]] = json.loads(body)["results"]["bindings"]
    return Counter(" ".join(f"?{name}={_term(row[name])}" for name in sorted(row)) for row in rows)


def _term(term: Mapping[str, Any]) -> str:
    datatype = term.get("datatype", "")
    value = format(Decimal(term["value"]).normalize(), "f") if datatype in _NUMBERS else term["value"]
    return f"{term['type']} {value!r} {term.get('xml:lang', '')} {datatype}"


def difference(one: Answer, other: Answer) -> str | None:
    """Return how two answers differ, None where they don't."""
    missing, extra = one - other, other - one
    if not missing and not extra:
        return None
    example = next(iter(missing or extra))
    return f"{missing.total()} rows are missing, {extra.total()} are too many, such as {example}"


def compare(servers: Sequence[Server], queries: Mapping[str, Query]) -> list[str]:
    """Ask all servers the same queries; return how any differs from the first."""
    faults: list[str] = []
    for name in {workload.query: None for workload in WORKLOADS}:
        for number in range(_SAMPLES):
            faults += [f"{name} {number}: {fault}" for fault in _compare(servers, queries[name], number)]
    return faults


def _compare(servers: Sequence[Server], query: Query, number: int) -> Iterable[str]:
    right: Answer | None = None
    for server in servers:
        try:
            answer = ask(server, query, number)
        except WrongAnswerError as error:
            yield str(error)
            continue
        right = answer if right is None else right
        fault = difference(right, answer)
        if fault or not answer:
            yield f"{server.name}: {fault or 'empty answer'}"
