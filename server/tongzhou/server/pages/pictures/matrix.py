"""Who is in what: a row below each name, a column for each thing that they are in, a dot where they meet. Pure.

Names stand above their rows, so that a narrow screen has both. The columns have numbers, whose words stand below. Where
the columns are deeds, a line joins those who did one together: that shows what is done by five as one deed, where a line
between each two of them would show ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongzhou.server.pages.pictures.shapes import SIZE, Dot, Line, Mark, Picture, Text, width_of

KINDS = ("first", "second", "third")
"""The kinds of dots, that of the most common role first."""
_ROW, _COLUMN, _LINE, _MARGIN = 38, 21, 20, 12


@dataclass(frozen=True, slots=True)
class Entry:
    """The name of a row or a column, what it links to, and the number that a column has of its own, if it has one."""

    words: str
    iri: str | None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One who is in something, in a role, by the words of a passage."""

    who: Entry
    what: Entry
    role: str
    passage: str | None


def draw_matrix(meetings: Sequence[Meeting], *, joined: bool) -> Picture:
    """Return the picture, with rows and columns in the order in which they come first; `joined` draws the lines."""
    rows = {entry: at for at, entry in enumerate(dict.fromkeys(one.who for one in meetings))}
    columns = {entry: at for at, entry in enumerate(dict.fromkeys(one.what for one in meetings))}
    roles = [role for role, _ in Counter(one.role for one in meetings).most_common()]
    roles_shown = any(roles[1:])
    top = _MARGIN + (_LINE + 8 if roles_shown else 0)

    def x_of(what: Entry) -> float:
        return _MARGIN + _COLUMN * (columns[what] + 0.5)

    def y_of(who: Entry) -> float:
        return top + _ROW * rows[who] + 26

    right = _MARGIN + _COLUMN * len(columns)
    marks: list[Mark] = [Line(_MARGIN, y_of(who), right, y_of(who), "guide") for who in rows]
    if joined:
        marks += _lines((x_of(one.what), y_of(one.who)) for one in meetings)
    names = [Text(_MARGIN, y_of(who) - 14, who.words, who.iri, "label over") for who in rows]
    met = {(one.who, one.what): one for one in reversed(meetings)}
    dots = [
        Dot(
            x_of(one.what),
            y_of(one.who),
            " · ".join(text for text in (one.who.words, one.role, one.what.words) if text),
            one.passage,
            KINDS[min(roles.index(one.role), len(KINDS) - 1)],
            _number(one.what, columns[one.what]),
        )
        for one in reversed(met.values())
    ]
    bottom = top + _ROW * len(rows) + _LINE
    key = [
        Text(_MARGIN, bottom + _LINE * (at + 0.5), f"{_number(what, at)}\u2002{what.words}", what.iri, "key")
        for what, at in columns.items()
    ]
    legend = _legend(roles, _MARGIN, _MARGIN) if roles_shown else []
    width = max(right, *(_MARGIN + width_of(text.words) for text in (*names, *key)))
    height = bottom + _LINE * len(columns) + _MARGIN
    return Picture(round(width + _MARGIN), round(height), (*legend, *marks, *names, *dots, *key))


def _number(what: Entry, at: int) -> str:
    return what.number or str(at + 1)


def _lines(places: Iterable[tuple[float, float]]) -> list[Line]:
    """Return a line in each column from the first to the last of its dots."""
    columns: dict[float, list[float]] = {}
    for x, y in places:
        columns.setdefault(x, []).append(y)
    return [Line(x, min(ys), x, max(ys), "joint") for x, ys in columns.items()]


def _legend(roles: Sequence[str], x: float, y: float) -> list[Mark]:
    marks: list[Mark] = []
    for role, kind in zip(roles, KINDS, strict=False):
        marks += [Dot(x + 9, y + 8, role, None, kind), Text(x + 22, y + 8 + SIZE / 3, role)]
        x += 40 + width_of(role)
    return marks
