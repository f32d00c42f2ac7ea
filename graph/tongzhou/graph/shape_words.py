"""Words for the constraints of SHACL shapes, in zh and en: "exactly one", "each an organisation or an unnamed group".

Source: https://www.w3.org/TR/shacl/#core-components. A constraint that has no plain words here is told apart, so that the
message of its shape can speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, SKOS, XSD
from rdflib.term import Node

from tongzhou.graph.namespaces import BASE, shorten


@dataclass(frozen=True, order=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


Labels = Mapping[str, Words]
"""The labels of terms and concepts, by IRI."""

_OWN_LABELS = {
    str(SKOS.Concept): Words("概念", "concept"),
    str(SKOS.ConceptScheme): Words("概念表", "concept scheme"),
}
_COUNTS: dict[tuple[int | None, int | None], Words] = {
    (1, 1): Words("有且只有一个", "exactly one"),
    (1, None): Words("至少一个", "at least one"),
    (None, 1): Words("至多一个", "at most one"),
    (None, 0): Words("不得有", "none"),
}
_DATATYPES = {
    str(XSD.string): Words("不带语言标记的文字", "text without a language tag"),
    str(XSD.decimal): Words("十进制数", "a decimal number"),
    str(XSD.date): Words("日期，写作 YYYY-MM-DD", "a date written YYYY-MM-DD"),
}
_LANGUAGES = {"zh": Words("中文的", "in Chinese"), "en": Words("英文的", "in English")}
_SILENT = frozenset({SH.path, SH.message, SH.severity, RDF.type, SH.targetClass, SH.targetSubjectsOf})
_COUNTED = frozenset({SH.minCount, SH.maxCount})
_QUALIFIED = frozenset({SH.qualifiedValueShape, SH.qualifiedMinCount, SH.qualifiedMaxCount})
_IDENTIFIER = "^" + BASE.replace(".", "[.]")


def in_order(words: Iterable[Words]) -> list[Words]:
    """Sort words so that how many comes before what."""
    return sorted(
        words, key=lambda one: (not one.zh.startswith(tuple(count.zh for count in _COUNTS.values())), one)
    )


class ShapeWords:
    """Words what the shapes of one graph ask for."""

    def __init__(self, shapes: Graph, labels: Labels) -> None:
        """Keep the graph of the shapes, and the labels of what they name."""
        self._shapes = shapes
        self._labels = {**_OWN_LABELS, **labels}

    def of_values(self, shape: Node) -> tuple[list[Words], bool]:
        """Return the words for what a property shape asks of its values, and whether they leave out a constraint."""
        found: list[Words] = []
        left: set[Node] = set(self._shapes.predicates(shape)) - _SILENT
        for predicates, words in (
            (_COUNTED, self._counts(shape)),
            (_QUALIFIED, self._languages(shape)),
            ({SH["class"]}, self._classes(shape, self._shapes.objects(shape, SH["class"]))),
            ({SH["or"]}, self._alternatives(shape)),
            ({SH.datatype}, _DATATYPES.get(str(self._shapes.value(shape, SH.datatype)))),
            ({SH["in"]}, self._choice(shape)),
            ({SH.node}, self._scheme(shape)),
            ({SH.disjoint}, self._others(shape)),
        ):
            if words is not None and not left.isdisjoint(predicates):
                left -= predicates
                found.append(words)
        return found, bool(left)

    def of_holders(self, shape: Node) -> Words | None:
        """Return the words for the class that a node shape asks of whatever has a property."""
        classes = [self._label(name) for name in self._shapes.objects(shape, SH["class"])]
        if not classes:
            return None
        return Words(f"只用于{_either(classes).zh}", f"only of {_either(classes).en}")

    def of_identifiers(self, shape: Node) -> Words | None:
        """Return the words for a pattern that says how identifiers begin."""
        pattern = str(self._shapes.value(shape, SH.pattern))
        if not pattern.startswith(_IDENTIFIER):
            return None
        begin = pattern.removeprefix(_IDENTIFIER)
        group = re.search(r"\((.*)\)", begin)
        begins = [begin.replace(group[0], one) for one in group[1].split("|")] if group else [begin]
        return Words(
            f"标识以 {' 或 '.join(begins)} 开头", f"its identifier begins with {' or '.join(begins)}"
        )

    def message(self, shape: Node) -> Words:
        """Return the message of a shape, as curators get it."""
        texts = {
            getattr(text, "language", None): str(text) for text in self._shapes.objects(shape, SH.message)
        }
        return Words(texts["zh"], texts["en"])

    def _counts(self, shape: Node) -> Words | None:
        return _COUNTS.get((self._number(shape, SH.minCount), self._number(shape, SH.maxCount)))

    def _languages(self, shape: Node) -> Words | None:
        """Word so many texts in one language."""
        bounds = (self._number(shape, SH.qualifiedMinCount), self._number(shape, SH.qualifiedMaxCount))
        inner = self._shapes.value(shape, SH.qualifiedValueShape)
        if inner is None or set(self._shapes.predicates(inner)) != {SH.languageIn} or bounds not in _COUNTS:
            return None
        (language,) = self._list(inner, SH.languageIn)
        count, name = _COUNTS[bounds], _LANGUAGES[str(language)]
        return Words(f"{count.zh}{name.zh}", f"{count.en} {name.en}")

    def _alternatives(self, shape: Node) -> Words | None:
        """Word a choice of classes; None for any other choice."""
        inner = self._list(shape, SH["or"])
        if any(set(self._shapes.predicates(one)) != {SH["class"]} for one in inner):
            return None
        names = (name for one in inner for name in self._shapes.objects(one, SH["class"]))
        return self._classes(shape, names)

    def _classes(self, shape: Node, names: Iterable[Node]) -> Words:
        either = _either([self._label(name) for name in names])
        each = "" if self._number(shape, SH.maxCount) == 1 else "each "
        return Words(f"须是{either.zh}", f"{each}{either.en}")

    def _choice(self, shape: Node) -> Words:
        labels = [self._label(name) for name in self._list(shape, SH["in"])]
        zh, en = "、".join(one.zh for one in labels), ", ".join(one.en for one in labels)
        return Words(f"只取{zh}", f"one of: {en}" if len(labels) > 1 else f"{en} alone")

    def _scheme(self, shape: Node) -> Words | None:
        """Word that the values are concepts of one scheme; None where `sh:node` asks for anything else."""
        inner = self._shapes.value(shape, SH.node)
        rule = self._shapes.value(inner, SH.property) if inner is not None else None
        if rule is None or self._shapes.value(rule, SH.path) != SKOS.inScheme:
            return None
        label = self._label(self._shapes.value(rule, SH.hasValue))
        return Words(f"取自概念表“{label.zh}”", f"from the scheme “{label.en}”")

    def _others(self, shape: Node) -> Words:
        labels = sorted(self._label(name) for name in self._shapes.objects(shape, SH.disjoint))
        return Words(
            f"不得与{'、'.join(one.zh for one in labels)}相同",
            f"never the same as {' or '.join(one.en for one in labels)}",
        )

    def _number(self, shape: Node, predicate: URIRef) -> int | None:
        value = self._shapes.value(shape, predicate)
        return None if value is None else int(str(value))

    def _list(self, subject: Node, predicate: URIRef) -> list[Node]:
        head = self._shapes.value(subject, predicate)
        return [] if head is None else list(Collection(self._shapes, head))

    def _label(self, term: Node | None) -> Words:
        name = shorten(str(term))
        return self._labels.get(str(term), Words(name, name))


def _either(labels: Sequence[Words]) -> Words:
    """Join classes as what something is one of.

    >>> _either([Words("组织", "organisation"), Words("人物", "person")])
    Words(zh='组织或人物', en='an organisation or a person')
    """
    named = [f"{'an' if label.en[0] in 'aeiou' else 'a'} {label.en}" for label in labels]
    return Words(_join([label.zh for label in labels], "、", "或"), _join(named, ", ", " or "))


def _join(names: Sequence[str], comma: str, last: str) -> str:
    return last.join([comma.join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
