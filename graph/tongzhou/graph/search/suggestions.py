"""What somebody may mean who is still typing, or who made a slip."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from tongzhou.graph.search.document import Document, Group, Name
from tongzhou.graph.search.finder import CANDIDATES, LONGEST, Tier, rank_of, wanted_for
from tongzhou.graph.search.index import SearchIndex, Wanted
from tongzhou.graph.search.tokens import fold, unstemmed_words, words_of

_SAME_START = 3  # letters that a word has to begin with to be taken for one with a slip in it
_LEAST_RESEMBLANCE = 0.8


def suggest(
    index: SearchIndex,
    text: str,
    *,
    language: str = "zh",
    group: Group = "thing",
    kinds: Sequence[str] = (),
    limit: int = 10,
) -> list[Document]:
    """Return things (or concepts) one of whose names has words that begin as those of the text do, the best first.

    Chinese may stand anywhere in a name, and may be typed as pinyin or initials.
    """
    text = text[:LONGEST]
    wanted = [Wanted("starts", unstemmed_words(text), None), *wanted_for(text, words_of(text), Tier.PHRASE)]
    documents, _ = index.find(wanted, group=group, kinds=kinds, limit=CANDIDATES)
    start = fold(text).strip()

    def order(document: Document) -> tuple[bool, bool, int, int, str]:
        names = [fold(name.text) for name in document.names]
        label = document.label(language)
        return (
            start not in names,
            not any(name.startswith(start) for name in names),
            rank_of(document.kind),
            -document.weight,
            label.text if label else "",
        )

    return sorted(documents, key=order)[:limit]


def resembling(index: SearchIndex, text: str, *, limit: int = 3) -> list[tuple[Document, Name]]:
    """Return things with a name in Latin letters that a text is nearly written like, such as one with a slip in it."""
    words = unstemmed_words(text[:LONGEST])
    if not words or not all(word.isascii() for word in words):
        return []
    wanted = [Wanted("starts", [word[:_SAME_START]], None) for word in words]
    documents, _ = index.find(wanted, group="thing", limit=CANDIDATES)
    scored: list[tuple[float, int, Document, Name]] = []
    for document in documents:
        for name in document.names:
            score = _resemblance(words, unstemmed_words(name.text))
            scored.append((-score, -document.weight, document, name))
    scored.sort(key=lambda item: item[:2])
    near = [(document, name) for score, _, document, name in scored if -score >= _LEAST_RESEMBLANCE]
    return list({document.iri: (document, name) for document, name in reversed(near)}.values())[::-1][:limit]


def _resemblance(words: Sequence[str], others: Sequence[str]) -> float:
    """Return how alike words are to the likest ones of a name, from 0 to 1."""
    best = (
        max((SequenceMatcher(None, word, other).ratio() for other in others), default=0.0) for word in words
    )
    return sum(best) / len(words)
