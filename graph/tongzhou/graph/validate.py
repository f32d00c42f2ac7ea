"""Validates the compiled facts against the SHACL shapes of the ontology, before anything is inferred.

What articles state is judged without what background adds to it, save the kinds of things: a year that only background
knows leaves open what the article leaves open. Background is then judged against all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH

from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import BACKGROUND_GRAPH, ID, OA, ONTOLOGY_GRAPH, RDF, shorten

Locations = Mapping[str, tuple[str, int]]


def validate(dataset: ox.Dataset, shapes: Path, locations: Locations) -> list[Fault]:
    """Return a fault for each result of the shapes, with file, line and fact; none where the dataset conforms."""
    ontology = _of_graph(dataset, ONTOLOGY_GRAPH)
    background = _of_graph(dataset, BACKGROUND_GRAPH)
    apart = {ox.NamedNode(ONTOLOGY_GRAPH), ox.NamedNode(BACKGROUND_GRAPH)}
    stated = {quad.triple for quad in dataset if quad.graph_name not in apart and not _is_selector(quad)}
    kinds = {triple for triple in background if triple.predicate.value == f"{RDF}type"}
    shape_graph = Graph().parse(shapes, format="turtle")
    faults = _run(stated | kinds, ontology, shape_graph, _subjects(stated), locations)
    if background:
        faults += _run(stated | background, ontology, shape_graph, _subjects(background), locations)
    return sorted(set(faults), key=lambda fault: (fault.path, fault.line or 0, fault.subject, fault.message))


def _of_graph(dataset: ox.Dataset, name: str) -> set[ox.Triple]:
    return {quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(name))}


def _is_selector(quad: ox.Quad) -> bool:
    """Tell whether a triple is of a passage's selectors, which compile makes and no shape asks for."""
    subject = quad.subject
    is_selector = isinstance(subject, ox.NamedNode) and subject.value.endswith(("-quote", "-position"))
    return is_selector or quad.predicate.value.startswith(OA)


def _subjects(triples: Iterable[ox.Triple]) -> list[URIRef]:
    names = {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}
    return [URIRef(name) for name in sorted(names)]


def _run(
    facts: set[ox.Triple], ontology: set[ox.Triple], shapes: Graph, focus: list[URIRef], locations: Locations
) -> list[Fault]:
    # The ontology goes in with the facts: pySHACL's `ont_graph` would bring the axioms only, not the concepts.
    data = _as_rdflib(facts | ontology)
    _, results, _ = cast(
        "tuple[bool, Graph, str]",
        pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True),
    )
    wanted = set(focus)
    nodes = (cast("URIRef", node) for node in results.objects(None, SH.result))
    return [_fault(results, node, locations) for node in nodes if results.value(node, SH.focusNode) in wanted]


def _as_rdflib(triples: set[ox.Triple]) -> Graph:
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def _fault(report: Graph, node: URIRef, locations: Locations) -> Fault:
    focus = str(report.value(node, SH.focusNode))
    messages = [value for value in report.objects(node, SH.resultMessage) if isinstance(value, Literal)]
    words = " ".join(str(value) for value in sorted(messages, key=lambda value: value.language or ""))
    where = locations.get(focus) or locations.get(focus.partition("#")[0]) or ("the graph", None)
    return Fault(where[0], where[1], focus.removeprefix(ID), f"{words}{_found(report, node)}")


def _found(report: Graph, node: URIRef) -> str:
    """Say which property and which value a result is about."""
    path, value = report.value(node, SH.resultPath), report.value(node, SH.value)
    parts = [shorten(str(path))] if isinstance(path, URIRef) else []
    if isinstance(value, URIRef | Literal) and value != report.value(node, SH.focusNode):
        parts.append(shorten(str(value)))
    return f" ({': '.join(parts)})" if parts else ""
