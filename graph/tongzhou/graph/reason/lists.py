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

Chain = tuple[int, ...]
Witness = tuple[Numbers, ...]

LIST_RECORD = -1
"""Stands for the rule in the record of a member: the cell that has it, and the chain of the cells, follow."""
MOST_CHAINS = 1000


class Lists:
    """The lists that are walked. A head is watched from when `watch` names it; `refresh` walks what changed."""

    def __init__(self, store: Store, *, first: int, rest: int, nil: int) -> None:
        """Work over a store, by the numbers of rdf:first, rdf:rest and rdf:nil."""
        self._store = store
        self._first, self._rest, self._nil = first, rest, nil
        self.cell_predicates = frozenset({first, rest})
        self.chains: dict[int, tuple[Chain, ...]] = {}
        self._heads_by_cell: dict[int, set[int]] = {}
        self._changed: dict[int, None] = {}
        self._plain: dict[int, bool] = {}

    def watch(self, head: int) -> None:
        """Take note that an axiom speaks of a list."""
        if head not in self.chains:
            self._changed[head] = None

    def note(self, cell: int) -> list[int]:
        """Take note that a cell changed; return the heads of the lists that it is in."""
        heads = sorted(self._heads_by_cell.get(cell, ()))
        for head in heads:
            self._changed[head] = None
            self._plain.pop(head, None)
        return heads

    def refresh(self) -> Iterator[tuple[Numbers, Record]]:
        """Walk the lists that changed; yield the membership of each member, with its record."""
        changed, self._changed = self._changed, {}
        for head in changed:
            self.chains[head] = tuple(self._walk(head))
            self._plain.pop(head, None)
            for chain in self.chains[head]:
                for cell in chain:
                    for member in self._store.about(cell, self._first):
                        yield (head, MEMBER, member), (LIST_RECORD, cell, member, chain)

    def _walk(self, head: int) -> Iterator[Chain]:
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
        _, cell, member, chain = record
        yield from zip(chain, [self._rest] * len(chain), (*chain[1:], self._nil), strict=True)
        yield cell, self._first, member

    # -- What generated functions ask ------------------------------------------------------------------------------------

    def heads(self, cells: int) -> Iterable[int]:
        """Return the members at the first place."""
        return self._store.about(cells, self._first) if self.chains.get(cells) else ()

    def every(self, cells: int, find: Callable[..., Witness | None], *shared: int) -> Witness | None:
        """Return triples that show that `find` finds something for each member of a list, or None."""
        for chain in self.chains.get(cells, ()):
            witness: Witness = ()
            for cell in chain:
                for member in self._store.about(cell, self._first):
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
        if self._is_plain(cells):
            members = self._store.members.get(cells, ())
            return one != other and one in members and other in members
        return any(
            one in places[i] and other in places[j]
            for places in self._places(cells)
            for i in range(len(places))
            for j in range(len(places))
            if i != j
        )

    def others(self, cells: int, member: int) -> Iterable[int]:
        """Return the members that stand at another place than a member."""
        members = self._store.members.get(cells, ())
        if self._is_plain(cells):
            return [other for other in members if other != member] if member in members else ()
        return [other for other in members if self.apart(cells, member, other)]

    def pairs(self, cells: int) -> Iterator[tuple[int, int]]:
        """Yield the members at any two different places."""
        for member in self._store.members.get(cells, ()):
            for other in self.others(cells, member):
                yield member, other

    def repeated(self, cells: int) -> Iterable[int]:
        """Return the members that stand at two places."""
        if self._is_plain(cells):
            return ()
        return [each for each in self._store.members.get(cells, ()) if self.apart(cells, each, each)]

    def _is_plain(self, cells: int) -> bool:
        """Tell whether each place of a list has one member, and each member one place: the rule in good data."""
        plain = self._plain.get(cells)
        if plain is None:
            chains = self.chains.get(cells, ())
            firsts = [tuple(self._store.about(cell, self._first)) for chain in chains for cell in chain]
            members = {member for values in firsts for member in values}
            plain = len(chains) <= 1 and sum(map(len, firsts)) == len(firsts) == len(members)
            self._plain[cells] = plain
        return plain

    def _places(self, cells: int) -> Iterator[list[Iterable[int]]]:
        for chain in self.chains.get(cells, ()):
            yield [self._store.about(cell, self._first) for cell in chain]
