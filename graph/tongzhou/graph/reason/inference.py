"""The inferred graph: what the rules add to the merge of all graphs, and nothing else.

Noise, which is left out:

- what is asserted already;
- triples whose subject or object is a blank node (class expressions), or whose subject is not ours;
- reflexive triples (`c equivalentClass c`, `x sameAs x`, …);
- `x a owl:Thing`, `c subClassOf owl:Thing`, `owl:Nothing` as a subclass;
- types in the vocabulary of RDF, RDFS and OWL themselves (`a owl:NamedIndividual`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyoxigraph as ox

from tongzhou.graph.errors import InconsistencyError
from tongzhou.graph.namespaces import BASE, INFERRED_GRAPH, OWL, RDF, RDFS, shorten
from tongzhou.graph.reason.closure import Closure
from tongzhou.graph.reason.proof import Proof, Statement, Term
from tongzhou.graph.reason.rule_syntax import load_rules
from tongzhou.graph.reason.rules import Rules
from tongzhou.graph.resources import rules_dir

ENTAILMENTS = ("none", "rdfs", "rl")
"""What a build may infer: nothing, by the rules of RDFS, or by all rules of OWL 2 RL."""

_OWN_VOCABULARY = (OWL, RDF, RDFS)
_TRIVIAL_CLASSES = frozenset({f"{OWL}Thing", f"{RDFS}Resource", f"{OWL}Nothing"})
_MOST_TOLD = 20


class ContradictionError(InconsistencyError):
    """The graph contradicts the ontology; `proofs` tells how, one proof for each contradiction that is told."""

    def __init__(self, proofs: Sequence[Proof], labels: Sequence[str], *, more: int = 0) -> None:
        """Word the contradictions; `labels` has the name of each one's rule, `more` counts those that are not told."""
        self.proofs = tuple(proofs)
        lines = [f"  {_in_words(proof, label)}" for proof, label in zip(proofs, labels, strict=True)]
        if more:
            lines.append(f"  and {more:,} more")
        super().__init__("\n".join(["the graph contradicts the ontology:", *lines]))


@lru_cache(maxsize=4)
def project_rules(entailment: str = "rl") -> Rules:
    """Return the rules of the project under an entailment regime, one of ENTAILMENTS. Raises SourceError."""
    return load_rules([rules_dir()]).regime(entailment)


def infer(dataset: ox.Dataset, *, entailment: str = "rl") -> ox.Dataset:
    """Return the quads of the inferred graph, by the rules of the project.

    Raises ContradictionError where the dataset contradicts itself, ReasoningError over the limit of a closure.
    """
    closure = Closure(project_rules(entailment))
    closure.assert_only(quad.triple for quad in dataset)
    return inferred_quads(closure)


def inferred_quads(closure: Closure) -> ox.Dataset:
    """Return what a closure infers about things of ours, as the inferred graph. Raises ContradictionError."""
    require_consistent(closure)
    graph = ox.NamedNode(INFERRED_GRAPH)
    added = sorted((triple for triple in closure.inferred() if not _is_noise(triple)), key=str)
    return ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in added)


def require_consistent(closure: Closure) -> None:
    """Raise ContradictionError, with proofs, where a closure has contradictions."""
    contradictions = closure.contradictions
    if contradictions:
        told = contradictions[:_MOST_TOLD]
        raise ContradictionError(
            [closure.refutation(each) for each in told],
            [closure.rules.label(each.rule, "en") for each in told],
            more=len(contradictions) - len(told),
        )


def _is_noise(triple: ox.Triple) -> bool:
    subject, value = triple.subject, triple.object
    if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
        return True
    if subject == value or not subject.value.startswith(BASE) or value.value in _TRIVIAL_CLASSES:
        return True
    return triple.predicate.value == f"{RDF}type" and value.value.startswith(_OWN_VOCABULARY)


def _in_words(proof: Proof, label: str) -> str:
    """Word a contradiction on one line: the rule, and what it clashes on, lists by their members."""
    last = proof.steps[-1]
    said = [_statement_in_words(s) for s in last.premises if str(s.predicate) != f"<{RDF}rest>"]
    return f"{last.rule} ({label}): {'; '.join(said)}"


def _statement_in_words(statement: Statement) -> str:
    return " ".join("a" if str(term) == f"<{RDF}type>" else _term_in_words(term) for term in statement)


def _term_in_words(term: Term) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)
