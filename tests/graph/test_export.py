"""Exports: each format, parsed back by other libraries, is the graph; the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from tongzhou.graph.errors import UnknownThingError
from tongzhou.graph.export import DUMPS, FORMATS, export, serialise
from tongzhou.graph.namespaces import BASE, GRAPH, ID, INFERRED_GRAPH, ONTOLOGY_GRAPH
from tongzhou.graph.release import Release

RDFLIB_NAMES = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}
QUAD_FORMATS = ("trig", "nquads", "jsonld")
THING = "action/medical-goods-for-hubei-from-steel-members"


def _rdflib(quads: set[ox.Quad]) -> Graph:
    """Return the merge of quads as an rdflib graph."""
    data = ox.serialize({quad.triple for quad in quads}, format=ox.RdfFormat.N_TRIPLES) or b""
    return Graph().parse(data=data, format="nt")


@pytest.fixture(scope="module")
def part(dataset: ox.Dataset) -> set[ox.Quad]:
    """Return the ontology, with its blank nodes, and what is read off names."""
    return {quad for quad in dataset if str(quad.graph_name).strip("<>").endswith(("/ontology", "/name"))}


def _names(quads: set[ox.Quad]) -> set[str]:
    return {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}


@pytest.mark.filterwarnings(
    "ignore:(Dataset|ConjunctiveGraph):DeprecationWarning"
)  # rdflib's own parsers use what it deprecates
@pytest.mark.parametrize("form", FORMATS)
def test_rdflib_reads_the_same_graph(part: set[ox.Quad], form: str) -> None:
    data = serialise(part, form)
    if form in QUAD_FORMATS:
        read = Dataset()
        read.parse(data=data, format=RDFLIB_NAMES[form])
        named = {str(graph.identifier) for graph in read.graphs() if len(graph)}
        assert named == _names(part)
        for name in named:
            expected = {quad for quad in part if quad.graph_name == ox.NamedNode(name)}
            (found,) = [graph for graph in read.graphs() if str(graph.identifier) == name]
            assert isomorphic(found, _rdflib(expected))
    else:
        assert isomorphic(Graph().parse(data=data, format=RDFLIB_NAMES[form]), _rdflib(part))


@pytest.mark.parametrize("form", FORMATS)
def test_oxigraph_reads_the_whole_release(dataset: ox.Dataset, form: str) -> None:
    parsed = list(ox.parse(export(dataset, form), format=FORMATS[form]))
    if form in QUAD_FORMATS:
        found, expected = ox.Dataset(parsed), ox.Dataset(dataset)
    else:
        found = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in parsed)
        expected = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)
    for each in (found, expected):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(parsed) == len(expected)
    assert found == expected


@pytest.mark.parametrize("file", DUMPS)
def test_dumps_of_the_release_are_the_exports(release: Release, dataset: ox.Dataset, file: str) -> None:
    assert (release.path / file).read_bytes() == export(dataset, DUMPS[file])


def test_bytes_do_not_depend_on_order_or_hash_seed(part: set[ox.Quad], tmp_path: Path) -> None:
    source = tmp_path / "part.nq"
    source.write_bytes(serialise(part, "nquads"))
    program = (
        "import hashlib, sys, pyoxigraph as ox\n"
        "from tongzhou.graph.export import FORMATS, serialise\n"
        "quads = list(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_QUADS))[::int(sys.argv[2])]\n"
        "print([hashlib.sha256(serialise(quads, form)).hexdigest() for form in FORMATS])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, source, order],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, order in (("1", "1"), ("2", "-1"))
    }
    here = [hashlib.sha256(serialise(part, form)).hexdigest() for form in FORMATS]
    assert outputs == {f"{here}\n"}


def test_turtle_reads_well(dataset: ox.Dataset) -> None:
    text = export(dataset, "turtle", thing=THING).decode()
    head, _, body = text.partition("\n\n")
    prefixes = head.splitlines()
    assert prefixes == sorted(prefixes)
    assert all(f"{line.split()[1]}" in body for line in prefixes)
    assert "\\/" not in body
    subjects = [line.split()[0] for line in body.splitlines() if not line.startswith("\t")]
    assert len(subjects) == len(set(subjects))
    assert body.splitlines()[0].split()[1] == "a"


def test_json_ld_uses_the_terms_of_the_project(dataset: ox.Dataset) -> None:
    text = export(dataset, "jsonld", thing=THING).decode()
    assert '"mobilised"' in text
    assert '"wording": "82.9万只口罩"' in text
    assert "../" not in text


def test_only_the_ontology_has_blank_nodes(dataset: ox.Dataset) -> None:
    found = {
        str(quad.graph_name) for quad in dataset for term in quad.triple if isinstance(term, ox.BlankNode)
    }
    assert found == {f"<{ONTOLOGY_GRAPH}>"}


def test_a_dump_tells_neither_time_nor_host(release: Release) -> None:
    text = (release.path / "tongzhou.nq").read_text(encoding="utf-8")
    assert os.uname().nodename not in text
    assert release.name[:10] not in text


def test_graph_by_name_or_iri(dataset: ox.Dataset) -> None:
    by_name = export(dataset, "nquads", graph="inferred")
    assert by_name == export(dataset, "nquads", graph=INFERRED_GRAPH)
    assert all(line.endswith(b" ."[:2]) and b"/graph/inferred>" in line for line in by_name.splitlines())


def test_thing_comes_with_its_fragments_and_passages(dataset: ox.Dataset) -> None:
    text = export(dataset, "ntriples", thing=f"{ID}{THING}").decode()
    assert f"<{ID}{THING}#q3> <{BASE}ontology#wording>" in text
    assert '"82.9万只口罩"' in text
    assert "TextPositionSelector" in text
    assert "中国酒业协会" not in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"graph": "infered"}, "There are: .*inferred"),
        ({"thing": "org/china-meat-asociation"}, "Near: org/china-meat-association"),
        ({"thing": "zzz"}, "there is no thing 'zzz'"),
        ({"graph": f"{GRAPH}x"}, "there is no graph"),
    ],
)
def test_unknown_names_are_told(dataset: ox.Dataset, options: dict[str, str], message: str) -> None:
    with pytest.raises(UnknownThingError, match=message):
        export(dataset, "turtle", **options)
