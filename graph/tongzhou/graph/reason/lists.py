"""The lists that axioms speak of: their cells, their members, and what rules ask of them.

A list is every chain of cells from its head by rdf:rest to rdf:nil; where data give a cell two values of rdf:first or
rdf:rest, each choice is a list. Nothing is chosen among them, so that what follows does not depend on the order of the
data. A copy that sameAs makes of a member stands at the same place as the member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tongzhou.graph.errors import ReasoningError
from tongzhou.graph.reason.conditions import MEMBER, Record
from tongzhou.graph.reason.dictionary import Numbers
from tongzhou.graph.reason.store import Store

Places = tuple[tuple[int, ...], ...]
"""The members at each place of a list: one, or more where a cell has several values of rdf:first."""
Witness = tuple[Numbers, ...]
Place = tuple[int, int]
"""Which of the lists from a head, and which place in it."""

LIST_RECORD = -1
"""Stands for the rule in the record of a member: the cell that has it, the member and all cells follow."""
MOST_CHAINS = 1000


class Lists:
    """The lists that are walked. A head is watched from when `watch` names it; `refresh` walks what changed."""

    def __init__(self, store: Store, *, first: int, rest: int, nil: int) -> None:
        """Work over a store, by the numbers of rdf:first, rdf:rest and rdf:nil."""
        self._store = store
        self._first, self._rest, self._nil = first, rest, nil
        self.cell_predicates = frozenset({first, rest})
        self.chains: dict[int, tuple[Places, ...]] = {}
        """The lists from each head as they were when they were last walked."""
        self._cells: dict[int, tuple[tuple[int, ...], ...]] = {}
        self._heads_by_cell: dict[int, set[int]] = {}
        self._changed: dict[int, None] = {}
        self._places: dict[int, dict[int, list[Place]] | None] = {}
        """Where each member of a list stands; None where each place has one member and each member one place."""

    def watch(self, head: int) -> None:
        """Take note that an axiom speaks of a list."""
        if head not in self.chains:
            self._changed[head] = None

    def note(self, cell: int) -> list[int]:
        """Take note that a cell changed; return the heads of the lists that it is in."""
        heads = sorted(self._heads_by_cell.get(cell, ()))
        for head in heads:
            self._changed[head] = None
        return heads

    def refresh(self) -> list[tuple[Numbers, Record]]:
        """Walk the lists that changed; return the membership of each of their members, with its record."""
        changed, self._changed = self._changed, {}
        found: list[tuple[Numbers, Record]] = []
        for head in changed:
            ways = self._cells[head] = tuple(self._walk(head))
            self.chains[head] = tuple(
                tuple(tuple(self._store.about(cell, self._first)) for cell in way) for way in ways
            )
            self._places[head] = None if self._is_plain(head) else _find_places(self.chains[head])
            for way, places in zip(ways, self.chains[head], strict=True):
                for cell, members in zip(way, places, strict=True):
                    found += [((head, MEMBER, m), (LIST_RECORD, cell, m, way)) for m in members]
        return found

    def _is_plain(self, head: int) -> bool:
        """Tell whether each place of a list has one member, and each member one place: the rule in good data."""
        if len(self.chains[head]) > 1:
            return False
        places = [place for places in self.chains[head] for place in places]
        return all(len(place) == 1 for place in places) and len(set(places)) == len(places)

    def _walk(self, head: int) -> Iterator[tuple[int, ...]]:
        """Yield the chains from a head. Chains that come back to a cell, or end before rdf:nil, are none."""
        ways = [([head], {head})]
        found = 0
        while ways:
            way, seen = ways.pop()
            onward = [head]
            while onward:
                self._heads_by_cell.setdefault(way[-1], set()).add(head)
                rests = self._store.about(way[-1], self._rest)
                if self._nil in rests:
                    found += 1
                    yield tuple(way)
                onward = [cell for cell in rests if cell != self._nil and cell not in seen]
                ways += [([*way, cell], seen | {cell}) for cell in onward[1:]]
                if found + len(ways) > MOST_CHAINS:
                    message = (
                        f"a list branches into more than {MOST_CHAINS} lists. Give each cell one rdf:rest."
                    )
                    raise ReasoningError(message)
                way += onward[:1]
                seen.update(onward[:1])

    def premises(self, record: Record) -> Iterator[Numbers]:
        """Yield the triples that a membership rests on: the cells of the list, and the value of the one that has it."""
        _, cell, member, way = record
        yield from self._links(way)
        yield cell, self._first, member

    def premises_of_places(self, cells: int, member: int) -> Iterator[Numbers]:
        """Yield the triples that show a member at each of its places."""
        for number, place in _find_places(self.chains[cells])[member]:
            way = self._cells[cells][number]
            yield from self._links(way)
            yield way[place], self._first, member

    def premises_of_pair(self, cells: int, one: int, other: int) -> Iterator[Numbers]:
        """Yield the triples that show two members at different places of a list."""
        (number, i), (_, j) = next(self.places_apart(cells, one, other))
        way = self._cells[cells][number]
        yield from self._links(way)
        yield way[i], self._first, one
        yield way[j], self._first, other

    def _links(self, way: tuple[int, ...]) -> Iterator[Numbers]:
        return zip(way, [self._rest] * len(way), (*way[1:], self._nil), strict=True)

    # -- What generated functions ask ------------------------------------------------------------------------------------

    def heads(self, cells: int) -> Iterator[int]:
        """Yield the members at the first place."""
        for places in self.chains.get(cells, ()):
            yield from places[0]

    def every(self, cells: int, find: Callable[..., Witness | None], *shared: int) -> Witness | None:
        """Return triples that show that `find` finds something for each place of a list, or None."""
        for places in self.chains.get(cells, ()):
            witness: Witness = ()
            for members in places:
                for member in members:
                    found = find(member, *shared)
                    if found is not None:
                        witness += ((cells, MEMBER, member), *found)
                        break
                else:
                    break
            else:
                return witness
        return None

    def apart(self, cells: int, one: int, other: int) -> bool:
        """Tell whether two members stand at different places of a list."""
        if self._places.get(cells) is None:
            members = self._store.members.get(cells, ())
            return one != other and one in members and other in members
        return next(self.places_apart(cells, one, other), None) is not None

    def places_apart(self, cells: int, one: int, other: int) -> Iterator[tuple[Place, Place]]:
        """Yield different places, in the same list from a head, where one and the other member stand."""
        places = self._places.get(cells) or _find_places(self.chains.get(cells, ()))
        for i in places.get(one, ()):
            yield from ((i, j) for j in places.get(other, ()) if i[0] == j[0] and i != j)

    def others(self, cells: int, member: int) -> Iterable[int]:
        """Return the members that stand at another place than a member."""
        members = self._store.members.get(cells, ())
        if self._places.get(cells) is None:
            return [other for other in members if other != member] if member in members else ()
        return [other for other in members if self.apart(cells, member, other)]

    def pairs(self, cells: int) -> Iterator[tuple[int, int]]:
        """Yield the members at any two different places."""
        for member in self._store.members.get(cells, ()):
            for other in self.others(cells, member):
                yield member, other

    def repeated(self, cells: int) -> Iterable[int]:
        """Return the members that stand at two places."""
        places = self._places.get(cells) or {}
        return [member for member in places if len(places[member]) > 1 and self.apart(cells, member, member)]


def _find_places(chains: tuple[Places, ...]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for number, places in enumerate(chains):
        for place, members in enumerate(places):
            for member in members:
                found.setdefault(member, []).append((number, place))
    return found
