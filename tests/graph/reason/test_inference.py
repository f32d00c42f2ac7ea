"""The inferred graph: what follows, no noise, no more than once, and contradictions in words."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.errors import InconsistencyError, SourceError
from tongzhou.graph.namespaces import BASE, ID, INFERRED_GRAPH, OWL, RDF, RDFS, SCHEMA, TZ
from tongzhou.graph.reason import ENTAILMENTS, ContradictionError, infer, project_rules
from tongzhou.graph.resources import ontology_dir

TYPE = ox.NamedNode(f"{RDF}type")
GRAPH = ox.NamedNode(f"{BASE}graph/article/test")


def quad(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"{ID}{subject}"), ox.NamedNode(predicate), value, GRAPH)


def with_ontology(*quads: ox.Quad) -> ox.Dataset:
    return ox.Dataset([*compile_ontology(ontology_dir()), *quads])


@pytest.fixture(scope="module")
def inferred(dataset: ox.Dataset) -> list[ox.Triple]:
    return [each.triple for each in dataset.quads_for_graph_name(ox.NamedNode(INFERRED_GRAPH))]


def test_nothing_inferred_is_asserted(dataset: ox.Dataset, inferred: list[ox.Triple]) -> None:
    graph = ox.NamedNode(INFERRED_GRAPH)
    asserted = {each.triple for each in dataset if each.graph_name != graph}
    assert len(inferred) > 1000
    assert asserted.isdisjoint(inferred)


def test_there_is_no_noise(inferred: list[ox.Triple]) -> None:
    for triple in inferred:
        assert isinstance(triple.subject, ox.NamedNode)
        assert triple.subject.value.startswith(BASE)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        assert triple.subject != triple.object
        assert triple.object not in {ox.NamedNode(f"{OWL}Thing"), ox.NamedNode(f"{RDFS}Resource")}


def test_literals_follow_the_superproperties(inferred: list[ox.Triple]) -> None:
    values = [triple for triple in inferred if triple.predicate.value == f"{SCHEMA}value"]
    assert len(values) == 19
    assert all(isinstance(triple.object, ox.Literal) for triple in values)


def test_result_does_not_depend_on_the_order() -> None:
    quads = [
        quad("org/a", TYPE.value, ox.NamedNode(f"{TZ}Association")),
        quad("action/x", f"{TZ}agent", ox.NamedNode(f"{ID}org/a")),
    ]
    assert infer(with_ontology(*quads)) == infer(with_ontology(*reversed(quads)))


def test_contradiction_names_what_clashes() -> None:
    kinds = [quad("org/a", TYPE.value, ox.NamedNode(f"{TZ}{kind}")) for kind in ("Enterprise", "Association")]
    with pytest.raises(ContradictionError) as caught:
        infer(with_ontology(*kinds))
    first, *lines = str(caught.value).split("\n")
    assert first == "the graph contradicts the ontology:"
    assert len(lines) == len(caught.value.proofs) >= 1
    (line,) = [each for each in lines if "tz:Enterprise" in each]
    assert line.startswith("  cax-adc (Nothing is in two of classes that are all disjoint): ")
    assert "org/a a tz:Enterprise" in line
    assert "http" not in line
    for proof in caught.value.proofs:
        assert proof.conclusion is None
        assert {kind.triple for kind in kinds} & {leaf.triple for leaf in proof.leaves}


def test_types_clash_over_a_place_that_is_an_action() -> None:
    kinds = [quad("place/a", TYPE.value, ox.NamedNode(f"{TZ}{kind}")) for kind in ("Place", "Meeting")]
    with pytest.raises(InconsistencyError) as caught:
        infer(with_ontology(*kinds))
    assert "tz:Occurrence" in str(caught.value)
    assert "http" not in str(caught.value)


def test_many_contradictions_are_counted_and_not_all_told() -> None:
    kinds = [
        quad(f"place/{number}", TYPE.value, ox.NamedNode(f"{TZ}{kind}"))
        for number in range(40)
        for kind in ("Place", "Meeting")
    ]
    with pytest.raises(ContradictionError, match=r"\n  and \d+ more$") as caught:
        infer(with_ontology(*kinds))
    assert len(caught.value.proofs) == 20


def test_entailments_infer_more_and_more() -> None:
    facts = with_ontology(
        quad("org/a", TYPE.value, ox.NamedNode(f"{TZ}NationalAssociation")),
        quad("action/x", f"{TZ}agent", ox.NamedNode(f"{ID}org/a")),
    )
    sizes = [len(infer(facts, entailment=entailment)) for entailment in ENTAILMENTS]
    assert sizes[0] == 0
    assert sizes[0] < sizes[1] < sizes[2]


def test_unknown_entailment_is_refused() -> None:
    with pytest.raises(SourceError, match="no rules are known as 'owl2'.*Use one of none, rdfs, rl"):
        project_rules("owl2")


def test_keys_merge_what_shares_a_code() -> None:
    code = ox.Literal("51100000500000005X")
    quads = [
        each
        for name in ("org/a", "org/b")
        for each in (
            quad(name, TYPE.value, ox.NamedNode(f"{TZ}Association")),
            quad(name, f"{TZ}unifiedSocialCreditCode", code),
        )
    ]
    same = ox.Triple(ox.NamedNode(f"{ID}org/a"), ox.NamedNode(f"{OWL}sameAs"), ox.NamedNode(f"{ID}org/b"))
    assert same in {each.triple for each in infer(with_ontology(*quads))}
