"""The SSSOM table: its header, its columns, and what of the graph is a mapping."""

from __future__ import annotations

import csv

import pyoxigraph as ox
import pytest
import yaml

from tongzhou.graph.mappings import mapping_table, mappings_of
from tongzhou.graph.meta import LICENCE
from tongzhou.graph.namespaces import BASE, ID, INFERRED_GRAPH, RDFS, SCHEMA, SKOS, TZ

INFERRED = ox.NamedNode(INFERRED_GRAPH)


@pytest.fixture(scope="module")
def asserted(dataset: ox.Dataset) -> list[ox.Quad]:
    return [quad for quad in dataset if quad.graph_name != INFERRED]


@pytest.fixture(scope="module")
def table(asserted: list[ox.Quad]) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Return the metadata and the rows of the table, read as SSSOM says."""
    lines = mapping_table(asserted, version="1", licence=LICENCE).decode().splitlines()
    head = "\n".join(line.removeprefix("#") for line in lines if line.startswith("#"))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), dialect="excel-tab")
    return yaml.safe_load(head), list(rows)


def test_header_names_set_licence_and_every_prefix(
    table: tuple[dict[str, object], list[dict[str, str]]],
) -> None:
    head, rows = table
    assert head["mapping_set_id"] == f"{BASE}data/mappings.sssom.tsv"
    assert head["license"] == LICENCE
    prefixes = head["curie_map"]
    assert isinstance(prefixes, dict)
    for row in rows:
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            assert row[column].partition(":")[0] in prefixes, row


def test_a_thing_is_close_and_never_the_same(table: tuple[dict[str, object], list[dict[str, str]]]) -> None:
    _, rows = table
    (wuhan,) = [row for row in rows if row["subject_id"] == "id:place/wuhan"]
    assert (wuhan["subject_label"], wuhan["predicate_id"], wuhan["object_id"]) == (
        "Wuhan",
        "skos:closeMatch",
        "wd:Q11746",
    )


def test_every_alignment_and_link_is_a_row(asserted: list[ox.Quad]) -> None:
    properties = {f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", f"{SKOS}exactMatch", f"{SCHEMA}sameAs"}
    foreign = {
        (quad.subject, quad.object)
        for quad in asserted
        if quad.predicate.value in properties
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.subject.value.startswith(BASE)
        and not quad.object.value.startswith((BASE, "http://www.w3.org/2002/07/owl#", RDFS))
    }
    rows = mappings_of(asserted)
    assert {(ox.NamedNode(row.subject), ox.NamedNode(row.object)) for row in rows} == foreign
    assert len(rows) == len(foreign) > 50


def test_our_own_hierarchy_is_no_mapping() -> None:
    graph = ox.NamedNode(f"{BASE}graph/ontology")
    above = ox.NamedNode(f"{RDFS}subClassOf")
    quads = [
        ox.Quad(ox.NamedNode(f"{TZ}A"), above, ox.NamedNode(f"{TZ}B"), graph),
        ox.Quad(ox.NamedNode(f"{ID}place/x"), ox.NamedNode(f"{RDFS}label"), ox.Literal("x"), graph),
    ]
    assert mappings_of(quads) == []
