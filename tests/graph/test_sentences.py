"""Sentences, and which of them may be shown."""

from __future__ import annotations

from tongzhou.graph.sentences import sentences_of, shown_sentences
from tongzhou.graph.text import canonicalise

TEXT = canonicalise("标题\n\n甲说：“好。”乙做；丙做；丁做。戊做！\n\n己做。\n", {"heading": ["标题"]})


def test_text_is_cut_at_its_marks_and_blocks() -> None:
    sentences = sentences_of(TEXT, [(3, 4), (8, 13)])
    assert [sentence.text for sentence in sentences] == [
        *("标题", "甲说：“好。”", "乙做；", "丙做；", "丁做。", "戊做！", "己做。"),
    ]
    assert all(TEXT.text[slice(*sentence.span)] == sentence.text for sentence in sentences)
    assert [len(sentence.quotes) for sentence in sentences] == [0, 2, 1, 0, 0, 0, 0]


def test_of_quoted_texts_only_neighbours_are_shown() -> None:
    sentences = sentences_of(TEXT, [(10, 11)])
    assert [sentence.text for sentence in sentences if sentence.quotes] == ["乙做；"]
    assert shown_sentences(sentences, "quotes") == [False, True, True, True, False, False, False]
    assert shown_sentences(sentences, "whole") == [True] * 7
