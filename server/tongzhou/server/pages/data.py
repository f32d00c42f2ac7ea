"""The page about the data: releases, files with sizes and checksums, graphs, changes, mappings, and addresses for programs."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from tongzhou.graph.mappings import MAPPINGS
from tongzhou.graph.namespaces import GRAPH, SCHEME, TZ
from tongzhou.graph.release import Release, releases_of
from tongzhou.graph.void import meta_triples
from tongzhou.server.discovery.dataset import dataset_json_ld
from tongzhou.server.files import OFFERED
from tongzhou.server.flask_requests import is_served, root_of_request
from tongzhou.server.pages.frame import Pages
from tongzhou.server.pages.languages import PREFIX
from tongzhou.server.problems import RequestError
from tongzhou.server.signposting import Link

_SERVICES = ("/reconcile/zh", "/reconcile/en", "/openapi.json")


@dataclass(frozen=True)
class File:
    """A file of the release; `size` is in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class GraphFacts:
    """A named graph: its basis (`stated`, `name`, `background`, `inferred`, or nothing), and how it changed."""

    iri: str
    triples: int
    basis: str
    added: int
    removed: int

    @property
    def name(self) -> str:
        """Return its name below `…/graph/`."""
        return self.iri.removeprefix(GRAPH)


@dataclass(frozen=True)
class Version:
    """A release in the list: when it was published, and what it changed against `former`, if there was one."""

    name: str
    published: str
    files: tuple[str, ...]
    former: str | None
    added: int
    removed: int


def make_blueprint(pages: Pages) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("data", __name__)

    @blueprint.get(f"{PREFIX}/data")
    def data(language: str) -> Response:
        release, root = release_of(pages), root_of_request()
        return pages.render(
            "data.html",
            links=[Link("describedby", "/catalog.ttl", "text/turtle")],
            root=root,
            files=list(files_of(release)),
            graphs=list(graphs_of(release)),
            versions=[version_of(each) for each in releases_of(release.path.parents[1])],
            mappings=mapping_counts(release),
            services=[path for path in _SERVICES if is_served(path)],
            described=dataset_json_ld(release, root=root, language=language),
        )

    return blueprint


def release_of(pages: Pages) -> Release:
    """Return the release. Raises RequestError `not-curated` where an ordinary dataset is served."""
    release = pages.site.release
    if release is None:
        raise RequestError("not-curated", {})
    return release


def files_of(release: Release) -> Iterator[File]:
    """Yield the files that are offered, in the order of OFFERED."""
    entries = release.manifest["files"]
    for name in OFFERED:
        if name in entries:
            yield File(name, entries[name]["bytes"], entries[name]["sha256"])


def graphs_of(release: Release) -> Iterator[GraphFacts]:
    """Yield the named graphs of a release by name."""
    changes: dict[str, dict[str, int]] = _changes_of(release).get("graphs", {})
    bases = {
        str(triple.subject).strip("<>"): str(triple.object).strip("<>").removeprefix(f"{SCHEME}basis/")
        for triple in meta_triples(release)
        if triple.predicate.value == f"{TZ}basis"
    }
    for iri, count in sorted(release.manifest.get("quads", {}).items()):
        change = changes.get(iri, {"added": 0, "removed": 0})
        yield GraphFacts(iri, count, bases.get(iri, ""), change["added"], change["removed"])


def version_of(release: Release) -> Version:
    """Return a release as the list has it."""
    changes = _changes_of(release)
    return Version(
        release.name,
        release.published,
        tuple(name for name in OFFERED if name in release.manifest["files"]),
        changes.get("former"),
        changes.get("added", 0),
        changes.get("removed", 0),
    )


def _changes_of(release: Release) -> dict[str, Any]:
    """Return what the manifest says of changes, nothing for the first release."""
    return release.manifest.get("changes") or {}


def mapping_counts(release: Release) -> list[tuple[str, int]]:
    """Return the relations of the mappings, each with its number of rows, the most frequent first."""
    if MAPPINGS not in release.manifest["files"]:
        return []
    with (release.path / MAPPINGS).open(encoding="utf-8") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), dialect="excel-tab")
        counts = Counter(row["predicate_id"] for row in rows)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
