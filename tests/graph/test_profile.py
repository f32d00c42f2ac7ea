"""The OWL 2 RL profile: each construct that it forbids is named with its term, and what it permits passes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.profile import check_profile

PREFIXES = """
@prefix : <https://w3id.org/tongzhou/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A a owl:Class . :B a owl:Class . :C a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty .
:d a owl:DatatypeProperty .
"""
SOME = "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ]"
ALL = "[ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ]"
HAS = "[ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :x ]"
SELF = "[ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ]"


def at_most(count: int) -> str:
    return f'[ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality "{count}"^^xsd:nonNegativeInteger ]'


def counted(name: str, count: int, filler: str = "") -> str:
    number = f'"{count}"^^xsd:nonNegativeInteger'
    return f"[ a owl:Restriction ; owl:onProperty :p ; owl:{name} {number} {filler} ]"


def faults(turtle: str) -> list[str]:
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    ]
    return [str(fault) for fault in check_profile(quads)]


FORBIDDEN = {
    "Thing as subclass": ("owl:Thing rdfs:subClassOf :A .", "owl:Thing where a subclass stands"),
    "Thing as superclass": (":A rdfs:subClassOf owl:Thing .", "owl:Thing where a superclass stands"),
    "Thing as equivalent": (
        ":A owl:equivalentClass owl:Thing .",
        "owl:Thing where an equivalent class stands",
    ),
    "complement below": ("[ owl:complementOf :B ] rdfs:subClassOf :A .", "owl:complementOf where a subclass"),
    "all values below": (f"{ALL} rdfs:subClassOf :A .", "owl:allValuesFrom where a subclass"),
    "at most below": (f"{at_most(1)} rdfs:subClassOf :A .", "owl:maxCardinality where a subclass"),
    "self below": (f"{SELF} rdfs:subClassOf :A .", "owl:hasSelf where a subclass"),
    "at least below": (
        f"{counted('minCardinality', 1)} rdfs:subClassOf :A .",
        "owl:minCardinality where a sub",
    ),
    "bad member of a union": (
        f"[ owl:unionOf ( :B {ALL} ) ] rdfs:subClassOf :A .",
        "owl:allValuesFrom where a sub",
    ),
    "bad filler": (
        f"[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom {ALL} ] rdfs:subClassOf :A .",
        "owl:allValuesFrom where a subclass",
    ),
    "union above": (":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .", "owl:unionOf where a superclass"),
    "one of above": (":A rdfs:subClassOf [ owl:oneOf ( :x ) ] .", "owl:oneOf where a superclass"),
    "some values above": (f":A rdfs:subClassOf {SOME} .", "owl:someValuesFrom where a superclass"),
    "self above": (f":A rdfs:subClassOf {SELF} .", "owl:hasSelf where a superclass"),
    "at least above": (
        f":A rdfs:subClassOf {counted('minCardinality', 1)} .",
        "owl:minCardinality where a super",
    ),
    "exactly above": (
        f":A rdfs:subClassOf {counted('cardinality', 1)} .",
        "owl:cardinality where a superclass",
    ),
    "at least of a kind": (
        f":A rdfs:subClassOf {counted('minQualifiedCardinality', 1, '; owl:onClass :B')} .",
        "owl:minQualifiedCardinality where a superclass",
    ),
    "exactly of a kind": (
        f":A rdfs:subClassOf {counted('qualifiedCardinality', 1, '; owl:onClass :B')} .",
        "owl:qualifiedCardinality where a superclass",
    ),
    "at most two": (f":A rdfs:subClassOf {at_most(2)} .", "owl:maxCardinality other than 0 or 1"),
    "at most two of a kind": (
        f":A rdfs:subClassOf {counted('maxQualifiedCardinality', 2, '; owl:onClass :B')} .",
        "owl:maxQualifiedCardinality other than 0 or 1",
    ),
    "at most of a bad kind": (
        f":A rdfs:subClassOf {counted('maxQualifiedCardinality', 1, f'; owl:onClass {ALL}')} .",
        "owl:allValuesFrom where a subclass",
    ),
    "complement of what may not stand below": (
        f":A rdfs:subClassOf [ owl:complementOf {ALL} ] .",
        "owl:allValuesFrom where a subclass",
    ),
    "all values of a union": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom [ owl:unionOf ( :B :C ) ] ] .",
        "owl:unionOf where a superclass",
    ),
    "equivalent to some values": (
        f":A owl:equivalentClass {SOME} .",
        "owl:someValuesFrom where an equivalent",
    ),
    "equivalent to a union": (
        ":A owl:equivalentClass [ owl:unionOf ( :B :C ) ] .",
        "owl:unionOf where an equivalent",
    ),
    "equivalent to one of": (
        ":A owl:equivalentClass [ owl:oneOf ( :x ) ] .",
        "owl:oneOf where an equivalent",
    ),
    "equivalent to all values": (f":A owl:equivalentClass {ALL} .", "owl:allValuesFrom where an equivalent"),
    "equivalent to at most": (
        f":A owl:equivalentClass {at_most(1)} .",
        "owl:maxCardinality where an equivalent",
    ),
    "disjoint with all values": (f":A owl:disjointWith {ALL} .", "owl:allValuesFrom where a subclass"),
    "all disjoint": (
        f"[] a owl:AllDisjointClasses ; owl:members ( :A {ALL} ) .",
        "owl:allValuesFrom where a subclass",
    ),
    "disjoint union": (":A owl:disjointUnionOf ( :B :C ) .", "owl:disjointUnionOf"),
    "key of all values": (f"{ALL} owl:hasKey ( :p ) .", "owl:allValuesFrom where a subclass"),
    "domain": (f":p rdfs:domain {SOME} .", "owl:someValuesFrom where a superclass"),
    "range": (":p rdfs:range [ owl:unionOf ( :A :B ) ] .", "owl:unionOf where a superclass"),
    "member of some values": (f":x a {SOME} .", "owl:someValuesFrom where a superclass"),
    "unknown expression": (
        ':A rdfs:subClassOf [ rdfs:label "?" ] .',
        "unknown expression where a superclass",
    ),
    "named union": (
        ":A owl:unionOf ( :B :C ) .",
        "tz:A: OWL 2 RL does not allow owl:unionOf where an equivalent",
    ),
    "named complement": (":A owl:complementOf :B .", "owl:complementOf where an equivalent"),
    "named enumeration": (":A owl:oneOf ( :x ) .", "owl:oneOf where an equivalent"),
    "named intersection of what may not stand there": (
        f":A owl:intersectionOf ( :B {SOME} ) .",
        "owl:someValuesFrom where an equivalent",
    ),
    "equivalent to a complement": (
        ":A owl:equivalentClass [ owl:complementOf :B ] .",
        "owl:complementOf where an equivalent",
    ),
    "equivalent to self": (f":A owl:equivalentClass {SELF} .", "owl:hasSelf where an equivalent"),
    "Thing in a union": (
        "[ owl:unionOf ( :B owl:Thing ) ] rdfs:subClassOf :A .",
        "owl:Thing where a subclass",
    ),
    "all values of Thing": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom owl:Thing ] .",
        "owl:Thing where a superclass",
    ),
    "Thing disjoint": (":A owl:disjointWith owl:Thing .", "owl:Thing where a subclass"),
    "Thing as domain": (":p rdfs:domain owl:Thing .", "owl:Thing where a superclass"),
    "Thing as range": (":p rdfs:range owl:Thing .", "owl:Thing where a superclass"),
    "member of Thing": (":x a owl:Thing .", "owl:Thing where a superclass"),
    "exactly below": (
        f"{counted('cardinality', 1)} rdfs:subClassOf :A .",
        "owl:cardinality where a subclass",
    ),
    "at most of a kind below": (
        f"{counted('maxQualifiedCardinality', 1, '; owl:onClass :B')} rdfs:subClassOf :A .",
        "owl:maxQualifiedCardinality where a subclass",
    ),
}

PERMITTED = {
    "hierarchy": ":A rdfs:subClassOf :B . :p rdfs:subPropertyOf :q .",
    "Nothing": ":A rdfs:subClassOf owl:Nothing .",
    "union, intersection, enumeration and some values below": (
        f"[ owl:unionOf ( :B [ owl:intersectionOf ( :C {SOME} ) ] [ owl:oneOf ( :x ) ] {HAS} ) ] rdfs:subClassOf :A ."
    ),
    "some value of any kind below": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf :A ."
    ),
    "intersection, complement, all values, value and at most above": (
        f":A rdfs:subClassOf [ owl:intersectionOf ( :B {ALL} {HAS} {at_most(0)} [ owl:complementOf :C ] ) ] ."
    ),
    "at most one of a kind": (
        f":A rdfs:subClassOf {counted('maxQualifiedCardinality', 1, '; owl:onClass owl:Thing')} ."
    ),
    "equivalent to an intersection with a value": f":A owl:equivalentClass [ owl:intersectionOf ( :B {HAS} ) ] .",
    "disjointness and keys": (
        ":A owl:disjointWith :B ; owl:hasKey ( :p :d ) . [] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) ."
    ),
    "named intersection": f":A owl:intersectionOf ( :B {HAS} ) .",
    "equivalent to Nothing": ":A owl:equivalentClass owl:Nothing .",
    "the same and different": ":x owl:sameAs :y . [] a owl:AllDifferent ; owl:distinctMembers ( :x :z ) .",
    "domain and range": ":p rdfs:domain :A ; rdfs:range :B . :d rdfs:range xsd:decimal .",
    "facts": f":x a :A , {HAS} ; :p :y . [] a owl:NegativePropertyAssertion ; "
    "owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :x .",
}


@pytest.mark.parametrize(("turtle", "message"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_construct_is_named(turtle: str, message: str) -> None:
    found = faults(turtle)
    assert [fault for fault in found if message in fault], found


@pytest.mark.parametrize("turtle", PERMITTED.values(), ids=PERMITTED)
def test_permitted_construct_passes(turtle: str) -> None:
    assert faults(turtle) == []


def test_fault_names_the_term_and_the_remedy() -> None:
    assert faults(":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .") == [
        "the ontology: tz:A: OWL 2 RL does not allow owl:unionOf where a superclass stands. "
        "There, use names, intersection, complement, owl:allValuesFrom, owl:hasValue or at most 0 or 1."
    ]


def test_fault_of_an_expression_below_hangs_on_the_class_above() -> None:
    assert [fault.split(": ")[1] for fault in faults(f"{ALL} rdfs:subClassOf :A .")] == ["tz:A"]


@pytest.mark.parametrize(
    "turtle",
    [
        "_:e a owl:Class ; owl:intersectionOf ( :B _:e _:e ) . :A rdfs:subClassOf _:e .",
        "_:e a owl:Class ; owl:complementOf _:e . :A rdfs:subClassOf _:e .",
        "_:l rdf:first :B ; rdf:rest _:l . [] a owl:AllDisjointClasses ; owl:members _:l .",
    ],
)
def test_expression_inside_itself_ends_the_walk(turtle: str) -> None:
    faults(turtle)
