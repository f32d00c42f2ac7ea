"""The catalogue: DCAT-AP's shapes where they can be had, and what it says, whatever happens."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import cast

import httpx
import platformdirs
import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from tongzhou.graph.dcat import CATALOGUE, MAPPING_SET, describe_catalogue, version_iri
from tongzhou.graph.export import DUMPS
from tongzhou.graph.mappings import MAPPINGS
from tongzhou.graph.meta import DATASET, LICENCE
from tongzhou.graph.release import Release, publish

ROOT = "https://tongzhou.example/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCAT3 = Namespace(str(DCAT))  # rdflib knows the terms of DCAT 2 only
SHAPES = "https://raw.githubusercontent.com/SEMICeu/DCAT-AP/7c531da7f154794da620fd0e57a3e8afe0286c0f/releases/3.0.1/html/shacl"
"""Where DCAT-AP's SHACL files come from, unless $DCAT_AP names a folder that holds them. They are not ours to commit."""


def shapes(name: str) -> Graph:
    """Return DCAT-AP's shapes of that file; the test is not run where they are not to be had."""
    named = os.environ.get("DCAT_AP")
    path = Path(named or platformdirs.user_cache_path("tongzhou") / "dcat-ap" / "3.0.1") / name
    if not named and not path.is_file():
        try:
            content = httpx.get(f"{SHAPES}/{name}", timeout=5).raise_for_status().content
        except httpx.HTTPError as error:
            pytest.skip(f"DCAT-AP shapes NOT RUN: {error}. Set DCAT_AP to a folder that holds {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Graph().parse(path)


def graph_of(releases: list[Release], current: Release) -> Graph:
    triples = describe_catalogue(releases, current, root=ROOT)
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def catalogue(release: Release) -> Graph:
    return graph_of([release], release)


@pytest.mark.parametrize("name", ["shapes.ttl", "range.ttl"])
def test_dcat_ap_shapes_hold(catalogue: Graph, name: str) -> None:
    outcome = cast("tuple[bool, Graph, str]", pyshacl.validate(catalogue, shacl_graph=shapes(name)))
    conforms, _, report = outcome
    assert conforms, report


def test_what_dcat_ap_demands_is_there(catalogue: Graph) -> None:
    demanded = {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCAT.theme, DCTERMS.publisher, DCTERMS.license),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL, DCAT.servesDataset),
        DCAT.Distribution: (DCAT.accessURL, DCAT.mediaType, DCTERMS.license, DCAT.byteSize, SPDX.checksum),
    }
    for kind, properties in demanded.items():
        subjects = list(catalogue.subjects(RDF.type, kind))
        assert subjects
        for subject in subjects:
            assert all(catalogue.value(subject, name, any=True) for name in properties), subject
    assert {str(value) for value in catalogue.objects(None, DCTERMS.license)} == {LICENCE}
    assert [str(name) for name in catalogue.objects(None, FOAF.name)] == ["The Tongzhou project"]


def test_every_dataset_is_in_the_catalogue_or_a_version_of_one(catalogue: Graph) -> None:
    listed = set(catalogue.objects(URIRef(CATALOGUE), DCAT.dataset))
    versions = set(catalogue.objects(URIRef(DATASET), DCAT3.hasVersion))
    assert listed == {URIRef(DATASET), URIRef(MAPPING_SET)}
    assert set(catalogue.subjects(RDF.type, DCAT.Dataset)) == listed | versions


def test_distributions_are_the_files(catalogue: Graph, release: Release) -> None:
    version = version_iri(release)
    for dataset, start, names in (
        (DATASET, "data/", set(DUMPS)),
        (version, f"data/releases/{release.name}/", set(DUMPS)),
        (MAPPING_SET, "data/", {MAPPINGS}),
    ):
        addresses: set[str] = set()
        for distribution in catalogue.objects(URIRef(dataset), DCAT.distribution):
            address = str(catalogue.value(distribution, DCAT.downloadURL))
            addresses.add(address)
            content = (release.path / address.rpartition("/")[2]).read_bytes()
            size = Literal(str(len(content)), datatype=XSD.nonNegativeInteger)
            assert catalogue.value(distribution, DCAT.byteSize) == size
            checksum = catalogue.value(distribution, SPDX.checksum)
            found = str(catalogue.value(checksum, SPDX.checksumValue)).lower()
            assert found == hashlib.sha256(content).hexdigest()
        assert addresses == {f"{ROOT}{start}{name}" for name in names}


def test_versions_stand_in_a_row(tmp_path: Path) -> None:
    graph = ox.NamedNode("https://w3id.org/tongzhou/graph/background")
    node = ox.NamedNode("https://w3id.org/tongzhou/id/place/x")
    made = [
        publish(
            tmp_path,
            ox.Dataset([ox.Quad(node, node, ox.Literal(digit), graph)]),
            digest=digit * 64,
            manifest={},
        )
        for digit in "ab"
    ]
    found = graph_of(list(reversed(made)), made[1])
    first, second = (URIRef(version_iri(release)) for release in made)
    assert found.value(second, DCAT3.previousVersion) == first
    assert found.value(first, DCAT3.previousVersion) is None
    assert found.value(URIRef(DATASET), DCAT3.hasCurrentVersion) == second
    assert set(found.objects(URIRef(DATASET), DCAT3.hasVersion)) == {first, second}
    assert list(found.objects(URIRef(DATASET), DCAT3.version)) == [Literal(made[1].name)]
    assert (URIRef(MAPPING_SET), RDF.type, DCAT.Dataset) not in found  # there are none in these releases
