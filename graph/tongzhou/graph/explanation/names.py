"""Terms in words: labels of the graph, class expressions and lists spelled out, and words and short names back to terms."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pyoxigraph as ox

from tongzhou.graph.errors import ParameterError, UnknownThingError
from tongzhou.graph.namespaces import OA, ONTOLOGY_GRAPH, OWL, RDF, RDFS, shorten
from tongzhou.graph.parameters import LANGUAGES, Parameter
from tongzhou.graph.reason import Statement
from tongzhou.graph.reason.proof import Term

_LABEL = ox.NamedNode(f"{RDFS}label")
_TYPE = ox.NamedNode(f"{RDF}type")
_ONTOLOGY = ox.NamedNode(ONTOLOGY_GRAPH)
_SHOWN = 30  # characters of the words of a passage
_COMPARED = 100  # characters of a name that is unknown
_WORDS = {
    "some": {"zh": "有“{0}”者", "en": "has {0}"},
    "some of": {"zh": "“{0}”中有{1}者", "en": "has {0} among {1}"},
    "all": {"zh": "“{0}”全为{1}者", "en": "has {0} of {1} only"},
    "value": {"zh": "“{0}”为{1}者", "en": "whose {0} is {1}"},
    "and": {"zh": "且", "en": " and "},
    "or": {"zh": "或", "en": " or "},
    "axiom": {"zh": "公理", "en": "axiom"},
    "list": {"zh": "，", "en": ", "},
}


class Names:
    """The names in the named graphs of a store."""

    def __init__(self, store: ox.Store) -> None:
        """Keep the store, which is only read."""
        self._store = store

    def label(self, term: Term, language: str) -> str:
        """Word a term: its label in a language, else in another one, else its short name; a literal in quotes."""
        if isinstance(term, ox.NamedNode):
            return self._label_of(term, language)
        if isinstance(term, ox.BlankNode):
            return self._expression(term, language) or str(term)
        return f"“{term.value}”" if isinstance(term, ox.Literal) else str(term)

    def words(self, statement: Statement, language: str) -> tuple[str, str, str]:
        """Word the three terms of a statement."""
        s, p, o = statement
        return (
            self.label(s, language),
            "a" if p == _TYPE else self.label(p, language),
            self.label(o, language),
        )

    def find(self, text: str) -> Term:
        """Return the term that a text stands for.

        A text is a full IRI, a prefixed name, `<type>/<slug>`, `a`, a blank node (`_:c14n1`), a literal in double quotes as
        in N-Triples, or a label that only one thing has. Raises UnknownThingError, which names what is near.
        """
        if text == "a":
            return _TYPE
        if text.startswith(('"', "_:")):
            return _parse(text)
        named = self._named(text)
        if named is not None and self._is_there(named):
            return named
        labelled = self._labelled(text)
        if len(labelled) == 1:
            return labelled[0]
        near = [shorten(term.value) for term in labelled] or self._near(text)
        several = "is the label of several things" if labelled else "is not in the graph"
        remedy = (
            f"Near: {', '.join(near)}." if near else "Write <type>/<slug>, a prefixed name or a full IRI."
        )
        raise UnknownThingError(f"{text!r} {several}. {remedy}", near=near)

    def _label_of(self, term: ox.NamedNode, language: str) -> str:
        found = {
            quad.object.language or "": quad.object.value
            for quad in self._store.quads_for_pattern(term, _LABEL, None, None)
            if isinstance(quad.object, ox.Literal)
        }
        for one in (language, *LANGUAGES):
            if one in found:
                return found[one]
        return self._quoted(term) or shorten(term.value)

    def _quoted(self, passage: ox.NamedNode) -> str | None:
        """Return the first of the words of a passage, in quotes."""
        for selector in self._values(passage, f"{OA}hasSelector"):
            for words in self._values(selector, f"{OA}exact"):
                if isinstance(words, ox.Literal):
                    return f"“{words.value[:_SHOWN]}{'…' if len(words.value) > _SHOWN else ''}”"
        return None

    def _expression(self, node: ox.BlankNode, language: str) -> str | None:
        """Spell out a list or a class expression of the ontology; None for another blank node."""
        items = self._items(node)
        if items is not None:
            return f"({self._join('list', items, language)})"
        for name, conjunction in (("intersectionOf", "and"), ("unionOf", "or")):
            for head in self._values(node, OWL + name):
                return f"[{self._join(conjunction, self._items(head) or [], language)}]"
        for restricted in self._values(node, f"{OWL}onProperty"):
            for name, key in (("someValuesFrom", "some of"), ("allValuesFrom", "all"), ("hasValue", "value")):
                for value in self._values(node, OWL + name):
                    kind = "some" if value == ox.NamedNode(f"{OWL}Thing") else key
                    words = (self.label(restricted, language), self.label(value, language))
                    return f"[{_WORDS[kind][language].format(*words)}]"
        types = self._values(node, _TYPE.value)
        is_axiom = any(isinstance(kind, ox.NamedNode) and kind.value.startswith(OWL) for kind in types)
        return f"[{_WORDS['axiom'][language]}]" if is_axiom else None

    def _join(self, conjunction: str, items: list[Term], language: str) -> str:
        return _WORDS[conjunction][language].join(self.label(item, language) for item in items)

    def _items(self, head: Term) -> list[Term] | None:
        """Return the members of a list, None for what is no list; a list that does not end is cut."""
        items: list[Term] = []
        seen: set[Term] = set()
        while head not in seen:
            seen.add(head)
            first = next(self._values(head, f"{RDF}first"), None)
            if first is None:
                break
            items.append(first)
            head = next(self._values(head, f"{RDF}rest"), head)
        return items or None

    def _values(self, subject: Term, predicate: str) -> Iterator[Term]:
        if isinstance(subject, ox.NamedNode | ox.BlankNode):
            graph = _ONTOLOGY if isinstance(subject, ox.BlankNode) else None
            for quad in self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None, graph):
                yield quad.object

    def _named(self, text: str) -> ox.NamedNode | None:
        try:
            term = Parameter("term", "iri", None, None).term(text)
        except ParameterError:
            return None
        return term if isinstance(term, ox.NamedNode) else None

    def _is_there(self, term: ox.NamedNode) -> bool:
        quads = self._store.quads_for_pattern
        found = (quads(term, None, None), quads(None, term, None), quads(None, None, term))
        return any(next(iter(each), None) is not None for each in found)

    def _labelled(self, text: str) -> list[ox.NamedNode]:
        found = {
            quad.subject
            for language in LANGUAGES
            for quad in self._store.quads_for_pattern(None, _LABEL, ox.Literal(text, language=language), None)
            if isinstance(quad.subject, ox.NamedNode)
        }
        return sorted(found, key=str)

    def _near(self, text: str) -> list[str]:
        named = {
            shorten(quad.subject.value)
            for quad in self._store.quads_for_pattern(None, _LABEL, None, None)
            if isinstance(quad.subject, ox.NamedNode)
        }
        return difflib.get_close_matches(text[:_COMPARED], sorted(named), n=3, cutoff=0.6)


def _parse(text: str) -> Term:
    """Return a blank node or literal as N-Triples has it. Raises UnknownThingError."""
    line = f"<urn:x:s> <urn:x:p> {text} ."
    try:
        terms: list[Term] = [quad.object for quad in ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)]
        (term,) = terms
    except (SyntaxError, ValueError) as error:
        message = f'{text!r} is no term. Write a literal as "words", "words"@zh or "2020"^^<IRI of its type>.'
        raise UnknownThingError(message) from error
    return term
