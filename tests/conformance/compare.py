"""When two answers are the same: rows as a bag, blank nodes one to one.

A graph is a bag of rows of three terms and a table of solutions a bag of rows of cells, so both are
compared by one search: blank nodes are coloured by where they stand until colours no longer split, and what
is still alike is tried in turn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import pyoxigraph as ox

Cell: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | int | None
"""A term, nothing (unbound), or the place of a row in an ordered answer."""

Row: TypeAlias = tuple[Cell, ...]
Colours: TypeAlias = Mapping[str, int]

XSD = "http://www.w3.org/2001/XMLSchema#"
DECIMAL, INTEGER = XSD + "decimal", XSD + "integer"
DECIMAL_TEXT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
BINARY = frozenset({XSD + "float", XSD + "double"})


def same_bags(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Say whether two bags of rows are equal under some one-to-one renaming of blank nodes."""
    if len(left) != len(right):
        return False
    start_left = dict.fromkeys(_blanks_of_rows(left), 0)
    start_right = dict.fromkeys(_blanks_of_rows(right), 0)
    if len(start_left) != len(start_right):
        return False
    return _match(left, start_left, right, start_right)


def graph_rows(triples: Iterable[ox.Triple | ox.Quad]) -> list[Row]:
    """Return a graph as rows, each triple once."""
    return list(dict.fromkeys((triple.subject, triple.predicate, triple.object) for triple in triples))


def by_value(cell: Cell) -> Cell:
    """Return a computed number in one spelling per value: its lexical form is nowhere prescribed."""
    if not isinstance(cell, ox.Literal):
        return cell
    datatype = cell.datatype.value
    if datatype in {DECIMAL, INTEGER} and DECIMAL_TEXT.fullmatch(cell.value):
        return ox.Literal(str(Fraction(cell.value)), datatype=cell.datatype)
    if datatype in BINARY:
        try:
            return ox.Literal(repr(float(cell.value)), datatype=cell.datatype)
        except ValueError:
            return cell
    return cell


def _match(left: Sequence[Row], left_colours: Colours, right: Sequence[Row], right_colours: Colours) -> bool:
    left_colours, right_colours = _refine(left, left_colours), _refine(right, right_colours)
    if Counter(_sign(row, left_colours) for row in left) != Counter(
        _sign(row, right_colours) for row in right
    ):
        return False
    classes = Counter(left_colours.values())
    if classes != Counter(right_colours.values()):
        return False
    alike = [colour for colour, count in classes.items() if count > 1]
    if not alike:
        return True
    colour = min(alike, key=lambda one: classes[one])
    chosen = next(name for name, own in left_colours.items() if own == colour)
    mark = hash(("chosen", colour))
    return any(
        _match(left, {**left_colours, chosen: mark}, right, {**right_colours, candidate: mark})
        for candidate, own in right_colours.items()
        if own == colour
    )


def _refine(rows: Sequence[Row], colours: Colours) -> Colours:
    """Colour each blank node by its colour and the rows it stands in, until that splits nothing more."""
    places: dict[str, list[Row]] = {name: [] for name in colours}
    for row in rows:
        for name in set(_blanks(row)):
            places[name].append(row)
    while True:
        finer = {
            name: hash((colours[name], *sorted(_sign(row, colours, name) for row in places[name])))
            for name in colours
        }
        if len(set(finer.values())) == len(set(colours.values())):
            return finer
        colours = finer


def _sign(row: Row, colours: Colours, own: str | None = None) -> int:
    return hash(tuple(_sign_cell(cell, colours, own) for cell in row))


def _sign_cell(cell: Cell, colours: Colours, own: str | None) -> int:
    if isinstance(cell, ox.BlankNode):
        return hash(("blank", colours[cell.value], cell.value == own))
    if isinstance(cell, ox.Triple):
        return hash(
            tuple(_sign_cell(part, colours, own) for part in (cell.subject, cell.predicate, cell.object))
        )
    return hash(cell)


def _blanks_of_rows(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield from _blanks(row)


def _blanks(row: Row) -> Iterator[str]:
    for cell in row:
        if isinstance(cell, ox.BlankNode):
            yield cell.value
        elif isinstance(cell, ox.Triple):
            yield from _blanks((cell.subject, cell.object))
