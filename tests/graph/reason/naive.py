"""Rules evaluated as they read, slowly: every rule over all triples, again and again until nothing new follows.

It shares with the engine the reading of the rules, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import product

import pyoxigraph as ox

from tongzhou.graph.namespaces import OWL, RDF, XSD
from tongzhou.graph.reason import Rule, Rules
from tongzhou.graph.reason.proof import Statement, Term
from tongzhou.graph.reason.rules import (
    Atom,
    ListAll,
    ListMember,
    ListPair,
    ListPath,
    Pattern,
    RuleTerm,
    Variable,
)

SAME_AS = ox.NamedNode(f"{OWL}sameAs")
FIRST, REST, NIL = (ox.NamedNode(f"{RDF}{name}") for name in ("first", "rest", "nil"))
Values = dict[str, Term]


class Naive:
    """Statements, closed under rules by `close`."""

    def __init__(self, rules: Rules, statements: Iterable[Statement]) -> None:
        self.rules = rules
        self.statements: set[Statement] = set()
        self.clashes: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._by_predicate: dict[Term, list[Statement]] = defaultdict(list)
        for statement in statements:
            self._enter(statement)

    def close(self) -> None:
        size = -1
        while size != len(self.statements):
            size = len(self.statements)
            for rule in self.rules:
                for values in list(self.solutions(rule)):
                    if not rule.head:
                        self.clashes.add((rule.id, tuple(sorted((k, str(v)) for k, v in values.items()))))
                    for pattern in rule.head:
                        statement = Statement(*(_value(term, values) for term in pattern))
                        if statement.predicate != SAME_AS or statement.subject != statement.object:
                            self._enter(statement)

    def _enter(self, statement: Statement) -> None:
        if statement not in self.statements:
            self.statements.add(statement)
            self._by_predicate[statement.predicate].append(statement)

    def solutions(self, rule: Rule, values: Values | None = None) -> Iterator[Values]:
        """Yield the values of variables for which the body of a rule holds, with some given."""
        shared = {
            term.name
            for atom in (*rule.body, *rule.head)
            if not isinstance(atom, ListAll)
            for term in atom
            if isinstance(term, Variable)
        }
        return self._solutions(rule.body, values or {}, frozenset(shared))

    def holds(self, rule: Rule, values: Values) -> bool:
        """Tell whether the body of a rule holds with some values given."""
        return next(self.solutions(rule, values), None) is not None

    def _solutions(self, atoms: tuple[Atom, ...], values: Values, shared: frozenset[str]) -> Iterator[Values]:
        if not atoms:
            yield values
            return
        for more in self._matches(atoms[0], values, shared):
            yield from self._solutions(atoms[1:], more, shared)

    def _matches(self, atom: Atom, values: Values, shared: frozenset[str]) -> Iterator[Values]:
        if isinstance(atom, Pattern):
            yield from self._match_pattern(atom, values)
            return
        for places in self._lists(values[atom.list.name]):
            if isinstance(atom, ListMember):
                for member in {m for place in places for m in place}:
                    yield from _bind(values, (atom.member, member))
            elif isinstance(atom, ListPair):
                for i, j in product(range(len(places)), repeat=2):
                    for one, other in product(places[i], places[j]) if i != j else ():
                        yield from _bind(values, (atom.first, one), (atom.second, other))
            elif isinstance(atom, ListAll):
                yield from self._match_all(atom, places, values, shared)
            else:
                yield from self._match_path(atom, places, values)

    def _match_pattern(self, pattern: Pattern, values: Values) -> Iterator[Values]:
        predicate = pattern.predicate
        if isinstance(predicate, Variable):
            known = values.get(predicate.name)
            candidates = self._by_predicate.get(known, []) if known else list(self.statements)
        else:
            candidates = self._by_predicate.get(predicate, [])
        for statement in list(candidates):
            yield from _bind(values, *zip(pattern, statement, strict=True))

    def _match_all(
        self, atom: ListAll, places: list[list[Term]], values: Values, shared: frozenset[str]
    ) -> Iterator[Values]:
        solutions = [values]
        for place in places:
            found: dict[tuple[tuple[str, Term], ...], Values] = {}
            for solution, member in product(solutions, place):
                for more in self._solutions(atom.patterns, {**solution, atom.member.name: member}, shared):
                    kept = {name: value for name, value in more.items() if name in values or name in shared}
                    found[tuple(kept.items())] = kept
            solutions = list(found.values())
        yield from solutions

    def _match_path(self, atom: ListPath, places: list[list[Term]], values: Values) -> Iterator[Values]:
        pairs: set[tuple[Term, Term]] | None = None
        for place in places:
            step = {(s.subject, s.object) for p in place for s in self._by_predicate.get(p, [])}
            pairs = step if pairs is None else {(a, d) for a, b in pairs for c, d in step if b == c}
        for start, end in pairs or ():
            yield from _bind(values, (atom.start, start), (atom.end, end))

    def _lists(self, head: Term) -> Iterator[list[list[Term]]]:
        ways = [[head]]
        while ways:
            way = ways.pop()
            for rest in self._objects(way[-1], REST):
                if rest == NIL:
                    yield [self._objects(cell, FIRST) for cell in way]
                elif rest not in way:
                    ways.append([*way, rest])

    def _objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        return [s.object for s in self._by_predicate.get(predicate, []) if s.subject == subject]


def _bind(values: Values, *pairs: tuple[RuleTerm, Term]) -> Iterator[Values]:
    found = dict(values)
    for term, value in pairs:
        if isinstance(term, Variable):
            if found.setdefault(term.name, value) != value:
                return
        elif not _is_equal(term, value):
            return
    yield found


def _is_equal(constant: Term, value: Term) -> bool:
    if isinstance(constant, ox.Literal) and isinstance(value, ox.Literal):
        return constant == value or (_number(constant) is not None and _number(constant) == _number(value))
    return constant == value


def _number(literal: ox.Literal) -> Decimal | None:
    if not literal.datatype.value.startswith(XSD) or not literal.datatype.value.lower().endswith(
        ("integer", "int", "byte", "decimal", "short", "long")
    ):
        return None
    try:
        return Decimal(literal.value)
    except InvalidOperation:
        return None


def _value(term: RuleTerm, values: Values) -> Term:
    return values[term.name] if isinstance(term, Variable) else term
