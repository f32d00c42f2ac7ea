"""Each format is read back by another library."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

from tongzhou.graph.query import Answer, Query
from tongzhou.graph.results import (
    SOLUTION_FORMATS,
    TRIPLE_FORMATS,
    ResultFormat,
    formats_for,
    serialise_answer,
)
from tongzhou.graph.store import StoreEvaluator

pytestmark = pytest.mark.usefixtures("collected")

TURTLE = """
@prefix tz: <https://w3id.org/tongzhou/ontology#> .
<urn:a> a tz:Action ; <urn:p> "约 22 亿元"@zh , "a\\"b,\\n" , 2.5 , 7 ; <urn:q> [ <urn:r> true ] .
"""
RDFLIB_NAMES = {
    "turtle": "turtle",
    "jsonld": "json-ld",
    "ntriples": "nt",
    "rdfxml": "xml",
    "trig": "trig",
    "nquads": "nquads",
}


@pytest.fixture
def evaluator() -> StoreEvaluator:
    store = ox.Store()
    store.load(TURTLE.encode(), format=ox.RdfFormat.TURTLE)
    return StoreEvaluator(store)


def _ask(evaluator: StoreEvaluator, text: str) -> Answer:
    return evaluator.evaluate(Query(text))


@pytest.mark.filterwarnings(
    "ignore:(Dataset|ConjunctiveGraph):DeprecationWarning:rdflib"
)  # rdflib's parsers use what rdflib deprecates
@pytest.mark.parametrize("form", TRIPLE_FORMATS, ids=lambda form: form.name)
def test_triples_are_read_back_by_rdflib(evaluator: StoreEvaluator, form: ResultFormat) -> None:
    data = serialise_answer(_ask(evaluator, "CONSTRUCT WHERE { ?s ?p ?o }"), form)
    found = rdflib.Dataset() if form.name in ("trig", "nquads") else rdflib.Graph()
    found.parse(data=data, format=RDFLIB_NAMES[form.name])
    graph = found.default_graph if isinstance(found, rdflib.Dataset) else found
    assert isomorphic(graph, rdflib.Graph().parse(data=TURTLE, format="turtle"))


@pytest.mark.parametrize("form", SOLUTION_FORMATS[:2], ids=lambda form: form.name)
def test_solutions_are_read_back_by_rdflib(evaluator: StoreEvaluator, form: ResultFormat) -> None:
    data = serialise_answer(_ask(evaluator, "SELECT ?o ?none { <urn:a> <urn:p> ?o }"), form)
    result = Result.parse(io.BytesIO(data), format=form.name)
    assert {str(row[rdflib.Variable("o")]) for row in result.bindings} == {"约 22 亿元", 'a"b,\n', "2.5", "7"}


def test_solutions_in_csv_and_tsv(evaluator: StoreEvaluator) -> None:
    text = "SELECT ?o { <urn:a> <urn:p> ?o FILTER(!isNumeric(?o)) }"
    data = serialise_answer(_ask(evaluator, text), SOLUTION_FORMATS[2]).decode()
    assert sorted(row[0] for row in csv.reader(io.StringIO(data, newline=""))) == [
        'a"b,\n',
        "o",
        "约 22 亿元",
    ]
    data = serialise_answer(_ask(evaluator, text), SOLUTION_FORMATS[3]).decode()
    assert sorted(data.splitlines()) == ['"a\\"b,\\n"', '"约 22 亿元"@zh', "?o"]


@pytest.mark.parametrize(("text", "value"), [("ASK {}", "true"), ("ASK { ?s ?s ?s }", "false")])
def test_booleans(evaluator: StoreEvaluator, text: str, value: str) -> None:
    json_, xml, csv_, tsv = (serialise_answer(_ask(evaluator, text), form) for form in SOLUTION_FORMATS)
    assert json.loads(json_)["boolean"] is (value == "true")
    assert f"<boolean>{value}</boolean>" in xml.decode()
    assert csv_.decode().strip() == tsv.decode().strip() == value


def test_each_triple_is_written_once_with_the_prefixes_it_needs(evaluator: StoreEvaluator) -> None:
    text = "CONSTRUCT { <urn:a> a <https://schema.org/Thing> } { ?s ?p ?o }"
    lines = serialise_answer(_ask(evaluator, text), TRIPLE_FORMATS[0]).decode().splitlines()
    assert [line for line in lines if line.startswith("<")] == ["<urn:a> a schema:Thing ."]
    assert {line.split()[1] for line in lines if line.startswith("@prefix")} == {"rdf:", "schema:"}


def test_a_list_of_triples_is_an_answer_too() -> None:
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
    assert serialise_answer([triple, triple], TRIPLE_FORMATS[2]) == b'<urn:a> <urn:b> "c" .\n'


def test_formats_by_kind() -> None:
    assert formats_for("select") == formats_for("ask") == SOLUTION_FORMATS
    assert formats_for("construct") == formats_for("describe") == TRIPLE_FORMATS


def test_a_format_of_the_wrong_kind_is_an_error(evaluator: StoreEvaluator) -> None:
    with pytest.raises(TypeError, match="no format of SELECT"):
        serialise_answer(_ask(evaluator, "ASK {}"), TRIPLE_FORMATS[0])
    with pytest.raises(TypeError, match="no format of CONSTRUCT"):
        serialise_answer([], SOLUTION_FORMATS[0])
