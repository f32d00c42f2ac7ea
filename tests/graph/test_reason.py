"""The inferred graph: what follows, no noise, no more than once, and contradictions in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.errors import InconsistencyError, ReasoningError
from tongzhou.graph.namespaces import BASE, ID, INFERRED_GRAPH, OWL, RDF, RDFS, SCHEMA, TZ
from tongzhou.graph.reason import infer
from tongzhou.graph.resources import ontology_dir

TYPE = ox.NamedNode(f"{RDF}type")
GRAPH = ox.NamedNode(f"{BASE}graph/article/test")


def quad(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"{ID}{subject}"), ox.NamedNode(predicate), value, GRAPH)


def with_ontology(*quads: ox.Quad) -> ox.Dataset:
    return ox.Dataset([*compile_ontology(ontology_dir()), *quads])


@pytest.fixture(scope="module")
def inferred(dataset: ox.Dataset) -> list[ox.Triple]:
    return [each.triple for each in dataset.quads_for_graph_name(ox.NamedNode(INFERRED_GRAPH))]


def test_nothing_inferred_is_asserted(dataset: ox.Dataset, inferred: list[ox.Triple]) -> None:
    graph = ox.NamedNode(INFERRED_GRAPH)
    asserted = {each.triple for each in dataset if each.graph_name != graph}
    assert len(inferred) > 1000
    assert asserted.isdisjoint(inferred)


def test_there_is_no_noise(inferred: list[ox.Triple]) -> None:
    for triple in inferred:
        assert isinstance(triple.subject, ox.NamedNode)
        assert triple.subject.value.startswith(BASE)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        assert triple.subject != triple.object
        assert triple.object not in {ox.NamedNode(f"{OWL}Thing"), ox.NamedNode(f"{RDFS}Resource")}


def test_literals_follow_the_superproperties(inferred: list[ox.Triple]) -> None:
    values = [triple for triple in inferred if triple.predicate.value == f"{SCHEMA}value"]
    assert len(values) == 19
    assert all(isinstance(triple.object, ox.Literal) for triple in values)


def test_result_does_not_depend_on_the_order() -> None:
    quads = [
        quad("org/a", TYPE.value, ox.NamedNode(f"{TZ}Association")),
        quad("action/x", f"{TZ}agent", ox.NamedNode(f"{ID}org/a")),
    ]
    assert infer(with_ontology(*quads)) == infer(with_ontology(*reversed(quads)))


def test_contradiction_names_what_clashes() -> None:
    kinds = [quad("org/a", TYPE.value, ox.NamedNode(f"{TZ}{kind}")) for kind in ("Enterprise", "Association")]
    with pytest.raises(InconsistencyError, match="tz:Enterprise have a common individual org/a"):
        infer(with_ontology(*kinds))


def test_reasoner_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ReasoningError, match="exit code 1"):
        infer(with_ontology())


def test_modules_of_the_current_folder_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rdflib.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert infer(ox.Dataset()) == ox.Dataset()


def test_types_clash_over_a_place_that_is_an_action() -> None:
    kinds = [quad("place/a", TYPE.value, ox.NamedNode(f"{TZ}{kind}")) for kind in ("Place", "Meeting")]
    with pytest.raises(InconsistencyError) as caught:
        infer(with_ontology(*kinds))
    assert str(caught.value).startswith("the graph contradicts the ontology:\n  ")
    assert "http" not in str(caught.value)
