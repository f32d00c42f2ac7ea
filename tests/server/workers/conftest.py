"""Snapshots of real stores."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.server.workers.launch import Snapshot


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A thousand triples in one named graph, and a named graph that is empty."""
    return _snapshot(tmp_path_factory.mktemp("one"), "one", 1000)


@pytest.fixture(scope="session")
def other_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The same with five triples."""
    return _snapshot(tmp_path_factory.mktemp("other"), "other", 5)


def _snapshot(folder: Path, name: str, triples: int) -> Snapshot:
    store = ox.Store(str(folder / "store"))
    predicate, graph = ox.NamedNode("urn:p"), ox.NamedNode("urn:g")
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:{number}"), predicate, ox.Literal(f"值 {number}"), graph)
        for number in range(triples)
    )
    store.add_graph(ox.NamedNode("urn:empty"))
    store.backup(str(folder / "checkpoint"))
    return Snapshot(folder / "checkpoint", name)
