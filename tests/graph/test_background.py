"""The background: codes, containment and links that no article states, each with its source, apart from the articles."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from tongzhou.graph.namespaces import (
    BACKGROUND_GRAPH,
    DCTERMS,
    ID,
    INFERRED_GRAPH,
    RDF,
    RDFS,
    SCHEMA,
    SCHEME,
    SKOS,
    TZ,
)

CODES = {
    "hubei": "420000",
    "wuhan": "420100",
    "beijing": "110000",
    "shandong": "370000",
    "guangdong": "440000",
    "shenzhen": "440300",
}
WITHIN = {
    ("wuhan", "hubei"),
    ("hubei", "china"),
    ("shenzhen", "guangdong"),
    ("guangdong", "china"),
    ("beijing", "china"),
    ("shandong", "china"),
}
ITEMS = {
    "hubei": "Q46862",
    "wuhan": "Q11746",
    "beijing": "Q956",
    "shandong": "Q43407",
    "guangdong": "Q15175",
    "shenzhen": "Q15174",
    "china": "Q148",
}
PLACE = f"{ID}place/"
SECTOR = f"{SCHEME}sector/"


@pytest.fixture(scope="module")
def background(dataset: ox.Dataset) -> list[ox.Triple]:
    return [quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(BACKGROUND_GRAPH))]


def pairs(triples: list[ox.Triple], predicate: str) -> set[tuple[str, str]]:
    """Return subject and object of each triple of a property, without the base of places."""
    found: set[tuple[str, str]] = set()
    for triple in triples:
        if triple.predicate.value == predicate:
            assert isinstance(triple.subject, ox.NamedNode)
            assert isinstance(triple.object, ox.NamedNode | ox.Literal)
            found.add((triple.subject.value.removeprefix(PLACE), triple.object.value.removeprefix(PLACE)))
    return found


def test_places_have_their_codes(background: list[ox.Triple]) -> None:
    assert pairs(background, f"{TZ}areaCode") == set(CODES.items())


def test_places_lie_within_each_other_as_their_codes_say(background: list[ox.Triple]) -> None:
    assert pairs(background, f"{TZ}locatedIn") == WITHIN
    for inner, outer in WITHIN - {pair for pair in WITHIN if pair[1] == "china"}:
        assert CODES[inner][:2] == CODES[outer][:2]


def test_wuhan_is_inferred_to_lie_in_china(dataset: ox.Dataset) -> None:
    inferred = [quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(INFERRED_GRAPH))]
    assert {("wuhan", "china"), ("shenzhen", "china")} <= pairs(inferred, f"{TZ}locatedIn")


def test_industries_have_the_codes_of_the_national_classification(
    background: list[ox.Triple], dataset: ox.Dataset
) -> None:
    codes = dict(pairs(background, f"{TZ}industryCode"))
    assert len(codes) == len(set(codes.values())) >= 15
    sectors = {
        quad.subject.value
        for quad in dataset.quads_for_predicate(ox.NamedNode(f"{SKOS}inScheme"))
        if isinstance(quad.subject, ox.NamedNode) and quad.object == ox.NamedNode(SECTOR.rstrip("/"))
    }
    assert codes.keys() <= sectors


def test_codes_of_industries_nest_as_the_scheme_does(
    background: list[ox.Triple], dataset: ox.Dataset
) -> None:
    """17 textiles ⊃ 173 bast fibres: a code within that of the broader concept, where both have digits."""
    codes = dict(pairs(background, f"{TZ}industryCode"))
    nested = 0
    for quad in dataset.quads_for_predicate(ox.NamedNode(f"{SKOS}broader")):
        assert isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        inner, outer = codes.get(quad.subject.value), codes.get(quad.object.value, "A")
        if inner and outer.isdigit():
            assert inner.startswith(outer)
            nested += 1
    assert nested


def test_links_lead_to_wikidata_only(background: list[ox.Triple]) -> None:
    """`schema:sameAs`: one wrong `owl:sameAs` would merge two things for the reasoner."""
    links = {place: f"http://www.wikidata.org/entity/{item}" for place, item in ITEMS.items()}
    assert pairs(background, f"{SCHEMA}sameAs") == set(links.items())


def test_every_node_names_a_source_that_is_described(background: list[ox.Triple]) -> None:
    kinds = dict(pairs(background, f"{RDF}type"))
    sources = {node for node, kind in kinds.items() if kind == f"{TZ}Source"}
    subjects = {triple.subject.value for triple in background if isinstance(triple.subject, ox.NamedNode)}
    named = pairs(background, f"{DCTERMS}source")
    assert {subject.removeprefix(PLACE) for subject in subjects} - sources == {node for node, _ in named}
    assert {source for _, source in named} == sources


def test_no_second_label_in_a_language(dataset: ox.Dataset) -> None:
    """A place that an article labels has only other names here."""
    for subject in {quad.subject for quad in dataset.quads_for_graph_name(ox.NamedNode(BACKGROUND_GRAPH))}:
        labels = {
            quad.object
            for quad in dataset.quads_for_subject(subject)
            if quad.predicate.value == f"{RDFS}label"
        }
        languages = sorted(label.language or "" for label in labels if isinstance(label, ox.Literal))
        assert languages == ["en", "zh"], subject


def test_government_bodies_have_their_full_names(background: list[ox.Triple]) -> None:
    names = {name for node, name in pairs(background, f"{SKOS}altLabel") if node.startswith(ID)}
    assert names == {"国家发展和改革委员会", "中华人民共和国商务部", "中华人民共和国民政部"}


def test_codes_and_links_stand_in_no_article(dataset: ox.Dataset) -> None:
    apart = re.compile(r"/graph/(ontology|background|inferred|meta)$")
    for quad in dataset:
        if isinstance(quad.graph_name, ox.NamedNode) and not apart.search(quad.graph_name.value):
            assert quad.predicate.value not in (f"{TZ}areaCode", f"{TZ}industryCode", f"{SCHEMA}sameAs")
