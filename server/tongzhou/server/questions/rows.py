"""The rows of an answer as JSON, CSV and TSV. Pure.

Source for CSV and TSV: https://www.w3.org/TR/sparql11-results-csv-tsv/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tongzhou.graph.namespaces import XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BOM = "\ufeff"
_NUMBERS = frozenset(f"{XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long"))
_BOOLEAN = f"{XSD}boolean"
_QUOTED = re.compile(r'[",\r\n]|^#')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an answer, in order; `more` where there are more of them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    more: bool = False


def read_rows(results: bytes, *, most: int) -> Rows:
    """Read results in SPARQL's JSON, of which the first `most` rows are kept."""
    solutions = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    rows = tuple(tuple(solution[name] for name in columns) for solution in solutions)
    return Rows(columns, rows[:most], more=len(rows) > most)


def to_json(rows: Rows, *, release: str, query: str) -> bytes:
    """Return the rows as objects, with the release and the SPARQL that they come from; `truncated` where there are more."""
    value = {
        "rows": json_rows(rows),
        "columns": rows.columns,
        "truncated": rows.more,
        "release": release,
        "query": query,
    }
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def json_rows(rows: Rows) -> list[dict[str, str | int | float | bool | None]]:
    """Return the rows as objects: numbers as such, everything else as text, None where nothing is bound."""
    return [{name: _plain(term) for name, term in zip(rows.columns, row, strict=True)} for row in rows.rows]


def to_csv(rows: Rows, *, rest: str) -> bytes:
    """Return the rows as CSV. Where there are more, a last line that starts with `#` says so and has the address of the rest."""
    return _lines(rows, _text, ",", "\r\n", rest).encode()


def to_excel_csv(rows: Rows, *, rest: str) -> bytes:
    """Return the rows as CSV for spreadsheets: with a byte order mark, and no text that they take for a formula."""
    return (_BOM + _lines(rows, _safe_text, ",", "\r\n", rest)).encode()


def to_tsv(rows: Rows, *, rest: str) -> bytes:
    """Return the rows as TSV, in which each term is written as in Turtle."""
    return _lines(rows, _turtle, "\t", "\n", rest).encode()


def plain_value(term: Term) -> str:
    """Return a term without its type: an IRI, the text of a literal."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _lines(rows: Rows, cell: Callable[[Term | None], str], separator: str, end: str, rest: str) -> str:
    names = rows.columns if separator == "," else [f"?{name}" for name in rows.columns]
    lines = [separator.join(names), *(separator.join(map(cell, row)) for row in rows.rows)]
    if rows.more:
        lines.append(f"# the first {len(rows.rows)} rows; the rest: {rest}")
    return "".join(f"{line}{end}" for line in lines)


def _text(term: Term | None) -> str:
    return _quoted("" if term is None else plain_value(term))


def _safe_text(term: Term | None) -> str:
    if (
        isinstance(term, ox.Literal)
        and term.datatype.value not in _NUMBERS
        and term.value.startswith(_FORMULA)
    ):
        return _quoted(f"'{term.value}")
    return _text(term)


def _quoted(text: str) -> str:
    """Quote a value where CSV asks for it, and one that would read like the last line."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _turtle(term: Term | None) -> str:
    return "" if term is None else str(term)


def _plain(term: Term | None) -> str | int | float | bool | None:
    """Return a term as JSON has it: numbers as such, everything else as text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else plain_value(term)
    if term.datatype.value == _BOOLEAN:
        return term.value in ("true", "1")
    if term.datatype.value in _NUMBERS:
        return _number(term.value)
    return term.value


def _number(text: str) -> int | float | str:
    """Return a number, or its text where JSON has none for it (NaN and infinity)."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    return int(value) if value == value.to_integral_value() and "e" not in text.lower() else float(value)
