"""Each axiom of the ontology shows in a stored query, whose answer is poorer without it (axioms.toml).

An axiom is taken away from the closure of the whole graph, which follows the change, and put back.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.build import default_sources
from tongzhou.graph.catalog import Catalog, load_catalog
from tongzhou.graph.compile import compile_sources
from tongzhou.graph.namespaces import ONTOLOGY_GRAPH, OWL, RDF, RDFS, TZ, shorten
from tongzhou.graph.reason import Closure
from tongzhou.graph.reason.inference import project_rules
from tongzhou.graph.resources import queries_dir

INFERRING = {
    *(f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(
        f"{OWL}{name}"
        for name in ("equivalentClass", "equivalentProperty", "propertyChainAxiom", "inverseOf")
    ),
}
INFERRING_TYPES = {f"{OWL}{name}" for name in ("TransitiveProperty", "SymmetricProperty")}
REDUNDANT = {
    "tz:ActionThroughMembers rdfs:subClassOf tz:MobilisedAction": "such an action has a mobilised party, which makes it one",
    # Each follows from what else the ontology says.
    "tz:NationalAssociation rdfs:subClassOf tz:Association": "its equivalent class is an intersection with Association",
    "tz:LocalAssociation rdfs:subClassOf tz:Association": "its equivalent class is an intersection with Association",
    "tz:giver rdfs:subPropertyOf tz:participant": "who gives takes part by another role in all that is stated so far",
}
UNUSED = {
    "tz:CreditSupport": "the article has a call for credit, and says of none that it was given",
    "tz:date": "the article prints no date with a year",
    "tz:unifiedSocialCreditCode": "no source gives a code yet",
}
"""Terms that nothing is said with: axioms about them can't show."""

SHOWN = {
    axiom: query
    for query, axioms in tomllib.loads(Path(__file__).with_name("axioms.toml").read_text("utf-8")).items()
    for axiom in axioms
}
OTHERS = "in-other-vocabularies"


class Graph:
    """The whole graph, with its closure and a store of the merge, that an axiom can be taken out of."""

    def __init__(self) -> None:
        """Close and store the sources as they are."""
        dataset = compile_sources(default_sources()).dataset
        self.ontology = [quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(ONTOLOGY_GRAPH))]
        self.closure = Closure(project_rules())
        self.closure.assert_only({quad.triple for quad in dataset})
        self.inferred = set(self.closure.inferred())
        self.store = ox.Store()
        self.store.extend(dataset)
        self._put({*self.closure.asserted(), *self.inferred})

    def axioms(self) -> dict[str, ox.Triple]:
        """Return the axioms that infer something, by how they are written here."""
        found = [
            triple
            for triple in self.ontology
            if triple.predicate.value in INFERRING
            or (triple.predicate.value == f"{RDF}type" and _iri(triple.object) in INFERRING_TYPES)
        ]
        return {
            f"{shorten(_iri(t.subject))} {shorten(t.predicate.value)} {shorten(_iri(t.object))}": t
            for t in found
            if _iri(t.subject).startswith(TZ)
        }

    def rows(self, text: str) -> Counter[str]:
        """Return the rows of a query, as text."""
        found = self.store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        return Counter(" ".join(str(term) for term in row) for row in found)

    @contextmanager
    def without(self, axioms: list[ox.Triple]) -> Generator[None]:
        """Take axioms away for a while, with what follows from nothing else."""
        self.closure.remove(axioms)
        lost = [*axioms, *(self.inferred - set(self.closure.inferred()))]
        for triple in lost:
            self.store.remove(ox.Quad(triple.subject, triple.predicate, triple.object))
        try:
            yield
        finally:
            self.closure.add(axioms)
            self._put(set(lost))

    def _put(self, triples: set[ox.Triple]) -> None:
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else "_"


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph of the sources."""
    return Graph()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The stored queries."""
    return load_catalog(queries_dir())


def test_every_axiom_that_infers_is_listed(graph: Graph) -> None:
    own = {
        axiom for axiom, triple in graph.axioms().items() if _iri(triple.object).startswith((TZ, OWL, "_"))
    }
    unused = {axiom for axiom in own if axiom.split()[0] in UNUSED}
    assert own - unused - REDUNDANT.keys() == set(SHOWN)


@pytest.mark.parametrize("query", sorted(set(SHOWN.values())))
def test_an_answer_is_poorer_without_the_axiom(query: str, graph: Graph, catalog: Catalog) -> None:
    text = catalog[query].text
    whole = graph.rows(text)
    axioms = graph.axioms()
    for axiom in (axiom for axiom, shown in SHOWN.items() if shown == query):
        with graph.without([axioms[axiom]]):
            assert whole - graph.rows(text), axiom
    assert graph.rows(text) == whole, "every axiom was put back"


def test_redundant_axioms_change_nothing(graph: Graph) -> None:
    """Where one of them starts to matter, it has to be listed."""
    for axiom in REDUNDANT:
        with graph.without([graph.axioms()[axiom]]):
            assert {t for t in graph.inferred - set(graph.closure.inferred()) if _says_more(t)} == set(), (
                axiom
            )


def test_each_alignment_shows_in_other_vocabularies(graph: Graph, catalog: Catalog) -> None:
    text = catalog[OTHERS].text
    whole = graph.rows(text)
    aligned = {
        axiom: triple
        for axiom, triple in graph.axioms().items()
        if not _iri(triple.object).startswith((TZ, OWL, "_")) and axiom.split()[0] not in UNUSED
    }
    assert len(aligned) > 40
    with graph.without(list(aligned.values())):
        left = graph.rows(text)
    lost = " ".join(whole - left)
    missing = [axiom for axiom, triple in aligned.items() if f"<{_iri(triple.object)}>" not in lost]
    assert missing == []


def _says_more(triple: ox.Triple) -> bool:
    """Tell whether a triple is about things, and not the axiom in another form."""
    return not triple.predicate.value.startswith((f"{RDFS}sub", f"{OWL}equivalent"))
