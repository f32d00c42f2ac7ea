"""What the shapes ask, in words: each kind of constraint, both sides of a property, and messages for what is not plain."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.namespaces import RDF, RDFS, TZ
from tongzhou.graph.requirements import (
    Requirement,
    read_requirements,
    requirements_of,
    write_requirements,
)
from tongzhou.graph.resources import ontology_dir

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scope: <https://w3id.org/tongzhou/scheme/scope/> .
@prefix tz: <https://w3id.org/tongzhou/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LABEL, KIND = f"{RDFS}label", f"{RDF}type"


@pytest.fixture(scope="module")
def ontology() -> ox.Dataset:
    return ox.Dataset(compile_ontology(ontology_dir()))


@pytest.fixture(scope="module")
def asked(ontology: ox.Dataset) -> dict[str, list[Requirement]]:
    """Return what the shapes of the project ask."""
    return requirements_of(ontology_dir() / "shapes.ttl", ontology)


def word(tmp_path: Path, ontology: ox.Dataset, shapes: str) -> dict[str, list[Requirement]]:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + shapes, encoding="utf-8")
    return requirements_of(path, ontology)


def test_a_class_and_its_property_say_the_same(asked: dict[str, list[Requirement]]) -> None:
    zh, en = "有且只有一个，十进制数", "exactly one, a decimal number"
    assert Requirement("has", (f"{TZ}value",), zh, en) in asked[f"{TZ}Quantity"]
    assert Requirement("of", (f"{TZ}Quantity",), zh, en) in asked[f"{TZ}value"]


def test_classes_schemes_and_languages_are_named(asked: dict[str, list[Requirement]]) -> None:
    assert (
        Requirement(
            "itself",
            (),
            "只用于事件，须是组织或未具名群体",
            "only of an occurrence, each an organisation or an unnamed group",
        )
        in asked[f"{TZ}agent"]
    )
    assert (
        Requirement(
            "has",
            (f"{TZ}hedge",),
            "有且只有一个，取自概念表“模糊限定词”",
            "exactly one, from the scheme “hedges”",
        )
        in asked[f"{TZ}Quantity"]
    )
    assert (
        Requirement(
            "has",
            (LABEL,),
            "有且只有一个中文的，有且只有一个英文的",
            "exactly one in Chinese, exactly one in English",
        )
        in asked[f"{TZ}Person"]
    )
    assert (
        Requirement("itself", (), "标识以 id/person/ 开头", "its identifier begins with id/person/")
        in asked[f"{TZ}Person"]
    )


def test_what_is_not_plain_is_told_by_its_message(asked: dict[str, list[Requirement]]) -> None:
    refusals = {one.en for one in asked[f"{TZ}Gap"] if one.relation == "refused"}
    assert refusals == {"The value is recorded, so it is no gap; delete this Gap, or the value."}
    codes = {(one.relation, one.en) for one in asked[f"{TZ}areaCode"]}
    assert ("refused", "An area code has six digits (GB/T 2260); check it.") in codes
    assert ("itself", "at most one") in codes


def test_every_shape_speaks(asked: dict[str, list[Requirement]]) -> None:
    """No constraint of the project's shapes is left without words in both languages."""
    assert all(one.zh and one.en for several in asked.values() for one in several)
    assert {
        f"{TZ}{name}" for name in ("Action", "Request", "Quantity", "Gap", "agent", "topic")
    } <= asked.keys()


def test_constraints_one_by_one(tmp_path: Path, ontology: ox.Dataset) -> None:
    found = word(
        tmp_path,
        ontology,
        """
[] a sh:NodeShape ; sh:targetClass tz:Place ;
  sh:property [ sh:path tz:scope ; sh:maxCount 1 ; sh:in ( scope:national scope:local ) ] ;
  sh:property [ sh:path tz:date ; sh:datatype xsd:date ] ;
  sh:property [ sh:path tz:agent ; sh:maxCount 0 ] ;
  sh:property [ sh:path tz:unit ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:message "须是标识。"@zh , "It is no IRI."@en ] .
[] a sh:PropertyShape ; sh:targetSubjectsOf tz:giver ; sh:path tz:agent ; sh:disjoint tz:giver .
""",
    )
    assert {(one.relation, one.others, one.en) for one in found[f"{TZ}Place"]} == {
        ("has", (f"{TZ}scope",), "at most one, one of: national, local"),
        ("has", (f"{TZ}date",), "a date written YYYY-MM-DD"),
        ("has", (f"{TZ}agent",), "none"),
        ("has", (f"{TZ}unit",), "at least one"),
        ("refused", (), "It is no IRI."),
    }
    assert found[f"{TZ}giver"] == [
        Requirement("with", (f"{TZ}agent",), "不得与给予方相同", "never the same as giver")
    ]


def test_terms_of_which_the_same_is_asked_stand_together(asked: dict[str, list[Requirement]]) -> None:
    assert (
        Requirement("with", ("http://purl.org/dc/terms/source", KIND), "至少一个", "at least one")
        in asked[f"{TZ}areaCode"]
    )


def test_the_file_says_what_was_written(asked: dict[str, list[Requirement]]) -> None:
    assert read_requirements(write_requirements(asked)) == asked
    assert write_requirements(asked) == write_requirements(dict(asked))
