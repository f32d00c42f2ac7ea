"""Files into a dataset: all or nothing, every format, compressed or not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from tongzhou.graph.bulk_load import load_files
from tongzhou.graph.dataset_folder import DatasetFolder
from tongzhou.graph.errors import DatasetError, DatasetInUseError, RdfSyntaxError
from tongzhou.graph.primary import PrimaryStore, Update
from tongzhou.graph.rdf_files import format_of
from tongzhou.graph.uploads import RDF_FORMATS

QUAD = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("同舟"))


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    return DatasetFolder.create_or_open(tmp_path / "data")


def write(path: Path, form: ox.RdfFormat) -> Path:
    """Write QUAD's triple into a file, compressed where its name says so."""
    data = ox.serialize([QUAD.triple], format=form)
    assert data is not None
    match path.suffix:
        case ".gz":
            data = gzip.compress(data)
        case ".zst":
            data = zstandard.compress(data)
        case _:
            pass
    path.write_bytes(data)
    return path


def content(folder: DatasetFolder) -> list[ox.Quad]:
    return list(ox.Store.read_only(str(folder.store_path)))


def load(folder: DatasetFolder, *files: Path, graph: str | None = None) -> None:
    load_files(folder, files, graph=graph, tell=lambda _: None)


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("form", RDF_FORMATS.values(), ids=str)
def test_every_format_is_loaded(
    folder: DatasetFolder, tmp_path: Path, form: ox.RdfFormat, suffix: str
) -> None:
    path = write(tmp_path / f"a.{form.file_extension.upper()}{suffix}", form)
    assert format_of(path) == form
    load(folder, path)
    assert content(folder) == [QUAD]


def test_files_are_added_to_what_is_there_and_told(folder: DatasetFolder, tmp_path: Path) -> None:
    primary = PrimaryStore.open(folder)
    primary.apply(Update("INSERT DATA { <urn:before> <urn:p> 1 }"))
    primary.close()
    file = write(tmp_path / "a.nt", ox.RdfFormat.N_TRIPLES)
    told: list[Path] = []
    load_files(folder, [file, file], graph="urn:g", tell=told.append)
    assert told == [file, file]
    assert {str(quad.graph_name) for quad in content(folder)} == {"DEFAULT", "<urn:g>"}
    assert folder.checkpoints == ()  # they would be those of before
    again = PrimaryStore.open(folder)
    assert len(ox.Store.read_only(str(again.make_durable()))) == 2
    again.close()


@pytest.mark.parametrize(
    ("name", "data", "error", "message"),
    [
        ("b.nt", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> .", RdfSyntaxError, r"b\.nt: line 2"),
        (
            "b.rdf",
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
            RdfSyntaxError,
            "line 1",
        ),
        (
            "b.nt.gz",
            gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 1000)[:60],
            DatasetError,
            "Nothing was changed",
        ),
        ("b.nt.gz", b"no gzip", DatasetError, "Nothing was changed"),
    ],
    ids=["syntax", "XML cut short", "gzip cut short", "no gzip"],
)
def test_one_bad_file_and_nothing_is_loaded(
    folder: DatasetFolder, tmp_path: Path, name: str, data: bytes, error: type[Exception], message: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(data)
    with pytest.raises(error, match=message):
        load(folder, write(tmp_path / "a.nt", ox.RdfFormat.N_TRIPLES), bad)
    assert content(folder) == []
    load(folder, tmp_path / "a.nt")
    assert not list(folder.path.glob(".*"))


def test_absent_file_and_unknown_suffix_are_told(folder: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="absent.nt can't be loaded"):
        load(folder, tmp_path / "absent.nt")
    with pytest.raises(DatasetError, match="the suffix tells no format of RDF. Name the file .ttl"):
        load(folder, tmp_path / "a.txt")


def test_dataset_in_use_is_left_alone(folder: DatasetFolder, tmp_path: Path) -> None:
    with folder.locked("tongzhou serve"), pytest.raises(DatasetInUseError):
        load(folder, write(tmp_path / "a.nt", ox.RdfFormat.N_TRIPLES))
