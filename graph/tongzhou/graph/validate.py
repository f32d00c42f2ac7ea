"""Validates the compiled facts against the SHACL shapes of the ontology, before anything is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH

from tongzhou.graph.errors import Fault
from tongzhou.graph.namespaces import ID, ONTOLOGY_GRAPH, shorten


def validate(dataset: ox.Dataset, shapes: Path, locations: Mapping[str, tuple[str, int]]) -> list[Fault]:
    """Return a fault for each result of the shapes, with file, line and fact; none where the dataset conforms."""
    facts = _as_rdflib({quad.triple for quad in dataset if quad.graph_name != ox.NamedNode(ONTOLOGY_GRAPH)})
    ontology = _as_rdflib(
        {quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(ONTOLOGY_GRAPH))}
    )
    shape_graph = Graph().parse(shapes, format="turtle")
    _, report, _ = pyshacl.validate(facts, shacl_graph=shape_graph, ont_graph=ontology, inference="none")
    results = cast("Graph", report)
    return [_fault(results, node, locations) for node in results.objects(None, SH.result)]


def _as_rdflib(triples: set[ox.Triple]) -> Graph:
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def _fault(report: Graph, result: object, locations: Mapping[str, tuple[str, int]]) -> Fault:
    node = cast("URIRef", result)
    focus = str(report.value(node, SH.focusNode))
    path = report.value(node, SH.resultPath)
    messages = [value for value in report.objects(node, SH.resultMessage) if isinstance(value, Literal)]
    words = " / ".join(str(value) for value in sorted(messages, key=lambda value: value.language or ""))
    where = locations.get(focus) or locations.get(focus.partition("#")[0]) or ("the graph", None)
    value = report.value(node, SH.value)
    about = (
        f" ({shorten(str(path))}{'' if value is None else f': {shorten(str(value))}'})"
        if path is not None
        else ""
    )
    return Fault(where[0], where[1], focus.removeprefix(ID), f"{words}{about}")
