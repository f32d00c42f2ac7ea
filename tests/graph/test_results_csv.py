"""CSV that a reader of CSV reads back: RFC 4180, and what SPARQL says of values."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.graph.results_csv import write_csv


def written(query: str, store: ox.Store | None = None) -> str:
    solutions = (store or ox.Store()).query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    output = io.BytesIO()
    write_csv(solutions, output)
    return output.getvalue().decode()


def test_each_value_is_quoted_where_it_has_to_be() -> None:
    assert written(
        'SELECT ("c,d" AS ?a) (IRI("urn:a#char=1,2") AS ?b) ("q\\"" AS ?c) ?d ("甲"@zh AS ?e) (1.5 AS ?f) {}'
    ) == ('a,b,c,d,e,f\r\n"c,d","urn:a#char=1,2","q""",,甲,1.5\r\n')


@pytest.mark.parametrize(
    ("query", "text"), [("SELECT ?x {}", 'x\r\n""\r\n'), ("SELECT ?x { ?x ?x ?x }", "x\r\n")]
)
def test_nothing_bound_and_no_rows_are_not_alike(query: str, text: str) -> None:
    assert written(query) == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=5))
def test_any_texts_come_back(texts: list[str]) -> None:
    store = ox.Store()
    subject = ox.NamedNode("urn:s,")
    for number, text in enumerate(texts):
        store.add(ox.Quad(subject, ox.NamedNode(f"urn:p{number}"), ox.Literal(text)))
    rows = list(csv.reader(io.StringIO(written("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?p", store), newline="")))
    assert rows == [["s", "o"], *(["urn:s,", text] for text in texts)]


def test_many_rows_are_all_there() -> None:
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal(number))
        for number in range(1234)
    )
    assert len(written("SELECT ?s { ?s ?p ?o }", store).splitlines()) == 1235
