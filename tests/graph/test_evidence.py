"""Quotes are found once or refused with the reason; passages carry their selectors and lines."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.evidence import (
    Quote,
    QuoteError,
    describe_passage,
    find_mentions,
    find_quote,
    passage_iri,
)
from tongzhou.graph.namespaces import OA, PROV, TZ
from tongzhou.graph.text import canonicalise

TEXT = canonicalise("甲协会动员会员捐款 3 亿元；\n乙协会动员会员\n捐物。\n\n甲协会又捐款。", {})
ARTICLE = "https://w3id.org/tongzhou/id/article/harbour"


def words(span: tuple[int, int]) -> str:
    """Return the words at a place."""
    return TEXT.text[span[0] : span[1]]


def test_a_quote_is_found_whatever_its_white_space() -> None:
    assert words(find_quote(TEXT, Quote("捐款 3\n亿元"))) == "捐款3亿元"
    assert words(find_quote(TEXT, Quote("  乙协会动员会员捐物。"))) == "乙协会动员会员捐物。"


@pytest.mark.parametrize(
    "quote",
    [Quote("捐款", prefix="会员"), Quote("捐款", suffix="3亿元"), Quote("捐款", prefix="员", suffix="3")],
)
def test_a_prefix_or_suffix_tells_two_apart(quote: Quote) -> None:
    assert find_quote(TEXT, quote) == (7, 9)


def test_a_quote_is_sought_within_a_span() -> None:
    outer = find_quote(TEXT, Quote("甲协会又捐款。"))
    assert words(find_quote(TEXT, Quote("捐款"), outer)) == "捐款"
    assert find_quote(TEXT, Quote("捐款"), outer)[0] > 20


@pytest.mark.parametrize(
    ("quote", "within", "says"),
    [
        (Quote("捐钱"), None, "the quote '捐钱' is not in the text."),
        (Quote("动员会员"), None, "stands 2 times in the text (lines 1, 2)"),
        (Quote("捐款", prefix="丙"), None, "is not in the text"),
        (Quote("乙协会"), (0, 5), "is not in the quote of the fact it belongs to"),
        (Quote(" \n"), None, "the quote is empty"),
    ],
)
def test_a_quote_that_does_not_stand_once_is_refused(
    quote: Quote, within: tuple[int, int] | None, says: str
) -> None:
    with pytest.raises(QuoteError) as caught:
        find_quote(TEXT, quote, within)
    assert says in str(caught.value)


def test_the_message_shows_where_a_quote_goes_astray() -> None:
    with pytest.raises(QuoteError, match="The text goes on '捐款3亿元；乙协会动员会' after '甲协会动员会员'"):
        find_quote(TEXT, Quote("甲协会动员会员出力"))


def test_overlapping_occurrences_count() -> None:
    with pytest.raises(QuoteError, match="2 times"):
        find_quote(canonicalise("哈哈哈。", {}), Quote("哈哈"))


def test_every_mention_is_found() -> None:
    assert [words(span) for span in find_mentions(TEXT, "甲协会")] == ["甲协会", "甲协会"]
    with pytest.raises(QuoteError, match="the words '丙协会' are not in the text"):
        find_mentions(TEXT, "丙协会")


def test_a_passage_is_described_with_selectors_and_lines() -> None:
    span = find_quote(TEXT, Quote("乙协会动员会员捐物。"))
    triples = list(describe_passage(ARTICLE, TEXT, span))
    iri = passage_iri(ARTICLE, span)
    assert iri == f"{ARTICLE}#char=13,23"
    held = {
        (triple.subject.value, triple.predicate.value): triple.object.value
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal)
    }
    assert held[iri, f"{OA}hasSource"] == held[iri, f"{PROV}wasQuotedFrom"] == ARTICLE
    assert held[f"{iri}-quote", f"{OA}exact"] == "乙协会动员会员捐物。"
    assert held[f"{iri}-quote", f"{OA}prefix"] == TEXT.text[:13]
    assert held[f"{iri}-quote", f"{OA}suffix"] == "\n甲协会又捐款。"
    assert (held[f"{iri}-position", f"{OA}start"], held[f"{iri}-position", f"{OA}end"]) == ("13", "23")
    assert (held[iri, f"{TZ}firstLine"], held[iri, f"{TZ}lastLine"]) == ("2", "3")


@given(st.integers(0, len(TEXT.text) - 1), st.integers(1, 12))
def test_a_quote_with_all_that_stands_around_it_is_found_where_it_stands(start: int, length: int) -> None:
    end = min(start + length, len(TEXT.text))
    exact = TEXT.text[start:end]
    if "\n" in exact:
        return
    prefix, suffix = TEXT.text[:start].rpartition("\n")[2], TEXT.text[end:].partition("\n")[0]
    assert find_quote(TEXT, Quote(exact, prefix, suffix)) == (start, end)
