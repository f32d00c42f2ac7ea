"""The order in which the conditions of a rule are looked up: what is known best comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongzhou.graph.reason.conditions import (
    All,
    Member,
    Open,
    Pair,
    Path,
    Shortcut,
    Slot,
    Spelling,
    Step,
    Through,
    Triple,
    names_of,
)

_NEVER = 1000
_TRIPLE_COSTS = {
    # subject, predicate, object known
    (True, True, True): 0,
    (True, True, False): 20,
    (False, True, True): 30,
    (True, False, True): 50,
    (True, False, False): 60,
    (False, False, True): 70,
    (False, True, False): 90,
    (False, False, False): 200,
}


def is_known(slot: Slot, bound: Iterable[str]) -> bool:
    """Tell whether a slot is a constant or a variable that has a value."""
    if isinstance(slot, int):
        return True
    return (slot.name if isinstance(slot, Spelling) else slot) in bound


def order(
    steps: Iterable[Step],
    bound: Iterable[str],
    *,
    rdf_type: int,
    of_all: Iterable[Triple] | None = None,
) -> Iterator[Step]:
    """Yield the steps in a good order, given the variables that have a value.

    `of_all` are triples said of one known member, which find values for what all members share; they are left out
    where everything shared has a value, as the condition on all members holds them too.
    """
    pool = list(steps)
    spare = list(of_all or ())
    known = set(bound)
    opened = of_all is not None
    while pool:
        if all(known.issuperset(names_of(step)) for step in pool if isinstance(step, All)):
            spare = []
        candidates = [*pool, *spare]
        step = min(candidates, key=lambda each: _cost(each, known, opened, rdf_type))
        if isinstance(step, All) and not known.issuperset(step.shared):
            opened = True
            spare = list(step.triples)
            step = Open(step.cells, step.member)
        elif any(step is each for each in pool):
            pool = [each for each in pool if each is not step]
        else:
            spare = [each for each in spare if each is not step]
        known.update(names_of(step))
        yield step


def _cost_of_triple(triple: Triple, known: set[str], rdf_type: int) -> int:
    s, p, o = (is_known(slot, known) for slot in triple)
    if isinstance(triple.object, Spelling) and p and not s:
        return 80
    if triple.predicate == rdf_type and o and not s:
        return 85  # all things of a class
    return _TRIPLE_COSTS[s, p, o]


def _cost(step: Step, known: set[str], opened: bool, rdf_type: int) -> int:  # noqa: PLR0911
    """Return how many values a step may lead to, roughly; ties keep the order of the rule."""
    if isinstance(step, Triple):
        return _cost_of_triple(step, known, rdf_type)
    if isinstance(step, Shortcut):
        return 0 if known.issuperset(step.names) else _NEVER
    has_cells = step.cells in known
    if isinstance(step, Member):
        return {2: 0, 1: 25, 0: 95}[has_cells + (step.member in known)]
    if isinstance(step, Pair):
        ends = (step.first in known) + (step.second in known)
        return {(True, 2): 1, (False, 2): 25, (True, 1): 45, (False, 1): 60, (True, 0): 80}.get(
            (has_cells, ends), 150
        )
    if isinstance(step, All):
        if not has_cells:
            return _NEVER
        return 5 if known.issuperset(step.shared) else _NEVER if opened else 40
    if isinstance(step, Path):
        if not has_cells:
            return _NEVER
        return (
            {2: 6, 1: 45, 0: 92}[(step.start in known) + (step.end in known)] if step.start in known else 92
        )
    if isinstance(step, Through):
        return 40 if has_cells else _NEVER
    return _NEVER
