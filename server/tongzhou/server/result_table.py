"""An answer as a table that a page can show: plain values, made where the query is evaluated. Pure."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from tongzhou.graph.namespaces import shorten
from tongzhou.graph.query import Answer


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in a table: its text, the page about it, its language or datatype."""

    text: str
    link: str | None = None
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The first rows of an answer, and how many rows it has; `boolean` is the answer to an ASK."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    count: int = 0
    boolean: bool | None = None

    def to_json(self) -> bytes:
        """Return what `from_json` reads."""
        rows = [[astuple(cell) for cell in row] for row in self.rows]
        value = {"columns": self.columns, "rows": rows, "count": self.count, "boolean": self.boolean}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> ResultTable:
        """Read a table."""
        value = json.loads(data)
        rows = tuple(tuple(Cell(*cell) for cell in row) for row in value["rows"])
        return cls(tuple(value["columns"]), rows, value["count"], value["boolean"])


def tabulate(answer: Answer, *, most: int) -> ResultTable:
    """Return the table of an answer with at most so many rows; all rows are counted."""
    if isinstance(answer, ox.QueryBoolean):
        return ResultTable(boolean=bool(answer))
    if isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        rows, count = _take(([_cell(term) for term in solution] for solution in answer), most)
        columns, rows = _name_things(columns, rows)
    else:
        columns = ["subject", "predicate", "object"]
        triples = dict.fromkeys(answer)
        cells = ([_cell(term) for term in (item.subject, item.predicate, item.object)] for item in triples)
        rows, count = _take(cells, most)
    return ResultTable(tuple(columns), tuple(tuple(row) for row in rows), count)


def link_to_query(text: str) -> str:
    """Return the address that shows the results of a query."""
    return f"/sparql?{urlencode({'query': text})}"


def _take(rows: Iterable[list[Cell]], most: int) -> tuple[list[list[Cell]], int]:
    """Return the first rows and the number of all."""
    iterator = iter(rows)
    taken = list(itertools.islice(iterator, most))
    return taken, len(taken) + sum(1 for _ in iterator)


def _name_things(columns: list[str], table: list[list[Cell]]) -> tuple[list[str], list[list[Cell]]]:
    """Show `?placeName` as the text of the link in `?place`, in place of two columns; a thing without a name stays."""
    names = {columns.index(name[:-4]): columns.index(name) for name in columns if _is_name(name, columns)}
    shown = [index for index in range(len(columns)) if index not in names.values()]
    merged = [
        [_named(row[index], row[names[index]]) if index in names else row[index] for index in shown]
        for row in table
    ]
    return [columns[index] for index in shown], merged


def _is_name(column: str, columns: list[str]) -> bool:
    return column.endswith("Name") and column[:-4] in columns


def _named(thing: Cell, name: Cell) -> Cell:
    return Cell(name.text, link=thing.link, language=name.language) if thing.link and name.text else thing


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    match term:
        case None:
            return Cell("")
        case ox.NamedNode():
            return Cell(shorten(term.value), link=link_to_query(f"DESCRIBE <{term.value}>"))
        case ox.Literal():
            return Cell(term.value, language=term.language, datatype=shorten(term.datatype.value))
        case _:
            return Cell(str(term))
