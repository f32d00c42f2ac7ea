"""Prints answers: tables that fit the terminal with Chinese widths right, CSV, TSV, JSON, Turtle."""

from __future__ import annotations

import sys

import pyoxigraph as ox
import rich_click as click
from rich.console import Console
from rich.table import Table

from tongzhou.graph.namespaces import shorten
from tongzhou.graph.query import Answer
from tongzhou.graph.results import SOLUTION_FORMATS, TRIPLE_FORMATS, serialise_answer

_NAMED = {form.name: form for form in (*TRIPLE_FORMATS, *SOLUTION_FORMATS)}
FORMATS = ("table", *_NAMED)


def print_answer(answer: Answer, form: str, *, title: str | None = None) -> None:
    """Print an answer to standard output in a format of FORMATS; triples have no table and are printed as Turtle.

    Raises click.UsageError where the format does not fit the kind of query.
    """
    if form == "table" and isinstance(answer, ox.QuerySolutions):
        _print_table(answer, title)
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


def _print_table(solutions: ox.QuerySolutions, title: str | None) -> None:
    table = Table(title=title, title_justify="left", show_lines=False)
    names = [variable.value for variable in solutions.variables]
    for name in names:
        table.add_column(name, overflow="fold")
    rows = 0
    for solution in solutions:
        table.add_row(*(_in_words(solution[name]) for name in names))
        rows += 1
    console = Console()
    console.print(table)
    console.print(f"{rows} row{'' if rows == 1 else 's'}")


def _in_words(term: object) -> str:
    """Return a cell: a short IRI, or a literal without its type."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal):
        return term.value
    return str(term)
