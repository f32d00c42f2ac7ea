"""The search index of the real release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tongzhou.graph.release import Release
from tongzhou.graph.search.index import SearchIndex


@pytest.fixture(scope="session")
def index(release: Release) -> Iterator[SearchIndex]:
    """Return the index of the release that is built from the sources."""
    with closing(SearchIndex(release.search_path)) as opened:
        yield opened
