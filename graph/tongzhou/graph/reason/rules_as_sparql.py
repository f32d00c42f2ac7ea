"""Rules as SPARQL: the body as a graph pattern, the head as a template.

A condition on all members of a list is written out for each length of the lists that there are, as the W3C table means it; one on
a member, or on two, is a path along rdf:rest. Which cells are of a list that ends in rdf:nil is marked in a graph of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product

import pyoxigraph as ox

from tongzhou.graph.namespaces import OWL, RDF
from tongzhou.graph.reason.datatypes import value_of
from tongzhou.graph.reason.dictionary import Term
from tongzhou.graph.reason.rules import (
    ListAll,
    ListMember,
    ListPair,
    ListPath,
    Pattern,
    Rule,
    RuleTerm,
    Variable,
    variables,
)
from tongzhou.graph.reason.spelling import read_spelling, spell

Numbers = Mapping[Decimal, set[str]]
"""The terms, as they stand in SPARQL, that are spellings of a number."""

_FIRST, _REST, _NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
_SAME = f"<{OWL}sameAs>"
_LIST = "<urn:tongzhou:list>"
MARK_LISTS = f"""
INSERT {{ GRAPH {_LIST} {{ ?cell a {_LIST} }} }} WHERE {{
  ?cell {_FIRST} ?member ; {_REST} ?rest .
  FILTER(?rest = {_NIL} || EXISTS {{ GRAPH {_LIST} {{ ?rest a {_LIST} }} }})
}}"""
"""Marks the cells after which the list is known to end well."""


Lengths = Callable[[Pattern, Variable], Iterable[int]]
"""Returns the lengths of the lists that a pattern names in the place of a variable."""


class RuleQueries:
    """The queries and updates of a rule."""

    def __init__(self, rule: Rule) -> None:
        """Translate the rule as far as the graph does not matter."""
        self.rule = rule
        self._patterns = [atom for atom in rule.body if isinstance(atom, Pattern)]
        self._lists = [atom for atom in rule.body if not isinstance(atom, Pattern)]

    def updates(self, lengths: Lengths, numbers: Numbers) -> Iterator[str]:
        """Yield the updates that add what the rule concludes, but for what is the same as itself."""
        for body in self._bodies(lengths, numbers):
            for pattern in self.rule.head:
                subject, predicate, value = map(_spelt, pattern)
                may_be_same = predicate == _SAME or predicate.startswith("?")
                guard = f"FILTER({predicate} != {_SAME} || {subject} != {value})" if may_be_same else ""
                yield f"INSERT {{ {subject} {predicate} {value} }} WHERE {{ {body} {guard} }}"

    def selects(self, lengths: Lengths, numbers: Numbers) -> Iterator[str]:
        """Yield the queries for what fulfils the body."""
        for body in self._bodies(lengths, numbers):
            yield f"SELECT DISTINCT * WHERE {{ {body} }}"

    def premises(self, solution: ox.QuerySolution) -> Iterator[tuple[Term, ...]]:
        """Yield the triples that fulfil the body, without those of lists."""

        def bound(term: RuleTerm, place: str) -> Term:
            if isinstance(term, Variable):
                found = solution[term.name]
            elif _number(term) is None:
                return term
            else:
                found = solution[place]
            assert isinstance(found, ox.NamedNode)
            return read_spelling(found)

        for index, pattern in enumerate(self._patterns):
            yield tuple(bound(term, f"number{index}") for term in pattern)

    def _bodies(self, lengths: Lengths, numbers: Numbers) -> Iterator[str]:
        """Yield graph patterns that together are the body: one for each choice of lengths of its lists."""
        fixed = [
            _with_number(pattern, f"?number{index}", numbers) for index, pattern in enumerate(self._patterns)
        ]
        choices = [list(self._list_bodies(index, lengths, numbers)) for index in range(len(self._lists))]
        for choice in product(*choices):
            yield " ".join((*fixed, *choice))

    def _list_bodies(self, index: int, lengths: Lengths, numbers: Numbers) -> Iterator[str]:
        atom = self._lists[index]
        names = _Names(index)
        if isinstance(atom, ListMember):
            yield _member(atom.list, names.cell(1), atom.member)
        elif isinstance(atom, ListPair):
            yield _pair(atom, names.cell(1), names.cell(2))
        else:
            for length in lengths(self._naming(atom.list), atom.list):
                cells = [atom.list, *map(names.cell, range(1, length))]
                walk = [
                    f"{cell} {_FIRST} {names.member(number)} ; {_REST} {rest} ."
                    for number, (cell, rest) in enumerate(zip(cells, [*cells[1:], _NIL], strict=True))
                ]
                said = (
                    _path(atom, names, length)
                    if isinstance(atom, ListPath)
                    else self._all(atom, names, length, numbers)
                )
                yield " ".join((*walk, *said))

    def _naming(self, head: Variable) -> Pattern:
        """Return a pattern with a property by name that leads to a list; each list of a rule has one."""
        return next(
            pattern
            for pattern in self._patterns
            if head in (pattern.subject, pattern.object) and isinstance(pattern.predicate, ox.NamedNode)
        )

    def _all(self, atom: ListAll, names: _Names, length: int, numbers: Numbers) -> Iterator[str]:
        """Yield what is said of each member; variables that stand nowhere else are others for each."""
        others = (*self._patterns, *self.rule.head, *(each for each in self._lists if each is not atom))
        shared = {name for each in others for name in variables(each)}
        for number in range(length):
            local = {
                name: names.member(number) if name == atom.member.name else names.local(name, number)
                for name in variables(atom)
                if name not in shared
            }
            for place, pattern in enumerate(atom.patterns):
                terms = (
                    local.get(term.name, term) if isinstance(term, Variable) else term for term in pattern
                )
                yield _with_number(Pattern(*terms), str(names.local(f"number{place}", number)), numbers)


class _Names:
    """Names of the variables that a condition on a list adds."""

    def __init__(self, index: int) -> None:
        self._index = index

    def cell(self, number: int) -> Variable:
        return Variable(f"cell{self._index}_{number}")

    def member(self, number: int) -> Variable:
        return Variable(f"member{self._index}_{number}")

    def local(self, name: str, number: int) -> Variable:
        return Variable(f"{name}_{self._index}_{number}")


def _member(head: Variable, cell: Variable, member: Variable) -> str:
    ends_well = f"GRAPH {_LIST} {{ {head} a {_LIST} . {cell} a {_LIST} }}"
    return f"{head} {_REST}* {cell} . {ends_well} {cell} {_FIRST} {member} ."


def _pair(pair: ListPair, early: Variable, late: Variable) -> str:
    """Return a pattern for the members of two cells, either of which may come first."""
    one = f"{early} {_FIRST} {pair.first} . {late} {_FIRST} {pair.second} ."
    other = f"{early} {_FIRST} {pair.second} . {late} {_FIRST} {pair.first} ."
    ends_well = f"GRAPH {_LIST} {{ {pair.list} a {_LIST} . {late} a {_LIST} }}"
    cells = f"{pair.list} {_REST}* {early} . {early} {_REST}+ {late} . {ends_well} FILTER({early} != {late})"
    return f"{cells} {{ {one} }} UNION {{ {other} }}"


def _path(atom: ListPath, names: _Names, length: int) -> Iterator[str]:
    stops = [atom.start, *(names.local("stop", number) for number in range(1, length)), atom.end]
    for number in range(length):
        yield f"{stops[number]} {names.member(number)} {stops[number + 1]} ."


def _with_number(pattern: Pattern, name: str, numbers: Numbers) -> str:
    """Return a pattern of SPARQL, in which any spelling of a number stands for it."""
    terms = [*map(_spelt, pattern)]
    number = _number(pattern.object)
    if number is None:
        return " ".join((*terms, "."))
    return f"VALUES {name} {{ {' '.join(sorted(numbers.get(number, ())))} }} {terms[0]} {terms[1]} {name} ."


def _number(term: RuleTerm) -> Decimal | None:
    value = value_of(str(term).encode()) if isinstance(term, ox.Literal) else None
    return value[1] if value and isinstance(value[1], Decimal) else None


def _spelt(term: RuleTerm) -> str:
    return str(term) if isinstance(term, Variable) else str(spell(term))
