"""What is wrong with a store or a release is found and told."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.release import Release, publish
from tongzhou.graph.search.document import DOCUMENTS, Document, Name, write_documents
from tongzhou.graph.search.index import write_index
from tongzhou.graph.verify import verify_release, verify_store

GRAPH = "https://w3id.org/tongzhou/graph/background"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    opened = ox.Store(tmp_path / "store")
    opened.update(
        "INSERT DATA { <urn:a> <urn:p> 1, 2 . GRAPH <urn:g> { <urn:a> <urn:p> 1 ; <urn:q> <urn:b> } } ;"
        "CREATE GRAPH <urn:empty>"
    )
    opened.flush()
    return tmp_path / "store"


@pytest.fixture
def whole(tmp_path: Path) -> Release:
    quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("b"), ox.NamedNode(GRAPH))
    return publish(tmp_path / "home", ox.Dataset([quad]), digest="0" * 64, manifest={"quads": {GRAPH: 1}})


def faults(release: Release) -> list[str]:
    return [f"{finding.what}: {finding.fault}" for finding in verify_release(release) if finding.fault]


def test_whole_store_has_no_fault(store: Path) -> None:
    findings = {finding.what: finding for finding in verify_store(store)}
    assert [finding.fault for finding in findings.values() if finding.fault] == []
    assert findings["every quad reads back"].found == "4"
    assert findings["quads by subject"].found == "4"
    assert findings["quads by object (default graph)"].found == "2"
    assert findings["graphs that are listed"].found == "2"


def test_integers_are_counted_for_themselves(tmp_path: Path) -> None:
    numbers = ox.Store(tmp_path / "store")
    numbers.update("INSERT DATA { <urn:a> <urn:p> 254, 255, 256, 257, 511, 512 }")
    numbers.flush()
    assert [finding for finding in verify_store(tmp_path / "store") if finding.fault] == []


@pytest.mark.parametrize("spoil", ["CURRENT", "MANIFEST", ".sst"])
def test_spoilt_store_is_told(store: Path, spoil: str) -> None:
    for path in store.iterdir():
        if spoil in path.name:
            data = path.read_bytes()
            path.write_bytes(bytes(byte ^ 0xFF for byte in data[: len(data) // 2]) + data[len(data) // 2 :])
    assert [finding for finding in verify_store(store) if finding.fault]


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    (finding,) = verify_store(tmp_path / "absent")
    assert finding.fault


def test_whole_release_has_no_fault(whole: Release) -> None:
    assert faults(whole) == []


def test_changed_and_absent_files_of_a_release_are_told(whole: Release) -> None:
    changed, absent = sorted(whole.manifest["files"])[:2]
    (whole.path / changed).write_text("changed")
    (whole.path / absent).unlink()
    first, second = faults(whole)
    assert first.startswith(f"{changed} is what the manifest says: 7 bytes")
    assert "can't be read: No such file" in second


def test_graphs_that_differ_from_the_manifest_are_told(whole: Release) -> None:
    manifest = json.loads((whole.path / "manifest.json").read_text())
    manifest["quads"] = {GRAPH: 2, "urn:more": 1}
    (whole.path / "manifest.json").write_text(json.dumps(manifest))
    found = faults(Release(whole.path))
    assert f"triples of {GRAPH}: 1 instead of 2" in found
    assert "triples of urn:more: 0 instead of 1" in found


def test_default_graph_that_is_not_the_merge_is_told(whole: Release) -> None:
    shutil.rmtree(whole.store_path)
    store = ox.Store(whole.store_path)
    store.update(f"INSERT DATA {{ <urn:z> <urn:p> 1 . GRAPH <{GRAPH}> {{ <urn:a> <urn:p> 'b' }} }}")
    store.flush()
    del store
    assert "the default graph is the merge: 2 triples stand in only one of the two" in faults(whole)


def test_release_without_a_manifest_is_told(whole: Release) -> None:
    (whole.path / "manifest.json").unlink()
    (fault,) = faults(Release(whole.path))
    assert fault.startswith("the manifest reads")


THING = Document("urn:a", "thing", "org", names=(Name("甲会", "zh", "label"),))


@pytest.fixture
def searchable(tmp_path: Path) -> Release:
    documents = {DOCUMENTS: write_documents([THING])}
    return publish(tmp_path / "home", ox.Dataset(), digest="1" * 64, manifest={}, documents=documents)


def test_whole_search_index_has_no_fault(searchable: Release) -> None:
    findings = {finding.what: finding for finding in verify_release(searchable)}
    assert findings["documents of the search index"].found == "1"
    assert not any(finding.fault for finding in findings.values())


def test_absent_search_index_is_told(searchable: Release) -> None:
    shutil.rmtree(searchable.search_path)
    (fault,) = faults(searchable)
    assert fault.startswith("the search index opens")


def test_search_index_of_something_else_is_told(searchable: Release) -> None:
    shutil.rmtree(searchable.search_path)
    other = replace(THING, names=(Name("乙会", "zh", "label"),))
    write_index(searchable.search_path, [other, replace(other, iri="urn:b")])
    assert faults(searchable) == [
        "documents of the search index: 2 instead of 1",
        "documents that read back wrong: 1 instead of 0",
        "documents that their words do not find: 1 instead of 0",
    ]
