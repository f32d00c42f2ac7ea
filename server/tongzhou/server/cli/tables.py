"""Prints answers: tables or cards that fit the terminal with Chinese widths right, CSV, TSV, JSON, Turtle."""

from __future__ import annotations

import sys

import pyoxigraph as ox
import rich_click as click
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table

from tongzhou.graph.namespaces import shorten
from tongzhou.graph.query import Answer
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS, serialise_answer

_NAMED = {form.name: form for form in (*TRIPLE_FORMATS, *SOLUTION_FORMATS)}
FORMATS = ("table", *_NAMED)

_NARROW = 16  # columns of the terminal; where a column of the table gets fewer, rows are printed as cards


def print_answer(answer: Answer, form: str, *, title: str | None = None) -> None:
    """Print an answer to standard output in a format of FORMATS; triples have no table and are printed as Turtle.

    Raises click.UsageError where the format does not fit the kind of query.
    """
    if form == "table" and isinstance(answer, ox.QuerySolutions):
        _print_solutions(answer, title)
        return
    if form == "table" and isinstance(answer, ox.QueryBoolean):
        click.echo("true" if answer else "false")
        return
    try:
        data = serialise_answer(answer, _NAMED["turtle" if form == "table" else form])
    except TypeError as error:
        raise click.UsageError(f"{error}.") from error
    sys.stdout.buffer.write(data if data.endswith(b"\n") else data + b"\n")
    sys.stdout.buffer.flush()


def _print_solutions(solutions: ox.QuerySolutions, title: str | None) -> None:
    names = [variable.value for variable in solutions.variables]
    rows = [[_in_words(solution[name]) for name in names] for solution in solutions]
    console = Console()
    if title:
        console.print(title, style="bold", highlight=False)
    parts = [_table(names, rows)] if console.width >= _NARROW * len(names) else _cards(names, rows)
    for part in parts:
        console.print(part, highlight=False)
    console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", highlight=False)


def _table(names: list[str], rows: list[list[str]]) -> RenderableType:
    table = Table()
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _cards(names: list[str], rows: list[list[str]]) -> list[RenderableType]:
    """Lay out each row as a card: one line for each name and value, for rows too wide for a table."""
    parts: list[RenderableType] = []
    for row in rows:
        card = Table.grid(padding=(0, 2))
        card.add_column(style="dim", no_wrap=True)
        card.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            card.add_row(name, value)
        parts += [Rule(style="dim"), card]
    return parts


def _in_words(term: object) -> str:
    """Return a cell: a short IRI, or a literal without its type."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal):
        return term.value
    return str(term)
