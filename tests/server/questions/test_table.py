"""Answers as tables to read: what is merged, sorted, drawn and linked."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import load_catalog, parse_stored_query
from tongzhou.graph.namespaces import XSD
from tongzhou.graph.resources import queries_dir
from tongzhou.server.questions.rows import Rows, Term
from tongzhou.server.questions.table import Cell, make_table
from tongzhou.server.questions.words import column_words, grouped, related

CATALOG = load_catalog(queries_dir())
STORED = parse_stored_query(
    "gifts",
    """#+ summary: Gifts
#+ description: Gifts.
#+ tags: [money]
#+ params: {place: {type: iri, default: place/wuhan}}
#+ label: {zh: 捐赠, en: Gifts}
#+ about: {zh: 说明, en: An explanation}
#+ evidence: [evidence]
#+ view: bars(name, value)
#+ addends: {query: x, with: {association: "?association", place: "?place"}}
SELECT * { VALUES ?place { UNDEF } }
""",
    "gifts.rq",
)
NAMES = ("association", "name", "wording", "value", "measure", "measureName", "evidence", "quote")
PASSAGE = ox.NamedNode("https://w3id.org/tongzhou/id/article/a#char=1,2")
CASH = ox.NamedNode("https://w3id.org/tongzhou/scheme/measure/cash")


def _row(slug: str, number: str | None) -> tuple[Term | None, ...]:
    value = ox.Literal(number, datatype=ox.NamedNode(f"{XSD}decimal")) if number else None
    name = ox.Literal(slug.upper(), language="en")
    association = ox.NamedNode(f"https://w3id.org/tongzhou/id/org/{slug}")
    words, quote = ox.Literal("约2亿元"), ox.Literal("捐款约2亿元")
    return association, name, words, value, CASH, ox.Literal("cash", language="en"), PASSAGE, quote


ROWS = Rows(NAMES, (_row("a", "50"), _row("b", None), _row("c", "1200000.5"), _row("d", "100")), more=True)


def test_labels_stand_for_things_and_quotes_for_passages() -> None:
    table = make_table(STORED, ROWS, "en", {})
    assert [column.title for column in table.columns] == [
        *("association", "as the text has it", "number", "measure", "words of the text"),
    ]
    association, wording, value, measure, quote = table.rows[0].cells
    assert association == Cell("A", "https://w3id.org/tongzhou/id/org/a", "en")
    assert (wording.text, value.text) == ("约2亿元", "50")
    assert (measure.text, measure.iri) == ("cash", CASH.value)
    assert (quote.text, quote.iri) == ("捐款约2亿元", PASSAGE.value)
    assert [column.is_quote for column in table.columns] == [False, False, False, False, True]
    assert table.more


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    bars = [row.cells[2].bar for row in make_table(STORED, ROWS, "zh", {}).rows]
    assert bars == [0, None, 100, 0]
    assert make_table(STORED, ROWS, "zh", {}).rows[2].cells[2].text == "1,200,000.5"


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "ABCD"), ("value", "CDAB"), ("-value", "ADCB"), ("wording", "ABCD"), ("x", "ABCD")],
)
def test_rows_without_a_number_are_last(sort: str, order: str) -> None:
    table = make_table(STORED, ROWS, "en", {}, sort=sort)
    assert "".join(row.cells[0].text for row in table.rows) == order


def test_bars_compare_within_a_unit_and_sums_of_hedged_parts_are_about() -> None:
    totals = CATALOG.find("totals-by-measure")
    names = ("measure", "measureName", "unitName", "total", "parts", "hedgedParts")

    def row(unit: str, total: int, hedged: int) -> tuple[Term | None, ...]:
        return CASH, ox.Literal("m"), ox.Literal(unit), ox.Literal(total), ox.Literal(2), ox.Literal(hedged)

    rows = Rows(names, (row("yuan", 1000, 0), row("tonne", 5, 1), row("yuan", 250, 2)))
    cells = [row.cells[2] for row in make_table(totals, rows, "en", {}).rows]
    assert [(cell.text, cell.bar) for cell in cells] == [
        ("1,000", 100),
        ("≈\u00a05", 100),
        ("≈\u00a0250", 25),
    ]


def test_a_question_is_related_to_those_that_its_explanation_names() -> None:
    assert [one.name for one in related(CATALOG.find("size-of-a-fund"), CATALOG)] == ["gaps"]
    assert related(CATALOG.find("places"), CATALOG) == []


def test_each_row_has_what_lists_its_addends() -> None:
    rows = make_table(STORED, ROWS, "en", {"place": "place/hubei"}).rows
    assert rows[0].addends == {"association": "org/a", "place": "place/hubei"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_columns_and_parameters_have_words(language: str) -> None:
    for stored in CATALOG.values():
        solutions = ox.Store().query(stored.text)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        table = make_table(stored, Rows(tuple(names), ()), language, {})
        assert all(column.title for column in table.columns)
        assert all(column_words(name, language) for name in stored.parameters if name != "lang")


def test_every_question_is_in_one_group() -> None:
    groups = grouped(CATALOG.values(), "en")
    assert sorted(one.name for _, members in groups for one in members) == sorted(CATALOG)
    assert groups[0][0] == "How much"
    assert grouped([], "zh") == []
