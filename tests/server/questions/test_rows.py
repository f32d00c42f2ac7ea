"""Rows in JSON, CSV and TSV: what is in them is what was answered."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.namespaces import XSD
from tongzhou.server.questions.rows import Rows, read_rows, to_csv, to_excel_csv, to_json, to_tsv

REST = "http://127.0.0.1/api/query/x.csv?offset=2"
RESULTS = b"""{"head": {"vars": ["a", "b"]}, "results": {"bindings": [
{"a": {"type": "uri", "value": "urn:x"}, "b": {"type": "literal", "value": "\\u7532", "xml:lang": "zh"}},
{"a": {"type": "uri", "value": "urn:y"}}]}}"""


def _rows(*values: ox.Literal | ox.NamedNode | None, more: bool = False) -> Rows:
    return Rows(("x",), tuple((value,) for value in values), more)


def _number(text: str, type_: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{type_}"))


def test_results_are_read_to_the_last_row_asked_for() -> None:
    rows = read_rows(RESULTS, most=2)
    assert rows.columns == ("a", "b")
    assert rows.rows == (
        (ox.NamedNode("urn:x"), ox.Literal("甲", language="zh")),
        (ox.NamedNode("urn:y"), None),
    )
    assert not rows.more
    assert read_rows(RESULTS, most=1) == Rows(rows.columns, rows.rows[:1], more=True)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (ox.NamedNode("urn:x"), "urn:x"),
        (ox.Literal("甲", language="zh"), "甲"),
        (_number("2200000000", "integer"), 2_200_000_000),
        (_number("82.9", "decimal"), 82.9),
        (_number("7.0", "decimal"), 7),
        (_number("1e3", "double"), 1000.0),
        (_number("INF", "double"), "INF"),
        (_number("x", "integer"), "x"),
        (ox.Literal(True), True),
        (ox.Literal("--02-21", datatype=ox.NamedNode(f"{XSD}gMonthDay")), "--02-21"),
        (None, None),
    ],
)
def test_values_in_json(term: ox.Literal | ox.NamedNode | None, value: object) -> None:
    answer = json.loads(to_json(_rows(term), release="r", query="q"))
    assert answer == {
        "rows": [{"x": value}],
        "columns": ["x"],
        "truncated": False,
        "release": "r",
        "query": "q",
    }
    assert type(answer["rows"][0]["x"]) is type(value)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_csv_is_faithful(texts: list[str]) -> None:
    text = to_csv(_rows(*map(ox.Literal, texts)), rest=REST).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["x"], *([value] if value else [] for value in texts)]


def test_a_cut_answer_says_so_in_its_last_line() -> None:
    rows = _rows(ox.Literal("# no comment"), ox.Literal("b"), more=True)
    assert to_csv(rows, rest=REST).decode().split("\r\n") == [
        *("x", '"# no comment"', "b", f"# the first 2 rows; the rest: {REST}", ""),
    ]
    assert to_tsv(rows, rest=REST).decode().split("\n")[-2].startswith("# the first 2 rows")
    assert json.loads(to_json(rows, release="r", query="q"))["truncated"] is True


def test_spreadsheets_take_nothing_for_a_formula() -> None:
    rows = _rows(ox.Literal('=HYPERLINK("x")'), _number("-5", "integer"), ox.Literal("@x"), ox.Literal("甲"))
    assert to_excel_csv(rows, rest=REST).decode("utf-8-sig").split("\r\n")[1:5] == [
        *('"\'=HYPERLINK(""x"")"', "-5", "'@x", "甲"),
    ]
    assert to_excel_csv(rows, rest=REST).startswith(b"\xef\xbb\xbf")
    assert b"'" not in to_csv(rows, rest=REST)


def test_tsv_has_terms_as_turtle_has_them() -> None:
    rows = _rows(ox.NamedNode("urn:x"), ox.Literal("a\tb\n", language="en"), _number("5", "integer"), None)
    data = to_tsv(rows, rest=REST)
    assert data.decode().split("\n")[:3] == ["?x", "<urn:x>", '"a\\tb\\n"@en']
    again = ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV)
    assert isinstance(again, ox.QuerySolutions)
    assert [(solution["x"],) for solution in again] == list(rows.rows)
