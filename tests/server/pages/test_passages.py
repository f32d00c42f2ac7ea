"""Passages in a text: nested ones nest, crossing ones are cut, and the text stays what it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongzhou.server.pages.passages import Marked, mark

TEXT = "甲乙丙丁戊己庚辛"
SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=8)


def shown(marked: Marked) -> str:
    """Return the text with brackets around passages, and `+` before the rest of one."""
    inner = "".join(part if isinstance(part, str) else shown(part) for part in marked.parts)
    if marked.passage:
        return f"[{inner}]"
    return f"[+{inner}]" if marked.rest else inner


def flat(marked: Marked) -> str:
    """Return the text without marks."""
    return "".join(part if isinstance(part, str) else flat(part) for part in marked.parts)


def passages(marked: Marked) -> list[tuple[int, int]]:
    """Return the passages that can be linked to."""
    found = [marked.passage] if marked.passage else []
    return found + [span for part in marked.parts if isinstance(part, Marked) for span in passages(part)]


def test_a_quote_in_a_quote() -> None:
    assert shown(mark(TEXT, 100, [(101, 106), (102, 104)])) == "甲[乙[丙丁]戊己]庚辛"


def test_quotes_with_the_same_start_or_end() -> None:
    assert shown(mark(TEXT, 0, [(0, 8), (0, 2), (6, 8)])) == "[[甲乙]丙丁戊己[庚辛]]"


def test_crossing_quotes_are_cut_where_the_first_ends() -> None:
    assert shown(mark(TEXT, 0, [(1, 5), (3, 7)])) == "甲[乙丙[丁戊]][+己庚]辛"


def test_a_quote_beyond_the_text_ends_with_it() -> None:
    marked = mark(TEXT, 0, [(6, 20)])
    assert shown(marked) == "甲乙丙丁戊己[庚辛]"
    assert passages(marked) == [(6, 20)]


def test_without_quotes_the_text_is_plain() -> None:
    assert mark(TEXT, 0, []).parts == [TEXT]


@given(SPANS)
def test_the_text_stays_and_each_passage_is_linked_to_once(spans: list[tuple[int, int]]) -> None:
    text = "".join(chr(0x4E00 + index) for index in range(30))
    marked = mark(text, 0, spans)
    assert flat(marked) == text
    assert sorted(passages(marked)) == sorted({(a, b) for a, b in spans if a < min(b, 30)})
