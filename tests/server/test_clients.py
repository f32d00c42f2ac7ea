"""Clients that people use, against the real server: SPARQLWrapper and rdflib's SPARQLStore."""

from __future__ import annotations

from typing import Any, cast

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed
from SPARQLWrapper.Wrapper import POSTDIRECTLY, URLENCODED

from .conftest import TRIPLES, Server

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LABEL = "SELECT ?label { <https://w3id.org/tongzhou/id/org/a> <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
_OWN_DEPRECATIONS = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
"""SPARQLWrapper converts RDF by classes that rdflib deprecates."""


def _wrapper(server: Server, query: str, form: str) -> Any:
    wrapper = SPARQLWrapper(server.endpoint)
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    return wrapper


@pytest.mark.parametrize(
    ("method", "request_method"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]
)
def test_sparqlwrapper_asks_in_three_ways(server: Server, method: str, request_method: str) -> None:
    wrapper = _wrapper(server, LABEL, JSON)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert sorted((row["label"]["value"], row["label"]["xml:lang"]) for row in rows) == [
        ("Association A", "en"),
        ("甲协会", "zh"),
    ]


@_OWN_DEPRECATIONS
def test_sparqlwrapper_reads_every_format(server: Server) -> None:
    xml = _wrapper(server, COUNT, XML).queryAndConvert()
    assert str(TRIPLES) in xml.toxml()
    assert _wrapper(server, COUNT, CSV).queryAndConvert() == f"n\r\n{TRIPLES}\r\n".encode()
    assert _wrapper(server, COUNT, TSV).queryAndConvert() == f"?n\n{TRIPLES}\n".encode()
    assert _wrapper(server, "ASK {}", JSON).queryAndConvert()["boolean"] is True
    for form in (TURTLE, N3):
        assert b"tz:Donation" in _wrapper(server, "CONSTRUCT WHERE { ?s ?p ?o }", form).queryAndConvert()
    graph = _wrapper(server, "CONSTRUCT WHERE { ?s ?p ?o }", RDFXML).queryAndConvert()
    assert len(graph) == TRIPLES


@_OWN_DEPRECATIONS
def test_sparqlwrapper_reads_json_ld(server: Server) -> None:
    graph = _wrapper(server, "CONSTRUCT WHERE { ?s ?p ?o }", JSONLD).queryAndConvert()
    assert len(graph) == TRIPLES


def test_sparqlwrapper_names_graphs_and_sees_errors(server: Server) -> None:
    wrapper = _wrapper(server, COUNT, JSON)
    wrapper.addDefaultGraph("https://w3id.org/tongzhou/graph/ontology")
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "2"
    with pytest.raises(QueryBadFormed, match="query-syntax"):
        _wrapper(server, "ASK { ?s", JSON).query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_as_a_client(server: Server, method: str, form: str) -> None:
    store = SPARQLStore(server.endpoint, method=cast("Any", method), returnFormat=form)
    graph = rdflib.Graph(store)
    labels = {str(cast("Any", row)[0]) for row in graph.query(LABEL)}
    assert labels == {"甲协会", "Association A"}
    store.close()


def test_rdflib_looks_up_triples(server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(server.endpoint))
    association = rdflib.URIRef("https://w3id.org/tongzhou/id/org/a")
    assert {str(value) for value in graph.objects(association, rdflib.RDFS.label)} == {
        "甲协会",
        "Association A",
    }
    assert len(graph) == TRIPLES
