"""The search index of the real release."""

from __future__ import annotations

import pytest

from tongzhou.graph.release import Release
from tongzhou.graph.search.index import SearchIndex


@pytest.fixture(scope="session")
def index(release: Release) -> SearchIndex:
    """Return the index of the release that is built from the sources."""
    return SearchIndex(release.search_path)
