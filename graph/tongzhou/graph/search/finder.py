"""Answers a search: by phrase, else near, else by all words in any order; each group of the answer tells which it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from tongzhou.graph.errors import TongzhouError
from tongzhou.graph.search.document import GROUPS, Document, Group, Name
from tongzhou.graph.search.index import SearchIndex, Wanted, initials_of
from tongzhou.graph.search.tokens import (
    Token,
    find_words,
    fold,
    letters_of,
    tokenise,
    words_of,
)

LONGEST = 200
"""Characters of a text that is searched for."""

Span = tuple[int, int]
CANDIDATES = 500
"""Documents that are looked at to find the best."""

_KINDS = (
    *("org", "place", "person", "group", "article", "meeting", "action"),
    *("directive", "request", "output", "statement", "source", "gap"),
)


class SearchTextError(TongzhouError, ValueError):
    """A text to search for that is too long."""

    def __init__(self, found: int, most: int) -> None:
        """Keep both numbers of characters."""
        self.found = found
        self.most = most
        super().__init__(
            f"the text to search for has {found} characters; at most {most} are read. Shorten it."
        )


class Tier(IntEnum):
    """How the words were found: as a phrase, in their order with up to two or four others among them, in any order."""

    PHRASE = 1
    NEAR = 2
    FAR = 3
    ANY_ORDER = 4


_SLACK: dict[Tier, int | None] = {Tier.PHRASE: 0, Tier.NEAR: 2, Tier.FAR: 4, Tier.ANY_ORDER: None}


@dataclass(frozen=True)
class Hit:
    """A document that was found: the text that it was found by, and the characters of it that match.

    `by` is words, pinyin or initials. For a sentence `found_in` is the sentence, else one of the names.
    """

    document: Document
    found_in: str
    language: str
    marks: tuple[Span, ...]
    by: Literal["words", "pinyin", "initials"]


@dataclass(frozen=True)
class Hits:
    """What was found in one group; `count` is the number of all, `hits` the first of them, best first."""

    group: Group
    tier: Tier
    hits: tuple[Hit, ...]
    count: int


@dataclass(frozen=True)
class Answer:
    """An answer: the words that were looked for (none where the text has none) and the groups that have some."""

    words: tuple[str, ...]
    groups: tuple[Hits, ...]


def search(
    index: SearchIndex,
    text: str,
    *,
    language: str = "zh",
    groups: Sequence[Group] = GROUPS,
    kinds: Sequence[str] = (),
    limit: int = 20,
) -> Answer:
    """Search names and sentences for a text, which has no operators.

    Where several names of a thing have the words, that in `language` is told. Raises SearchTextError where the text is
    longer than LONGEST.
    """
    if len(text) > LONGEST:
        raise SearchTextError(len(text), LONGEST)
    words = words_of(text)
    found = (
        (_search_group(index, text, words, language, group, kinds, limit) for group in groups)
        if words
        else ()
    )
    return Answer(tuple(words), tuple(hits for hits in found if hits is not None))


def _search_group(
    index: SearchIndex,
    text: str,
    words: list[str],
    language: str,
    group: Group,
    kinds: Sequence[str],
    limit: int,
) -> Hits | None:
    """Return what the first tier that finds anything finds."""
    for tier in Tier if len(words) > 1 else (Tier.PHRASE,):
        documents, count = index.find(
            wanted_for(text, words, tier), group=group, kinds=kinds, limit=CANDIDATES
        )
        hits = [hit for document in documents if (hit := _hit(document, text, words, tier, language))]
        if hits:
            if group != "sentence":
                hits.sort(key=lambda hit: _order(hit, text))
            whole = count if count > CANDIDATES else len(hits)
            return Hits(group, tier, tuple(hits[:limit]), whole)
    return None


def wanted_for(text: str, words: list[str], tier: Tier) -> list[Wanted]:
    """Return what a tier looks for: the words, at first also as pinyin and initials."""
    wanted = [Wanted("words", words, _SLACK[tier])]
    letters = letters_of(text)
    if tier is Tier.PHRASE and letters:
        wanted += [Wanted("pinyin", letters, 0), Wanted("initials", letters, 0)]
    return wanted


def _hit(document: Document, text: str, words: list[str], tier: Tier, language: str) -> Hit | None:
    """Return how a document has the words, or None where it only seemed to have them."""
    if document.group == "sentence":
        marks = _marks(tokenise(document.text), words, tier)
        return Hit(document, document.text, "zh", marks, "words") if marks else None
    names = sorted(document.names, key=lambda name: (name.language != language, name.role != "label"))
    for name in names:
        marks = _marks(tokenise(name.text), words, tier)
        if marks:
            return Hit(document, name.text, name.language, marks, "words")
    letters = letters_of(text) if tier is Tier.PHRASE else ""
    for name in names if letters else ():
        for by, span in _by_pinyin(name, letters):
            return Hit(document, name.text, name.language, (span,), by)
    return None


def _marks(tokens: list[Token], words: list[str], tier: Tier) -> tuple[Span, ...]:
    """Return the spans of the tokens that match, those that touch as one."""
    slack = _SLACK[tier]
    if slack is None:
        present = {token.word for token in tokens}
        matched = [token for token in tokens if token.word in words] if present.issuperset(words) else []
    else:
        matched = [token for place in find_words(tokens, words, slack) for token in place]
    spans: list[Span] = []
    for token in sorted(matched, key=lambda token: token.start):
        if spans and token.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], token.end))
        else:
            spans.append((token.start, token.end))
    return tuple(spans)


def _by_pinyin(name: Name, letters: str) -> Iterator[tuple[Literal["pinyin", "initials"], Span]]:
    """Yield where letters are the pinyin of characters, from the start of a syllable on, or their initials."""
    characters = [index for index, syllable in enumerate(name.pinyin) if syllable]
    initials = initials_of(name.pinyin)
    at = initials.find(letters)
    if at >= 0:
        yield "initials", (characters[at], characters[at + len(letters) - 1] + 1)
    for first in range(len(characters)):
        spelt = ""
        for last in range(first, len(characters)):
            spelt += name.pinyin[characters[last]]
            if spelt.startswith(letters):
                yield "pinyin", (characters[first], characters[last] + 1)
                return
            if not letters.startswith(spelt):
                break


def _order(hit: Hit, text: str) -> tuple[bool, bool, bool, int, int, str]:
    """Put what is named so first, then what begins so; organisations and places before actions; what is cited more before."""
    wanted, name = fold(text).strip(), fold(hit.found_in)
    return (
        hit.by != "words",
        name != wanted,
        not name.startswith(wanted),
        rank_of(hit.document.kind),
        -hit.document.weight,
        hit.found_in,
    )


def rank_of(kind: str) -> int:
    """Return the place of a kind of thing in lists: organisations and places come first."""
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
