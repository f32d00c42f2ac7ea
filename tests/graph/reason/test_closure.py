"""The closure as a whole: traps that lie in equality, lists and numbers; order, limits, hostile ontologies, state."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.random_graphs import random_graph
from tests.graph.reason.turtle import triple_of, triples_of

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.namespaces import OWL
from tongzhou.graph.reason import Closure, Rules, load_rules, project_rules

SAME_AS = ox.NamedNode(f"{OWL}sameAs")
RULES = project_rules("rl")


def closed(facts: str, *, rules: Rules = RULES, limit: int = 1_000_000) -> Closure:
    closure = Closure(rules, limit=limit)
    closure.add(triples_of(facts))
    return closure


def clashes(closure: Closure) -> set[str]:
    return {contradiction.rule for contradiction in closure.contradictions}


# -- Traps -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling", ["1", '"01"^^xsd:integer', '"1"^^xsd:unsignedByte', '"+1"^^xsd:int', "1.0"]
)
def test_cardinality_is_read_by_its_value(spelling: str) -> None:
    closure = closed(f":C owl:maxCardinality {spelling} ; owl:onProperty :p . :a a :C ; :p :b , :c .")
    assert triple_of(":b owl:sameAs :c") in closure


def test_cardinality_keeps_its_spelling_in_what_follows() -> None:
    closure = closed(':C owl:maxCardinality "01"^^xsd:integer ; owl:sameAs :D .')
    assert triple_of(':D owl:maxCardinality "01"^^xsd:integer') in closure
    assert triple_of(":D owl:maxCardinality 1") not in closure


@pytest.mark.parametrize("later", [":a owl:sameAs :b .", "[] :x [] ."])
def test_members_that_become_the_same_still_clash(later: str) -> None:
    """SameAs gives each cell a second rdf:first, so that all cells have the same members."""
    closure = Closure(RULES)
    facts = triples_of(f"[] a owl:AllDifferent ; owl:members ( :a :b :c ) . {later}")
    closure.add(facts[:-1])
    assert clashes(closure) == set()
    closure.add(facts[-1:])
    assert ("eq-diff2" in clashes(closure)) == ("sameAs" in later)


@pytest.mark.parametrize("kind", ["AllDifferent", "AllDisjointClasses", "AllDisjointProperties"])
def test_type_of_the_axiom_may_come_last_and_go_first(kind: str) -> None:
    facts = {
        "AllDifferent": ":a owl:sameAs :b .",
        "AllDisjointClasses": ":x a :a , :b .",
        "AllDisjointProperties": ":x :a :y ; :b :y .",
    }[kind]
    closure = closed(f":axiom owl:members ( :a :b ) . {facts}")
    axiom = [triple_of(f":axiom a owl:{kind}")]
    assert clashes(closure) == set()
    closure.add(axiom)
    assert len(clashes(closure)) >= 1
    closure.remove(axiom)
    assert clashes(closure) == set()


def test_listed_type_that_is_taken_back_stays() -> None:
    """cls-oo has no premise about the individual: a type that was asserted too is asked of the lists."""
    closure = closed(":C owl:oneOf ( :a ) . :a a :C .")
    closure.remove([triple_of(":a a :C")])
    assert triple_of(":a a :C") in closure
    assert not closure.is_asserted(triple_of(":a a :C"))


def test_key_of_several_properties_merges_only_what_shares_all_values() -> None:
    closure = closed(
        ":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 ; :q 1 . :b a :C ; :p 1 ; :q 2 . :c a :C ; :p 1 ; :q 2 ."
    )
    found = {t for t in closure.inferred() if t.predicate == SAME_AS}
    assert found == {triple_of(":b owl:sameAs :c"), triple_of(":c owl:sameAs :b")}


def test_chain_goes_through_an_anonymous_inverse() -> None:
    closure = closed(":p owl:propertyChainAxiom ( [ owl:inverseOf :q ] :r ) . :a :q :b ; :r :c . :d :r :e .")
    assert set(closure.inferred(trivial=True)) == {triple_of(":b :p :c")}
    proof = closure.proof(triple_of(":b :p :c"))
    assert proof is not None
    assert all(closure.is_asserted(leaf) for leaf in proof.leaves)


def test_literals_pass_through_as_subjects_and_never_come_out() -> None:
    closure = closed(':p owl:inverseOf :q . :q rdfs:subPropertyOf :r . :r owl:inverseOf :s . :a :p "v" .')
    assert triple_of(':a :s "v"') in closure
    assert all(not isinstance(triple.subject, ox.Literal) for triple in closure.inferred(trivial=True))


def test_schema_may_follow_from_data() -> None:
    closure = closed(":below rdfs:subPropertyOf rdfs:subClassOf . :C :below :D . :a a :C .")
    assert triple_of(":a a :D") in closure
    closure.add(triples_of(":kind rdfs:subPropertyOf rdf:type . :b :kind :C ."))
    assert triple_of(":b a :D") in closure


def test_many_that_are_the_same_are_all_told_so() -> None:
    names = " , ".join(f":x{number}" for number in range(1, 30))
    closure = closed(f":x0 owl:sameAs {names} ; :p :v . :x7 :q :x9 .")
    inferred = set(closure.inferred())
    assert sum(t.predicate == SAME_AS for t in inferred) == 30 * 29 - 29
    assert triple_of(":x29 :q :x28") in closure
    assert triple_of(":x29 :p :v") in closure
    closure.remove([triple_of(":x0 owl:sameAs :x29")])
    assert triple_of(":x29 :p :v") not in closure
    assert triple_of(":x28 :q :x27") in closure


# -- What comes out ----------------------------------------------------------------------------------------------------------


def test_trivial_triples_show_on_demand_only() -> None:
    closure = closed(
        ":C a owl:Class . :D a owl:Class ; rdfs:subClassOf :C . :p a owl:ObjectProperty . :a a :D ."
    )
    assert set(closure.inferred()) == {triple_of(":a a :C")}
    trivial = set(closure.inferred(trivial=True))
    for fact in (
        ":C rdfs:subClassOf :C",
        ":C rdfs:subClassOf owl:Thing",
        "owl:Nothing rdfs:subClassOf :C",
        ":p rdfs:subPropertyOf :p",
        ":a a owl:Thing",
    ):
        assert triple_of(fact) in trivial


def test_nothing_is_the_same_as_itself() -> None:
    closure = closed(":p a owl:FunctionalProperty . :a :p :b ; owl:sameAs :c .")
    assert all(t.subject != t.object for t in closure.inferred(trivial=True) if t.predicate == SAME_AS)


def test_blank_nodes_keep_their_labels() -> None:
    closure = closed("_:a a :C . :C rdfs:subClassOf :D .")
    (triple,) = closure.inferred()
    assert triple.subject == triples_of("_:a a :C .")[0].subject or isinstance(triple.subject, ox.BlankNode)
    assert triple.subject in {t.subject for t in closure.asserted()}


def test_what_is_asserted_is_not_inferred_and_is_not_lost() -> None:
    closure = closed(":a a :C , :D . :C rdfs:subClassOf :D .")
    assert set(closure.inferred()) == set()
    assert closure.derivation(triple_of(":a a :D")) is None
    assert {d.rule for d in closure.derivations(triple_of(":a a :D"))} == {"cax-sco"}
    closure.remove([triple_of(":a a :C")])
    assert triple_of(":a a :D") in closure


@pytest.mark.parametrize("seed", range(12))
def test_result_does_not_depend_on_order_or_batches(seed: int) -> None:
    chance = random.Random(seed)
    triples = random_graph(chance)
    reference = Closure(RULES)
    reference.add(triples)
    shuffled = Closure(RULES)
    mixed = chance.sample(triples, len(triples))
    for start in range(0, len(mixed), 7):
        shuffled.add(mixed[start : start + 7])
    assert set(shuffled.inferred(trivial=True)) == set(reference.inferred(trivial=True))
    assert clashes(shuffled) == clashes(reference)


def test_same_input_gives_the_same_records() -> None:
    triples = random_graph(random.Random(5))
    dumps = []
    for _ in range(2):
        closure = Closure(RULES)
        closure.add(triples)
        dumps.append(closure.dump())
    assert dumps[0] == dumps[1]


# -- Limits and hostile ontologies -------------------------------------------------------------------------------------------


def test_limit_is_reported() -> None:
    chain = " ".join(f":n{i} :p :n{i + 1} ." for i in range(200))
    with pytest.raises(ReasoningError, match="more than 5,000 triples\\. Raise the limit"):
        closed(f":p a owl:TransitiveProperty . {chain}", limit=5_000)


def test_too_many_contradictions_end_it_and_one_is_told() -> None:
    both = " ".join(f":n{i} :p :m{j} ; :q :m{j} ." for i in range(330) for j in range(320))
    with pytest.raises(
        ReasoningError, match=r"more than 100,000 contradictions.* prp-pdw, from .*n\d+> <.*[pq]> <"
    ):
        closed(f":p owl:propertyDisjointWith :q . {both}")


def test_limit_holds_within_one_rule() -> None:
    """A single axiom that comes last may join a thousand triples with a thousand others."""
    spokes = " ".join(f":a{i} :p :hub . :hub :p :b{i} ." for i in range(1000))
    closure = closed(spokes, limit=100_000)
    with pytest.raises(ReasoningError, match="more than 100,000"):
        closure.add(triples_of(":p a owl:TransitiveProperty ."))
    assert len(closure) < 110_000


@pytest.mark.parametrize(
    "facts",
    [
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :C . :a a :C .",
        ":p owl:inverseOf :p ; rdfs:subPropertyOf :p . :p a owl:TransitiveProperty , owl:SymmetricProperty . :a :p :b , :c .",
        ":p owl:propertyChainAxiom ( :p :p ) , ( :p :q :p ) . :a :p :b . :b :p :a ; :q :a .",
        ":C owl:intersectionOf :l . :l rdf:first :D ; rdf:rest :l . :a a :D .",
        ":C owl:unionOf :l . :l rdf:first :D , :E ; rdf:rest :k , rdf:nil , :l ."
        " :k rdf:first :C ; rdf:rest :l , rdf:nil . :a a :E .",
        ":C owl:intersectionOf ( ) . :D owl:hasKey ( ) . :a a :D . :b a :D .",
        ":C owl:unionOf rdf:nil ; owl:oneOf ( :C ) ; owl:complementOf :D . :C owl:unionOf ( :C :D ) .",
        "owl:sameAs owl:sameAs rdf:type . rdf:type a :C . :a a :b . rdfs:subClassOf rdfs:subClassOf rdf:first .",
        "rdf:type rdfs:subPropertyOf owl:sameAs . :a a :C . rdfs:domain rdfs:domain rdfs:range .",
        "owl:members owl:inverseOf rdf:rest . :l rdf:rest rdf:nil ; rdf:first rdf:first ."
        " :d a owl:AllDifferent ; owl:members :l .",
        "[] owl:hasValue [] ; owl:onProperty owl:onProperty . :x owl:onProperty rdf:type ; owl:someValuesFrom owl:Thing .",
        "owl:Thing rdfs:subClassOf owl:Nothing . :a a :C . :C a owl:Class .",
    ],
)
def test_odd_ontologies_come_to_an_end(facts: str) -> None:
    closure = closed(facts, limit=20_000)
    again = Closure(RULES, limit=20_000)
    again.add(reversed(triples_of(facts)))
    assert len(again) == len(closure)
    assert len(closure) < 5_000


def test_list_that_branches_without_end_is_refused() -> None:
    cells = " ".join(
        f":c{i} rdf:first :D ; rdf:rest :c{i + 1} , :d{i + 1} . :d{i} rdf:first :D ; rdf:rest :c{i + 1} , :d{i + 1} ."
        for i in range(20)
    )
    with pytest.raises(ReasoningError, match=r"more than 1000 lists\. Give each cell one rdf:rest"):
        closed(f":C owl:unionOf :c0 . {cells} :c20 rdf:rest rdf:nil . :d20 rdf:rest rdf:nil .")


def test_long_list_is_walked() -> None:
    members = " ".join(f":m{i}" for i in range(3_000))
    closure = closed(f"[] a owl:AllDifferent ; owl:distinctMembers ( {members} ) . :m7 owl:sameAs :m2999 .")
    assert "eq-diff3" in clashes(closure)


# -- State and records -------------------------------------------------------------------------------------------------------


def test_state_goes_out_and_comes_back() -> None:
    triples = random_graph(random.Random(11), pieces=60)
    closure = Closure(RULES)
    closure.add(triples)
    again = Closure.load(closure.dump(), RULES)
    assert again.dump() == closure.dump()
    assert again.contradictions == closure.contradictions
    assert again.fired == closure.fired
    for each in (closure, again):
        each.remove(triples[::3])
    assert set(again.inferred(trivial=True)) == set(closure.inferred(trivial=True))


def test_state_of_other_rules_or_spoilt_is_refused() -> None:
    data = closed(":a a :C .").dump()
    with pytest.raises(ReasoningError, match=r"other rules\. Reason anew"):
        Closure.load(data, RULES.regime("rdfs"))
    for spoilt in (b"", b"x", data[:-4]):
        with pytest.raises(ReasoningError, match=r"spoilt .* Reason anew"):
            Closure.load(spoilt, RULES)


def test_only_the_difference_is_asserted() -> None:
    closure = closed(":a a :C . :b a :C . :C rdfs:subClassOf :D .")
    closure.assert_only(triples_of(":b a :C . :c a :C . :C rdfs:subClassOf :D ."))
    assert set(closure.inferred()) == {triple_of(":b a :D"), triple_of(":c a :D")}


def test_without_records_the_closure_is_the_same() -> None:
    triples = random_graph(random.Random(3))
    pair = [Closure(RULES, records=records) for records in (True, False)]
    for closure in pair:
        closure.add(triples)
        closure.remove(triples[::4])
    assert set(pair[0].inferred(trivial=True)) == set(pair[1].inferred(trivial=True))
    assert all(pair[1].derivation(triple) is None for triple in pair[1].inferred())


def test_rules_of_ones_own_are_applied(tmp_path: Path) -> None:
    (tmp_path / "own.rules").write_text(
        "prefix : <http://example.org/>\n"
        "uncle | ?x :parent ?y . ?y :brother ?z . ?z :age 7 | ?x :uncle ?z . ?z a :Uncle | 叔伯 | An uncle\n"
        "all-kin | ?f :kin ?l . LIST[?l, all ?m: ?x :knows ?m] | ?x :friendOf ?f | 相识 | Knows all kin\n"
        "reach | ?r :route ?l . LIST[?l, path ?x ?y] . ?x a :Start | ?y a :End | 可达 | Reached\n",
        encoding="utf-8",
    )
    rules = load_rules([tmp_path])
    closure = closed(
        ':a :parent :b . :b :brother :c . :c :age "07"^^xsd:integer . :f :kin ( :a :b ) . :x :knows :a , :b .'
        " :y :knows :a . :r :route ( :parent :brother ) . :a a :Start .",
        rules=rules,
    )
    assert {str(triple) for triple in closure.inferred()} == {
        str(triple_of(fact)) for fact in (":a :uncle :c", ":c a :Uncle", ":x :friendOf :f", ":c a :End")
    }
    closure.remove([triple_of(":x :knows :b"), triple_of(":a a :Start")])
    assert triple_of(":x :friendOf :f") not in closure
    assert triple_of(":c a :End") not in closure
