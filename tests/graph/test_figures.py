"""Every number of a text is found by its signs, and accounted for by a fact or by a reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.compile import Compiled, Sources, compile_sources
from tongzhou.graph.figures import Figure, figures_of, misread_dates, misread_quantities
from tongzhou.graph.numerals import find_numerals, read_numeral

MakeSources = Callable[..., Sources]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("3", "3"),
        ("1,200", "1200"),
        ("4.1亿", "410000000"),
        ("82.9万", "829000"),
        ("20万", "200000"),
        ("3百万", "3000000"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("三千二百", "3200"),
        ("百万", "1000000"),
        ("上万", "10000"),
        ("两亿三千万", "230000000"),
        ("十二万", "120000"),
        ("一万亿", "1000000000000"),
        ("二〇二〇", "2020"),
        ("零", "0"),
        ("３０", "30"),
        ("３．５万", "35000"),
    ],
)
def test_a_numeral_has_its_value(printed: str, value: str) -> None:
    (numeral,) = find_numerals(printed)
    assert numeral.value == Decimal(value)


@given(st.integers(0, 10**12))
def test_arabic_numerals_are_read_back(number: int) -> None:
    assert read_numeral(str(number)) == number
    assert read_numeral(f"{number:,}") == number


@given(st.integers(1, 9999), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8)]))
def test_chinese_numerals_are_read_back(number: int, unit: tuple[str, int]) -> None:
    assert read_numeral(_in_chinese(number) + unit[0]) == number * unit[1]


def _in_chinese(number: int) -> str:
    """Write a number below ten thousand in Chinese."""
    words, gap = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return words


def test_runs_of_signs_are_found_with_their_place() -> None:
    text = "近300家企业，上万名会员。"
    assert [(text[found.start : found.end], found.value) for found in find_numerals(text)] == [
        ("300", Decimal(300)),
        ("万", Decimal(10000)),
    ]


def test_a_comma_joins_groups_of_three_digits_only() -> None:
    found = find_numerals("1,200名；20,3家；20，300家；2020,5000")
    assert [numeral.text for numeral in found] == ["1,200", "20", "3", "20", "300", "2020", "5000"]


def figures(sources: Sources, more: str = "") -> dict[str, Figure]:
    """Return the numbers of the harbour article by the words around them, `more` added to its text."""
    path = sources.articles / "harbour" / "text.txt"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    compiled = compile_sources(sources)
    return {figure.context: figure for figure in figures_of(compiled.articles[0], compiled.dataset)}


def only(sources: Sources, more: str) -> Figure:
    """Return the last number of the article, which stands in `more`."""
    return list(figures(sources, more).values())[-1]


def test_numbers_with_a_quantity_are_in_the_graph(harbour: MakeSources) -> None:
    found = list(figures(harbour()).values())
    assert [(figure.text, figure.line, figure.as_, figure.by) for figure in found] == [
        ("3亿", 4, "quantity", "action/gift-of-money-by-members#q1"),
        ("2", 5, "quantity", "action/lifeboats-for-members#q1"),
    ]
    assert all(figure.is_in_graph and figure.is_accounted_for for figure in found)


def test_a_number_that_no_fact_holds_is_unaccounted_for(harbour: MakeSources) -> None:
    figure = only(harbour(), "\n另有近四十家企业。\n")
    assert (figure.text, figure.as_, figure.line) == ("四十", "unaccounted", 13)
    assert not figure.is_accounted_for


def test_a_quantity_with_another_value_does_not_account_for_a_number(harbour: MakeSources) -> None:
    found = figures(harbour(("value: 300000000", "value: 30000000")))
    assert [figure.as_ for figure in found.values()] == ["unaccounted", "quantity"]


@pytest.mark.parametrize(
    ("more", "as_", "by"),
    [
        ("\n一是捐款。\n", "ordinal", "一是"),
        ("\n第三次会议。\n", "ordinal", "第三"),
        ("\n支援一线。\n", "word", "一线"),
        ("\n进一步开航。\n", "word", "进一步"),
        ("\n打通最后一公里。\n", "word", "最后一公里"),
        ("\n零售业。\n", "word", "零售"),
        ("\n千万要开航。\n", "word", "千万"),
    ],
)
def test_a_number_that_counts_nothing_is_named_with_the_reason(
    harbour: MakeSources, more: str, as_: str, by: str
) -> None:
    figure = only(harbour(), more)
    assert (figure.as_, figure.by) == (as_, by)
    assert figure.is_accounted_for
    assert not figure.is_in_graph


@pytest.mark.parametrize(
    "more", ["\n捐粮千万吨。\n", "\n确诊一例。\n", "\n捐粮３０吨。\n", "\n占百分之五。\n"]
)
def test_a_count_is_no_word(harbour: MakeSources, more: str) -> None:
    assert only(harbour(), more).as_ == "unaccounted"


def test_an_ordinal_stands_at_the_head_of_a_clause(harbour: MakeSources) -> None:
    assert only(harbour(), "\n会员共三是吧。\n").as_ == "unaccounted"


def test_a_number_in_a_name_belongs_to_the_name(harbour: MakeSources) -> None:
    change = ("mention: 乙港帆业协会", "mention: [乙港帆业协会, 三七帆船会]")
    label = ("zh: 乙港帆业协会", "zh: 三七帆船会")
    figure = only(harbour(change, label), "\n三七帆船会开会。\n")
    assert (figure.as_, figure.by) == ("name", "三七帆船会")


def test_a_date_is_in_the_graph(harbour: MakeSources) -> None:
    change = (
        "quote: 会议指出\n",
        'quote: [会议指出, 2月21日开会]\n    monthDay: --02-21\n    wording: "2月21日"\n',
    )
    found = list(figures(harbour(change), "\n2月21日开会。\n").values())[-2:]
    assert [(figure.text, figure.as_) for figure in found] == [("2", "date"), ("21", "date")]


def test_another_day_is_not_that_date(harbour: MakeSources) -> None:
    change = (
        "quote: 会议指出\n",
        'quote: [会议指出, 2月22日开会]\n    monthDay: --02-21\n    wording: "2月22日"\n',
    )
    found = list(figures(harbour(change), "\n2月22日开会。\n").values())[-2:]
    assert [figure.as_ for figure in found] == ["date", "unaccounted"]


THEMES = """\
  - id: theme:{0}
    type: Concept
    label: {{zh: {1}, en: {0}}}
    definition: {{zh: 文中所说。, en: What the text says.}}
    inScheme: https://w3id.org/tongzhou/scheme/harbour
    {2}

