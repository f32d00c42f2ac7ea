"""Cuts a text into what is searched for: one token for each Chinese character, for each number and for each word.

Full width becomes half width, traditional characters become simplified ones, capitals small letters; accents, spaces and
punctuation go, so that 22亿 and 22 亿 are the same. English words are reduced to their stems. Each token knows where in
the text it stands, so that what was found can be marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import opencc
import tantivy

CHINESE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The Chinese characters, as in a class of a regular expression."""

_TOKEN = re.compile(rf"[{CHINESE}]|\d+(?:[.,]\d+)*|[^\W\d_{CHINESE}]+\d*")
_LETTERS = re.compile(r"[a-z]{2,}")
_APART = re.compile(r"[\s'’\-·]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and where in the text it was cut from it stands."""

    word: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a text, in order.

    >>> [token.word for token in tokenise("約２２ 億元 donations")]
    ['约', '22', '亿', '元', 'donat']
    """
    return [Token(_stem(word), start, end) for word, start, end in _words(text)]


def words_of(text: str) -> list[str]:
    """Return the words of the tokens of a text."""
    return [_stem(word) for word, _, _ in _words(text)]


def unstemmed_words(text: str) -> list[str]:
    """Return the words of a text as they are written, but folded."""
    return [word for word, _, _ in _words(text)]


def fold(text: str) -> str:
    """Return a text in the form in which it is compared: half width, simplified, small letters, without accents."""
    return "".join(_fold(char) for char in text)


def letters_of(text: str) -> str:
    """Return the letters of a text that may be pinyin, with or without tones, or an empty string where it is none.

    >>> letters_of("Zhōngguó Jiǔyè")
    'zhongguojiuye'
    """
    letters = _APART.sub("", fold(text)).replace("v", "u")
    return letters if _LETTERS.fullmatch(letters) else ""


def find_words(tokens: Sequence[Token], words: Sequence[str], slack: int) -> list[list[Token]]:
    """Return where words stand in their order, with at most `slack` other tokens among them.

    Without slack these are all places; with slack the one with the fewest others.
    """
    places: list[tuple[int, list[Token]]] = []
    for start, token in enumerate(tokens):
        if token.word != words[0]:
            continue
        found = _follow(tokens, words, start)
        if found is not None:
            others = found[-1] - found[0] + 1 - len(words)
            if others <= slack:
                places.append((others, [tokens[index] for index in found]))
    if slack and places:
        return [min(places, key=lambda place: place[0])[1]]
    return [found for _, found in places]


def _follow(tokens: Sequence[Token], words: Sequence[str], start: int) -> list[int] | None:
    """Return the first place of each word after the one before it."""
    found = [start]
    for word in words[1:]:
        following = (index for index in range(found[-1] + 1, len(tokens)) if tokens[index].word == word)
        index = next(following, None)
        if index is None:
            return None
        found.append(index)
    return found


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each folded word with its place in the text as it is."""
    places: list[int] = []
    folded: list[str] = []
    for index, char in enumerate(text):
        piece = _fold(char)
        folded.append(piece)
        places += [index] * len(piece)
    for match in _TOKEN.finditer("".join(folded)):
        word = match.group()
        word = word.replace(",", "") if word[0].isdigit() else word
        yield word, places[match.start()], places[match.end() - 1] + 1


@lru_cache(maxsize=20_000)  # a text has a few thousand different characters
def _fold(char: str) -> str:
    if char.isascii():
        return char.lower()
    if "\ud800" <= char <= "\udfff":
        return " "
    folded = unicodedata.normalize("NFKC", char).casefold()
    if len(folded) == 1 and folded > "\u2e7f":
        return str(_simplify().convert(folded))
    parts = unicodedata.normalize("NFD", folded)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not word.isascii() or word[0].isdigit():
        return word
    return next(iter(_stemmer().analyze(word)), word)


@cache
def _simplify() -> Any:
    return cast("Any", opencc).OpenCC("t2s")


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer("english")).build()
