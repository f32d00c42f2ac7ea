"""The OWL 2 RL profile beyond class expressions: properties, datatypes, literals, declarations."""

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
AT_MOST_ONE = """[ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ]"""


def data_below(expression: str) -> str:
    filler = f"[ a rdfs:Datatype ; {expression} ]"
    return f"[ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom {filler} ] rdfs:subClassOf :A ."


def faults(turtle: str) -> list[str]:
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    ]
    return [str(fault) for fault in check_profile(quads)]


FORBIDDEN = {
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
        data_below("owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 0 ] )"),
        "owl:withRestrictions in a data range",
    ),
    "complement of a datatype": (
        data_below("owl:datatypeComplementOf xsd:string"),
        "owl:datatypeComplementOf in a data range",
    ),
    "enumeration of values": (data_below("owl:oneOf ( 1 2 )"), "owl:oneOf in a data range"),
    "union of datatypes": (
        data_below("owl:unionOf ( xsd:string xsd:integer )"),
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
        f":p a owl:TransitiveProperty . :A rdfs:subClassOf {AT_MOST_ONE} .",
        "owl:maxCardinality of a property that is not simple",
    ),
    "datatype of our own": (
        ":t a rdfs:Datatype . :d rdfs:range :t .",
        "tz:d: OWL 2 RL does not allow the datatype tz:t",
    ),
    "gYearMonth": (":d rdfs:range xsd:gYearMonth .", "the datatype xsd:gYearMonth"),
    "date in a qualified cardinality": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; "
        'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onDataRange xsd:date ] .',
        "the datatype xsd:date",
    ),
    "date in an intersection": (
        data_below("owl:intersectionOf ( xsd:date xsd:string )"),
        "tz:d: OWL 2 RL does not allow the datatype xsd:date",
    ),
    "date as a value": (
        '[ a owl:Restriction ; owl:onProperty :d ; owl:hasValue "2020-02-01"^^xsd:date ] rdfs:subClassOf :A .',
        "tz:d: OWL 2 RL does not allow the datatype xsd:date",
    ),
    "month and day in a fact": (
        ':x :d "--02-01"^^xsd:gMonthDay .',
        "tz:d: OWL 2 RL does not allow the datatype",
    ),
    "date in a negative fact": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty :d ; "
        'owl:targetValue "2020-02-01"^^xsd:date .',
        "tz:d: OWL 2 RL does not allow the datatype xsd:date",
    ),
    "functional equal of a transitive property": (
        ":p a owl:TransitiveProperty ; owl:equivalentProperty :q . :q a owl:FunctionalProperty .",
        "tz:q: OWL 2 RL does not allow owl:FunctionalProperty of a property that is not simple",
    ),
    "counted inverse of a transitive property": (
        ":p a owl:TransitiveProperty . :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ; "
        'owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
        "tz:p: OWL 2 RL does not allow owl:maxCardinality of a property that is not simple",
    ),
    "chains in a circle": (
        ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) .",
        "tz:p: OWL 2 RL does not allow a property chain whose link tz:q depends on its head",
    ),
    "head amid its chain": (
        ":p owl:propertyChainAxiom ( :q :p :r ) .",
        "whose link tz:p depends on its head",
    ),
    "two kinds of property": (
        ":p a owl:DatatypeProperty .",
        "declared as owl:ObjectProperty and owl:DatatypeProperty",
    ),
    "class and datatype": (":A a rdfs:Datatype .", "declared as owl:Class and rdfs:Datatype at once"),
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

UNDECLARED = {
    "domain": (":p rdfs:domain :Missing .", "tz:Missing: a class"),
    "range": (":p rdfs:range :Missing .", "tz:Missing: a class"),
    "filler": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :Missing ] .",
        "tz:Missing: a class",
    ),
    "member of an expression": (
        ":A rdfs:subClassOf [ owl:intersectionOf ( :B :Missing ) ] .",
        "tz:Missing: a class",
    ),
    "complement": (":A rdfs:subClassOf [ owl:complementOf :Missing ] .", "tz:Missing: a class"),
    "disjoint class": ("[] a owl:AllDisjointClasses ; owl:members ( :A :Missing ) .", "tz:Missing: a class"),
    "type": (":x a :Missing .", "tz:Missing: a class"),
    "equivalent class": (":A owl:equivalentClass :Missing .", "tz:Missing: a class"),
    "RDFS class": (":Missing a rdfs:Class . :A rdfs:subClassOf :Missing .", "tz:Missing: a class"),
    "class with a key": (":Missing owl:hasKey ( :p ) .", "tz:Missing: a class"),
    "predicate": (":x :missing :y .", "tz:missing: a property"),
    "key": (":A owl:hasKey ( :missing ) .", "tz:missing: a property"),
    "disjoint property": (
        "[] a owl:AllDisjointProperties ; owl:members ( :p :missing ) .",
        "tz:missing: a property",
    ),
    "subject of a domain": (":missing rdfs:domain :A .", "tz:missing: a property"),
    "inverse": (":p owl:inverseOf :missing .", "tz:missing: a property"),
    "functional property": (":missing a owl:FunctionalProperty .", "tz:missing: a property"),
    "head of a chain": (":missing owl:propertyChainAxiom ( :q :r ) .", "tz:missing: a property"),
    "property of a negative fact": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty :missing ; "
        "owl:targetIndividual :y .",
        "tz:missing: a property",
    ),
}

PERMITTED = {
    "some data below": "[ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom xsd:string ] rdfs:subClassOf :A .",
    "kinds of property": (
        ":p a owl:FunctionalProperty , owl:InverseFunctionalProperty , owl:IrreflexiveProperty , owl:AsymmetricProperty ."
        ":q a owl:TransitiveProperty , owl:SymmetricProperty . :p owl:inverseOf :r . :p owl:propertyDisjointWith :r ."
    ),
    "annotation properties": (
        ":n a owl:AnnotationProperty ; rdfs:domain :M ; rdfs:range :M ; rdfs:subPropertyOf rdfs:label . "
        ':A :n "2020-02-01"^^xsd:date .'
    ),
    "at most one value of a datatype": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; "
        'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onDataRange xsd:string ] .'
    ),
    "chains that begin or end with their head": (
        ":p owl:propertyChainAxiom ( :p :q ) , ( :q :p ) , ( :p :p ) , ( :q :r ) . :r rdfs:subPropertyOf :q ."
    ),
    "chain": ":p owl:propertyChainAxiom ( :q :r ) .",
    "intersection of datatypes": data_below("owl:intersectionOf ( xsd:integer xsd:decimal )"),
}


@pytest.mark.parametrize(("turtle", "message"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_construct_is_named(turtle: str, message: str) -> None:
    found = faults(turtle)
    assert [fault for fault in found if message in fault], found


@pytest.mark.parametrize(("turtle", "message"), UNDECLARED.values(), ids=UNDECLARED)
def test_undeclared_term_is_named(turtle: str, message: str) -> None:
    assert [fault for fault in faults(turtle) if f"{message} that is used but not declared" in fault]


@pytest.mark.parametrize("turtle", PERMITTED.values(), ids=PERMITTED)
def test_permitted_construct_passes(turtle: str) -> None:
    assert faults(turtle) == []


def test_fault_of_a_restriction_hangs_on_its_property() -> None:
    turtle = "[ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom xsd:date ] rdfs:subClassOf :A ."
    assert [fault.split(": ")[1] for fault in faults(turtle)] == ["tz:d"]
