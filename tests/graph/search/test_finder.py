"""What people type finds what they mean, and the answer says how."""

from __future__ import annotations

import re

import pytest

from tongzhou.graph.search.document import Group
from tongzhou.graph.search.finder import LONGEST, Hits, SearchTextError, Tier, search
from tongzhou.graph.search.index import SearchIndex
from tongzhou.graph.search.tokens import fold

STEEL = "中国钢铁工业协会"
LOGISTICS = "中国物流与采购联合会"


def found(index: SearchIndex, text: str, group: Group = "thing", language: str = "zh") -> Hits:
    """Return the one group that was asked for."""
    (hits,) = search(index, text, groups=(group,), language=language, limit=500).groups
    return hits


def names(hits: Hits) -> list[str]:
    return [hit.found_in for hit in hits.hits]


def marked(hits: Hits) -> list[str]:
    """Return what is marked in each hit."""
    return ["".join(hit.found_in[start:end] for start, end in hit.marks) for hit in hits.hits]


@pytest.mark.parametrize("text", ["湖", "汉市", "武汉", "联合会", "动员会员"])
@pytest.mark.parametrize("group", ["thing", "sentence"])
def test_every_part_of_a_text_is_found(index: SearchIndex, text: str, group: Group) -> None:
    hits = found(index, text, group)
    having = [
        document
        for document in index.documents(group)
        if any(text in fold(part) for part in (document.text, *(name.text for name in document.names)))
    ]
    assert hits.tier is Tier.PHRASE
    assert {hit.document.iri for hit in hits.hits} == {document.iri for document in having}
    assert hits.count == len(having) > 0
    assert all(set(words) == set(text) for words in marked(hits))


@pytest.mark.parametrize(
    ("text", "tier", "name"),
    [
        ("物流采购", Tier.NEAR, LOGISTICS),
        ("钢铁协会", Tier.NEAR, STEEL),
        ("中国钢协", Tier.FAR, STEEL),
        ("中钢协", Tier.FAR, STEEL),
    ],
)
def test_words_with_others_among_them_are_near(index: SearchIndex, text: str, tier: Tier, name: str) -> None:
    hits = found(index, text)
    assert hits.tier is tier
    assert names(hits)[0] == name
    assert set(marked(hits)) == {text}


def test_words_in_another_order_are_told(index: SearchIndex) -> None:
    hits = found(index, "采购物流")
    assert (hits.tier, names(hits)[0]) == (Tier.ANY_ORDER, LOGISTICS)


@pytest.mark.parametrize("text", ["22亿", "22 亿", "２２亿", "22億", "22 亿 元"])
def test_number_is_found_however_it_is_typed(index: SearchIndex, text: str) -> None:
    (hit,) = found(index, text, "sentence").hits
    assert "中国电子商会号召会员企业累计捐款捐物约22亿元" in hit.found_in
    assert hit.found_in[hit.marks[0][0] : hit.marks[0][1]] in ("22亿", "22亿元")
    assert hit.document.passages


def test_number_is_not_found_inside_another(index: SearchIndex) -> None:
    assert not search(index, "1亿", groups=("sentence",)).groups
    assert found(index, "2亿", "sentence").tier is Tier.ANY_ORDER  # 不到2天 … 21亿元


@pytest.mark.parametrize(
    ("text", "by", "marks"),
    [
        ("zhongguo jiuye", "pinyin", "中国酒业"),
        ("Zhōngguó Jiǔyè", "pinyin", "中国酒业"),
        ("zhongguojiuy", "pinyin", "中国酒业"),
        ("zgjyxh", "initials", "中国酒业协会"),
    ],
)
def test_pinyin_and_initials_find_names(index: SearchIndex, text: str, by: str, marks: str) -> None:
    hits = found(index, text)
    assert names(hits)[0] == "中国酒业协会"
    assert hits.hits[0].by == by
    assert marked(hits)[0] == marks


def test_pinyin_begins_with_a_syllable(index: SearchIndex) -> None:
    assert not search(index, "ongguojiuye").groups


def test_traditional_characters_find_simplified_ones(index: SearchIndex) -> None:
    hits = found(index, "鋼鐵工業協會")
    assert (hits.tier, names(hits)[0], marked(hits)[0]) == (Tier.PHRASE, STEEL, "钢铁工业协会")


def test_english_is_found_by_its_stems(index: SearchIndex) -> None:
    hits = found(index, "STEEL associations", language="en")
    assert (hits.tier, names(hits)[0]) == (Tier.PHRASE, "China Iron and Steel Association")
    assert marked(hits)[0] == "SteelAssociation"


def test_what_is_named_so_comes_first(index: SearchIndex) -> None:
    assert names(found(index, "武汉"))[0] == "武汉"
    assert names(found(index, "wuhan", language="en"))[0] == "Wuhan"


def test_kinds_narrow_a_search(index: SearchIndex) -> None:
    (hits,) = search(index, "武汉", kinds=("place",)).groups
    assert {hit.document.kind for hit in hits.hits} == {"place"}


def test_concepts_are_a_group(index: SearchIndex) -> None:
    assert {hit.document.group for hit in found(index, "口罩", "concept").hits} == {"concept"}


@pytest.mark.parametrize("text", ["", "  ", "!!!", "（）", "\x00", "\ud800", "🎈"])
def test_what_has_no_words_finds_nothing(index: SearchIndex, text: str) -> None:
    answer = search(index, text)
    assert (answer.words, answer.groups) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        *(
            '"湖',
            "湖 OR 北京",
            "title:湖*",
            "湖~9",
            "(湖",
            "湖 AND NOT 北",
            "-湖",
            "湖^9",
            "words:湖",
            "[湖 TO 北]",
        ),
        *(
            "' OR 1=1 --",
            "<script>alert(1)</script>",
            "\u202e湖",
            "%",
            "\\",
            "湖" * LONGEST,
            "a " * 50,
            "{{7*7}}",
        ),
    ],
)
def test_nothing_that_is_typed_is_an_operator(index: SearchIndex, text: str) -> None:
    words = re.findall(r"[a-z]+|\d+|[\u4e00-\u9fff]", text.casefold())
    answer = search(index, text)
    assert len(answer.words) == len(words)
    for hits in answer.groups:
        for hit in hits.hits:
            assert all(0 <= start < end <= len(hit.found_in) for start, end in hit.marks)


def test_text_that_is_too_long_is_refused(index: SearchIndex) -> None:
    with pytest.raises(SearchTextError, match="has 201 characters; at most 200") as caught:
        search(index, "湖" * (LONGEST + 1))
    assert (caught.value.found, caught.value.most) == (LONGEST + 1, LONGEST)


@pytest.mark.parametrize("text", ["22亿", "22 亿元", "约22亿元"])
def test_an_amount_finds_the_action_that_has_it(index: SearchIndex, text: str) -> None:
    (hit,) = found(index, text).hits
    assert hit.document.iri.endswith("/action/gifts-of-money-and-goods-by-electronics-members")
    assert hit.found_in == "约22亿元"
