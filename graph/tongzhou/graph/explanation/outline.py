"""A proof as lines for readers: from the conclusion down, each line below the one that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.explanation.sources import Source, Sources
from tongzhou.graph.namespaces import RDF
from tongzhou.graph.reason import Proof, Statement

_CELLS = frozenset({f"{RDF}first", f"{RDF}rest"})


@dataclass(frozen=True)
class Line:
    """A line of a proof. `statement` is None for a contradiction, `rule` None for what is asserted.

    `is_again` tells what was shown further up and is not shown once more. `depth` counts from 0.
    """

    depth: int
    statement: Statement | None
    rule: str | None
    sources: tuple[Source, ...] = ()
    is_again: bool = False


def outline(proof: Proof, sources: Sources) -> Iterator[Line]:
    """Yield the lines of a proof; cells of lists are left out, since the list itself is spelled out in the line above.

    A statement that several others rest on is shown below the first of them.
    """
    steps = {step.conclusion: step for step in proof.steps}
    shown: set[Statement | None] = set()
    waiting: list[tuple[int, Statement | None]] = [(0, proof.conclusion)]
    while waiting:
        depth, statement = waiting.pop()
        step = steps.get(statement)
        if step is None:
            yield Line(depth, statement, None, sources.of(statement) if statement else ())
            continue
        yield Line(depth, statement, step.rule, is_again=statement in shown)
        if statement not in shown:
            shown.add(statement)
            premises = [p for p in step.premises if p in steps or not _is_cell(p)]
            waiting += [(depth + 1, premise) for premise in reversed(premises)]


def _is_cell(statement: Statement) -> bool:
    predicate = statement.predicate
    return (
        isinstance(predicate, ox.NamedNode)
        and predicate.value in _CELLS
        and isinstance(statement.subject, ox.BlankNode)
    )
