"""Runs every check on the sources, and counts what is in the graph: what `tongzhou check` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from tongzhou.graph.compile import ONTOLOGY_FILES, Article, Compiled, Sources, compile_sources
from tongzhou.graph.coverage import Clause, clauses_of
from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.explanation import locate, places_of
from tongzhou.graph.figures import Figure, figures_of, misread_dates, misread_quantities
from tongzhou.graph.index import Index
from tongzhou.graph.moved import misfits
from tongzhou.graph.namespaces import ONTOLOGY_GRAPH, shorten
from tongzhou.graph.profile import check_profile
from tongzhou.graph.reason import Closure, ContradictionError, inferred_quads, load_rules
from tongzhou.graph.tally import Tally, tally_clauses, tally_figures, tally_graphs, tally_kinds
from tongzhou.graph.terms import (
    badly_worded_terms,
    circular_hierarchies,
    count_terms,
    dangling_iris,
    term_lines,
    undeclared_terms,
)
from tongzhou.graph.validate import validate


@dataclass(frozen=True)
class Check:
    """One check: its name, what it looked at and how much of it, and what it found wrong."""

    name: str
    size: int
    unit: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Report:
    """The outcome of all checks, and what was counted on the way."""

    checks: tuple[Check, ...]
    tallies: tuple[Tally, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what the checks found wrong, one after the other."""
        return tuple(fault for check in self.checks for fault in check.faults)


def check_sources(sources: Sources, *, tell: Callable[[str], None]) -> Report:
    """Run every check; `tell` is given the name of each one that starts.

    Sources that can't be compiled are reported by themselves, for then there is no graph to check.
    """
    tell("sources")
    try:
        compiled = compile_sources(sources)
    except SourceError as error:
        return Report((Check("sources", len(error.faults), "faults", error.faults),))
    return _Run(sources, compiled, tell).report()


class _Run:
    """The checks on one compiled dataset."""

    def __init__(self, sources: Sources, compiled: Compiled, tell: Callable[[str], None]) -> None:
        self._sources = sources
        self._compiled = compiled
        self._articles = compiled.articles
        self._dataset = compiled.dataset
        self._tell = tell
        self._checks: list[Check] = [Check("sources", len(compiled.articles), "articles", ())]
        self._places = {**term_lines(sources.ontology), **compiled.locations}

    def report(self) -> Report:
        """Run the checks in the order in which a curator mends, then count."""
        data, places = self._dataset, self._places
        clauses = {article.slug: clauses_of(article, data) for article in self._articles}
        figures = {article.slug: figures_of(article, data) for article in self._articles}
        passages = [passage for article in self._articles for passage in _passages(data, article)]
        self._note("quotes", len(passages), "passages", [fault for fault in passages if fault])
        uncovered = [
            fault for article in self._articles for fault in _uncovered(article, clauses[article.slug])
        ]
        self._note("clauses", sum(map(len, clauses.values())), "clauses", uncovered)
        unaccounted = [
            fault for article in self._articles for fault in _unaccounted(article, figures[article.slug])
        ]
        misread = [*misread_quantities(data, places), *misread_dates(data, places)]
        self._note("numbers", sum(map(len, figures.values())), "numbers", [*unaccounted, *misread])
        self._tell("shapes")
        self._note(
            "shapes", len(data), "triples", validate(data, self._sources.ontology / "shapes.ttl", places)
        )
        self._note("declared terms", len(data), "triples", undeclared_terms(data, places))
        self._note("labels and definitions", count_terms(data), "terms", badly_worded_terms(data, places))
        ontology = list(data.quads_for_graph_name(ox.NamedNode(ONTOLOGY_GRAPH)))
        self._note("OWL 2 RL profile", len(ontology), "triples", _located(check_profile(ontology), places))
        self._note("dangling IRIs", len(data), "triples", dangling_iris(data, places))
        self._note("hierarchies", len(data), "triples", circular_hierarchies(data, places))
        moved = self._sources.moved
        self._note("former identifiers", len(data), "triples", misfits(moved, data) if moved else ())
        self._tell("consistency")
        inferred, contradictions = _infer(self._sources, self._compiled)
        self._note("consistency", len(data), "triples", contradictions)
        return Report(
            tuple(self._checks),
            (
                tally_kinds("organisations by kind", Index([*data, *inferred]), "Organisation"),
                tally_kinds("groups without a name", Index(data), "UnnamedGroup"),
                tally_kinds("actions by kind", Index(data), "Action"),
                tally_clauses(clauses),
                *tally_figures(figures),
                tally_graphs([*data, *inferred]),
            ),
        )

    def _note(self, name: str, size: int, unit: str, faults: Sequence[Fault]) -> None:
        self._checks.append(Check(name, size, unit, tuple(faults)))


def _passages(dataset: ox.Dataset, article: Article) -> Iterator[Fault | None]:
    """Compare each passage's words with the text at its place; yield a fault, or None where they are the same."""
    index = Index(dataset)
    for subject in index.of_class("Passage"):
        name, _, place = subject.partition("#char=")
        if name != article.iri:
            continue
        start, _, end = place.partition(",")
        if index.words(subject) == {article.text.text[int(start) : int(end)]}:
            yield None
        else:
            remedy = "Build again; if it stays, the compiler is at fault."
            yield Fault(
                article.path, None, subject, "the passage does not hold the words at its place.", remedy
            )


def _located(faults: Sequence[Fault], places: Mapping[str, tuple[str, int]]) -> list[Fault]:
    """Give each fault of the ontology, which names its term in short, the file and line of the term."""
    names = {shorten(iri): place for iri, place in places.items()}
    return [
        replace(fault, path=names[fault.subject][0], line=names[fault.subject][1])
        if fault.subject in names
        else fault
        for fault in faults
    ]


def _uncovered(article: Article, clauses: Sequence[Clause]) -> Iterator[Fault]:
    path = article.path.replace("facts.yaml", "text.txt")
    for clause in clauses:
        if not clause.is_covered:
            words = "".join(f"{words!r} " for words in clause.left_out)
            whole = clause.left_out == (clause.text,)
            what = "no fact states the clause" if whole else f"of the clause {clause.text!r} nothing quotes"
            remedy = "Quote it in an action with its agent, or in a request with its addressee."
            yield Fault(path, clause.line, "clause", f"{what} {words.strip()}.", remedy)


def _unaccounted(article: Article, figures: Sequence[Figure]) -> Iterator[Fault]:
    path = article.path.replace("facts.yaml", "text.txt")
    for figure in figures:
        if not figure.is_accounted_for:
            message = f"the number {figure.text!r} in {figure.context!r} is in no fact."
            remedy = "Add it as a quantity with this wording to the fact it belongs to."
            yield Fault(path, figure.line, "number", message, remedy)


def _infer(sources: Sources, compiled: Compiled) -> tuple[ox.Dataset, Sequence[Fault]]:
    """Return the inferred quads, or each contradiction at the first fact that it rests on, with its proof."""
    closure = Closure(load_rules([sources.ontology / "rules"]))
    closure.assert_only(quad.triple for quad in compiled.dataset)
    try:
        return inferred_quads(closure), ()
    except ContradictionError as error:
        places = places_of(compiled.lines, sources.ontology, ONTOLOGY_FILES)
        return ox.Dataset(), locate(error, closure, compiled.dataset, places).faults
