"""Whether a store is whole: every quad reads back, its indexes hold the same, a release is what its manifest says.

So too its search index: every document reads back and is found by its words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.errors import ReleaseError
from tongzhou.graph.release import Release
from tongzhou.graph.search.document import DOCUMENTS, read_documents
from tongzhou.graph.search.index import SearchIndex


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found, and the fault where there is one."""

    what: str
    found: str
    fault: str | None = None


def verify_store(path: Path) -> Iterator[Finding]:
    """Yield what is found out about a store that nobody writes to. Its terms have to fit into memory."""
    store = _open(path)
    if isinstance(store, Finding):
        yield store
        return
    yield Finding("the store opens", "yes")
    try:
        quads = sum(1 for _ in store)
        yield _compare("every quad reads back", quads, len(store))
        yield from _verify_indexes(store)
    except (OSError, RuntimeError, ValueError) as error:
        yield Finding("every quad reads back", "no", str(error))


def verify_release(release: Release) -> Iterator[Finding]:
    """Yield what is found out about a release: its files against the manifest, its store, its graphs."""
    try:
        manifest = release.manifest
    except ReleaseError as error:
        yield Finding("the manifest reads", "no", str(error))
        return
    for name, facts in sorted(manifest["files"].items()):
        yield _verify_file(release.path / name, facts)
    yield from _verify_search(release)
    yield from verify_store(release.store_path)
    store = _open(release.store_path)
    if not isinstance(store, Finding):
        yield from _verify_graphs(store, manifest)


def _open(path: Path) -> ox.Store | Finding:
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:  # Oxigraph's word for a spoilt store is RuntimeError
        return Finding("the store opens", "no", str(error))


def _compare(what: str, found: int, expected: int) -> Finding:
    fault = None if found == expected else f"{found:,} instead of {expected:,}"
    return Finding(what, f"{found:,}", fault)


def _verify_indexes(store: ox.Store) -> Iterator[Finding]:
    """Count the quads of each value of each position: each count is read from the index that starts there."""
    default = ox.DefaultGraph()
    in_default = sum(1 for _ in store.quads_for_pattern(None, None, None, default))
    names = list(store.named_graphs())
    for position in ("subject", "predicate", "object"):
        values = {getattr(quad, position) for quad in store}
        for label, graph, expected in (("", None, len(store)), (" (default graph)", default, in_default)):
            found = sum(_count(store, position, value, graph) for value in values)
            yield _compare(f"quads by {position}{label}", found, expected)
    named = Counter(quad.graph_name for quad in store if quad.graph_name != default)
    unlisted = len(set(named) - set(names))
    fault = f"{unlisted} graphs have quads and are not listed" if unlisted else None
    yield Finding("graphs that are listed", f"{len(names):,}", fault)
    in_named = sum(sum(1 for _ in store.quads_for_pattern(None, None, None, name)) for name in names)
    yield _compare("quads by graph", in_default + in_named, len(store))


def _count(store: ox.Store, position: str, value: Any, graph: Any) -> int:
    subject, predicate, object_ = (
        value if position == name else None for name in ("subject", "predicate", "object")
    )
    found = store.quads_for_pattern(subject, predicate, object_, graph)
    # asked for an integer that ends in 0xFF, such as 255, Oxigraph gives its neighbours too
    return sum(1 for quad in found if getattr(quad, position) == value)


def _verify_file(path: Path, facts: dict[str, Any]) -> Finding:
    what = f"{path.name} is what the manifest says"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        return Finding(what, "no", f"{path} can't be read: {error.strerror}")
    if (size, digest) != (facts["bytes"], facts["sha256"]):
        return Finding(
            what, "no", f"{size:,} bytes, sha256 {digest}; expected {facts['bytes']:,}, {facts['sha256']}"
        )
    return Finding(what, f"{size:,} bytes")


def _verify_search(release: Release) -> Iterator[Finding]:
    """Read every document back from the search index, and find each by its words."""
    path = release.path / DOCUMENTS
    try:
        expected = read_documents(path.read_bytes()) if path.is_file() else []
        index = SearchIndex(release.search_path)
    except (ReleaseError, OSError) as error:
        yield Finding("the search index opens", "no", str(error))
        return
    found = {document.iri: document for document in index.documents()}
    lost = sum(1 for document in expected if not index.finds(document))
    wrong = sum(1 for document in expected if found.get(document.iri) != document)
    yield _compare("documents of the search index", len(found), len(expected))
    yield _compare("documents that read back wrong", wrong, 0)
    yield _compare("documents that their words do not find", lost, 0)


def _verify_graphs(store: ox.Store, manifest: dict[str, Any]) -> Iterator[Finding]:
    """Compare the graphs of a release's store with the counts of the manifest, and its merge with the graphs."""
    counted: Counter[str] = Counter()
    triples: set[ox.Triple] = set()
    for name in store.named_graphs():
        for quad in store.quads_for_pattern(None, None, None, name):
            counted[str(name.value)] += 1
            triples.add(quad.triple)
    expected: dict[str, int] = manifest.get("quads", dict(counted))
    for graph in sorted({*expected, *counted}):
        yield _compare(f"triples of {graph}", counted[graph], expected.get(graph, 0))
    merge = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    fault = None if merge == triples else f"{len(merge ^ triples):,} triples stand in only one of the two"
    yield Finding("the default graph is the merge", f"{len(merge):,}", fault)
