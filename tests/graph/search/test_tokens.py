"""Texts are cut into what is searched for, and each token knows its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.search.tokens import find_words, fold, letters_of, tokenise, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("约22亿元", "约 22 亿 元"),
        ("约 ２２ 億元", "约 22 亿 元"),
        ("3.07亿元", "3.07 亿 元"),
        ("1,200 masks", "1200 mask"),
        ("N95 口罩", "n95 口 罩"),
        ("COVID-19", "covid 19"),
        ("Café", "cafe"),
        ("中■国，的", "中 国 的"),
        ("22kg", "22 kg"),
    ],
)
def test_text_is_cut(text: str, words: str) -> None:
    assert words_of(text) == words.split()


@given(st.text(max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = tokenise(text)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.word in words_of(text[token.start : token.end])
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(st.text(max_size=60))
def test_folding_once_is_enough(text: str) -> None:
    assert words_of(fold(text)) == words_of(text)


def test_letters_are_pinyin_only_where_there_is_nothing_else() -> None:
    assert [letters_of(text) for text in ("lǜ shī", "22", "中guo", "a", "", "xi'an")] == [
        *("lushi", "", "", "", "", "xian"),
    ]


def test_fewest_others_are_taken() -> None:
    tokens = tokenise("中甲中乙协协")
    ((first, last),) = find_words(tokens, ["中", "协"], 4)
    assert (first.start, last.start) == (2, 4)
    assert find_words(tokens, ["中", "协"], 0) == []
    assert [place[0].start for place in find_words(tokens, ["协"], 0)] == [4, 5]
