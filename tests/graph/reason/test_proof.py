"""Proofs: short, without circles, down to what is asserted; others on demand."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from benchmarks.random_graphs import random_graph
from tests.graph.reason.turtle import triple_of, triples_of

from tongzhou.graph.reason import Closure, Proof, Statement, project_rules

RULES = project_rules("rl")


def closed(facts: str) -> Closure:
    closure = Closure(RULES)
    closure.add(triples_of(facts))
    return closure


def proof_of(closure: Closure, fact: str) -> Proof:
    proof = closure.proof(triple_of(fact))
    assert proof is not None
    return proof


def require_sound(closure: Closure, proof: Proof) -> None:
    """Each step uses what is asserted or was concluded before it, and nothing is concluded twice."""
    concluded: set[Statement | None] = set()
    for step in proof.steps:
        assert step.conclusion not in concluded
        for premise in step.premises:
            assert premise in concluded or closure.is_asserted(premise)
        concluded.add(step.conclusion)
    assert not proof.steps or proof.steps[-1].conclusion == proof.conclusion
    assert all(closure.is_asserted(leaf) for leaf in proof.leaves)


def test_asserted_statement_is_its_own_proof() -> None:
    closure = closed(":a a :C .")
    proof = proof_of(closure, ":a a :C")
    assert proof.steps == ()
    assert [leaf.triple for leaf in proof.leaves] == [triple_of(":a a :C")]
    assert closure.proof(triple_of(":a a :D")) is None
    assert list(closure.proofs(triple_of(":a a :D"))) == []


def test_shortest_proof_comes_first_and_others_after() -> None:
    closure = closed(
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :F . :a a :C . :p rdfs:domain :F . :a :p :b ."
    )
    proof = proof_of(closure, ":a a :F")
    assert [step.rule for step in proof.steps] == ["prp-dom"]
    others = list(closure.proofs(triple_of(":a a :F")))
    assert others[0] == proof
    assert [len(each) for each in others] == sorted(len(each) for each in others)
    assert {each.steps[-1].rule for each in others} == {"prp-dom", "cax-sco"}
    for each in others:
        require_sound(closure, each)


def test_lemma_that_is_used_twice_stands_once() -> None:
    closure = closed(
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E , :F . :G owl:intersectionOf ( :E :F ) . :a a :C ."
    )
    proof = proof_of(closure, ":a a :G")
    require_sound(closure, proof)
    assert sum(step.conclusion == Statement.of(triple_of(":a a :D")) for step in proof.steps) <= 1
    depths = [depth for depth, _ in proof.from_the_conclusion()]
    assert depths[0] == 0
    assert len(depths) == len(proof)
    assert proof.step_to(proof.conclusion) == proof.steps[-1]
    assert proof.step_to(proof.leaves[0]) is None


def test_list_stands_in_a_proof_with_its_cells() -> None:
    closure = closed(
        ":p owl:propertyChainAxiom :l . :l rdf:first :q ; rdf:rest :k . :k rdf:first :r ; rdf:rest () ."
        " :a :q :b . :b :r :c ."
    )
    (step,) = proof_of(closure, ":a :p :c").steps
    assert {str(premise.predicate).rpartition("#")[2] for premise in step.premises} >= {"first>", "rest>"}
    assert len([p for p in step.premises if "#rest" in str(p.predicate)]) == 2
    assert len([p for p in step.premises if "#first" in str(p.predicate)]) == 2


def test_pair_of_a_list_with_copies_is_shown_at_two_cells() -> None:
    closure = closed(
        ":d a owl:AllDifferent ; owl:members :l . :l rdf:first :a ; rdf:rest :k . :k rdf:first :b ; rdf:rest () ."
        " :a owl:sameAs :b ."
    )
    for contradiction in closure.contradictions:
        cells = [p.subject for p in contradiction.premises if "#first" in str(p.predicate)]
        assert len(set(cells)) == 2
        require_sound(closure, closure.refutation(contradiction))


def test_generalised_triples_are_steps_too() -> None:
    closure = closed(':p owl:inverseOf :q . :q rdfs:subPropertyOf :r . :r owl:inverseOf :s . :a :p "v" .')
    proof = proof_of(closure, ':a :s "v"')
    require_sound(closure, proof)
    middle = [step.conclusion for step in proof.steps[:-1]]
    assert any(
        isinstance(statement.subject, ox.Literal) and statement.triple is None
        for statement in middle
        if statement
    )


@pytest.mark.parametrize("seed", range(6))
def test_proofs_of_random_graphs_are_sound_and_no_longer_than_recorded_ones(seed: int) -> None:
    chance = random.Random(seed)
    closure = Closure(RULES)
    triples = random_graph(chance, pieces=40)
    closure.add(triples)
    closure.remove(triples[::5])
    inferred = list(closure.inferred(trivial=True))
    for triple in chance.sample(inferred, min(25, len(inferred))):
        proof = closure.proof(triple)
        assert proof is not None
        require_sound(closure, proof)
        assert len(proof) <= len(recorded_steps(closure, Statement.of(triple)))
        for other in closure.proofs(triple):
            require_sound(closure, other)
    for contradiction in closure.contradictions[:10]:
        require_sound(closure, closure.refutation(contradiction))


def recorded_steps(closure: Closure, statement: Statement) -> set[Statement]:
    """Return what is concluded on the way to a statement, following the records; a tree has no fewer steps."""
    found: set[Statement] = set()
    waiting = [statement]
    while waiting:
        each = waiting.pop()
        derivation = closure.derivation(each)
        if derivation is not None and each not in found:
            found.add(each)
            waiting += derivation.premises
    return found
