"""Reasoning: rules as data, a closure that follows changes, and proofs.

    rules = load_rules([resources.rules_dir()]).regime("rl")   # or project_rules("rl")
    closure = Closure(rules)
    closure.add(triples)
    closure.inferred()                 # what follows, as triples
    closure.remove(triples)            # take back, with what follows from nothing else
    closure.contradictions             # what can't be true together: rule and premises
    closure.refutation(contradiction)  # how it follows: a Proof
    closure.proof(triple)              # why it follows: the shortest Proof; proofs(triple) yields others
    closure.derivation(triple)         # the recorded single step; derivations(triple) yields all
    closure.dump()                     # the state as bytes; Closure.load(data, rules) goes on from it

`infer` is the step of the build that makes the inferred graph. Inside: `rule_syntax` reads rules, `conditions` numbers their
constants, `triggers` and `plan` decide what is looked up when, `generator` and `program` make Python of it, `engine` runs it
over `store`, `retraction` takes triples back, `proving` finds short proofs.
"""

from tongzhou.graph.reason.closure import Closure
from tongzhou.graph.reason.inference import (
    ENTAILMENTS,
    ContradictionError,
    infer,
    inferred_quads,
    project_rules,
)
from tongzhou.graph.reason.proof import Contradiction, Derivation, Proof, Statement, Step
from tongzhou.graph.reason.rule_syntax import load_rules
from tongzhou.graph.reason.rules import Rule, Rules

__all__ = [
    "ENTAILMENTS",
    "Closure",
    "Contradiction",
    "ContradictionError",
    "Derivation",
    "Proof",
    "Rule",
    "Rules",
    "Statement",
    "Step",
    "infer",
    "inferred_quads",
    "load_rules",
    "project_rules",
]
