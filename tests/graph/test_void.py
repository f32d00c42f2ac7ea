"""The VoID description as served: the meta graph whole, and where this server has the data."""

from __future__ import annotations

import pyoxigraph as ox

from tongzhou.graph.meta import DATASET
from tongzhou.graph.namespaces import META_GRAPH, PREFIXES
from tongzhou.graph.release import Release
from tongzhou.graph.void import describe_void, meta_triples

VOID = PREFIXES["void"]
ROOT = "https://tongzhou.example/"


def test_it_holds_the_meta_graph(release: Release, dataset: ox.Dataset) -> None:
    meta = {quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(META_GRAPH))}
    assert set(meta_triples(release)) == meta
    assert set(describe_void(release, root=ROOT)) > meta


def test_it_says_where_the_data_is(release: Release) -> None:
    described = describe_void(release, root=ROOT)
    (endpoint,) = [t.object for t in described if t.predicate.value == f"{VOID}sparqlEndpoint"]
    assert endpoint == ox.NamedNode(f"{ROOT}sparql")
    (document,) = [t for t in described if t.object == ox.NamedNode(f"{VOID}DatasetDescription")]
    assert document.subject == ox.NamedNode(f"{ROOT}.well-known/void")


def test_links_are_counted_by_host(release: Release) -> None:
    described = set(describe_void(release, root=ROOT))
    linkset = ox.NamedNode(f"{DATASET}/links/same/www.wikidata.org")
    links = {
        triple.predicate.value.removeprefix(VOID): triple.object
        for triple in described
        if triple.subject == linkset
    }
    assert links["objectsTarget"] == ox.NamedNode("http://www.wikidata.org/")
    assert links["linkPredicate"] == ox.NamedNode("https://schema.org/sameAs")
    assert isinstance(links["triples"], ox.Literal)
    assert int(links["triples"].value) >= 7
