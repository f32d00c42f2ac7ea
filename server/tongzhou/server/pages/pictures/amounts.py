"""Amounts in groups that are never added up: a bar for each, with the words of the article beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongzhou.server.pages.pictures.shapes import Bar, Mark, Picture, Text, width_of

_MARGIN, _LONGEST, _BAR, _ENTRY, _HEADING = 12, 220, 14, 44, 34


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: what kind it is of, whose, its number, its words in the article and their passage, and whether it is exact."""

    kind: str
    kind_iri: str | None
    label: str
    iri: str | None
    number: Decimal
    wording: str
    passage: str | None
    is_exact: bool


def draw_amounts(amounts: Sequence[Amount], language: str) -> Picture:
    """Return the picture; all bars are of one scale. Amounts that are not exact have a broken outline and `≈`."""
    largest = max(amount.number for amount in amounts)
    marks: list[Mark] = []
    kind, y, width = None, float(_MARGIN), 0.0
    for amount in amounts:
        if amount.kind != kind:
            kind = amount.kind
            marks.append(Text(_MARGIN, y + 20, kind, amount.kind_iri, "heading"))
            y += _HEADING
        length = max(float(amount.number / largest) * _LONGEST, 2.0)
        says = f"{amount.wording}\u2002({in_short(amount, language)})"
        marks += [
            Text(_MARGIN, y + 11, amount.label, amount.iri),
            Bar(
                *(_MARGIN, y + 17, length, _BAR),
                words=f"{amount.label} · {says}",
                iri=amount.passage,
                kind="exact" if amount.is_exact else "about",
            ),
            Text(_MARGIN + length + 8, y + 29, says, amount.passage, "amount"),
        ]
        width = max(width, width_of(amount.label), length + 8 + width_of(says))
        y += _ENTRY
    return Picture(round(width + 2 * _MARGIN), round(y + _MARGIN), tuple(marks))


def in_short(amount: Amount, language: str) -> str:
    """Return the number as it is said: 22 亿元 is CNY 2.2 bn."""
    steps = (
        ((100_000_000, " 亿元"), (10_000, " 万元"), (1, " 元"))
        if language == "zh"
        else ((10**9, " bn"), (10**6, " m"), (1, ""))
    )
    size, unit = next((step for step in steps if amount.number >= step[0]), steps[-1])
    number = (amount.number / size).quantize(Decimal("0.01")).normalize()
    sign = "" if amount.is_exact else "≈\u00a0"
    return f"{sign}{number:,f}{unit}" if language == "zh" else f"{sign}CNY\u00a0{number:,f}{unit}"
