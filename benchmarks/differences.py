"""How other reasoners differ from the rules: what each misses, adds and can't be given, by pattern and with the reason.

What is left after that is unexplained, and a fault of one side. A gap is a rule that a reasoner lacks: what the rules without it
conclude is the least that the reasoner must say; what all rules conclude, and its noise, is the most that it may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from tongzhou.graph.namespaces import OWL, RDF, RDFS, XSD
from tongzhou.graph.reason import Closure, Contradiction, Rules
from tongzhou.graph.reason.reference import close_with_owlrl, close_with_reasonable
from tongzhou.graph.reason.sparql import Clash, SparqlClosure

Triples = list[ox.Triple]
Answer = tuple[set[ox.Triple], bool | None]
"""What is inferred, and whether a contradiction is found; None where none is looked for."""

_CARDINALITIES = (f"{OWL}maxCardinality", f"{OWL}maxQualifiedCardinality")
_CELL_PREDICATES = (f"<{RDF}first>", f"<{RDF}rest>")
_LANGUAGE = (OWL, RDF, RDFS, XSD)
_FUNCTIONAL_INVERSE = ox.NamedNode(f"{OWL}InverseFunctionalProperty")


@dataclass(frozen=True)
class Peer:
    """A reasoner of others."""

    name: str
    close: Callable[[Sequence[ox.Triple]], Answer]
    withheld: Mapping[str, Callable[[Triples], Triples]]
    """Why the peer is given less than the whole graph, and what takes that away."""
    gaps: Mapping[str, str]
    """The rules that it lacks, and why."""
    noise: Mapping[str, Callable[[ox.Triple], bool]]
    """What it says and the rules don't, with the reason."""

    def give(self, triples: Triples) -> Triples:
        """Return what the peer is given of a graph."""
        for take_away in self.withheld.values():
            triples = take_away(triples)
        return triples

    def is_noise(self, triple: ox.Triple) -> bool:
        """Tell whether the peer says a triple, or leaves it away, for one of the reasons known."""
        return any(is_noise(triple) for is_noise in self.noise.values())


class Comparison:
    """Holds a peer against the engine under the same rules."""

    def __init__(self, peer: Peer, rules: Rules) -> None:
        """Leave the gaps of the peer out of the rules."""
        self.peer = peer
        self.rules = rules
        self.least = without(rules, peer.gaps)

    def differences(self, triples: Triples) -> Iterator[str]:
        """Yield what nothing explains, for a graph that `give` returned. Raises ReasoningError where the peer fails."""
        theirs, they_clash = self.peer.close(triples)
        least, must_clash = close(self.least, triples)
        most, may_clash = close(self.rules, triples)
        name = self.peer.name
        for triple in sorted(least - theirs, key=str):
            if not self.peer.is_noise(triple):
                yield f"{name} misses {triple}"
        for triple in sorted(theirs - most, key=str):
            if not self.peer.is_noise(triple):
                yield f"{name} adds {triple}"
        if must_clash and they_clash is False:
            yield f"{name} misses a contradiction"
        if they_clash and not may_clash:
            yield f"{name} finds a contradiction that is none"


def evaluators_differ(closure: Closure, triples: Triples) -> Iterator[str]:
    """Yield how a closure that was made of some triples differs from what the second evaluator makes of them."""
    other = SparqlClosure(closure.rules, triples)
    ours, theirs = set(closure.inferred(trivial=True)), set(other) - set(triples)
    for triple in sorted(ours - theirs, key=str):
        yield f"only the engine infers {triple}"
    for triple in sorted(theirs - ours, key=str):
        yield f"only SPARQL infers {triple}"
    found = {clash_of(contradiction) for contradiction in closure.contradictions}
    for clash in sorted(found - other.clashes()):
        yield f"only the engine finds {clash}"
    for clash in sorted(other.clashes() - found):
        yield f"only SPARQL finds {clash}"


def clash_of(contradiction: Contradiction) -> Clash:
    """Return a contradiction as the second evaluator words it: without the cells of lists."""
    premises = {
        str(premise) for premise in contradiction.premises if str(premise.predicate) not in _CELL_PREDICATES
    }
    return Clash(contradiction.rule, tuple(sorted(premises)))


def without(rules: Rules, gaps: Iterable[str]) -> Rules:
    """Return the rules but some."""
    left = set(gaps)
    return replace(
        rules,
        rules=tuple(rule for rule in rules.rules if rule.id not in left),
        scans=tuple(scan for scan in rules.scans if scan.id not in left),
    )


