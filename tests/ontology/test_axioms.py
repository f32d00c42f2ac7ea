"""Each axiom of the ontology, shown by what it infers or by the mistake that it turns into a contradiction.

The cases stand in axioms.toml. All inferences come from one closure, in which each case has its own things;
each contradiction has one to itself.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.errors import InconsistencyError
from tongzhou.graph.namespaces import GRAPH, ID, OWL, RDF, RDFS, SCHEME, SKOS, TZ
from tongzhou.graph.reason import infer
from tongzhou.graph.resources import ontology_dir

STATED = ox.NamedNode(f"{GRAPH}article/axioms")
PROSE = {f"{RDFS}label", f"{SKOS}definition", f"{SKOS}prefLabel"}
ONTOLOGY = [quad for quad in compile_ontology(ontology_dir()) if quad.predicate.value not in PROSE]
AXIOMS = [
    quad
    for quad in ONTOLOGY
    if not (isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SCHEME))
    or quad.predicate.value == f"{OWL}differentFrom"
]
"""The ontology without the concepts: these only classify, and most of them stand in no axiom."""

Statement = tuple[str, str, str]


@dataclass(frozen=True)
class Inference:
    """Facts in Turtle, what follows from them, and what must not follow."""

    shows: str
    facts: str
    follows: str
    never: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Facts in Turtle that an axiom excludes, and words that the message must hold."""

    shows: str
    facts: str
    mentions: list[str]


CASES = tomllib.loads(Path(__file__).with_name("axioms.toml").read_text(encoding="utf-8"))
INFERENCES = [Inference(**case) for case in CASES["inference"]]


def curie(iri: str) -> str:
    """Return the local name of a class or property, for comparison with the axioms listed below."""
    return iri.rpartition("#")[2]


def members(head: ox.NamedNode | ox.BlankNode) -> list[str]:
    """Return the IRIs of an RDF list of the ontology."""
    found: list[str] = []
    while head.value != f"{RDF}nil":
        cell = {quad.predicate.value: quad.object for quad in ONTOLOGY if quad.subject == head}
        found.append(cast("ox.NamedNode", cell[f"{RDF}first"]).value)
        head = cast("ox.BlankNode", cell[f"{RDF}rest"])
    return found


def lists(predicate: str) -> list[list[str]]:
    """Return the members of each list that a predicate of OWL points to."""
    heads = [quad.object for quad in ONTOLOGY if quad.predicate.value == OWL + predicate]
    return sorted(members(cast("ox.BlankNode", head)) for head in heads)


def pairs(predicate: str) -> set[tuple[str, str]]:
    """Return subject and object, by local name, of each triple between named terms of ours."""
    return {
        (curie(quad.subject.value), curie(quad.object.value))
        for quad in ONTOLOGY
        if quad.predicate.value == predicate
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }


TOLD = 10
"""So many pairs in one case, as a message tells only the first contradictions."""

DISJOINT_KINDS = lists("members")


def _exclusions() -> Iterator[Contradiction]:
    """Yield, for each set of kinds that exclude one another, a thing of every two of them."""
    for kinds in DISJOINT_KINDS:
        both = list(combinations(range(len(kinds)), 2))
        for first in range(0, len(both), TOLD):
            some = both[first : first + TOLD]
            yield Contradiction(
                f"what is one of {len(kinds)} kinds is none of the others, pair {first} and on",
                "\n".join(f":x{i}-{j} a <{kinds[i]}> , <{kinds[j]}> ." for i, j in some),
                [f"-x{i}-{j}" for i, j in some],
            )


CONTRADICTIONS = [*(Contradiction(**case) for case in CASES["contradiction"]), *_exclusions()]


def parse(facts: str, case: int) -> list[ox.Triple]:
    """Parse the facts of a case; its things have IRIs of their own."""
    prefixes = {
        "": f"{ID}action/case-{case}-",
        "tz": TZ,
        "org": "http://www.w3.org/ns/org#",
        "owl": OWL,
        "prov": "http://www.w3.org/ns/prov#",
        **{scheme: f"{SCHEME}{scheme}/" for scheme in ("scope", "measure", "hedge", "unit")},
    }
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return [quad.triple for quad in ox.parse(head + facts, format=ox.RdfFormat.TURTLE)]


