"""Tells which clauses of an article are stated by the facts, and which are not: nothing of an article goes silently.

A clause ends with 。 or ； or at the end of its block. Headings, title, byline and running heads are layout, not clauses.
A clause is covered where

- facts of a kind that tells who quote the larger part of it: an action or a meeting with its agent, a request with its
  addressee or with who issued it. A statement counts only for a clause that names no organisation and no quantity, for
  then it is an opinion;
- no words of it are left that no fact or theme at all quotes, but for punctuation, damaged signs and the lead-in 如.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.compile import Article
from tongzhou.graph.index import Index, Span

_LAYOUT = frozenset({"running head", "title", "byline", "heading"})
_SILENT = re.compile(r"[，。；：、“”‘’（）《》！？—…■\ufffd\s]|(?<=[，。；：])如(?=，)|^如(?=，)")
_ROLES = ("agent", "convener", "addressee")


@dataclass(frozen=True)
class Clause:
    """A clause of an article, with the line it starts on and the words of it that the facts leave out.

    `is_opinion` tells that it counts as covered by statements only.
    """

    span: Span
    text: str
    line: int
    left_out: tuple[str, ...]
    is_opinion: bool

    @property
    def is_covered(self) -> bool:
        """Tell whether the facts state the clause."""
        return not self.left_out


def clauses_of(article: Article, dataset: ox.Dataset) -> list[Clause]:
    """Return the clauses of an article in order, each with what the facts leave out of it."""
    index = Index(dataset)
    issued = {thing for subject in index.subjects() for thing in index.values(subject, "issued")}
    telling: list[Span] = []
    opinions: list[Span] = []
    named: list[Span] = []
    quoted: list[Span] = []
    for subject in index.subjects():
        spans = list(index.spans(subject, article.iri))
        quoted += spans
        if index.is_a(subject, "Organisation", "Quantity"):
            named += spans
        if _tells(index, subject, issued):
            telling += spans
        elif index.is_a(subject, "Statement"):
            opinions += spans
    found: list[Clause] = []
    for start, end in _spans(article):
        text = article.text.text[start:end]
        may_be_opinion = not any(start <= at and to <= end for at, to in named)
        here = _cover(start, end, quoted)
        left_out = _left_out(text, _cover(start, end, telling), here)
        is_opinion = False
        if left_out == (text,) and may_be_opinion:
            left_out = _left_out(text, _cover(start, end, [*telling, *opinions]), here)
            is_opinion = left_out != (text,)
        line = article.text.line_range(start, end)[0]
        found.append(Clause((start, end), text, line, left_out, is_opinion))
    return found


def _spans(article: Article) -> list[Span]:
    text = article.text
    layout = {span for span, role in text.layout.items() if role in _LAYOUT}
    pieces: list[Span] = []
    for start, end in text.blocks:
        if (start, end) not in layout:
            found = re.finditer(r"[^。；]+[。；]?”?|[。；]", text.text[start:end])
            pieces += [(start + match.start(), start + match.end()) for match in found]
    return pieces


def _tells(index: Index, subject: str, issued: set[str]) -> bool:
    """Tell whether a fact has a kind and says who: who acted, or whom it addresses, or who asked."""
    if not index.is_a(subject, "Occurrence", "Request"):
        return False
    asked = subject in issued and index.is_a(subject, "Request")
    return asked or any(index.values(subject, role) for role in _ROLES)


def _cover(start: int, end: int, spans: Iterable[Span]) -> list[bool]:
    """Return, for each sign of a clause, whether one of the spans holds it."""
    cover = [False] * (end - start)
    for at, to in spans:
        for place in range(max(at, start), min(to, end)):
            cover[place - start] = True
    return cover


def _left_out(text: str, telling: list[bool], quoted: list[bool]) -> tuple[str, ...]:
    """Return the words of a clause that count as not stated: all of it, or the stretches that nothing quotes."""
    counts = [True] * len(text)
    for match in _SILENT.finditer(text):
        counts[match.start() : match.end()] = [False] * len(match.group())
    signs = [place for place in range(len(text)) if counts[place]]
    if sum(telling[place] for place in signs) * 2 < len(signs):
        return (text,)
    left = "".join(sign if counts[place] and not quoted[place] else "\n" for place, sign in enumerate(text))
    return tuple(part for part in left.split("\n") if part)