def close(rules: Rules, triples: Triples) -> Answer:
    """Close a graph with the engine."""
    closure = Closure(rules)
    closure.add(triples)
    return set(closure.inferred(trivial=True)), bool(closure.contradictions)


def _with_owlrl(triples: Sequence[ox.Triple]) -> Answer:
    inferred, messages = close_with_owlrl(triples)
    return inferred, bool(messages)


def _with_reasonable(triples: Sequence[ox.Triple]) -> Answer:
    return close_with_reasonable(triples), None


def _has_no_keys(triples: Triples) -> Triples:
    return [triple for triple in triples if triple.predicate.value != f"{OWL}hasKey"]


def _has_no_literals(triples: Triples) -> Triples:
    """Keep no literals but those of cardinalities."""
    return [
        triple
        for triple in triples
        if triple.predicate.value in _CARDINALITIES or not isinstance(triple.object, ox.Literal)
    ]


def _has_no_inverse_functional(triples: Triples) -> Triples:
    return [triple for triple in triples if triple.object != _FUNCTIONAL_INVERSE]


def _has_one_expression_each(triples: Triples) -> Triples:
    """Keep the first of the triples of OWL that say the same of the same class."""
    kept: dict[tuple[str, str] | ox.Triple, ox.Triple] = {}
    for triple in triples:
        is_expression = triple.predicate.value.startswith(OWL) and not isinstance(triple.object, ox.Literal)
        key = (str(triple.subject), triple.predicate.value) if is_expression else triple
        kept.setdefault(key, triple)
    return list(kept.values())


def _is_reflexive(triple: ox.Triple) -> bool:
    return triple.subject == triple.object


def _is_of_the_language(triple: ox.Triple) -> bool:
    """Tell whether a triple says what a term of RDF, RDFS, OWL or XML Schema is."""
    return isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(_LANGUAGE)


def _is_typed_by_a_datatype(triple: ox.Triple) -> bool:
    value = triple.object
    return isinstance(value, ox.NamedNode) and value.value.startswith(XSD)


def _is_of_thing(triple: ox.Triple) -> bool:
    return triple.object == ox.NamedNode(f"{OWL}Thing")


def _is_a_cardinality(triple: ox.Triple) -> bool:
    return triple.predicate.value in _CARDINALITIES


_NO_REFLEXIVE = "drops ⊑ between a thing and itself, and what follows from it"
_ABSENT = "is not there"
_OURS = "is a rule of this project"

OWLRL = Peer(
    "owlrl",
    _with_owlrl,
    withheld={"ignores the last property of a key: everything is equal to everything": _has_no_keys},
    gaps={
        **dict.fromkeys(("scm-hv", "scm-svf1", "scm-svf2", "scm-avf1", "scm-avf2"), _NO_REFLEXIVE),
        **dict.fromkeys(
            ("eq-ref-diff2", "eq-ref-diff3", "prp-adp", "eq-diff2", "eq-diff3", "dt-diff"), _ABSENT
        ),
        "own-members": _OURS,
    },
    noise={
        "everything is the same as itself; reflexive ⊑ and ≡": _is_reflexive,
        "axioms about the terms of the language": _is_of_the_language,
        "literals have types, and so what is the same as one": _is_typed_by_a_datatype,
    },
)
REASONABLE = Peer(
    "reasonable",
    _with_reasonable,
    withheld={
        "makes all subjects of an inverse functional property equal, whatever their values": _has_no_inverse_functional,
        "has no literals as subjects, so it stops where one is the same as something": _has_no_literals,
        "keeps one expression of a kind for a class, and which one changes from run to run": _has_one_expression_each,
    },
    gaps={
        **dict.fromkeys(
            (
                *("prp-spo2", "prp-key", "cls-oo", "cls-maxc2", "cls-maxqc3", "cls-maxqc4"),
                *("scm-eqc2", "scm-spo", "scm-eqp1", "scm-eqp2", "scm-dom1", "scm-dom2", "scm-rng1"),
                *(
                    "scm-rng2",
                    "scm-hv",
                    "scm-svf1",
                    "scm-svf2",
                    "scm-avf1",
                    "scm-avf2",
                    "scm-int",
                    "scm-uni",
                    "scm-cls",
                ),
            ),
            _ABSENT,
        ),
        "own-members": _OURS,
    },
    noise={
        "everything is the same as itself; reflexive ⊑ and ≡": _is_reflexive,
        "axioms about the terms of the language": _is_of_the_language,
        "everything is a Thing": _is_of_thing,
        "spells numbers anew": _is_a_cardinality,
    },
)
