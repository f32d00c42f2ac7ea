"""A cache bounded by bytes, in which one-off entries never push out repeated ones. Pure; for one event loop."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
_PROBATION = 10


@dataclass(slots=True)
class _Item(Generic[T]):
    entry: T
    size: int


class _Segment(OrderedDict[Hashable, _Item[T]]):
    """Items from the one used longest ago to the one used last."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes
        self.size = 0

    def add(self, key: Hashable, item: _Item[T]) -> None:
        """Put an item behind the others, and drop those in front until all fit."""
        self.take(key)
        self[key] = item
        self.size += item.size
        while self.size > self.most_bytes:
            _, dropped = self.popitem(last=False)
            self.size -= dropped.size

    def empty(self) -> None:
        """Remove all items."""
        self.clear()
        self.size = 0

    def take(self, key: Hashable) -> _Item[T] | None:
        """Remove an item and return it."""
        item = self.pop(key, None)
        if item is not None:
            self.size -= item.size
        return item


class Cache(Generic[T]):
    """A segmented LRU: an entry is on probation, in a tenth of the bytes, until it is asked for again."""

    def __init__(self, most_bytes: int, largest_entry: int) -> None:
        """Bound the sum of all sizes and the size of an entry; none may be larger than the probation segment."""
        self._probation: _Segment[T] = _Segment(most_bytes // _PROBATION)
        self._kept: _Segment[T] = _Segment(most_bytes - most_bytes // _PROBATION)
        self._largest_entry = min(largest_entry, self._probation.most_bytes)

    @property
    def size(self) -> int:
        """Return the bytes in use, as the sizes given to `put`."""
        return self._probation.size + self._kept.size

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._probation) + len(self._kept)

    def get(self, key: Hashable) -> T | None:
        """Return an entry; from now on it counts as repeated."""
        if (item := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return item.entry
        if (item := self._probation.take(key)) is not None:
            self._kept.add(key, item)
            return item.entry
        return None

    def put(self, key: Hashable, entry: T, size: int) -> None:
        """Keep an entry of a size in bytes, in place of the one that the key had; one too large is not kept."""
        repeated = self._kept.take(key) is not None
        self._probation.take(key)
        if size <= self._largest_entry:
            (self._kept if repeated else self._probation).add(key, _Item(entry, size))

    def clear(self) -> None:
        """Let go of all entries."""
        self._probation.empty()
        self._kept.empty()
