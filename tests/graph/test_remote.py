"""Another endpoint answers through the SPARQL protocol."""

from __future__ import annotations

import socket

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import QuerySyntaxError, RemoteError
from tongzhou.graph.namespaces import INFERRED_GRAPH
from tongzhou.graph.query import Query
from tongzhou.graph.remote import RemoteEvaluator


@pytest.fixture(scope="module")
def remote(live_server: str) -> RemoteEvaluator:
    return RemoteEvaluator(f"{live_server}/sparql")


def test_select_keeps_languages_and_types(remote: RemoteEvaluator) -> None:
    answer = remote.evaluate(Query('SELECT ?x { VALUES ?x { "海"@zh 1.5 <urn:x> } }'))
    assert isinstance(answer, ox.QuerySolutions)
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    expected = {ox.Literal("海", language="zh"), ox.Literal("1.5", datatype=decimal), ox.NamedNode("urn:x")}
    assert {row["x"] for row in answer} == expected


def test_ask_and_construct(remote: RemoteEvaluator) -> None:
    assert bool(remote.evaluate(Query("ASK {}"))) is True
    triples = remote.evaluate(Query("CONSTRUCT { <urn:a> <urn:b> ?x } { VALUES ?x { 1 2 } }"))
    assert not isinstance(triples, ox.QuerySolutions | ox.QueryBoolean)
    assert len(list(triples)) == 2


def test_graphs_of_the_request_are_passed_on(remote: RemoteEvaluator) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = remote.evaluate(Query(count))
    part = remote.evaluate(Query(count, default_graphs=(INFERRED_GRAPH,)))
    assert isinstance(whole, ox.QuerySolutions)
    assert isinstance(part, ox.QuerySolutions)
    assert 0 < int(next(part)["n"].value) < int(next(whole)["n"].value)


def test_refused_query_is_a_syntax_error(remote: RemoteEvaluator) -> None:
    with pytest.raises(QuerySyntaxError, match="refused the query"):
        remote.evaluate(Query("SELECT ?x {"))


def test_endpoint_that_does_not_answer_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/sparql"
        with pytest.raises(RemoteError, match="does not answer.*Check the address"):
            RemoteEvaluator(address).evaluate(Query("ASK {}"))
