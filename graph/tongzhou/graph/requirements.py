"""What a publishable fact needs, by class and property, in words: the SHACL shapes as readers of the vocabulary want them.

Words come from the constraints where these are plain; for the others the message speaks that a curator gets when a fact is
refused.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from tongzhou.graph.namespaces import ONTOLOGY_GRAPH, RDFS, TZ
from tongzhou.graph.shape_words import Labels, ShapeWords, Words, in_order

REQUIREMENTS = "requirements.json"
"""The file of a release with what the shapes ask of each term."""

Relation = Literal["itself", "has", "of", "with", "refused"]
_RELATIONS: tuple[Relation, ...] = ("itself", "has", "of", "with", "refused")
_OF_NODES = frozenset({SH["class"], SH.pattern, SH.property, SH.sparql, SH.message, SH.severity})
_TARGETS = frozenset({SH.targetClass, SH.targetSubjectsOf})


@dataclass(frozen=True)
class Requirement:
    """One thing that the shapes ask of a term, in words.

    `relation` says of what: `itself`; `has`, a class of the properties `others`; `of`, a property where the classes
    `others` have it; `with`, whatever has the property, of the properties `others`; `refused`, the words are the message.
    """

    relation: Relation
    others: tuple[str, ...]
    zh: str
    en: str


def requirements_of(shapes: Path, dataset: ox.Dataset) -> dict[str, list[Requirement]]:
    """Return what a file of shapes asks of each class and property, by IRI; labels are those of the dataset's ontology."""
    reader = _Reader(Graph().parse(shapes, format="turtle"), _labels(dataset))
    return {term: _merge(found) for term, found in sorted(reader.read().items())}


def write_requirements(requirements: dict[str, list[Requirement]]) -> bytes:
    """Write requirements as JSON."""
    value = {term: [asdict(one) for one in found] for term, found in requirements.items()}
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def read_requirements(data: bytes) -> dict[str, list[Requirement]]:
    """Read what `write_requirements` wrote."""
    return {
        term: [Requirement(one["relation"], tuple(one["others"]), one["zh"], one["en"]) for one in found]
        for term, found in json.loads(data).items()
    }


_Found = dict[tuple[Relation, str], list[Words]]


class _Reader:
    """Collects what the shapes of a graph ask, by term, relation and the other term."""

    def __init__(self, shapes: Graph, labels: Labels) -> None:
        self._shapes = shapes
        self._words = ShapeWords(shapes, labels)
        self._found: dict[str, _Found] = defaultdict(lambda: defaultdict(list))

    def read(self) -> dict[str, _Found]:
        """Read every shape that has a target."""
        for shape in {one for target in _TARGETS for one in self._shapes.subjects(target, None)}:
            classes = [str(name) for name in self._shapes.objects(shape, SH.targetClass)]
            holders = [str(name) for name in self._shapes.objects(shape, SH.targetSubjectsOf)]
            if (shape, SH.path, None) in self._shapes:
                self._read_property(shape, classes, holders)
                continue
            self._read_node(shape, classes, holders)
            for rule in self._shapes.objects(shape, SH.property):
                self._read_property(rule, classes, holders)
        return self._found

    def _read_node(self, shape: Node, classes: list[str], holders: list[str]) -> None:
        """Read what a shape asks of the thing itself."""
        only, begin = self._words.of_holders(shape), self._words.of_identifiers(shape)
        for terms, words in ((holders, only), (classes, begin)):
            if words is not None:
                self._add(terms, "itself", "", [words])
        has_more = bool(self._predicates(shape) - _OF_NODES)
        if has_more:
            self._add([*classes, *holders], "refused", "", [self._words.message(shape)])
        for query in self._shapes.objects(shape, SH.sparql):
            self._add([*classes, *holders], "refused", "", [self._words.message(query)])

    def _read_property(self, shape: Node, classes: list[str], holders: list[str]) -> None:
        """Read what a shape asks of the values of one property, or of several alike."""
        words, has_more = self._words.of_values(shape)
        path = self._path(shape)
        for name in path:
            self._add(classes, "has", name, words)
            if name.startswith(TZ):
                for one in classes:
                    self._add([name], "of", one, words)
            if name in holders:
                self._add([name], "itself", "", words)
            else:
                self._add(holders, "with", name, words)
        if has_more or not path:
            self._add([*classes, *holders], "refused", "", [self._words.message(shape)])

    def _add(self, terms: Iterable[str], relation: Relation, other: str, words: list[Words]) -> None:
        for term in terms:
            found = self._found[term][relation, other]
            found += [one for one in words if one not in found]

    def _path(self, shape: Node) -> list[str]:
        """Return the properties of a path: one, or alternatives; none where it leads further or back."""
        path = cast("Node", self._shapes.value(shape, SH.path))
        if isinstance(path, URIRef):
            return [str(path)]
        head = self._shapes.value(path, SH.alternativePath)
        names = list(Collection(self._shapes, head)) if head is not None else []
        return [str(name) for name in names] if all(isinstance(name, URIRef) for name in names) else []

    def _predicates(self, shape: Node) -> set[Node]:
        return set(self._shapes.predicates(shape)) - _TARGETS - {RDF.type}


def _merge(found: _Found) -> list[Requirement]:
    """Join what is asked of one pair of terms, and the others of which the same is asked."""
    merged: dict[tuple[Relation, Words], list[str]] = defaultdict(list)
    for (relation, other), words in found.items():
        for joined in _joined(relation, words):
            merged[relation, joined].append(other)
    ordered = sorted(
        merged.items(), key=lambda item: (_RELATIONS.index(item[0][0]), sorted(item[1]), item[0][1])
    )
    return [
        Requirement(relation, tuple(sorted(name for name in others if name)), words.zh, words.en)
        for (relation, words), others in ordered
    ]


def _joined(relation: Relation, words: list[Words]) -> Iterator[Words]:
    """Yield messages one by one, other words as one sentence."""
    if relation == "refused":
        yield from words
    elif words:
        ordered = in_order(words)
        yield Words("，".join(one.zh for one in ordered), ", ".join(one.en for one in ordered))


def _labels(dataset: ox.Dataset) -> dict[str, Words]:
    """Return the labels of the terms and concepts that the ontology describes."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in dataset.quads_for_graph_name(ox.NamedNode(ONTOLOGY_GRAPH)):
        if quad.predicate.value == f"{RDFS}label" and isinstance(quad.object, ox.Literal):
            assert isinstance(quad.subject, ox.NamedNode)
            texts[quad.subject.value][quad.object.language or ""] = quad.object.value
    return {
        iri: Words(names["zh"], names["en"]) for iri, names in texts.items() if names.keys() >= {"zh", "en"}
    }
