"""Every rule of the W3C table: what it concludes or contradicts, what misses it by little, or why it is left out.

The cases stand in table.toml.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.graph.reason.turtle import triples_of

from tongzhou.graph.reason import Closure, Rules, project_rules

CASES = tomllib.loads(Path(__file__).with_name("table.toml").read_text(encoding="utf-8"))
LEFT_OUT = {"eq-ref", "prp-ap", "cls-thing", "cls-nothing1", "dt-type1", "dt-type2", "dt-eq"}
TABLE = {
    "eq": "ref sym trans rep-s rep-p rep-o diff1 diff2 diff3",
    "prp": "ap dom rng fp ifp irp symp asyp trp spo1 spo2 eqp1 eqp2 pdw adp inv1 inv2 key npa1 npa2",
    "cls": "thing nothing1 nothing2 int1 int2 uni com svf1 svf2 avf hv1 hv2 maxc1 maxc2 maxqc1 maxqc2 maxqc3 maxqc4 oo",
    "cax": "sco eqc1 eqc2 dw adc",
    "dt": "type1 type2 eq diff not-type",
    "scm": "cls sco eqc1 eqc2 op dp spo eqp1 eqp2 dom1 dom2 rng1 rng2 hv svf1 svf2 avf1 avf2 int uni",
}
"""Tables 4 to 9 of OWL 2 Profiles, section 4.3."""


@pytest.fixture(scope="module")
def rules() -> Rules:
    return project_rules("rl")


def closure_of(rules: Rules, facts: str) -> Closure:
    closure = Closure(rules)
    closure.add(triples_of(facts))
    return closure


def test_all_78_rules_are_there_or_left_out_with_the_reason(rules: Rules) -> None:
    table = {f"{group}-{name}" for group, names in TABLE.items() for name in names.split()}
    assert len(table) == 78
    left_out = {entry.id: entry.reasons for entry in rules.left_out}
    assert set(left_out) == LEFT_OUT
    assert all(reasons["zh"] and reasons["en"] for reasons in left_out.values())
    applied = {rule.id for rule in rules if rule.id in rules.table} | {scan.id for scan in rules.scans}
    assert applied == {*(table - LEFT_OUT), "eq-ref-diff1", "eq-ref-diff2", "eq-ref-diff3"}
    assert set(CASES) == applied


def test_every_rule_has_a_name_in_chinese_and_english(rules: Rules) -> None:
    for rule in rules:
        assert rule.labels["zh"] != rule.labels["en"]
        assert rules.label(rule.id, "zh") == rule.labels["zh"]


@pytest.mark.parametrize("rule", [rule for rule in CASES if "follows" in CASES[rule]])
def test_a_rule_concludes(rules: Rules, rule: str) -> None:
    case = CASES[rule]
    closure = closure_of(rules, case["facts"])
    for triple in triples_of(case["follows"]):
        assert triple in closure
        assert not closure.is_asserted(triple)
        assert rule in {derivation.rule for derivation in closure.derivations(triple)}
    assert closure.contradictions == ()


@pytest.mark.parametrize("rule", [rule for rule in CASES if "follows" in CASES[rule]])
def test_a_rule_does_not_conclude_from_what_is_only_near(rules: Rules, rule: str) -> None:
    closure = closure_of(rules, CASES[rule]["near"])
    assert not any(triple in closure for triple in triples_of(CASES[rule]["follows"]))


@pytest.mark.parametrize("rule", [rule for rule in CASES if "clash" in CASES[rule]])
def test_a_rule_finds_its_contradiction(rules: Rules, rule: str) -> None:
    case = CASES[rule]
    closure = closure_of(rules, case["clash"])
    clashes = [clash for clash in closure.contradictions if clash.rule == rule]
    assert clashes
    for clash in clashes:
        proof = closure.refutation(clash)
        assert proof.conclusion is None
        assert proof.steps[-1].premises == clash.premises
        assert all(closure.is_asserted(leaf) for leaf in proof.leaves)
    assert closure_of(rules, case["near"]).contradictions == ()


def test_rules_of_rdfs_are_those_that_rdfs_has(rules: Rules) -> None:
    rdfs = rules.regime("rdfs")
    assert {rule.id for rule in rdfs if rule.id in rules.table} == {
        *("prp-dom", "prp-rng", "scm-spo", "prp-spo1", "cax-sco", "scm-sco"),
    }
    assert rdfs.scans == ()
    closure = closure_of(rdfs, ":p rdfs:domain :C . :C rdfs:subClassOf :D . :a :p :b ; owl:sameAs :c .")
    example = "http://example.org/"
    assert set(closure.inferred(trivial=True)) == {
        ox.Triple(
            ox.NamedNode(f"{example}a"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), kind
        )
        for kind in (ox.NamedNode(f"{example}C"), ox.NamedNode(f"{example}D"))
    }
