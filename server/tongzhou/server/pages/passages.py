"""The text of an article with its passages marked: quotes may stand inside one another, and may cross. Pure.

HTML can nest spans and cannot cross them. A passage that crosses the end of another is cut there: its first part bears its
`id`, so that an address with `#char=…` lands on it; the rest follows as a part without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass
class Marked:
    """A stretch of text: `passage` is the passage that it is (the first part of), `rest` one that it goes on with.

    `parts` are strings and stretches, in order.
    """

    start: int
    end: int
    passage: Span | None = None
    rest: Span | None = None
    parts: list[str | Marked] = field(default_factory=list["str | Marked"])


def mark(text: str, start: int, passages: Iterable[Span]) -> Marked:
    """Return a text that begins at an offset, with those passages marked that begin in it.

    What of a passage lies behind the text is left out. Empty passages are none.
    """
    end = start + len(text)
    whole = Marked(start, end)
    waiting = [
        Marked(first, min(last, end), passage=(first, last))
        for first, last in set(passages)
        if start <= first < min(last, end)
    ]
    _fill(whole, _nest(whole, waiting), text, start)
    return whole


def _nest(whole: Marked, waiting: list[Marked]) -> list[Marked]:
    """Cut what crosses, and return the stretches in the order in which they open: the longer one first."""
    ordered: list[Marked] = []
    open_ones = [whole]
    pending = sorted(waiting, key=_order, reverse=True)
    while pending:
        one = pending.pop()
        while one.start >= open_ones[-1].end:
            open_ones.pop()
        around = open_ones[-1]
        if one.end > around.end:
            rest = Marked(around.end, one.end, rest=one.passage or one.rest)
            one = Marked(one.start, around.end, one.passage, one.rest)
            pending.append(rest)
            pending.sort(key=_order, reverse=True)
        ordered.append(one)
        open_ones.append(one)
    return ordered


def _order(one: Marked) -> tuple[int, int, Span]:
    return one.start, -one.end, one.passage or one.rest or (0, 0)


def _fill(whole: Marked, ordered: list[Marked], text: str, offset: int) -> None:
    """Put each stretch into the one around it, with the text between them."""
    open_ones = [whole]
    at = [whole.start]

    def close() -> None:
        one, reached = open_ones.pop(), at.pop()
        _write(one, text, offset, reached, one.end)
        if open_ones:
            at[-1] = one.end

    for one in ordered:
        while one.start >= open_ones[-1].end:
            close()
        _write(open_ones[-1], text, offset, at[-1], one.start)
        open_ones[-1].parts.append(one)
        at[-1] = one.start
        open_ones.append(one)
        at.append(one.start)
    while open_ones:
        close()


def _write(one: Marked, text: str, offset: int, start: int, end: int) -> None:
    if start < end:
        one.parts.append(text[start - offset : end - offset])
