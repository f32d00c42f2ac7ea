"""What the meta graph says of the inference: the regime, the rules, and how many triples follow by each."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.entailment import RULES, concept_of, describe_entailment, entailment_of_closure
from tongzhou.graph.meta import DATASET
from tongzhou.graph.namespaces import DCTERMS, INFERRED_GRAPH, META_GRAPH, PREFIXES, RDFS, SKOS, TZ
from tongzhou.graph.reason import Closure, project_rules

VOID = PREFIXES["void"]


@pytest.fixture(scope="module")
def meta(dataset: ox.Dataset) -> ox.Store:
    store = ox.Store()
    for quad in dataset.quads_for_graph_name(ox.NamedNode(META_GRAPH)):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return store


def counts(store: ox.Store) -> dict[str, int]:
    rows = store.query(
        f"SELECT ?rule ?count {{ <{INFERRED_GRAPH}> <{VOID}subset> ?part . "
        f"?part <{TZ}rule>/<{SKOS}notation> ?rule ; <{VOID}triples> ?count }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    return {row["rule"].value: int(row["count"].value) for row in rows}


def test_each_rule_has_its_number_of_triples(meta: ox.Store, dataset: ox.Dataset) -> None:
    found = counts(meta)
    inferred = sum(1 for _ in dataset.quads_for_graph_name(ox.NamedNode(INFERRED_GRAPH)))
    assert {"cax-sco", "prp-spo1", "prp-spo2", "prp-trp", "own-members"} <= found.keys()
    assert all(0 < count <= inferred for count in found.values())
    assert sum(found.values()) >= inferred


def test_rules_are_concepts_with_names_in_both_languages(meta: ox.Store) -> None:
    labels = {
        quad.object.language: quad.object.value
        for quad in meta.quads_for_pattern(
            ox.NamedNode(concept_of("prp-trp")), ox.NamedNode(f"{RDFS}label"), None
        )
        if isinstance(quad.object, ox.Literal)
    }
    assert labels == {"zh": "传递属性", "en": "A transitive property"}
    concepts = list(meta.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), ox.NamedNode(RULES)))
    rules = project_rules()
    assert len(concepts) == len(rules.rules) + len(rules.scans)


@pytest.mark.parametrize(
    ("name", "regimes"),
    [("none", {"Simple"}), ("rdfs", {"RDFS"}), ("rl", {"OWL-RDF-Based", "RL"})],
)
def test_the_regime_is_told(name: str, regimes: set[str]) -> None:
    entailment = entailment_of_closure(name, Closure(project_rules(name)), [])
    told = [
        triple.object.value.rpartition("/")[2]
        for triple in describe_entailment(DATASET, entailment)
        if triple.predicate.value == f"{DCTERMS}conformsTo" and isinstance(triple.object, ox.NamedNode)
    ]
    assert set(told) == regimes


def test_counts_do_not_depend_on_the_order_of_changes() -> None:
    text = """@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
      :p a owl:SymmetricProperty . :q owl:inverseOf :p . :a :p :b ; :q :b ."""
    triples = [quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    found = []
    for order in (triples, triples[::-1]):
        closure = Closure(project_rules())
        for triple in order:
            closure.add([triple])
        found.append(entailment_of_closure("rl", closure, closure.inferred()).counts)
    assert found[0] == found[1]
    assert found[0]["prp-symp"] > 0
