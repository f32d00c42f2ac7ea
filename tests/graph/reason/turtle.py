"""Facts of the tests in Turtle, without the prefixes."""

from __future__ import annotations

import pyoxigraph as ox

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples_of(facts: str) -> list[ox.Triple]:
    """Parse facts; blank nodes get labels of their own in the order in which they stand."""
    return [quad.triple for quad in ox.parse(PREFIXES + facts, format=ox.RdfFormat.TURTLE)]


def triple_of(fact: str) -> ox.Triple:
    """Parse one fact."""
    (triple,) = triples_of(f"{fact} .")
    return triple
