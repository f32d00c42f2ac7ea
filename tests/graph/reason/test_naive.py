"""The engine against the rules as they read: the same statements, the same contradictions, and records that replay."""

from __future__ import annotations

import random

import pytest
from benchmarks.random_graphs import random_graph
from tests.graph.reason.naive import Naive, Values
from tests.graph.reason.test_retraction import statements

from tongzhou.graph.reason import Closure, Rule, Statement, project_rules
from tongzhou.graph.reason.rules import Variable

RULES = project_rules("rl")
BY_ID = {rule.id: rule for rule in RULES}
SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_closure_is_what_the_rules_say(seed: int) -> None:
    triples = random_graph(random.Random(seed), pieces=18)
    naive = Naive(RULES, map(Statement.of, triples))
    naive.close()
    closure = Closure(RULES)
    closure.add(triples)
    assert statements(closure) == {str(statement) for statement in naive.statements}
    scans = {scan.id for scan in RULES.scans}
    assert {each.rule for each in closure.contradictions} - scans == {rule for rule, _ in naive.clashes}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_follows_by_its_rule_from_its_premises_alone(seed: int) -> None:
    closure = Closure(RULES)
    closure.add(random_graph(random.Random(seed), pieces=30))
    term = closure.engine.dictionary.term
    for triple in closure.engine.store:
        statement = Statement(*map(term, triple))
        derivation = closure.derivation(statement)
        if derivation is not None:
            naive = Naive(RULES, derivation.premises)
            assert any(
                naive.holds(BY_ID[derivation.rule], values)
                for values in heads(BY_ID[derivation.rule], statement)
            )
    for clash in closure.contradictions:
        if clash.rule in BY_ID:
            assert Naive(RULES, clash.premises).holds(BY_ID[clash.rule], {})


def heads(rule: Rule, statement: Statement) -> list[Values]:
    """Return the values of variables for which a head of a rule is a statement."""
    found: list[Values] = []
    for pattern in rule.head:
        values: Values = {}
        for term, value in zip(pattern, statement, strict=True):
            known = values.setdefault(term.name, value) if isinstance(term, Variable) else term
            if known != value:
                break
        else:
            found.append(values)
    return found
