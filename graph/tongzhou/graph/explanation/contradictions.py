"""Contradictions as faults of the sources: at the first fact that each proof rests on, with the proof below."""

from __future__ import annotations

import pyoxigraph as ox

from tongzhou.graph.errors import Fault
from tongzhou.graph.explanation.explainer import Explainer
from tongzhou.graph.explanation.places import Place, Places
from tongzhou.graph.explanation.sources import DEFINITION
from tongzhou.graph.explanation.text import proof_lines
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.reason import Closure, ContradictionError, Proof, Statement

_REMEDY = "Mend the types or roles of the facts below."


class LocatedContradictionError(ContradictionError):
    """The graph contradicts the ontology; `faults` has each contradiction with file, line and proof."""

    def __init__(self, error: ContradictionError, faults: list[Fault], *, more: int) -> None:
        """Word the faults; `more` counts the contradictions that are not among them."""
        super().__init__(error.proofs, [fault.message for fault in faults], more=more)
        self.faults = tuple(faults)
        rest = [f"and {more:,} more"] if more else []
        self.args = ("\n".join(["the graph contradicts the ontology:", *map(str, faults), *rest]),)


def locate(
    error: ContradictionError, closure: Closure, dataset: ox.Dataset, places: Places
) -> LocatedContradictionError:
    """Return a contradiction of a closure with the files and lines of its facts."""
    store = ox.Store()
    store.extend(dataset)
    explainer = Explainer(closure, store, places)
    faults = [_fault(proof, explainer) for proof in error.proofs]
    return LocatedContradictionError(error, faults, more=len(closure.contradictions) - len(faults))


def _fault(proof: Proof, explainer: Explainer) -> Fault:
    rule = proof.steps[-1].rule
    label = explainer.closure.rules.label(rule, "en")
    about, place = _first_fact(proof, explainer)
    path, line = place or ("the graph", None)
    lines = list(proof_lines(proof, explainer, "en"))[
        2:
    ]  # what contradicts, and by which rule, stand in the message
    return Fault(path, line, about, f"{label} ({rule}).", "\n".join([_REMEDY, *lines]))


def _first_fact(proof: Proof, explainer: Explainer) -> tuple[str, Place | None]:
    """Return the subject and the place of the first leaf that is a fact, else of the first definition."""
    found = [
        (leaf, source)
        for leaf in proof.leaves
        for source in explainer.sources.of(leaf)
        if source.place is not None
    ]
    facts = [each for each in found if each[1].basis != DEFINITION]
    for leaf, source in (*facts, *found):
        return _subject(leaf), source.place
    return (_subject(proof.leaves[0]) if proof.leaves else "contradiction"), None


def _subject(statement: Statement) -> str:
    subject = statement.subject
    return shorten(subject.value) if isinstance(subject, ox.NamedNode) else str(subject)
