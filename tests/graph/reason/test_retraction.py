"""Changes against rebuilds: whatever is added and taken back, in whatever order, the closure is that of what is left."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from benchmarks.random_graphs import random_graph
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.graph.reason.turtle import triple_of, triples_of

from tongzhou.graph.reason import Closure, Statement, project_rules

RULES = project_rules("rl")


def rebuilt(triples: set[ox.Triple]) -> Closure:
    closure = Closure(RULES)
    closure.add(sorted(triples, key=str))
    return closure


def statements(closure: Closure) -> set[str]:
    """Return all that is asserted or inferred, also what is no RDF."""
    texts = closure.engine.dictionary.texts
    return {b" ".join(texts[number] for number in triple).decode() for triple in closure.engine.store}


def clashes(closure: Closure) -> set[tuple[str, frozenset[Statement]]]:
    """Return the contradictions by rule and premises without the cells of lists, of which there may be a choice."""
    return {
        (each.rule, frozenset(p for p in each.premises if "rdf-syntax-ns#first" not in str(p.predicate)))
        for each in closure.contradictions
    }


def require_sound_records(closure: Closure, asserted: set[ox.Triple]) -> None:
    """Follow every record down: each premise has its record before, and those without one are asserted."""
    engine = closure.engine
    order = {triple: place for place, triple in enumerate(engine.store.records)}
    for triple, record in engine.store.records.items():
        if isinstance(record, tuple):
            assert all(order[premise] < order[triple] for premise in engine.premises(record))
        else:
            assert record is None
    assert set(closure.asserted()) == asserted


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), steps=st.integers(2, 8), pieces=st.sampled_from([15, 30, 45]))
def test_random_changes_equal_a_rebuild(seed: int, steps: int, pieces: int) -> None:
    chance = random.Random(seed)
    graph = random_graph(chance, pieces=pieces)
    asserted: set[ox.Triple] = set()
    closure = Closure(RULES)
    for _ in range(steps):
        if chance.random() < 0.5 or not asserted:
            change = [triple for triple in graph if chance.random() < 0.5]
            closure.add(change)
            asserted |= set(change)
        else:
            most = min(len(asserted), chance.choice([1, 2, 5, 30]))
            change = chance.sample(sorted(asserted, key=str), most)
            closure.remove(change)
            asserted -= set(change)
        other = rebuilt(asserted)
        assert statements(closure) == statements(other)
        assert clashes(closure) == clashes(other)
        require_sound_records(closure, asserted)


LIST = ":C owl:intersectionOf :l . :l rdf:first :D ; rdf:rest :k . :k rdf:first :E ; rdf:rest rdf:nil . :a a :D , :E ."


@pytest.mark.parametrize(
    "gone", [":l rdf:rest :k", ":k rdf:first :E", ":k rdf:rest rdf:nil", ":C owl:intersectionOf :l"]
)
def test_list_that_loses_a_triple_is_no_list_until_it_has_it_again(gone: str) -> None:
    closure = Closure(RULES)
    closure.add(triples_of(LIST))
    conclusion, change = triple_of(":a a :C"), [triple_of(gone)]
    assert conclusion in closure
    closure.remove(change)
    assert conclusion not in closure
    closure.add(change)
    assert conclusion in closure


def test_member_that_is_added_later_counts() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(LIST))
    closure.remove([triple_of(":k rdf:rest rdf:nil")])
    closure.add(triples_of(":k rdf:rest :j . :j rdf:first :F ; rdf:rest rdf:nil ."))
    assert triple_of(":a a :C") not in closure
    closure.add([triple_of(":a a :F")])
    assert triple_of(":a a :C") in closure


def test_what_follows_in_two_ways_stays() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(":a a :C , :D . :C rdfs:subClassOf :E . :D rdfs:subClassOf :E ."))
    closure.remove([triple_of(":a a :C")])
    assert triple_of(":a a :E") in closure
    closure.remove([triple_of(":a a :D")])
    assert triple_of(":a a :E") not in closure


def test_circles_do_not_hold_themselves_up() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(":p owl:inverseOf :q . :p a owl:SymmetricProperty . :a :p :b ."))
    assert triple_of(":b :q :a") in closure
    closure.remove([triple_of(":a :p :b")])
    assert set(closure.inferred()) == set()


def test_contradiction_goes_with_what_made_it() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(':C owl:disjointWith :D . :a a :C , :D ; :p "x"^^xsd:integer .'))
    assert {each.rule for each in closure.contradictions} == {"cax-dw", "dt-not-type"}
    closure.remove([triple_of(":a a :D"), triple_of(':a :p "x"^^xsd:integer')])
    assert closure.contradictions == ()


def test_ill_typed_literal_is_told_of_while_it_is_asserted() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(':q rdfs:subPropertyOf :p . :a :q "x"^^xsd:integer ; :p "x"^^xsd:integer .'))
    assert len(closure.contradictions) == 2
    closure.remove([triple_of(':a :p "x"^^xsd:integer')])
    assert triple_of(':a :p "x"^^xsd:integer') in closure
    assert len(closure.contradictions) == 1


def test_what_is_not_asserted_is_passed_over() -> None:
    closure = Closure(RULES)
    closure.add(triples_of(":a a :C . :C rdfs:subClassOf :D ."))
    closure.remove(triples_of(":a a :D . :new :p :new ."))
    assert triple_of(":a a :D") in closure
