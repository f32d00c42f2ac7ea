"""The meta graph: what stands on which basis, counts that are right, and no time or host."""

from __future__ import annotations

import re
import socket

import pyoxigraph as ox
import pytest

from tongzhou.graph.entailment import Entailment
from tongzhou.graph.export import DUMPS
from tongzhou.graph.meta import DATASET, LICENCE, describe
from tongzhou.graph.namespaces import DCTERMS, GRAPH, META_GRAPH, PREFIXES, RDF, SCHEME, TZ
from tongzhou.graph.release import Release

META = ox.NamedNode(META_GRAPH)
VOID = PREFIXES["void"]
DCAT = PREFIXES["dcat"]
NONE = Entailment("none")


@pytest.fixture(scope="module")
def meta(dataset: ox.Dataset) -> list[ox.Triple]:
    return [quad.triple for quad in dataset.quads_for_graph_name(META)]


def values(triples: list[ox.Triple], subject: str, predicate: str) -> set[str]:
    """Return the IRIs and literals that a subject has for a property, as text."""
    found: set[str] = set()
    for triple in triples:
        if triple.subject == ox.NamedNode(subject) and triple.predicate.value == predicate:
            assert isinstance(triple.object, ox.NamedNode | ox.Literal)
            found.add(triple.object.value)
    return found


def test_each_graph_of_facts_has_its_basis(meta: list[ox.Triple]) -> None:
    article = f"{GRAPH}article/associations-epidemic-response"
    bases = {article: "stated", f"{article}/name": "name", f"{GRAPH}background": "background"}
    bases[f"{GRAPH}inferred"] = "inferred"
    for graph, basis in bases.items():
        assert values(meta, graph, f"{TZ}basis") == {f"{SCHEME}basis/{basis}"}
    assert len([triple for triple in meta if triple.predicate.value == f"{TZ}basis"]) == len(bases)


def test_english_labels_are_not_passed_off_as_official_names(meta: list[ox.Triple]) -> None:
    texts = values(meta, DATASET, f"{DCTERMS}description")
    assert len(texts) == 2
    assert all("tz:officialEnglishName" in text for text in texts)


def test_counts_are_those_of_all_that_is_served(dataset: ox.Dataset, meta: list[ox.Triple]) -> None:
    every = {quad.triple for quad in dataset}
    assert set(meta) < every
    kinds = {triple.object for triple in every if triple.predicate.value == f"{RDF}type"}
    counts = {
        "triples": len(every),
        "distinctSubjects": len({triple.subject for triple in every}),
        "distinctObjects": len({triple.object for triple in every}),
        "properties": len({triple.predicate for triple in every}),
        "classes": len(kinds),
    }
    for name, count in counts.items():
        assert values(meta, DATASET, f"{VOID}{name}") == {str(count)}
    for graph in values(meta, DATASET, f"{VOID}subset"):
        size = len(list(dataset.quads_for_graph_name(ox.NamedNode(graph))))
        assert values(meta, graph, f"{VOID}triples") == {str(size)}


def test_every_other_graph_is_a_subset(dataset: ox.Dataset, meta: list[ox.Triple]) -> None:
    names = {quad.graph_name.value for quad in dataset if isinstance(quad.graph_name, ox.NamedNode)}
    assert values(meta, DATASET, f"{VOID}subset") == names - {META_GRAPH}


def test_partition_counts_the_things_of_a_class(dataset: ox.Dataset, meta: list[ox.Triple]) -> None:
    kind, association = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{TZ}Association")
    found = {quad.subject for quad in dataset.quads_for_object(association) if quad.predicate == kind}
    part = f"{DATASET}/class/Association"
    assert part in values(meta, DATASET, f"{VOID}classPartition")
    assert values(meta, part, f"{VOID}entities") == {str(len(found))}
    assert len(found) > 50


def test_every_dump_is_described(meta: list[ox.Triple]) -> None:
    dumps = values(meta, DATASET, f"{DCAT}distribution")
    assert {dump.rpartition("/")[2] for dump in dumps} == set(DUMPS)
    for dump in dumps:
        assert values(meta, dump, f"{DCTERMS}license") == {LICENCE}
        assert len(values(meta, dump, f"{DCAT}mediaType")) == 1


def test_version_is_that_of_the_release(release: Release, meta: list[ox.Triple]) -> None:
    (version,) = values(meta, DATASET, f"{DCAT}version")
    assert release.name.endswith(f"-{version}")


def test_titles_are_in_both_languages(meta: list[ox.Triple]) -> None:
    titles = [triple.object for triple in meta if triple.predicate.value == f"{DCTERMS}title"]
    assert {title.language for title in titles if isinstance(title, ox.Literal)} == {"zh", "en"}


def test_no_time_and_no_host(meta: list[ox.Triple]) -> None:
    words = "\n".join(str(triple) for triple in meta)
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}", words)
    assert f"/{socket.gethostname()}/" not in words
    assert "localhost" not in words


def test_description_does_not_depend_on_the_order(dataset: ox.Dataset) -> None:
    quads = [quad for quad in dataset if quad.graph_name != META]
    there = describe(ox.Dataset(quads), version="1", entailment=NONE)
    assert there == describe(ox.Dataset(reversed(quads)), version="1", entailment=NONE)
    assert there != describe(ox.Dataset(quads), version="2", entailment=NONE)


def test_nothing_is_described_by_its_description_alone() -> None:
    meta = [quad.triple for quad in describe(ox.Dataset(), version="1", entailment=NONE)]
    assert values(meta, DATASET, f"{VOID}triples") == {str(len(meta))}
    assert not values(meta, DATASET, f"{VOID}subset")
