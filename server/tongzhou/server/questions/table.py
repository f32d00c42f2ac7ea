"""The rows of a stored query as a table to read: labels in place of IRIs, and the sentence of each row at its end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import XSD, shorten
from tongzhou.server.questions.rows import Rows, Term, plain_value
from tongzhou.server.questions.words import column_words

_NAMES = frozenset({"name", "label", "title", "what", "asked", "done"})
_NUMBERS = frozenset(f"{XSD}{name}" for name in ("integer", "decimal", "double", "float"))
_HEDGED = "hedgedParts"
_ABOUT = "≈\u00a0"
FULL = 100
"""The length of the longest bar, in hundredths."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: its text, what it links to, its language, its number, and how long its bar is, in hundredths."""

    text: str
    iri: str | None = None
    language: str | None = None
    number: Decimal | None = None
    bar: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the query, its title, and whether it holds numbers or words of the article."""

    name: str
    title: str
    is_number: bool = False
    is_quote: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row, with the values that list its addends, where there are any."""

    cells: tuple[Cell, ...]
    addends: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with titles of columns; `more` where there are rows after these."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """Which columns of an answer make a column of the table: one, and one that names or quotes what is in it."""

    index: int
    text: int | None = None
    is_quote: bool = False


def make_table(
    stored: StoredQuery, rows: Rows, language: str, values: Mapping[str, str], *, sort: str = ""
) -> Table:
    """Return the table of an answer in the words of a language.

    `sort` is the name of a column of numbers, the largest first, or with `-` before it the smallest; rows without a
    number are last.
    """
    sources = _merge(stored, rows.columns)
    columns = tuple(_column(source, rows, language) for source in sources)
    bars = rows.columns.index(stored.view.value) if stored.view.value in rows.columns else None
    longest = _longest(stored, rows)
    hedged = rows.columns.index(_HEDGED) if _HEDGED in rows.columns else None
    table = [
        Row(
            tuple(
                _cell(
                    row[source.index],
                    None if source.text is None else row[source.text],
                    longest=longest.get(_unit(rows.columns, row)) if source.index == bars else None,
                    about=_is_sum(rows.columns[source.index])
                    and hedged is not None
                    and bool(_number(row[hedged])),
                )
                for source in sources
            ),
            stored.addends_of(_texts(rows.columns, row), values),
        )
        for row in rows.rows
    ]
    return Table(columns, tuple(_sorted(table, columns, sort)), rows.more)


def numbers_of(table: Table) -> list[str]:
    """Return the names of the columns that hold numbers."""
    return [column.name for column in table.columns if column.is_number]


def _merge(stored: StoredQuery, names: Sequence[str]) -> list[_Source]:
    """Show `?placeName`, or `?name` behind `?place`, as the text of `?place`, and a quote as that of its passage, at the end."""
    quotes = {
        names.index(name): names.index(_quote_of(name))
        for name in stored.evidence
        if _quote_of(name) in names
    }
    texts: dict[int, int] = {}
    for index, name in enumerate(names):
        follower = names[index + 1] if index + 1 < len(names) else ""
        if f"{name}Name" in names:
            texts[index] = names.index(f"{name}Name")
        elif follower in _NAMES and name not in _NAMES and not name.endswith("Name"):
            texts[index] = index + 1
    hidden = {*texts.values(), *quotes, *quotes.values()}
    shown = [_Source(index, texts.get(index)) for index in range(len(names)) if index not in hidden]
    return shown + [_Source(passage, quote, is_quote=True) for passage, quote in quotes.items()]


def _quote_of(evidence: str) -> str:
    return evidence.replace("Evidence", "Quote").replace("evidence", "quote")


def _column(source: _Source, rows: Rows, language: str) -> Column:
    name = rows.columns[source.text if source.is_quote and source.text is not None else source.index]
    numbers = [row[source.index] for row in rows.rows if row[source.index] is not None]
    is_number = bool(numbers) and all(_number(term) is not None for term in numbers)
    return Column(name, column_words(name, language), is_number, source.is_quote)


def _cell(term: Term | None, text: Term | None, *, longest: Decimal | None, about: bool) -> Cell:
    """Return the cell of a term, with the text that stands for it; `about` marks a sum with hedged parts."""
    iri = term.value if isinstance(term, ox.NamedNode) else None
    shown = term if text is None else text
    if shown is None:
        return Cell("")
    language = shown.language if isinstance(shown, ox.Literal) else None
    number = _number(term)
    words = shorten(shown.value) if isinstance(shown, ox.NamedNode) else plain_value(shown)
    if number is not None and text is None:
        words = (_ABOUT if about else "") + f"{number:,f}"
    bar = int(number / longest * FULL) if number is not None and longest else None
    return Cell(words, iri, language, number, bar)


def _is_sum(name: str) -> bool:
    return name in ("sum", "total")


def _longest(stored: StoredQuery, rows: Rows) -> dict[str, Decimal]:
    """Return the number whose bar is the longest, for each unit: bars of different units can't be compared."""
    longest: dict[str, Decimal] = {}
    if stored.view.value in rows.columns:
        index = rows.columns.index(stored.view.value)
        for row in rows.rows:
            number, unit = _number(row[index]), _unit(rows.columns, row)
            if number is not None:
                longest[unit] = max(number, longest.get(unit, number))
    return longest


def _unit(names: Sequence[str], row: Sequence[Term | None]) -> str:
    term = row[names.index("unitName")] if "unitName" in names else None
    return "" if term is None else plain_value(term)


def _number(term: Term | None) -> Decimal | None:
    if not isinstance(term, ox.Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _texts(names: Sequence[str], row: Sequence[Term | None]) -> dict[str, str]:
    """Return the values of a row as text; IRIs are short, as they are to stand in addresses."""
    return {
        name: shorten(term.value) if isinstance(term, ox.NamedNode) else plain_value(term)
        for name, term in zip(names, row, strict=True)
        if term is not None
    }


def _sorted(rows: list[Row], columns: Sequence[Column], sort: str) -> list[Row]:
    name = sort.removeprefix("-")
    index = next((at for at, column in enumerate(columns) if column.name == name and column.is_number), None)
    if index is None:
        return rows
    sign = 1 if sort.startswith("-") else -1

    def key(row: Row) -> tuple[bool, Decimal]:
        number = row.cells[index].number
        return number is None, Decimal(0) if number is None else sign * number

    return sorted(rows, key=key)
