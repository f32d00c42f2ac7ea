"""The second evaluator of the rules: each rule as SPARQL updates, all of them again and again until nothing is added.

It shares nothing with the engine but the rules and the scans of literals, so tests hold one against the other; and its store
may lie on a disk, for graphs that outgrow memory. It is slower, and knows no proofs.

Oxigraph's store rewrites numbers of derived types (`"01"^^xsd:int` comes back as `1`), and SPARQL has no literals as subjects
nor blank nodes as predicates. So literals, blank nodes and triple terms stand in the store as IRIs that spell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from tongzhou.graph.namespaces import OWL, RDF
from tongzhou.graph.reason.datatypes import are_different, is_ill_typed, value_of
from tongzhou.graph.reason.dictionary import Term
from tongzhou.graph.reason.rules import Pattern, Rule, Rules, Variable
from tongzhou.graph.reason.rules_as_sparql import MARK_LISTS, RuleQueries
from tongzhou.graph.reason.spelling import read_spelling, spell

_SAME = ox.NamedNode(f"{OWL}sameAs")
_REST, _NIL = ox.NamedNode(f"{RDF}rest"), ox.NamedNode(f"{RDF}nil")
_DEFAULT = ox.DefaultGraph()


class Clash(NamedTuple):
    """A contradiction: the rule that finds it, and the triples that are its premises, as texts in order; lists are left out."""

    rule: str
    premises: tuple[str, ...]


class SparqlClosure:
    """The closure of a graph, worked out by SPARQL."""

    def __init__(self, rules: Rules, triples: Iterable[ox.Triple], *, folder: Path | None = None) -> None:
        """Close the triples, in memory or in a folder."""
        self.rounds = 0
        """How often all rules were applied."""
        self._store = ox.Store() if folder is None else ox.Store(folder)
        self._numbers: dict[Decimal, set[str]] = {}
        self._ill_typed: set[Clash] = set()
        self._scans = frozenset(scan.id for scan in rules.scans)
        self._queries = [RuleQueries(rule) for rule in rules]
        self._store.bulk_extend(map(self._spell, triples))
        self._run()

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield asserted and inferred triples, without those that are no RDF (their subject is a literal, or the like)."""
        for quad in self._store.quads_for_pattern(None, None, None, _DEFAULT):
            subject, predicate, value = map(_read, (quad.subject, quad.predicate, quad.object))
            if not isinstance(subject, ox.Literal | ox.Triple) and isinstance(predicate, ox.NamedNode):
                yield ox.Triple(subject, predicate, value)

    def clashes(self) -> set[Clash]:
        """Return the contradictions."""
        denials = [queries for queries in self._queries if not queries.rule.head]
        return {clash for queries in denials for clash in self._clashes_of(queries)} | set(self._scan())

    def _spell(self, triple: ox.Triple) -> ox.Quad:
        """Return a triple as it stands in the store; note what is to be known of its literal."""
        value = spell(triple.object)
        if isinstance(triple.object, ox.Literal):
            text = str(triple.object).encode()
            number = value_of(text)
            if number is not None and isinstance(number[1], Decimal):
                self._numbers.setdefault(number[1], set()).add(str(value))
            if is_ill_typed(text):
                self._ill_typed.add(Clash("dt-not-type", (_text(triple),)))
        return ox.Quad(spell(triple.subject), triple.predicate, value)

    def _run(self) -> None:
        size = -1
        while size != len(self._store):
            size = len(self._store)
            self._mark_lists()
            for queries in self._queries:
                if self._may_apply(queries.rule):
                    for update in queries.updates(self._lengths, self._numbers):
                        self._store.update(update)
            self.rounds += 1

    def _mark_lists(self) -> None:
        """Mark the cells of lists that end in rdf:nil and have a member in each cell, from the end on."""
        size = -1
        while size != len(self._store):
            size = len(self._store)
            self._store.update(MARK_LISTS)

    def _lengths(self, walked: Pattern, head: Variable) -> list[int]:
        """Return the lengths of the lists that a pattern names in the place of a variable."""
        assert isinstance(walked.predicate, ox.NamedNode)
        naming = self._store.quads_for_pattern(None, walked.predicate, None, _DEFAULT)
        heads = {quad.object if walked.object == head else quad.subject for quad in naming}
        return sorted({length for each in heads for length in self._lengths_from(each)})

    def _lengths_from(self, head: Term) -> Iterator[int]:
        """Yield the lengths of the ways from a cell to rdf:nil that come to no cell twice."""
        ways: list[dict[Term, None]] = [{head: None}]
        while ways:
            way = ways.pop()
            onward = [head]
            while onward:
                quads = self._store.quads_for_pattern(_node(next(reversed(way))), _REST, None, _DEFAULT)
                rests = [quad.object for quad in quads]
                if _NIL in rests:
                    yield len(way)
                onward = [cell for cell in rests if cell != _NIL and cell not in way]
                ways += [{**way, cell: None} for cell in onward[1:]]
                way |= dict.fromkeys(onward[:1])

    def _may_apply(self, rule: Rule) -> bool:
        """Tell whether there is a triple for each pattern whose predicate is a constant; to ask is quicker than to query."""
        for pattern in rule.body:
            if isinstance(pattern, Pattern) and isinstance(pattern.predicate, ox.NamedNode):
                value = pattern.object if isinstance(pattern.object, ox.NamedNode) else None
                quads = self._store.quads_for_pattern(None, pattern.predicate, value, _DEFAULT)
                if next(quads, None) is None:
                    return False
        return True

    def _clashes_of(self, queries: RuleQueries) -> Iterator[Clash]:
        if not self._may_apply(queries.rule):
            return
        for query in queries.selects(self._lengths, self._numbers):
            solutions = self._store.query(query)
            assert isinstance(solutions, ox.QuerySolutions)
            for solution in solutions:
                premises = {_text(terms) for terms in queries.premises(solution)}
                yield Clash(queries.rule.id, tuple(sorted(premises)))

    def _scan(self) -> Iterator[Clash]:
        if "dt-not-type" in self._scans:
            yield from self._ill_typed
        if "dt-diff" in self._scans:
            for quad in self._store.quads_for_pattern(None, _SAME, None, _DEFAULT):
                one, other = _read(quad.subject), _read(quad.object)
                literals = isinstance(one, ox.Literal) and isinstance(other, ox.Literal)
                if literals and are_different(str(one).encode(), str(other).encode()):
                    yield Clash("dt-diff", (_text((one, _SAME, other)),))


def _node(term: Term) -> ox.NamedNode:
    """Return a term of the store, which holds nothing but IRIs."""
    assert isinstance(term, ox.NamedNode)
    return term


def _read(term: Term) -> Term:
    return read_spelling(_node(term))


def _text(terms: Iterable[Term]) -> str:
    return " ".join(map(str, terms))
