"""An explanation for programs: as plain values for JSON, and as RDF with terms of PROV and of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.entailment import concept_of
from tongzhou.graph.explanation.explainer import Explainer, Explanation
from tongzhou.graph.explanation.sources import Source
from tongzhou.graph.export import serialise
from tongzhou.graph.namespaces import DCTERMS, OA, PROV, RDF, RDFS, TZ, shorten
from tongzhou.graph.parameters import LANGUAGES
from tongzhou.graph.reason import Proof, Statement
from tongzhou.graph.reason.proof import Term

_TYPE = ox.NamedNode(f"{RDF}type")


def as_json(explanation: Explanation, explainer: Explainer) -> dict[str, Any]:
    """Return an explanation as values for JSON, with labels in both languages.

    `proofs` are lists of statements, the conclusion first; one that is inferred has `rule` and `premises`, which are
    ids in the same list, and one that is asserted has `sources`.
    """
    return {
        "statement": _statement_as_json(explanation.statement, explainer),
        "asserted": explanation.is_asserted,
        "sources": [_source_as_json(source) for source in explanation.sources],
        "proofs": [proof_as_json(proof, explainer) for proof in explanation.proofs],
    }


def proof_as_json(proof: Proof, explainer: Explainer) -> list[dict[str, Any]]:
    """Return the statements of a proof, the conclusion first, each once."""
    numbers = _numbers(proof)
    rules = explainer.closure.rules
    found: list[dict[str, Any]] = []
    for statement, number in numbers.items():
        entry: dict[str, Any] = {"id": number}
        if statement is not None:
            entry |= _statement_as_json(statement, explainer)
        step = proof.step_to(statement)
        if step is not None:
            entry["rule"] = {"id": step.rule, **{code: rules.label(step.rule, code) for code in LANGUAGES}}
            entry["premises"] = [numbers[premise] for premise in step.premises]
        elif statement is not None:
            entry["sources"] = [_source_as_json(source) for source in explainer.sources.of(statement)]
        found.append(entry)
    return found


def as_turtle(explanation: Explanation, explainer: Explainer) -> bytes:
    """Return an explanation as Turtle: statements as `rdf:Statement`, steps as `tz:InferenceStep`, leaves with their evidence."""
    described = list(_triples(explanation, explainer))
    quads = [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in dict.fromkeys(described)]
    return serialise(quads, "turtle")


def _numbers(proof: Proof) -> dict[Statement | None, int]:
    """Return the statements of a proof with numbers, from the conclusion down."""
    concluded = [step.conclusion for _, step in proof.from_the_conclusion()]
    statements = dict.fromkeys([*concluded, *proof.leaves])
    return {statement: number for number, statement in enumerate(statements, start=1)}


def _statement_as_json(statement: Statement, explainer: Explainer) -> dict[str, Any]:
    names = ("subject", "predicate", "object")
    return {name: _term_as_json(term, explainer) for name, term in zip(names, statement, strict=True)}


def _term_as_json(term: Term, explainer: Explainer) -> dict[str, Any]:
    if isinstance(term, ox.Literal):
        kind = {"language": term.language} if term.language else {"datatype": term.datatype.value}
        return {"value": term.value, **kind}
    labels = {code: explainer.names.label(term, code) for code in LANGUAGES}
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value, "short": shorten(term.value), "label": labels}
    return {"blank": str(term), "label": labels}


def _source_as_json(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {"graph": source.graph, "basis": source.basis}
    if source.quotes:
        found["quotes"] = [
            {"passage": quote.passage, "exact": quote.exact, "line": quote.line} for quote in source.quotes
        ]
    if source.names:
        found["name"] = dict(source.names)
    if source.references:
        found["references"] = list(source.references)
    if source.place:
        found["file"], found["line"] = source.place
    return found


def _triples(explanation: Explanation, explainer: Explainer) -> Iterator[ox.Triple]:
    conclusion = ox.BlankNode("statement")
    yield from _described(conclusion, explanation.statement)
    yield from _backing(conclusion, explanation.sources)
    for count, proof in enumerate(explanation.proofs, start=1):
        nodes: dict[Statement | None, ox.BlankNode] = {
            statement: conclusion
            if statement == explanation.statement
            else ox.BlankNode(f"p{count}s{number}")
            for statement, number in _numbers(proof).items()
        }
        for statement, node in nodes.items():
            if statement is not None:
                yield from _described(node, statement)
            if statement is not None and proof.step_to(statement) is None:
                yield from _backing(node, explainer.sources.of(statement))
        for number, (_, step) in enumerate(proof.from_the_conclusion(), start=1):
            inference = ox.BlankNode(f"p{count}step{number}")
            yield from _step(inference, step.rule, explainer)
            yield ox.Triple(inference, ox.NamedNode(f"{PROV}generated"), nodes[step.conclusion])
            for premise in step.premises:
                yield ox.Triple(inference, ox.NamedNode(f"{PROV}used"), nodes[premise])


def _step(node: ox.BlankNode, rule: str, explainer: Explainer) -> Iterator[ox.Triple]:
    concept = ox.NamedNode(concept_of(rule))
    yield ox.Triple(node, _TYPE, ox.NamedNode(f"{PROV}Activity"))
    yield ox.Triple(node, _TYPE, ox.NamedNode(f"{TZ}InferenceStep"))
    yield ox.Triple(node, ox.NamedNode(f"{TZ}rule"), concept)
    for code in LANGUAGES:
        label = ox.Literal(explainer.closure.rules.label(rule, code), language=code)
        yield ox.Triple(concept, ox.NamedNode(f"{RDFS}label"), label)


def _described(node: ox.BlankNode, statement: Statement) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, ox.NamedNode(f"{RDF}Statement"))
    for name, term in zip(("subject", "predicate", "object"), statement, strict=True):
        yield ox.Triple(node, ox.NamedNode(f"{RDF}{name}"), term)


def _backing(node: ox.BlankNode, sources: tuple[Source, ...]) -> Iterator[ox.Triple]:
    for source in sources:
        yield ox.Triple(node, ox.NamedNode(f"{DCTERMS}isPartOf"), ox.NamedNode(source.graph))
        for quote in source.quotes:
            passage, selector = ox.NamedNode(quote.passage), ox.NamedNode(f"{quote.passage}-quote")
            yield ox.Triple(node, ox.NamedNode(f"{TZ}evidence"), passage)
            yield ox.Triple(passage, ox.NamedNode(f"{OA}hasSelector"), selector)
            yield ox.Triple(selector, ox.NamedNode(f"{OA}exact"), ox.Literal(quote.exact))
        for reference in source.references:
            is_iri = reference.startswith(("http://", "https://"))
            value = ox.NamedNode(reference) if is_iri else ox.Literal(reference)
            yield ox.Triple(node, ox.NamedNode(f"{DCTERMS}source"), value)
