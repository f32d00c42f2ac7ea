"""The triples of a closure by numbers, with their records, and the indexes that rules look things up in."""

from __future__ import annotations

from collections.abc import Iterator

from tongzhou.graph.reason.conditions import MEMBER, Record
from tongzhou.graph.reason.dictionary import Numbers

Values = set[int] | tuple[int]
"""One value in a tuple, more in a set: most subjects have one value of a property, and a tuple is a third of a set's size."""

Index = dict[int, dict[int, Values]]


class Store:
    """Triples with their records: None for what is asserted, 1 for what is inferred where no records are kept."""

    def __init__(self) -> None:
        """Start empty."""
        self.records: dict[Numbers, Record | int | None] = {}
        self.objects: Index = {}
        self.subjects: Index = {}
        self.members: dict[int, Values] = {}
        self.lists: dict[int, Values] = {}

    def index(self, triple: Numbers) -> None:
        """Enter a triple, which has its record already, into the indexes."""
        s, p, o = triple
        if p == MEMBER:
            enter(self.members, s, o)
            enter(self.lists, o, s)
        else:
            enter(self.objects.setdefault(p, {}), s, o)
            enter(self.subjects.setdefault(p, {}), o, s)

    def drop(self, triple: Numbers) -> None:
        """Take a triple out, and its record."""
        s, p, o = triple
        del self.records[triple]
        if p == MEMBER:
            leave(self.members, s, o)
            leave(self.lists, o, s)
        else:
            leave(self.objects[p], s, o)
            leave(self.subjects[p], o, s)

    def about(self, subject: int, predicate: int) -> Values | tuple[()]:
        """Return the objects of a subject and predicate."""
        return self.objects.get(predicate, {}).get(subject, ())

    def __iter__(self) -> Iterator[Numbers]:
        """Yield the triples, but not the engine's own, in the order in which they got their records."""
        return (triple for triple in self.records if triple[1] >= 0)


def enter(index: dict[int, Values], key: int, value: int) -> None:
    """Add a value to those of a key."""
    values = index.get(key)
    if values is None:
        index[key] = (value,)
    elif isinstance(values, tuple):
        if value not in values:
            index[key] = {values[0], value}
    else:
        values.add(value)


def leave(index: dict[int, Values], key: int, value: int) -> None:
    """Take a value from those of a key."""
    values = index[key]
    if isinstance(values, set):
        values.discard(value)
        if not values:
            del index[key]
    else:
        del index[key]