"""


def with_themes(*themes: tuple[str, str, str]) -> tuple[str, str]:
    """Return a change that adds themes: name, Chinese label, one more line."""
    added = "".join(THEMES.format(*theme) for theme in themes)
    return (
        "  - id: org/boat-association-of-the-harbour\n",
        f"{added}  - id: org/boat-association-of-the-harbour\n",
    )


def test_a_count_is_the_number_of_themes_that_the_passage_backs(harbour: MakeSources) -> None:
    quote = "quote: 在捐款和开航两条战线上"
    themes = with_themes(("giving", "捐款", quote), ("sailing", "开航", quote))
    figure = only(harbour(themes), "\n在捐款和开航两条战线上努力。\n")
    assert (figure.as_, figure.by) == ("count", "harbour/giving")


def test_a_count_is_the_number_of_themes_below_the_one_that_prints_it(harbour: MakeSources) -> None:
    below = "broader: theme:efforts"
    themes = with_themes(
        ("efforts", "两个方面", 'notation: "9"'), ("giving", "捐款", below), ("sailing", "开航", below)
    )
    assert only(harbour(themes), "\n从两个方面努力。\n").as_ == "count"
    assert only(harbour(themes), "\n从三个方面努力。\n").as_ == "unaccounted"


def test_a_wording_that_prints_another_number_is_a_fault(harbour: MakeSources) -> None:
    compiled: Compiled = compile_sources(harbour(("value: 300000000", "value: 30000000")))
    (fault,) = misread_quantities(compiled.dataset, compiled.locations)
    assert fault.subject == "action/gift-of-money-by-members#q1"
    assert fault.path.endswith("facts.yaml")
    assert fault.line is not None
    assert fault.message == "the wording '约3亿元' does not print the value 30000000."


@pytest.mark.parametrize(
    ("day", "wording", "is_sound"),
    [
        ("--02-21", "2月21日下午", True),
        ("--02-21", "二月二十一日", True),
        ("--02-21", "2月21号", True),
        ("--02-12", "2月21日下午", False),
        ("--01-21", "2月21日下午", False),
        ("--02-21", "21日下午", False),
    ],
)
def test_a_date_is_that_of_its_wording(harbour: MakeSources, day: str, wording: str, is_sound: bool) -> None:
    sources = harbour(
        (
            "quote: 会议指出\n",
            f"quote: [会议指出, {wording}开会]\n    monthDay: {day}\n    wording: {wording}\n",
        )
    )
    figures(sources, f"\n{wording}开会。\n")
    compiled = compile_sources(sources)
    found = list(misread_dates(compiled.dataset, compiled.locations))
    assert [fault.message for fault in found] == (
        [] if is_sound else [f"the wording {wording!r} does not print the date {day}."]
    )
    assert all(fault.line and fault.path.endswith("facts.yaml") and fault.remedy for fault in found)
