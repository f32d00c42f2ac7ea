"""What is still being typed, or typed with a slip, leads to the name that is meant."""

from __future__ import annotations

import pytest

from tongzhou.graph.search.finder import search
from tongzhou.graph.search.index import SearchIndex
from tongzhou.graph.search.suggestions import resembling, suggest

STEEL = "中国钢铁工业协会"
LOGISTICS = "中国物流与采购联合会"


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("中国酒", "zh", "中国酒业协会"),
        ("酒业", "zh", "中国酒业协会"),
        ("zgjy", "zh", "中国酒业协会"),
        ("zhongguoj", "zh", "中国酒业协会"),
        ("china iron", "en", "China Iron and Steel Association"),
        ("Chin Iro", "en", "China Iron and Steel Association"),
        ("wuh", "en", "Wuhan"),
    ],
)
def test_suggestions_begin_as_the_text_does(index: SearchIndex, text: str, language: str, name: str) -> None:
    labels = [document.label(language) for document in suggest(index, text, language=language)]
    assert name in [label.text for label in labels if label]


def test_suggestions_end_with_their_limit(index: SearchIndex) -> None:
    assert len(suggest(index, "中国", limit=3)) == 3


@pytest.mark.parametrize(
    ("text", "name"),
    [("Foxcon", "富士康集团"), ("China Stel Asociation", STEEL), ("logistiks federation", LOGISTICS)],
)
def test_slips_of_the_pen_resemble_names(index: SearchIndex, text: str, name: str) -> None:
    assert not search(index, text, groups=("thing",)).groups
    found = [document.label("zh") for document, _ in resembling(index, text)]
    assert name in [label.text for label in found if label]


def test_what_is_like_nothing_resembles_nothing(index: SearchIndex) -> None:
    assert [resembling(index, text) for text in ("", "湖", "qqqqqqq", "\ud800")] == [[], [], [], []]


@pytest.mark.parametrize("text", ["", "  ", "!!!", "\x00", "\ud800", "🎈"])
def test_what_has_no_words_suggests_nothing(index: SearchIndex, text: str) -> None:
    assert suggest(index, text) == []
