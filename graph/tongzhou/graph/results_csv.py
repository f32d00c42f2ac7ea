"""Solutions as CSV, each value quoted where it has to be: Oxigraph quotes literals only, and a passage's IRI has a comma.

Source: SPARQL 1.1 Query Results CSV and TSV Formats §3, RFC 4180.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import Protocol

import pyoxigraph as ox

_ROWS_AT_ONCE = 500


class Writable(Protocol):
    """What pieces are written to."""

    def write(self, data: bytes, /) -> int:
        """Take a piece."""
        ...


def write_csv(solutions: ox.QuerySolutions, output: Writable) -> None:
    """Write solutions piece by piece, whole rows each; a line for the names of the variables comes first."""
    names = [variable.value for variable in solutions.variables]
    _write(output, [names])
    rows = ([_text(term) for term in solution] for solution in solutions)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        _write(output, some)


def _write(output: Writable, rows: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    output.write(buffer.getvalue().encode())


def _text(term: object) -> str:
    """Return a value without its language or datatype; an empty text where nothing is bound."""
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return "" if term is None else str(term)