def closure(triples: list[ox.Triple]) -> set[Statement]:
    """Return what is stated and inferred of some facts. Raises InconsistencyError."""
    stated = [ox.Quad(triple.subject, triple.predicate, triple.object, STATED) for triple in triples]
    inferred = infer(ox.Dataset([*AXIOMS, *stated]))
    return {statement(quad.triple) for quad in [*stated, *inferred]}


def statement(triple: ox.Triple) -> Statement:
    """Return a triple as text."""
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _above(predicate: str) -> dict[str, set[str]]:
    """Return all named classes (or properties) above each one of ours, worked out without a reasoner."""
    direct: dict[str, set[str]] = defaultdict(set)
    for quad in ONTOLOGY:
        if quad.predicate.value == predicate and isinstance(quad.subject, ox.NamedNode):
            direct[quad.subject.value].add(cast("ox.NamedNode", quad.object).value)

    def climb(iri: str) -> set[str]:
        return direct[iri].union(*(climb(parent) for parent in list(direct[iri])))

    return {iri: climb(iri) for iri in sorted(direct)}


LITERAL_PROPERTIES = {
    quad.subject.value
    for quad in ONTOLOGY
    if isinstance(quad.subject, ox.NamedNode) and str(quad.object) == f"<{OWL}DatatypeProperty>"
}


def _hierarchy() -> Iterator[tuple[Statement, Statement]]:
    """Yield a fact for each class and property that has one above it, with each conclusion from it."""
    for iri, parents in _above(f"{RDFS}subClassOf").items():
        thing = f"<{ID}action/of-class-{curie(iri)}>"
        for parent in sorted(parents):
            yield (thing, f"<{RDF}type>", f"<{iri}>"), (thing, f"<{RDF}type>", f"<{parent}>")
    for iri, parents in _above(f"{RDFS}subPropertyOf").items():
        subject = f"<{ID}action/of-property-{curie(iri)}>"
        value = (
            f'"{curie(iri)}"' if iri in LITERAL_PROPERTIES else f"<{ID}action/value-of-property-{curie(iri)}>"
        )
        for parent in sorted(parents):
            yield (subject, f"<{iri}>", value), (subject, f"<{parent}>", value)


HIERARCHY = list(_hierarchy())


@pytest.fixture(scope="module")
def conclusions() -> set[Statement]:
    """The closure of the facts of every inference, and of one thing for each class and property."""
    triples = [triple for case, item in enumerate(INFERENCES) for triple in parse(item.facts, case)]
    source = "\n".join(f"{s} {p} {o} ." for s, p, o in {fact for fact, _ in HIERARCHY})
    triples += [quad.triple for quad in ox.parse(source, format=ox.RdfFormat.N_TRIPLES)]
    return closure(triples)


@pytest.fixture(scope="module")
def messages() -> list[str]:
    """What the reasoner says of each contradiction, or nothing where it finds none."""

    def contradict(case: int) -> str:
        try:
            closure(parse(CONTRADICTIONS[case].facts, case))
        except InconsistencyError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(contradict, range(len(CONTRADICTIONS))))


@pytest.mark.parametrize("case", range(len(INFERENCES)), ids=[case.shows for case in INFERENCES])
def test_an_axiom_infers(case: int, conclusions: set[Statement]) -> None:
    item = INFERENCES[case]
    follows = {statement(triple) for triple in parse(item.follows, case)}
    never = {statement(triple) for triple in parse(item.never, case)}
    assert follows - conclusions == set()
    assert follows - {statement(triple) for triple in parse(item.facts, case)}
    assert never & conclusions == set()


def test_each_class_and_property_brings_those_above_it(conclusions: set[Statement]) -> None:
    """Also shows that each class can have an instance: the closure is consistent."""
    assert len(HIERARCHY) > 200
    assert {conclusion for _, conclusion in HIERARCHY} - conclusions == set()


def test_literals_are_aligned_with_schema_org_and_others() -> None:
    above = _above(f"{RDFS}subPropertyOf")
    schema = "https://schema.org/"
    assert {curie(iri): above[iri] for iri in above if iri in LITERAL_PROPERTIES} == {
        "value": {f"{schema}value"},
        "lowerBound": {f"{schema}minValue"},
        "upperBound": {f"{schema}maxValue"},
        "areaCode": {f"{schema}identifier"},
        "industryCode": {f"{schema}identifier"},
        "unifiedSocialCreditCode": {f"{schema}identifier", "http://www.w3.org/ns/org#identifier"},
        "date": {"http://purl.org/dc/terms/date"},
    }


