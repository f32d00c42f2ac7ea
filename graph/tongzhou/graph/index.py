"""Looks facts up by subject, with the classes above their types: what the checks ask of a dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from tongzhou.graph.namespaces import OA, RDF, RDFS, TZ

Span = tuple[int, int]


class Index:
    """The triples of some quads by subject and predicate, graphs merged. Terms of ours are given by local name."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        """Index the quads whose subject is an IRI."""
        self._values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                self._values[quad.subject.value][quad.predicate.value].add(quad.object.value)
        self._above: dict[str, frozenset[str]] = {}

    def subjects(self) -> list[str]:
        """Return every subject, sorted."""
        return sorted(self._values)

    def values(self, subject: str, predicate: str) -> set[str]:
        """Return the IRIs and lexical forms of a property; `predicate` is a name of ours or an IRI."""
        return self._values.get(subject, {}).get(_expand(predicate), set())

    def kinds(self, subject: str) -> frozenset[str]:
        """Return the types of a subject and all classes above them."""
        types = self.values(subject, f"{RDF}type")
        return frozenset(types).union(*(self._superclasses(kind, ()) for kind in types))

    def is_a(self, subject: str, *classes: str) -> bool:
        """Tell whether a subject is of one of the classes, each a name of ours or an IRI."""
        return not self.kinds(subject).isdisjoint(_expand(name) for name in classes)

    def of_class(self, *classes: str) -> list[str]:
        """Return the subjects of the classes, sorted."""
        return [subject for subject in self.subjects() if self.is_a(subject, *classes)]

    def spans(self, subject: str, article: str) -> Iterator[Span]:
        """Yield where in an article the evidence of a subject stands."""
        for passage in sorted(self.values(subject, "evidence")):
            name, _, place = passage.partition("#char=")
            if name == article:
                start, _, end = place.partition(",")
                yield int(start), int(end)

    def words(self, passage: str) -> set[str]:
        """Return the words that a passage quotes: one text, where the passage is sound."""
        selectors = self.values(passage, f"{OA}hasSelector")
        return {words for selector in selectors for words in self.values(selector, f"{OA}exact")}

    def superclasses(self, name: str) -> frozenset[str]:
        """Return all classes above a class, given by its IRI."""
        return self._superclasses(name, ())

    def _superclasses(self, name: str, below: tuple[str, ...]) -> frozenset[str]:
        if name not in self._above:
            parents = self.values(name, f"{RDFS}subClassOf") - {name, *below}
            above = (self._superclasses(parent, (*below, name)) for parent in parents)
            self._above[name] = frozenset(parents).union(*above)
        return self._above[name]


def _expand(name: str) -> str:
    return name if ":" in name else f"{TZ}{name}"
