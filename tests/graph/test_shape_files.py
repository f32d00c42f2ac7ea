"""The shapes of a release: as written, and the same triples in other formats, byte by byte the same each time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tongzhou.graph.release import Release
from tongzhou.graph.resources import ontology_dir
from tongzhou.graph.shape_files import SHAPES, shape_file


def triples(data: bytes, format: ox.RdfFormat) -> ox.Dataset:
    """Return what a file says, blank nodes labelled from their content."""
    dataset = ox.Dataset(ox.parse(data, format=format))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_has_all_triples(name: str, release: Release) -> None:
    written = (ontology_dir() / "shapes.ttl").read_bytes()
    data = (release.path / name).read_bytes()
    assert data == shape_file(written, name)
    assert triples(data, SHAPES[name]) == triples(written, ox.RdfFormat.TURTLE)
