"""Rows with facets: which rows fit a choice, and how many would fit another. Pure.

Within a facet any of the chosen values fits; every facet with a choice has to fit. The counts of a facet leave its own choice
out of account: they say what each value would add.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FACETS = ("type", "role", "place", "theme", "form", "basis")
"""The facets, in the order of the page; also the names of the parameters."""

Choice = Mapping[str, Sequence[str]]
"""The chosen values (IRIs) of each facet."""


@dataclass(frozen=True)
class Quote:
    """Words of an article, and their passage."""

    passage: str
    words: str


@dataclass(frozen=True)
class Row:
    """An action: its agents, the words that state it, and its values of each facet; things are IRIs."""

    action: str
    agents: tuple[str, ...]
    quotes: tuple[Quote, ...]
    values: Mapping[str, frozenset[str]]


def fitting(rows: Sequence[Row], choice: Choice, *, without: str = "") -> list[Row]:
    """Return the rows that fit a choice; the facet `without` is left out of account."""
    wanted = [(facet, frozenset(values)) for facet, values in choice.items() if values and facet != without]
    return [row for row in rows if all(row.values[facet] & values for facet, values in wanted)]


def counts(rows: Sequence[Row], choice: Choice, facet: str) -> Counter[str]:
    """Return how many rows each value of a facet has, among those that fit the choices in the others."""
    return Counter(value for row in fitting(rows, choice, without=facet) for value in row.values[facet])
