"""The index holds what it was made from, in a folder that is only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.release import Release
from tongzhou.graph.search.document import (
    DOCUMENTS,
    Document,
    Name,
    read_documents,
    write_documents,
)
from tongzhou.graph.search.finder import Tier, search
from tongzhou.graph.search.index import SearchIndex, write_index

THING = Document(
    "https://w3id.org/tongzhou/id/org/a",
    "thing",
    "org",
    names=(Name("甲会", "zh", "label"), Name("乙社", "zh", "alias")),
)


def test_index_holds_the_documents_of_the_release(index: SearchIndex, release: Release) -> None:
    documents = read_documents((release.path / DOCUMENTS).read_bytes())
    assert sorted(index.documents(), key=lambda document: document.iri) == documents
    assert len(index) == len(documents) > 500
    assert all(index.finds(document) for document in documents)
    assert index.get(documents[0].iri) == documents[0]
    assert index.get("urn:absent") is None


def test_reading_leaves_the_folder_as_it_is(release: Release) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in release.search_path.iterdir()}
    index = SearchIndex(release.search_path)
    search(index, "湖")
    assert {path.name: path.stat().st_mtime_ns for path in release.search_path.iterdir()} == before


def test_documents_are_written_alike_in_any_order() -> None:
    other = Document("https://w3id.org/tongzhou/id/org/b", "thing", "org", names=THING.names)
    assert write_documents([THING, other]) == write_documents([other, THING])
    assert read_documents(write_documents([other, THING])) == [THING, other]
    assert write_documents([]) == b"[]\n"


def test_no_phrase_goes_from_one_name_into_the_next(tmp_path: Path) -> None:
    write_index(tmp_path / "index", [THING])
    index = SearchIndex(tmp_path / "index")
    tiers = {text: [hits.tier for hits in search(index, text).groups] for text in ("乙社", "会乙", "甲社")}
    assert tiers == {"乙社": [Tier.PHRASE], "会乙": [], "甲社": []}


def test_empty_index_finds_nothing(tmp_path: Path) -> None:
    write_index(tmp_path / "index", [])
    index = SearchIndex(tmp_path / "index")
    assert (len(index), index.documents(), search(index, "湖").groups) == (0, [], ())


@pytest.mark.parametrize("spoil", ["absent", "empty", "meta.json"])
def test_spoilt_index_is_told(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "index"
    if spoil == "empty":
        path.mkdir()
    if spoil == "meta.json":
        write_index(path, [THING])
        (path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseError, match="Remove the release and build again"):
        SearchIndex(path)


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="absent"):
        write_index(tmp_path / "absent" / "index", [THING])


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'[{"iri":"a"}]'])
def test_documents_that_are_none_are_told(data: bytes) -> None:
    with pytest.raises(ReleaseError, match="build again"):
        read_documents(data)
