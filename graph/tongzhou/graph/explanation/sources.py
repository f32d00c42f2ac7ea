"""Where asserted triples stand: the graph, hence the basis, and what backs them there, down to the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from tongzhou.graph.explanation.places import Place, Places, key_of
from tongzhou.graph.meta import basis_of
from tongzhou.graph.namespaces import (
    BASE,
    DCTERMS,
    INFERRED_GRAPH,
    OA,
    ONTOLOGY_GRAPH,
    RDFS,
    TZ,
)
from tongzhou.graph.reason import Statement

DEFINITION, STATED, NAME, BACKGROUND = "definition", "stated", "name", "background"

_NO_SOURCES = frozenset({INFERRED_GRAPH})


@dataclass(frozen=True)
class Quote:
    """Words of an article: their passage, the words, and the first line of the file of the text that they stand on."""

    passage: str
    exact: str
    line: int | None


@dataclass(frozen=True)
class Source:
    """Where an asserted triple stands: a graph and its basis (`definition`, `stated`, `name`, `background`).

    `quotes` are the words of the article that state it, `names` the name that it is read off, by language, `references`
    the sources of background knowledge, `place` the file and line where its subject is described.
    """

    graph: str
    basis: str
    quotes: tuple[Quote, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    place: Place | None = None


class Sources:
    """Finds the sources of triples in the named graphs of a store."""

    def __init__(self, store: ox.Store, places: Places | None = None) -> None:
        """Keep the store, which is only read, and the places of subjects."""
        self._store = store
        self._places: Places = places or {}

    def of(self, statement: Statement) -> tuple[Source, ...]:
        """Return where a statement stands, in the order of the graphs' names; nothing for one that is not asserted."""
        triple = statement.triple
        if triple is None:
            return ()
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        return tuple(self._source(triple, graph) for graph in sorted(graphs - _NO_SOURCES))

    def _source(self, triple: ox.Triple, graph: str) -> Source:
        basis = basis_of(graph) or DEFINITION
        place = self._place(triple, graph)
        if basis == STATED:
            return Source(graph, basis, quotes=self._quotes(triple, graph), place=place)
        if basis == NAME:
            return Source(graph, basis, names=self._names(triple.subject), place=place)
        if basis == BACKGROUND:
            references = (_text(value) for value in self._values(triple.subject, f"{DCTERMS}source", graph))
            return Source(graph, basis, references=tuple(sorted(references)), place=place)
        return Source(graph, basis, place=place)

    def _quotes(self, triple: ox.Triple, graph: str) -> tuple[Quote, ...]:
        """Return the words that state the subject, else those of the object; a passage speaks for itself."""
        for term in (triple.subject, triple.object):
            passages = [*self._values(term, f"{TZ}evidence", graph), term]
            found = [quote for passage in passages for quote in self._quote(passage, graph)]
            if found:
                return tuple(sorted(dict.fromkeys(found), key=lambda quote: (quote.line or 0, quote.passage)))
        return ()

    def _quote(self, passage: object, graph: str) -> Iterator[Quote]:
        for selector in self._values(passage, f"{OA}hasSelector", graph):
            for words in self._values(selector, f"{OA}exact", graph):
                line = next(
                    (int(_text(value)) for value in self._values(passage, f"{TZ}firstLine", graph)), None
                )
                assert isinstance(passage, ox.NamedNode)
                yield Quote(passage.value, _text(words), line)

    def _names(self, subject: object) -> tuple[tuple[str, str], ...]:
        labels: Mapping[str, str] = {
            value.language or "": value.value
            for value in self._values(subject, f"{RDFS}label", None)
            if isinstance(value, ox.Literal)
        }
        return tuple(sorted(labels.items()))

    def _place(self, triple: ox.Triple, graph: str) -> Place | None:
        """Return where a triple is written, as near as is known: its statement, its subject, the thing that that is a part of."""
        lines = self._places.get(graph, {})
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            return self._place_of_axiom(triple, lines)
        joined = [key_of(subject.value, value.value)] if isinstance(value, ox.NamedNode) else []
        keys = [*joined, subject.value, subject.value.partition("#")[0]]
        return next((lines[key] for key in keys if key in lines), None)

    def _place_of_axiom(self, triple: ox.Triple, lines: Mapping[str, Place]) -> Place | None:
        """Return where an axiom stands whose subject has no name: at the term that it serves, or by the terms that it names."""
        served = self._served(triple.subject)
        if served is not None:
            return lines.get(served)
        named = sorted(self._named_below(triple.subject))
        return min((lines[key_of("[]", name)] for name in named if key_of("[]", name) in lines), default=None)

    def _served(self, node: object) -> str | None:
        """Return the named term from which blank nodes of the ontology lead to one."""
        waiting, seen = [node], set[object]()
        while waiting:
            term = waiting.pop(0)
            if isinstance(term, ox.NamedNode):
                return term.value
            if isinstance(term, ox.BlankNode) and term not in seen:
                seen.add(term)
                above = self._store.quads_for_pattern(None, None, term, ox.NamedNode(ONTOLOGY_GRAPH))
                waiting += sorted((quad.subject for quad in above), key=str)
        return None

    def _named_below(self, node: object) -> set[str]:
        """Return the named terms of ours that a blank node of the ontology leads to by way of blank nodes."""
        waiting, seen, named = [node], set[object](), set[str]()
        while waiting:
            term = waiting.pop()
            if isinstance(term, ox.BlankNode) and term not in seen:
                seen.add(term)
                below = self._store.quads_for_pattern(term, None, None, ox.NamedNode(ONTOLOGY_GRAPH))
                waiting += [quad.object for quad in below]
            elif isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                named.add(term.value)
        return named

    def _values(self, subject: object, predicate: str, graph: str | None) -> Iterator[object]:
        if isinstance(subject, ox.NamedNode | ox.BlankNode):
            name = ox.NamedNode(graph) if graph else None
            for quad in self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None, name):
                yield quad.object


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)
