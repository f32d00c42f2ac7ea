"""What a picture is made of: text, dots, lines and bars at fixed places, in CSS pixels. Pure.

Each has a `shape`, by which the template writes it, and a `kind`, by which the style sheet colours it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

SIZE = 13
"""The size of letters."""
_NARROW = 0.56


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose line starts (or ends, or is centred) at a point; `iri` is what they link to."""

    x: float
    y: float
    words: str
    iri: str | None = None
    kind: str = "label"
    anchor: str = "start"
    shape: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot that links to something; `words` say what it stands for, `number` stands in it."""

    x: float
    y: float
    words: str
    iri: str | None
    kind: str = "first"
    number: str = ""
    shape: ClassVar[str] = "dot"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    shape: ClassVar[str] = "line"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that links to something; `words` say what it stands for."""

    x: float
    y: float
    width: float
    height: float
    words: str
    iri: str | None
    kind: str = "exact"
    shape: ClassVar[str] = "bar"


Mark = Text | Dot | Line | Bar


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its marks, from the back to the front, and how large it is."""

    width: int
    height: int
    marks: tuple[Mark, ...]


def width_of(words: str) -> float:
    """Return about how wide words are: Chinese characters are square, other letters about half as wide."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return SIZE * (wide + _NARROW * (len(words) - wide))
