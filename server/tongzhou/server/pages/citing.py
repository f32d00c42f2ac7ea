"""How to cite a thing, and where a mistake about it is mended: the file and line of the sources that state it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tongzhou.graph.explanation.places import Place, read_places
from tongzhou.graph.namespaces import BACKGROUND_GRAPH
from tongzhou.graph.release import PLACES, Release


def place_of(release: Release, iri: str) -> Place | None:
    """Return the file and line of the sources where a thing is described; None where the release does not say.

    A thing of an article may have background facts too: the article's line is the one.
    """
    if PLACES not in release.manifest["files"]:
        return None
    return _places(release.path).get(iri)


@lru_cache(maxsize=2)
def _places(path: Path) -> Mapping[str, Place]:
    graphs = read_places((path / PLACES).read_bytes())
    ordered = sorted(graphs, key=lambda graph: graph != BACKGROUND_GRAPH)
    return {iri: place for graph in ordered for iri, place in graphs[graph].items()}
