"""The second evaluator: literals and blank nodes come through unchanged, lists as the table means them, and on a disk."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.reason import Rules, load_rules
from tongzhou.graph.reason.sparql import SparqlClosure
from tongzhou.graph.resources import ontology_dir

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <urn:x:> .
"""


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules([ontology_dir() / "rules"])


def parse(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def inferred(closure: SparqlClosure, text: str) -> set[str]:
    return {str(triple).replace("urn:x:", "") for triple in set(closure) - set(parse(text))}


@pytest.mark.parametrize("folder", [None, "store"])
def test_literals_keep_their_spelling(rules: Rules, tmp_path: Path, folder: str | None) -> None:
    text = ':p rdfs:subPropertyOf :q . :a :p "01"^^xsd:int, "x"@en-GB, 1.50 .'
    closure = SparqlClosure(rules, parse(text), folder=tmp_path / folder if folder else None)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    expected = {f'"01"^^<{xsd}int>', '"x"@en-gb', f'"1.50"^^<{xsd}decimal>'}
    assert inferred(closure, text) == {f"<a> <q> {value}" for value in expected}


def test_literals_are_subjects_meanwhile(rules: Rules) -> None:
    text = ':p owl:inverseOf :q . :q rdfs:subPropertyOf :r . :r owl:inverseOf :s . :a :p "x" .'
    assert inferred(SparqlClosure(rules, parse(text)), text) == {'<a> <s> "x"'}


def test_blank_nodes_are_predicates_meanwhile(rules: Rules) -> None:
    text = ":p owl:propertyChainAxiom ( _:i _:i ) . _:i owl:inverseOf :q . :a :q :b . :b :q :c ."
    closure = SparqlClosure(rules, parse(":p owl:propertyChainAxiom _:l ." + text))
    assert ox.Triple(*(ox.NamedNode(f"urn:x:{name}") for name in "cpa")) in set(closure)


@pytest.mark.parametrize("number", ['"1"^^xsd:nonNegativeInteger', '"01"^^xsd:int', "1", "1.0"])
def test_numbers_are_compared_by_value(rules: Rules, number: str) -> None:
    text = f":C owl:maxCardinality {number} ; owl:onProperty :p . :a a :C ; :p :x, :y ."
    assert "<x> <http://www.w3.org/2002/07/owl#sameAs> <y>" in inferred(
        SparqlClosure(rules, parse(text)), text
    )


def test_a_list_that_does_not_end_is_none(rules: Rules) -> None:
    text = ":C owl:unionOf :l . :l rdf:first :D ; rdf:rest :m . :m rdf:first :E ; rdf:rest :l . :a a :D ."
    assert inferred(SparqlClosure(rules, parse(text)), text) == set()


def test_a_circle_with_an_exit_ends(rules: Rules) -> None:
    text = ":C owl:intersectionOf :l . :l rdf:first :D ; rdf:rest :l, rdf:nil . :a a :D ."
    closure = SparqlClosure(rules, parse(text))
    assert closure.rounds < 5
    assert f"<a> <{'http://www.w3.org/1999/02/22-rdf-syntax-ns#'}type> <C>" in inferred(closure, text)


def test_the_copy_of_a_member_is_no_other_member(rules: Rules) -> None:
    text = "[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :c ."
    assert SparqlClosure(rules, parse(text)).clashes() == set()
    clashes = SparqlClosure(rules, parse(text + " :c owl:sameAs :b .")).clashes()
    assert {clash.rule for clash in clashes} == {"eq-diff2", "eq-ref-diff2"}


def test_scans_of_literals(rules: Rules) -> None:
    text = ':p a owl:FunctionalProperty . :a :p 1, 2 ; :q "two"^^xsd:integer .'
    assert {clash.rule for clash in SparqlClosure(rules, parse(text)).clashes()} == {"dt-diff", "dt-not-type"}
