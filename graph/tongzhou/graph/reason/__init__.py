"""Reasoning: rules as data, a closure that follows changes, and proofs.

    rules = load_rules([resources.rules_dir()]).regime("rl")
    closure = Closure(rules)
    closure.add(triples)
    closure.inferred()         # what follows, as triples
    closure.contradictions     # what can't be true together: rule and premises
    closure.derivation(t)      # why t follows: rule and premises; derivations(t) yields all single steps
    closure.remove(triples)    # take back, with what follows from nothing else

`infer` is the step of the build that makes the inferred graph.
"""

from tongzhou.graph.reason.closure import Closure
from tongzhou.graph.reason.inference import infer
from tongzhou.graph.reason.proof import Contradiction, Derivation, Statement
from tongzhou.graph.reason.rule_syntax import load_rules
from tongzhou.graph.reason.rules import Rule, Rules

__all__ = ["Closure", "Contradiction", "Derivation", "Rule", "Rules", "Statement", "infer", "load_rules"]
