"""The representative of things that are the same: the smallest number known for each.

Copies are made by, and of, the representative only (see `triggers`): of n things that are the same, each statement is
copied n times instead of n² times, and still reaches all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongzhou.graph.reason.store import Store


class Representatives:
    """`smallest` has the smallest number known to be the same as a term; a term that is the same as none has no entry."""

    def __init__(self, store: Store, same_as: int) -> None:
        """Work over a store, by the number of owl:sameAs."""
        self.smallest: dict[int, int] = {}
        self._store = store
        self._same_as = same_as

    def join(self, one: int, other: int) -> None:
        """Take note that two terms are the same."""
        smallest = self.smallest
        smallest[one] = min(smallest.get(one, one), other)
        smallest[other] = min(smallest.get(other, other), one)

    def part(self, terms: Iterable[int]) -> None:
        """Work the representatives of terms out again, after statements that they are the same were taken out."""
        same_as = self._same_as
        for term in terms:
            known = [
                *self._store.objects.get(same_as, {}).get(term, ()),
                *self._store.subjects.get(same_as, {}).get(term, ()),
            ]
            if known:
                self.smallest[term] = min(term, *known)
            else:
                self.smallest.pop(term, None)
