"""Answers to queries, read from any format that SPARQL or the suites know."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from .compare import Cell, Row, by_value, graph_rows, same_bags
from .rdf import RDF, Description

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
CSV = "text/csv"
TABLE_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": CSV,
}
GRAPH_TYPES = {
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".nt": "application/n-triples",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions in the order given; a row has a cell for each variable, sorted by name."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    indexed: bool = False

    def keyed(self, *, ordered: bool, computed: frozenset[str]) -> list[Row]:
        """Return the rows as they are compared: numbers of computed columns by value, places where they count."""
        rows = [
            tuple(
                by_value(cell) if name in computed else cell
                for name, cell in zip(self.variables, row, strict=True)
            )
            for row in self.rows
        ]
        return [(place, *row) for place, row in enumerate(rows)] if ordered else list(rows)


Answer: TypeAlias = bool | Table | list[Row]
"""ASK, SELECT, or the triples of CONSTRUCT and DESCRIBE."""


def read_answer(document: bytes, media_type: str, base: str) -> Answer:
    """Read an answer by its media type.

    Raises SyntaxError where it is not of that type, ValueError where the type is none of an answer.
    """
    if media_type == CSV:
        return _read_csv(document.decode("utf-8"))
    results = ox.QueryResultsFormat.from_media_type(media_type)
    if results is not None and media_type in TABLE_TYPES.values():
        return _read_results(document, results)
    format_ = ox.RdfFormat.from_media_type(media_type)
    if format_ is None:
        raise ValueError(f"{media_type} is no format of an answer")
    return _read_graph(list(ox.parse(document, format=format_, base_iri=base)))


def describe(answer: Answer) -> str:
    """Return an answer in a few words for a message."""
    if isinstance(answer, bool):
        return str(answer).lower()
    rows = list(answer.rows) if isinstance(answer, Table) else answer
    shown = "; ".join(" ".join("-" if cell is None else str(cell) for cell in row) for row in rows[:12])
    head = f"{' '.join(answer.variables)} | " if isinstance(answer, Table) else ""
    return f"{len(rows)} rows: {head}{shown}{' …' if len(rows) > 12 else ''}"


def same_answers(
    expected: Answer, actual: Answer, *, ordered: bool, lax: bool, computed: frozenset[str]
) -> bool:
    """Say whether an answer is the expected one.

    `lax` is for REDUCED: each solution at least once, and not more of them than without it.
    """
    if isinstance(expected, Table) and isinstance(actual, Table):
        if expected.variables != actual.variables:
            return False
        left = expected.keyed(ordered=ordered, computed=computed)
        right = actual.keyed(ordered=ordered, computed=computed)
        if lax:
            return len(right) <= len(left) and same_bags(
                list(dict.fromkeys(left)), list(dict.fromkeys(right))
            )
        return same_bags(left, right)
    if isinstance(expected, list) and isinstance(actual, list):
        return same_bags(expected, actual)
    return isinstance(expected, bool) and expected is actual


def _read_results(document: bytes, format_: ox.QueryResultsFormat) -> Answer:
    results = ox.parse_query_results(document, format=format_)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return _table(names, ([solution[name] for name in names] for solution in results))


def _read_csv(text: str) -> Table:
    """Read CSV, in which an IRI looks like a string: every cell is one, but for blank nodes."""
    header, *lines = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    return _table(header, ([_csv_cell(cell) for cell in line] for line in lines))


def _csv_cell(cell: str) -> Cell:
    return ox.BlankNode(cell[2:]) if cell.startswith("_:") else ox.Literal(cell)


def _table(names: list[str], rows: Iterable[list[Cell]], *, indexed: bool = False) -> Table:
    order = sorted(range(len(names)), key=names.__getitem__)
    cells = tuple(tuple(row[column] for column in order) for row in rows)
    return Table(tuple(names[column] for column in order), cells, indexed)


def _read_graph(triples: list[ox.Quad]) -> Answer:
    """Return a graph, or the answer that a graph describes in the vocabulary of the first suites."""
    graph = Description(iter(triples))
    found = [
        node
        for node in graph.subjects(RDF + "type")
        if RS + "ResultSet" in {o.value for o in graph.objects(node, RDF + "type")}
    ]
    if not found:
        return graph_rows(triples)
    (answer,) = found
    if graph.objects(answer, RS + "boolean"):
        return graph.text(answer, RS + "boolean") in {"true", "1"}
    names = [variable.value for variable in graph.objects(answer, RS + "resultVariable")]
    rows: list[tuple[int, list[Cell]]] = []
    indexed = False
    for solution in graph.objects(answer, RS + "solution"):
        if isinstance(solution, ox.Literal):
            continue
        bindings = [
            node for node in graph.objects(solution, RS + "binding") if not isinstance(node, ox.Literal)
        ]
        values = {graph.text(one, RS + "variable"): graph.objects(one, RS + "value")[0] for one in bindings}
        indexed = indexed or bool(graph.objects(solution, RS + "index"))
        place = int(graph.text(solution, RS + "index")) if indexed else 0
        rows.append((place, [values.get(name) for name in names]))
    rows.sort(key=lambda row: row[0])
    return _table(names, (row for _, row in rows), indexed=indexed)
