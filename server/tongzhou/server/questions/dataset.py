"""The dataset that a stored query is asked over: everything, or what stands without the reasoner. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongzhou.graph.namespaces import INFERRED_GRAPH
from tongzhou.graph.scan import tokenise

ASSERTED_GRAPHS = (
    f"SELECT ?graph {{ GRAPH ?graph {{}} FILTER(?graph != <{INFERRED_GRAPH}>) }} ORDER BY ?graph"
)
"""The query for the graphs of a release that hold nothing inferred."""


def over(text: str, graphs: Iterable[str]) -> str:
    """Return a SELECT that names no dataset, asked over some graphs: FROM and FROM NAMED stand before its WHERE.

    >>> print(over("SELECT * WHERE { ?s ?p ?o }", ["urn:a"]))
    SELECT *
    FROM <urn:a>
    FROM NAMED <urn:a>
    WHERE { ?s ?p ?o }
    """
    start = next(
        token.start for token in tokenise(text) if token.text == "{" or token.text.lower() == "where"
    )
    clauses = "".join(f"FROM <{graph}>\nFROM NAMED <{graph}>\n" for graph in graphs)
    return f"{text[:start].rstrip()}\n{clauses}{text[start:]}"
