"""The picture of an answer, by the `view` of its stored query (docs/stored-queries.md). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tongzhou.graph.catalog import StoredQuery
from tongzhou.graph.namespaces import SCHEME
from tongzhou.server.pages.pictures.amounts import Amount, draw_amounts
from tongzhou.server.pages.pictures.matrix import Entry, Meeting, draw_matrix
from tongzhou.server.pages.pictures.shapes import Picture
from tongzhou.server.questions.rows import Rows, Term, plain_value

VIEWS = ("network", "dots", "amounts")
"""The views that are pictures."""
_MOST_ROWS, _MOST_COLUMNS, _MOST_AMOUNTS = 90, 40, 60
_EXACT = f"{SCHEME}hedge/exact"

_Row = Mapping[str, Term | None]


def draw(stored: StoredQuery, rows: Rows, language: str) -> Picture | None:
    """Return the picture; None where the query has none, or where the answer is empty, cut or too much for one."""
    if stored.view.kind not in VIEWS or rows.more or not rows.rows:
        return None
    named: list[_Row] = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    if stored.view.kind == "amounts":
        amounts = [amount for row in named if (amount := _amount(stored, rows, row))]
        return draw_amounts(amounts, language) if 0 < len(amounts) <= _MOST_AMOUNTS else None
    meetings = [_meeting(stored, rows, row) for row in named]
    whole = (
        len({one.who for one in meetings}) <= _MOST_ROWS
        and len({one.what for one in meetings}) <= _MOST_COLUMNS
    )
    return draw_matrix(meetings, joined=stored.view.kind == "network") if whole else None


def _meeting(stored: StoredQuery, rows: Rows, row: _Row) -> Meeting:
    assert stored.view.label and stored.view.value
    who = Entry(_text(row, stored.view.label), _iri_before(rows, row, stored.view.label))
    what = Entry(
        _text(row, stored.view.value), _iri_before(rows, row, stored.view.value), _text(row, "notation")
    )
    return Meeting(who, what, _text(row, "roleName"), _text(row, "evidence") or None)


def _amount(stored: StoredQuery, rows: Rows, row: _Row) -> Amount | None:
    """Return the amount of a row; None where its number is none, or below zero."""
    assert stored.view.label and stored.view.value
    try:
        number = Decimal(_text(row, stored.view.value))
    except InvalidOperation:
        return None
    if not number.is_finite() or number <= 0:
        return None
    return Amount(
        kind=_text(row, "measureName"),
        kind_iri=_text(row, "measure") or None,
        label=_text(row, stored.view.label),
        iri=_iri_before(rows, row, stored.view.label),
        number=number,
        wording=_text(row, "wording"),
        passage=_text(row, "evidence") or None,
        is_exact=_text(row, "hedge") == _EXACT,
    )


def _text(row: _Row, name: str) -> str:
    term = row.get(name)
    return "" if term is None else plain_value(term)


def _iri_before(rows: Rows, row: _Row, name: str) -> str | None:
    """Return the IRI in the column before one of names."""
    term = row[rows.columns[rows.columns.index(name) - 1]]
    return term.value if isinstance(term, ox.NamedNode) else None
