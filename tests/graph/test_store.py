"""Evaluation: the dataset of a query, and where a syntax error is."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import QueryRefusedError, QuerySyntaxError, ReleaseError
from tongzhou.graph.query import Query
from tongzhou.graph.store import StoreEvaluator

DEFAULT = "SELECT ?s { ?s ?p ?o }"
NAMED = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"


def _quad(subject: str, graph: str | None) -> ox.Quad:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode("urn:p"), ox.Literal("x"), name)


@pytest.fixture
def evaluator() -> StoreEvaluator:
    store = ox.Store()
    store.extend([_quad("urn:a", "urn:g1"), _quad("urn:b", "urn:g2"), _quad("urn:b", "urn:g3")])
    store.extend([_quad("urn:a", None), _quad("urn:b", None)])
    return StoreEvaluator(store)


def _subjects(evaluator: StoreEvaluator, query: Query) -> list[str]:
    answer = evaluator.evaluate(query)
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(str(row["s"].value) for row in answer)


def test_default_graph_is_the_merge_and_counts_each_triple_once(evaluator: StoreEvaluator) -> None:
    assert _subjects(evaluator, Query(DEFAULT)) == ["urn:a", "urn:b"]
    assert _subjects(evaluator, Query(NAMED)) == ["urn:a", "urn:b", "urn:b"]


@pytest.mark.parametrize(
    ("text", "default", "named", "found"),
    [
        (DEFAULT, ("urn:g1",), (), ["urn:a"]),
        (DEFAULT, ("urn:none",), (), []),
        (DEFAULT, (), ("urn:g1",), []),
        (NAMED, (), ("urn:g2",), ["urn:b"]),
        (NAMED, ("urn:g1",), (), []),
        (NAMED, ("urn:g1",), None, []),
        ("SELECT ?s FROM <urn:g2> { ?s ?p ?o }", ("urn:g1",), (), ["urn:a"]),
        ("SELECT ?s FROM NAMED <urn:g2> { GRAPH ?g { ?s ?p ?o } }", (), ("urn:g1",), ["urn:a"]),
        ("SELECT ?s FROM <urn:g2> { ?s ?p ?o }", None, None, ["urn:b"]),
        ("SELECT ?s FROM NAMED <urn:g1> { GRAPH ?g { ?s ?p ?o } }", None, None, ["urn:a"]),
        ("SELECT ?s FROM NAMED <urn:g1> { ?s ?p ?o }", None, None, []),
    ],
)
def test_dataset_of_the_request_overrides_that_of_the_query(
    evaluator: StoreEvaluator,
    text: str,
    default: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
    found: list[str],
) -> None:
    assert _subjects(evaluator, Query(text, default, named)) == found


def test_from_reads_no_file(evaluator: StoreEvaluator, tmp_path: Path) -> None:
    path = tmp_path / "secret.ttl"
    path.write_text("<urn:secret> <urn:p> 1 .", encoding="utf-8")
    for text in (
        f"SELECT ?s FROM <{path.as_uri()}> {{ ?s ?p ?o }}",
        f"SELECT ?s FROM NAMED <{path.as_uri()}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ):
        assert _subjects(evaluator, Query(text)) == []


def test_base_resolves_relative_iris(evaluator: StoreEvaluator) -> None:
    query = Query("ASK { <a> ?p ?o }", base="urn:x:y")
    with pytest.raises(QuerySyntaxError):
        evaluator.evaluate(Query(query.text))
    assert isinstance(evaluator.evaluate(query), ox.QueryBoolean)


def test_service_never_reaches_the_engine(evaluator: StoreEvaluator) -> None:
    with pytest.raises(QueryRefusedError):
        evaluator.evaluate(Query("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT * WHERE {\n ?s ?p }", 2, 8, "unexpected `}`"),
        ("SELECT", 1, 7, "the query ends too early"),
        ("SELECT * {\n ?s ?p ?o \n", 2, 10, "the query ends too early"),
        ("SELECT * { ?s foo:x ?o }", 1, 15, "Prefix not found; unexpected `foo:x`"),
        ("SELECT * {} }", 1, 13, "unexpected `}`"),
        ("SELEC * {}", 1, 1, "not `SELEC`"),
        ("ASK { ?s <rel> ?o }", 1, 10, "IRI parsing failed; unexpected `<rel>`"),
        ('ASK {\n"""中\n文""" ?p ?p ?p }', 3, 12, "unexpected `?p`"),
        ('ASK { FILTER(\n"中文" = }', 2, 8, "unexpected `}`"),
        ("SELECT ?s { ?s ?p ?o } LIMIT x", 1, 30, "unexpected `x`"),
        ("SELECT ?s WHERE ?s ?p ?o }", 1, 17, "unexpected `?s`"),
        ("SELECT * { FILTER(FOO(?x)) }", 1, 19, "unexpected `FOO`"),
        ("ASK { ?s ?p 'a\\q' }", 1, 13, "an escape that SPARQL doesn't know"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 34, "SELECT * is not authorized with GROUP BY"),
        ("ASK { ?s ?p '" + "x" * 100 + "' '" + "y" * 100 + "' }", 1, 116, "y…`"),
    ],
)
def test_place_of_a_syntax_error(
    evaluator: StoreEvaluator, text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        evaluator.evaluate(Query(text))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")
    assert words in str(caught.value)


def test_store_is_opened_read_only(tmp_path: Path) -> None:
    store = ox.Store(tmp_path / "store")
    store.add(_quad("urn:a", None))
    store.flush()
    del store
    before = sorted(path.name for path in (tmp_path / "store").iterdir())
    evaluator = StoreEvaluator.open(tmp_path / "store")
    assert _subjects(evaluator, Query(DEFAULT)) == ["urn:a"]
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == before


def test_no_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="Run `tongzhou build`"):
        StoreEvaluator.open(tmp_path / "nothing")
