"""Rules by numbers: conditions whose constants are the numbers of a dictionary, and what a record of a derivation holds.

A record is a tuple: the index of the rule, the values of `names` in this order, then for each LIST of `all` or `path` the
triples that were found for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import pyoxigraph as ox

from tongzhou.graph.namespaces import XSD
from tongzhou.graph.reason.dictionary import Dictionary, Numbers
from tongzhou.graph.reason.rules import (
    Atom,
    ListAll,
    ListMember,
    ListPair,
    Pattern,
    Rule,
    RuleTerm,
    Variable,
    variables,
)

MEMBER = -1
"""The predicate of triples that the engine keeps for itself: a list, MEMBER, one of its members."""

Record = tuple[Any, ...]


class Spelling(NamedTuple):
    """A number in a rule: any literal of this value, bound to a variable of its own."""

    name: str
    value: Decimal


Slot = str | int | Spelling
"""The name of a variable, the number of a constant term, or a number that is compared by value."""


class Triple(NamedTuple):
    """A triple with variables."""

    subject: Slot
    predicate: Slot
    object: Slot


class Member(NamedTuple):
    """A member of a list."""

    cells: str
    member: str


class Pair(NamedTuple):
    """Members at two different places of a list."""

    cells: str
    first: str
    second: str


class All(NamedTuple):
    """What holds for each member; `shared` are the variables that are the same for all members."""

    cells: str
    member: str
    triples: tuple[Triple, ...]
    shared: tuple[str, ...]


class Path(NamedTuple):
    """The members, as properties one after the other, lead from start to end."""

    cells: str
    start: str
    end: str


class Through(NamedTuple):
    """A path of which one step is known: from `before` by `step` to `after`."""

    cells: str
    before: str
    step: str
    after: str
    start: str
    end: str


class Open(NamedTuple):
    """The members at the first place of a list: what begins the search for things that fit all members."""

    cells: str
    member: str


class Shortcut(NamedTuple):
    """A comparison in Python that spares firings whose conclusions others reach."""

    names: tuple[str, ...]
    python: str


Condition = Triple | Member | Pair | All | Path
Step = Condition | Through | Open | Shortcut


def names_of(step: Step) -> tuple[str, ...]:
    """Return the variables that a step binds or needs."""
    if isinstance(step, All):
        return (step.cells, *step.shared)
    if isinstance(step, Shortcut):
        return step.names
    slots = (slot.name if isinstance(slot, Spelling) else slot for slot in step)
    return tuple(dict.fromkeys(slot for slot in slots if isinstance(slot, str)))


@dataclass(frozen=True)
class NumberedRule:
    """A rule whose constants are numbers; `names` are the variables that a record keeps."""

    index: int
    id: str
    body: tuple[Condition, ...]
    head: tuple[Triple, ...]
    names: tuple[str, ...]

    @property
    def searches(self) -> int:
        """Return how many conditions have their triples in the record, since names do not tell them."""
        return sum(isinstance(condition, All | Path) for condition in self.body)

    def parts(self, record: Record) -> Iterator[tuple[Condition, tuple[Numbers, ...]]]:
        """Yield the conditions of the body, each with the triples by which a record meets it."""
        values = dict(zip(self.names, record[1:], strict=False))
        searched = iter(record[1 + len(self.names) :])
        for condition in self.body:
            if isinstance(condition, Triple):
                s, p, o = (_value(slot, values) for slot in condition)
                yield condition, ((s, p, o),)
            elif isinstance(condition, All | Path):
                yield condition, next(searched)
            else:
                cells, *members = condition
                yield condition, tuple((values[cells], MEMBER, values[member]) for member in members)

    def premises(self, record: Record) -> Iterator[Numbers]:
        """Yield the triples that a record rests on, in the order of the body."""
        for _, triples in self.parts(record):
            yield from triples


def _value(slot: Slot, values: dict[str, int]) -> int:
    if isinstance(slot, int):
        return slot
    return values[slot.name if isinstance(slot, Spelling) else slot]


def number_rules(rules: Sequence[Rule], dictionary: Dictionary) -> list[NumberedRule]:
    """Return rules with the numbers of their constants, which the dictionary is given."""
    return [_number(index, rule, dictionary) for index, rule in enumerate(rules)]


def _number(index: int, rule: Rule, dictionary: Dictionary) -> NumberedRule:
    spellings = iter(range(100))

    def slot(term: RuleTerm) -> Slot:
        if isinstance(term, Variable):
            return f"v_{term.name}"
        if isinstance(term, ox.Literal) and term.datatype.value == f"{XSD}integer":
            value = Decimal(term.value)
            dictionary.spellings.setdefault(value, set())
            dictionary.number_of(term)
            return Spelling(f"n_{next(spellings)}", value)
        return dictionary.number_of(term)

    def triple(pattern: Pattern) -> Triple:
        return Triple(slot(pattern.subject), slot(pattern.predicate), slot(pattern.object))

    def conclusion(pattern: Pattern) -> Triple:
        # what a rule concludes is one term, whatever its value
        s, p, o = (slot(t) if isinstance(t, Variable) else dictionary.number_of(t) for t in pattern)
        return Triple(s, p, o)

    def condition(atom: Atom) -> Condition:
        if isinstance(atom, Pattern):
            return triple(atom)
        cells = f"v_{atom.list.name}"
        if isinstance(atom, ListMember):
            return Member(cells, f"v_{atom.member.name}")
        if isinstance(atom, ListPair):
            return Pair(cells, f"v_{atom.first.name}", f"v_{atom.second.name}")
        if isinstance(atom, ListAll):
            triples = tuple(map(triple, atom.patterns))
            member = f"v_{atom.member.name}"
            others = (*(each for each in rule.body if each is not atom), *rule.head)
            elsewhere = {f"v_{name}" for other in others for name in variables(other)}
            inside = dict.fromkeys(name for each in triples for name in names_of(each))
            return All(cells, member, triples, tuple(n for n in inside if n != member and n in elsewhere))
        return Path(cells, f"v_{atom.start.name}", f"v_{atom.end.name}")

    body = tuple(map(condition, rule.body))
    names = tuple(dict.fromkeys(name for each in body for name in names_of(each)))
    return NumberedRule(index, rule.id, body, tuple(map(conclusion, rule.head)), names)
