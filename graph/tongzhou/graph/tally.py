"""Counts what is in the graph: organisations and actions by kind, clauses, numbers, triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.coverage import Clause
from tongzhou.graph.figures import Figure
from tongzhou.graph.index import Index
from tongzhou.graph.namespaces import GRAPH, RDFS, TZ, shorten


@dataclass(frozen=True)
class Tally:
    """A table of counts: its title, the names of its columns, and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tally_kinds(title: str, index: Index, *classes: str) -> Tally:
    """Count the things of some classes by their most specific kinds; a thing of two kinds counts in both rows."""
    things = index.of_class(*classes)
    counts: Counter[str] = Counter()
    for thing in things:
        counts.update(_leaves(index, thing))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(shorten(kind), *_labels(index, kind), str(count)) for kind, count in ranked]
    return Tally(title, ("kind", "zh", "en", "count"), (*rows, ("all, each once", "", "", str(len(things)))))


def tally_clauses(clauses: Mapping[str, Sequence[Clause]]) -> Tally:
    """Count the clauses of each article that the facts state, and those that only put an opinion on record."""
    rows = (
        (
            slug,
            str(sum(clause.is_opinion for clause in some)),
            str(sum(clause.is_covered for clause in some)),
            str(len(some)),
        )
        for slug, some in clauses.items()
    )
    columns = ("article", "by statements only", "covered", "of")
    return Tally("clauses with their facts", columns, tuple(rows))


def tally_figures(figures: Mapping[str, Sequence[Figure]]) -> Iterator[Tally]:
    """Count the numbers of each article by what they are, then list those that are not in the graph, with the reason."""
    every = [figure for some in figures.values() for figure in some]
    kinds = Counter(figure.as_ for figure in every)
    counts = [
        *sorted(kinds.items(), key=lambda item: (-item[1], item[0])),
        ("in the graph", sum(figure.is_in_graph for figure in every)),
        ("all", len(every)),
    ]
    yield Tally("numbers of the text", ("as", "count"), tuple((kind, str(count)) for kind, count in counts))
    rows = (
        (figure.text, str(figure.line), figure.as_, figure.by)
        for some in figures.values()
        for figure in some
        if not figure.is_in_graph
    )
    yield Tally("numbers not in the graph, and why", ("number", "line", "reason", "word"), tuple(rows))


def tally_graphs(quads: Iterable[ox.Quad]) -> Tally:
    """Count the triples of each graph."""
    graphs = Counter(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode))
    return Tally(
        "triples by graph",
        ("graph", "triples"),
        tuple((name.removeprefix(GRAPH), str(count)) for name, count in sorted(graphs.items())),
    )


def _leaves(index: Index, thing: str) -> set[str]:
    """Return the kinds of ours of a thing that no other kind of it lies below."""
    kinds = {kind for kind in index.kinds(thing) if kind.startswith(TZ)}
    return {kind for kind in kinds if not any(kind in index.superclasses(other) for other in kinds)}


def _labels(index: Index, kind: str) -> tuple[str, str]:
    """Return the labels of a class: the Chinese one and the English one."""
    labels = sorted(index.values(kind, f"{RDFS}label"), key=str.isascii)
    return (labels[0], labels[-1]) if labels else ("", "")
