"""Each axiom of the ontology that excludes something, and so infers nothing about facts, shows in the question of exclusions."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from tongzhou.graph.catalog import load_catalog
from tongzhou.graph.compile import compile_ontology
from tongzhou.graph.namespaces import OWL, RDF
from tongzhou.graph.resources import ontology_dir, queries_dir

RELATIONS = {f"{OWL}{name}" for name in ("disjointWith", "propertyDisjointWith", "differentFrom", "hasKey")}
LISTS = {f"{OWL}{name}" for name in ("members", "distinctMembers")}
TEXT = load_catalog(queries_dir())["exclusions"].bind({"lang": "en"})


def rows(store: ox.Store) -> Counter[str]:
    """Return the rows of the answer, as text."""
    found = store.query(TEXT)
    assert isinstance(found, ox.QuerySolutions)
    return Counter(" ".join(str(term) for term in row) for row in found)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in compile_ontology(ontology_dir()))
    return store


def axioms(store: ox.Store) -> list[ox.Quad]:
    """Return the triples that exclude something."""
    return [
        quad
        for quad in store
        if quad.predicate.value in RELATIONS | LISTS
        or (quad.predicate.value == f"{RDF}type" and quad.object == ox.NamedNode(f"{OWL}FunctionalProperty"))
    ]


def test_the_answer_is_poorer_without_each_of_them(store: ox.Store) -> None:
    whole = rows(store)
    found = axioms(store)
    assert len(found) > 30
    for axiom in found:
        store.remove(axiom)
        left = rows(store)
        store.add(axiom)
        assert whole - left, axiom
        assert not left - whole, axiom
