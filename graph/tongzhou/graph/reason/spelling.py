"""Terms as IRIs: how literals, blank nodes and triple terms stand where only IRIs come through unchanged."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pyoxigraph as ox

from tongzhou.graph.reason.dictionary import Term

_NODE = "urn:tongzhou:node:"
_TERM = "urn:tongzhou:term:"


def spell(term: Term) -> ox.NamedNode:
    """Return an IRI that spells the term; an IRI spells itself.

    >>> spell(ox.BlankNode("b"))
    <NamedNode value=urn:tongzhou:node:b>
    """
    if isinstance(term, ox.NamedNode):
        return term
    if isinstance(term, ox.BlankNode):
        return ox.NamedNode(_NODE + quote(term.value))
    return ox.NamedNode(_TERM + quote(str(term), safe=""))


def read_spelling(node: ox.NamedNode) -> Term:
    """Return the term that an IRI spells.

    >>> read_spelling(spell(ox.Literal("同舟", language="zh")))
    <Literal value=同舟 language=zh>
    """
    iri = node.value
    if iri.startswith(_NODE):
        return ox.BlankNode(unquote(iri.removeprefix(_NODE)))
    if iri.startswith(_TERM):
        line = f"<urn:s> <urn:p> {unquote(iri.removeprefix(_TERM))} ."
        quad: ox.Quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES)))
        return quad.object
    return node


def read_spellings(text: str) -> str:
    """Return a text with the blank nodes that IRIs in it spell."""
    return text.replace(_NODE, "_:")


def without_blank_nodes(triple: ox.Triple) -> ox.Triple:
    """Return a triple whose blank nodes are spelt by IRIs; its literals stay."""
    subject = spell(triple.subject) if isinstance(triple.subject, ox.BlankNode) else triple.subject
    value = spell(triple.object) if isinstance(triple.object, ox.BlankNode) else triple.object
    return ox.Triple(subject, triple.predicate, value)


def with_blank_nodes(triple: ox.Triple) -> ox.Triple:
    """Return a triple with the blank nodes that its IRIs spell."""
    terms = [read_spelling(term) if isinstance(term, ox.NamedNode) else term for term in triple]
    subject, predicate, value = terms
    assert not isinstance(subject, ox.Literal)
    assert isinstance(predicate, ox.NamedNode)
    return ox.Triple(subject, predicate, value)
