"""The engine against the second evaluator, owlrl and reasonable, on random graphs of every construct.

`python -m benchmarks.differential` does the same on thousands.
"""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from benchmarks.differences import OWLRL, REASONABLE, Comparison, Peer, Triples, evaluators_differ, without
from benchmarks.ontologies import made_graph
from benchmarks.random_graphs import KINDS, Pieces, random_graph
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.reason import Closure, Rules, load_rules
from tongzhou.graph.resources import ontology_dir

RULES = load_rules([ontology_dir() / "rules"])
PEER_GRAPHS = {"owlrl": range(3), "reasonable": range(40)}


MOST = 3_000
"""Few things that are all the same have more contradictions than memory holds."""


def differences(triples: Triples, rules: Rules = RULES) -> list[str]:
    closure = Closure(rules, limit=MOST)
    try:
        closure.add(triples)
    except ReasoningError:
        reject()
    return list(evaluators_differ(closure, triples))


@st.composite
def graphs(draw: st.DrawFn) -> list[ox.Triple]:
    """Draw the kinds of the pieces, and what they speak of."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), max_size=40))
    pieces = Pieces(draw(st.randoms(use_true_random=False)), things=draw(st.integers(2, 5)), strange=0.05)
    return list(dict.fromkeys(triple for kind in kinds for triple in pieces.make(kind)))


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(graphs())
def test_engine_and_sparql_agree(triples: list[ox.Triple]) -> None:
    assert differences(triples) == []


@pytest.mark.parametrize("number", range(0, 80, 20))
def test_engine_and_sparql_agree_where_few_kinds_meet(number: int) -> None:
    for seed in range(number, number + 20):
        assert differences(random_graph(random.Random(seed))) == []


@pytest.mark.parametrize("same", [0.1, 1])
def test_engine_and_sparql_agree_on_a_made_graph(same: float) -> None:
    triples = list(made_graph(2_000, same=same, clash=True))
    closure = Closure(RULES)
    closure.add(triples)
    assert list(evaluators_differ(closure, triples)) == []
    denials = {rule.id for rule in RULES if not rule.head}
    assert denials - {contradiction.rule for contradiction in closure.contradictions} == set()


@pytest.mark.parametrize("peer", [OWLRL, REASONABLE], ids=lambda peer: peer.name)
def test_engine_and_peers_agree_but_for_what_is_known(peer: Peer) -> None:
    comparison = Comparison(peer, RULES)
    for seed in PEER_GRAPHS[peer.name]:
        triples = peer.give(random_graph(random.Random(seed), strange=0))
        assert list(comparison.differences(triples)) == []


def test_a_rule_that_is_missing_shows() -> None:
    triples = list(made_graph(600))
    closure = Closure(without(RULES, ["cax-sco"]))
    closure.add(triples)
    complete = Closure(RULES)
    complete.add(triples)
    assert set(closure.inferred(trivial=True)) < set(complete.inferred(trivial=True))
    assert list(Comparison(REASONABLE, without(RULES, ["cax-sco"])).differences(REASONABLE.give(triples)))
