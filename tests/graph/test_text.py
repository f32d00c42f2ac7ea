"""The canonical text: the rule of white space, of blocks and of layout, and where each sign was printed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.errors import SourceError
from tongzhou.graph.text import canonicalise, squeeze

SPACES = " \t\n\r\u3000\u00a0"
SIGNS = st.text(
    alphabet=st.sampled_from("业协会，。；：！？“”…—abcXYZ019.%-+ \t\n\u3000\u00a0■\ufffd"), max_size=120
)


def canonical(received: str, **layout: list[str]) -> str:
    """Return the canonical text alone."""
    return canonicalise(received, layout).text


@pytest.mark.parametrize(
    ("received", "text"),
    [
        ("约 22 亿元", "约22亿元"),
        ("2 月 21\n日下午", "2月21日下午"),
        ("武汉\n市", "武汉市"),
        ("one  two\nthree", "one two three"),
        ("协会 ABC 公司", "协会ABC公司"),
        ("“互联网 + 行业” 模式", "“互联网+行业”模式"),
        ("定位 ，主动补位 ，", "定位，主动补位，"),
        ("a\u3000b", "a b"),
        ("\u3000\u3000第一段。", "第一段。"),
        ("■ 本报", "■本报"),
        ("\ufffd \ufffd 据", "\ufffd \ufffd据"),
        ("第一段。\n\n第二段。", "第一段。\n第二段。"),
        ("3.07\n\n亿元。", "3.07亿元。"),
        ("纺织\n\n \n品。", "纺织品。"),
        ("通过\n\n“互联网。", "通过“互联网。"),
        ("以下：\n\n一是", "以下：\n一是"),
        ("行一。\r\n\r\n行二。\r\n", "行一。\n行二。"),
        ("", ""),
        (" \n\n\t\n", ""),
    ],
)
def test_white_space_and_blocks(received: str, text: str) -> None:
    assert canonical(received) == text


def test_a_layout_block_stands_alone_and_does_not_join() -> None:
    text = canonicalise("标题\n正文一\n\n小标题\n\n正文二。", {"title": ["标题"], "heading": ["小标题"]})
    assert text.text == "标题\n正文一\n小标题\n正文二。"
    assert {text.text[start:end]: role for (start, end), role in text.layout.items()} == {
        "标题": "title",
        "小标题": "heading",
    }
    assert [text.text[start:end] for start, end in text.blocks] == text.text.split("\n")


def test_a_layout_entry_of_two_lines_is_taken_out_of_the_middle_of_a_block() -> None:
    text = canonicalise("前文。\n图 1 月\n28 日\n后文。", {"caption": ["图1月28日"]})
    assert text.text == "前文。\n图1月28日\n后文。"
    assert list(text.layout.values()) == ["caption"]


def test_roles_keep_their_blocks_when_an_earlier_one_is_split_later() -> None:
    text = canonicalise("甲\n乙。\n\n丙\n丁。", {"heading": ["丙", "甲"]})
    assert {text.text[start:end] for start, end in text.layout} == {"甲", "丙"}


def test_a_layout_entry_that_is_not_whole_lines_is_a_fault() -> None:
    with pytest.raises(SourceError, match="no lines of the text read '标'"):
        canonicalise("标题\n正文。", {"title": ["标"]}, path="text.txt")


def test_a_passage_knows_its_lines() -> None:
    text = canonicalise("甲协会\n动员\n\n会员。", {})
    assert text.text == "甲协会动员会员。"
    assert text.line_range(0, 3) == (1, 1)
    assert text.line_range(3, 8) == (2, 4)


@given(SIGNS)
def test_squeezing_twice_changes_nothing_more(words: str) -> None:
    assert squeeze(squeeze(words)) == squeeze(words)


@given(SIGNS)
def test_the_canonical_text_is_its_own_canonical_text(received: str) -> None:
    text = canonicalise(received, {}).text
    assert canonicalise(text.replace("\n", "\n\n"), {}).text == text


@given(SIGNS)
def test_only_white_space_is_lost_and_nothing_moves(received: str) -> None:
    text = canonicalise(received, {}).text
    assert re.sub(f"[{SPACES}]", "", text) == re.sub(f"[{SPACES}]", "", received)


@given(SIGNS)
def test_every_sign_has_the_line_it_was_printed_on(received: str) -> None:
    text = canonicalise(received, {})
    lines = received.split("\n")
    assert len(text.lines) == len(text.text)
    assert list(text.lines) == sorted(text.lines)
    for sign, line in zip(text.text, text.lines, strict=True):
        assert sign in " \n" or sign in lines[line - 1]


@given(SIGNS)
def test_blocks_cover_the_text(received: str) -> None:
    text = canonicalise(received, {})
    assert "\n".join(text.text[start:end] for start, end in text.blocks) == text.text
    assert all(text.text[start:end].strip(SPACES) for start, end in text.blocks)


@given(st.text(max_size=60))
def test_any_text_has_a_canonical_text(received: str) -> None:
    text = canonicalise(received, {}).text
    assert canonicalise(text.replace("\n", "\n\n"), {}).text == text
