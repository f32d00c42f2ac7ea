"""The OWL 2 RL profile: each construct that it forbids is named with its term, and what it permits passes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.profile import check_profile
from tongzhou.graph.resources import ontology_dir

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
    "reflexive": (":p a owl:ReflexiveProperty .", "owl:ReflexiveProperty"),
    "owl:real": (":d rdfs:range owl:real .", "the datatype owl:real"),
    "owl:rational": (":d rdfs:range owl:rational .", "the datatype owl:rational"),
    "gMonthDay": (":d rdfs:range xsd:gMonthDay .", "the datatype xsd:gMonthDay"),
    "date": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:allValuesFrom xsd:date ] .",
        "the datatype xsd:date",
    ),
    "duration": (
        "[ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom xsd:duration ] rdfs:subClassOf :A .",
        "the datatype xsd:duration",
    ),
    "facets": (
        "[] a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 0 ] ) .",
        "owl:withRestrictions in a data range",
    ),
    "complement of a datatype": (
        "[] a rdfs:Datatype ; owl:datatypeComplementOf xsd:string .",
        "owl:datatypeComplementOf in a data range",
    ),
    "enumeration of values": ("[] a rdfs:Datatype ; owl:oneOf ( 1 2 ) .", "owl:oneOf in a data range"),
    "union of datatypes": (
        "[] a rdfs:Datatype ; owl:unionOf ( xsd:string xsd:integer ) .",
        "owl:unionOf in a data range",
    ),
    "definition of a datatype": (
        ":t a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:intersectionOf ( xsd:string ) ] .",
        "owl:equivalentClass in a data range",
    ),
    "functional and transitive": (
        ":p a owl:TransitiveProperty , owl:FunctionalProperty .",
        "owl:FunctionalProperty of a property that is not simple (it is transitive)",
    ),
    "irreflexive head of a chain": (
        ":p a owl:IrreflexiveProperty ; owl:propertyChainAxiom ( :q :r ) .",
        "owl:IrreflexiveProperty of a property that is not simple (it heads a chain)",
    ),
    "asymmetric above a chain": (
        ":q owl:propertyChainAxiom ( :r :r ) ; rdfs:subPropertyOf :p . :p a owl:AsymmetricProperty .",
        "owl:AsymmetricProperty of a property that is not simple (it stands above tz:q)",
    ),
    "inverse functional inverse": (
        ":q a owl:TransitiveProperty . :p owl:inverseOf :q ; a owl:InverseFunctionalProperty .",
        "owl:InverseFunctionalProperty of a property that is not simple",
    ),
    "disjoint and transitive": (
        ":p a owl:TransitiveProperty ; owl:propertyDisjointWith :q .",
        "owl:propertyDisjointWith of a property that is not simple",
    ),
    "all disjoint and transitive": (
        ":p a owl:TransitiveProperty . [] a owl:AllDisjointProperties ; owl:members ( :p :q ) .",
        "owl:AllDisjointProperties of a property that is not simple",
    ),
    "counted and transitive": (
        f":p a owl:TransitiveProperty . :A rdfs:subClassOf {at_most(1)} .",
        "owl:maxCardinality of a property that is not simple",
    ),
    "undeclared class": (
        ":A rdfs:subClassOf :Missing .",
        "tz:Missing: a class that is used but not declared",
    ),
    "undeclared property": (
        ":p rdfs:subPropertyOf :missing .",
        "tz:missing: a property that is used but not declared",
    ),
    "undeclared in a restriction": (
        "[ a owl:Restriction ; owl:onProperty :missing ; owl:hasValue :x ] rdfs:subClassOf :A .",
        "tz:missing: a property that is used but not declared",
    ),
    "undeclared in a chain": (
        ":p owl:propertyChainAxiom ( :q :missing ) .",
        "tz:missing: a property that is used",
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
    "some data below": "[ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom xsd:string ] rdfs:subClassOf :A .",
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
    "kinds of property": (
        ":p a owl:FunctionalProperty , owl:InverseFunctionalProperty , owl:IrreflexiveProperty , owl:AsymmetricProperty ."
        ":q a owl:TransitiveProperty , owl:SymmetricProperty . :p owl:inverseOf :r . :p owl:propertyDisjointWith :r ."
    ),
    "chain": ":p owl:propertyChainAxiom ( :q :r ) .",
    "domain and range": ":p rdfs:domain :A ; rdfs:range :B . :d rdfs:range xsd:decimal .",
    "intersection of datatypes": "[] a rdfs:Datatype ; owl:intersectionOf ( xsd:integer xsd:decimal ) .",
    "facts": f":x a :A , {HAS} ; :p :y . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x .",
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


def test_our_ontology_is_in_the_profile() -> None:
    assert check_profile(compile_ontology(ontology_dir())) == []
