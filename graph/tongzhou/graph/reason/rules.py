"""Rules as data: what a line of a rule file says, and the rules of a regime.

`rule_syntax` reads the lines; `generator` makes Python of them; `sparql` makes SPARQL of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, SourceError


class Variable(NamedTuple):
    """A variable of a rule, without its question mark."""

    name: str

    def __str__(self) -> str:
        """Return the variable as it is written in a rule."""
        return f"?{self.name}"


RuleTerm = Variable | ox.NamedNode | ox.Literal
"""A variable or a constant. An integer stands for every literal of its value."""


class Pattern(NamedTuple):
    """A triple with variables."""

    subject: RuleTerm
    predicate: RuleTerm
    object: RuleTerm


class ListMember(NamedTuple):
    """`LIST[?l, ?m]`: a member of a list."""

    list: Variable
    member: Variable


class ListPair(NamedTuple):
    """`LIST[?l, ?m, ?n]`: the members at two different places of a list."""

    list: Variable
    first: Variable
    second: Variable


class ListAll(NamedTuple):
    """`LIST[?l, all ?m: …]`: what is said of ?m holds for each member of a list that has one."""

    list: Variable
    member: Variable
    patterns: tuple[Pattern, ...]


class ListPath(NamedTuple):
    """`LIST[?l, path ?x ?y]`: the members, as properties one after the other, lead from ?x to ?y."""

    list: Variable
    start: Variable
    end: Variable


Atom = Pattern | ListMember | ListPair | ListAll | ListPath
"""One condition in the body of a rule."""


def variables(atom: Atom) -> tuple[str, ...]:
    """Return the names of the variables of an atom, each once, in the order in which they stand there."""
    if isinstance(atom, ListAll):
        inner = (name for pattern in atom.patterns for name in variables(pattern))
        return tuple(dict.fromkeys([atom.list.name, atom.member.name, *inner]))
    return tuple(dict.fromkeys(term.name for term in atom if isinstance(term, Variable)))


@dataclass(frozen=True)
class Rule:
    """One rule: if the body holds, the head follows. An empty head is a contradiction.

    `labels` has the name of the rule by language, `zh` and `en`.
    """

    id: str
    body: tuple[Atom, ...]
    head: tuple[Pattern, ...]
    labels: Mapping[str, str]
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Scan:
    """A check of literals, which no pattern of triples expresses: `dt-diff` or `dt-not-type`."""

    id: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """A rule of the table that is not applied: what it would conclude, and why not, by language."""

    id: str
    head: str
    reasons: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of some files, in the order of the files and their lines. Programs are kept for them by identity."""

    rules: tuple[Rule, ...]
    scans: tuple[Scan, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    regimes: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The ids of the table that each smaller regime has."""
    table: frozenset[str] = frozenset()
    """The ids in the files that define a regime; rules of other files belong to every regime."""

    def __iter__(self) -> Iterator[Rule]:
        """Yield the rules."""
        return iter(self.rules)

    def regime(self, name: str) -> Rules:
        """Return the rules of a regime: `rl` has all of them, `none` has none; rules of one's own belong to the others.

        Raises SourceError where no file defines the regime.
        """
        if name == "rl":
            return self
        if name == "none":
            return replace(self, rules=(), scans=())
        if name not in self.regimes:
            remedy = f"Use one of {', '.join(['none', *sorted(self.regimes), 'rl'])}."
            raise SourceError([Fault("entailment", None, "", f"no rules are known as {name!r}.", remedy)])
        wanted = self.regimes[name]

        def belongs(identifier: str) -> bool:
            return identifier in wanted or identifier not in self.table

        return replace(
            self,
            rules=tuple(rule for rule in self.rules if belongs(rule.id)),
            scans=tuple(scan for scan in self.scans if belongs(scan.id)),
        )

    def label(self, identifier: str, language: str) -> str:
        """Return the name of a rule in a language, or its id where it is unknown."""
        named: list[Rule | Scan] = [*self.rules, *self.scans]
        return next((each.labels[language] for each in named if each.id == identifier), identifier)


def merge(parts: Sequence[Rules]) -> Rules:
    """Return the rules of several files as one. Raises SourceError where two rules have the same id."""
    rules = tuple(rule for part in parts for rule in part.rules)
    seen: dict[str, Rule] = {}
    faults: list[Fault] = []
    for rule in rules:
        former = seen.setdefault(rule.id, rule)
        if former is not rule:
            message = f"the id is taken by {former.path}:{former.line}."
            faults.append(Fault(rule.path, rule.line, rule.id, message, "Give the rule an id of its own."))
    if faults:
        raise SourceError(faults)
    return Rules(
        rules,
        tuple(scan for part in parts for scan in part.scans),
        tuple(entry for part in parts for entry in part.left_out),
        {name: ids for part in parts for name, ids in part.regimes.items()},
        frozenset(identifier for part in parts for identifier in part.table),
    )