@pytest.mark.parametrize("case", range(len(CONTRADICTIONS)), ids=[case.shows for case in CONTRADICTIONS])
def test_an_axiom_excludes(case: int, messages: list[str]) -> None:
    missing = [words for words in CONTRADICTIONS[case].mentions if words not in messages[case]]
    assert missing == []


def test_every_axiom_stands_above() -> None:
    """An axiom that is added without a case here fails: list it, and show what it is for."""
    assert pairs(f"{OWL}disjointWith") == {("NationalAssociation", "LocalAssociation"), ("Meeting", "Action")}
    assert pairs(f"{OWL}propertyDisjointWith") == {("agent", "commissioner"), ("giver", "commissioner")}
    assert pairs(f"{OWL}inverseOf") == {
        ("agentIn", "agent"),
        ("actorIn", "actor"),
        ("issuedBy", "issued"),
        ("evidenceFor", "evidence"),
    }
    chains = [[curie(iri) for iri in chain] for chain in lists("propertyChainAxiom")]
    assert sorted(chains) == [
        ["actor", "namedMember"],
        ["actorIn", "placeWithin"],
        ["beneficiary", "locatedIn"],
        ["placeWithin", "locatedIn"],
    ]
    assert sorted(len(kinds) for kinds in DISJOINT_KINDS) == [3, 15]
    typed = pairs(f"{RDF}type")
    functional = {name for name, kind in typed if kind == "FunctionalProperty"}
    assert functional == {"hedge", "measure", "unit"}
    assert {name for name, kind in typed if kind == "TransitiveProperty"} == {"locatedIn"}
    restrictions = [
        quad for quad in ONTOLOGY if quad.predicate.value in {f"{OWL}someValuesFrom", f"{OWL}hasValue"}
    ]
    assert len(restrictions) == 4
    used = {quad.predicate.value for quad in ONTOLOGY if quad.predicate.value.startswith((OWL, f"{RDFS}sub"))}
    assert {curie(iri) for iri in used} == {
        *(
            "subClassOf",
            "subPropertyOf",
            "equivalentClass",
            "intersectionOf",
            "onProperty",
            "someValuesFrom",
            "hasValue",
        ),
        *("disjointWith", "members", "inverseOf", "propertyChainAxiom", "propertyDisjointWith", "hasKey"),
        *("distinctMembers", "differentFrom", "versionIRI", "versionInfo"),
    }


@pytest.mark.parametrize("scheme", ["measure", "hedge", "unit"])
def test_all_concepts_of_a_functional_property_are_different(scheme: str) -> None:
    """The last of the list stands apart by pairs too, since owlrl leaves it out of the list."""
    concepts = {
        str(quad.subject)[1:-1]
        for quad in ONTOLOGY
        if quad.predicate.value == f"{SKOS}inScheme" and str(quad.object) == f"<{SCHEME}{scheme}>"
    }
    (different,) = [found for found in lists("distinctMembers") if found[0] in concepts]
    assert set(different) == concepts
    assert len(different) == len(concepts)
    apart = {other for subject, other in pairs(f"{OWL}differentFrom") if subject == different[-1]}
    assert apart == concepts - {different[-1]}


def test_the_key_of_organisations_is_declared() -> None:
    assert [[curie(iri) for iri in key] for key in lists("hasKey")] == [["unifiedSocialCreditCode"]]


def test_what_heads_a_chain_stands_in_no_axiom_that_owl_dl_forbids_there() -> None:
    """OWL 2 DL, §11.2: a composite property, or one above it, is not functional or disjoint with another."""
    heads = {
        curie(str(quad.subject)[1:-1])
        for quad in ONTOLOGY
        if quad.predicate.value == f"{OWL}propertyChainAxiom"
    }
    heads |= {"locatedIn"}
    inverses = pairs(f"{OWL}inverseOf")
    above = {
        curie(iri): {curie(parent) for parent in parents}
        for iri, parents in _above(f"{RDFS}subPropertyOf").items()
    }
    composite = heads.union(*(above.get(head, set()) for head in heads))
    composite |= {name for pair in inverses if composite & set(pair) for name in pair}
    restricted = {name for pair in pairs(f"{OWL}propertyDisjointWith") for name in pair} | {
        "hedge",
        "measure",
        "unit",
    }
    assert composite >= {"actor", "actorIn", "participant", "placeWithin", "actsForPlaceWithin", "locatedIn"}
    assert composite & restricted == set()
