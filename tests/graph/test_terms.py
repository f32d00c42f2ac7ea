"""Terms in use are declared, declared terms are worded, and no IRI of ours points nowhere."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import ID, ONTOLOGY_GRAPH, SCHEME, TZ, article_graph
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.terms import (
    badly_worded_terms,
    circular_hierarchies,
    count_terms,
    dangling_iris,
    term_lines,
    undeclared_terms,
)

ONTOLOGY = compile_ontology(ontology_dir())
PREFIXES = """
@base <https://w3id.org/tongzhou/id/> .
@prefix tz: <https://w3id.org/tongzhou/ontology#> .
@prefix hedge: <https://w3id.org/tongzhou/scheme/hedge/> .
@prefix scheme: <https://w3id.org/tongzhou/scheme/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
PLACES = {f"{ID}action/gift": ("facts.yaml", 7)}


def dataset(turtle: str, *, graph: str = article_graph("harbour")) -> ox.Dataset:
    """Return the ontology with some Turtle beside it."""
    name = ox.NamedNode(graph)
    added = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return ox.Dataset(
        [*ONTOLOGY, *(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in added)]
    )


@pytest.mark.parametrize(
    ("turtle", "says", "remedy"),
    [
        (
            "<action/gift> tz:agnet <org/a> .",
            "the property 'tz:agnet' is not declared.",
            "Did you mean 'tz:agent'?",
        ),
        (
            "<action/gift> a tz:Gifft .",
            "the class 'tz:Gifft' is not declared.",
            "Declare the class, or use another.",
        ),
        (
            "<action/gift> a tz:Donatoin .",
            "the class 'tz:Donatoin' is not declared.",
            "Did you mean 'tz:Donation'?",
        ),
        (
            "<action/gift> tz:hedge hedge:exacct .",
            "the concept 'hedge:exacct'",
            "Did you mean 'hedge:exact'?",
        ),
        ("<action/gift> tz:topic scheme:harbour/boats .", "", "Declare the concept"),
        (
            "<action/gift> tz:unstatedProperty tz:colour .",
            "the term 'tz:colour' is not declared.",
            "Declare the term",
        ),
    ],
)
def test_an_undeclared_term_is_named_where_it_is_used(turtle: str, says: str, remedy: str) -> None:
    turtle = turtle.replace("scheme:harbour/boats", f"<{SCHEME}harbour/boats>")
    (fault,) = undeclared_terms(dataset(turtle), PLACES)
    assert (fault.path, fault.line, fault.subject) == ("facts.yaml", 7, "action/gift")
    assert says in fault.message
    assert fault.remedy.startswith(remedy)


def test_declared_terms_and_foreign_ones_pass() -> None:
    turtle = "<action/gift> a tz:Appeal ; tz:agent <org/a> ; tz:hedge hedge:exact ; rdfs:seeAlso <https://example.org/> ."
    assert undeclared_terms(dataset(turtle), PLACES) == []


def test_the_ontology_declares_what_it_uses() -> None:
    assert undeclared_terms(ox.Dataset(ONTOLOGY), {}) == []


def test_a_dangling_iri_is_named_with_its_nearest() -> None:
    turtle = "<action/gift> tz:agent <org/boat-asociation> . <org/boat-association> a tz:Association ."
    (fault,) = dangling_iris(dataset(turtle), PLACES)
    assert (fault.path, fault.line) == ("facts.yaml", 7)
    assert fault.message == "tz:agent names 'org/boat-asociation', which nothing describes."
    assert fault.remedy == "Did you mean 'org/boat-association'?"


def test_a_dangling_iri_like_no_other_is_to_be_added() -> None:
    (fault,) = dangling_iris(dataset("<action/gift#q1> tz:agent <x> ."), PLACES)
    assert (fault.line, fault.remedy) == (7, "Add the fact, or mend the id.")


def test_iris_of_others_do_not_dangle() -> None:
    assert dangling_iris(dataset("<action/gift> rdfs:seeAlso <https://example.org/x> ."), PLACES) == []


GOOD = 'rdfs:label "船只"@zh , "boat"@en ; skos:definition "浮于水面。"@zh , "It floats on water."@en .'


def worded(turtle: str) -> list[Fault]:
    """Return the faults of a class added to the ontology."""
    return badly_worded_terms(dataset(f"tz:Boat a owl:Class ; {turtle}", graph=ONTOLOGY_GRAPH), {})


def test_a_term_with_labels_and_definitions_passes() -> None:
    assert worded(GOOD) == []
    assert count_terms(ox.Dataset(ONTOLOGY)) + 1 == count_terms(dataset("tz:Boat a owl:Class ."))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"船只"@zh , ', ""), "there is no label in zh"),
        ((' , "boat"@en', ""), "there is no label in en"),
        (('"浮于水面。"@zh , ', ""), "there is no definition in zh"),
        ((' , "It floats on water."@en', ""), "there is no definition in en"),
        (('"浮于水面。"', '"船只。"'), "the definition in zh only repeats the label"),
        (('"It floats on water."', '"Boat."'), "the definition in en only repeats the label"),
        (('"boat"', '"Place"'), "the label 'place' in en is that of"),
    ],
)
def test_a_badly_worded_term_is_named(change: tuple[str, str], says: str) -> None:
    (fault,) = worded(GOOD.replace(*change))
    assert says in fault.message
    assert fault.remedy
    assert fault.subject in {"tz:Boat", "tz:Place"}


def test_terms_are_located_in_their_turtle_files() -> None:
    lines = term_lines(ontology_dir())
    path, line = lines[f"{TZ}agent"]
    written = (ontology_dir() / Path(path).name).read_text(encoding="utf-8").split("\n")
    assert written[line - 1].startswith("tz:agent a owl:ObjectProperty")
    declared = {quad.subject.value for quad in ONTOLOGY if isinstance(quad.subject, ox.NamedNode)}
    ours = {iri for iri in declared if iri.startswith((TZ, SCHEME))}
    assert ours <= lines.keys()


@pytest.mark.parametrize(
    ("turtle", "subjects"),
    [
        ("<place/a> tz:locatedIn <place/b> . <place/b> tz:locatedIn <place/c> .", []),
        ("<place/a> tz:locatedIn <place/b> , <place/c> . <place/b> tz:locatedIn <place/c> .", []),
        ("<place/a> tz:locatedIn <place/a> .", ["place/a"]),
        (
            "<place/a> tz:locatedIn <place/b> . <place/b> tz:locatedIn <place/c> . <place/c> tz:locatedIn <place/b> .",
            ["place/b", "place/c"],
        ),
        ("tz:A rdfs:subClassOf tz:B . tz:B rdfs:subClassOf tz:A .", ["tz:A", "tz:B"]),
        ("tz:A rdfs:subClassOf tz:B . tz:B rdfs:subPropertyOf tz:A .", []),
        (
            "hedge:exact skos:broader hedge:nearly . hedge:nearly skos:broader hedge:exact .",
            ["hedge:exact", "hedge:nearly"],
        ),
    ],
)
def test_what_lies_above_itself_is_a_fault(turtle: str, subjects: list[str]) -> None:
    found = circular_hierarchies(dataset(turtle), PLACES)
    assert [fault.subject for fault in found] == subjects
    assert all("back to itself" in fault.message and fault.remedy for fault in found)
