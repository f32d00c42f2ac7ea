"""Paths along a list of properties: what rules about chains of properties ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tongzhou.graph.reason.conditions import MEMBER
from tongzhou.graph.reason.lists import Lists, Places, Witness
from tongzhou.graph.reason.store import Index, Store

Ends = dict[int, Witness]
"""Nodes that a path reaches, each with the triples of one way to it."""


class Paths:
    """Walks the triples along lists of properties."""

    def __init__(self, store: Store, lists: Lists) -> None:
        """Work over a store and its lists."""
        self._store = store
        self._lists = lists

    def through(self, cells: int, before: int, step: int, after: int) -> Iterator[tuple[int, int, Witness]]:
        """Yield start, end and triples of the paths that have a known triple as one of their steps."""
        for steps in self._steps(cells):
            for place, properties in enumerate(steps):
                if step not in properties:
                    continue
                here = ((before, step, after), (cells, MEMBER, step))
                starts = self._backwards(cells, steps[:place], before)
                ends = self._forwards(cells, steps[place + 1 :], after)
                for start, first_part in starts.items():
                    for end, last_part in ends.items():
                        yield start, end, (*first_part, *here, *last_part)

    def paths(self, cells: int) -> Iterator[tuple[int, int, Witness]]:
        """Yield start, end and triples of all paths along a list."""
        starts: dict[int, None] = {}
        for steps in self._steps(cells):
            for first in steps[0]:
                starts.update(dict.fromkeys(self._store.objects.get(first, {})))
        for start in starts:
            yield from self.paths_from(cells, start)

    def paths_from(self, cells: int, start: int) -> Iterator[tuple[int, int, Witness]]:
        """Yield start, end and triples of the paths along a list from a node."""
        for steps in self._steps(cells):
            for end, witness in self._forwards(cells, steps, start).items():
                yield start, end, witness

    def path(self, cells: int, start: int, end: int) -> Witness | None:
        """Return the triples of a path along a list between two nodes, or None."""
        for steps in self._steps(cells):
            found = self._forwards(cells, steps, start).get(end)
            if found is not None:
                return found
        return None

    def _steps(self, cells: int) -> tuple[Places, ...]:
        """Return the properties at each place, of each list from a head."""
        return self._lists.chains.get(cells, ())

    def _forwards(self, cells: int, steps: Sequence[tuple[int, ...]], start: int) -> Ends:
        reached: Ends = {start: ()}
        for properties in steps:
            reached = _step(self._store.objects, cells, properties, reached, is_forwards=True)
        return reached

    def _backwards(self, cells: int, steps: Sequence[tuple[int, ...]], end: int) -> Ends:
        reached: Ends = {end: ()}
        for properties in reversed(steps):
            reached = _step(self._store.subjects, cells, properties, reached, is_forwards=False)
        return reached


def _step(index: Index, cells: int, properties: Iterable[int], reached: Ends, *, is_forwards: bool) -> Ends:
    """Return where one step leads from the nodes reached."""
    further: Ends = {}
    for step in properties:
        by_node = index.get(step, {})
        for node, witness in reached.items():
            for target in by_node.get(node, ()):
                if target not in further:
                    own = (cells, MEMBER, step)
                    further[target] = (
                        (*witness, (node, step, target), own)
                        if is_forwards
                        else ((target, step, node), own, *witness)
                    )
    return further
