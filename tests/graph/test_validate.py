"""Each shape lets sound facts pass and names, in both languages, the one thing that is wrong with spoilt ones."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph
from rdflib.namespace import SH

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import BACKGROUND_GRAPH, ID, SCHEME, article_graph
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.validate import validate

DATA = Path(__file__).parents[1] / "data" / "facts"
SOUND = (DATA / "sound.ttl").read_text(encoding="utf-8")
CASES: list[dict[str, str]] = tomllib.loads((DATA / "spoilt.toml").read_text(encoding="utf-8"))["case"]
SHAPES = ontology_dir() / "shapes.ttl"
UNUSED = re.compile(f"<{SCHEME}(?:sector|resource(?!/cash>))/")
ONTOLOGY = [quad for quad in compile_ontology(ontology_dir()) if not UNUSED.match(str(quad.subject))]
"""The ontology without the sectors and resources that no case uses: each case validates all of it."""
LOCATIONS = {f"{ID}action/gift": ("facts.yaml", 7), f"{ID}action/study#q1": ("facts.yaml", 12)}


def quads(turtle: str, graph: str) -> list[ox.Quad]:
    """Parse Turtle into a named graph."""
    name = ox.NamedNode(graph)
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, name)
        for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    ]


def faults(stated: str, background: str = "") -> list[Fault]:
    """Validate facts of one article, with some background."""
    facts = quads(stated, article_graph("harbour"))
    dataset = ox.Dataset([*ONTOLOGY, *facts, *quads(background, BACKGROUND_GRAPH)])
    return validate(dataset, SHAPES, LOCATIONS)


def with_prefixes(turtle: str) -> str:
    """Put the prefixes of the sound facts before some Turtle."""
    lines = SOUND.splitlines()
    return "\n".join([line for line in lines if line.startswith(("@base", "@prefix"))]) + "\n" + turtle


def test_sound_facts_conform() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_spoilt_fact_is_named_in_both_languages(case: dict[str, str]) -> None:
    assert SOUND.count(case["replace"]) == 1
    found = faults(SOUND.replace(case["replace"], case["by"]))
    assert [fault for fault in found if fault.subject == case["fact"] and case["zh"] in fault.message]
    assert [fault for fault in found if fault.subject == case["fact"] and case["en"] in fault.message]


LOWER, UPPER, BOTH, NONE = "tz:lowerBound 300.0 ;", "tz:upperBound 300.0 ;", "both", ""
HEDGED = [
    ("300家", "exact", BOTH),
    ("上下游企业300家", "exact", BOTH),
    ("线上签约300家", "exact", BOTH),
    ("最近300家", "exact", BOTH),
    ("约300家", "approximately", NONE),
    ("300家左右", "approximately", NONE),
    ("将近300家", "nearly", UPPER),
    ("近３００家", "nearly", UPPER),
    ("不足300家", "less-than", UPPER),
    ("少于300家", "less-than", UPPER),
    ("至少300家", "at-least", LOWER),
    ("不低于300家", "at-least", LOWER),
    ("300家以上", "at-least", LOWER),
    ("300余家", "more-than", LOWER),
    ("三百多家", "more-than", LOWER),
    ("超过300家", "more-than", LOWER),
    ("逾300家", "more-than", LOWER),
]
BOUNDS = {hedge: bounds for _, hedge, bounds in HEDGED}
NOT_ABOVE = ["不超过300家", "300家以内", "300家以下", "至多300家"]


@pytest.fixture(scope="module")
def accepted() -> dict[str, list[str]]:
    """Return for each wording the hedges that the shapes accept, with the bounds of each: all in one validation."""
    wordings = [*(wording for wording, _, _ in HEDGED), *NOT_ABOVE]
    facts = ""
    for index, wording in enumerate(wordings):
        for hedge, bounds in BOUNDS.items():
            lines = f"{LOWER} {UPPER}" if bounds == BOTH else bounds
            subject = f"action/{hedge}-{index}"
            facts += f"""
              <{subject}> a tz:Investigation ; rdfs:label "调研"@zh , "study"@en ; tz:evidence <article/harbour#char=0,9> ;
                tz:agent <org/ministry> ; tz:quantity <{subject}#q1> .
              <{subject}#q1> a tz:Quantity ; rdfs:label "数"@zh , "number"@en ; tz:evidence <article/harbour#char=0,9> ;
                tz:wording "{wording}" ; tz:value 300.0 ; {lines} tz:hedge hedge:{hedge} ; tz:measure measure:enterprises ;
                tz:unit unit:enterprise ."""
    wrong = {fault.subject for fault in faults(SOUND + facts)}
    return {
        wording: [hedge for hedge in BOUNDS if f"action/{hedge}-{index}#q1" not in wrong]
        for index, wording in enumerate(wordings)
    }


@pytest.mark.parametrize(("wording", "hedge"), [(wording, hedge) for wording, hedge, _ in HEDGED])
def test_a_wording_fits_its_own_hedge_and_no_other(
    accepted: dict[str, list[str]], wording: str, hedge: str
) -> None:
    assert accepted[wording] == [hedge]


@pytest.mark.parametrize("wording", NOT_ABOVE)
def test_a_number_not_to_be_exceeded_has_no_hedge_yet(accepted: dict[str, list[str]], wording: str) -> None:
    assert accepted[wording] == []


def test_every_shape_has_a_case() -> None:
    """No message of the shapes goes without a case that makes it appear."""
    shapes = Graph().parse(SHAPES)
    for message in shapes.objects(None, SH.message):
        words = str(message)
        assert any(case["zh"] in words or case["en"] in words for case in CASES), words


def test_every_message_is_in_both_languages_and_of_a_severity() -> None:
    shapes = Graph().parse(SHAPES)
    holders = set(shapes.subjects(SH.message))
    assert len(holders) > 60
    for holder in holders:
        messages = list(shapes.objects(holder, SH.message))
        assert sorted(str(getattr(message, "language", "")) for message in messages) == ["en", "zh"]
        assert list(shapes.objects(holder, SH.severity)) == [SH.Violation]


def test_no_shape_stands_apart_from_a_target() -> None:
    shapes = Graph().parse(SHAPES)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        assert list(shapes.objects(shape, SH.targetClass)) or list(shapes.objects(shape, SH.targetSubjectsOf))


def test_a_fault_names_file_and_line_of_the_fact_or_of_the_fact_around_it() -> None:
    spoilt = SOUND.replace('tz:wording "不到2天"', 'tz:wording "2天"').replace(
        "tz:value 2200000000.0", 'tz:value "x"'
    )
    where = {(fault.subject, fault.path, fault.line) for fault in faults(spoilt)}
    assert where == {("action/study#q1", "facts.yaml", 12), ("action/gift#q1", "facts.yaml", 7)}


def test_a_fault_of_an_unlocated_fact_names_the_graph() -> None:
    (fault,) = faults(SOUND.replace('rdfs:label "会员"@zh , ', "rdfs:label "))
    assert (fault.path, fault.line, fault.subject) == ("the graph", None, "group/members")


def test_background_does_not_fill_a_gap_of_the_article() -> None:
    added = """
      <meeting/exchange> tz:date "2020-02-21"^^xsd:date ; dcterms:source <source/boat-site> ."""
    gap = """
      <gap/year> a tz:Gap ; rdfs:label "年份"@zh , "year"@en ; tz:about <meeting/exchange> ; tz:unstatedProperty tz:date ."""
    assert faults(SOUND + gap, with_prefixes(added)) == []


def test_background_is_validated_too() -> None:
    added = '<org/boat-association> tz:unifiedSocialCreditCode "51100000500000002B" .'
    subjects = {fault.subject for fault in faults(SOUND, with_prefixes(added))}
    assert subjects == {"org/boat-association"}
