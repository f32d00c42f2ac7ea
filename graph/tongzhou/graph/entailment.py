"""How a graph was inferred, for its description: the entailment regime, and how many triples follow by each rule.

Sources: https://www.w3.org/TR/sparql11-entailment/, https://www.w3.org/TR/sparql11-service-description/#sd-EntailmentRegime.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from tongzhou.graph.namespaces import DCTERMS, INFERRED_GRAPH, PREFIXES, RDF, RDFS, SCHEME, SKOS, TZ, XSD
from tongzhou.graph.parameters import LANGUAGES
from tongzhou.graph.reason import Closure
from tongzhou.graph.reason.rules import Rule, Scan

REGIMES: Mapping[str, tuple[str, ...]] = {
    "none": ("http://www.w3.org/ns/entailment/Simple",),
    "rdfs": ("http://www.w3.org/ns/entailment/RDFS",),
    "rl": ("http://www.w3.org/ns/entailment/OWL-RDF-Based", "http://www.w3.org/ns/owl-profile/RL"),
}
"""The entailment regime of each choice of a build as the W3C names it, and the profile of OWL where it has one."""

RULES = f"{SCHEME}rule"
"""The scheme of the rules of inference."""

_VOID = PREFIXES["void"]
_TITLES = {"zh": "推理规则", "en": "rules of inference"}
_ABOUT = {
    "zh": "本图据以推理的规则，其条件与结论见 ontology/rules。其中的公理不是规则，另在本体中。",
    "en": "The rules by which the graph was inferred, as ontology/rules has them. Axioms of the ontology are no rules.",
}


@dataclass(frozen=True)
class Entailment:
    """The choice of a build (`none`, `rdfs`, `rl`), the triples by each rule, and the names of all rules by language."""

    name: str
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


def concept_of(rule: str) -> str:
    """Return the IRI of a rule.

    >>> concept_of("prp-trp")
    'https://w3id.org/tongzhou/scheme/rule/prp-trp'
    """
    return f"{RULES}/{rule}"


def entailment_of_closure(name: str, closure: Closure, inferred: Iterable[ox.Triple]) -> Entailment:
    """Count by which rules triples follow in one step from others; one that follows by several counts for each.

    Which of them was recorded depends on the order of changes, so that records are not asked.
    """
    counts = Counter(
        rule
        for triple in inferred
        for rule in {derivation.rule for derivation in closure.derivations(triple)}
    )
    rules = closure.rules
    named: list[Rule | Scan] = [*rules.rules, *rules.scans]
    labels = {rule.id: rule.labels for rule in named}
    return Entailment(name, dict(sorted(counts.items())), labels)


def describe_entailment(dataset: str, entailment: Entailment) -> Iterator[ox.Triple]:
    """Yield the regime of a dataset, and the part of the inferred graph that each rule gives."""
    for regime in REGIMES[entailment.name]:
        yield _triple(dataset, f"{DCTERMS}conformsTo", ox.NamedNode(regime))
    yield from _rules(entailment.labels)
    for rule, count in entailment.counts.items():
        concept, part = concept_of(rule), f"{dataset}/rule/{rule}"
        yield _triple(INFERRED_GRAPH, f"{_VOID}subset", ox.NamedNode(part))
        yield _triple(part, f"{RDF}type", ox.NamedNode(f"{_VOID}Dataset"))
        yield _triple(part, f"{TZ}rule", ox.NamedNode(concept))
        number = ox.Literal(str(count), datatype=ox.NamedNode(f"{XSD}integer"))
        yield _triple(part, f"{_VOID}triples", number)


def _rules(labels: Mapping[str, Mapping[str, str]]) -> Iterator[ox.Triple]:
    """Yield the rules as concepts of their scheme."""
    if labels:
        yield from _named(RULES, "ConceptScheme", _TITLES)
        for code in LANGUAGES:
            yield _triple(RULES, f"{SKOS}definition", ox.Literal(_ABOUT[code], language=code))
    for rule, names in sorted(labels.items()):
        concept = concept_of(rule)
        yield from _named(concept, "Concept", names)
        yield _triple(concept, f"{SKOS}inScheme", ox.NamedNode(RULES))
        yield _triple(concept, f"{SKOS}notation", ox.Literal(rule))


def _named(iri: str, kind: str, labels: Mapping[str, str]) -> Iterator[ox.Triple]:
    yield _triple(iri, f"{RDF}type", ox.NamedNode(f"{SKOS}{kind}"))
    for code in LANGUAGES:
        yield _triple(iri, f"{RDFS}label", ox.Literal(labels[code], language=code))
        yield _triple(iri, f"{SKOS}prefLabel", ox.Literal(labels[code], language=code))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
