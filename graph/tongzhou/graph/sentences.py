"""The sentences of an article, and which of them may be shown.

A sentence ends with 。！？ or ； and what closes behind it, or at the end of its block; a heading, a byline or a caption is
one by itself. Of a text whose rights are `quotes`, the sentences that facts quote may be shown, and the neighbours of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tongzhou.graph.text import CanonicalText

Span = tuple[int, int]
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]+[”’」』）)》]*|[^。！？；]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article: where it stands, its words, and the spans of quotes that it has a part in."""

    span: Span
    text: str
    quotes: tuple[Span, ...]


def sentences_of(text: CanonicalText, quotes: Iterable[Span]) -> list[Sentence]:
    """Return the sentences of a text in order, with the quotes in each."""
    ordered = sorted(set(quotes))
    found: list[Sentence] = []
    for block, block_end in text.blocks:
        for match in _SENTENCE.finditer(text.text, block, block_end):
            start, end = match.span()
            inside = tuple(quote for quote in ordered if quote[0] < end and start < quote[1])
            found.append(Sentence((start, end), match.group(), inside))
    return found


def shown_sentences(sentences: list[Sentence], rights: str) -> list[bool]:
    """Tell of each sentence whether it may be shown, where the rights of the text are `whole` or `quotes`."""
    quoted = [bool(sentence.quotes) for sentence in sentences]
    if rights == "whole":
        return [True] * len(sentences)
    return [any(quoted[max(0, index - 1) : index + 2]) for index in range(len(sentences))]
