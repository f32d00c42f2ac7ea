"""Files of RDF: labels of blank nodes, and what is wrong in words, with file and line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import DatasetError, RdfRefusedError, RdfSyntaxError, TongzhouError
from tongzhou.graph.rdf_files import read_triples


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(*paths: Path) -> list[str]:
    return [str(triple) for triple in read_triples(paths)]


def test_labels_stay_and_nodes_without_one_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", "_:b <urn:p> [ <urn:q> _:node-1 ] , _:c .")
    expected = ["_:node-1 <urn:q> _:node-1-1", "_:b <urn:p> _:node-1", "_:b <urn:p> _:c"]
    assert read(file) == read(file) == expected


def test_the_same_label_in_two_files_is_two_nodes(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.nt", "_:b <urn:p> _:b .\n") for name in "xy"]
    assert read(*files) == ["_:b <urn:p> _:b", "_:b-1 <urn:p> _:b-1"]


def test_named_graphs_are_merged_and_triple_terms_are_kept(tmp_path: Path) -> None:
    file = write(tmp_path / "a.trig", "<urn:g> { <urn:a> <urn:p> <<( _:b <urn:p> 1 )>> . }")
    (triple,) = read_triples([file])
    assert isinstance(triple.object, ox.Triple)
    assert triple.object.subject == ox.BlankNode("b")


def test_relative_iris_are_below_the_file(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.ttl", "<#x> <urn:p> 1 ."))[0].startswith(f"<{tmp_path.as_uri()}/a.ttl#x>")


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("a.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> .", RdfSyntaxError, r"a\.nt: line 2, column"),
        (
            "a.nt",
            "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 9000,
            RdfRefusedError,
            r"a\.nt: line 1: triple terms",
        ),
        (
            "a.ttl",
            "<urn:a> <urn:b> " + "[ <urn:b> " * 9000,
            RdfRefusedError,
            r"a\.ttl: line 1, column .* nested",
        ),
        ("a.rdf", "<a>", RdfSyntaxError, r"a\.rdf: line 1, column 4: the XML"),
        ("a.jsonld", '{"@context": "https://schema.org"}', RdfRefusedError, r"a\.jsonld: the context"),
        ("a.txt", "", DatasetError, r"a\.txt: the suffix tells no format of RDF"),
        ("a.nt.gz", "plain", DatasetError, r"a\.nt\.gz can't be read: Not a gzipped file"),
        ("a.nt.zst", "plain", DatasetError, r"a\.nt\.zst can't be read: "),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path, name: str, text: str, error: type[TongzhouError], message: str
) -> None:
    with pytest.raises(error, match=message):
        read(write(tmp_path / name, text))


def test_a_file_that_is_cut_short_or_missing_is_told(tmp_path: Path) -> None:
    cut = tmp_path / "a.nt.gz"
    cut.write_bytes(gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 1000)[:60])
    for path in (cut, tmp_path / "b.nt"):
        with pytest.raises(DatasetError, match=r"[ab]\.nt.* can't be read"):
            read(path)
