"""What is asked of a service description where the suite names no schema."""

from __future__ import annotations

import pytest
import rdflib

from .description import conforms

PREFIXES = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix f: <http://www.w3.org/ns/formats/> .
"""
GOOD = """
<http://h/sparql> a sd:Service ; sd:endpoint <http://h/sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat f:SPARQL_Results_JSON ; sd:feature sd:EmptyGraphs ;
  sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ;
    sd:namedGraph [ a sd:NamedGraph ; sd:name <http://h/g> ; sd:graph [ a sd:Graph ] ] ] .
"""


def fault_of(turtle: str) -> str | None:
    return conforms(rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle"))


def test_a_right_description_conforms() -> None:
    assert fault_of(GOOD) is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("a sd:Service ;", ""),
        ("sd:endpoint <http://h/sparql>", 'sd:endpoint "http://h/sparql"'),
        ("sd:endpoint <http://h/sparql>", "sd:endpoint <http://h/sparql>, <http://h/other>"),
        ("sd:resultFormat", "sd:outputFormat"),
        ("f:SPARQL_Results_JSON", '"JSON"'),
        ("sd:name <http://h/g> ;", ""),
        ("[ a sd:Dataset ;", "["),
        ("a sd:NamedGraph ;", ""),
    ],
)
def test_a_wrong_description_does_not(right: str, wrong: str) -> None:
    assert right in GOOD
    assert fault_of(GOOD.replace(right, wrong)) is not None
