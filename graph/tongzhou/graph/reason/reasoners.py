"""The reasoners that one can choose among, behind one function."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pyoxigraph as ox

from tongzhou.graph.reason.closure import Closure
from tongzhou.graph.reason.dictionary import Dictionary
from tongzhou.graph.reason.proof import Statement
from tongzhou.graph.reason.reference import close_with_owlrl, close_with_reasonable
from tongzhou.graph.reason.rules import Rules
from tongzhou.graph.reason.sparql import SparqlClosure
from tongzhou.graph.reason.trivial import Triviality

Reasoner = Literal["tongzhou", "sparql", "owlrl", "reasonable"]
REASONERS: tuple[Reasoner, ...] = get_args(Reasoner)
WITH_RULES: tuple[Reasoner, ...] = ("tongzhou", "sparql")
"""Those that apply our rules; the others have their own."""


@dataclass(frozen=True)
class Conclusions:
    """What a reasoner makes of triples."""

    inferred: list[ox.Triple]
    """What is not asserted, sorted."""
    contradictions: list[str]
    """Each in words; several lines where there is a proof."""


def conclude(
    triples: Sequence[ox.Triple], rules: Rules, *, reasoner: Reasoner = "tongzhou", trivial: bool = False
) -> Conclusions:
    """Return what follows from triples; trivial triples only on demand.

    Raises ReasoningError where the reasoner is not installed, fails, or comes to a limit.
    """
    inferred: Iterable[ox.Triple]
    match reasoner:
        case "tongzhou":
            closure = Closure(rules)
            closure.add(triples)
            inferred = closure.inferred(trivial=trivial)
            return Conclusions(sorted(inferred, key=str), list(_prove_contradictions(closure)))
        case "sparql":
            inferred, contradictions = _close_with_sparql(triples, rules)
        case "owlrl":
            inferred, contradictions = close_with_owlrl(triples)
        case "reasonable":
            inferred, contradictions = close_with_reasonable(triples), []
    shown = inferred if trivial else _without_trivial(inferred)
    return Conclusions(sorted(shown, key=str), contradictions)


def _close_with_sparql(triples: Sequence[ox.Triple], rules: Rules) -> tuple[set[ox.Triple], list[str]]:
    """Close triples in a store on the disk, which is closed and gone at the end."""
    with tempfile.TemporaryDirectory(prefix="tongzhou-reason-", ignore_cleanup_errors=True) as folder:
        closure = SparqlClosure(rules, triples, folder=Path(folder))
        inferred = set(closure) - set(triples)
        clashes = sorted(closure.clashes())
        del closure  # closes the store, which writes to its folder until then
    return inferred, ["\n  ".join((_title(rules, rule), *premises)) for rule, premises in clashes]


def _without_trivial(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    dictionary = Dictionary()
    found = list(dictionary.encode(triples))
    is_trivial = Triviality(dictionary).is_trivial
    return dictionary.decode(triple for triple in found if not is_trivial(triple))


def _prove_contradictions(closure: Closure) -> Iterator[str]:
    """Word each contradiction: its rule, then its premises, each with what it follows from below it."""
    for contradiction in closure.contradictions:
        title = _title(closure.rules, contradiction.rule)
        yield "\n".join((title, *_prove(closure, contradiction.premises)))


def _title(rules: Rules, rule: str) -> str:
    return f"{rule}: {rules.label(rule, 'en')}"


def _prove(closure: Closure, premises: Sequence[Statement]) -> Iterator[str]:
    """Yield a line for each statement of a proof, below the one that it serves; what was proved before is not proved again."""
    proved: set[Statement] = set()
    waiting = [(premise, 1) for premise in reversed(premises)]
    while waiting:
        statement, depth = waiting.pop()
        derivation = closure.derivation(statement)
        if derivation is None:
            reason = "asserted"
        elif statement in proved:
            reason = f"by {derivation.rule}, as above"
        else:
            proved.add(statement)
            reason = f"by {derivation.rule}"
            waiting += [(premise, depth + 1) for premise in reversed(derivation.premises)]
        yield f"{'  ' * depth}{statement}  [{reason}]"
